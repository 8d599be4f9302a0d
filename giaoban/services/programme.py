"""The running order as a programme on paper: what the official document and the print view both show, in words."""

from typing import Any, Final

from giaoban.domain.items import KIND_WORDS, Item
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.timer import ItemTimes
from giaoban.domain.times import clock, length_words, long_day
from giaoban.models import Conference
from giaoban.models.conference import hall_of

KIND: Final = "Chương trình"
NOTHING: Final = "Chương trình chưa có mục nào."
SKIPPED: Final = "không tiến hành"


def head(conference: Conference, made_at_ms: int) -> dict[str, str]:
    """Who issues a document, where and on which day: from the conference's own picture, else from its roster."""
    maket, hall = conference.maket, hall_of(conference.id)
    unit = f"{hall.full_name[0].lower()}{hall.full_name[1:]}" if hall else ""
    return {
        "above": str(maket.get("above") or ""),
        "org": str(maket.get("org") or (f"Thường trực HĐND {unit}" if unit else "")),
        "place": str(maket.get("place") or (hall.name if hall else "")),
        "date": long_day(made_at_ms, conference.timezone),
    }


def programme(conference: Conference, order: RunningOrder, rooms: dict[str, str], now_ms: int) -> dict[str, Any]:
    """What `documents/running_order.typ` sets; `rooms` names the endpoints by code.

    Planned times; of an item that came after the start, which has none, the expected ones.
    """
    zone, forecast = conference.timezone, order.forecast(now_ms)
    numbers = paper_numbers(order)
    rows = [
        _row(number, item, times, numbers, rooms, zone)
        for number, (item, times) in enumerate(zip(order.items, forecast.times, strict=True), 1)
    ]
    return {
        "head": head(conference, now_ms),
        "kind": KIND,
        "title": conference.title,
        "facts": _facts(conference, forecast.planned_end_at_ms),
        "rows": rows,
        "nothing": NOTHING,
    }


def paper_numbers(order: RunningOrder) -> dict[str, int]:
    """The number of each paper by its item's id; skipped ones keep theirs."""
    papers = (item.id for item in order.items if item.kind == "paper")
    return {item_id: number for number, item_id in enumerate(papers, 1)}


def label(item: Item, numbers: dict[str, int]) -> str:
    """ "Tham luận 3"; the mere kind of anything that is no paper."""
    return f"{KIND_WORDS[item.kind]} {numbers.get(item.id, '')}".rstrip()


def _facts(conference: Conference, ends_at_ms: int) -> list[tuple[str, str]]:
    zone, begins_at_ms = conference.timezone, conference.starts_at_ms
    first_day, last_day = long_day(begins_at_ms, zone), long_day(ends_at_ms, zone)
    begins, ends = clock(begins_at_ms, zone), clock(ends_at_ms, zone)
    when = (
        f"{begins} đến {ends}, {first_day}" if first_day == last_day else f"{begins} {first_day} đến {ends} {last_day}"
    )
    facts = [("Thời gian", when)]
    if conference.hotline:
        facts.append(("Đường dây nóng", conference.hotline))
    return facts


def _row(
    number: int, item: Item, times: ItemTimes, numbers: dict[str, int], rooms: dict[str, str], zone: str
) -> dict[str, str]:
    skipped = item.state == "skipped"
    planned = times.planned_start_at_ms is not None
    begins_at_ms = times.planned_start_at_ms if planned else times.expected_start_at_ms
    time = "–"
    if begins_at_ms is not None and not skipped:
        time = f"{clock(begins_at_ms, zone)} – {clock(begins_at_ms + item.planned_ms, zone)}"
    return {
        "number": str(number),
        "time": time if planned or time == "–" else f"dự kiến {time}",
        "kind": label(item, numbers) if item.kind == "paper" else "",
        "content": f"{item.title} ({SKIPPED})" if skipped else item.title,
        "speaker": item.speaker or rooms.get(item.endpoint_code or "", ""),
        "length": "–" if skipped else length_words(item.planned_ms),
    }
