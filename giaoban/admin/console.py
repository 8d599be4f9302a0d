"""What the console shows, worked out from the running order as the contract gives it: ready values for the templates.

Nothing here decides what is legal: every button asks the `Legal` that the domain made.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.admin import caps
from giaoban.domain.editing import LAST
from giaoban.domain.items import Item
from giaoban.domain.legality import Legal
from giaoban.domain.offsets import signed_minutes, slip, whole_minutes
from giaoban.web.running_order import (
    KIND_WORDS,
    begun_second,
    clock,
    heading,
    label,
    paper_index,
    papers,
    short_heading,
)

FINISHED_ROWS_SHOWN: Final = 2
LOG_LINES: Final = 8
BEGUN: Final = ("live", "paused", "done")


def first_free(items: Sequence[Mapping[str, Any]]) -> int:
    """The first position where an item may still be put: behind everything that has begun."""
    return 1 + max((item["position"] for item in items if item["state"] in BEGUN), default=0)


def rows(items: Sequence[Mapping[str, Any]], legal: Legal, may_edit: bool) -> list[dict[str, Any]]:
    """One dict a line of the running order, in order, with the times and words that its row shows.

    `up` and `down` name the item that it would stand before, one place further;
    `free`: an item to come may stand there.
    """
    paper_ids = papers(items)
    free = first_free(items)
    places = [*(item["id"] for item in items), LAST]
    return [
        {
            **_row(item, paper_ids, legal.item(item["id"]) if may_edit else frozenset()),
            "free": item["position"] >= free,
            "up": items[index - 1]["id"] if item["position"] > free else None,
            "down": places[index + 2] if index + 1 < len(items) else None,
        }
        for index, item in enumerate(items)
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
        "short": short_heading(item),
        "kind": item["kind"],
        "label": short_label,
        "of": label(item, paper_ids),
        "topic": rest,
        "sub": " · ".join(part for part in (short_label if short_label != name else "", rest) if part),
        "at_ms": item["started_at_ms"] or begun_second(item["expected_start_at_ms"] or item["planned_start_at_ms"]),
        "until_ms": item["ended_at_ms"] or begun_second(item["expected_end_at_ms"]),
        "shortened_ms": shortened_ms(item),
        "planned_start_at_ms": item["planned_start_at_ms"],
        "allotted_ms": item["planned_ms"] + item["added_ms"],
        "slip": "",
        "over_cap": caps.over(item),
        "can": can,
    }
    if item["state"] == "done":
        # As the room saw it, from start to end: a pause is part of how long it took.
        row["actual_ms"] = item["ended_at_ms"] - item["started_at_ms"]
        row["slip"] = signed_minutes(row["actual_ms"] - item["planned_ms"])
    elif item["state"] != "skipped" and item["planned_start_at_ms"] is not None:
        row["slip"] = signed_minutes(row["at_ms"] - item["planned_start_at_ms"])
    return row


def shortened_ms(item: Mapping[str, Any]) -> int | None:
    """How long a break is expected to last that makes up for delay; None of anything that lasts as planned."""
    if item["state"] != "pending":
        return None
    length_ms: int = item["expected_end_at_ms"] - item["expected_start_at_ms"]
    return length_ms if length_ms < item["planned_ms"] else None


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


def state(view: Mapping[str, Any], live: Item | None, legal: Legal, may_edit: bool) -> dict[str, Any]:
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
        "forecast": view["forecast"],
        "expected_end_at_ms": begun_second(view["forecast"]["expected_end_at_ms"]),
        "slip": slip(view["forecast"]["offset_ms"]),
        "commands": legal.commands,
        "minute_less": legal.minute_less,
    }
