"""The MC's console: the running order with its buttons. Every press is a form that works without scripts too."""

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.exceptions import NotFound as UnknownAddress
from werkzeug.wrappers import Response

from giaoban.admin import console as state
from giaoban.admin import item_form, wording
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.board import line_words
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, NotFound, StaleVersion
from giaoban.models import Conference
from giaoban.services.identity import STAFF_WORDS
from giaoban.services.running_order import CommandRequest
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.filters import clock
from giaoban.web.roll_call import STATUS_WORDS
from giaoban.web.running_order import KIND_WORDS, TIME_STATE_WORDS, heading

DRIVERS: Final = ("admin", "mc", "secretary")
LOG_PAGE: Final = 200
PART: Final = 100  # lines of an exported log sent at a time


def here() -> dict[str, Any]:
    """What the console's own addresses carry on: the conference, and whether the running order is being edited."""
    return {**link_here(), **({"sua": "1"} if request.args.get("sua") else {})}


@bp.get("/dieu-hanh")
@require(*DRIVERS)
def console() -> Response:
    conference = current_conference()
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(_fragment(conference))
    return make_response(_page(conference))


@bp.get("/dieu-hanh/nhat-ky")
@require(*DRIVERS)
def log() -> str:
    """The last commands, newest first."""
    conference = current_conference()
    view = services().running_order.view(conference)
    return render_template(
        "admin/running_order/log.html",
        conference=conference,
        lines=_log_lines(conference, view, LOG_PAGE),
        actor_words=wording.actor_words,
    )


@bp.get("/dieu-hanh/nhat-ky/tep")
@require(*DRIVERS)
def log_file() -> Response:
    """The whole log as a file that proves itself to `flask giaoban verify`."""
    conference = current_conference()
    answer = Response(_in_parts(services().log_export.lines(conference.slug)), mimetype="application/jsonl")
    answer.headers.set("Content-Disposition", "attachment", filename=f"nhat-ky-{conference.slug}.jsonl")
    return answer


def _in_parts(lines: Generator[bytes, None, None]) -> Iterator[bytes]:
    """A long log in parts, between which the process serves everybody else."""
    with closing(lines):
        while part := b"".join(islice(lines, PART)):
            yield part
            time.sleep(0)


@bp.post("/dieu-hanh/lenh/<name>")
@require(*DRIVERS)
def command(name: str) -> Response:
    """Give one command. Refused because of the state: 409 with the present console and what happened instead."""
    if name not in wording.COMMANDS:
        raise UnknownAddress()
    conference = current_conference()
    if name in ("insert", "edit"):
        return _save_item(conference, name)
    try:
        services().running_order.dispatch(conference.slug, _request(name, _args(name)), required_identity())
    except (StaleVersion, InvalidTransition) as error:
        return _refused(conference, 409, _what_happened(conference, name, error))
    except (InvalidInput, IdReused) as error:
        return _refused(conference, 422, _sentence(name, error))
    return _done(conference)


@bp.get("/dieu-hanh/muc/moi")
@require(*DRIVERS)
def new_item() -> Response:
    return _item_form(current_conference(), "insert", item_form.blank())


@bp.get("/dieu-hanh/muc/<item_id>/sua")
@require(*DRIVERS)
def edit_item(item_id: str) -> Response:
    conference = current_conference()
    return _item_form(conference, "edit", item_form.shown(_item(conference, item_id), conference), item_id=item_id)


# ---- what was pressed


def _request(name: str, args: Mapping[str, Any]) -> CommandRequest:
    form = request.form
    return CommandRequest(form.get("command_id", ""), _whole(form.get("expected_version")), name, args)


def _whole(text: str | None) -> int:
    """A whole number from a form; what is none becomes -1, which no version and no position is."""
    try:
        return int(text or "")
    except ValueError:
        return -1


_ARGS: Final = {
    "start": ("item_id",),
    "next": ("item_id",),
    "skip": ("item_id",),
    "unskip": ("item_id",),
    "remove": ("item_id",),
    "move": ("item_id", "position"),
    "add_time": ("delta_ms", "reason"),
    "set_scene": ("name",),
    "set_message": ("text", "to"),
}
_NUMBERS: Final = ("position", "delta_ms")


def _args(name: str) -> dict[str, Any]:
    """The command's arguments as its form sent them; the domain checks them."""
    form = request.form
    return {
        key: _whole(form[key]) if key in _NUMBERS else form[key]
        for key in _ARGS.get(name, ())
        if form.get(key) is not None
    }


def _item(conference: Conference, item_id: str) -> dict[str, Any]:
    for item in services().running_order.view(conference)["items"]:
        if item["id"] == item_id:
            return item
    raise NotFound("Không còn mục này trong chương trình.")


def _save_item(conference: Conference, name: str) -> Response:
    """Insert or edit from the item's form; what is wrong comes back in the form, with everything that was typed."""
    item_id = request.form.get("item_id", "")
    start = item_form.blank() if name == "insert" else item_form.shown(_item(conference, item_id), conference)
    values = item_form.typed(request.form, start)
    again: dict[str, Any] = {"item_id": item_id or None, "position": request.form.get("position", "")}
    try:
        if name == "insert":
            nothing = dict.fromkeys(start, "")
            args: dict[str, Any] = {
                "position": _whole(request.form.get("position")),
                "item": {"kind": "", "title": "", "planned_ms": 0} | item_form.fields(values, nothing, conference),
            }
        else:
            args = {"item_id": item_id, "fields": item_form.fields(values, start, conference)}
        services().running_order.dispatch(conference.slug, _request(name, args), required_identity())
    except (StaleVersion, InvalidTransition) as error:
        again["problems"] = {"": _what_happened(conference, name, error)}
        return _item_form(conference, name, values, status=409, **again)
    except (InvalidInput, IdReused) as error:
        again["problems"] = dict(
            [item_form.problem(error)] if isinstance(error, InvalidInput) else [("", error.message)]
        )
        return _item_form(conference, name, values, status=422, **again)
    return _done(conference, close_drawer=True)


