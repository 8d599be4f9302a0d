"""The roll call to be signed: on paper with a page group a district, and as a workbook with a sheet a district.

Of how things stand, or of a frozen count, whose seal is on it then.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.documents import typeset
from giaoban.documents.workbook import TIME, WHOLE, Cell, Column, Sheet, venue_time, workbook
from giaoban.domain.counts import printed
from giaoban.domain.headcount_groups import in_order
from giaoban.domain.roll_call_groups import ELSEWHERE, EVERYBODY, Group, by_district, unit_name
from giaoban.domain.roll_call_sentence import number, sentence
from giaoban.domain.times import clock, clock_s, long_day
from giaoban.models import Conference
from giaoban.services.counts import Counts
from giaoban.services.documents import XLSX, File
from giaoban.services.ports import Clock
from giaoban.services.programme import head
from giaoban.services.roll_call import RollCall
from giaoban.threads import while_others_go_on

STATUS_WORDS: Final = {"present": "Có mặt", "absent": "Vắng", None: ""}
SOURCE_WORDS: Final = {"self": "điểm cầu", "district": "cấp huyện", "secretary": "Ban tổ chức", None: ""}
FIGURES: Final = ("expected", "present", "absent", "pending", "headcount")
NAME_LONGEST: Final = 31  # characters of a sheet's name
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\']")

Row = Mapping[str, Any]  # a room as a count has it: the unit and what counted for it, all None where nobody reported


class RollCallSheets:
    """Sheets of a conference's roll call."""

    def __init__(self, clock: Clock, roll_call: RollCall, counts: Counts) -> None:
        self._clock = clock
        self._roll_call = roll_call
        self._counts = counts

    def file(self, conference: Conference, form: str, count: int | None = None) -> File:
        """As pdf or xlsx, of the frozen count of that number or, when None, of now. Raises NotFound."""
        now_ms = self._clock.now_ms()
        if count is None:
            view = self._roll_call.view(conference)
            rows = [_live_row(row) for row in view["rows"]]
            said = sentence(view["totals"], view["by_level"], now_ms, conference.timezone)
            at_ms, seal = now_ms, None
        else:
            kept = self._counts.get(conference, count)
            rows, said, at_ms, seal = kept["rows"], kept["sentence"], kept["at_ms"], kept["hash"]
        name = f"diem-danh-{conference.slug}{f'-lan-{count}' if count else ''}.{form}"
        as_of = _as_of(at_ms, conference.timezone, count, seal)
        if form == "pdf":
            data = _document(conference, rows, said, as_of, now_ms)
            return File(name, "application/pdf", typeset.pdf("roll_call_sheet.typ", data, now_ms))
        sheets = _sheets(conference, rows, said, as_of, at_ms)
        return File(name, XLSX, while_others_go_on(workbook, sheets, conference.title, now_ms))


def _live_row(row: Row) -> dict[str, Any]:
    unit = {name: row[name] for name in ("code", "level", "kind", "name", "parent_code")}
    said = row["effective"] or {}
    told = ("status", "headcount", "reason", "source", "late", "happened_at_ms")
    return {**unit, **{name: said.get(name) for name in told}}


def _as_of(at_ms: int, zone: str, count: int | None, seal: str | None) -> str:
    when = f"{clock_s(at_ms, zone)} {long_day(at_ms, zone)}"
    if seal is None:
        return f"Số liệu lúc {when}, chưa chốt."
    return f"Chốt lần {count} lúc {when}. Mã chốt: {printed(seal)}."


def _name(group: Group, several: bool) -> str:
    if group.head is None:
        return ELSEWHERE if several else EVERYBODY
    return unit_name(group.head)


def _heads(row: Row) -> int | None:
    return row["headcount"]["total"] if row["status"] == "present" else None


def _figures(rows: Sequence[Row]) -> dict[str, int]:
    words = [row["status"] for row in rows]
    return {
        "expected": len(words),
        "present": words.count("present"),
        "absent": words.count("absent"),
        "pending": words.count(None),
        "headcount": sum(_heads(row) or 0 for row in rows),
    }


# ---- on paper


