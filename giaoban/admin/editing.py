"""The running order edited from the console while others do the same: items made, saved, moved, copied.

What is asked for names items, not positions or a version, so that it keeps its meaning while somebody else presses; a
form that was opened before somebody saved the same item shows both texts, and nothing that was typed is lost.
"""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from giaoban.admin import item_form
from giaoban.admin.blueprints import bp
from giaoban.admin.item_form_shown import form_of, form_of_gone, form_of_two, item_of
from giaoban.admin.presses import what_happened, whole
from giaoban.admin.running_order import DRIVERS, command, done, refused
from giaoban.domain import editing as domain
from giaoban.domain.editing import Rival
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, NotFound, StaleVersion
from giaoban.domain.running_order import RunningOrder
from giaoban.models import Conference
from giaoban.services.editing import Plan
from giaoban.services.running_order import Answer
from giaoban.web.current import current_conference, require, required_identity, services


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
    return form_of(current_conference(), "insert", item_form.blank(), before=request.args.get("truoc", ""), fresh=True)


@bp.get("/dieu-hanh/muc/<item_id>/sua")
@require(*DRIVERS)
def edit_item(item_id: str) -> Response:
    conference = current_conference()
    item = item_of(conference, item_id)
    if item is None:
        raise NotFound("Không còn mục này trong chương trình.")
    services().editors.opens(conference, item_id, required_identity())
    values = item_form.shown(item, conference)
    return form_of(conference, "edit", values, item_id=item_id, opened=values, fresh=True)


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
        return form_of(conference, "insert", values, before=before or "", problem=error, status=409)
    except (InvalidInput, IdReused) as error:
        return form_of(conference, "insert", values, before=before or "", problem=error, status=422)
    return done(conference, close_drawer=True, made=answer.events[0]["item_id"])


@bp.post("/dieu-hanh/lenh/edit")
@require(*DRIVERS)
def edit() -> Response:
    """The item as the form has it. What somebody else saved since it was opened is never gone over unseen."""
    conference = current_conference()
    item_id, seen = request.form.get("item_id", ""), whole(request.form.get("expected_version"))
    opened = item_form.opened(request.form)
    item = item_of(conference, item_id)
    values = item_form.typed(request.form, item_form.shown(item, conference) if item else item_form.blank() | opened)
    again: dict[str, Any] = {"item_id": item_id, "opened": opened, "version": seen}

    def plan(order: RunningOrder) -> dict[str, Any]:
        present = item_of(conference, item_id)
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
        return form_of_gone(conference, item_id, values, seen)
    except _TwoTexts as found:
        return form_of_two(conference, item_id, values, found.rivals, seen)
    except (StaleVersion, InvalidTransition) as error:
        return form_of(conference, "edit", values, **again, problem=error, status=409)
    except (InvalidInput, IdReused) as error:
        return form_of(conference, "edit", values, **again, problem=error, status=422)
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
