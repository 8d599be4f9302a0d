"""What the console shows, worked out from the running order as the contract gives it: ready values for the templates.

Nothing here decides what is legal: every button asks the `Legal` that the domain made.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.admin import wording
from giaoban.domain.items import Item
from giaoban.domain.running_order import Legal
from giaoban.web.filters import whole_minutes
from giaoban.web.roll_call import attendance
from giaoban.web.running_order import KIND_WORDS, clock, heading, label, paper_index, papers

FINISHED_ROWS_SHOWN: Final = 2
LOG_LINES: Final = 8
BEGUN: Final = ("live", "paused", "done")


def first_free(items: Sequence[Mapping[str, Any]]) -> int:
    """The first position where an item may still be put: behind everything that has begun."""
    return 1 + max((item["position"] for item in items if item["state"] in BEGUN), default=0)


def rows(items: Sequence[Mapping[str, Any]], legal: Legal, may_edit: bool) -> list[dict[str, Any]]:
    """One dict a line of the running order, in order, with the times and words that its row shows."""
    paper_ids = papers(items)
    free = first_free(items)
    return [
        {
            **_row(item, paper_ids, legal.item(item["id"]) if may_edit else frozenset()),
            "up": item["position"] > free,
            "down": item["position"] < len(items),
        }
        for item in items
    ]


def _row(item: Mapping[str, Any], paper_ids: Sequence[str], can: frozenset[str]) -> dict[str, Any]:
    short_label = f"{KIND_WORDS[item['kind']]} {paper_index(item['id'], paper_ids) or ''}".rstrip()
    name = heading(item)
    rest = item["title"] if name != item["title"] else item["speaker"] or ""
    row = {
        "item": item,
        "id": item["id"],
        "state": item["state"],
        "heading": name,
        "kind": item["kind"],
        "label": short_label,
        "of": label(item, paper_ids),
        "topic": rest,
        "sub": " · ".join(part for part in (short_label if short_label != name else "", rest) if part),
        "at_ms": item["started_at_ms"] or item["expected_start_at_ms"] or item["planned_start_at_ms"],
        "planned_start_at_ms": item["planned_start_at_ms"],
        "allotted_ms": item["planned_ms"] + item["added_ms"],
        "slip": "",
        "can": can,
    }
    if item["state"] == "done":
        # As the room saw it, from start to end: a pause is part of how long it took.
        row["actual_ms"] = item["ended_at_ms"] - item["started_at_ms"]
        row["slip"] = wording.signed_minutes(row["actual_ms"] - item["planned_ms"])
    elif item["state"] != "skipped" and item["planned_start_at_ms"] is not None:
        row["slip"] = wording.signed_minutes(row["at_ms"] - item["planned_start_at_ms"])
    return row


def fold(order_rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(finished rows to fold away, rows to show): of the finished ones only the last two stay in sight."""
    done = [row for row in order_rows if row["state"] == "done"]
    folded = done[:-FINISHED_ROWS_SHOWN]
    hidden = {row["id"] for row in folded}
    return folded, [row for row in order_rows if row["id"] not in hidden]


def go(order_rows: Sequence[dict[str, Any]], live_row: dict[str, Any] | None, legal: Legal) -> dict[str, Any] | None:
    """The one contextual button: command, its arguments, what it says; None when nothing is left to press."""
    coming = next((row for row in order_rows if row["state"] == "pending"), None)
    if live_row is not None and coming is not None and "next" in legal.commands:
        whom = "điểm cầu kế tiếp" if coming["item"]["endpoint_code"] else "mục kế tiếp"
        return {
            "name": "next",
            "args": {},
            "label": f"Tiếp theo: {coming['heading']}",
            "detail": f"Kết thúc phần của {_inside(live_row)} và mời {whom}"
            if live_row["kind"] == "paper"
            else f"Kết thúc {_inside(live_row)} và chuyển sang {whom}",
            "ends_early": True,
        }
    if live_row is not None and "finish" in legal.commands:
        return {
            "name": "finish",
            "args": {},
            "label": "Kết thúc Hội nghị",
            "detail": f"Kết thúc {_inside(live_row)}, mục cuối cùng của chương trình",
            "ends_early": True,
        }
    if coming is not None and "start" in legal.item(coming["id"]):
        minutes = whole_minutes(coming["allotted_ms"])
        return {
            "name": "start",
            "args": {"item_id": coming["id"]},
            "label": f"Bắt đầu: {coming['heading']}",
            "detail": f"Đồng hồ {minutes} phút chạy ngay khi bấm",
            "ends_early": False,
        }
    return None


def _inside(row: dict[str, Any]) -> str:
    """The row's heading as it stands inside a sentence."""
    name: str = row["heading"]
    return name if row["kind"] == "paper" else f"mục “{name}”"


def next_two(order_rows: Sequence[dict[str, Any]], rooms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The two rows to come, each with its room of the roll call when it has one."""
    by_code = {room["code"]: room for room in rooms}
    pending = [row for row in order_rows if row["state"] == "pending"][:2]
    result = []
    for row in pending:
        room = by_code.get(row["item"]["endpoint_code"])
        result.append({"row": row, "room": room, "attendance": attendance(room) if room else None})
    return result


_FACTS = ("id", "position", "state", "started_at_ms", "ended_at_ms", "not_before_at_ms", "planned_ms", "added_ms")


def facts(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's script counts from between two answers: the clock's facts and those of the forecast."""
    live = view["live"]
    kind = next((item["kind"] for item in view["items"] if live and item["id"] == live["item_id"]), None)
    return {
        "version": view["version"],
        "server_now_ms": view["server_now_ms"],
        "live": live,
        "kind": kind,
        "items": [{name: item[name] for name in _FACTS} for item in view["items"]],
        "forecast": {"planned_end_at_ms": view["forecast"]["planned_end_at_ms"]},
    }


def state(
    view: Mapping[str, Any], live: Item | None, legal: Legal, rooms: Sequence[Mapping[str, Any]], may_edit: bool
) -> dict[str, Any]:
    """All that `_console.html` shows of the running order; `live` is the view's live item."""
    order_rows = rows(view["items"], legal, may_edit)
    live_row = next((row for row in order_rows if live and row["id"] == live.id), None)
    folded, shown = fold(order_rows)
    return {
        "version": view["version"],
        "phase": view["phase"],
        "scene": view["scene"],
        "rows": order_rows,
        "folded": folded,
        "shown": shown,
        "live": live_row,
        "clock": clock(live, view["server_now_ms"]),
        "go": go(order_rows, live_row, legal),
        "next_two": next_two(order_rows, rooms),
        "forecast": view["forecast"],
        "slip": wording.slip(view["forecast"]["offset_ms"]),
        "commands": legal.commands,
        "minute_less": legal.minute_less,
    }
