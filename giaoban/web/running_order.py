"""The running order in words, for every page: kinds, names of items, numbers of papers, the live item's clock.

Items are those of the contract's JSON. static/js/lib/stage.js tells the same from the same facts;
tests/cases/stage.json holds both to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from giaoban.domain.items import KIND_WORDS as KIND_WORDS
from giaoban.domain.items import Item
from giaoban.domain.speaker import heading as heading_of
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.timer import remaining_ms, share_left, time_state

TIME_STATE_WORDS: Final = {
    "normal": "Còn lại",
    "warning": "Sắp hết giờ",
    "danger": "Mời kết luận",
    "over": "Quá giờ",
    "paused": "Tạm dừng",
}


def heading(item: Mapping[str, Any]) -> str:
    """What an item is called in one line: the unit of a paper in full, else its title."""
    return heading_of(item["kind"], str(item["title"]), item.get("speaker"))


def short_heading(item: Mapping[str, Any]) -> str:
    """The same for lists and narrow lines, the unit shortened."""
    return (item["kind"] == "paper" and short_unit(item.get("speaker"))) or str(item["title"])


def short_unit(speaker: str | None) -> str:
    """A speaker's unit shortened: "Xã Cao Minh, Tràng Định". The parent's name stays, as names repeat."""
    _, unit = speaker_parts(speaker)
    return unit.replace(", huyện ", ", ").replace(", thành phố ", ", TP ").replace(", thị xã ", ", TX ")


def papers(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the papers in order; numbers are those of the printed programme, skipped ones included."""
    return [item["id"] for item in items if item["kind"] == "paper"]


def paper_index(item_id: str, paper_ids: Sequence[str]) -> int | None:
    """8 for the eighth paper; None for anything that is no paper."""
    return paper_ids.index(item_id) + 1 if item_id in paper_ids else None


def paper_number(item_id: str, paper_ids: Sequence[str]) -> str:
    """ "8/14" for the eighth paper of fourteen; "" for anything that is no paper."""
    index = paper_index(item_id, paper_ids)
    return f"{index}/{len(paper_ids)}" if index else ""


def label(item: Mapping[str, Any], paper_ids: Sequence[str]) -> str:
    """ "Tham luận 8/14"; the mere kind of anything that is no paper."""
    return f"{KIND_WORDS[item['kind']]} {paper_number(item['id'], paper_ids)}".rstrip()


def begun_second(at_ms: int | None) -> int | None:
    """What is expected, to the second, a begun one counting: what is to end at 12:00 is not shown as 11:59."""
    return None if at_ms is None else -(-at_ms // 1000) * 1000


def clock(item: Item | None, now_ms: int) -> dict[str, Any] | None:
    """The live item's clock `{state, word, left_ms, share, allotted_ms, ends_at_ms}`.

    `left_ms` is negative and `ends_at_ms` past once it runs over; `share` is what is left, in per cent of its time.
    """
    if item is None:
        return None
    left_ms = remaining_ms(item, now_ms)
    state = time_state(item, now_ms)
    return {
        "state": state,
        "word": TIME_STATE_WORDS[state],
        "left_ms": left_ms,
        "share": round(100 * share_left(item, now_ms), 1),
        "allotted_ms": item.allotted_ms,
        "ends_at_ms": now_ms + left_ms,
    }


_FACTS = (
    "id",
    "position",
    "kind",
    "state",
    "planned_start_at_ms",
    "started_at_ms",
    "ended_at_ms",
    "not_before_at_ms",
    "planned_ms",
    "min_ms",
)


def facts(view: Mapping[str, Any], starts_at_ms: int) -> dict[str, Any]:
    """What a page's script counts from between two answers: the clock's facts and those of the forecast."""
    live = view["live"]
    kind = next((item["kind"] for item in view["items"] if live and item["id"] == live["item_id"]), None)
    return {
        "version": view["version"],
        "server_now_ms": view["server_now_ms"],
        "starts_at_ms": starts_at_ms,
        "live": live,
        "kind": kind,
        "items": [{name: item[name] for name in _FACTS} for item in view["items"]],
        "forecast": {"planned_end_at_ms": view["forecast"]["planned_end_at_ms"]},
    }
