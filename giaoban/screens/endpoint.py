"""A room's own page: its attendance, what is on, and when its turn comes. Everything works without scripts."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import GiaobanError, IdReused, InvalidInput, NotAllowed, NotSignedIn
from giaoban.models import Conference
from giaoban.screens import order
from giaoban.screens.blueprint import bp
from giaoban.screens.way_in import telephones
from giaoban.services.accounts import conference_of
from giaoban.services.identity import Identity
from giaoban.services.scope import scope_of
from giaoban.web import running_order as wording
from giaoban.web.current import identity, services
from giaoban.web.roll_call import SOURCE_WORDS, headcount

# Only where somebody else spoke for the room.
SOURCES: Final = {source: words for source, words in SOURCE_WORDS.items() if source != "self"}
_NO_NUMBER: Final = "Xin ghi số đại biểu bằng chữ số, ví dụ 14."


@bp.get("/diem-cau")
def room() -> str | Response:
    """The page of the room that is signed in; strangers go to the way in."""
    who = identity()
    if who is None:
        return redirect(url_for("screens.way_in"), 303)
    return _page(*_own(who))


@bp.get("/diem-cau/cap-xa")
def communes() -> str:
    """A district's list of its communes, as a fragment."""
    who, conference = _own(identity())
    rows = services().roll_call.endpoints(conference, scope_of(who, conference.id))
    return render_template("screens/_communes.html", **_attendance(who, conference, rows))


@bp.post("/diem-cau/diem-danh")
def check_in() -> str | tuple[str, int] | Response:
    """Take the check-in of the form, for the room itself or for a commune of its district; back to the page (303).

    What cannot be taken comes back as the page with 422, the message by its field and what was typed kept.
    """
    who, conference = _own(identity())
    form = request.form
    code = form.get("endpoint_code") or str(who.endpoint_code)
    try:
        _take(who, conference, code, form)
    except InvalidInput as error:
        return _page(who, conference, refused=code, error=error, typed=form), 422
    return redirect(url_for("screens.room"), 303)


def _take(who: Identity, conference: Conference, code: str, form: Mapping[str, str]) -> None:
    """The form has no clock that could be trusted: it happens when it arrives."""
    absent = form.get("status") == "absent"
    body = {
        "check_in_id": _check_in_id(form.get("form_id", ""), code, str(form.get("status"))),
        "status": form.get("status"),
        "headcount": 0 if absent else headcount(form.get("headcount", ""), _NO_NUMBER),
        "reason": (form.get("reason") or None) if absent else None,
        "happened_at_ms": services().clock.now_ms(),
    }
    try:
        services().roll_call.check_in(conference.slug, code, body, who)
    except IdReused:
        # The form was sent before: twice by a double click, or changed since, after going back in the browser.
        rows = services().roll_call.endpoints(conference, scope_of(who, conference.id))
        word = next((row["effective"] for row in rows if row["code"] == code), None)
        if not _says(word, body):
            services().roll_call.check_in(conference.slug, code, {**body, "check_in_id": str(uuid.uuid4())}, who)


def _check_in_id(form_id: str, code: str, status: str) -> str:
    """The same for the same form sent twice; all forms of a page carry one id, and each makes its own of it."""
    try:
        return str(uuid.uuid5(uuid.UUID(form_id), f"{code}:{status}"))
    except ValueError:
        return str(uuid.uuid4())


def _says(word: Mapping[str, Any] | None, body: Mapping[str, Any]) -> bool:
    return word is not None and (word["status"], word["headcount"]["total"], word["reason"]) == (
        body["status"],
        body["headcount"],
        body["reason"],
    )


def _own(who: Identity | None) -> tuple[Identity, Conference]:
    """The room and its conference. Raises NotSignedIn for nobody, NotAllowed for staff."""
    if who is None:
        raise NotSignedIn()
    conference = conference_of(who)
    if who.role != "endpoint" or conference is None:
        raise NotAllowed("Trang này dành cho điểm cầu.")
    return who, conference


def _page(
    who: Identity,
    conference: Conference,
    *,
    refused: str = "",
    error: GiaobanError | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    running_order = services().running_order
    view = running_order.view(conference)
    snapshot = running_order.snapshot(conference)
    state = running_order.load(conference)
    now_ms = view["server_now_ms"]
    rows = services().roll_call.endpoints(conference, scope_of(who, conference.id))
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
        opening_at_ms=order.opening_at_ms(view["items"]),
        paper_ids=paper_ids,
        telephones=telephones(conference.hotline),
        editing=refused == who.endpoint_code or "sua" in request.args,
        refused=refused,
        error=error,
        typed=typed or {},
        **_attendance(who, conference, rows),
    )


def _attendance(who: Identity, conference: Conference, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Own row, communes' rows and figures of whoever asks; the forms get a new id each time they are drawn."""
    own = next(row for row in rows if row["code"] == who.endpoint_code)
    below = [row for row in rows if row["parent_code"] == who.endpoint_code] if who.level == "district" else []
    statuses = [row["effective"]["status"] for row in below if row["effective"]]
    above = next((endpoint for endpoint in conference.endpoints if endpoint.code == own["parent_code"]), None)
    return {
        "conference": conference,
        "own": own,
        "above": above.full_name if above else "",
        "communes": below,
        "communes_present": statuses.count("present"),
        "communes_absent": statuses.count("absent"),
        "sources": SOURCES,
        "form_id": str(uuid.uuid4()),
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
