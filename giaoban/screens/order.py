"""The running order in the words of the screens: names, numbers, states, sections. Ready values for the templates.

static/js/lib/stage.js tells the same things from the same facts; tests/shared_cases/stage.json holds both to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from giaoban.domain.items import Item
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.timer import remaining_ms

KINDS: Final = {
    "technical_check": "Kiểm tra kỹ thuật",
    "opening": "Khai mạc",
    "report": "Báo cáo",
    "paper": "Tham luận",
    "break": "Giải lao",
    "discussion": "Thảo luận",
    "conclusion": "Kết luận",
    "closing": "Bế mạc",
}
STATE_WORDS: Final = {
    "normal": "Còn lại",
    "warning": "Sắp hết giờ",
    "danger": "Mời kết luận",
    "over": "Quá giờ",
    "paused": "Tạm dừng",
}
WARNING_MS: Final = 120_000
DANGER_MS: Final = 30_000


def short_unit(speaker: str | None) -> str:
    """The unit for lists and narrow lines: "Xã Cao Minh, Tràng Định". The parent's name stays, as names repeat."""
    _, unit = speaker_parts(speaker)
    return unit.replace(", huyện ", ", ").replace(", thành phố ", ", TP ").replace(", thị xã ", ", TX ")


def heading(item: Mapping[str, Any]) -> str:
    """What an item is called in a line: the unit of a paper, else its title."""
    return (item["kind"] == "paper" and short_unit(item.get("speaker"))) or str(item["title"])


def texts(item: Mapping[str, Any]) -> dict[str, str]:
    """The speaker scene's three texts `{org, unit, topic}`: a paper's unit stands large, of anything else its title."""
    if item["kind"] != "paper" or not item.get("speaker"):
        return {"org": item.get("speaker") or "", "unit": item["title"], "topic": ""}
    org, unit = speaker_parts(item["speaker"])
    return {"org": org, "unit": unit, "topic": item["title"]}


def shown_scene(snapshot: Mapping[str, Any]) -> str:
    """The scene that can really be shown: without anything to say the maket stands, never an empty picture."""
    name: str = snapshot["scene"]["name"]
    nothing_to_say = (name == "speaker" and snapshot["live"] is None) or (
        name == "message" and snapshot["message"] is None
    )
    return "maket" if nothing_to_say else name


def papers(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the papers in order; numbers are those of the printed programme, skipped ones included."""
    return [item["id"] for item in items if item["kind"] == "paper"]


def paper_number(item_id: str, paper_ids: Sequence[str]) -> str:
    """ "8/14" for the eighth paper of fourteen; "" for anything that is no paper."""
    return f"{paper_ids.index(item_id) + 1}/{len(paper_ids)}" if item_id in paper_ids else ""


def label(item: Mapping[str, Any], paper_ids: Sequence[str]) -> str:
    """ "Tham luận 8/14"; the mere kind of anything that is no paper."""
    return f"{KINDS[item['kind']]} {paper_number(item['id'], paper_ids)}".rstrip()


def time_state(item: Item, now_ms: int) -> str:
    """normal, warning, danger, over or paused; nobody is asked to conclude during a break or a discussion."""
    if item.paused_at_ms is not None:
        return "paused"
    left_ms = remaining_ms(item, now_ms)
    if left_ms < 0:
        return "over"
    if left_ms <= DANGER_MS and item.kind not in ("break", "discussion"):
        return "danger"
    return "warning" if left_ms <= WARNING_MS else "normal"


def clock(item: Item | None, now_ms: int) -> dict[str, Any] | None:
    """The live item's clock `{state, word, left_ms, share, allotted_ms, ends_at_ms}`; share in per cent of its time."""
    if item is None:
        return None
    left_ms = remaining_ms(item, now_ms)
    allotted_ms = item.planned_ms + item.added_ms
    state = time_state(item, now_ms)
    return {
        "state": state,
        "word": STATE_WORDS[state],
        "left_ms": left_ms,
        "share": round(100 * min(1, max(0, left_ms / allotted_ms)), 1) if allotted_ms > 0 else 0,
        "allotted_ms": allotted_ms,
        "ends_at_ms": now_ms + max(0, left_ms),
    }


def sections(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of one kind as one part of the programme `{kind, label, at_ms, state, items}`, skipped ones left out.

    `state` is now for the part of the live item (with nothing live: for parts that are over only in part), else done
    or coming.
    """
    shown = [item for item in items if item["state"] != "skipped"]
    anything_live = any(item["state"] in ("live", "paused") for item in shown)
    parts = []
    for kind, group in groupby(shown, key=lambda item: item["kind"]):
        members = list(group)
        states = {item["state"] for item in members}
        begun = not anything_live and {"done", "pending"} <= states
        first = members[0]
        parts.append(
            {
                "kind": kind,
                "label": KINDS[kind],
                "at_ms": first["started_at_ms"] or first["expected_start_at_ms"],
                "state": "now" if begun or states & {"live", "paused"} else "done" if states == {"done"} else "coming",
                "items": members,
            }
        )
    return parts
