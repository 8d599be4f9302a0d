"""The running order edited from the console while others do the same: the item's form, places, copies.

What is asked for names items, not positions or a version, so that it keeps its meaning while somebody else presses; a
form that was opened before somebody saved the same item shows both texts, and nothing that was typed is lost.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import console as state
from giaoban.admin import item_form, wording
from giaoban.admin.blueprints import bp
from giaoban.admin.presses import log_lines, what_happened, whole
from giaoban.admin.running_order import DRIVERS, command, done, refused, words
from giaoban.domain import editing as domain
from giaoban.domain.editing import LAST, Rival
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, NotFound, StaleVersion
from giaoban.domain.running_order import RunningOrder
from giaoban.models import Conference
from giaoban.services.editing import Plan
from giaoban.services.running_order import Answer
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.filters import clock
from giaoban.web.running_order import KIND_WORDS, heading

LOOKED_BACK: Final = 200  # commands searched for who changed an item


class _TwoTexts(Exception):
    """Saving would go over what somebody else has saved since the form was opened."""

    def __init__(self, rivals: Mapping[str, Rival]) -> None:
        self.rivals = rivals


class _Gone(Exception):
    """The item of the form is no longer there."""


class _NothingToDo(Exception):
    """The item is already as the form has it."""


@bp.get("/dieu-hanh/muc/moi")
@require(*DRIVERS)
def new_item() -> Response:
    """The form of a new item; `?truoc=` names the item that it is to stand before."""
    return _form(current_conference(), "insert", item_form.blank(), before=request.args.get("truoc", ""), fresh=True)


@bp.get("/dieu-hanh/muc/<item_id>/sua")
@require(*DRIVERS)
def edit_item(item_id: str) -> Response:
    conference = current_conference()
    item = _item(conference, item_id)
    if item is None:
        raise NotFound("Không còn mục này trong chương trình.")
    services().editors.opens(conference, item_id, required_identity())
    values = item_form.shown(item, conference)
    return _form(conference, "edit", values, item_id=item_id, opened=values, fresh=True)


@bp.post("/dieu-hanh/lenh/insert")
@require(*DRIVERS)
def insert() -> Response:
    """A new item at the place that the form names; what is wrong comes back in the form, with all that was typed."""
    conference = current_conference()
    values = item_form.typed(request.form, item_form.blank())
    before, position = request.form.get("before"), whole(request.form.get("position"))
    seen = whole(request.form.get("expected_version"))

    def plan(order: RunningOrder) -> dict[str, Any]:
        if before is None and order.version != seen:
            raise StaleVersion(expected_version=seen, version=order.version)
        nothing = dict.fromkeys(values, "")
        given = {"kind": "", "title": "", "planned_ms": 0} | item_form.fields(values, nothing, conference)
        return {"position": domain.place_before(order, before) if before else position, "item": given}

    try:
        answer = _save(conference, "insert", plan)
    except (StaleVersion, InvalidTransition) as error:
        return _form(conference, "insert", values, before=before or "", problem=error, status=409)
    except (InvalidInput, IdReused) as error:
        return _form(conference, "insert", values, before=before or "", problem=error, status=422)
    return done(conference, close_drawer=True, made=answer.events[0]["item_id"])


@bp.post("/dieu-hanh/lenh/edit")
@require(*DRIVERS)
def edit() -> Response:
    """The item as the form has it. What somebody else saved since it was opened is never gone over unseen."""
    conference = current_conference()
    item_id, seen = request.form.get("item_id", ""), whole(request.form.get("expected_version"))
    opened = item_form.opened(request.form)
    item = _item(conference, item_id)
    values = item_form.typed(request.form, item_form.shown(item, conference) if item else item_form.blank() | opened)
    again: dict[str, Any] = {"item_id": item_id, "opened": opened, "version": seen}

    def plan(order: RunningOrder) -> dict[str, Any]:
        present = _item(conference, item_id)
        if present is None:
            raise _Gone()
        now = item_form.shown(present, conference)
        rivals = domain.rivals(opened, values, now) if order.version != seen else {}
        if rivals:
            raise _TwoTexts(rivals)
        fields = item_form.fields(values, now, conference)
        if not fields:
            raise _NothingToDo()
        return {"item_id": item_id, "fields": fields}

    try:
        _save(conference, "edit", plan)
    except _NothingToDo:
        pass
    except _Gone:
        return _form_of_gone(conference, item_id, values, seen)
    except _TwoTexts as found:
        return _form_of_two(conference, item_id, values, found.rivals, seen)
    except (StaleVersion, InvalidTransition) as error:
        return _form(conference, "edit", values, **again, problem=error, status=409)
    except (InvalidInput, IdReused) as error:
        return _form(conference, "edit", values, **again, problem=error, status=422)
    services().editors.closes(conference, item_id, required_identity())
    return done(conference, close_drawer=True)


@bp.post("/dieu-hanh/lenh/move")
@require(*DRIVERS)
def move() -> Response:
    """The item directly before the one that the form names, wherever that stands now; or at a position, as seen."""
    before, item_id = request.form.get("before"), request.form.get("item_id", "")
    if before is None:
        return command("move")
    return _pressed(
        "move", lambda order: {"item_id": item_id, "position": domain.place_before(order, before, moving=item_id)}
    )


@bp.post("/dieu-hanh/lenh/restore")
@require(*DRIVERS)
def restore() -> Response:
    """A removed item back at the place that fits, whatever was pressed meanwhile."""
    return _pressed("restore", lambda order: {"item_id": request.form.get("item_id", "")})


@bp.post("/dieu-hanh/muc/<item_id>/nhan-ban")
@require(*DRIVERS)
def copy_item(item_id: str) -> Response:
    """A copy of the item right behind it, or behind what is on when that is further down."""

    def plan(order: RunningOrder) -> dict[str, Any]:
        item = order.item(item_id)
        if item is None:
            raise InvalidTransition("Không còn mục này trong chương trình.")
        return {"position": domain.place_behind(order, item_id), "item": domain.copied(item)}

    return _pressed("insert", plan)


# ---- saving


def _save(conference: Conference, name: str, plan: Plan) -> Answer:
    return services().editing.save(conference, request.form.get("command_id", ""), name, plan, required_identity())


def _pressed(name: str, plan: Plan) -> Response:
    """One press, and the console after it; the keyboard goes to an item that it has made."""
    conference = current_conference()
    try:
        answer = _save(conference, name, plan)
    except (StaleVersion, InvalidTransition) as error:
        return refused(conference, 409, what_happened(conference, name, error))
    except (InvalidInput, IdReused) as error:
        return refused(conference, 422, error.message)
    return done(conference, made=answer.events[0]["item_id"] if name in ("insert", "restore") else None)


def _item(conference: Conference, item_id: str) -> dict[str, Any] | None:
    items = services().running_order.view(conference)["items"]
    return next((item for item in items if item["id"] == item_id), None)


# ---- the form


def _form_of_gone(conference: Conference, item_id: str, values: Mapping[str, str], seen: int) -> Response:
    """What was typed for an item that somebody has removed, ready to become a new one."""
    who, at = _by_whom(conference, item_id, seen)
    why = (
        f"Mục này vừa được {who} xóa khỏi chương trình{at}, nên chưa lưu được. "
        "Nội dung đã gõ còn nguyên ở đây: có thể thêm lại thành mục mới."
    )
    return _form(conference, "insert", values, problem=why, status=409)


def _form_of_two(
    conference: Conference, item_id: str, values: Mapping[str, str], rivals: Mapping[str, Rival], seen: int
) -> Response:
    """Both texts of each field that somebody else has changed meanwhile, with a choice."""
    item = _item(conference, item_id)
    if item is None:
        return _form_of_gone(conference, item_id, values, seen)
    who, at = _by_whom(conference, item_id, seen)
    return _form(
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


def _form(
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
