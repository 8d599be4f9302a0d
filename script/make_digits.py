"""Make the clock figures that Be Vietnam Pro lacks.

The font has no `tnum` feature and its digits differ in width (at weight 700 a '1' is 431 units wide and a '0' 700), so
`font-variant-numeric: tabular-nums` does nothing and a clock set in it jumps every second. This makes small fonts
(about 2 KB each) out of the font's own files: the digits share one width, and the colon stands at mid-height of the
figures. The licence (SIL OFL 1.1, without a reserved name) allows that under another name.
"""

from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Giaoban Digits"
DIGITS = "0123456789"
SIGNS = "+\N{MINUS SIGN}"
KEPT = DIGITS + SIGNS + ":-.,/% "

DIGIT_TIGHTENING = 20  # font units taken off the width of '0', the widest digit
COLON_AIR = 25  # font units added on each side of the colon

# Name table records: https://learn.microsoft.com/typography/opentype/spec/name#name-ids
FAMILY_RECORDS = (1, 4, 16)
POSTSCRIPT_RECORD = 6


def make_digits(source: Path, target: Path) -> None:
    """Write to `target` a WOFF2 font with the figures of `source`, all of one width."""
    font = TTFont(source)
    _keep_only(font, KEPT)
    _share_one_width(font, DIGITS + SIGNS)
    _lift_colon(font)
    _rename(font)
    font.flavor = "woff2"
    font.save(target)


def _keep_only(font: Any, text: str) -> None:
    options = Options()
    options.layout_features = []  # kerning and ligatures would undo the equal widths
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)


def _share_one_width(font: Any, characters: str) -> None:
    glyphs, metrics, names = font["glyf"], font["hmtx"], font.getBestCmap()
    width = metrics[names[ord("0")]][0] - DIGIT_TIGHTENING
    for character in characters:
        name = names[ord(character)]
        advance, bearing = metrics[name]
        shift = round((width - advance) / 2)
        _move(glyphs, name, shift, 0)
        metrics[name] = (width, bearing + shift)


def _lift_colon(font: Any) -> None:
    glyphs, metrics, name = font["glyf"], font["hmtx"], font.getBestCmap()[ord(":")]
    colon = glyphs[name]
    lift = round((font["OS/2"].sCapHeight - (colon.yMax + colon.yMin)) / 2)
    _move(glyphs, name, COLON_AIR, lift)
    advance, bearing = metrics[name]
    metrics[name] = (advance + 2 * COLON_AIR, bearing + COLON_AIR)


def _move(glyphs: Any, name: str, right: int, up: int) -> None:
    glyph = glyphs[name]
    if glyph.isComposite():
        for part in glyph.components:
            part.x += right
            part.y += up
    else:
        glyph.coordinates.translate((right, up))
    glyph.recalcBounds(glyphs)


def _rename(font: Any) -> None:
    table = font["name"]
    for record in list(table.names):
        place = (record.platformID, record.platEncID, record.langID)
        if record.nameID in FAMILY_RECORDS:
            table.setName(FAMILY, record.nameID, *place)
        elif record.nameID == POSTSCRIPT_RECORD:
            table.setName(FAMILY.replace(" ", ""), record.nameID, *place)
