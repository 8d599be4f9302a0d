"""Control goes from one console to another: taking it, asking for it, handing it over."""

from typing import Any, Final

from flask import render_template, request
from htmx_flask import make_response
from werkzeug.exceptions import NotFound as UnknownAddress
from werkzeug.wrappers import Response

from giaoban.admin import running_order as console
from giaoban.admin.blueprints import bp
from giaoban.domain.control import REASON_LONGEST
from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.services.control import ACTIONS, KEEP
from giaoban.services.identity import STAFF_WORDS
from giaoban.web.aim import aim_at
from giaoban.web.current import current_conference, require, required_identity, services

RUNNERS: Final = ("admin", "mc")
# The first one is what an untouched form records.
REASONS: Final = ("Máy điều hành gặp sự cố", "Người điều hành vắng mặt", "Chủ tọa yêu cầu")


@bp.post("/dieu-hanh/quyen/<action>")
@require(*RUNNERS)
def control(action: str) -> Response:
    """Take, ask, give, refuse or release; the form to take over brings its reason. Back comes the console."""
    conference = current_conference()
    try:
        act(action)
    except InvalidInput as error:
        return take_over_form(reason=request.form.get("reason", REASONS[0]), problem=error.message, status=422)
    except InvalidTransition as error:
        return console.refused(conference, 409, error.message)
    return console.done(conference, close_drawer=action == "take")


@bp.get("/dieu-hanh/quyen/tiep-quan")
@require(*RUNNERS)
def take_over() -> Response:
    """The form to take control from a holder who is there: it asks for the reason."""
    return take_over_form(reason=REASONS[0])


def act(action: str) -> None:
    """Do what the pressed button says. Raises InvalidInput, InvalidTransition; 404 for what is no action."""
    if action not in ACTIONS or action == KEEP:
        raise UnknownAddress()
    form = request.form
    reason = form.get("usual") or form.get("reason")
    services().control.act(current_conference().slug, action, required_identity(), reason)


def take_over_form(reason: str, problem: str | None = None, status: int = 200, **places: Any) -> Response:
    """The form as a fragment or a page; `places` are where it leads to, if not to the console."""
    conference = current_conference()
    view = services().control.view(conference, required_identity())
    page = {
        "here": console.here(),
        "conference": conference,
        "holder": view["holder"],
        "role_words": STAFF_WORDS,
        "reason": reason,
        "reasons": REASONS,
        "longest": REASON_LONGEST,
        "problems": {"reason": problem} if problem else {},
        **places,
    }
    template = "_take_over.html" if request.htmx else "take_over.html"  # type: ignore[attr-defined]
    answer = render_template(f"admin/running_order/{template}", **page)
    return make_response(answer, status, **aim_at("drawer"))
