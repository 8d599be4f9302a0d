"""The secretary's telephone desk: whom to phone next, their number, and what came of it in one press."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.board import source_words
from giaoban.domain import stages
from giaoban.domain.errors import GiaobanError, IdReused, InvalidInput, InvalidTransition, NotFound
from giaoban.domain.phone_queue import ABSENT, AGAIN, BUSY, CALLING, MINUTE_MS, NO_ANSWER, OUTCOMES, PRESENT, Call
from giaoban.domain.texts import search_key, search_rank, search_words
from giaoban.models import Conference
from giaoban.services.client_ids import id_of_form
from giaoban.services.identity import STAFF, Identity, actor_words
from giaoban.services.phone_desk import Desk, Entry
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.filters import clock
from giaoban.web.presence import Lines
from giaoban.web.roll_call import STATUS_WORDS, attendance, group_fields, headcount_told

EDITORS: Final = ("admin", "mc", "secretary")
SHOWN_MOST: Final = 40  # rooms of the list at once; a search finds the others
CALLS_SHOWN: Final = 3
AGAIN_MINUTES: Final = (5, 10, 15, 30)
NO_NUMBER: Final = "Số đại biểu ghi bằng chữ số, ví dụ 12."
OUTCOME_WORDS: Final = {
    CALLING: "đang gọi",
    NO_ANSWER: "không nghe máy",
    BUSY: "máy bận",
    AGAIN: "hẹn gọi lại",
    PRESENT: "có mặt",
    ABSENT: "vắng",
}


@bp.get("/diem-danh/goi")
@require(*STAFF)
def phone_desk() -> Response:
    """The next to phone, or the room that `?diem-cau=` names, beside the list, or what `?tim=` finds."""
    conference = current_conference()
    page = _page(conference, chosen=request.args.get("diem-cau"))
    template = "_call.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/phone_desk/{template}", **page))


@bp.get("/diem-danh/goi/danh-sach")
@require(*STAFF)
def phone_queue() -> Response:
    """The list as a fragment, and what is new of the room that is being phoned (`the`, of which `had` was known)."""
    page = _page(current_conference(), chosen=request.args.get("the"))
    return make_response(render_template("admin/phone_desk/_queue.html", **page, had=request.args.get("had", "")))


@bp.post("/diem-danh/goi/<code>")
@require(*EDITORS)
def phoned(code: str) -> Response:
    """Note what came of a call, with the check-in that was heard by it, and go on to the next room."""
    conference, who = current_conference(), required_identity()
    outcome = request.form.get("outcome", "")
    try:
        again_at_ms = _again_at_ms() if outcome == AGAIN else None
        if outcome not in OUTCOMES:
            raise InvalidInput("Xin chọn kết quả cuộc gọi.")
        call_id = _call_id(code, outcome)
        if outcome in (PRESENT, ABSENT):
            _check_in(conference, code, call_id, outcome, who)
        services().phone_desk.record(conference, code, call_id, outcome, who, again_at_ms)
    except (InvalidInput, InvalidTransition, IdReused) as error:
        status = 409 if isinstance(error, InvalidTransition) else 422
        return _again(conference, code, error, status)
    if outcome == CALLING:
        return _done(conference, chosen=code, said="")
    return _done(conference, chosen=None, said=f"{_name(conference, code)}: {OUTCOME_WORDS[outcome]}.")


@bp.post("/diem-danh/goi/<code>/lien-he")
@require(*EDITORS)
def set_contact(code: str) -> Response:
    """Say whom to phone in that room; what is wrong comes back in the form with what was typed."""
    conference, who = current_conference(), required_identity()
    form = request.form
    problem, status = None, 200
    try:
        services().contacts.set(conference, code, form.get("office", ""), form.get("telephone", ""), who)
    except InvalidInput as error:
        problem, status = error, 422
    if problem is None and not request.htmx:  # type: ignore[attr-defined]
        flash(f"Đã lưu số điện thoại: {_name(conference, code)}.")
        board = url_for("admin.room", code=code, **link_here()) if form.get("back") == "bang" else None
        return redirect(board or desk_url(code), 303)
    back = form.get("back", "goi")
    panel = contact_panel(conference, code, back=back, typed=form if problem else None, problem=problem)
    template = "_contact.html" if request.htmx else "contact.html"  # type: ignore[attr-defined]
    page = {"conference": conference, "who": who, "name": _name(conference, code), "back_url": desk_url(code), **panel}
    return make_response(render_template(f"admin/phone_desk/{template}", **page), status)


def contact_panel(
    conference: Conference,
    code: str,
    *,
    back: str = "goi",
    typed: Mapping[str, str] | None = None,
    problem: InvalidInput | None = None,
) -> dict[str, Any]:
    """What the fragment with a room's telephone shows, here and, with `back` "bang", in the board's panel."""
    who = required_identity()
    contact = services().contacts.one(conference, code, who)
    return {
        "contact_code": code,
        "contact": contact,
        "contact_typed": typed or {"office": contact.office, "telephone": contact.telephone},
        "contact_problem": problem,
        "contact_edits": who.may("edit"),
        "contact_back": back,
    }


# ---- what was said


def _check_in(conference: Conference, code: str, check_in_id: str, outcome: str, who: Identity) -> None:
    """What was heard, as the secretary's word. The same form again is the same word."""
    form = request.form
    body = {
        "check_in_id": check_in_id,
        "status": outcome,
        "headcount": 0 if outcome == ABSENT else headcount_told(form, NO_NUMBER),
        "reason": (form.get("reason", "").strip() or None) if outcome == ABSENT else None,
        "note": form.get("note", "").strip() or None,
        "happened_at_ms": services().clock.now_ms(),
    }
    try:
        services().roll_call.check_in(conference.slug, code, body, who)
    except IdReused:
        word = _entry(_desk(conference), code).row["effective"]
        if word is None or (word["status"], word["reason"]) != (outcome, body["reason"]):
            raise


