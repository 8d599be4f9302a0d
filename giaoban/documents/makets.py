"""Setting one room's maket from what it says: without the database, so that any process can.

`Drawing` is all that a maket is made of; as JSON it goes to the process that makes all of a conference's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from giaoban.documents import typeset
from giaoban.documents.maket_svg import for_printers
from giaoban.documents.typeset import Form
from giaoban.domain import maket_picture
from giaoban.domain.looks import USUAL, Looks, tone_of
from giaoban.domain.maket_picture import Lines, picture
from giaoban.domain.maket_sizes import Size

YELLOW: Final = "#fff04a"
_SYMBOLS: Final = Path(__file__).parents[2] / "templates" / "screens" / "_symbols.html"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a maket says, how large it is, its looks (`domain.looks`) and its letters' colour; `title` names it."""

    title: str
    lines: Lines
    size: Size
    looks: Looks = USUAL
    yellow: str = YELLOW

    def stored(self) -> dict[str, Any]:
        """All of it as JSON takes it."""
        return {
            "title": self.title,
            "lines": [getattr(self.lines, name) for name in Lines.__slots__],
            "size": [getattr(self.size, name) for name in Size.__slots__],
            "looks": self.looks.as_json(),
            "yellow": self.yellow,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Drawing":
        """The one that gave that."""
        org, kind, title, *others = stored["lines"]
        lines = Lines(org, kind, tuple(title), *others)
        return cls(stored["title"], lines, Size(*stored["size"]), Looks(**stored["looks"]), stored["yellow"])


def draw(drawing: Drawing, form: Form, made_at_ms: int) -> bytes:
    """The maket: a PDF of its very size with its fonts, an SVG without any, or a PNG. Takes up to half a second.

    Raises RuntimeError (typst's) for what cannot be set.
    """
    size = drawing.size
    made = typeset.one_page(
        "maket.typ",
        _placed(drawing),
        form,
        made_at_ms,
        dots_per_inch=size.pixels[0] / (size.width_mm / 25.4),
        more={"ornament": ornament(drawing.looks.ornament, tone_of(drawing.looks.tone).shade)},
    )
    return for_printers(made) if form == "svg" else made


def _placed(drawing: Drawing) -> dict[str, Any]:
    """What the template takes: everything in its place."""
    size, drawn = drawing.size, picture(drawing.lines, drawing.size.ratio)
    rule = {"at": drawn.rule, "wide": maket_picture.RULE_WIDE, "thick": maket_picture.RULE_THICK}
    return {
        "title": drawing.title,
        "width": size.width_mm,
        "height": size.height_mm,
        "red": tone_of(drawing.looks.tone).ground,
        "yellow": drawing.yellow,
        "unit": size.width_mm / drawn.wide,
        "frame": maket_picture.FRAME,
        "inset": maket_picture.INSET,
        "rule": rule if drawn.rule is not None else None,
        "parts": [
            {
                "size": part.size,
                "weight": part.style.weight,
                "italic": part.style.italic,
                "tracking": part.style.tracking,
                "lines": [{"text": line.text, "at": line.baseline} for line in part.lines],
            }
            for part in drawn.parts
        ],
    }


@cache
def ornament(name: str, colour: str) -> str:
    """The projector's ornament of that name in that colour, as an SVG of its own; "" for none."""
    if name == "none":
        return ""
    markup = _SYMBOLS.read_text("utf-8")
    symbols = {
        found[1]: (found[2], found[3])
        for found in re.finditer(r'<symbol id="(\w+)" viewBox="([^"]+)">(.*?)</symbol>', markup, re.DOTALL)
    }
    box, body = symbols.get(name) or symbols[USUAL.ornament]
    body = body.strip().replace("currentColor", colour)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="1000" height="1000">{body}</svg>'
