"""The projector's roll call: figures of the whole and of its districts, and the sentence that is read to them.

Knows no number of rooms or districts: its rows are districts as long as they fit, else neighbours of the
roster; without districts neighbours in the alphabet, as on the board, where everybody finds the own room.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from giaoban.domain.alphabet import dictionary_key
from giaoban.domain.roll_call_groups import Group, by_district
from giaoban.domain.roll_call_sentence import NOBODY, in_parts, sentence
from giaoban.models import Conference
from giaoban.screens import order
from giaoban.web.current import services

SHORT_KINDS: Final = {"thanh_pho": "TP ", "thi_xa": "TX "}
ELSEWHERE: Final = "Điểm cầu khác"
WITH_BARS, IN_TWO, IN_THREE = 13, 28, 36  # rows at most, in one column with bars, in two, in three

Row = Mapping[str, Any]


def roll_call(conference: Conference, items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The frozen count that was chosen for the hall, else how things stand; whole and rows are of one reading.

    `layout` names how the rows stand; `opening_at_ms` is None once it has opened.
    """
    count = services().counts.shown(conference)
    if count is None:
        view = services().roll_call.view(conference)
        rooms = [{**room, "status": (room["effective"] or {}).get("status")} for room in view["rows"]]
        said = sentence(view["totals"], view["by_level"], services().clock.now_ms(), conference.timezone)
    else:
        rooms, said = count["rows"], count["sentence"]
    rows, layout = _rows(rooms)
    return {
        "totals": _figures("", rooms),
        "rows": rows,
        "layout": layout,
        "frozen": None if count is None else {"number": count["number"], "at_ms": count["at_ms"]},
        # Without its first sentence, which says the time: the picture has a clock, and a frozen count its own sign.
        "sentence": [] if said == NOBODY else in_parts(said.partition(". ")[2]),
        "opening_at_ms": order.opening_at_ms(items),
    }


def _rows(rooms: Sequence[Row]) -> tuple[list[dict[str, Any]], str]:
    groups = by_district(rooms)
    districts = [group for group in groups if group.head is not None]
    if districts and len(groups) <= IN_THREE:
        rows = [_figures(_name(group), group.rows) for group in groups]
        return rows, "bars" if len(rows) <= WITH_BARS else "two" if len(rows) <= IN_TWO else "three"
    # Too many for one picture, or none at all: so many neighbours together that what is left fits.
    if districts:
        named = [(_name(group), group.rows) for group in groups]
    else:
        by_name = sorted(rooms, key=lambda room: (dictionary_key(room["name"]), room["code"]))
        named = [(room["name"], (room,)) for room in by_name]
    size = max(1, -(-len(named) // WITH_BARS))
    rows = []
    for at in range(0, len(named), size):
        part = named[at : at + size]
        name = part[0][0] if len(part) == 1 else f"{part[0][0]} – {part[-1][0]}"
        rows.append(_figures(name, [room for _, own in part for room in own]))
    return rows, "bands" if rows else "whole"


def _name(group: Group) -> str:
    return ELSEWHERE if group.head is None else SHORT_KINDS.get(group.head["kind"], "") + group.head["name"]


def _figures(name: str, rooms: Sequence[Row]) -> dict[str, Any]:
    words = [room["status"] for room in rooms]
    return {
        "name": name,
        "expected": len(words),
        "present": words.count("present"),
        "absent": words.count("absent"),
        "pending": words.count(None),
    }
