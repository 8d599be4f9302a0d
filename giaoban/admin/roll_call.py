"""One room of the roll-call board: what is known of it, and the forms by which the secretary says who is there."""

from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import board as layout
from giaoban.admin.blueprints import bp
from giaoban.admin.board_page import board_here, changes
from giaoban.admin.phone_desk import contact_panel
from giaoban.admin.wording import actor_words
from giaoban.domain import stages
from giaoban.domain.errors import GiaobanError, IdReused, InvalidInput, InvalidTransition, NotAllowed, NotFound
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.presence import Lines
from giaoban.web.roll_call import STATUS_WORDS, attendance, group_fields, headcount_told

NO_NUMBER: Final = "Số đại biểu ghi bằng chữ số, ví dụ 12."


@bp.get("/diem-danh/<code>")
@require(*STAFF)
def room(code: str) -> Response:
    return show_room(current_conference(), code)


@bp.post("/diem-danh/<code>")
@require(*STAFF)
def check_in(code: str) -> Response:
    """Say for a room whether it is there; what is wrong comes back in the form with what was typed."""
    conference = current_conference()
    who = required_identity()
    if not who.may("check_in_any"):
        raise NotAllowed()
    form = request.form
    absent = form.get("status") == "absent"
    try:
        body = {
            "check_in_id": form.get("check_in_id", ""),
            "status": form.get("status", ""),
            "headcount": 0 if absent else headcount_told(form, NO_NUMBER),
            "reason": form.get("reason", "").strip() or None if absent else None,
            "note": form.get("note") or None,
            "happened_at_ms": services().clock.now_ms(),
        }
        services().roll_call.check_in(conference.slug, code, body, who)
    except IdReused:
        again = InvalidInput("Phiếu này đã gửi một lần rồi. Xin xem trạng thái hiện tại, cần đổi thì gửi lại.")
        return show_room(conference, code, problem=again, status=422)
    except InvalidInput as error:
        return show_room(conference, code, typed=form, problem=error, status=422)
    except InvalidTransition as error:
        return show_room(conference, code, typed=form, problem=error, status=409)
    return said_for(conference, code)


def said_for(conference: Conference, code: str) -> Response:
    """The board as it is after the secretary has just spoken for a room; the room's panel closes."""
    row = _row(conference, code)
    said = f"{row['full_name']}: {STATUS_WORDS[attendance(row)]}"
    if request.htmx:  # type: ignore[attr-defined]
        return changes(conference, [code], said=said)
    flash(said)
    return redirect(url_for("admin.board", **board_here()), 303)


def _row(conference: Conference, code: str) -> dict[str, Any]:
    for row in services().roll_call.endpoints(conference):
        if row["code"] == code:
            return row
    raise NotFound("Không có điểm cầu này.")


def show_room(
    conference: Conference,
    code: str,
    *,
    typed: Any = None,
    problem: GiaobanError | None = None,
    annulling: str | None = None,
    status: int = 200,
) -> Response:
    """A room's panel, or its page; `problem` is what was refused, of the record `annulling` where it names one."""
    row = _row(conference, code)
    locked = stages.check_in_refusal(conference.stage)
    said = row["effective"]
    lines = Lines(services().clock.now_ms(), conference.timezone)
    history = services().records.history(conference, code)
    # A record that the room does not have (any more) has no form in which its refusal could stand: it is said above.
    valid = [record["check_in_id"] for record in history["records"] if not record["annulled"]]
    stray = annulling is not None and annulling not in valid
    filled = typed if annulling is None else None
    may_say = required_identity().may("check_in_any")
    page = {
        "conference": conference,
        "row": row,
        "attendance": attendance(row),
        "status_words": STATUS_WORDS,
        "line_words": lines.words(row),
        "last_seen": lines.last_seen(row),
        "lost": lines.lost(row),
        "source_words": layout.source_words,
        "said": said,
        "headcount": filled.get("headcount", "") if filled else said["headcount"]["total"] or "" if said else "",
        "groups": group_fields(row, filled),
        "reason": filled.get("reason", "") if filled else (said["reason"] or "") if said else "",
        "typed": typed or {},
        "annulling": None if stray else annulling,
        "actor_words": actor_words,
        **history,
        "problem": problem,
        "field": problem.details.get("field") if problem and not stray else None,
        "new_id": str(uuid4()),
        "absent_id": str(uuid4()),
        "locked": locked,
        # What was typed just before it was locked is shown with why it was refused.
        "may_say": may_say and (locked is None or filled is not None),
        "may_annul": may_say and locked is None,
        "here": board_here(),
        **contact_panel(conference, code, back="bang"),
    }
    template = "_room.html" if request.htmx else "room.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/roll_call/{template}", **page), status)
