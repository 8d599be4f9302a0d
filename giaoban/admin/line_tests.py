"""A room's line tests for the staff, and the form by which the technician records what a room says on the telephone."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.domain.errors import GiaobanError, InvalidInput, InvalidTransition, NotAllowed
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.services.scope import Scope
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.line_tests import WORDS, record_form


@bp.get("/ky-thuat/duong-truyen/<code>")
@require(*STAFF)
def line_tests(code: str) -> Response:
    return _page(current_conference(), code)


@bp.post("/ky-thuat/duong-truyen/<code>")
@require(*STAFF)
def record_line_test(code: str) -> Response:
    """Take what the room says of itself; what cannot be taken comes back with what was chosen."""
    conference = current_conference()
    who = required_identity()
    if not who.may("technical"):
        raise NotAllowed()
    try:
        record_form(conference.slug, code, request.form, who)
    except InvalidInput as error:
        return _page(conference, code, typed=request.form, problem=error, status=422)
    except InvalidTransition as error:
        return _page(conference, code, typed=request.form, problem=error, status=409)
    if request.htmx:  # type: ignore[attr-defined]
        return _page(conference, code)
    flash("Đã ghi lần thử đường truyền.")
    return redirect(url_for("admin.line_tests", code=code, **link_here()), 303)


def _page(
    conference: Conference,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: GiaobanError | None = None,
    status: int = 200,
) -> Response:
    tests = services().line_tests.history(conference, code, Scope())
    page: dict[str, Any] = {
        "conference": conference,
        "room": next(endpoint for endpoint in conference.endpoints if endpoint.code == code),
        "tests": tests,
        "now_ms": services().clock.now_ms(),
        "may_record": required_identity().may("technical") and (conference.stage != "closed" or problem is not None),
        "typed": typed or {},
        "problem": problem,
        "form_id": str(uuid.uuid4()),
        **WORDS,
    }
    template = "_tests.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/line_tests/{template}", **page), status)