def _call_id(code: str, outcome: str) -> str:
    """The same for the same form sent twice, another for each outcome."""
    return id_of_form(request.form.get("form_id", ""), f"{code}:{outcome}")


def _again_at_ms() -> int:
    minutes = request.form.get("minutes", "")
    if minutes not in map(str, AGAIN_MINUTES):
        raise InvalidInput("Xin chọn sau bao nhiêu phút gọi lại.", field="minutes")
    return services().clock.now_ms() + int(minutes) * MINUTE_MS


def _done(conference: Conference, chosen: str | None, said: str) -> Response:
    if request.htmx:  # type: ignore[attr-defined]
        page = _page(conference, chosen=chosen)
        return make_response(render_template("admin/phone_desk/_call.html", **page, notice=said, with_queue=True))
    if said:
        flash(said)
    return redirect(desk_url(chosen), 303)


def _again(conference: Conference, code: str, problem: GiaobanError, status: int) -> Response:
    page = _page(conference, chosen=code, typed=request.form, problem=problem)
    template = "_call.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/phone_desk/{template}", **page), status)


# ---- what is shown


def here() -> dict[str, Any]:
    """What the desk's own addresses carry on: the conference, and what is being looked for."""
    typed = _typed()
    return {**link_here(), **({"tim": typed} if typed else {})}


def desk_url(chosen: str | None) -> str:
    """The desk with that room on it, or with the next one."""
    room: dict[str, Any] = {"diem-cau": chosen} if chosen else {}
    return url_for("admin.phone_desk", **here(), **room)


def _typed() -> str:
    return request.form.get("tim", request.args.get("tim", ""))[:100]


def _desk(conference: Conference) -> Desk:
    return services().phone_desk.view(conference, required_identity())


def _entry(desk: Desk, code: str) -> Entry:
    if code not in desk.rooms:
        raise NotFound("Không có điểm cầu này.")
    return desk.rooms[code]


def _name(conference: Conference, code: str) -> str:
    return next((room.full_name for room in conference.endpoints if room.code == code), code)


