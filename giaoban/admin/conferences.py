"""Administration of conferences: which one is current, the hotline, the roster."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.agenda import STATUS_WORDS
from giaoban.admin.blueprints import bp, link_here
from giaoban.domain.errors import InvalidInput, InvalidRoster, InvalidTransition, NotFound
from giaoban.services.identity import STAFF_WORDS
from giaoban.web.current import current_conference, require, required_identity, services

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@bp.get("/quan-tri")
@require("admin")
def administration() -> str:
    return administration_page()


@bp.post("/quan-tri/hoi-nghi/<slug>/hien-hanh")
@require("admin")
def make_current(slug: str) -> Response:
    conference = services().conferences.find(slug)
    try:
        services().conferences.make_current(conference, required_identity())
        flash(f"Hội nghị hiện hành: {conference.title}")
    except InvalidTransition as error:
        flash(error.message)
    return redirect(url_for("admin.administration"), 303)


@bp.post("/quan-tri/duong-day-nong")
@require("admin")
def hotline() -> Response | tuple[str, int]:
    try:
        services().conferences.set_hotline(current_conference(), request.form.get("hotline", ""), required_identity())
    except InvalidInput:
        problem = "Đường dây nóng dài không quá 200 ký tự, không có ký tự đặc biệt."
        return administration_page(problems={"hotline": [problem]}), 422
    flash("Đã lưu đường dây nóng.")
    return redirect(url_for("admin.administration", **link_here()), 303)


@bp.post("/quan-tri/danh-sach")
@require("admin")
def import_roster() -> Response | tuple[str, int]:
    """Take a roster file, or refuse it whole with the lines that are wrong."""
    form = request.form
    slug, title = form.get("slug", "").strip(), form.get("title", "").strip()
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise InvalidInput("Chưa chọn tệp CSV.")
        data = file.read()
        starts_at_ms = _starts_at_ms(form.get("starts_at", ""))
        _, units = services().conferences.import_roster(data, slug, title or None, starts_at_ms, required_identity())
    except InvalidRoster as error:
        return administration_page(problems={"roster": error.problems}), 422
    except InvalidInput as error:
        return administration_page(problems={"roster": [error.message]}), 422
    except InvalidTransition as error:
        return administration_page(problems={"roster": [error.message]}), 409
    flash(f"Đã nhận danh sách: {units} đơn vị.")
    return redirect(url_for("admin.administration", **link_here()), 303)


def _starts_at_ms(text: str) -> int:
    if not text:
        return services().clock.now_ms()
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M")
    except ValueError:
        raise InvalidInput("Giờ bắt đầu chưa đúng dạng ngày và giờ.") from None
    return int(at.replace(tzinfo=ZONE).timestamp() * 1000)


def administration_page(**more: Any) -> str:
    """The page with all its forms; `problems` by form, the rest is what was typed."""
    conferences = services().conferences.list()
    try:
        conference = current_conference()
    except NotFound:
        conference = None
    page: dict[str, Any] = {
        "conferences": conferences,
        "conference": conference,
        "users": services().accounts.list_users(),
        "roles": STAFF_WORDS,
        "status_words": STATUS_WORDS,
        "problems": {},
        "typed": request.form,
        "who": required_identity(),
    }
    return render_template("admin/conferences/show.html", **page | more)
