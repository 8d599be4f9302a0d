"""The roll-call board: every room in its place, and the form by which the secretary says who is there."""

import re
from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import board as layout
from giaoban.admin.blueprints import bp, link_here
from giaoban.domain.errors import IdReused, InvalidInput, NotAllowed, NotFound
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.roll_call import STATUS_WORDS, attendance, headcount

ONLY_WAITING: Final = "chua-diem-danh"
NO_NUMBER: Final = "Số đại biểu ghi bằng chữ số, ví dụ 12."


def board_here() -> dict[str, Any]:
    """What the board's own addresses carry on: the conference, and which rooms are shown."""
    return {**link_here(), **({"loc": ONLY_WAITING} if request.args.get("loc") == ONLY_WAITING else {})}


@bp.get("/diem-danh")
@require(*STAFF)
def board() -> Response:
    conference = current_conference()
    template = "_board.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/roll_call/{template}", **_board(conference)))


@bp.get("/diem-danh/<code>")
@require(*STAFF)
def room(code: str) -> Response:
    return _room(current_conference(), code)


@bp.post("/diem-danh/<code>")
@require(*STAFF)
def check_in(code: str) -> Response:
    """Say for a room whether it is there; what is wrong comes back in the form with what was typed."""
    conference = current_conference()
    who = required_identity()
    if not who.may("check_in_any"):
        raise NotAllowed()
    form = request.form
    absent = form.get("status") == "absent"
    try:
        body = {
            "check_in_id": form.get("check_in_id", ""),
            "status": form.get("status", ""),
            "headcount": 0 if absent else headcount(form.get("headcount", ""), NO_NUMBER),
            "reason": form.get("reason", "").strip() or None if absent else None,
            "happened_at_ms": services().clock.now_ms(),
        }
        services().roll_call.check_in(conference.slug, code, body, who)
    except IdReused:
        again = InvalidInput("Phiếu này đã gửi một lần rồi. Xin xem trạng thái hiện tại, cần đổi thì gửi lại.")
        return _room(conference, code, problem=again, status=422)
    except InvalidInput as error:
        return _room(conference, code, typed=form, problem=error, status=422)
    said = f"{_row(conference, code)['full_name']}: {'Vắng (lý do)' if absent else 'Có mặt'}"
    if request.htmx:  # type: ignore[attr-defined]
        fragment = render_template("admin/roll_call/_board.html", **_board(conference), notice=said, close_drawer=True)
        return make_response(fragment, retarget="#board", reswap="outerHTML")
    flash(said)
    return redirect(url_for("admin.board", **board_here()), 303)


def _row(conference: Conference, code: str) -> dict[str, Any]:
    for row in services().roll_call.endpoints(conference):
        if row["code"] == code:
            return row
    raise NotFound("Không có điểm cầu này.")


def _board(conference: Conference) -> dict[str, Any]:
    view = services().roll_call.view(conference)
    now_ms = services().clock.now_ms()
    rows, zone = view["rows"], conference.timezone
    away = [row for row in rows if layout.lost(row)]
    return {
        "conference": conference,
        "now_ms": now_ms,
        "totals": view["totals"],
        "bands": layout.bands(layout.groups(rows, zone)),
        "levels": layout.levels(view),
        "reasons": layout.reasons(rows),
        "waiting": [row for row in rows if attendance(row) == "waiting"],
        "connected": sum(1 for row in rows if row["connected"]),
        "lost": len(away),
        "lost_present": sum(1 for row in away if attendance(row) == "present"),
        "conflicts": view["conflicts"],
        # Every second part is a figure, which the reader's eye looks for.
        "sentence": re.split(r"(\d+(?:/\d+)?)", layout.sentence(view, now_ms, zone)),
        "only_waiting": "loc" in board_here(),
        "here": board_here(),
        "all_url": url_for("admin.board", **link_here()),
        "waiting_url": url_for("admin.board", **link_here(), loc=ONLY_WAITING),
        "who": required_identity(),
    }


def _room(
    conference: Conference, code: str, *, typed: Any = None, problem: InvalidInput | None = None, status: int = 200
) -> Response:
    row = _row(conference, code)
    said = row["effective"]
    page = {
        "conference": conference,
        "row": row,
        "attendance": attendance(row),
        "status_words": STATUS_WORDS,
        "line_words": layout.line_words(row, conference.timezone),
        "lost": layout.lost(row),
        "source_words": layout.source_words,
        "said": said,
        "headcount": typed.get("headcount", "") if typed else said["headcount"]["total"] or "" if said else "",
        "reason": typed.get("reason", "") if typed else (said["reason"] or "") if said else "",
        "problem": problem,
        "field": problem.details.get("field") if problem else None,
        "new_id": str(uuid4()),
        "absent_id": str(uuid4()),
        "may_say": required_identity().may("check_in_any"),
        "here": board_here(),
    }
    template = "_room.html" if request.htmx else "room.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/roll_call/{template}", **page), status)
