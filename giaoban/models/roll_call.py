"""Check-ins as stored: every one that was ever sent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.roll_call import SOURCES, Headcount, Record
from giaoban.extensions import Model, db
from giaoban.models.conference import Endpoint


class CheckInRow(Model):
    """One check-in record. `check_in_id` comes from the client and is unique in its conference.

    `answer` is what the sender was told, and is told again; `fingerprint` tells whether it really is the same check-in.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        UniqueConstraint("conference_id", "check_in_id"),
        Index("ix_check_ins_endpoint", "conference_id", "endpoint_code"),
        CheckConstraint("status IN ('present', 'absent')", name="status_known"),
        CheckConstraint("status = 'present' OR (reason IS NOT NULL AND headcount_total = 0)", name="absent_has_reason"),
        CheckConstraint("headcount_total >= 0", name="headcount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    check_in_id: Mapped[str]
    endpoint_code: Mapped[str]
    status: Mapped[str]
    headcount_total: Mapped[int]
    headcount_groups: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str | None]
    source: Mapped[str]
    late: Mapped[bool]
    happened_at_ms: Mapped[int] = mapped_column(BigInteger)
    received_at_ms: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    annulled_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)

    def as_record(self) -> Record:
        return record_of(self)


def record_of(row: Any) -> Record:
    """The record in a row of the table, loaded as an object or as bare columns."""
    return Record(
        check_in_id=row.check_in_id,
        endpoint_code=row.endpoint_code,
        status=row.status,
        headcount=Headcount(row.headcount_total, row.headcount_groups),
        reason=row.reason,
        source=row.source,
        late=row.late,
        happened_at_ms=row.happened_at_ms,
        received_at_ms=row.received_at_ms,
        actor=row.actor,
        arrival=row.id,
        annulled=row.annulled_at_ms is not None,
    )


# ---- many at once, for the one writer of check-ins, within a transaction that holds the conference

_CHECK_INS: Final = cast(Table, CheckInRow.__table__)
_ENDPOINTS: Final = cast(Table, Endpoint.__table__)
_LAST: Final = {source: getattr(Endpoint, f"last_{source}_id") for source in SOURCES}


@dataclass(slots=True)
class Room:
    """An endpoint and each source's last word on it."""

    id: int
    code: str
    parent_code: str | None
    words: dict[str, Record]


class Answered(NamedTuple):
    """What the sender of a stored check-in was told."""

    fingerprint: str
    answer: dict[str, Any]


def rooms(conference_id: int, codes: Collection[str]) -> dict[str, Room]:
    """Those of the endpoints that exist, by code."""
    known = db.session.execute(
        select(Endpoint.id, Endpoint.code, Endpoint.parent_code, *_LAST.values()).where(
            Endpoint.conference_id == conference_id, Endpoint.code.in_(codes)
        )
    ).all()
    last_ids = {last_id for row in known for last_id in row[3:] if last_id is not None}
    columns = _CHECK_INS.columns
    words = {
        row.id: record_of(row)
        for row in (db.session.execute(select(*columns).where(columns.id.in_(last_ids))) if last_ids else ())
    }
    return {
        row.code: Room(row.id, row.code, row.parent_code, {words[i].source: words[i] for i in row[3:] if i is not None})
        for row in known
    }


def answered(conference_id: int, check_in_ids: Collection[str]) -> dict[str, Answered]:
    """Those of the ids that are stored already, with what was answered then."""
    known = db.session.execute(
        select(CheckInRow.check_in_id, CheckInRow.fingerprint, CheckInRow.answer).where(
            CheckInRow.conference_id == conference_id, CheckInRow.check_in_id.in_(check_in_ids)
        )
    )
    return {row.check_in_id: Answered(row.fingerprint, row.answer) for row in known}


def next_ids(count: int) -> Sequence[int]:
    """So many ids for new rows, rising: they order records that arrive in the same millisecond."""
    if db.engine.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence('check_ins', 'id')) FROM generate_series(1, :count)")
        return sorted(db.session.scalars(drawn, {"count": count}))
    last = db.session.scalar(select(func.max(CheckInRow.id))) or 0  # nobody else writes to SQLite meanwhile
    return range(last + 1, last + 1 + count)


def new_row(conference_id: int, record: Record, fingerprint: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The columns of a record that is to be stored."""
    return {
        "id": record.arrival,
        "conference_id": conference_id,
        "check_in_id": record.check_in_id,
        "endpoint_code": record.endpoint_code,
        "status": record.status,
        "headcount_total": record.headcount.total,
        "headcount_groups": dict(record.headcount.groups),
        "reason": record.reason,
        "source": record.source,
        "late": record.late,
        "happened_at_ms": record.happened_at_ms,
        "received_at_ms": record.received_at_ms,
        "actor": record.actor,
        "fingerprint": fingerprint,
        "answer": answer,
    }


def insert_all(new: Sequence[dict[str, Any]]) -> None:
    db.session.connection().execute(insert(_CHECK_INS), new)


def save_words(changed: Iterable[tuple[Room, Record | None, bool]]) -> None:
    """Store for each room its last words, the one that counts, and whether they contradict each other."""
    values: dict[str, Any] = {f"last_{source}_id": bindparam(source) for source in SOURCES}
    statement = (
        update(_ENDPOINTS)
        .where(_ENDPOINTS.c.id == bindparam("room_id"))
        .values(effective_id=bindparam("effective"), in_conflict=bindparam("conflict"), **values)
    )
    rooms = [
        {
            "room_id": room.id,
            "effective": word.arrival if word else None,
            "conflict": conflict,
            **{source: room.words[source].arrival if source in room.words else None for source in SOURCES},
        }
        for room, word, conflict in changed
    ]
    db.session.connection().execute(statement, rooms)
