"""A new conference, from nothing or as a copy of another; a draft until it is published."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin import conference_form as form
from giaoban.admin.blueprints import bp
from giaoban.domain.errors import InvalidInput, InvalidRoster
from giaoban.domain.roster import Unit, read_roster
from giaoban.models import Conference
from giaoban.services.conferences import VENUE, NewConference
from giaoban.web.current import require, required_identity, services


@bp.get("/quan-tri/hoi-nghi-moi")
@require("admin")
def new_conference() -> str:
    blank = {"half": "morning", "hour": "08:00", "cap": "10", "roster": _last_with_rooms()}
    return _page(None, blank)


@bp.post("/quan-tri/hoi-nghi-moi")
@require("admin")
def make_conference() -> Response | tuple[str, int]:
    """An empty agenda with a roster taken from another conference or from a file."""
    try:
        new = replace(_typed(VENUE), units=_roster())
        made = services().conferences.create(new, required_identity())
    except InvalidInput as error:
        return _page(None, request.form, _problems(error)), 422
    return _to_agenda(made)


@bp.get("/quan-tri/hoi-nghi/<slug>/nhan-ban")
@require("admin")
def copy_conference(slug: str) -> str:
    source = services().conferences.find(slug)
    return _page(source, form.shown(source) | {"slug": "", "day": ""})


@bp.post("/quan-tri/hoi-nghi/<slug>/nhan-ban")
@require("admin")
def make_copy(slug: str) -> Response | tuple[str, int]:
    """Agenda, roster, picture and settings of that conference on another day."""
    source = services().conferences.find(slug)
    try:
        made = services().conferences.clone(source, _typed(source.timezone), required_identity())
    except InvalidInput as error:
        return _page(source, request.form, _problems(error)), 422
    return _to_agenda(made)


def _typed(zone: str) -> NewConference:
    """What the form says of a new draft, without rooms. Raises InvalidInput with `field`."""
    values = request.form
    title = form.title_of(values)
    return NewConference(
        slug=form.slug_typed(values, title),
        title=title,
        starts_at_ms=form.begins_at_ms(values, zone),
        units=(),
        hotline=form.hotline_of(values),
        paper_cap_ms=form.cap_ms(values),
        timezone=zone,
        draft=True,
    )


def _roster() -> Sequence[Unit]:
    """The rooms of the file that was sent, else of the conference that was chosen. Raises InvalidInput."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_roster(file.read())
    slug = request.form.get("roster", "")
    if not services().conferences.exists(slug):
        raise InvalidInput("Xin chọn một hội nghị để lấy danh sách điểm cầu, hoặc một tệp CSV.", field="roster")
    return services().conferences.units(services().conferences.find(slug))


def _problems(error: InvalidInput) -> dict[str, list[str]]:
    if isinstance(error, InvalidRoster):
        return {"roster": error.problems}
    return {str(error.details.get("field", "")): [error.message]}


def _to_agenda(made: Conference) -> Response:
    flash("Đã tạo bản nháp. Chỉ ban tổ chức thấy, đến khi công bố.")
    return redirect(url_for("admin.agenda", slug=made.slug), 303)


def _last_with_rooms() -> str:
    return next((each.slug for each in reversed(_with_rooms()) if not each.is_rehearsal), "")


def _with_rooms() -> list[Conference]:
    return [each for each in services().conferences.list() if each.endpoints]


def _page(source: Conference | None, typed: Any, problems: dict[str, list[str]] | None = None) -> str:
    """The form; `problems` by field, "" for the whole."""
    return render_template(
        "admin/conferences/new.html",
        source=source,
        rosters=[] if source else _with_rooms(),
        typed=typed,
        problems=problems or {},
        half_days=form.HALF_DAYS,
    )
