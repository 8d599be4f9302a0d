"""A room's own page: its attendance, what is on, and when its turn comes. Everything works without scripts."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import GiaobanError, IdReused, InvalidInput, InvalidTransition, NotAllowed, NotSignedIn
from giaoban.domain.readiness import REASONS
from giaoban.domain.roll_call import parse_headcount
from giaoban.domain.telephones import telephones
from giaoban.models import Conference
from giaoban.screens import commune_list, order
from giaoban.screens.blueprint import bp
from giaoban.services.accounts import conference_of
from giaoban.services.attesting import Attested, attested_id
from giaoban.services.identity import Identity
from giaoban.services.room_words import record_of, words_of
from giaoban.services.scope import scope_of
from giaoban.web import running_order as wording
from giaoban.web.current import identity, services
from giaoban.web.line_tests import GRADE_WORDS
from giaoban.web.readiness import cards
from giaoban.web.roll_call import SOURCE_WORDS, group_fields, headcount_told
from giaoban.web.room_words import room_note
from giaoban.web.technical import ROOM_STATE_WORDS

# Only where somebody else spoke for the room.
SOURCES: Final = {source: words for source, words in SOURCE_WORDS.items() if source != "self"}
_NO_NUMBER: Final = "Xin ghi số đại biểu bằng chữ số, ví dụ 14."


@bp.get("/diem-cau")
def room() -> str | Response:
    """The page of the room that is signed in; strangers go to the way in."""
    who = identity()
    if who is None:
        return redirect(url_for("screens.way_in"), 303)
    return room_page(*own_room(who))


@bp.post("/diem-cau/diem-danh")
def check_in() -> str | tuple[str, int] | Response:
    """Take the check-in of the form, for the room itself or for a commune of its district; back to the page (303),
    which says when it arrived.

    What cannot be taken comes back as the page with 422, the message by its field and what was typed kept. Once the
    sign-in has ended what was typed comes back too, on the page of the error.
    """
    if identity() is None and "status" in request.form:  # not led away to the way in: what was typed would be gone
        error = NotSignedIn("Phiên làm việc đã hết. Xin nhập lại mã điểm cầu rồi điểm danh lại.")
        page = render_template("errors/error.html", status=401, code=error.code, message=error.message, details={})
        return page, 401
    who, conference = own_room(identity())
    form = request.form
    code = form.get("endpoint_code") or str(who.endpoint_code)
    try:
        check_in_id = _take(who, conference, code, form)
    except InvalidInput as error:
        return room_page(who, conference, refused=code, error=error, typed=form), 422
    except InvalidTransition as error:
        return room_page(who, conference, refused=code, error=error, typed=form), 409
    anchor = None if code == who.endpoint_code else f"xa-{code}"  # the list is long: back to where one was in it
    return redirect(url_for("screens.room", _anchor=anchor, da_nhan=check_in_id, cua=code), 303)


def _take(who: Identity, conference: Conference, code: str, form: Mapping[str, str]) -> str:
    """The id of the record that holds it. The form has no clock that could be trusted: it happens when it arrives."""
    absent = form.get("status") == "absent"
    body = {
        "check_in_id": attested_id(form.get("form_id", ""), code, str(form.get("status"))),
        "status": form.get("status"),
        "headcount": 0 if absent else headcount_told(form, _NO_NUMBER),
        "reason": (form.get("reason") or None) if absent else None,
        "note": None if absent else form.get("note") or None,
        "happened_at_ms": services().clock.now_ms(),
    }
    try:
        services().roll_call.check_in(conference.slug, code, body, who)
    except IdReused:
        # The form was sent before: twice by a double click, or changed since, after going back in the browser.
        rows = services().roll_call.endpoints(conference, scope_of(who, conference.id))
        word = next((row["effective"] for row in rows if row["code"] == code), None)
        if word is not None and _says(word, body):
            return str(word["check_in_id"])
        body["check_in_id"] = str(uuid.uuid4())
        services().roll_call.check_in(conference.slug, code, body, who)
    return str(body["check_in_id"])


def _says(word: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    return (word["status"], word["headcount"], word["reason"], word["note"]) == (
        body["status"],
        parse_headcount(body["headcount"]).as_json(),
        body["reason"],
        body["note"],
    )


def own_room(who: Identity | None) -> tuple[Identity, Conference]:
    """The room and its conference. Raises NotSignedIn for nobody, NotAllowed for staff."""
    if who is None:
        raise NotSignedIn()
    conference = conference_of(who)
    if who.role != "endpoint" or conference is None:
        raise NotAllowed("Trang này dành cho điểm cầu.")
    return who, conference


def room_page(
    who: Identity,
    conference: Conference,
    *,
    refused: str = "",
    error: GiaobanError | None = None,
    typed: Mapping[str, str] | None = None,
    attested: Attested | None = None,
    unready: str = "",
) -> str:
    """The page of the room; `refused` is the room of whose form `error` tells, `unready` why an answer about readiness
    was not taken, `typed` what stood in the form."""
    running_order = services().running_order
    view = running_order.view(conference)
    snapshot = running_order.snapshot(conference)
    state = running_order.load(conference)
    now_ms = view["server_now_ms"]
    scope = scope_of(who, conference.id)
    # Before the rooms are read: the page compares them with those that it is told when it joins, see endpoint.js.
    totals = services().roll_call.totals(conference.id, scope) if scope.district else None
    rows = services().roll_call.endpoints(conference, scope)
    paper_ids = wording.papers(view["items"])
    live = next((item for item in view["items"] if view["live"] and item["id"] == view["live"]["item_id"]), None)
    return render_template(
        "screens/room.html",
        code=who.endpoint_code,
        view=view,
        snapshot=snapshot,
        now_ms=now_ms,
        live=live,
        label=wording.label(live, paper_ids) if live else "",
        heading=wording.short_heading(live) if live else "",
        clock=wording.clock(state.live, now_ms),
        coming=[wording.short_heading(item) for item in snapshot["next"]],
        turn=_turn(str(who.endpoint_code), view, paper_ids),
        messages=services().messages.for_screen(conference, who),
        here={},
        opening_at_ms=order.opening_at_ms(view["items"]),
        paper_ids=paper_ids,
        telephones=telephones(conference.hotline),
        line_test=services().line_tests.last(conference, str(who.endpoint_code)),
        grade_words=GRADE_WORDS,
        ticket=services().tickets.foremost(conference, str(who.endpoint_code)),
        room_ticket_words=ROOM_STATE_WORDS,
        asked=cards(conference, who, view),
        usual_reasons=REASONS,
        unready=unready,
        rooms=rooms_of(who, conference),
        editing=refused == who.endpoint_code or "sua" in request.args,
        refused=refused,
        error=error,
        typed=typed or {},
        attested=attested,
        totals=totals,
        received=_received(conference, rows),
        **attendance(who, conference, rows),
    )


def rooms_of(who: Identity, conference: Conference) -> list[str]:
    """The codes of the rooms that it speaks for: its own first."""
    below = [room.code for room in conference.endpoints if room.parent_code == who.endpoint_code]
    return [str(who.endpoint_code), *(below if who.level == "district" else [])]


def _received(conference: Conference, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the form of a browser without scripts has just sent, `{name, record}`; None for any other page."""
    code, check_in_id = request.args.get("cua"), request.args.get("da_nhan")
    row = next((row for row in rows if row["code"] == code), None)
    if row is None or not check_in_id:
        return None
    record = record_of(conference, row["code"], check_in_id)
    return {"name": row["full_name"].split(",")[0], "record": record} if record else None


