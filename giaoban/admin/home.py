"""The front page: what is on, and the way to each role's screen."""

from flask import render_template

from giaoban.admin.blueprints import bp, link_here
from giaoban.domain.errors import NotFound
from giaoban.services.identity import STAFF_WORDS
from giaoban.web.current import current_conference, identity, services
from giaoban.web.running_order import heading


@bp.get("/")
def home() -> str:
    """Open to everybody: names neither a person nor a telephone number."""
    who = identity()
    may_edit = who is not None and who.may("edit")
    page = {
        "who": who,
        "role_word": STAFF_WORDS.get(who.role, "") if who else "",
        "drafts": [each for each in services().conferences.list() if each.stage == "draft"] if may_edit else [],
    }
    try:
        conference = current_conference()
    except NotFound:
        if link_here():
            raise
        return render_template("home/show.html", conference=None, **page)
    view = services().running_order.view(conference)
    live = next((item for item in view["items"] if item["state"] in ("live", "paused")), None)
    coming = next((item for item in view["items"] if item["state"] == "pending"), None)
    return render_template(
        "home/show.html",
        conference=conference,
        phase=view["phase"],
        live=heading(live) if live else None,
        coming=heading(coming) if coming else None,
        coming_at_ms=coming["expected_start_at_ms"] if coming else None,
        expected_end_at_ms=view["forecast"]["expected_end_at_ms"],
        totals=services().roll_call.totals(conference.id),
        **page,
    )
