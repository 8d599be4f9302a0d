"""The result of the roll call, to be read aloud in large letters: as it stands, or as it was frozen; over the console
or as a page."""

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import wording
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.documents import handed_out
from giaoban.domain.counts import printed
from giaoban.domain.errors import ControlHeld, GiaobanError, InvalidInput, InvalidTransition, StaleVersion
from giaoban.domain.roll_call_sentence import in_lines, sentence
from giaoban.models import Conference
from giaoban.services.running_order import CommandRequest
from giaoban.web.current import STAFF, current_conference, require, required_identity, services


@bp.get("/diem-danh/ket-qua")
@require(*STAFF)
def result() -> Response:
    """The result as it stands now; it changes under nobody's eyes, what is new is told beside it."""
    conference = current_conference()
    return _reader(conference, _now(conference))


@bp.get("/diem-danh/ket-qua/moi")
@require(*STAFF)
def result_news() -> Response:
    """The line that tells whoever reads a result (`so`) that another one has come meanwhile; 204 when the line that is
    there already says so (`thay`), so that nobody is told the same again and again."""
    totals = services().roll_call.totals(current_conference().id)
    read, told = request.args.get("so", ""), _stamp(totals)
    if told == request.args.get("thay"):
        return Response(status=204)
    news = {"totals": totals, "stamp": read, "told": told, "is_new": told != read}
    return make_response(render_template("admin/counts/_news.html", **news))


@bp.get("/diem-danh/ket-qua/<int:number>")
@require(*STAFF)
def count(number: int) -> Response:
    """A frozen count."""
    conference = current_conference()
    return _reader(conference, _frozen(conference, number))


@bp.get("/diem-danh/ket-qua/bang.<any(pdf, xlsx):form>")
@require(*STAFF)
def roll_call_sheet(form: str) -> Response:
    """The roll call to be signed, of the frozen count `lan` or of now."""
    conference = current_conference()
    number = request.args.get("lan", type=int)
    return handed_out(services().roll_call_sheets.file(conference, form, number))


@bp.post("/diem-danh/ket-qua")
@require("admin", "mc", "secretary")
def freeze() -> Response:
    """Freeze the count; then it is what is read."""
    conference = current_conference()
    try:
        made = services().counts.freeze(conference.slug, request.form.get("count_id", ""), required_identity())
    except (InvalidInput, InvalidTransition) as error:
        return _refused(conference, None, error)
    if request.htmx:  # type: ignore[attr-defined]
        return _reader(conference, _frozen(conference, made["number"]))
    return redirect(url_for("admin.count", number=made["number"], **link_here()), 303)


@bp.post("/diem-danh/ket-qua/man-chieu")
@require("admin", "mc")
def show_result() -> Response:
    """Let the hall see the roll call: the frozen count that the form names, or how things stand.

    The count is chosen before the scene, so that the hall never sees another one in between.
    """
    conference = current_conference()
    typed = request.form.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else None
    who = required_identity()
    try:
        services().counts.show(conference.slug, number, who)
        state = services().running_order.snapshot(conference)
        if state["scene"]["name"] != "roll_call":
            command = CommandRequest(str(uuid4()), state["version"], "set_scene", {"name": "roll_call"})
            services().running_order.dispatch(conference.slug, command, who)
    except (ControlHeld, StaleVersion, InvalidTransition) as error:
        return _refused(conference, number, error)
    if request.htmx:  # type: ignore[attr-defined]
        return _reader(conference, _now(conference) if number is None else _frozen(conference, number))
    flash("Đã đưa kết quả điểm danh lên màn chiếu.")
    return redirect(_address(number), 303)


def _address(number: int | None) -> str:
    return (
        url_for("admin.result", **link_here())
        if number is None
        else url_for("admin.count", number=number, **link_here())
    )


def _refused(conference: Conference, number: int | None, error: GiaobanError) -> Response:
    """The same result, with why nothing was done."""
    shown = _now(conference) if number is None else _frozen(conference, number)
    return _reader(conference, {**shown, "problem": error.message}, 422 if isinstance(error, InvalidInput) else 409)


def _now(conference: Conference) -> dict[str, Any]:
    view = services().roll_call.view(conference)
    now_ms = services().clock.now_ms()
    return {
        "number": None,
        "at_ms": now_ms,
        "lines": in_lines(sentence(view["totals"], view["by_level"], now_ms, conference.timezone)),
        "totals": view["totals"],
        "stamp": _stamp(view["totals"]),
    }


def _stamp(totals: dict[str, int]) -> str:
    """What two results that read alike have in common."""
    return "-".join(str(figure) for figure in totals.values())


def _frozen(conference: Conference, number: int) -> dict[str, Any]:
    found = services().counts.get(conference, number)
    return {
        **found,
        "lines": in_lines(found["sentence"]),
        "seal": printed(found["hash"]),
        "who_froze": wording.actor_words(found["actor"]),
    }


def _reader(conference: Conference, result: dict[str, Any], status: int = 200) -> Response:
    who = required_identity()
    counts = services().counts.list(conference)
    on_scene = services().running_order.snapshot(conference)["scene"]["name"] == "roll_call"
    shown = next((each["number"] for each in counts if each["shown"]), None)
    page = {
        "conference": conference,
        "result": result,
        "counts": counts,
        "on_screen": on_scene and shown == result["number"],
        "new_id": str(uuid4()),
        "may_freeze": who.may("check_in_any"),
        "may_show": who.may("run"),
        "who": who,
    }
    template = "_reader.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/counts/{template}", **page), status)
