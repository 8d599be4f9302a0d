"""The technician's pages: the board, a room with its tickets, opening a ticket and looking after it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import projectors
from giaoban.admin import technical_board as layout
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.presses import whole
from giaoban.domain import tickets as domain
from giaoban.domain.errors import (
    GiaobanError,
    IdReused,
    InvalidInput,
    InvalidTransition,
    NotFound,
    StaleVersion,
)
from giaoban.domain.tickets import Ticket
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.web import technical as wording
from giaoban.web.aim import aim_at
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.filters import clock
from giaoban.web.line_tests import WORDS as TEST_WORDS
from giaoban.web.roll_call import STATUS_WORDS, attendance

TECHNICIANS = ("admin", "technician")
CHANGED = "technical-changed"  # what the board listens for


def board_here() -> dict[str, Any]:
    """What the board's own addresses carry on: the conference, and which rooms are shown."""
    name = request.args.get("loc", "")
    return {**link_here(), **({"loc": name} if name in layout.NAMES[1:] else {})}


@bp.get("/ky-thuat")
@require(*STAFF)
def technical() -> Response:
    conference = current_conference()
    template = "_board.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/technical/{template}", **_board(conference)))


@bp.get("/ky-thuat/diem-cau/<code>")
@require(*STAFF)
def technical_room(code: str) -> Response:
    return _room(current_conference(), code)


@bp.post("/ky-thuat/diem-cau/<code>/phieu")
@require(*TECHNICIANS)
def open_ticket(code: str) -> Response:
    """A ticket for a room; what is wrong comes back in the form with what was typed."""
    conference = current_conference()
    form = request.form
    body = {
        "ticket_id": form.get("ticket_id", ""),
        "endpoint_code": code,
        "kind": form.get("kind", ""),
        "text": form.get("text", ""),
    }
    try:
        services().tickets.open(conference.slug, body, required_identity())
    except (InvalidInput, IdReused) as error:
        return _room(conference, code, typed=form, problem=error, status=422)
    except InvalidTransition as error:
        return _room(conference, code, typed=form, problem=error, status=409)
    return _done(conference, code)


@bp.post("/ky-thuat/phieu/<ticket_id>")
@require(*TECHNICIANS)
def change_ticket(ticket_id: str) -> Response:
    """Do to a ticket what the pressed button says. What somebody else has changed since it was shown comes back with
    both states, and what was typed is kept."""
    conference = current_conference()
    form = request.form
    ticket = services().tickets.find(conference, ticket_id)
    action, seen = form.get("action", ""), whole(form.get("expected_revision"))
    body = {"change_id": form.get("change_id", ""), "expected_revision": seen, "text": form.get("text", "")}
    again: dict[str, Any] = {"typed": form, "about": ticket_id}
    try:
        if action not in domain.ACTIONS:
            raise InvalidInput("Xin chọn việc cần làm với phiếu.", field="action")
        services().tickets.change(conference.slug, ticket_id, action, body, required_identity())
    except (StaleVersion, InvalidTransition) as error:
        return _room(conference, ticket.endpoint_code, **again, problem=error, seen=seen, status=409)
    except InvalidInput as error:
        return _room(conference, ticket.endpoint_code, **again, problem=error, status=422)
    if form.get("tu") == "bang":
        return _done_on_board(conference)
    return _done(conference, ticket.endpoint_code)


# ---- answers


def _done(conference: Conference, code: str) -> Response:
    """The room as it is now, and the board beside it asks for itself anew."""
    if request.htmx:  # type: ignore[attr-defined]
        return _room(conference, code, trigger=CHANGED)
    return redirect(url_for("admin.technical_room", code=code, **board_here()), 303)


def _done_on_board(conference: Conference) -> Response:
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(render_template("admin/technical/_board.html", **_board(conference)))
    flash("Đã ghi.")
    return redirect(url_for("admin.technical", **board_here()), 303)


