"""The roll-call board: every room in its place, as cells or as a list, and what of it has changed."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from flask import render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import board as beside
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.board_list import SORTS, ordered, table_row
from giaoban.domain.board import Group, blocks, cell_names, groups
from giaoban.domain.board_filter import BoardFilter
from giaoban.domain.roll_call_sentence import in_parts, sentence
from giaoban.domain.stages import check_in_refusal
from giaoban.domain.texts import search_key
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.web.aim import aim_at
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.presence import Lines
from giaoban.web.roll_call import attendance

# How the address names what a room is; a room bears the same names, by which the browser filters.
SAID: Final = {
    "chua-diem-danh": "Chưa điểm danh",
    "co-mat": "Có mặt",
    "den-muon": "Có mặt, đến muộn",
    "vang": "Vắng (lý do)",
    "khac-nhau": "Mâu thuẫn",
}
LINE: Final = {"da-ket-noi": "Đã kết nối", "mat-ket-noi": "Mất kết nối", "chua-ket-noi": "Chưa kết nối"}
_SAID_MARK: Final = {"waiting": "chua-diem-danh", "present": "co-mat", "absent": "vang"}
_LINE_MARK: Final = {"on": "da-ket-noi", "lost": "mat-ket-noi", "never": "chua-ket-noi"}
LIST: Final = "danh-sach"
TEXT_LONGEST: Final = 100
CHANGES_MOST: Final = 60  # rooms; when more have changed the whole is hardly larger than its parts
WAITING_SHOWN: Final = 12

Row = Mapping[str, Any]


def board_here(**changed: str) -> dict[str, Any]:
    """What the board's own addresses carry on: the conference, which rooms are shown, and how. "" leaves one out."""
    asked = {
        "xem": LIST if request.args.get("xem") == LIST else "",
        "xep": request.args.get("xep", "") if request.args.get("xep") in SORTS else "",
        "nguoc": "1" if request.args.get("nguoc") == "1" else "",
        "loc": request.args.get("loc", "") if request.args.get("loc") in SAID else "",
        "duong-truyen": request.args.get("duong-truyen", "") if request.args.get("duong-truyen") in LINE else "",
        "huyen": request.args.get("huyen", "")[:TEXT_LONGEST],
        "tim": request.args.get("tim", "").strip()[:TEXT_LONGEST],
    }
    return {**link_here(), **{name: value for name, value in {**asked, **changed}.items() if value}}


@bp.get("/diem-danh")
@require(*STAFF)
def board() -> Response:
    """The page, its fragment, or with `?o=` what of the fragment says something about those rooms."""
    conference = current_conference()
    if not request.htmx:  # type: ignore[attr-defined]
        return make_response(render_template("admin/roll_call/show.html", **_page(conference)))
    codes = request.args.getlist("o")
    if codes and len(codes) <= CHANGES_MOST:
        return changes(conference, codes, frame=request.args.get("khung"))
    return make_response(render_template("admin/roll_call/_board.html", **_page(conference)))


def changes(
    conference: Conference, codes: Collection[str], *, frame: str | None = None, said: str | None = None
) -> Response:
    """Those rooms' cells and what counts them, each to be put in its place; all of it when the `frame` is another one.

    `said` is told to whoever has just spoken for a room, whose panel closes.
    """
    page = _page(conference, frozenset(codes))
    if frame is not None and frame != page["frame"]:
        whole = render_template("admin/roll_call/_board.html", **_page(conference))
        return make_response(whole, **aim_at("board"))
    page |= {"codes": codes, "notice": said, "closes": [f"cell-{code}" for code in codes] if said else []}
    return make_response(render_template("admin/roll_call/_changes.html", **page), reswap="none")


