"""The lower third for the TV crew: who speaks, on a transparent ground, for OBS and vMix. Public and read-only."""

from typing import Final

from flask import render_template, request

from giaoban.screens.blueprint import bp
from giaoban.screens.on_air import on_air_options
from giaoban.web.current import current_conference, services

ALIGNED: Final = {"trai": "left", "giua": "centre"}


@bp.get("/phat-bieu/lop-phu")
def lower_third() -> str:
    """The overlay; its script shows what is on. `?canh=trai|giua` places it, `?dong-ho=1` adds the clock."""
    conference = current_conference()
    return render_template(
        "screens/lower_third.html",
        conference=conference,
        snapshot=services().running_order.snapshot(conference),
        align=ALIGNED.get(request.args.get("canh", ""), "left"),
        with_clock=request.args.get("dong-ho") == "1",
        **on_air_options(ground="clear"),
    )
