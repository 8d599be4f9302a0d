"""The technician's checklist: ticking off what is seen to before the conference, and changing what is on it."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.technical import TECHNICIANS
from giaoban.domain.checklist import MEASURES, STAGES
from giaoban.domain.errors import GiaobanError, InvalidInput, InvalidTransition
from giaoban.models import Conference
from giaoban.services.identity import STAFF, actor_words
from giaoban.web import technical as wording
from giaoban.web.current import current_conference, require, required_identity, services


def _here() -> dict[str, Any]:
    """What this page's own addresses carry on: the conference, and whether the list is being changed."""
    return {**link_here(), **({"sua": 1} if "sua" in request.args else {})}


@bp.get("/ky-thuat/viec")
@require(*STAFF)
def checklist() -> Response:
    return _list(current_conference())


@bp.post("/ky-thuat/viec/<item_id>")
@require(*TECHNICIANS)
def tick(item_id: str) -> Response:
    """It is seen to, or it is not after all: set, never toggled, so that two who press agree."""
    conference = current_conference()
    form = request.form
    done = form.get("done")
    if done not in ("0", "1"):
        return _list(conference, typed=form, about=item_id, problem=InvalidInput("Xin bấm lại."), status=422)

    def change() -> None:
        services().checklists.tick(conference.slug, item_id, done == "1", form.get("note", ""), required_identity())

    return _changed(conference, change, item_id)


@bp.post("/ky-thuat/viec")
@require(*TECHNICIANS)
def add_task() -> Response:
    conference = current_conference()
    form = request.form

    def change() -> None:
        measure = form.get("measure") or None
        services().checklists.add(
            conference.slug, form.get("stage", ""), form.get("text", ""), measure, required_identity()
        )

    return _changed(conference, change, "")


@bp.post("/ky-thuat/viec/<item_id>/sua")
@require(*TECHNICIANS)
def rename_task(item_id: str) -> Response:
    conference = current_conference()
    form = request.form

    def change() -> None:
        services().checklists.rename(
            conference.slug, item_id, form.get("stage", ""), form.get("text", ""), required_identity()
        )

    return _changed(conference, change, item_id)


@bp.post("/ky-thuat/viec/<item_id>/bo")
@require(*TECHNICIANS)
def remove_task(item_id: str) -> Response:
    conference = current_conference()

    def change() -> None:
        services().checklists.remove(conference.slug, item_id, required_identity())

    return _changed(conference, change, item_id)


def _changed(conference: Conference, change: Any, about: str) -> Response:
    """The list after the change; what cannot be done comes back with what was typed."""
    try:
        change()
    except InvalidInput as error:
        return _list(conference, typed=request.form, about=about, problem=error, status=422)
    except InvalidTransition as error:
        return _list(conference, typed=request.form, about=about, problem=error, status=409)
    if request.htmx:  # type: ignore[attr-defined]
        return _list(conference)
    flash("Đã ghi.")
    return redirect(url_for("admin.checklist", **_here()), 303)


def _list(
    conference: Conference,
    *,
    typed: Mapping[str, str] | None = None,
    about: str | None = None,
    problem: GiaobanError | None = None,
    status: int = 200,
) -> Response:
    """`about` is the entry that `typed` and `problem` are about, "" the form of a new one."""
    who = required_identity()
    overview = services().technical.overview(conference, who)
    there = {line.entry.item_id for stage in overview.stages for line in stage.lines}
    page = {
        "conference": conference,
        "now_ms": overview.now_ms,
        "stages": overview.stages,
        "stray": problem is not None and about != "" and about not in there,
        "minutes": STAGES,
        "measures": MEASURES,
        "typed": typed or {},
        "about": about,
        "problem": problem,
        # What was refused is shown in its form, wherever it came from; a tick has its place in the list itself.
        "editing": ("sua" in request.args or (problem and request.endpoint != "admin.tick")) and who.may("technical"),
        "may_write": who.may("technical") and conference.stage != "closed",
        "who": who,
        "actor_words": actor_words,
        "here": _here(),
        **wording.words(),
    }
    template = "_list.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/checklist/{template}", **page), status)
