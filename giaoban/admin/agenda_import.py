"""Importing a running order from XLSX or CSV in three steps: the file, its columns, what will change.

Every step is a page of its own that can be loaded again; nothing changes before "Áp dụng".
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from flask import current_app, flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import import_preview
from giaoban.admin.blueprints import bp
from giaoban.domain.agenda_columns import FIELDS, body, head_key, heads
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.domain.grid import column_name
from giaoban.models import Conference
from giaoban.services.agenda_import import Chosen, Draft
from giaoban.sheets import FILE_MOST
from giaoban.web.current import require, required_identity, services

EDITORS: Final = ("admin", "mc", "secretary")
SAMPLE: Final = 6  # rows shown below the head
SAMPLE_LONGEST: Final = 60  # characters of a cell
REMEMBERED: Final = "giaoban-cot"  # the cookie with which heads stood for what the last time
REMEMBERED_MOST: Final = 30
REMEMBERED_S: Final = 400 * 86_400


@bp.get("/quan-tri/hoi-nghi/<slug>/nhap")
@require(*EDITORS)
def import_agenda(slug: str) -> str:
    return _file_page(services().conferences.find(slug))


@bp.post("/quan-tri/hoi-nghi/<slug>/nhap")
@require(*EDITORS)
def read_agenda_file(slug: str) -> Response:
    """Read the file and go on to its columns, or say what is wrong with it."""
    conference = services().conferences.find(slug)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise InvalidInput("Chưa chọn tệp.")
        with file.stream as stream:
            data = stream.read(FILE_MOST + 1)
        draft_id = services().agenda_import.take(conference, file.filename, data, _remembered(), required_identity())
    except InvalidInput as error:
        name = (file.filename if file is not None else "") or ""
        return make_response(_file_page(conference, problem=error.message, file_name=name), 422)
    return redirect(url_for("admin.import_columns", slug=slug, draft=draft_id), 303)


@bp.get("/quan-tri/hoi-nghi/<slug>/nhap/<draft>")
@require(*EDITORS)
def import_columns(slug: str, draft: str) -> Response:
    conference, found = _draft(slug, draft)
    return _columns_page(conference, found)


@bp.post("/quan-tri/hoi-nghi/<slug>/nhap/<draft>")
@require(*EDITORS)
def choose_columns(slug: str, draft: str) -> Response:
    """Keep what was chosen and go on to the preview, or look at another sheet or row of heads first."""
    conference, found = _draft(slug, draft)
    form = request.form
    again = form.get("do") == "again"
    try:
        sheet_at = _whole(form.get("sheet", str(found.sheet_at)))
        other_sheet = sheet_at != found.sheet_at
        chosen = Chosen(
            sheet_at,
            None if other_sheet else _whole(form.get("head", "")),
            None if again or other_sheet else _columns(form),
            hidden_too="hidden_too" in form,
            default=form.get("default", "").strip()[:20],
        )
        found = services().agenda_import.choose(found, chosen, _remembered())
    except InvalidInput as error:
        return _columns_page(conference, found, status=422, typed=form, problem=error)
    if again or other_sheet:
        return redirect(url_for("admin.import_columns", slug=slug, draft=draft), 303)
    answer = redirect(url_for("admin.preview_import", slug=slug, draft=draft), 303)
    _remember(answer, found)
    return answer


@bp.get("/quan-tri/hoi-nghi/<slug>/nhap/<draft>/xem")
@require(*EDITORS)
def preview_import(slug: str, draft: str) -> Response:
    conference, found = _draft(slug, draft)
    return _preview_page(conference, found)


@bp.post("/quan-tri/hoi-nghi/<slug>/nhap/<draft>/xem")
@require(*EDITORS)
def explain_words(slug: str, draft: str) -> Response:
    """Keep what names and kinds of the table stand for, and look again."""
    conference, found = _draft(slug, draft)
    form = request.form
    meant: dict[str, dict[str, str]] = {"rooms": {}, "kinds": {}}
    for field, value in form.items():
        what, _, key = field.partition(":")
        if what in meant:
            meant[what][key[:80]] = value[:200]
    found, unclear = services().agenda_import.explain(conference, found, meant["rooms"], meant["kinds"])
    if unclear:
        return _preview_page(conference, found, status=422, unclear=unclear)
    return redirect(url_for("admin.preview_import", slug=slug, draft=draft), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/nhap/<draft>/ap-dung")
@require(*EDITORS)
def apply_import(slug: str, draft: str) -> Response:
    """Apply what was shown, as one command; when the order has changed since, show anew what would change."""
    conference, found = _draft(slug, draft)
    form = request.form
    try:
        services().agenda_import.apply(
            conference,
            found,
            command_id=form.get("command_id", ""),
            expected_version=_whole(form.get("expected_version", ""), -1),
            without_bad="without_bad" in form,
            identity=required_identity(),
        )
    except StaleVersion:
        return _preview_page(
            conference,
            found,
            status=409,
            problem="Chưa áp dụng, vì chương trình vừa đổi ở nơi khác. Dưới đây là kết quả so với chương trình mới.",
        )
    except (InvalidTransition, InvalidInput, IdReused) as error:
        status = 409 if isinstance(error, InvalidTransition) else 422
        return _preview_page(conference, found, status=status, problem=error.message)
    flash("Đã nhập chương trình.")
    if request.htmx:  # type: ignore[attr-defined]
        return make_response("", redirect=_agenda_url(slug))  # another page as a whole, not a part of this one
    return redirect(_agenda_url(slug), 303)


# ---- pages


def _draft(slug: str, draft: str) -> tuple[Conference, Draft]:
    conference = services().conferences.find(slug)
    return conference, services().agenda_import.find(conference, draft, required_identity())


def _page(step: int, conference: Conference, status: int = 200, **more: Any) -> Response:
    template = "_import.html" if request.htmx else "import.html"  # type: ignore[attr-defined]
    page = render_template(
        f"admin/agenda_import/{template}",
        step=step,
        conference=conference,
        agenda_url=_agenda_url(conference.slug),
        who=required_identity(),
        **more,
    )
    pushed = request.full_path.rstrip("?") if request.method == "GET" else None
    return make_response(page, status, push_url=pushed)


def _agenda_url(slug: str) -> str:
    return url_for("admin.agenda", slug=slug)


def _file_page(conference: Conference, problem: str = "", file_name: str = "") -> str:
    page = _page(1, conference, problem=problem, file_name=file_name, file_most_mb=FILE_MOST // 1024 // 1024)
    return page.get_data(as_text=True)


def _columns_page(
    conference: Conference,
    draft: Draft,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    problem: InvalidInput | None = None,
) -> Response:
    sheet = draft.sheet
    words = heads(sheet, draft.choices.head)
    sample = [row for row in body(sheet, draft.choices.head)][:SAMPLE]
    used = {column: name for name, column in draft.choices.columns.items()}
    if typed is not None:
        chosen = {name: typed.get(name, "") for name in FIELDS}
    else:
        chosen = {name: str(draft.choices.columns.get(name, "")) for name in FIELDS}
    columns = [
        {
            "at": str(column),
            "name": column_name(column),
            "head": words[column],
            "field": used.get(column),
            "example": next((row.cell(column) for row in sample if row.cell(column)), "")[:SAMPLE_LONGEST],
        }
        for column in range(sheet.width)
    ]
    return _page(
        2,
        conference,
        status,
        draft=draft,
        columns=columns,
        fields=import_preview.FIELD_WORDS,
        hints=import_preview.FIELD_HINTS,
        chosen=chosen,
        head=typed.get("head", "") if typed is not None else draft.choices.head,
        default=typed.get("default", "") if typed is not None else draft.default,
        hidden_too="hidden_too" in typed if typed is not None else draft.choices.hidden_too,
        hidden_rows=sum(row.hidden for row in sheet.rows),
        sample=[
            {"number": row.number, "cells": [_short(row.cell(column)) for column in range(sheet.width)]}
            for row in sample
        ],
        rows=sum(1 for _ in body(sheet, draft.choices.head)),
        problem=problem,
    )


def _preview_page(
    conference: Conference,
    draft: Draft,
    *,
    status: int = 200,
    problem: str = "",
    unclear: Mapping[str, str] | None = None,
) -> Response:
    changes = services().agenda_import.changes(conference, draft)
    endpoints = services().roll_call.endpoints(conference)
    only_changes = request.args.get("chi") == "doi"
    return _page(
        3,
        conference,
        status,
        draft=draft,
        problem=problem,
        unclear={f"rooms:{key}": text for key, text in (unclear or {}).items()},
        new_id=str(uuid4()),
        version=changes.before.version,
        only_changes=only_changes,
        without_bad="without_bad" in request.form,
        **import_preview.view(
            changes, draft, conference, endpoints, only_changes=only_changes, page=_whole(request.args.get("trang"), 1)
        ),
    )


def _short(text: str) -> str:
    return text if len(text) <= SAMPLE_LONGEST else text[: SAMPLE_LONGEST - 1].rstrip() + "…"


# ---- what a form holds


def _whole(text: str | None, otherwise: int | None = None) -> int:
    """A whole number from a form. Raises InvalidInput unless there is something to take otherwise."""
    if text is not None and text.strip().isascii() and text.strip().isdigit() and len(text) < 10:
        return int(text)
    if otherwise is None:
        raise InvalidInput("Dòng tiêu đề phải là số của một dòng, hoặc 0 khi bảng không có.", field="head")
    return otherwise


def _columns(form: Mapping[str, str]) -> dict[str, int]:
    return {name: _whole(form[name]) for name in FIELDS if form.get(name)}


# ---- what is remembered


def _remembered() -> dict[str, str]:
    """Heads and the fields that they stood for the last time in this browser; nothing for what is no such cookie."""
    try:
        told = json.loads(base64.urlsafe_b64decode(request.cookies.get(REMEMBERED, "").encode()))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {key: name for key, name in list(told.items())[:REMEMBERED_MOST] if name in FIELDS}


def _remember(answer: Response, draft: Draft) -> None:
    words = heads(draft.sheet, draft.choices.head)
    now = {head_key(words[column])[:40]: name for name, column in draft.choices.columns.items() if words[column]}
    before = {key: name for key, name in _remembered().items() if key not in now}
    told = dict([*now.items(), *before.items()][:REMEMBERED_MOST])
    answer.set_cookie(
        REMEMBERED,
        base64.urlsafe_b64encode(json.dumps(told).encode()).decode(),
        max_age=REMEMBERED_S,
        path="/quan-tri",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
