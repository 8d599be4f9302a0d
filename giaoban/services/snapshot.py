"""The running order as programs see it: items, the live facts, and the snapshot that every screen is sent.

A snapshot stays under 2 KB on the wire, because it goes to every phone on every change: the titles of the two items to
come are cut, and where the whole would still be too long its items lose keys, step by step: first those that are null,
then what stands elsewhere in the snapshot or is not shown by any screen, last half of the coming titles.
"""

import json
from typing import Any, Final

from giaoban.domain.events import MessageSet
from giaoban.domain.items import Item
from giaoban.domain.messages import Message
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.timer import Forecast, ItemTimes

WIRE_MOST: Final = 2000  # bytes; the event's name and the frame take the rest of the 2 KB
NEXT_TITLE_LONGEST: Final = 80
NEXT_TITLE_SHORTENED: Final = 40
_NEXT_SHOWN: Final = (
    "id",
    "position",
    "kind",
    "title",
    "speaker",
    "endpoint_code",
    "planned_ms",
    "expected_start_at_ms",
)
_BINNED_SHOWN: Final = ("id", "kind", "title", "speaker", "endpoint_code", "planned_ms", "state")
_NOT_SHOWN: Final = ("planned_start_at_ms", "expected_start_at_ms", "cap_ms", "min_ms", "not_before_at_ms")


def running_order_json(order: RunningOrder, now_ms: int) -> dict[str, Any]:
    """The whole running order (contract, `GET …/running-order`)."""
    forecast = order.forecast(now_ms)
    return {
        "version": order.version,
        "server_now_ms": now_ms,
        "phase": order.phase,
        "live": _live_json(order.live),
        "items": [
            _item_json(item, position, times)
            for position, (item, times) in enumerate(zip(order.items, forecast.times, strict=True), 1)
        ],
        "forecast": _forecast_json(forecast),
        "scene": _scene_json(order),
    }


def bin_json(order: RunningOrder) -> list[dict[str, Any]]:
    """The removed items, the last removed first; `position` is where each would come back."""
    return [
        {**{name: getattr(item, name) for name in _BINNED_SHOWN}, "position": order.place_in_bin(item.id)}
        for item in reversed(order.bin)
    ]


def snapshot_json(order: RunningOrder, now_ms: int) -> dict[str, Any]:
    """What a screen needs to show the present, complete (contract, "A snapshot is the same object everywhere")."""
    forecast = order.forecast(now_ms)
    items = {
        item.id: _item_json(item, position, times)
        for position, (item, times) in enumerate(zip(order.items, forecast.times, strict=True), 1)
    }
    live = _live_json(order.live)
    if live is not None:
        live["item"] = items[live["item_id"]]
    coming = [items[item.id] for item in order.pending[:2]]
    last = order.undoable[-1] if order.undoable else None
    message = order.message_at(now_ms)
    snapshot = {
        "version": order.version,
        "server_now_ms": now_ms,
        "phase": order.phase,
        "live": live,
        "next": [{**item, "title": _cut(item["title"])} for item in coming],
        "forecast": _forecast_json(forecast),
        "scene": _scene_json(order),
        "message": None if message is None else message_json(message),
        "undo": None if last is None else {"name": last.name, "at_ms": last.at_ms},
    }
    for shorten in (_without_nulls, _without_what_stands_elsewhere, _with_short_titles):
        if wire_size(snapshot) <= WIRE_MOST:
            break
        snapshot = shorten(snapshot)
    return snapshot


def message_json(message: Message | MessageSet) -> dict[str, Any]:
    """`{text, at_ms}`, and `until_at_ms` where screens are to take it away by themselves."""
    told: dict[str, Any] = {"text": message.text, "at_ms": message.at_ms}
    return told if message.until_at_ms is None else {**told, "until_at_ms": message.until_at_ms}


def notice_json(message: Message | MessageSet) -> dict[str, Any]:
    """The same for the speaker or one room, named in `to`: the payload of `endpoint_notice`."""
    return {**message_json(message), "to": message.to}


def wire_size(payload: dict[str, Any]) -> int:
    """Bytes of the payload as it is sent: compact JSON in UTF-8."""
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def _without_nulls(snapshot: dict[str, Any]) -> dict[str, Any]:
    def bare(item: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in item.items() if value is not None}

    live = snapshot["live"]
    if live is not None:
        live = {**live, "item": bare(live["item"])}
    return {**snapshot, "live": live, "next": [bare(item) for item in snapshot["next"]]}


def _without_what_stands_elsewhere(snapshot: dict[str, Any]) -> dict[str, Any]:
    live = snapshot["live"]
    if live is not None:
        own = {key: value for key, value in live["item"].items() if key not in live}
        live = {**live, "item": {key: value for key, value in own.items() if key not in _NOT_SHOWN}}
    coming = [{key: item[key] for key in _NEXT_SHOWN if key in item} for item in snapshot["next"]]
    return {**snapshot, "live": live, "next": coming}


def _with_short_titles(snapshot: dict[str, Any]) -> dict[str, Any]:
    coming = [{**item, "title": _cut(item["title"], NEXT_TITLE_SHORTENED)} for item in snapshot["next"]]
    return {**snapshot, "next": coming}


def _cut(title: str, longest: int = NEXT_TITLE_LONGEST) -> str:
    return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"


def _item_json(item: Item, position: int, times: ItemTimes) -> dict[str, Any]:
    return {
        "id": item.id,
        "position": position,
        "kind": item.kind,
        "title": item.title,
        "speaker": item.speaker,
        "endpoint_code": item.endpoint_code,
        "planned_ms": item.planned_ms,
        "cap_ms": item.cap_ms,
        "added_ms": item.added_ms,
        "state": item.state,
        "planned_start_at_ms": times.planned_start_at_ms,
        "started_at_ms": item.started_at_ms,
        "ended_at_ms": item.ended_at_ms,
        "expected_start_at_ms": times.expected_start_at_ms,
        "expected_end_at_ms": times.expected_end_at_ms,
        "not_before_at_ms": item.not_before_at_ms,
        "min_ms": item.min_ms,
    }


def _live_json(item: Item | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "item_id": item.id,
        "state": item.state,
        "started_at_ms": item.started_at_ms,
        "paused_at_ms": item.paused_at_ms,
        "paused_total_ms": item.paused_total_ms,
        "planned_ms": item.planned_ms,
        "added_ms": item.added_ms,
    }


def _forecast_json(forecast: Forecast) -> dict[str, int]:
    return {
        "planned_end_at_ms": forecast.planned_end_at_ms,
        "expected_end_at_ms": forecast.expected_end_at_ms,
        "offset_ms": forecast.offset_ms,
    }


def _scene_json(order: RunningOrder) -> dict[str, str]:
    return {"name": order.scene, "mode": "auto" if order.chosen_scene == "auto" else "manual"}
