"""When each room was last on the line, as far as it has been stored: what a server that starts again knows of it."""

from collections.abc import Mapping

from sqlalchemy import BigInteger, ForeignKey, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.extensions import Model, db
from giaoban.models.conference import Conference, Endpoint


class LastSeen(Model):
    """One room that has ever been on the line. Nothing of the roll call depends on it."""

    __tablename__ = "last_seen"

    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)


def last_seen_of(conference_id: int) -> dict[str, int]:
    """By endpoint code."""
    found = db.session.execute(
        select(Endpoint.code, LastSeen.at_ms)
        .join(LastSeen, LastSeen.endpoint_id == Endpoint.id)
        .where(Endpoint.conference_id == conference_id)
    )
    return {code: at_ms for code, at_ms in found}


def save_last_seen(conference_id: int, seen: Mapping[str, int]) -> None:
    """Store when those rooms were seen; what is stored already and later stays. Within a transaction that writes.

    Rooms that are not in the roster any more are left out.
    """
    locked = select(Conference.id).where(Conference.id == conference_id).with_for_update()
    if db.session.scalar(locked) is None:  # other processes store theirs after this one
        return
    stored = db.session.execute(
        select(Endpoint.code, Endpoint.id, LastSeen.at_ms)
        .outerjoin(LastSeen, LastSeen.endpoint_id == Endpoint.id)
        .where(Endpoint.conference_id == conference_id, Endpoint.code.in_(seen))
    ).all()
    new = [{"endpoint_id": room_id, "at_ms": seen[code]} for code, room_id, at_ms in stored if at_ms is None]
    later = [
        {"endpoint_id": room_id, "at_ms": seen[code]}
        for code, room_id, at_ms in stored
        if at_ms is not None and at_ms < seen[code]
    ]
    if new:
        db.session.execute(insert(LastSeen), new)
    if later:
        db.session.execute(update(LastSeen), later)
