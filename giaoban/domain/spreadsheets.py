"""Tables for spreadsheet programs: texts that would be taken for formulas stay texts, and files open as they should.

A cell that begins with = + - @ (or what is taken for one of them), a tab or a line break may be run as a formula where
the file is opened. Such a text gets an apostrophe in front, which spreadsheets know as the mark of a text;
`unguarded` takes it away again, so that what was exported comes back exactly.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

_SIGNS: Final = "=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"  # the last as East Asian fonts have them
_FORMULA: Final = re.compile(rf"'*[\s\u200b\u2060\ufeff]*[{_SIGNS}\t\r\n]")


def runs(text: str) -> bool:
    """Whether some program might take the text for a formula."""
    return _FORMULA.match(text) is not None and not text.startswith("'")


def guarded(text: str) -> str:
    """The text as it goes into a CSV file: one apostrophe more where it might be taken for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` made that of. Any other text comes back as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that spreadsheets open with its Vietnamese letters: UTF-8 with its mark, commas, every cell quoted."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")
