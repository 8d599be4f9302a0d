"""How many people are in the rooms, by the groups of the plan: beside the board, or as a page of its own."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.admin.board_page import board_here
from giaoban.domain.headcount_groups import groups_of, in_order
from giaoban.domain.roster import LEVEL_WORDS
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.web.current import current_conference, require, services


@bp.get("/diem-danh/thanh-phan")
@require(*STAFF)
def people() -> Response:
    conference = current_conference()
    template = "_people.html" if request.htmx else "people.html"  # type: ignore[attr-defined]
    page = {"conference": conference, "tables": _tables(conference), "here": board_here()}
    return make_response(render_template(f"admin/roll_call/{template}", **page))


def _tables(conference: Conference) -> list[dict[str, Any]]:
    """The hall's people where it has said, then each level's: `{name, rows, rest, total}`, rows as (group, people).

    `rest` are the people of whom no group was told.
    """
    view = services().roll_call.view(conference)
    tables = [
        _table(LEVEL_WORDS[level].capitalize(), level, view["groups_by_level"][level], totals["headcount"])
        for level, totals in view["by_level"].items()
    ]
    for row in services().roll_call.endpoints(conference):
        word = row["effective"]
        if row["level"] == "province" and word and word["status"] == "present":
            told = word["headcount"]
            tables.insert(0, _table("Hội trường, ngoài tổng số", "province", told["groups"], told["total"]))
    return tables


def _table(name: str, level: str, told: Mapping[str, int], total: int) -> dict[str, Any]:
    groups = in_order(level, {**dict.fromkeys(groups_of(level), 0), **told})
    return {"name": name, "rows": list(groups.items()), "rest": total - sum(told.values()), "total": total}
