"""What stands on the two pages of the paper fallback: the running order with its times, the roll call by district."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.domain.items import Item
from giaoban.domain.roll_call_groups import ELSEWHERE, by_district
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.timer import ItemTimes
from giaoban.domain.times import clock, clock_s, day, length_words
from giaoban.models import Conference
from giaoban.services.programme import NOTHING, label, paper_numbers

NOBODY: Final = "Danh sách điểm cầu chưa có."
REASON_LONGEST: Final = 80  # characters; a sheet has no room for a story

Row = Mapping[str, Any]


def pages(conference: Conference, order: RunningOrder, roll_call: Row, now_ms: int) -> dict[str, Any]:
    """What `documents/paper.typ` sets; `roll_call` is the contract's, of all rooms."""
    zone = conference.timezone
    return {
        "kind": "Bản giấy",
        "title": conference.title,
        "printed": f"{clock_s(now_ms, zone)} ngày {day(now_ms, zone)}",
        "version": f"{order.version}/{conference.last_seq}",
        "order": _order(conference, order, now_ms),
        "roll": _roll(conference, roll_call),
        "nothing": NOTHING,
        "nobody": NOBODY,
    }


def _hotline(conference: Conference) -> list[tuple[str, str]]:
    return [("Đường dây nóng", conference.hotline)] if conference.hotline else []


# ---- the running order


def _order(conference: Conference, order: RunningOrder, now_ms: int) -> dict[str, Any]:
    zone, forecast, numbers = conference.timezone, order.forecast(now_ms), paper_numbers(order)
    over = order.phase == "finished"
    facts = [
        ("Kết thúc theo KH", clock(forecast.planned_end_at_ms, zone)),
        ("kết thúc lúc" if over else "dự kiến", clock(forecast.expected_end_at_ms, zone)),
        *_hotline(conference),
    ]
    rows = [
        _item(number, item, times, numbers, zone)
        for number, (item, times) in enumerate(zip(order.items, forecast.times, strict=True), 1)
    ]
    return {"facts": facts, "rows": rows}


def _item(number: int, item: Item, times: ItemTimes, numbers: dict[str, int], zone: str) -> dict[str, str]:
    unit = speaker_parts(item.speaker)[1] if item.kind == "paper" else ""
    about = item.title if unit else item.speaker or ""
    notes = {"live": "đang diễn ra", "paused": "tạm dừng", "skipped": "bỏ qua"}
    return {
        "number": str(number),
        "state": "live" if item.on_air else item.state,
        "planned": _time(times.planned_start_at_ms, zone),
        "expected": "" if item.begun else _time(times.expected_start_at_ms, zone),
        "began": _time(item.started_at_ms, zone),
        "ended": _time(item.ended_at_ms, zone),
        "length": length_words(item.allotted_ms).replace(" phút", "'").replace(" giây", "''").replace("' ", "'"),
        "name": f"{label(item, numbers)}. {unit}" if unit else item.title,
        "about": about,
        "note": notes.get(item.state, ""),
    }


def _time(at_ms: int | None, zone: str) -> str:
    return "" if at_ms is None else clock(at_ms, zone)


# ---- the roll call


def _roll(conference: Conference, roll_call: Row) -> dict[str, Any]:
    totals, rows = roll_call["totals"], roll_call["rows"]
    facts = [
        ("Có mặt", f"{totals['present']}/{totals['expected']}"),
        ("vắng (lý do)", str(totals["absent"])),
        ("chưa điểm danh", str(totals["pending"])),
        ("đại biểu", str(totals["headcount"])),
        *_hotline(conference),
    ]
    reasons = [
        {"name": row["full_name"], "reason": _cut(row["effective"]["reason"])}
        for row in rows
        if _state(row) == "absent"
    ]
    return {"facts": facts, "groups": groups(rows), "reasons": reasons}


def groups(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rooms by district; where there are none, all of them under no name."""
    found = by_district(rows)
    made = []
    for group in found:
        inside = [_room(row, group.name_of(row)) for row in group.rows]
        present = sum(room["state"] == "present" for room in inside)
        name = group.head["full_name"] if group.head is not None else (ELSEWHERE if len(found) > 1 else "")
        made.append({"name": name, "tally": f"{present}/{len(inside)}", "rows": inside})
    return made


def _room(row: Row, name: str) -> dict[str, str]:
    state = _state(row)
    heads = row["effective"]["headcount"]["total"] if state == "present" else 0
    return {"name": name, "state": state, "heads": str(heads) if heads else ""}


def _state(row: Row) -> str:
    return "waiting" if row["effective"] is None else str(row["effective"]["status"])


def _cut(text: str) -> str:
    return text if len(text) <= REASON_LONGEST else text[: REASON_LONGEST - 1].rstrip() + "…"
