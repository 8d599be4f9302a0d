"""The roll-call board worked out from a roll call: rooms in columns that never move, figures, and the sentence to read.

Knows no number of districts or rooms: whatever tree the roster holds is laid out the same way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from giaoban.domain.roster import KIND_WORDS
from giaoban.domain.texts import fold_for_search
from giaoban.web.filters import clock
from giaoban.web.roll_call import SOURCE_WORDS, STATUS_WORDS, attendance

COLUMNS_MOST: Final = 10
ROWS_LEAST, ROWS_MOST = 8, 25
HEAD_ROWS: Final = 2  # a group's heading takes as much room as two cells

OFFICIAL_ORDER: Final = ("huyen", "quan", "thi_xa", "thanh_pho", "xa", "phuong", "thi_tran", "dac_khu")
SHORT_KINDS: Final = {"thi_tran": "TT"}
LEVEL_WORDS: Final = {"district": "Cấp huyện", "commune": "Cấp xã"}

Row = Mapping[str, Any]
T = TypeVar("T")


def cell(row: Row, zone: str) -> dict[str, Any]:
    """One room: its short name, its state, and the sentence that says all of it."""
    status = attendance(row)
    said = row["effective"]
    words = [row["full_name"], STATUS_WORDS[status]]
    if status == "absent":
        words.append(said["reason"])
    if status == "present" and said["headcount"]["total"]:
        words.append(f"{said['headcount']['total']} đại biểu")
    words.append(line_words(row, zone))
    return {
        "row": row,
        "code": row["code"],
        "name": _cell_name(row),
        "status": status,
        "lost": lost(row),
        "label": ". ".join(words),
        "key": fold_for_search(f"{row['full_name']} {row['code']}"),
    }


def _cell_name(row: Row) -> str:
    return f"{SHORT_KINDS.get(row['kind'], '')} {row['name']}".strip()


def lost(row: Row) -> bool:
    """Whether a room that has been on the line is off it now; one that never came is only not yet there."""
    return row["last_seen_at_ms"] is not None and not row["connected"]


def line_words(row: Row, zone: str) -> str:
    """What is known of the room's connection."""
    if row["connected"]:
        return "Đã kết nối"
    if row["last_seen_at_ms"] is None:
        return "Chưa kết nối"
    return f"Mất kết nối từ {clock(row['last_seen_at_ms'], zone)}"


def groups(rows: Sequence[Row], zone: str) -> list[dict[str, Any]]:
    """The rooms by district, in the roster's order; rooms without one make columns of their own.

    Each group: `name`, `full_name`, `cells` (its own room first), `present`, `absent`, `count`.
    """
    heads = {row["code"]: row for row in rows if row["level"] == "district"}
    members: dict[str, list[Row]] = {code: [row] for code, row in heads.items()}
    alone = []
    for row in rows:
        if row["parent_code"] in members:
            members[row["parent_code"]].append(row)
        elif row["code"] not in heads:
            alone.append(row)
    found = [_group(_short(heads[code]), heads[code]["full_name"], own, zone) for code, own in members.items()]
    height = min(ROWS_MOST, max(ROWS_LEAST, -(-len(alone) // 5)))
    for part in _parts(alone, height):
        name = part[0]["name"] if len(part) == 1 else f"{part[0]['name']} – {part[-1]['name']}"
        found.append(_group(name, f"Từ {part[0]['full_name']} đến {part[-1]['full_name']}", part, zone))
    return found


def _parts(things: Sequence[T], most: int) -> list[list[T]]:
    return [list(things[at : at + most]) for at in range(0, len(things), most)]


def _short(row: Row) -> str:
    return f"TP {row['name']}" if row["kind"] == "thanh_pho" else str(row["name"])


def _group(name: str, full_name: str, rows: Sequence[Row], zone: str) -> dict[str, Any]:
    cells = [cell(row, zone) for row in rows]
    if rows[0]["level"] == "district":
        cells[0]["name"] = LEVEL_WORDS["district"] if rows[0]["kind"] == "huyen" else _kind_label(rows[0])
        cells[0]["head"] = True
    states = [one["status"] for one in cells]
    return {
        "name": name,
        "full_name": full_name,
        "cells": cells,
        "present": states.count("present"),
        "absent": states.count("absent"),
        "count": len(cells),
    }


def _kind_label(row: Row) -> str:
    return _capital(KIND_WORDS[row["kind"]])


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def bands(found: Sequence[dict[str, Any]]) -> list[list[list[dict[str, Any]]]]:
    """Bands of columns of groups: short groups share a column as far as the tallest one leaves room."""
    tallest = max((HEAD_ROWS + one["count"] for one in found), default=0)
    columns: list[list[dict[str, Any]]] = []
    for one in found:
        for column in columns:
            if sum(HEAD_ROWS + other["count"] for other in (*column, one)) <= tallest:
                column.append(one)
                break
        else:
            columns.append([one])
    return _parts(columns, COLUMNS_MOST)


def reasons(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """The absences by their reason: (reason, rooms named with their district), in the roster's order."""
    heads = {row["code"]: row for row in rows if row["level"] == "district"}
    found: dict[str, list[str]] = {}
    for row in rows:
        if attendance(row) == "absent":
            parent = heads.get(row["parent_code"])
            name = f"{_cell_name(row)}, {_short(parent)}" if parent else row["full_name"]
            found.setdefault(row["effective"]["reason"], []).append(name)
    return list(found.items())


def levels(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures of each level of the roster, with the kinds of unit that it holds in words."""
    return [
        {"name": LEVEL_WORDS[level], "kinds": _kinds(view["rows"], level), **totals}
        for level, totals in view["by_level"].items()
    ]


def _kinds(rows: Sequence[Row], level: str) -> str:
    """ "huyện, thành phố": the kinds of a level in the order in which official texts name them."""
    kinds = {row["kind"] for row in rows if row["level"] == level}
    return ", ".join(KIND_WORDS[kind] for kind in OFFICIAL_ORDER if kind in kinds)


def sentence(view: Mapping[str, Any], now_ms: int, zone: str) -> str:
    """The result of the roll call as it is read aloud."""
    at = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone))
    totals = view["totals"]
    parts = [f"{one['present']}/{one['expected']} {one['kinds']}" for one in levels(view)]
    made_of = f", gồm {' và '.join(parts)}" if len(parts) > 1 else ""
    minutes = f" {at.minute} phút" if at.minute else ""
    return (
        f"Đến {at.hour} giờ{minutes}, có {totals['present']}/{totals['expected']} điểm cầu có mặt{made_of}; "
        f"{totals['absent']} điểm cầu vắng có lý do; {totals['pending']} điểm cầu chưa điểm danh."
    )


def source_words(source: str) -> str:
    return _capital(SOURCE_WORDS[source])
