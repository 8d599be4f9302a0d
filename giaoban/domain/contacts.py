"""Whom to phone in a room, as people keep it in a table: its columns, its rooms, what is wrong with which row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from giaoban.domain.agenda_columns import body, head_key, heads
from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import Row, Sheet
from giaoban.domain.room_names import RoomNames
from giaoban.domain.roster import Unit
from giaoban.domain.telephones import clean_telephones, with_zero
from giaoban.domain.texts import clean_text

OFFICE_LONGEST: Final = 150
_LOOKED_THROUGH: Final = 40  # rows among which the head is looked for
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "ma", "ma so", "ma diem cau", "ma don vi", "ma xa", "endpoint", "endpoint code"),
    "name": (
        "name",
        "ten",
        "ten diem cau",
        "diem cau",
        "ten don vi",
        "don vi",
        "ten xa",
        "xa",
        "xa phuong",
        "xa phuong thi tran",
        "dia phuong",
        "full name",
    ),
    "district": ("huyen", "ten huyen", "cap huyen", "thuoc huyen", "huyen thanh pho", "district"),
    "office": (
        "office",
        "co quan",
        "ten co quan",
        "van phong",
        "noi nhan",
        "noi nghe may",
        "co quan nghe may",
        "bo phan",
    ),
}
_TELEPHONE: Final = (
    "phone",
    "telephone",
    "tel",
    "mobile",
    "dien thoai",
    "so dien thoai",
    "so dt",
    "sdt",
    "dt",
    "dtdd",
    "di dong",
    "so di dong",
    "co dinh",
    "may ban",
    "so may",
    "hotline",
)


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact that has been checked and is to be stored for the room of that code."""

    code: str
    office: str
    telephone: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: what it says of which room, or why it says nothing.

    `place` names it for people ("dòng 7"); `mended` tells that a zero was put back before a number. A row without a
    number has neither contact nor problem.
    """

    place: str
    label: str
    contact: NewContact | None = None
    mended: bool = False
    problem: str = ""


def checked(code: str, office: object, telephone: object) -> NewContact:
    """Raises InvalidInput, `field` "office" or "telephone"."""
    try:
        name = clean_text(office, "office", longest=OFFICE_LONGEST)
    except InvalidInput as error:
        raise InvalidInput(f"Tên cơ quan dài nhất {OFFICE_LONGEST} ký tự, trên một dòng.", field="office") from error
    return NewContact(code, name, clean_telephones(telephone))


def read_contacts(sheets: Sequence[Sheet], units: Iterable[Unit]) -> list[TableRow]:
    """The rows of all sheets that have a head with telephones and rooms, in their order; hidden sheets are left out.

    Raises InvalidInput when no sheet has such a head.
    """
    names = RoomNames(units)
    found = [(sheet, head, columns) for sheet in sheets if not sheet.hidden for head, columns in _head(sheet)]
    if not found:
        raise InvalidInput(
            "Không thấy dòng tiêu đề. Tệp cần một cột “Số điện thoại” và một cột “Mã” hoặc “Tên điểm cầu”."
        )
    several = len(found) > 1
    rows: list[TableRow] = []
    places: dict[str, str] = {}
    for sheet, head, columns in found:
        for row in body(sheet, head):
            place = f"trang “{sheet.name}” dòng {row.number}" if several else f"dòng {row.number}"
            if any(row.cells):
                rows.append(_read(row, place, columns, names, places))
    return rows


def _head(sheet: Sheet) -> Iterator[tuple[int, Mapping[str, list[int]]]]:
    """The number of the head's row and the columns of each field; nothing when there is no head."""
    for row in sheet.rows[:_LOOKED_THROUGH]:
        columns: dict[str, list[int]] = {}
        for at, text in enumerate(heads(sheet, row.number)):
            key = head_key(text)
            if field := _field(key):
                columns.setdefault(field, []).append(at)
        if "telephone" in columns and ("code" in columns or "name" in columns):
            yield row.number, columns
            return


def _field(key: str) -> str | None:
    if any(key == word or key.startswith(word + " ") for word in _TELEPHONE):
        return "telephone"
    return next((field for field, words in _WORDS.items() if key in words), None)


def _read(row: Row, place: str, columns: Mapping[str, list[int]], names: RoomNames, places: dict[str, str]) -> TableRow:
    def cell(field: str) -> str:
        return next((row.cell(at) for at in columns.get(field, ()) if row.cell(at)), "")

    label = cell("name") or cell("code")
    if any(at in row.faults for at in columns["telephone"]):
        return TableRow(place, label, problem="Ô số điện thoại là công thức hoặc lỗi, không đọc được.")
    told = [with_zero(row.cell(at)) for at in columns["telephone"] if row.cell(at)]
    if not told:
        return TableRow(place, label)
    try:
        code = _room(cell("code"), cell("name"), cell("district"), names)
        contact = checked(code, cell("office"), "; ".join(dict.fromkeys(text for text, _ in told)))
        if code in places:
            raise InvalidInput(f"Điểm cầu này đã có ở {places[code]}.")
    except InvalidInput as error:
        return TableRow(place, label, problem=error.message)
    places[code] = place
    return TableRow(place, label, contact, any(mended for _, mended in told))


def _room(code: str, name: str, district: str, names: RoomNames) -> str:
    """The code of the room that is meant, by its code, else by its name. Raises InvalidInput."""
    if code:
        if code in names:
            return code
        # Spreadsheets take codes for counts too.
        padded = [known for known in names.codes if known.lstrip("0") == code.lstrip("0")]
        if len(padded) == 1:
            return padded[0]
        if not name:
            raise InvalidInput(f"Không có điểm cầu mang mã “{code[:40]}”.")
    found = names.find(f"{name}, {district}") if district else []
    found = found or names.find(name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise InvalidInput(f"Không có điểm cầu nào tên “{(name or code)[:60]}”.")
    raise InvalidInput(f"Có {len(found)} điểm cầu tên “{name[:60]}”. Xin ghi thêm huyện, hoặc ghi mã.")
