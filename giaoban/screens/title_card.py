"""The full-screen title for the TV crew: the conference's, or that of the part that is on. Public and read-only."""

from typing import Any, Final

from flask import render_template, request

from giaoban.screens.blueprint import bp
from giaoban.screens.on_air import on_air_options, whole
from giaoban.screens.projector import shown_now
from giaoban.web.current import current_conference, services

HELD: Final = {"hoi-nghi": "conference", "tiep-theo": "next"}


@bp.get("/phat-bieu/toan-man")
def title_card() -> str:
    """The picture; its script shows what is on, or what `?giu=hoi-nghi|tiep-theo|8` holds, 8 being a paper's number."""
    conference = current_conference()
    running_order = services().running_order
    return render_template(
        "screens/title_card.html",
        conference=conference,
        snapshot=running_order.snapshot(conference),
        papers=[
            {name: item[name] for name in ("id", "kind", "title", "speaker")}
            for item in running_order.view(conference)["items"]
            if item["kind"] == "paper"
        ],
        shown=shown_now(conference),
        held=held(request.args.get("giu", "")),
        **on_air_options(ground="full"),
    )


def held(text: str) -> dict[str, Any] | None:
    """What the picture holds whatever is on; None follows the running order, and so does what nobody understands."""
    if text in HELD:
        return {"what": HELD[text]}
    return {"what": "paper", "number": whole(text)} if whole(text) else None
