"""Choosing how the stage of a conference looks."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.admin.conference_facts import facts_page
from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.web.current import require, required_identity, services


@bp.post("/quan-tri/hoi-nghi/<slug>/hinh-thuc")
@require("admin")
def save_looks(slug: str) -> Response | tuple[str, int]:
    """Its tone, ornament and overtime; the screens that are open change at once."""
    conference = services().conferences.find(slug)
    try:
        services().looks.choose(conference, request.form, required_identity())
    except InvalidInput as error:
        return facts_page(conference, problems={"looks": [error.message]}), 422
    except InvalidTransition as error:
        return facts_page(conference, problems={"looks": [error.message]}), 409
    flash("Đã lưu hình thức màn chiếu. Các màn đang mở đổi theo ngay.")
    return redirect(url_for("admin.conference_facts", slug=slug), 303)
