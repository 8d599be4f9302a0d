"""From draft to closed, as buttons; the agenda editor and the rehearsal of a conference."""

from typing import Any

from flask import flash, redirect, request, url_for
from htmx_flask import make_response
from werkzeug.exceptions import NotFound as UnknownAddress
from werkzeug.wrappers import Response

from giaoban.admin import agenda as page
from giaoban.admin.blueprints import bp
from giaoban.admin.conference_facts import facts_page
from giaoban.admin.presses import what_happened
from giaoban.admin.running_order import DRIVERS, done, refused, words
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.domain.running_order import RunningOrder
from giaoban.models import Conference
from giaoban.web.current import require, required_identity, services


@bp.get("/quan-tri/hoi-nghi/<slug>/chuong-trinh")
@require(*DRIVERS)
def agenda(slug: str) -> Response:
    """The agenda of that conference, to be edited."""
    fragment = bool(request.htmx)  # type: ignore[attr-defined]
    return make_response(page.render(_conference(slug), words(), fragment=fragment))


@bp.post("/quan-tri/hoi-nghi/<slug>/chuong-trinh/thoi-luong/<rule>")
@require(*DRIVERS)
def set_all_lengths(slug: str, rule: str) -> Response:
    """Every item that is too long, or too short, gets the length that its own limit allows, in one command."""
    if rule not in page.ALL_AT_ONCE:
        raise UnknownAddress()
    conference = _conference(slug)

    def plan(order: RunningOrder) -> dict[str, Any]:
        lengths = page.lengths_at_limits(order, rule)
        if not lengths:
            raise InvalidTransition("Không còn mục nào cần sửa thời lượng.")
        return {"lengths": lengths}

    try:
        services().editing.save(
            conference, request.form.get("command_id", ""), "set_lengths", plan, required_identity()
        )
    except (StaleVersion, InvalidTransition) as error:
        return refused(conference, 409, what_happened(conference, "set_lengths", error))
    except (InvalidInput, IdReused) as error:
        return refused(conference, 422, error.message)
    return done(conference)


@bp.post("/quan-tri/hoi-nghi/<slug>/cong-bo")
@require(*DRIVERS)
def publish(slug: str) -> Response:
    conference = _conference(slug)
    try:
        services().conference_life.publish(conference, required_identity())
    except InvalidTransition as error:
        flash(error.message)
        return make_response(page.render(conference, words(), fragment=False), 409)
    flash("Đã công bố hội nghị.")
    return redirect(url_for("admin.agenda", slug=slug), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/tong-duyet")
@require(*DRIVERS)
def rehearse(slug: str) -> Response:
    """The console of a copy that begins now; the conference itself is not touched."""
    copy = services().conferences.copy_for_rehearsal(_conference(slug), required_identity())
    flash("Đây là bản tổng duyệt: mọi lệnh chỉ tác động đến bản sao này.")
    there: dict[str, Any] = {"hoi-nghi": copy.slug}
    return redirect(url_for("admin.console", **there), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/ket-thuc")
@require("admin")
def close(slug: str) -> Response | tuple[str, int]:
    conference = _conference(slug)
    try:
        services().conference_life.close(conference, required_identity())
    except InvalidTransition as error:
        return facts_page(conference, problems={"close": [error.message]}), 409
    flash("Hội nghị đã kết thúc và khóa.")
    return redirect(url_for("admin.conference_facts", slug=slug), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/mo-lai")
@require("admin")
def reopen(slug: str) -> Response | tuple[str, int]:
    conference = _conference(slug)
    try:
        services().conference_life.reopen(conference, request.form.get("reason", ""), required_identity())
    except InvalidInput:
        problem = "Xin ghi lý do mở lại, không quá 300 ký tự. Lý do được lưu trong nhật ký."
        return facts_page(conference, problems={"reopen": [problem]}), 422
    except InvalidTransition as error:
        return facts_page(conference, problems={"reopen": [error.message]}), 409
    flash("Đã mở lại hội nghị.")
    return redirect(url_for("admin.conference_facts", slug=slug), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/xoa")
@require("admin")
def discard(slug: str) -> Response | tuple[str, int]:
    conference = _conference(slug)
    title = conference.title
    try:
        services().conference_life.discard(conference)
    except InvalidTransition as error:
        return facts_page(conference, problems={"discard": [error.message]}), 409
    flash(f"Đã xóa: {title}")
    return redirect(url_for("admin.administration"), 303)


def _conference(slug: str) -> Conference:
    return services().conferences.find(slug)
