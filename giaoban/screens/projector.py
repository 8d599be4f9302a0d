"""The projector: public, read-only, of no person and no telephone. The server draws the present state as a picture
that stands by itself; the script follows from there."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import render_template

from giaoban.models import Conference
from giaoban.screens import order
from giaoban.screens.blueprint import bp, named
from giaoban.screens.roll_call_scene import roll_call
from giaoban.web import projectors as browser
from giaoban.web import running_order as wording
from giaoban.web import static_files
from giaoban.web.current import current_conference, services

SCENES: Final = ("maket", "speaker", "agenda", "roll_call", "break", "message", "black")
PARTS_SHOWN: Final = 11
LINES_SHOWN: Final = 14
NEAREST: Final = 8  # rows that stay when a long word of the MC takes the room of the others


@bp.get("/man-chieu")
def projector() -> str:
    """The picture for the hall, of the present scene, or of the one that this projector is pinned to."""
    conference = current_conference()
    running_order = services().running_order
    state = running_order.load(conference)
    view = running_order.view(conference)
    snapshot = running_order.snapshot(conference)
    projector = browser.here(conference)
    pinned = projector.scene if projector else None
    live = snapshot["live"] and snapshot["live"]["item"]
    return render_template(
        "screens/projector.html",
        conference=conference,
        scenes=SCENES,
        scene=order.shown_scene({**snapshot, "scene": {"name": pinned}} if pinned else snapshot),
        projector={"name": projector.name, "scene": pinned} if projector else None,
        snapshot=snapshot,
        now_ms=snapshot["server_now_ms"],
        live=live,
        texts=order.texts(live) if live else None,
        kind=wording.KIND_WORDS[live["kind"]] if live else "",
        number=wording.paper_number(live["id"], wording.papers(view["items"])) if live else "",
        clock=wording.clock(state.live, snapshot["server_now_ms"]),
        coming=[wording.short_heading(item) for item in snapshot["next"]],
        agenda=agenda(view),
        agenda_facts=wording.facts(view, conference.starts_at_ms),
        roll_call=roll_call(conference, view["items"]),
        totals=services().roll_call.totals(conference.id),
        shown=shown_now(conference),
        here=named(),
    )


@bp.get("/man-chieu/hien-tai")
def projector_now() -> dict[str, str]:
    """What this address shows now, `{conference, release, facts}`: an open page that shows else renews itself."""
    return shown_now(current_conference())


def shown_now(conference: Conference) -> dict[str, str]:
    """`facts` stands for what is on the page beside the snapshot and the fragments."""
    facts = json.dumps([conference.title, conference.maket, conference.starts_at_ms, conference.timezone])
    return {
        "conference": conference.slug,
        "release": static_files.release(),
        "facts": hashlib.sha256(facts.encode()).hexdigest()[:12],
    }


@bp.get("/man-chieu/chuong-trinh")
def projector_agenda() -> str:
    """The agenda scene's fragment."""
    conference = current_conference()
    view = services().running_order.view(conference)
    facts = wording.facts(view, conference.starts_at_ms)
    return render_template("screens/_agenda.html", conference=conference, agenda=agenda(view), agenda_facts=facts)


@bp.get("/man-chieu/diem-danh")
def projector_roll_call() -> str:
    """The roll-call scene's fragment: figures of districts, nobody's name."""
    conference = current_conference()
    view = services().running_order.view(conference)
    return render_template(
        "screens/_roll_call.html", conference=conference, roll_call=roll_call(conference, view["items"])
    )


def agenda(view: Mapping[str, Any]) -> dict[str, Any]:
    """Parts of the programme on the left, the lines of one of them on the right, as many as the picture holds.

    The part shown in lines is the one that is on; before and after the conference its papers.
    """
    parts = order.sections(view["items"])
    paper_ids = wording.papers(view["items"])
    now = next((index for index, part in enumerate(parts) if part["state"] == "now"), None)
    if now is None and view["phase"] == "between":
        now = next((index for index, part in enumerate(parts) if part["state"] == "coming"), None)
    opened = parts[now] if now is not None else None
    if opened is None or opened["kind"] == "paper":
        members = [item for part in parts if part["kind"] == "paper" for item in part["items"]]
        opened = {"label": wording.KIND_WORDS["paper"], "items": members} if members else opened
    first_pending = next((item["id"] for item in view["items"] if item["state"] == "pending"), None)
    lines = [
        {
            "number": wording.paper_index(item["id"], paper_ids),
            "text": wording.short_heading(item),
            "state": {"live": "now", "paused": "now", "done": "done"}.get(item["state"], ""),
            "next": item["id"] == first_pending,
            "at_ms": wording.begun_second(item["expected_start_at_ms"]) if item["state"] == "pending" else None,
            "expected_of": item["id"],
        }
        for item in (opened["items"] if opened else [])
    ]
    open_lines = [index for index, line in enumerate(lines) if line["state"] != "done"]
    at = next((index for index in open_lines if lines[index]["state"] == "now"), open_lines[0] if open_lines else 0)
    shown_parts, which_parts = _around(parts, now or 0, PARTS_SHOWN)
    shown_lines, which_lines = _around(lines, at, LINES_SHOWN)
    return {
        "papers": paper_ids,
        "parts": shown_parts,
        "which_parts": which_parts,
        "heading": opened["label"] if opened else "",
        "lines": shown_lines,
        "which_lines": which_lines,
    }


def _around(rows: Sequence[dict[str, Any]], at: int, most: int) -> tuple[list[dict[str, Any]], str]:
    """At most that many rows, with the one at `at` and as much of what follows it as of what is before; and which they
    are in words, "" for all of them. `far` marks those that are not among the nearest."""
    first, last = _window(len(rows), at, most)
    near, beyond = _window(len(rows), at, NEAREST)
    shown = [{**row, "far": not near <= first + index < beyond} for index, row in enumerate(rows[first:last])]
    return shown, "" if len(shown) == len(rows) else f"{first + 1} – {last} trên {len(rows)}"


def _window(length: int, at: int, most: int) -> tuple[int, int]:
    first = max(0, min(at - most // 2, length - most))
    return first, min(length, first + most)
