"""PDF and pictures set by typst from the templates beside this file.

Data goes in as JSON and is shown as text, whatever it holds: nothing that people typed is ever part of a template's
source. Fonts are typst's own, so that a document looks the same on every machine; Libertinus Serif has all letters of
Vietnamese. Documents begin with `#import "official.typ": *`. Makets are set in the letters of the screens, which
`script/vendor.py` makes readable for typst; where that has not been done they are set in Libertinus Serif, and the log
says so.
"""

import ctypes
import itertools
import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

import typst

from giaoban.threads import Behind

logger = logging.getLogger(__name__)

FOLDER: Final = Path(__file__).parent
SCREEN_FONTS: Final = FOLDER.parents[1] / "static" / "vendor" / "print"  # Be Vietnam Pro
Form = Literal["pdf", "svg", "png"]
REMEMBERED: Final = 11
TRIM_EVERY: Final = 8  # documents
WORD_LONGEST: Final = 24  # characters; a longer one may be broken anywhere, or it would run over its column
_LONG_WORD: Final = re.compile(rf"\S{{{WORD_LONGEST + 1},}}")
_ZERO_WIDTH_SPACE: Final = "\u200b"

_fonts: list[typst.Fonts] = []
_behind = Behind()
_set_so_far = itertools.count(1)


def pdf(template: str, data: Mapping[str, Any], made_at_ms: int) -> bytes:
    """The PDF of that template (a file beside this one) with `data` in it, which it was given at `made_at_ms`.

    Documents are set one after the other in a thread of lower priority, and everybody else is served meanwhile. Raises
    RuntimeError (typst's) when the template does not fit the data.
    """
    made = _behind.done(_set, template, {"data": _as_text(data)}, "pdf", made_at_ms // 1000)
    assert isinstance(made, bytes)
    return made


def pictures(template: str, data: Mapping[str, Any], made_at_ms: int, *, dots_per_inch: float = 96) -> list[bytes]:
    """The same pages as PNG files, for looking at them."""
    made = _behind.done(_set, template, {"data": _as_text(data)}, "png", made_at_ms // 1000, dots_per_inch)
    return [made] if isinstance(made, bytes) else list(made)


def one_page(
    template: str,
    data: Mapping[str, Any],
    form: Form,
    made_at_ms: int,
    *,
    dots_per_inch: float | None = None,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A document of one small page in that form, with no word broken; `more` are further inputs, as texts.

    Two hundred of them are set one after the other: what typst remembers of them is little, and helps with the next.
    Raises RuntimeError (typst's) when the template does not fit the data.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False), **(more or {})}
    made = _behind.done(_compiled, template, inputs, form, made_at_ms // 1000, dots_per_inch)
    if not isinstance(made, bytes):
        raise RuntimeError(f"{template} has more than one page")
    return made


def _set(
    template: str, inputs: dict[str, str], form: Form, made_at_s: int, dots_per_inch: float | None = None
) -> bytes | list[bytes]:
    made = _compiled(template, inputs, form, made_at_s, dots_per_inch)
    _forget()
    return made


def _compiled(
    template: str, inputs: dict[str, str], form: Form, made_at_s: int, dots_per_inch: float | None
) -> bytes | list[bytes]:
    if not _fonts:
        if not SCREEN_FONTS.is_dir():
            logger.warning("fonts of the screens are missing, makets are set in another", extra={"at": "static/vendor"})
        _fonts.append(typst.Fonts(include_system_fonts=False, font_paths=[SCREEN_FONTS]))
    return typst.compile(
        FOLDER / template,
        root=FOLDER,
        font_paths=_fonts[0],
        format=form,
        ppi=dots_per_inch,
        sys_inputs=inputs,
        timestamp=made_at_s,
    )


def _forget() -> None:
    """Give back the memory: typst remembers what it worked out for its last ten documents, half a gigabyte of papers.

    Empty documents push that out. What is free then lies in pieces between what is not, and would be held for ever more
    of it; the C library gives it back when told.
    """
    for _ in range(REMEMBERED):
        typst.compile(b"", font_paths=_fonts[0], format="svg")
    if next(_set_so_far) % TRIM_EVERY == 0:
        with suppress(OSError, AttributeError):  # only glibc can
            ctypes.CDLL(None).malloc_trim(0)


def _as_text(data: Mapping[str, Any]) -> str:
    return json.dumps(breakable(data), ensure_ascii=False)


def breakable(value: Any) -> Any:
    """The same value with places in its overlong words where a line may end."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_in_parts, value)
    if isinstance(value, Mapping):
        return {key: breakable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [breakable(each) for each in value]
    return value


def _in_parts(word: re.Match[str]) -> str:
    return _ZERO_WIDTH_SPACE.join(
        word[0][start : start + WORD_LONGEST] for start in range(0, len(word[0]), WORD_LONGEST)
    )
