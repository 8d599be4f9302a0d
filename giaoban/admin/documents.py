"""Files of the running order, the page that is printed from a browser, and the paper fallback."""

from datetime import UTC, datetime
from typing import Any

from flask import render_template, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.models import Conference
from giaoban.models.database import is_away
from giaoban.services.documents import File
from giaoban.services.paper import Paper
from giaoban.web.current import STAFF, current_conference, require, required_identity, services

# What a browser shows by itself; the others are saved.
SHOWN = ("application/pdf",)


@bp.get("/quan-tri/hoi-nghi/<slug>/xuat/chuong-trinh.<any(xlsx, csv, json, ics, pdf):form>")
@require(*STAFF)
def export_order(slug: str, form: str) -> Response:
    """The running order as a file. It is public, so that all staff may have it."""
    return handed_out(services().documents.running_order(_conference(slug), form))


@bp.get("/quan-tri/hoi-nghi/<slug>/in")
@require(*STAFF)
def print_order(slug: str) -> str:
    """The same as the PDF, to be printed from the browser."""
    conference = _conference(slug)
    return render_template(
        "admin/documents/print.html", conference=conference, **services().documents.programme(conference)
    )


@bp.get("/dieu-hanh/ban-giay")
def paper() -> Any:
    """The paper fallback as things stand now; while the database is away the last one, with its time on it."""
    try:
        return _present_paper()
    except SQLAlchemyError as error:
        kept = _last_paper() if is_away(error) else None
        if kept is None:
            raise
        return _answer(kept)


@require(*STAFF)
def _present_paper() -> Response:
    return _answer(services().papers.present(current_conference()))


def _last_paper() -> Paper | None:
    who = services().accounts.last_known(str(session.get("_user_id")))
    if who is None or not who.is_staff:
        return None
    return services().papers.last(request.args.get("hoi-nghi"))


def _answer(made: Paper) -> Response:
    """The PDF, or nothing but 304 for a console that holds this very one."""
    answer = handed_out(made.file)
    answer.last_modified = datetime.fromtimestamp(made.made_at_ms // 1000, UTC)
    answer.set_etag(made.tag)
    return answer.make_conditional(request)


def _conference(slug: str) -> Conference:
    return services().conferences.seen_by(required_identity(), slug)


def handed_out(file: File) -> Response:
    """The answer that gives the file under its name."""
    answer = Response(file.data, mimetype=file.mimetype)
    how = "inline" if file.mimetype in SHOWN else "attachment"
    answer.headers.set("Content-Disposition", how, filename=file.name)
    return answer
