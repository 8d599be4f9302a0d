"""The MC's console: the running order with its buttons. Every press is a form that works without scripts too."""

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.exceptions import NotFound as UnknownAddress
from werkzeug.wrappers import Response

from giaoban.admin import agenda, caps, control, editors, messages, projectors, readiness, wording
from giaoban.admin import bin as removed
from giaoban.admin import console as state
from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.presses import args_of, log_lines, request_of, sentence, what_happened
from giaoban.admin.suggestion import suggestion
from giaoban.domain.errors import ControlHeld, IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.domain.readiness import SWAP_REASON
from giaoban.models import Conference
from giaoban.services.identity import STAFF_WORDS
from giaoban.web.aim import aim_at
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.presence import Lines
from giaoban.web.roll_call import STATUS_WORDS
from giaoban.web.running_order import TIME_STATE_WORDS, facts

DRIVERS: Final = ("admin", "mc", "secretary")
EDITOR: Final = ("admin.agenda", "admin.publish", "admin.set_all_lengths")  # whose own addresses need not say `soan`
LOG_PAGE: Final = 200
PART: Final = 100  # lines of an exported log sent at a time


def here() -> dict[str, Any]:
    """What the console's own addresses carry on: the conference, whether the running order is being edited, and whether
    that is done on the page for it (`soan`)."""
    asked = request.args
    carried = {"sua": "1"} if asked.get("sua") else {}
    if asked.get("soan") or request.endpoint in EDITOR:
        carried["soan"] = "1"
    return {**link_here(), **carried}


def desk_url() -> str:
    """The page whose buttons these are: the console, or the agenda editor (`soan`)."""
    if "soan" in here():
        return url_for("admin.agenda", slug=current_conference().slug)
    return url_for("admin.console", **here())


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
        lines=log_lines(conference, view, LOG_PAGE),
        actor_words=wording.actor_words,
        who=required_identity(),
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
    try:
        args = messages.args(conference) if name == "set_message" else args_of(name)
        services().running_order.dispatch(conference.slug, request_of(name, args), required_identity())
    except (ControlHeld, StaleVersion, InvalidTransition) as error:
        return refused(conference, 409, what_happened(conference, name, error))
    except (InvalidInput, IdReused) as error:
        return refused(conference, 422, sentence(name, error))
    return done(conference)


# ---- what comes back


def done(conference: Conference, *, close_drawer: bool = False, made: str | None = None) -> Response:
    """The console after an accepted press; `made` is the id of a new item, which the keyboard goes to."""
    if request.htmx:  # type: ignore[attr-defined]
        fragment = _fragment(conference, notice="", close_drawer=close_drawer)
        event = {"item-made": {"id": made}} if made else None
        return make_response(fragment, trigger_after_settle=event, **aim_at("console"))
    return redirect(desk_url(), 303)


def refused(conference: Conference, status: int, notice: str) -> Response:
    """The console as it is now, with why the press did nothing."""
    unsent = request.form
    if request.htmx:  # type: ignore[attr-defined]
        return make_response(_fragment(conference, notice=notice, unsent=unsent), status)
    flash(notice)
    return make_response(_page(conference, unsent=unsent), status)


def _console(conference: Conference) -> dict[str, Any]:
    who = required_identity()
    services().papers.want(conference.id)
    order = services().running_order
    held = control.state(conference, who)
    view, snapshot = order.view(conference), order.snapshot(conference)
    rooms = services().roll_call.view(conference)
    lines = log_lines(conference, view, state.LOG_LINES)
    legal = control.legal(conference, held)
    may_edit = who.may("edit") and conference.stage != "closed"
    may_squeeze = may_edit and any("skip" in own for own in legal.by_item.values())
    shown = state.state(view, order.load(conference).live, legal, may_edit=may_edit)
    asked = services().readiness.asked(conference)
    return {
        **shown,
        **held,
        **projectors.page(conference),
        "next_two": readiness.next_two(shown["rows"], rooms["rows"], asked, conference.timezone),
        "swap_reason": SWAP_REASON,
        "order": facts(view, conference.starts_at_ms),
        "conference": conference,
        "squeeze": suggestion(conference, view) if may_squeeze else None,
        "cap": None if held["held"] else caps.state(order.load(conference).live, lines),
        "undo": snapshot["undo"],
        "say": messages.state(conference, rooms["rows"]),
        "room_names": messages.room_names(rooms["rows"]),
        "totals": rooms["totals"],
        "faults": services().tickets.open_ones(conference),
        "connected": sum(1 for row in rooms["rows"] if row["connected"]),
        "lines": lines,
        "may_drive": who.may("run"),
        "may_edit": may_edit,
        "role_word": STAFF_WORDS[who.role],
        "who": who,
        "editing": may_edit and "sua" in here(),
        "binned": removed.rows(conference) if "sua" in here() and may_edit else [],
        "edit_url": url_for("admin.console", **(link_here() if "sua" in here() else {**link_here(), "sua": "1"})),
        **words(),
    }


def words() -> dict[str, Any]:
    """What the templates of the console need of names and addresses."""
    return {
        "here": here(),
        "desk_url": desk_url(),
        "also_editing": editors.also_editing,
        "new_id": lambda: str(uuid4()),
        "command_words": wording.COMMANDS,
        "scenes": wording.SCENES,
        "scene_words": wording.SCENE_WORDS,
        "status_words": STATUS_WORDS,
        "line_words": lambda row, zone: Lines(services().clock.now_ms(), zone).words(row),
        "time_states": TIME_STATE_WORDS,
    }


def _page(conference: Conference, **more: Any) -> str:
    if "soan" in here():
        return agenda.render(conference, words(), fragment=False, **more)
    return render_template("admin/running_order/show.html", **_console(conference), **more)


def _fragment(conference: Conference, **more: Any) -> str:
    if "soan" in here():
        return agenda.render(conference, words(), fragment=True, **more)
    return render_template("admin/running_order/_console.html", **_console(conference), fragment=True, **more)
