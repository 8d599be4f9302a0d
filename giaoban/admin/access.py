"""The rooms' ways in: their join codes, the sheets to print, the table for mail merge, and new codes."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.documents import handed_out
from giaoban.domain.errors import NotFound
from giaoban.domain.roll_call_groups import EVERYBODY, Group, by_district
from giaoban.models import Conference
from giaoban.services.documents import File
from giaoban.web.current import current_conference, require, required_identity, services

ALL = "tat-ca"


@bp.get("/quan-tri/ma-truy-cap")
@require("admin")
def access() -> str:
    """Every room with its join code and link, district by district."""
    conference = current_conference()
    groups = [
        {"code": group.head and group.head["code"], "name": _name(group), "rooms": group.rows}
        for group in by_district(_rooms(conference))
    ]
    return render_template("admin/access/show.html", conference=conference, groups=groups, who=required_identity())


@bp.get("/quan-tri/ma-truy-cap/phieu.pdf")
@require("admin")
def access_sheets() -> Response:
    """The sheets of all rooms, of a district with its communes (`huyen`), or of one room (`diem-cau`)."""
    conference = current_conference()
    district, room = request.args.get("huyen"), request.args.get("diem-cau")
    codes = None
    if room is not None:
        codes = [_room(conference, room)["code"]]
    elif district is not None:
        codes = _of(conference, district)
    return handed_out(services().access_sheets.sheets(conference, from_outside, codes))


@bp.get("/quan-tri/ma-truy-cap/ma.csv")
@require("admin")
def access_table() -> Response:
    """The table for mail merge; with `excel` marked so that Excel reads its letters."""
    conference = current_conference()
    data = services().access_sheets.table(conference, from_outside, mark="excel" in request.args)
    return handed_out(File(f"ma-truy-cap-{conference.slug}.csv", "text/csv", data))


@bp.get("/quan-tri/ma-truy-cap/doi-ma/<code>")
@require("admin")
def ask_to_renew(code: str) -> str:
    """What will happen when that room's code, or with `ALL` every room's, is renewed."""
    conference = current_conference()
    rooms = _rooms(conference) if code == ALL else [_room(conference, code)]
    view = services().roll_call.endpoints(conference)
    connected = {row["code"] for row in view if row["connected"]}
    return render_template(
        "admin/access/renew.html",
        conference=conference,
        code=code,
        rooms=rooms,
        only=rooms[0]["name"] if code != ALL else None,
        connected=sum(1 for room in rooms if room["code"] in connected),
        who=required_identity(),
    )


@bp.post("/quan-tri/ma-truy-cap/doi-ma/<code>")
@require("admin")
def renew(code: str) -> Response:
    """Renew, and back to the codes."""
    conference = current_conference()
    count = services().access.renew(conference, required_identity(), None if code == ALL else code)
    flash(f"Đã đổi mã của {count} điểm cầu. Mã cũ hết hiệu lực; xin in và gửi phiếu mới.")
    return redirect(url_for("admin.access", **link_here(), _anchor=None if code == ALL else f"room-{code}"), 303)


def _rooms(conference: Conference) -> list[dict[str, Any]]:
    return [
        {
            "code": endpoint.code,
            "level": endpoint.level,
            "parent_code": endpoint.parent_code,
            "name": endpoint.full_name,
            "join_code": code,
            "link": from_outside(url_for("screens.join", code=code)),
        }
        for endpoint, code in services().access.codes(conference)
    ]


def _room(conference: Conference, code: str) -> dict[str, Any]:
    found = next((room for room in _rooms(conference) if room["code"] == code), None)
    if found is None:
        raise NotFound("Không có điểm cầu này.")
    return found


def _of(conference: Conference, district: str) -> list[str]:
    """The codes of a district's room and its communes'; of the rooms without a district for ""."""
    for group in by_district(_rooms(conference)):
        if (group.head["code"] if group.head else "") == district:
            return [row["code"] for row in group.rows]
    raise NotFound("Không có điểm cầu này.")


def _name(group: Group) -> str:
    return EVERYBODY if group.head is None else str(group.head["name"])


def from_outside(path: str) -> str:
    """The address of a page for others: the public one where it is set, else where this page was asked for."""
    public = current_app.config["PUBLIC_URL"].rstrip("/")
    if urlsplit(public).hostname in (None, "127.0.0.1", "localhost", "0.0.0.0", "::"):
        public = request.host_url.rstrip("/")
    return f"{public}{path}"
