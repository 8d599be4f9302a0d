"""Answers of rooms about their readiness, as stored: every one that was ever sent."""

from collections.abc import Collection

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.readiness import Answer
from giaoban.extensions import Model, db


class ReadinessRow(Model):
    """One answer about one item. `readiness_id` comes from the client and is unique in its conference; `fingerprint`
    tells whether what comes with it again really is the same answer."""

    __tablename__ = "readiness_answers"
    __table_args__ = (
        UniqueConstraint("conference_id", "readiness_id"),
        Index("ix_readiness_answers_item", "conference_id", "item_id"),
        CheckConstraint("status IN ('ready', 'not_ready')", name="status_known"),
        CheckConstraint("status = 'not_ready' OR reason IS NULL", name="ready_needs_no_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    readiness_id: Mapped[str]
    item_id: Mapped[str]
    endpoint_code: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    source: Mapped[str]
    happened_at_ms: Mapped[int] = mapped_column(BigInteger)
    received_at_ms: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    fingerprint: Mapped[str]

    def as_answer(self) -> Answer:
        return Answer(
            readiness_id=self.readiness_id,
            item_id=self.item_id,
            endpoint_code=self.endpoint_code,
            status=self.status,
            reason=self.reason,
            source=self.source,
            happened_at_ms=self.happened_at_ms,
            received_at_ms=self.received_at_ms,
            actor=self.actor,
            arrival=self.id,
        )


def new_row(conference_id: int, answer: Answer, fingerprint: str) -> ReadinessRow:
    """The row of an answer that is to be stored."""
    return ReadinessRow(conference_id=conference_id, fingerprint=fingerprint, **answer.as_json())


def stored_answer(conference_id: int, readiness_id: str) -> ReadinessRow | None:
    """The answer that was stored under that id."""
    return db.session.scalar(
        select(ReadinessRow).where(
            ReadinessRow.conference_id == conference_id, ReadinessRow.readiness_id == readiness_id
        )
    )


def answers_about(conference_id: int, item_ids: Collection[str]) -> dict[tuple[str, str], list[Answer]]:
    """All answers about those items, by item and room."""
    found: dict[tuple[str, str], list[Answer]] = {}
    rows = db.session.scalars(
        select(ReadinessRow).where(ReadinessRow.conference_id == conference_id, ReadinessRow.item_id.in_(item_ids))
    )
    for row in rows:
        found.setdefault((row.item_id, row.endpoint_code), []).append(row.as_answer())
    return found


def all_answers(conference_id: int) -> dict[str, Answer]:
    """Every answer of a conference by its id."""
    rows = db.session.scalars(select(ReadinessRow).where(ReadinessRow.conference_id == conference_id))
    return {row.readiness_id: row.as_answer() for row in rows}
