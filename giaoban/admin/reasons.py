"""Rewording the reason of time over the cap or of a move, from the console's last commands or from the log."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import caps, wording
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.readiness import SWAP_REASONS
from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.times import length_words
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.running_order import heading

# By the kind of the press; the first one is what an empty text stands for.
USUAL: Final = {"add_time": tuple(reason for reason, _ in caps.REASONS), "move": SWAP_REASONS}


@bp.get("/dieu-hanh/qua-muc/<int:seq>")
@require("admin", "mc", "secretary")
def reason(seq: int) -> Response:
    return _form(seq)


@bp.post("/dieu-hanh/qua-muc/<int:seq>")
@require("admin", "mc", "secretary")
def reword(seq: int) -> Response:
    """Store the wording; what is wrong comes back in the form, with everything that was typed."""
    chosen = caps.with_reason(request.form).get("reason", "")
    try:
        services().caps.reword(current_conference(), seq, request.form.get("seen", ""), chosen, required_identity())
    except InvalidTransition as error:
        now = f" Đang ghi: “{error.details['reason']}”." if "reason" in error.details else ""
        return _form(seq, 409, chosen=chosen, problem=error.message + now)
    except InvalidInput:
        return _form(seq, 422, chosen=chosen, problem="Lý do dài không quá 200 ký tự, không có ký tự đặc biệt.")
    if request.htmx:  # type: ignore[attr-defined]
        return make_response('<div id="drawer"></div>', trigger="order-changed")
    flash("Đã sửa lý do.")
    to_log = request.args.get("tu") == "nhat-ky"
    return redirect(url_for("admin.log" if to_log else "admin.console", **link_here()), 303)


def _form(seq: int, status: int = 200, *, chosen: str | None = None, problem: str = "") -> Response:
    """The form in the drawer or on a page of its own."""
    conference = current_conference()
    line, leave = services().caps.press(conference, seq)
    event = line["data"]["events"][0]
    items = services().running_order.view(conference)["items"]
    page: dict[str, Any] = {
        "conference": conference,
        "line": line,
        "leave": leave,
        "title": "Lý do đổi thứ tự" if line["kind"] == "move" else "Lý do thêm giờ quá mức",
        "did": "Đổi thứ tự" if line["kind"] == "move" else f"Thêm {length_words(event['delta_ms'])}",
        "heading": next((heading(item) for item in items if item["id"] == event["item_id"]), "Mục đã xóa"),
        "usual": USUAL[line["kind"]],
        "chosen": leave.text if chosen is None else chosen,
        "problem": problem,
        "actor_words": wording.actor_words,
        "here": {**link_here(), **({"tu": "nhat-ky"} if request.args.get("tu") == "nhat-ky" else {})},
    }
    template = "_form.html" if request.htmx else "form.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/caps/{template}", **page), status)
