"""The records of a room in its panel on the board: taking one back, and deciding between those that contradict."""

import uuid

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.admin.board_page import board_here
from giaoban.admin.roll_call import said_for, show_room
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, NotAllowed, NotFound
from giaoban.services.identity import STAFF
from giaoban.web.current import current_conference, require, required_identity, services


@bp.post("/diem-danh/<code>/ban-ghi/<check_in_id>/huy")
@require(*STAFF)
def annul_record(code: str, check_in_id: str) -> Response:
    """Take a record back with the reason of the form; without one the panel comes again with what is missing."""
    conference = current_conference()
    form = request.form
    try:
        services().records.annul(conference.slug, code, check_in_id, form.get("reason", ""), required_identity())
    except InvalidInput as error:
        return show_room(conference, code, typed=form, problem=error, annulling=check_in_id, status=422)
    except InvalidTransition as error:
        return show_room(conference, code, typed=form, problem=error, annulling=check_in_id, status=409)
    if request.htmx:  # type: ignore[attr-defined]
        return show_room(conference, code)
    flash("Đã hủy bản ghi.")
    return redirect(url_for("admin.room", code=code, **board_here()), 303)


@bp.post("/diem-danh/<code>/quyet-dinh")
@require(*STAFF)
def decide(code: str) -> Response:
    """Decide a contradiction: the secretary says what the named record says. Pressed twice it is said once."""
    who = required_identity()
    if not who.may("check_in_any"):
        raise NotAllowed()
    conference = current_conference()
    form = request.form
    record_id, seen = form.get("of", ""), form.get("seen", "")
    try:
        new_id = str(uuid.uuid5(uuid.UUID(record_id), f"decided after {seen}"))
    except ValueError:
        raise NotFound("Điểm cầu này không có bản ghi điểm danh đó.") from None
    try:
        services().records.agree(conference, code, record_id, new_id, who)
    except IdReused:
        pass  # it was pressed before, and has been said
    except InvalidTransition as error:
        return show_room(conference, code, problem=error, status=409)
    return said_for(conference, code)
