"""A small page to run the conference from a telephone or a box of buttons: what is on, Go, pause, a minute, undo."""

from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.exceptions import NotFound as UnknownAddress
from werkzeug.wrappers import Response

from giaoban.admin import console as state
from giaoban.admin import control, hand_over, readiness, wording
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.hand_over import RUNNERS
from giaoban.admin.presses import args_of, request_of, sentence, what_happened
from giaoban.domain.errors import ControlHeld, IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.models import Conference
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.running_order import TIME_STATE_WORDS, facts

COMMANDS: Final = ("start", "next", "finish", "pause", "resume", "add_time", "undo")


@bp.get("/dieu-hanh/nho")
@require(*RUNNERS)
def small() -> Response:
    return make_response(_shown(current_conference()))


@bp.post("/dieu-hanh/nho/lenh/<name>")
@require(*RUNNERS)
def small_command(name: str) -> Response:
    """Give one of `COMMANDS`; back comes the page, with why where nothing was done."""
    if name not in COMMANDS:
        raise UnknownAddress()
    conference = current_conference()
    try:
        services().running_order.dispatch(conference.slug, request_of(name, args_of(name)), required_identity())
    except (ControlHeld, StaleVersion, InvalidTransition) as error:
        return _refused(conference, 409, what_happened(conference, name, error))
    except (InvalidInput, IdReused) as error:
        return _refused(conference, 422, sentence(name, error))
    return _done(conference)


@bp.post("/dieu-hanh/nho/quyen/<action>")
@require(*RUNNERS)
def small_control(action: str) -> Response:
    """Take, ask, give, refuse or release control."""
    conference = current_conference()
    try:
        hand_over.act(action)
    except InvalidInput as error:
        if request.htmx:  # type: ignore[attr-defined]
            return _refused(conference, 422, error.message)
        typed = request.form.get("reason", hand_over.REASONS[0])
        return hand_over.take_over_form(typed, error.message, 422, **PLACES)
    except InvalidTransition as error:
        return _refused(conference, 409, error.message)
    return _done(conference)


@bp.get("/dieu-hanh/nho/tiep-quan")
@require(*RUNNERS)
def small_take_over() -> Response:
    """The form to take control from a holder who is there, as a page."""
    return hand_over.take_over_form(hand_over.REASONS[0], **PLACES)


# Where the parts that the console has too lead to from here.
PLACES: Final[dict[str, Any]] = {
    "control_to": "admin.small_control",
    "take_over_at": "admin.small_take_over",
    "back_to": "admin.small",
}


def _done(conference: Conference) -> Response:
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(_shown(conference, notice=""))
    return redirect(url_for("admin.small", **link_here()), 303)


def _refused(conference: Conference, status: int, notice: str) -> Response:
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(_shown(conference, notice=notice), status)
    flash(notice)
    return make_response(_shown(conference), status)


def _shown(conference: Conference, **more: Any) -> str:
    who = required_identity()
    order = services().running_order
    held = control.state(conference, who)
    view, snapshot = order.view(conference), order.snapshot(conference)
    page = {
        **state.state(view, order.load(conference).live, control.legal(conference, held), may_edit=False),
        **held,
        **PLACES,
        "order": facts(view, conference.starts_at_ms),
        "conference": conference,
        "undo": snapshot["undo"],
        "signs": readiness.signs(conference),
        "may_drive": True,
        "here": link_here(),
        "new_id": lambda: str(uuid4()),
        "command_words": wording.COMMANDS,
        "time_states": TIME_STATE_WORDS,
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render_template("admin/small/_panel.html", **page, fragment=True, **more)
    return render_template("admin/small/show.html", **page, **more)
