"""The ZIP of all makets: asking for it, how far it is, cancelling it, and the file."""

from typing import Any, Final, get_args

from flask import redirect, render_template, request, send_file, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.documents.maket_locks import Busy
from giaoban.documents.typeset import Form
from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.maket_sizes import DEFAULT, KNOWN, Size, size_of
from giaoban.models import Conference
from giaoban.models.conference import endpoint_names
from giaoban.services.identity import actor_words
from giaoban.services.maket_bundle import KEPT_MS, Bundle
from giaoban.web.current import STAFF, require, required_identity, services

FORMS: Final[tuple[Form, ...]] = get_args(Form)
FORM_WORDS: Final = {
    "pdf": "PDF, đúng khổ để in",
    "png": "PNG, để trình chiếu",
    "svg": "SVG, cho phần mềm thiết kế",
}
OTHER: Final = "khac"  # the size that is typed


@bp.get("/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca")
@require(*STAFF)
def maket_bundle(slug: str) -> str:
    """The panel, which a page asks for again and again while something is made; as a page of its own without scripts.

    `theo` names the one whose file this page fetches as soon as it is there.
    """
    return _panel(_conference(slug))


@bp.post("/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca")
@require(*STAFF)
def make_maket_bundle(slug: str) -> Response:
    """Have one be made, or go on with the one that is there already."""
    conference = _conference(slug)
    try:
        services().maket_bundles.ask(conference, _size(), _form(), required_identity())
    except (InvalidInput, InvalidTransition) as error:
        problems = {error.details.get("field", ""): error.message}
        return make_response(_panel(conference, problems), 422 if isinstance(error, InvalidInput) else 409)
    return _there(conference)


@bp.post("/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca/<job_id>/huy")
@require(*STAFF)
def cancel_maket_bundle(slug: str, job_id: str) -> Response:
    """Have it be made no further; remove one that has ended."""
    conference = _conference(slug)
    try:
        services().maket_bundles.cancel(conference, job_id, required_identity())
    except Busy:
        return make_response(_panel(conference, {"": "Máy chủ đang bận. Xin bấm lại sau ít giây."}), 409)
    return _there(conference)


@bp.get("/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca/<job_id>.zip")
@require(*STAFF)
def maket_bundle_file(slug: str, job_id: str) -> Response:
    """The file, whole or in the parts that a broken download still lacks."""
    found = services().maket_bundles.zip_of(_conference(slug), job_id)
    answer = send_file(found.path, "application/zip", as_attachment=True, download_name=found.name, conditional=True)
    answer.cache_control.no_store = True
    return answer


def panel_facts(conference: Conference, problems: dict[str, str] | None = None) -> dict[str, Any]:
    """What `admin/makets/_bundle.html` shows."""
    try:
        bundles: list[Bundle] | None = services().maket_bundles.look(conference)
    except Busy:
        bundles = None
    followed = request.args.get("theo")
    under_way = [each for each in bundles or [] if each.job.under_way]
    mine = next((each.job.id for each in under_way if each.job.request.asked_by == required_identity().actor), None)
    return {
        "conference": conference,
        "bundles": bundles,
        "asking_again": bool(under_way) or bundles is None,
        "follow": mine or (followed if bundles is None else None),
        "fetch": next((each.job.id for each in bundles or [] if each.current and each.job.id == followed), None),
        "rooms": len(endpoint_names(conference.id)),
        "sizes": KNOWN.values(),
        "other": OTHER,
        "forms": FORM_WORDS,
        "typed": request.form or {"size": DEFAULT.key, "form": FORMS[0]},
        "problems": problems or {},
        "kept_hours": KEPT_MS // 3_600_000,
        "actor_words": actor_words,
        "megabytes": _megabytes,
        "who": required_identity(),
    }


def _panel(conference: Conference, problems: dict[str, str] | None = None) -> str:
    template = "_bundle.html" if request.htmx else "bundle.html"  # type: ignore[attr-defined]
    return render_template(f"admin/makets/{template}", **panel_facts(conference, problems))


def _there(conference: Conference) -> Response:
    """The panel as it is now; a page without scripts is led to it."""
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(_panel(conference))
    return redirect(url_for("admin.maket_bundle", slug=conference.slug), 303)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f}".replace(".", ",")


def _form() -> Form:
    """Raises InvalidInput with `field` "form"."""
    chosen: Form | None = next((form for form in FORMS if form == request.form.get("form")), None)
    if chosen is None:
        raise InvalidInput("Xin chọn dạng tệp.", field="form")
    return chosen


def _size() -> Size:
    """Raises InvalidInput with `field` "size"."""
    chosen = request.form.get("size", "")
    return size_of(request.form.get("other_size", "") if chosen == OTHER else chosen)


def _conference(slug: str) -> Conference:
    return services().conferences.seen_by(required_identity(), slug)
