"""The form of an item as it is shown, in the drawer or on a page of its own: with what is wrong, or with both texts.

A form that was opened before somebody saved the same item shows both texts, and nothing that was typed is lost.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import console as state
from giaoban.admin import item_form, wording
from giaoban.admin.presses import log_lines, what_happened
from giaoban.admin.running_order import words
from giaoban.domain.editing import LAST, Rival
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.models import Conference
from giaoban.web.current import services
from giaoban.web.filters import clock
from giaoban.web.running_order import KIND_WORDS, heading

LOOKED_BACK: Final = 200  # commands searched for who changed an item


def item_of(conference: Conference, item_id: str) -> dict[str, Any] | None:
    items = services().running_order.view(conference)["items"]
    return next((item for item in items if item["id"] == item_id), None)


def form_of_gone(conference: Conference, item_id: str, values: Mapping[str, str], seen: int) -> Response:
    """What was typed for an item that somebody has removed, ready to become a new one."""
    who, at = _by_whom(conference, item_id, seen)
    why = (
        f"Mục này vừa được {who} xóa khỏi chương trình{at}, nên chưa lưu được. "
        "Nội dung đã gõ còn nguyên ở đây: có thể thêm lại thành mục mới."
    )
    return form_of(conference, "insert", values, problem=why, status=409)


def form_of_two(
    conference: Conference, item_id: str, values: Mapping[str, str], rivals: Mapping[str, Rival], seen: int
) -> Response:
    """Both texts of each field that somebody else has changed meanwhile, with a choice."""
    item = item_of(conference, item_id)
    if item is None:
        return form_of_gone(conference, item_id, values, seen)
    who, at = _by_whom(conference, item_id, seen)
    return form_of(
        conference,
        "edit",
        values,
        item_id=item_id,
        opened=item_form.shown(item, conference),
        rivals=rivals,
        theirs_label=f"Bản vừa lưu bởi {who}{at}",
        problem=f"Mục này vừa được {who} sửa{at}, nên chưa lưu. Xin chọn một bản ở mỗi chỗ có hai bản rồi bấm Lưu.",
        status=409,
    )


def _by_whom(conference: Conference, item_id: str, seen: int) -> tuple[str, str]:
    """("lan (Điều hành)", " lúc 09:47"): the last to change that item after the version `seen`."""
    view = services().running_order.view(conference)
    since = [line for line in log_lines(conference, view, LOOKED_BACK) if line["version"] > seen]
    about = (line for line in since if any(_is_about(event, item_id) for event in line["data"]["events"]))
    undone = (line for line in since if line["kind"] == "undo")
    line = next(about, next(undone, None))
    if line is None:
        return "người khác", ""
    return wording.actor_words(line["actor"]), f" lúc {clock(line['at_ms'], conference.timezone)}"


def _is_about(event: Mapping[str, Any], item_id: str) -> bool:
    match event["type"]:
        case "item_edited" | "item_removed":
            return bool(event["item_id"] == item_id)
        case "lengths_set":
            return item_id in event["lengths"]
    return event["type"] == "pending_replaced"


def form_of(
    conference: Conference,
    name: str,
    values: Mapping[str, str],
    *,
    item_id: str | None = None,
    opened: Mapping[str, str] | None = None,
    version: int | None = None,
    before: str = "",
    rivals: Mapping[str, Rival] | None = None,
    theirs_label: str = "",
    problem: InvalidInput | StaleVersion | InvalidTransition | IdReused | str | None = None,
    status: int = 200,
    fresh: bool = False,
) -> Response:
    """The form of an item, in the drawer or on a page of its own.

    It carries `opened` and the version at which the item was so. `fresh`: nobody has typed into it yet.
    """
    view = services().running_order.view(conference)
    item = next((item for item in view["items"] if item["id"] == item_id), None)
    free = state.first_free(view["items"])
    places = [(spot["id"], f"Trước: {heading(spot)}") for spot in view["items"] if spot["position"] >= free]
    endpoints = services().roll_call.endpoints(conference)
    page = {
        "conference": conference,
        "version": view["version"] if version is None else version,
        "name": name,
        "item": item,
        "values": values,
        "opened": opened or {},
        "rivals": rivals or {},
        "theirs_label": theirs_label,
        "theirs_words": _said({field: rival.theirs for field, rival in (rivals or {}).items()}, endpoints),
        "problems": _problems(conference, name, problem),
        "lengths_open": item is None or item["state"] == "pending",
        "places": [*places, (LAST, "Cuối chương trình")],
        "before": before if before in dict(places) else LAST,
        "kinds": KIND_WORDS,
        "endpoints": endpoints,
        "fresh": fresh,
        **words(),
    }
    template = "_item_form.html" if request.htmx else "item.html"  # type: ignore[attr-defined]
    trigger = "order-changed" if status == 409 else None
    return make_response(render_template(f"admin/running_order/{template}", **page), status, trigger=trigger)


def _problems(conference: Conference, name: str, problem: Any) -> dict[str, str]:
    """By field of the form, "" for the whole."""
    match problem:
        case None:
            return {}
        case StaleVersion() | InvalidTransition():
            return {"": what_happened(conference, name, problem)}
        case InvalidInput():
            return dict([item_form.problem(problem)])
        case IdReused():
            return {"": problem.message}
    return {"": str(problem)}


def _said(values: Mapping[str, str], endpoints: list[dict[str, Any]]) -> dict[str, str]:
    """Values of a form in the words that its controls show."""
    rooms = {room["code"]: room["full_name"] for room in endpoints}
    shown = {"kind": KIND_WORDS, "endpoint_code": rooms | {"": "Không gắn điểm cầu"}}
    return {name: shown.get(name, {}).get(value, value) or "(để trống)" for name, value in values.items()}
