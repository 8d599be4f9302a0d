"""The technician's checklist as stored: a row an entry, which belongs to one conference."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.checklist import DEFAULT, Entry
from giaoban.extensions import Model, db


class ChecklistRow(Model):
    """One thing to see to by `stage` minutes before the beginning."""

    __tablename__ = "checklist"
    __table_args__ = (
        UniqueConstraint("conference_id", "item_id"),
        CheckConstraint("stage IN (60, 30, 10)", name="stage_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    item_id: Mapped[str]
    stage: Mapped[int]
    position: Mapped[int]
    text: Mapped[str]
    measure: Mapped[str | None]
    ticked_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    ticked_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")

    def as_entry(self) -> Entry:
        return Entry(self.item_id, self.stage, self.text, self.measure, self.ticked_at_ms, self.ticked_by, self.note)


def read_checklist(conference_id: int) -> list[Entry]:
    """In the order in which the entries were added; stages are for whoever shows them."""
    rows = db.session.scalars(
        select(ChecklistRow).where(ChecklistRow.conference_id == conference_id).order_by(ChecklistRow.position)
    )
    return [row.as_entry() for row in rows]


def read_entry(conference_id: int, item_id: str) -> ChecklistRow | None:
    return db.session.scalar(
        select(ChecklistRow).where(ChecklistRow.conference_id == conference_id, ChecklistRow.item_id == item_id)
    )


def next_position(conference_id: int) -> int:
    last = db.session.scalar(select(func.max(ChecklistRow.position)).where(ChecklistRow.conference_id == conference_id))
    return (last or 0) + 1


def usual_entries() -> list[Entry]:
    """What a new conference begins with."""
    return [Entry(str(uuid4()), stage, text, measure) for stage, text, measure in DEFAULT]


def begin_checklist(conference_id: int, entries: Sequence[Entry]) -> None:
    """Give a new conference those entries, none of them ticked; for use within `writing`."""
    for position, entry in enumerate(entries, 1):
        db.session.add(
            ChecklistRow(
                conference_id=conference_id,
                item_id=str(uuid4()),
                stage=entry.stage,
                position=position,
                text=entry.text,
                measure=entry.measure,
            )
        )
    db.session.flush()
