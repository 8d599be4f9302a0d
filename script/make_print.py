"""Make fonts for print out of the fonts of pages.

A page loads one WOFF2 for each script of a face. What sets documents (typst) reads no WOFF2, and looks for a letter in
one file of a face only: here the scripts of a face become one TrueType file.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont


def make_print(sources: Sequence[Path], target: Path) -> None:
    """Write to `target` one TrueType font with all letters of `sources`, which are parts of one face."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        parts = [_unpacked(source, Path(folder) / f"{number}.ttf") for number, source in enumerate(sources)]
        font = Merger().merge(parts)
        font.recalcTimestamp = False  # the same font from the same files
        for when in ("created", "modified"):
            setattr(font["head"], when, getattr(TTFont(parts[0])["head"], when))
        font.save(target)


def _unpacked(source: Path, target: Path) -> str:
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    font.save(target)
    return str(target)
