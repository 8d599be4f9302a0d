"""Who holds control of a conference and who asks for it, as rows, so that every process knows and a restart forgets
nothing."""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.control import Control, Party
from giaoban.extensions import Model, db
from giaoban.models.conference import Conference

PARTS: Final = ("holder", "asker")


class ControlRow(Model):
    """One sign-in's part in the control of a conference (`giaoban.domain.control.Party`)."""

    __tablename__ = "control"
    __table_args__ = (CheckConstraint("part IN ('holder', 'asker')", name="part_known"),)

    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    session_key: Mapped[str] = mapped_column(index=True)
    actor: Mapped[str]
    at_ms: Mapped[int] = mapped_column(BigInteger)
    seen_at_ms: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    refused_at_ms: Mapped[int | None] = mapped_column(BigInteger)


_COLUMNS: Final = (
    ControlRow.session_key,
    ControlRow.actor,
    ControlRow.at_ms,
    ControlRow.seen_at_ms,
    ControlRow.reason,
    ControlRow.refused_at_ms,
)


def read_control(conference_id: int) -> Control:
    """As it is stored, silent ones included."""
    rows = db.session.execute(select(ControlRow.part, *_COLUMNS).where(ControlRow.conference_id == conference_id))
    return Control(**{row.part: Party(*row[1:]) for row in rows})


def save_control(conference_id: int, control: Control) -> None:
    """Put it in the place of what is stored; for use within `writing`, the conference locked."""
    db.session.execute(delete(ControlRow).where(ControlRow.conference_id == conference_id))
    for part in PARTS:
        party: Party | None = getattr(control, part)
        if party is not None:
            db.session.add(
                ControlRow(
                    conference_id=conference_id,
                    part=part,
                    session_key=party.key,
                    actor=party.actor,
                    at_ms=party.at_ms,
                    seen_at_ms=party.seen_at_ms,
                    reason=party.reason,
                    refused_at_ms=party.refused_at_ms,
                )
            )
    db.session.flush()


def renew(conference_id: int, key: str, now_ms: int, freed_ms: int) -> None:
    """That sign-in has been heard now, unless it has been silent for too long already."""
    db.session.execute(
        update(ControlRow)
        .where(
            ControlRow.conference_id == conference_id,
            ControlRow.session_key == key,
            ControlRow.seen_at_ms > now_ms - freed_ms,
        )
        .values(seen_at_ms=now_ms)
        .execution_options(synchronize_session=False)
    )


def conferences_of(key: str) -> list[str]:
    """Slugs of the conferences in whose control that sign-in has a part."""
    return [*db.session.scalars(_SLUGS.where(ControlRow.session_key == key))]


def with_silent(until_ms: int) -> list[str]:
    """Slugs of the conferences in whose control somebody has a part who has not been heard since that moment."""
    return [*db.session.scalars(_SLUGS.where(ControlRow.seen_at_ms <= until_ms))]


_SLUGS: Final = select(Conference.slug).join(ControlRow, ControlRow.conference_id == Conference.id).distinct()