def _board(conference: Conference) -> dict[str, Any]:
    who = required_identity()
    overview = services().technical.overview(conference, who)
    here, zone = board_here(), conference.timezone
    open_ones = [ticket for ticket in overview.tickets if ticket.is_open]
    rows = {room.row["code"]: room.row for room in overview.rooms}
    return {
        "conference": conference,
        "now_ms": overview.now_ms,
        "tickets": open_ones,
        "waiting": [ticket for ticket in open_ones if ticket.state in domain.WAITING],
        "done": len(overview.tickets) - len(open_ones),
        "rows": rows,
        "rooms": {code: row["full_name"] for code, row in rows.items()},
        "look_after": layout.to_look_after(overview.rooms, zone),
        "look_most": layout.LOOK_MOST,
        "look_all_url": url_for("admin.technical", **link_here(), loc=layout.NEEDY),
        "groups": layout.groups(layout.shown(overview.rooms, here.get("loc", "")), overview.rooms, zone),
        "filters": layout.filters(overview.rooms),
        "chosen": here.get("loc", ""),
        "stages": overview.stages,
        "here": here,
        "who": who,
        "may_write": who.may("technical"),
        "new_id": lambda: str(uuid4()),
        "numbers": {code: each.numbers for code, each in services().contacts.seen_by(conference, who).items()},
        **projectors.page(conference),
        **TEST_WORDS,
        **wording.words(),
    }


def _room(
    conference: Conference,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    about: str = "",
    problem: GiaobanError | None = None,
    seen: int | None = None,
    status: int = 200,
    trigger: str | None = None,
) -> Response:
    """A room with all its tickets. `about` is the ticket that `typed` and `problem` are about, "" the form of a new
    one; `seen` the revision at which whoever pressed had seen it."""
    who = required_identity()
    overview = services().technical.overview(conference, who)
    room = next((each for each in overview.rooms if each.row["code"] == code), None)
    if room is None:
        raise NotFound("Không có điểm cầu này.")
    rooms = {each.row["code"]: each.row["full_name"] for each in overview.rooms}
    own = [ticket for ticket in overview.tickets if ticket.endpoint_code == code]
    page = {
        "conference": conference,
        "row": room.row,
        "test": room.test,
        "contact": services().contacts.one(conference, code, who),
        "needs": room.needs,
        "attendance": attendance(room.row),
        "status_words": STATUS_WORDS,
        "line": layout.line(room, conference.timezone),
        "tickets": own,
        "rooms": rooms,
        "who_words": wording.who_words,
        "now_ms": overview.now_ms,
        "typed": typed or {},
        "about": about,
        "problem": problem,
        "field": problem.details.get("field") if problem else None,
        "both": _both(conference, own, about, seen) if isinstance(problem, StaleVersion) else None,
        # What was typed just before it was locked is shown with why it was refused.
        "may_write": who.may("technical") and (conference.stage != "closed" or problem is not None),
        "new_id": lambda: str(uuid4()),
        "here": board_here(),
        **TEST_WORDS,
        **wording.words(),
    }
    template = "_room.html" if request.htmx else "room.html"  # type: ignore[attr-defined]
    answer = render_template(f"admin/technical/{template}", **page)
    return make_response(answer, status, trigger=trigger or (CHANGED if status == 409 else None), **aim_at("drawer"))


def _both(conference: Conference, tickets: list[Ticket], about: str, seen: int | None) -> dict[str, str] | None:
    """The ticket as it was seen and as it is, and who changed it when, in words."""
    ticket = next((each for each in tickets if each.ticket_id == about.lower()), None)
    if ticket is None or seen is None or not 0 < seen <= ticket.revision:
        return None
    then = domain.folded(ticket.ticket_id, ticket.endpoint_code, ticket.kind, ticket.changes[:seen])
    last = ticket.changes[-1]
    return {
        "then": wording.state_words(then),
        "now": wording.state_words(ticket),
        "what": wording.change_words(last),
        "who": wording.who_words(last.actor, {}),
        "at": clock(last.at_ms, conference.timezone),
    }
