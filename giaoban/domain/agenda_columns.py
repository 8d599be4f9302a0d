"""Which column of a table of a programme holds what: guessed from the words at its head, in Vietnamese or English."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from giaoban.domain.agenda_cells import is_clock, is_length
from giaoban.domain.grid import Row, Sheet
from giaoban.domain.texts import fold_for_search

# In the order in which a form shows them.
FIELDS: Final = (
    "title",
    "speaker",
    "kind",
    "planned",
    "start",
    "end",
    "endpoint",
    "cap",
    "min",
    "not_before",
    "item_id",
)
TIMES: Final = "times"  # a head that may stand for lengths or for times of day: the cells below tell

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        "noi dung",
        "noi dung trinh bay",
        "noi dung tham luan",
        "ten muc",
        "ten tham luan",
        "chuyen de",
        "chu de",
        "de tai",
        "tieu de",
        "cong viec",
        "title",
        "topic",
        "subject",
        "content",
        "agenda",
        "item",
        "description",
    ),
    "speaker": (
        "nguoi trinh bay",
        "don vi nguoi trinh bay",
        "don vi trinh bay",
        "dai bieu trinh bay",
        "trinh bay",
        "nguoi phat bieu",
        "don vi phat bieu",
        "nguoi thuc hien",
        "don vi thuc hien",
        "thuc hien",
        "phu trach",
        "chu tri",
        "bao cao vien",
        "don vi",
        "co quan",
        "speaker",
        "presenter",
        "speaker unit",
        "unit",
        "organization",
        "organisation",
    ),
    "kind": ("loai", "loai muc", "loai noi dung", "hinh thuc", "kind", "type", "category"),
    "planned": (
        "phut",
        "so phut",
        "thoi luong",
        "thoi luong phut",
        "thoi gian phut",
        "ke hoach phut",
        "duration",
        "length",
        "minutes",
        "minute",
        "mins",
        "planned",
    ),
    "start": (
        "gio",
        "gio bat dau",
        "bat dau",
        "thoi gian bat dau",
        "thoi diem",
        "tu",
        "tu gio",
        "start",
        "start time",
        "begin",
        "from",
        "time start",
    ),
    "end": ("den", "den gio", "ket thuc", "gio ket thuc", "thoi gian ket thuc", "end", "end time", "finish", "to"),
    "endpoint": (
        "diem cau",
        "diem cau ma",
        "ma diem cau",
        "ma don vi",
        "dia diem",
        "dia phuong",
        "phong hop",
        "endpoint",
        "endpoint code",
        "site",
        "room",
        "location",
    ),
    "cap": ("toi da", "toi da phut", "nhieu nhat", "nhieu nhat phut", "gioi han", "cap", "max", "maximum"),
    "min": ("it nhat", "it nhat phut", "toi thieu", "toi thieu phut", "min", "minimum", "at least"),
    "not_before": ("khong som hon", "som nhat", "khong truoc", "not before", "earliest"),
    "item_id": ("ma muc", "ma so muc", "id", "item id"),
    TIMES: ("thoi gian", "time", "times", "lich"),
}
_HEAD_LONGEST: Final = 40  # characters; whatever is longer is no head of a column
_LOOKED_THROUGH: Final = 40  # rows among which the head is looked for
_SAMPLE: Final = 60  # rows by which times of day and lengths are told apart
_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """The row at which the heads stand (0: none was found) and the column of each field that was found."""

    head: int
    columns: Mapping[str, int] = field(default_factory=dict)


def head_key(text: str) -> str:
    """A head without diacritics, marks and capitals, for comparing."""
    return _NO_LETTER.sub(" ", fold_for_search(text)).strip()


def guess(sheet: Sheet, remembered: Mapping[str, str] | None = None) -> Guess:
    """The head that fits best among the first rows. `remembered` maps head keys to fields as somebody once chose."""
    best, most = Guess(0), 0
    for row in sheet.rows[:_LOOKED_THROUGH]:
        columns = columns_at(sheet, row.number, remembered)
        known = len(columns) + ("title" in columns)
        if known > most and known > 1:
            best, most = Guess(row.number, columns), known
    return best


def columns_at(sheet: Sheet, head: int, remembered: Mapping[str, str] | None = None) -> dict[str, int]:
    """The column of each field when the heads stand at that row."""
    found: dict[str, int] = {}
    for _, column, name in sorted(_fits(sheet, head, remembered or {}), key=lambda fit: (-fit[0], fit[1])):
        if name == TIMES:
            name = _lengths_or_clock(sheet, head, column)
        if name not in found and column not in found.values():
            found[name] = column
    return {name: found[name] for name in FIELDS if name in found}


def heads(sheet: Sheet, head: int) -> list[str]:
    """The words at the head of each column; of two rows of heads the lower, where it says something."""
    row, above = sheet.row(head), None
    if row is None:
        return [""] * sheet.width
    above = sheet.row(head - 1)
    return [row.cell(column) or _short(above, column) for column in range(sheet.width)]


def body(sheet: Sheet, head: int) -> Iterator[Row]:
    """The rows below the head."""
    return (row for row in sheet.rows if row.number > head)


def _short(row: Row | None, column: int) -> str:
    text = row.cell(column) if row else ""
    return text if len(text) <= _HEAD_LONGEST else ""


def _fits(sheet: Sheet, head: int, remembered: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """(how well, column, field) for every head that says something."""
    for column, text in enumerate(heads(sheet, head)):
        key = head_key(text)
        if not key or len(text) > _HEAD_LONGEST:
            continue
        if remembered.get(key) in FIELDS:
            yield 1000, column, remembered[key]
        for name, phrases in _WORDS.items():
            if key in phrases:
                yield 500 + len(key), column, name
            else:
                within = [len(phrase) for phrase in phrases if f" {phrase} " in f" {key} " and len(phrase) > 3]
                if within:
                    yield max(within), column, name
        if key in ("don vi", "dia phuong", "co quan"):  # who speaks, unless another column says it: then where
            yield 1, column, "endpoint"


def _lengths_or_clock(sheet: Sheet, head: int, column: int) -> str:
    cells = [row.cell(column) for row in body(sheet, head) if row.cell(column)][:_SAMPLE]
    clocks = sum(is_clock(text) for text in cells)
    lengths = sum(is_length(text) for text in cells)
    return "start" if clocks > lengths else "planned"
