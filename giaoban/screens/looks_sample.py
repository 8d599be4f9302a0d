"""What a choice of looks does to the hall: two scenes of the conference, small, in the frame of its administration."""

from dataclasses import replace
from typing import Final

from flask import render_template, request

from giaoban.domain.items import Item
from giaoban.models import Conference
from giaoban.screens import order
from giaoban.screens.blueprint import bp
from giaoban.web import running_order as wording
from giaoban.web.current import current_conference, services

SCENES: Final = {"ma-ket": "maket", "qua-gio": "speaker"}
OVER_BY_MS: Final = 74_000


@bp.get("/man-chieu/mau")
def looks_sample() -> str:
    """The maket, or with `?canh=qua-gio` a paper that runs over; nothing of it is ever on air.

    It alone of all pages may stand in a frame, of this server's own pages (`web.headers`): it has nothing to press.
    """
    conference = current_conference()
    now_ms = services().clock.now_ms()
    live = _running_over(conference, now_ms)
    shown = {"kind": live.kind, "title": live.title, "speaker": live.speaker}
    return render_template(
        "screens/looks_sample.html",
        conference=conference,
        scene=SCENES.get(request.args.get("canh", ""), "maket"),
        snapshot={"message": None},
        now_ms=now_ms,
        live=shown,
        texts=order.texts(shown),
        kind=wording.KIND_WORDS[live.kind],
        number="",
        clock=wording.clock(live, now_ms),
        coming=[],
        totals=services().roll_call.totals(conference.id),
    )


def _running_over(conference: Conference, now_ms: int) -> Item:
    """The conference's first paper, or first item, as if it were on; its title stands for one where there is none."""
    items = services().running_order.load(conference).items
    stand_in = Item(id="", kind="paper", title=conference.title, planned_ms=conference.paper_cap_ms)
    item = next((each for each in items if each.kind == "paper"), items[0] if items else stand_in)
    began_at_ms = now_ms - item.allotted_ms - item.paused_total_ms - OVER_BY_MS
    return replace(item, state="live", started_at_ms=began_at_ms, ended_at_ms=None, paused_at_ms=None)
