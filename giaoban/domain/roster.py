"""A roster of endpoints: reading the CSV form, checking it whole, naming units.

The form is `code,level,kind,name,parent_code`, UTF-8, one unit a line; the tree is data and may have two levels or
three. Codes are text: leading zeros matter.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from giaoban.domain.chain import canonical
from giaoban.domain.errors import InvalidInput, InvalidRoster
from giaoban.domain.texts import clean_text

COLUMNS: Final = ("code", "level", "kind", "name", "parent_code")
LEVELS: Final = ("province", "district", "commune")
LEVEL_WORDS: Final = {"province": "cấp tỉnh", "district": "cấp huyện", "commune": "cấp xã"}  # inside a sentence
KIND_WORDS: Final = {
    "tinh": "tỉnh",
    "thanh_pho": "thành phố",
    "thi_xa": "thị xã",
    "quan": "quận",
    "huyen": "huyện",
    "phuong": "phường",
    "thi_tran": "thị trấn",
    "xa": "xã",
    "dac_khu": "đặc khu",
}
PROBLEMS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Unit:
    """One endpoint: the provincial hall, a district or a commune."""

    code: str
    level: str
    kind: str
    name: str
    parent_code: str | None

    @property
    def kind_and_name(self) -> str:
        """As inside a sentence: "xã Cao Minh"."""
        return f"{KIND_WORDS[self.kind]} {self.name}"


def full_name(unit: Unit, parent: Unit | None) -> str:
    """The unit as a label that cannot be mistaken: "Xã Cao Minh, huyện Tràng Định"; the parent below districts only."""
    own = unit.kind_and_name
    label = own[0].upper() + own[1:]
    if parent is None or parent.level == "province":
        return label
    return f"{label}, {parent.kind_and_name}"


def roster_hash(units: Iterable[Unit]) -> str:
    """What binds a log to the roster that its attendance was counted by: SHA-256 in hex over the units in order."""
    return hashlib.sha256(canonical([asdict(unit) for unit in units]).encode()).hexdigest()


def read_roster(data: bytes) -> tuple[Unit, ...]:
    """The units of a CSV file, in its order.

    Raises InvalidRoster naming every bad line (1 is the header): wrong encoding, missing column, empty or too long
    field, unknown level or kind, duplicate code, unknown parent, a parent of the wrong level, a loop, no province.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidRoster([f"Dòng {line}: tệp không phải UTF-8 (byte thứ {error.start + 1})."]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    problems: list[str] = []
    units: list[tuple[int, Unit]] = []
    try:
        header = [name.strip() for name in reader.fieldnames or []]
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise InvalidRoster([f"Dòng 1: thiếu cột {', '.join(missing)}."])
        reader.fieldnames = header
        for row in reader:
            if None in row or None in row.values():
                problems.append(f"Dòng {reader.line_num}: số cột không khớp với dòng tiêu đề.")
                continue
            try:
                units.append((reader.line_num, _unit(row)))
            except InvalidInput as error:
                problems.append(f"Dòng {reader.line_num}: {error}")
    except csv.Error as error:
        # the line after the last good one is where an unclosed quote began, not where the file ended
        problems.append(f"Dòng {reader.line_num + 1}: không đọc được CSV ({error}).")
    if not units and not problems:
        problems.append("Tệp không có điểm cầu nào.")
    problems += _tree_problems(units)
    if problems:
        more = len(problems) - PROBLEMS_SHOWN
        raise InvalidRoster(problems[:PROBLEMS_SHOWN] + ([f"… và {more} lỗi nữa."] if more > 0 else []))
    return tuple(unit for _, unit in units)


def _unit(row: dict[str, str]) -> Unit:
    code = clean_text(row["code"], "code", longest=20, shortest=1)
    if not code.isascii() or not all(char.isalnum() or char in "-_." for char in code):
        raise InvalidInput("“code” chỉ gồm chữ không dấu, số và các dấu - _ .")
    level, kind = row["level"].strip(), row["kind"].strip()
    if level not in LEVELS:
        raise InvalidInput(f"“level” là {level!r}, phải là một trong: {', '.join(LEVELS)}.")
    if kind not in KIND_WORDS:
        raise InvalidInput(f"“kind” là {kind!r}, phải là một trong: {', '.join(KIND_WORDS)}.")
    name = clean_text(row["name"], "name", longest=100, shortest=1)
    return Unit(code, level, kind, name, row["parent_code"].strip() or None)


def _tree_problems(units: list[tuple[int, Unit]]) -> list[str]:
    problems = []
    by_code: dict[str, tuple[int, Unit]] = {}
    for line, unit in units:
        if unit.code in by_code:
            problems.append(f"Dòng {line}: mã {unit.code} đã có ở dòng {by_code[unit.code][0]}.")
        else:
            by_code[unit.code] = (line, unit)
    provinces = [line for line, unit in units if unit.level == "province"]
    if units and len(provinces) != 1:
        problems.append(f"Phải có đúng một đơn vị cấp tỉnh (province), tệp có {len(provinces)}.")
    for line, unit in units:
        parent = None if unit.parent_code is None else by_code.get(unit.parent_code)
        if unit.level == "province":
            if unit.parent_code is not None:
                problems.append(f"Dòng {line}: đơn vị cấp tỉnh không có cấp trên.")
        elif parent is None:
            problems.append(f"Dòng {line}: không có đơn vị cấp trên mang mã {unit.parent_code or '(trống)'}.")
        elif _in_a_loop(unit, by_code):
            problems.append(f"Dòng {line}: {unit.code} nằm trong một vòng cấp trên.")
        elif LEVELS.index(parent[1].level) >= LEVELS.index(unit.level):
            problems.append(f"Dòng {line}: cấp trên {unit.parent_code} không cao hơn cấp của {unit.code}.")
    return problems


def _in_a_loop(unit: Unit, by_code: dict[str, tuple[int, Unit]]) -> bool:
    seen = set()
    current: Unit | None = unit
    while current is not None and current.code not in seen:
        seen.add(current.code)
        above = by_code.get(current.parent_code) if current.parent_code else None
        current = above[1] if above else None
    return current is not None