def _page(conference: Conference, codes: frozenset[str] | None = None) -> dict[str, Any]:
    """What the templates need, all of it from one reading of the roll call; of the rooms only those `codes`, if any."""
    who = required_identity()
    locked = check_in_refusal(conference.stage)
    view = services().roll_call.view(conference)
    now_ms = services().clock.now_ms()
    rows = view["rows"]
    here = board_here()
    lines = Lines(now_ms, conference.timezone)
    found = groups(rows)
    wanted = BoardFilter(
        frozenset(here[name] for name in ("loc", "duong-truyen") if name in here),
        here.get("huyen", ""),
        here.get("tim", ""),
    )
    conflicts = {one["code"] for one in view["conflicts"] if not one["decided"]}
    url, _, asked = url_for("admin.room", code="-", **here).partition("/-")  # once: there are hundreds
    rooms = {room["code"]: room for group in found for room in _rooms(group, codes, conflicts, lines, wanted)}
    for code, room in rooms.items():
        room["url"] = f"{url}/{code}{asked}"
    heads = [_heading(number, group) for number, group in enumerate(found)]
    by_group = {id(head["group"]): head for head in heads}
    away = [row for row in rows if lines.lost(row)]
    waiting = [row for row in rows if attendance(row) == "waiting"]
    return {
        "conference": conference,
        "now_ms": now_ms,
        "frame": _frame(conference.stage, rows),
        "locked": locked,
        "may_say": who.may("check_in_any") and locked is None,
        "totals": view["totals"],
        "heads": heads,
        "blocks": [[by_group[id(group)] for group in stack] for stack in blocks(found)],
        "rooms": rooms,
        "list": "xem" in here,
        "rows": ordered([table_row(room, lines) for room in rooms.values()], here) if "xem" in here else [],
        "sorts": SORTS,
        "levels": beside.levels(view),
        "reasons": beside.reasons(rows),
        "waiting": waiting[:WAITING_SHOWN],
        "waiting_more": max(0, len(waiting) - WAITING_SHOWN),
        "late": sum(1 for row in rows if _late(row)),
        "connected": sum(1 for row in rows if row["connected"]),
        "lost": len(away),
        "lost_present": sum(1 for row in away if attendance(row) == "present"),
        "conflicts": view["conflicts"],
        "sentence": in_parts(sentence(view["totals"], view["by_level"], now_ms, conference.timezone)),
        "filter": {"on": wanted.on, "said": SAID, "line": LINE, "districts": [g for g in found if g.code]},
        "here": here,
        "board_here": board_here,
        "who": who,
    }


def _frame(stage: str, rows: Sequence[Row]) -> str:
    """Changes with the roster, when cells come and go and parts would find no place, and with the conference's stage,
    when buttons do."""
    facts = [stage, *((row["code"], row["full_name"], row["parent_code"]) for row in rows)]
    return f"{zlib.crc32(repr(facts).encode()):08x}"


def _rooms(
    group: Group, codes: Collection[str] | None, conflicts: Collection[str], lines: Lines, wanted: BoardFilter
) -> list[dict[str, Any]]:
    """The rooms of a group as they stand on the board, in its order; only those `codes`, if any are given."""
    rows = [row for row in group.rows if codes is None or row["code"] in codes]
    names = cell_names(group) if rows else {}
    rooms = []
    for row in rows:
        room = _room(row, names[row["code"]], group, row["code"] in conflicts, lines)
        room["out"] = not wanted.shows(room["marks"], group.code, room["key"])
        rooms.append(room)
    return rooms


def _late(row: Row) -> bool:
    return attendance(row) == "present" and bool(row["effective"]["late"])


def _room(row: Row, name: str, group: Group, conflict: bool, lines: Lines) -> dict[str, Any]:
    status, said = attendance(row), row["effective"]
    late = _late(row)
    words = [row["full_name"], lines.beside_attendance(row)]
    if name not in row["full_name"]:  # whoever speaks to the machine says what stands in the cell (WCAG 2.5.3)
        words.insert(0, name)
    if status == "absent":
        words.append(said["reason"])
    if late:
        words.append("Đến muộn")
    if status == "present" and said["headcount"]["total"]:
        words.append(f"{said['headcount']['total']} đại biểu")
    if conflict:
        words.append("Mâu thuẫn")
    marks = [_SAID_MARK[status], _LINE_MARK[lines.of(row)]]
    return {
        "row": row,
        "code": row["code"],
        "name": name,
        "group": group,
        "head": row["code"] == group.code,
        "status": status,
        "lost": lines.lost(row),
        "late": late,
        "conflict": conflict,
        "label": ". ".join(words),
        "marks": marks + ["den-muon"] * late + ["khac-nhau"] * conflict,
        "key": search_key(row["full_name"], row["code"]),
    }


def _heading(number: int, group: Group) -> dict[str, Any]:
    states = [attendance(row) for row in group.rows]
    return {
        "id": f"head-{number}",
        "group": group,
        "present": states.count("present"),
        "absent": states.count("absent"),
        "count": len(states),
    }
