"""The speaker's monitor: how long is left, to be read from the lectern, and what the MC says to whoever speaks."""

from contextlib import suppress
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import NotFound
from giaoban.models import Conference
from giaoban.screens import order
from giaoban.screens.blueprint import bp, named
from giaoban.screens.projector import shown_now
from giaoban.services.identity import Identity
from giaoban.web import running_order as wording
from giaoban.web.current import current_conference, identity, required_identity, services, to_sign_in

BACK_TO: Final = {"diem-cau": "screens.room", "phat-bieu": "screens.monitor"}


@bp.get("/phat-bieu")
def monitor() -> str | Response:
    """The monitor for staff and for rooms that are signed in; strangers are led to the sign-in."""
    who = identity()
    if who is None:
        return to_sign_in()
    return render_template("screens/monitor.html", **_state(current_conference(), who))


@bp.post("/phat-bieu/da-ro")
def read() -> Response:
    """Say that a message was read, from the form on the page that `back` names; back to it (303).

    One that has been taken back meanwhile is not there any more when the page is drawn again.
    """
    who = required_identity()
    form = request.form
    body = {"to": form.get("to"), "at_ms": _whole(form.get("at_ms", ""))}
    with suppress(NotFound):
        services().messages.acknowledge(current_conference().slug, body, who)
    return redirect(url_for(BACK_TO.get(form.get("back", ""), "screens.monitor"), **named()), 303)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _state(conference: Conference, who: Identity) -> dict[str, Any]:
    running_order = services().running_order
    snapshot = running_order.snapshot(conference)
    now_ms = snapshot["server_now_ms"]
    live = snapshot["live"] and snapshot["live"]["item"]
    coming = snapshot["next"]
    return {
        "conference": conference,
        "shown": shown_now(conference),
        "code": who.endpoint_code,
        "snapshot": snapshot,
        "now_ms": now_ms,
        "live": live,
        "texts": order.texts(live) if live else order.texts(coming[0]) if coming else None,
        "clock": wording.clock(running_order.load(conference).live, now_ms),
        "coming": [wording.short_heading(item) for item in coming],
        "expected_at_ms": coming[0]["expected_start_at_ms"] if coming else None,
        "messages": services().messages.for_screen(conference, who),
        "here": named(),
    }