def _document(conference: Conference, rows: Sequence[Row], said: str, as_of: str, now_ms: int) -> dict[str, Any]:
    """What `documents/roll_call_sheet.typ` sets."""
    groups = by_district(rows)
    return {
        "head": head(conference, now_ms),
        "kind": "Bảng điểm danh các điểm cầu",
        "title": conference.title,
        "sentence": said,
        "as_of": as_of,
        "groups": [
            {
                "name": _name(group, len(groups) > 1),
                "figures": _written(group.rows),
                "rows": [
                    {
                        "name": group.name_of(row),
                        "status": STATUS_WORDS[row["status"]] + (" (muộn)" if row["late"] else ""),
                        "reason": row["reason"] or "" if row["status"] == "absent" else "",
                        "heads": "" if _heads(row) is None else number(_heads(row) or 0),
                        "at": "" if row["status"] is None else clock(row["happened_at_ms"], conference.timezone),
                        "source": SOURCE_WORDS[row["source"]],
                    }
                    for row in group.rows
                ],
            }
            for group in groups
        ],
        "whole": _written(rows),
    }


def _written(rows: Sequence[Row]) -> list[str]:
    figures = _figures(rows)
    return [number(figures[name]) for name in FIGURES]


# ---- as a workbook

_SUMMARY: Final = (
    Column("STT", 6, WHOLE),
    Column("Đơn vị", 36, wide=True),
    Column("Điểm cầu", 10, WHOLE),
    Column("Có mặt", 10, WHOLE),
    Column("Vắng", 10, WHOLE),
    Column("Chưa báo cáo", 12, WHOLE),
    Column("Đại biểu", 10, WHOLE),
)
_ROOMS: Final = (
    Column("STT", 6, WHOLE),
    Column("Mã", 10, "@"),
    Column("Điểm cầu", 36, wide=True),
    Column("Có mặt/vắng", 14),
    Column("Lý do", 34, wide=True),
    Column("Số đại biểu", 10, WHOLE),
    Column("Giờ", 16, TIME),
    Column("Người báo", 16),
    Column("Chữ ký", 22),
)


def _sheets(conference: Conference, rows: Sequence[Row], said: str, as_of: str, at_ms: int) -> list[Sheet]:
    """The summary, then a sheet a district, with a column for each group of people that was told."""
    groups = by_district(rows)
    named = [(_name(group, len(groups) > 1), group) for group in groups]
    summary: list[list[Cell]] = [
        [place, name, *(_figures(group.rows)[figure] for figure in FIGURES)]
        for place, (name, group) in enumerate(named, 1)
    ]
    summary.append([None, "Tổng số", *(_figures(rows)[figure] for figure in FIGURES)])
    summary += [[None, text, *[None] * len(FIGURES)] for text in (said, as_of)]
    taken: set[str] = {"tổng hợp"}
    sheets = [Sheet("Tổng hợp", _SUMMARY, summary)]
    for name, group in named:
        people = _people(group.rows)
        columns = [*_ROOMS[:6], *(Column(each, 14, WHOLE) for each in people), *_ROOMS[6:]]
        cells = [
            _cells(place, group, row, people, venue_time(row["happened_at_ms"], conference.timezone, at_ms))
            for place, row in enumerate(group.rows, 1)
        ]
        sheets.append(Sheet(_sheet_name(name, taken), columns, cells))
    return sheets


def _cells(place: int, group: Group, row: Row, people: Sequence[str], at: Cell) -> list[Cell]:
    told = row["headcount"]["groups"] if row["status"] == "present" else {}
    return [
        place,
        row["code"],
        group.name_of(row),
        STATUS_WORDS[row["status"]] + (" (muộn)" if row["late"] else ""),
        row["reason"] if row["status"] == "absent" else None,
        _heads(row),
        *(told.get(each) for each in people),
        at,
        SOURCE_WORDS[row["source"]],
        None,
    ]


def _people(rows: Sequence[Row]) -> list[str]:
    """The groups of people that anybody told of, in the plan's order, the others after them."""
    found: dict[str, None] = {}
    for level in dict.fromkeys(row["level"] for row in rows):
        told: dict[str, int] = {}
        for row in rows:
            if row["level"] == level and row["status"] == "present":
                told.update(row["headcount"]["groups"])
        found.update(dict.fromkeys(in_order(level, told)))
    return list(found)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a workbook takes, and that no other sheet has."""
    base = _NO_NAME.sub(" ", name)[:NAME_LONGEST].strip() or "Điểm cầu"
    made, again = base, 1
    while made.lower() in taken:
        again += 1
        made = f"{base[: NAME_LONGEST - 4]} ({again})"
    taken.add(made.lower())
    return made
