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
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.roll_call import SOURCES, Annulment, Headcount, Record
from giaoban.extensions import Model, db
from giaoban.models.conference import Endpoint
from giaoban.models.database import insert_all


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
    note: Mapped[str | None]
    annulled_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    annulled_by: Mapped[str | None]
    annul_reason: Mapped[str | None]
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
        note=row.note,
        annulled=_annulment_of(row),
    )


def _annulment_of(row: Any) -> Annulment | None:
    if row.annulled_at_ms is None:
        return None
    return Annulment(row.annulled_at_ms, row.annulled_by or "", row.annul_reason or "")


def records_of(conference_id: int, codes: Collection[str]) -> dict[str, list[Record]]:
    """All records of each of those rooms as they arrived, annulled ones too."""
    found: dict[str, list[Record]] = {code: [] for code in codes}
    rows = db.session.execute(_RECORDS, {"conference_id": conference_id, "codes": list(codes)})
    for row in rows:
        found[row.endpoint_code].append(record_of(row))
    return found


def annul(conference_id: int, check_in_id: str, annulment: Annulment) -> None:
    """Mark a record as annulled; what it said stays."""
    db.session.connection().execute(
        update(_CHECK_INS)
        .where(_CHECK_INS.c.conference_id == conference_id, _CHECK_INS.c.check_in_id == check_in_id)
        .values(annulled_at_ms=annulment.at_ms, annulled_by=annulment.actor, annul_reason=annulment.reason)
    )


# ---- many at once, for the one writer of check-ins, within a transaction that holds the conference

_CHECK_INS: Final = cast(Table, CheckInRow.__table__)
_ENDPOINTS: Final = cast(Table, Endpoint.__table__)
_ROOMS: Final = select(
    *(_ENDPOINTS.c[name] for name in ("id", "code", "parent_code", *(f"last_{source}_id" for source in SOURCES)))
).where(
    _ENDPOINTS.c.conference_id == bindparam("conference_id"), _ENDPOINTS.c.code.in_(bindparam("codes", expanding=True))
)
_ANSWERED: Final = select(_CHECK_INS.c.check_in_id, _CHECK_INS.c.fingerprint, _CHECK_INS.c.answer).where(
    _CHECK_INS.c.conference_id == bindparam("conference_id"),
    _CHECK_INS.c.check_in_id.in_(bindparam("check_in_ids", expanding=True)),
)
_RECORDS: Final = (
    select(_CHECK_INS)
    .where(
        _CHECK_INS.c.conference_id == bindparam("conference_id"),
        _CHECK_INS.c.endpoint_code.in_(bindparam("codes", expanding=True)),
    )
    .order_by(_CHECK_INS.c.id)
)
_DRAWN: Final = text("SELECT nextval(pg_get_serial_sequence('check_ins', 'id')) FROM generate_series(1, :count)")
_LAST_ID: Final = select(func.max(_CHECK_INS.c.id))
_SAVE_WORDS: Final = (
    update(_ENDPOINTS)
    .where(_ENDPOINTS.c.id == bindparam("room_id"))
    .values(
        effective_id=bindparam("effective"),
        in_conflict=bindparam("conflict"),
        **{f"last_{source}_id": bindparam(source) for source in SOURCES},
    )
)
_SAVE_WORDS_TOGETHER: Final = text(
    f"""
    UPDATE endpoints SET effective_id = said.effective, in_conflict = said.conflict,
        {", ".join(f"last_{source}_id = said.{source}" for source in SOURCES)}
    FROM json_to_recordset(:rooms) AS said(room_id integer, effective integer, conflict boolean,
        {", ".join(f"{source} integer" for source in SOURCES)})
    WHERE endpoints.id = said.room_id
    """
).bindparams(bindparam("rooms", type_=JSON))


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


class Memory:
    """Records of the last words, remembered by conference and id: what was said once never changes.

    Rooms whose last words have to be read are few then, and a batch reads them together. An annulled record need not be
    forgotten, here or in another process: no room names it as a last word any more.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._known: dict[tuple[int, int], Record] = {}

    def remember(self, conference_id: int, records: Iterable[Record]) -> None:
        if len(self._known) >= self._most:
            self._known.clear()
        self._known.update(((conference_id, record.arrival), record) for record in records)

    def rooms(self, conference_id: int, codes: Collection[str]) -> dict[str, Room]:
        """Those of the endpoints that exist, by code."""
        found = db.session.execute(_ROOMS, {"conference_id": conference_id, "codes": list(codes)}).all()
        last_ids = {last_id for row in found for last_id in row[3:] if last_id is not None}
        words = {i: self._known[conference_id, i] for i in last_ids if (conference_id, i) in self._known}
        unknown = last_ids - words.keys()
        if unknown:
            read = [
                record_of(row) for row in db.session.execute(select(_CHECK_INS).where(_CHECK_INS.c.id.in_(unknown)))
            ]
            self.remember(conference_id, read)  # which may forget the others
            words.update((record.arrival, record) for record in read)
        return {
            row[1]: Room(row[0], row[1], row[2], {words[i].source: words[i] for i in row[3:] if i is not None})
            for row in found
        }


def answered(conference_id: int, check_in_ids: Collection[str]) -> dict[str, Answered]:
    """Those of the ids that are stored already, with what was answered then."""
    found = db.session.execute(_ANSWERED, {"conference_id": conference_id, "check_in_ids": list(check_in_ids)})
    return {check_in_id: Answered(fingerprint, answer) for check_in_id, fingerprint, answer in found}


def next_ids(count: int) -> Sequence[int]:
    """So many ids for new rows, rising: they order records that arrive in the same millisecond."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        return sorted(connection.scalars(_DRAWN, {"count": count}))
    last = connection.scalar(_LAST_ID) or 0  # nobody else writes to SQLite meanwhile
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
        "note": record.note,
        "fingerprint": fingerprint,
        "answer": answer,
    }


def insert_records(new: Sequence[dict[str, Any]]) -> None:
    insert_all(_CHECK_INS, new)


def save_words(changed: Iterable[tuple[Room, Record | None, bool]]) -> None:
    """Store for each room its last words, the one that counts, and whether they contradict each other."""
    rooms = [
        {
            "room_id": room.id,
            "effective": word.arrival if word else None,
            "conflict": conflict,
            **{source: room.words[source].arrival if source in room.words else None for source in SOURCES},
        }
        for room, word, conflict in changed
    ]
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_SAVE_WORDS_TOGETHER, {"rooms": rooms})
    else:
        connection.execute(_SAVE_WORDS, rooms)
