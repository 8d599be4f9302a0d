"""A room asks for the technician: reports a fault, sees how far it is and what was answered. Works without scripts."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain import tickets as domain
from giaoban.domain.errors import GiaobanError, IdReused, InvalidInput, InvalidTransition, NotAllowed, StaleVersion
from giaoban.domain.telephones import telephones
from giaoban.models import Conference
from giaoban.screens.blueprint import bp
from giaoban.screens.endpoint import own_room
from giaoban.services.identity import Identity
from giaoban.services.tickets import ROOM_ACTIONS
from giaoban.web import technical as wording
from giaoban.web.current import identity, services


@bp.get("/diem-cau/ky-thuat")
def tickets() -> str | Response:
    """The page of the room that is signed in; strangers go to the way in."""
    who = identity()
    if who is None:
        return redirect(url_for("screens.way_in"), 303)
    return _page(*own_room(who))


@bp.get("/diem-cau/ky-thuat/phieu")
def ticket_list() -> str:
    """The room's tickets, and those of its communes, as a fragment."""
    return render_template("screens/tickets/_list.html", **_list(*own_room(identity())))


@bp.post("/diem-cau/ky-thuat")
def report() -> str | tuple[str, int] | Response:
    """Take the report of the form, back to the page (303); what cannot be taken comes back with what was typed."""
    who, conference = own_room(identity())
    form = request.form
    body = {
        "ticket_id": form.get("ticket_id", ""),
        "endpoint_code": str(who.endpoint_code),
        "kind": form.get("kind", ""),
        "text": form.get("text", ""),
    }
    try:
        services().tickets.open(conference.slug, body, who)
    except (InvalidInput, IdReused) as error:
        return _page(who, conference, error=error, typed=form), 422
    except InvalidTransition as error:
        return _page(who, conference, error=error, typed=form), 409
    return redirect(url_for("screens.tickets", _anchor="phieu"), 303)


@bp.post("/diem-cau/ky-thuat/<ticket_id>")
def act_on_ticket(ticket_id: str) -> str | tuple[str, int] | Response:
    """Say more about a ticket of the room's own, that it is over, or that it is not after all."""
    who, conference = own_room(identity())
    form = request.form
    action, seen = form.get("action", ""), form.get("expected_revision", "")
    body = {
        "change_id": form.get("change_id", ""),
        "expected_revision": int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else None,
        "text": form.get("text", ""),
    }
    again: dict[str, Any] = {"typed": form, "about": ticket_id.lower()}
    if action not in ROOM_ACTIONS:
        raise NotAllowed()
    try:
        services().tickets.change(conference.slug, ticket_id, action, body, who)
    except InvalidInput as error:
        return _page(who, conference, error=error, **again), 422
    except (StaleVersion, InvalidTransition) as error:
        return _page(who, conference, error=error, **again), 409
    return redirect(url_for("screens.tickets", _anchor="phieu"), 303)


def _page(
    who: Identity,
    conference: Conference,
    *,
    error: GiaobanError | None = None,
    typed: Mapping[str, str] | None = None,
    about: str = "",
) -> str:
    """`about` is the ticket that `error` and `typed` are about, "" the form of a new one."""
    return render_template(
        "screens/tickets/page.html",
        ticket_id=str(uuid.uuid4()),
        **{**_list(who, conference), "error": error, "typed": typed or {}, "about": about},
    )


def _list(who: Identity, conference: Conference) -> dict[str, Any]:
    """The tickets as the room may see them: its own, and those of the rooms below it."""
    service = services().tickets
    found = [service.as_json(ticket, who) for ticket in service.list(conference, who)]
    names = {endpoint.code: endpoint.full_name for endpoint in conference.endpoints}
    return {
        "conference": conference,
        "code": who.endpoint_code,
        "name": names[str(who.endpoint_code)],
        "names": names,
        "own": [ticket for ticket in found if ticket["endpoint_code"] == who.endpoint_code],
        "below": [ticket for ticket in found if ticket["endpoint_code"] != who.endpoint_code],
        "now_ms": services().clock.now_ms(),
        "telephones": telephones(conference.hotline),
        "longest": domain.TEXT_LONGEST,
        "open_states": domain.OPEN,
        "new_id": lambda: str(uuid.uuid4()),
        "typed": {},
        "about": "",
        "error": None,
        "room_words": wording.room_words,
        **wording.words(),
    }