def attendance(who: Identity, conference: Conference, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Own row, communes' rows and figures of whoever asks; the forms get a new id each time they are drawn."""
    own = next(row for row in rows if row["code"] == who.endpoint_code)
    words = words_of(conference.id, [own["code"]])[own["code"]]
    above = next((endpoint for endpoint in conference.endpoints if endpoint.code == own["parent_code"]), None)
    return {
        "conference": conference,
        "own": own,
        "words": words.as_json(),
        "room_note": room_note(words, conference.timezone),
        "above": above.full_name if above else "",
        "sources": SOURCES,
        "form_id": str(uuid.uuid4()),
        "group_fields": group_fields,
        **commune_list.below(who, conference, rows),
    }


def _turn(code: str, view: Mapping[str, Any], paper_ids: list[str]) -> dict[str, Any] | None:
    """The room's own part of the programme that is on or comes first: `{phase, label, item, at_ms, before}`; or None.

    phase: speaking, next (nothing else is to begin before it) or later; `before` counts the parts to begin before it.
    """
    before = 0
    for item in view["items"]:
        own = item["endpoint_code"] == code
        if item["state"] in ("live", "paused") and own:
            phase = "speaking"
        elif item["state"] == "pending" and own:
            phase = "later" if before else "next"
        else:
            before += item["state"] == "pending"
            continue
        return {
            "phase": phase,
            "item": item,
            "label": wording.label(item, paper_ids),
            "at_ms": item["expected_start_at_ms"],
            "before": before,
        }
    return None