# ---- what comes back


def _done(conference: Conference, *, close_drawer: bool = False) -> Response:
    if request.htmx:  # type: ignore[attr-defined]
        fragment = _fragment(conference, notice="", close_drawer=close_drawer)
        return make_response(fragment, retarget="#console", reswap="outerHTML")
    return redirect(url_for("admin.console", **here()), 303)


def _refused(conference: Conference, status: int, notice: str) -> Response:
    unsent = request.form.get("text", "")
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(_fragment(conference, notice=notice, unsent=unsent), status)
    flash(notice)
    return make_response(_page(conference, unsent=unsent), status)


def _sentence(name: str, error: InvalidInput | IdReused) -> str:
    if name == "set_message" and error.details.get("field") == "text":
        return "Lời nhắn dài không quá 300 ký tự. Xin rút gọn rồi gửi lại."
    return error.message


def _what_happened(conference: Conference, name: str, error: StaleVersion | InvalidTransition) -> str:
    """Why the press did nothing: what somebody else did in the meantime, or the rule that forbids it now."""
    pressed = wording.COMMANDS[name]
    if isinstance(error, InvalidTransition):
        return f"“{pressed}” chưa được thực hiện. {error.message}"
    seen = _whole(request.form.get("expected_version"))
    view = services().running_order.view(conference)
    since = [line for line in _log_lines(conference, view, 1) if line["version"] > seen]
    if not since:
        return f"“{pressed}” chưa được thực hiện. {error.message}"
    line = since[0]
    at, who = clock(line["at_ms"], conference.timezone), wording.actor_words(line["actor"])
    return f"“{pressed}” chưa được thực hiện, vì chương trình vừa đổi: {line['summary']}, lúc {at}, {who}."


def _log_lines(conference: Conference, view: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
    headings = {item["id"]: heading(item) for item in view["items"]}
    lines = services().running_order.recent_commands(conference, limit)
    return [{**line, "summary": wording.log_words(line, headings)} for line in lines]


def _console(conference: Conference) -> dict[str, Any]:
    who = required_identity()
    order = services().running_order
    view, snapshot = order.view(conference), order.snapshot(conference)
    rooms = services().roll_call.view(conference)
    lines = _log_lines(conference, view, state.LOG_LINES)
    said = (line for line in lines if line["kind"] == "set_message" and line["data"]["events"][0]["to"] == "speaker")
    return {
        **state.state(
            view, order.load(conference).live, order.legal(conference), rooms["rows"], may_edit=who.may("edit")
        ),
        "order": {**state.facts(view), "starts_at_ms": conference.starts_at_ms},
        "conference": conference,
        "undo": snapshot["undo"],
        "message": snapshot["message"],
        "said": next(said, None),
        "totals": rooms["totals"],
        "connected": sum(1 for row in rooms["rows"] if row["connected"]),
        "lines": lines,
        "may_drive": who.may("run"),
        "may_edit": who.may("edit"),
        "role_word": STAFF_WORDS[who.role],
        "who": who,
        "editing": "sua" in here(),
        "edit_url": url_for("admin.console", **(link_here() if "sua" in here() else {**link_here(), "sua": "1"})),
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {
        "here": here(),
        "new_id": lambda: str(uuid4()),
        "command_words": wording.COMMANDS,
        "scenes": wording.SCENES,
        "scene_words": wording.SCENE_WORDS,
        "status_words": STATUS_WORDS,
        "line_words": line_words,
        "time_states": TIME_STATE_WORDS,
        "quick_messages": wording.QUICK_MESSAGES,
    }


def _page(conference: Conference, **more: Any) -> str:
    return render_template("admin/running_order/show.html", **_console(conference), **more)


def _fragment(conference: Conference, **more: Any) -> str:
    return render_template("admin/running_order/_console.html", **_console(conference), **more)


def _item_form(
    conference: Conference,
    name: str,
    values: Mapping[str, str],
    *,
    item_id: str | None = None,
    position: str = "",
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The form of an item, in the drawer or on a page of its own."""
    view = services().running_order.view(conference)
    item = next((item for item in view["items"] if item["id"] == item_id), None)
    free = state.first_free(view["items"])
    page = {
        "conference": conference,
        "version": view["version"],
        "name": name,
        "item": item,
        "values": values,
        "problems": problems or {},
        "lengths_open": item is None or item["state"] == "pending",
        "places": [
            *((spot["position"], f"Trước: {heading(spot)}") for spot in view["items"] if spot["position"] >= free),
            (len(view["items"]) + 1, "Cuối chương trình"),
        ],
        "position": _whole(position) if position else len(view["items"]) + 1,
        "kinds": KIND_WORDS,
        "endpoints": services().roll_call.endpoints(conference),
        **_words(),
    }
    template = "_item_form.html" if request.htmx else "item.html"  # type: ignore[attr-defined]
    trigger = "order-changed" if status == 409 else None
    return make_response(render_template(f"admin/running_order/{template}", **page), status, trigger=trigger)
