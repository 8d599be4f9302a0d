"""What a conference is called, when it begins, whom to telephone; and the end of its life."""

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin import conference_form as form
from giaoban.admin.agenda import STATUS_WORDS
from giaoban.admin.blueprints import bp
from giaoban.domain import looks
from giaoban.domain.errors import InvalidInput, InvalidTransition, StaleVersion
from giaoban.models import Conference
from giaoban.services.running_order import CommandRequest
from giaoban.web.current import require, required_identity, services


@bp.get("/quan-tri/hoi-nghi/<slug>")
@require("admin")
def conference_facts(slug: str) -> str:
    return facts_page(services().conferences.find(slug))


@bp.post("/quan-tri/hoi-nghi/<slug>")
@require("admin")
def save_facts(slug: str) -> Response | tuple[str, int]:
    """Title, telephone numbers, beginning and cap, all or nothing of what is wrong."""
    conference = services().conferences.find(slug)
    try:
        changes = form.changes(request.form, conference)
    except InvalidInput as error:
        return facts_page(conference, problems={error.details["field"]: [error.message]}), 422
    try:
        _save(conference, changes)
    except (InvalidTransition, StaleVersion) as error:
        return facts_page(conference, problems={"facts": [error.message]}), 409
    flash("Đã lưu thông tin hội nghị.")
    return redirect(url_for("admin.conference_facts", slug=slug), 303)


def _save(conference: Conference, changes: form.Changes) -> None:
    who = required_identity()
    if changes.plan:
        command = CommandRequest(str(uuid4()), conference.version, "set_plan", changes.plan)
        services().running_order.dispatch(conference.slug, command, who)
    if changes.title is not None:
        services().conference_life.retitle(conference, changes.title, who)
    if changes.hotline is not None:
        services().conferences.set_hotline(conference, changes.hotline, who)


def facts_page(conference: Conference, problems: dict[str, list[str]] | None = None) -> str:
    """The page; `problems` by form or field, with what was typed kept."""
    typed = request.form if problems and "title" in request.form else form.shown(conference)
    page: dict[str, Any] = {
        "conference": conference,
        "typed": typed,
        "looks": request.form if problems and "looks" in problems else conference.looks.as_json(),
        "choices": looks.CHOICES,
        "reason": request.form.get("reason", ""),
        "problems": problems or {},
        "half_days": form.HALF_DAYS,
        "status_word": STATUS_WORDS[conference.status],
        "who": required_identity(),
    }
    return render_template("admin/conferences/facts.html", **page)