def found(rooms: Sequence[Entry], typed: str) -> list[Entry]:
    """The rooms that answer what was typed, the best first, then in the order in which they come."""
    ranked = [
        (rank, place, entry)
        for place, entry in enumerate(rooms)
        if (rank := search_rank(search_key(entry.row["full_name"], entry.row["code"]), typed)) is not None
    ]
    return [entry for _, _, entry in sorted(ranked, key=lambda each: each[:2])]


def _page(
    conference: Conference,
    *,
    chosen: str | None,
    typed: Mapping[str, str] | None = None,
    problem: GiaobanError | None = None,
) -> dict[str, Any]:
    desk = _desk(conference)
    entry = _entry(desk, chosen) if chosen else desk.queue[0] if desk.queue else None
    looked_for = _typed()
    searching = bool(search_words(looked_for))
    listed = found(list(desk.rooms.values()), looked_for) if searching else desk.queue
    who = required_identity()
    zone = conference.timezone
    page = {
        "conference": conference,
        "now_ms": services().clock.now_ms(),
        "who": who,
        "here": here(),
        "typed_search": looked_for,
        "searching": searching,
        "listed": [_line(each, zone) for each in listed[:SHOWN_MOST]],
        "listed_all": len(listed),
        "waiting": len(desk.queue),
        "rooms": len(desk.rooms),
        "entry": entry,
        "chosen": chosen,
        "locked": stages.check_in_refusal(conference.stage),
    }
    if entry is None:
        return page
    code, said = entry.row["code"], entry.row["effective"]
    lines = Lines(services().clock.now_ms(), zone)
    return {
        **page,
        **contact_panel(conference, code),
        "line": _line(entry, zone),
        "calls": [_call_words(call, zone) for call in services().phone_desk.calls(conference, code, who)],
        "calls_shown": CALLS_SHOWN,
        "mine": entry.by == who.actor,
        "by": actor_words(entry.by) if entry.by else "",
        "said": said,
        "said_words": _said_words(said, zone),
        "attendance": attendance(entry.row),
        "status_words": STATUS_WORDS,
        "line_words": lines.words(entry.row),
        "lost": lines.lost(entry.row),
        "form_id": str(uuid4()),
        "headcount": typed.get("headcount", "") if typed else said["headcount"]["total"] or "" if said else "",
        "reason": typed.get("reason", "") if typed else (said["reason"] or "") if said else "",
        "groups": group_fields(entry.row, typed),
        "note": typed.get("note", "") if typed else "",
        "minutes": typed.get("minutes", "10") if typed else "10",
        "again_minutes": AGAIN_MINUTES,
        "problem": problem,
        "field": problem.details.get("field") if problem else None,
        "may_say": who.may("check_in_any"),
    }


def _line(entry: Entry, zone: str) -> dict[str, Any]:
    """A room as one line of the list."""
    name, _, district = entry.row["full_name"].partition(", ")
    numbers = entry.numbers
    return {
        "code": entry.row["code"],
        "url": desk_url(entry.row["code"]),
        "name": name,
        "district": district,
        "attendance": attendance(entry.row),
        "number": numbers[0][0] if numbers else "",
        "own_number": bool(entry.contact.numbers),
        "last": _call_words(entry.last, zone) if entry.last else "",
        "by": actor_words(entry.by) if entry.by else "",
    }


def _call_words(call: Call, zone: str) -> str:
    """ "07:42, lan (Thư ký): không nghe máy"."""
    until = f" lúc {clock(call.again_at_ms, zone)}" if call.again_at_ms is not None else ""
    return f"{clock(call.at_ms, zone)}, {actor_words(call.actor)}: {OUTCOME_WORDS[call.outcome]}{until}"


def _said_words(said: Mapping[str, Any] | None, zone: str) -> str:
    """What counts for the room, as a sentence; "" for nothing."""
    if said is None:
        return ""
    heads = said["headcount"]["total"]
    what = (
        f"Vắng: {said['reason']}" if said["status"] == "absent" else f"Có mặt{f', {heads} đại biểu' if heads else ''}"
    )
    return f"{what}. {source_words(said['source'])} lúc {clock(said['happened_at_ms'], zone)}."
