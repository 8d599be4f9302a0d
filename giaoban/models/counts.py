"""Frozen counts of the roll call as rows, beside their lines in the log."""

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, defer, mapped_column

from giaoban.domain.roll_call import Record
from giaoban.domain.roster import Unit
from giaoban.extensions import Model, db
from giaoban.models.conference import Endpoint
from giaoban.models.roll_call import CheckInRow


class CountRow(Model):
    """One count (`giaoban.domain.counts`) with its seal; never changed. `count_id` comes from the client.

    `shown`: the projector shows this one instead of how things stand; at most one of a conference.
    """

    __tablename__ = "counts"
    __table_args__ = (
        UniqueConstraint("conference_id", "number"),
        UniqueConstraint("conference_id", "count_id", name="uq_counts_count_id"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    number: Mapped[int]
    count_id: Mapped[str]
    at_ms: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    sentence: Mapped[str]
    totals: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str]
    count: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown: Mapped[bool] = mapped_column(default=False)


def count_rows(conference_id: int, *, whole: bool = False) -> list[CountRow]:
    """All counts of a conference, the first one first; unless `whole`, what was counted is read only when asked for."""
    own = select(CountRow).where(CountRow.conference_id == conference_id).order_by(CountRow.number)
    return [*db.session.scalars(own if whole else own.options(defer(CountRow.count)))]


def count_row(conference_id: int, number: int) -> CountRow | None:
    return db.session.scalar(select(CountRow).where(CountRow.conference_id == conference_id, CountRow.number == number))


def count_by_id(conference_id: int, count_id: str) -> CountRow | None:
    return db.session.scalar(
        select(CountRow).where(CountRow.conference_id == conference_id, CountRow.count_id == count_id)
    )


def shown_count(conference_id: int) -> CountRow | None:
    """The count that the projector shows; None when it shows how things stand."""
    return db.session.scalar(select(CountRow).where(CountRow.conference_id == conference_id, CountRow.shown))


def show_count(conference_id: int, number: int | None) -> None:
    """Let the projector show that count, or with None how things stand; for use within `writing`."""
    own = update(CountRow).where(CountRow.conference_id == conference_id)
    db.session.execute(own.where(CountRow.shown).values(shown=False))
    if number is not None:
        db.session.execute(own.where(CountRow.number == number).values(shown=True))


def next_number(conference_id: int) -> int:
    last = db.session.scalar(select(func.max(CountRow.number)).where(CountRow.conference_id == conference_id))
    return (last or 0) + 1


def counting(conference_id: int) -> tuple[list[Unit], dict[str, Record]]:
    """(the roster, what counts for each of its rooms that has reported by code), as they are stored now."""
    found = db.session.execute(
        select(Endpoint, CheckInRow)
        .outerjoin(CheckInRow, CheckInRow.id == Endpoint.effective_id)
        .where(Endpoint.conference_id == conference_id)
        .order_by(Endpoint.ordinal)
    ).all()
    units = [Unit(room.code, room.level, room.kind, room.name, room.parent_code) for room, _ in found]
    return units, {room.code: row.as_record() for room, row in found if row is not None}
