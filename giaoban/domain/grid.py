"""A table as people keep it in a file: rows of texts with the numbers by which their program shows them."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

FORMULA: Final = "formula"  # a formula whose result the file does not hold; any other fault is the cell's error itself

_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn")


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` from the first column on, "" for empty ones.

    `faults` says by column why there is no value, `filled` which columns took theirs from a merged cell above.
    """

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
    faults: Mapping[int, str] = field(default_factory=dict)
    filled: frozenset[int] = frozenset()

    def cell(self, column: int | None) -> str:
        """The text of that column; "" for no column, or one that the row does not reach."""
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet that hold anything; `problem` is the sentence why it could not be read."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    problem: str = ""

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)

    def row(self, number: int) -> Row | None:
        return next((row for row in self.rows if row.number == number), None)


def to_data(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """The sheets as JSON values."""
    return [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "problem": sheet.problem,
            "rows": [
                [row.number, row.cells, row.hidden, [*row.faults.items()], sorted(row.filled)] for row in sheet.rows
            ],
        }
        for sheet in sheets
    ]


def from_data(data: Sequence[Mapping[str, Any]]) -> tuple[Sheet, ...]:
    """The sheets that `to_data` wrote."""
    return tuple(
        Sheet(
            sheet["name"],
            tuple(
                Row(number, tuple(cells), hidden, dict(faults), frozenset(filled))
                for number, cells, hidden, faults, filled in sheet["rows"]
            ),
            sheet["hidden"],
            sheet["problem"],
        )
        for sheet in data
    )


def column_name(column: int) -> str:
    """How spreadsheets call a column, counted from 0: "A", "Z", "AA"."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def tidy(text: str) -> str:
    """One NFC line: odd blanks and line breaks are single spaces, what cannot be seen is gone."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text) and "  " not in text:
        return text.strip()  # as most are; nothing that cannot be seen is printable
    text = unicodedata.normalize("NFC", text)
    seen = "".join(
        " " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char) not in _UNSEEN
    )
    return " ".join(seen.split())
