"""The rooms of a conference as a roster has them: which come, which change, and which may not go any more."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from giaoban.domain.errors import InvalidTransition
from giaoban.domain.roster import Unit, roster_hash
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint, ItemRow


def roster_facts(units: Sequence[Unit]) -> dict[str, Any]:
    """What the log says of a roster: enough to know it again."""
    return {"endpoints": len(units), "roster_hash": roster_hash(units)}


def take_units(conference: Conference, units: Sequence[Unit]) -> None:
    """Make the rooms those of the roster, in its order; one that stays keeps its code. For use within `writing`.

    Raises InvalidTransition when a room that would go has checked in or is on the agenda.
    """
    by_code = {unit.code: unit for unit in units}
    present = {
        endpoint.code: endpoint
        for endpoint in db.session.scalars(select(Endpoint).where(Endpoint.conference_id == conference.id))
    }
    on_agenda = set(
        db.session.scalars(
            select(ItemRow.endpoint_code).where(
                ItemRow.conference_id == conference.id, ItemRow.endpoint_code.is_not(None)
            )
        )
    )
    for code in present.keys() - by_code.keys():
        if present[code].effective_id is not None or code in on_agenda:
            raise InvalidTransition(
                f"Điểm cầu {code} ({present[code].full_name}) đã điểm danh hoặc có trong chương trình,"
                " không bỏ khỏi danh sách được.",
                endpoint_code=code,
            )
        db.session.delete(present[code])
    for ordinal, unit in enumerate(units):
        endpoint = present.get(unit.code)
        if endpoint is None:
            endpoint = Endpoint(conference_id=conference.id)
            db.session.add(endpoint)
        endpoint.take(unit, by_code.get(unit.parent_code or ""), ordinal)
    db.session.flush()
    db.session.expire(conference, ["endpoints"])
