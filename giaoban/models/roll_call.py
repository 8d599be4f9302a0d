"""Check-ins as stored: every one that was ever sent."""

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.roll_call import Headcount, Record
from giaoban.extensions import Model


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
        return Record(
            check_in_id=self.check_in_id,
            endpoint_code=self.endpoint_code,
            status=self.status,
            headcount=Headcount(self.headcount_total, self.headcount_groups),
            reason=self.reason,
            source=self.source,
            late=self.late,
            happened_at_ms=self.happened_at_ms,
            received_at_ms=self.received_at_ms,
            actor=self.actor,
            arrival=self.id or 0,
            annulled=self.annulled_at_ms is not None,
        )
