"""The projector: public, read-only, of no person and no telephone. The server draws the present state as a picture
that stands by itself; the script follows from there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import render_template

from giaoban.models import Conference
from giaoban.screens import order
from giaoban.screens.blueprint import bp
from giaoban.web import running_order as wording
from giaoban.web.current import current_conference, services

SCENES: Final = ("maket", "speaker", "agenda", "roll_call", "break", "message", "black")
PARTS_SHOWN: Final = 11
LINES_SHOWN: Final = 14
SHORT_KINDS: Final = {"thanh_pho": "TP ", "thi_xa": "TX "}


@bp.get("/man-chieu")
def projector() -> str:
    """The picture for the hall, of the present scene."""
    conference = current_conference()
    running_order = services().running_order
    state = running_order.load(conference)
    view = running_order.view(conference)
    snapshot = running_order.snapshot(conference)
    live = snapshot["live"] and snapshot["live"]["item"]
    return render_template(
        "screens/projector.html",
        conference=conference,
        scenes=SCENES,
        scene=order.shown_scene(snapshot),
        snapshot=snapshot,
        now_ms=snapshot["server_now_ms"],
        live=live,
        texts=order.texts(live) if live else None,
        kind=wording.KIND_WORDS[live["kind"]] if live else "",
        number=wording.paper_number(live["id"], wording.papers(view["items"])) if live else "",
        clock=wording.clock(state.live, snapshot["server_now_ms"]),
        coming=[wording.short_heading(item) for item in snapshot["next"]],
        agenda=agenda(view),
        roll_call=roll_call(conference, view),
        totals=services().roll_call.totals(conference.id),
    )


@bp.get("/man-chieu/chuong-trinh")
def projector_agenda() -> str:
    """The agenda scene's fragment."""
    conference = current_conference()
    view = services().running_order.view(conference)
    return render_template("screens/_agenda.html", conference=conference, agenda=agenda(view))


@bp.get("/man-chieu/diem-danh")
def projector_roll_call() -> str:
    """The roll-call scene's fragment: figures of districts, nobody's name."""
    conference = current_conference()
    view = services().running_order.view(conference)
    return render_template("screens/_roll_call.html", conference=conference, roll_call=roll_call(conference, view))


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
        }
        for item in (opened["items"] if opened else [])
    ]
    at = next((index for index, line in enumerate(lines) if line["state"] != "done"), 0)
    return {
        "papers": paper_ids,
        "parts": _around(parts, now or 0, PARTS_SHOWN),
        "heading": opened["label"] if opened else "",
        "lines": _around(lines, at, LINES_SHOWN),
    }


def _around(rows: Sequence[dict[str, Any]], at: int, most: int) -> list[dict[str, Any]]:
    """At most that many rows, with the one at `at` and as much of what follows it as of what is before."""
    first = max(0, min(at - most // 2, len(rows) - most))
    return list(rows[first : first + most])


def roll_call(conference: Conference, view: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of the whole and of each district with its communes; a roster without districts has no rows.

    Whole and rows come from one reading, so that they always add up. `opening_at_ms` is None once it has opened.
    """
    rooms = [room for room in services().roll_call.endpoints(conference) if room["level"] != "province"]
    return {
        "totals": _figures(rooms),
        "districts": [
            {
                "name": SHORT_KINDS.get(district["kind"], "") + district["name"],
                **_figures([room for room in rooms if district["code"] in (room["code"], room["parent_code"])]),
            }
            for district in rooms
            if district["level"] == "district"
        ],
        "opening_at_ms": order.opening_at_ms(view["items"]),
    }


def _figures(rooms: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    words = [room["effective"]["status"] for room in rooms if room["effective"]]
    present = words.count("present")
    return {
        "expected": len(rooms),
        "present": present,
        "absent": len(words) - present,
        "pending": len(rooms) - len(words),
    }
