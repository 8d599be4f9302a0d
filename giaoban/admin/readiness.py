"""The readiness gate on the working pages: what stands beside the next two items, and answers taken by telephone."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.domain.errors import GiaobanError, InvalidInput, InvalidTransition, NotFound
from giaoban.domain.readiness import REASONS, SWAP_REASON
from giaoban.models import Conference
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.readiness import take, words
from giaoban.web.roll_call import attendance
from giaoban.web.running_order import heading

Row = Mapping[str, Any]

# The first one goes with the press; all of them stand in the form that rewords it.
SWAP_REASONS: Final = (
    SWAP_REASON,
    "Mất kết nối với điểm cầu",
    "Người phát biểu chưa có mặt",
    "Chủ tọa đề nghị đổi",
)
AHEAD: Final = 2


def next_two(order_rows: Sequence[Row], rooms: Sequence[Row], asked: Sequence[Row], zone: str) -> list[dict[str, Any]]:
    """The two rows to come: `row`; its `room` of the roll call with its `attendance`, or None; its `ready` sign where
    the room is asked; `bad` where something stands against it; `after`, the row that may take its place, or None."""
    by_code = {room["code"]: room for room in rooms}
    signs = {row["item_id"]: words(row, zone) for row in asked}
    pending = [row for row in order_rows if row["state"] == "pending"]
    following = [*pending[1:], None, None]
    result = []
    for row, after in zip(pending[:AHEAD], following, strict=False):
        room, sign = by_code.get(row["item"]["endpoint_code"]), signs.get(row["id"])
        status = attendance(room) if room else None
        not_ready = sign is not None and sign["status"] == "not_ready"
        result.append(
            {
                "row": row,
                "room": room,
                "attendance": status,
                "ready": sign,
                "bad": room is not None and (not room["connected"] or status == "absent" or not_ready),
                "after": after,
            }
        )
    return result


def signs(conference: Conference) -> list[dict[str, Any]]:
    """For the small page: a few words on each room that is asked, with its item's id."""
    asked = services().readiness.asked(conference)
    return [{**words(row, conference.timezone), "name": row["full_name"].split(",")[0]} for row in asked]


@bp.get("/dieu-hanh/san-sang/<item_id>")
@require("admin", "mc", "secretary")
def readiness(item_id: str) -> Response:
    """The form to note what a room says on the telephone."""
    return _form(current_conference(), item_id)


@bp.post("/dieu-hanh/san-sang/<item_id>")
@require("admin", "mc", "secretary")
def note_readiness(item_id: str) -> Response:
    """Store the answer; what is wrong comes back in the form, with everything that was typed."""
    conference = current_conference()
    _, code = _asked(conference, item_id)
    try:
        take(conference, required_identity(), code, item_id, request.form)
    except InvalidInput as error:
        return _form(conference, item_id, 422, error)
    except InvalidTransition as error:
        return _form(conference, item_id, 409, error)
    if request.htmx:  # type: ignore[attr-defined]
        return make_response('<div id="drawer"></div>', trigger="order-changed")
    flash("Đã ghi trả lời của điểm cầu.")
    return redirect(url_for("admin.console", **link_here()), 303)


def _asked(conference: Conference, item_id: str) -> tuple[dict[str, Any], str]:
    """The item and its room's code. Raises NotFound when there is none, or none that could answer."""
    items = services().running_order.view(conference)["items"]
    item = next((item for item in items if item["id"] == item_id), None)
    if item is None or item["endpoint_code"] is None:
        raise NotFound("Mục này không còn trong chương trình, hoặc không gắn điểm cầu.")
    return item, item["endpoint_code"]


def _form(conference: Conference, item_id: str, status: int = 200, error: GiaobanError | None = None) -> Response:
    """The form in the drawer or on a page of its own."""
    item, code = _asked(conference, item_id)
    sign = next((row for row in services().readiness.asked(conference) if row["item_id"] == item_id), None)
    page: dict[str, Any] = {
        "conference": conference,
        "item_id": item_id,
        "code": code,
        "heading": heading(item),
        "ready": None if sign is None else words(sign, conference.timezone),
        "reasons": REASONS,
        "form_id": str(uuid4()),
        "typed": request.form,
        "problem": "" if error is None else error.message,
        "here": link_here(),
    }
    template = "_form.html" if request.htmx else "form.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/readiness/{template}", **page), status)
