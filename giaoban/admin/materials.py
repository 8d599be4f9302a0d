"""The documents of a conference: added, named, put in order, released to the press and withdrawn."""

from datetime import datetime
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.agenda import STATUS_WORDS
from giaoban.admin.blueprints import bp
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, NotFound
from giaoban.domain.materials import ENDINGS, MOST, TITLE_LONGEST, is_released, size_words
from giaoban.models import Conference
from giaoban.services.client_ids import id_of_form
from giaoban.services.materials import TOTAL_TIMES, Material
from giaoban.web.current import STAFF, require, required_identity, services
from giaoban.web.files import handed_on
from giaoban.web.filters import clock, day

EDITORS: Final = ("admin", "mc", "secretary")
SAID: Final = {
    "release": "Đã phát hành cho báo chí.",
    "schedule": "Đã hẹn giờ phát hành.",
    "withdraw": "Đã rút lại, báo chí không tải được nữa.",
    "retitle": "Đã đổi tên tài liệu.",
    "up": "Đã đổi thứ tự.",
    "down": "Đã đổi thứ tự.",
    "remove": "Đã xóa tài liệu.",
}


@bp.get("/quan-tri/hoi-nghi/<slug>/tai-lieu")
@require(*STAFF)
def materials(slug: str) -> Response:
    return _page(_conference(slug))


@bp.post("/quan-tri/hoi-nghi/<slug>/tai-lieu")
@require(*EDITORS)
def add_material(slug: str) -> Response:
    """Keep a file, and release it if that was chosen; or say what is wrong with it, keeping what was typed."""
    conference = _conference(slug)
    form, file = request.form, request.files.get("file")
    who = required_identity()
    try:
        release_at_ms = _instant(form.get("release_at", ""), conference) if form.get("release") == "at" else None
        if release_at_ms is not None and release_at_ms <= services().clock.now_ms():
            raise InvalidInput("Giờ phát hành đã qua. Xin chọn giờ sau, hoặc phát hành ngay.", field="release_at")
        if file is None or not file.filename:
            raise InvalidInput("Chưa chọn tệp.", field="file")
        material_id = id_of_form(form.get("form_id", ""), "material")
        title = form.get("title", "").strip() or file.filename.rpartition(".")[0]
        with file.stream as stream:
            made = services().materials.add(slug, material_id, title, stream, file.filename, who)
        if form.get("release") in ("now", "at"):
            services().materials.release(slug, made.material_id, release_at_ms, who)
    except InvalidInput as error:
        return _page(conference, problems={error.details.get("field", ""): error.message}, status=422)
    except (InvalidTransition, IdReused) as error:
        status = 409 if isinstance(error, InvalidTransition) else 422
        return _page(conference, problems={"": error.message}, status=status)
    flash(f"Đã thêm “{made.title}”.")
    return redirect(url_for("admin.materials", slug=slug), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/tai-lieu/<material_id>/<action>")
@require(*EDITORS)
def change_material(slug: str, material_id: str, action: str) -> Response:
    """One of SAID. Raises NotFound for another, and for a document that is not there."""
    conference = _conference(slug)
    material = services().materials.find(conference, material_id)
    if action not in SAID:
        raise NotFound("Không có cách thay đổi này.")
    try:
        _do(conference, material, action)
    except InvalidInput as error:
        return _page(conference, of=material.material_id, problems={"one": error.message}, status=422)
    flash(SAID[action])
    return redirect(url_for("admin.materials", slug=slug), 303)


def _do(conference: Conference, material: Material, action: str) -> None:
    """Raises InvalidInput."""
    slug, material_id, who, own = conference.slug, material.material_id, required_identity(), services().materials
    if action == "release":
        own.release(slug, material_id, None, who)
    elif action == "schedule":
        own.release(slug, material_id, _instant(request.form.get("release_at", ""), conference), who)
    elif action == "withdraw":
        own.withdraw(slug, material_id, who)
    elif action == "retitle":
        own.retitle(slug, material_id, request.form.get("title", ""), who)
    elif action == "remove":
        own.remove(slug, material_id, who)
    else:
        own.move(slug, material_id, -1 if action == "up" else 1, who)


@bp.get("/quan-tri/hoi-nghi/<slug>/tai-lieu/<material_id>/tep")
@require(*STAFF)
def material_file(slug: str, material_id: str) -> Response:
    """The file, released or not."""
    return handed_on(services().materials.find(_conference(slug), material_id))


def _conference(slug: str) -> Conference:
    return services().conferences.seen_by(required_identity(), slug)


def _instant(typed: str, conference: Conference) -> int:
    """A day and time of day at the venue, as a browser's field gives them. Raises InvalidInput."""
    try:
        at = datetime.fromisoformat(typed[:19])
        if at.tzinfo is not None or len(typed) < 16:
            raise ValueError
        return int(at.replace(tzinfo=ZoneInfo(conference.timezone)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InvalidInput("Xin chọn ngày và giờ phát hành.", field="release_at") from None


def _page(
    conference: Conference, *, problems: dict[str, str] | None = None, of: str = "", status: int = 200
) -> Response:
    """`problems` by field, with what was typed kept; of one document when `of` names it."""
    now_ms = services().clock.now_ms()
    who = required_identity()
    every = services().materials.all_of(conference)
    most_mb = services().materials.most_mb
    page: dict[str, Any] = {
        "conference": conference,
        "materials": [_row(one, now_ms, conference) for one in every],
        "held": size_words(sum(one.size for one in every)) if every else "",
        "most": MOST,
        "most_mb": most_mb,
        "total_mb": most_mb * TOTAL_TIMES,
        "title_longest": TITLE_LONGEST,
        "endings": ",".join(ENDINGS),
        "typed": request.form if status != 200 and not of else {},
        "typed_of": request.form if of else {},
        "problems": problems or {},
        "of": of,
        "form_id": str(uuid4()),
        "may_edit": who.may("edit"),
        "status_word": STATUS_WORDS[conference.status],
        "who": who,
    }
    return make_response(render_template("admin/materials/show.html", **page), status)


def _row(material: Material, now_ms: int, conference: Conference) -> dict[str, Any]:
    """A document with its state: released, scheduled or kept, in words too."""
    at_ms, zone = material.released_to_press_at_ms, conference.timezone
    at = "" if at_ms is None else f"{clock(at_ms, zone)} ngày {day(at_ms, zone)}"
    if at_ms is None:
        state, words = "kept", "Chưa phát hành"
    elif is_released(at_ms, now_ms):
        state, words = "released", f"Đã phát hành lúc {at}"
    else:
        state, words = "scheduled", f"Sẽ phát hành lúc {at}"
    return {"own": material, "state": state, "state_words": words}
