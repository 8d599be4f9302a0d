"""Whom to phone in a room, and the calls that were made. No number is in the log, nor anywhere else but here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.phone_queue import Call
from giaoban.extensions import Model, db
from giaoban.models.conference import Endpoint


class Contact(Model):
    """The telephone of a room, as written ("0912.939.739; 0205 3811.484"), and the office that answers."""

    __tablename__ = "contacts"

    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True)
    office: Mapped[str]
    telephone: Mapped[str]
    changed_at_ms: Mapped[int] = mapped_column(BigInteger)
    changed_by: Mapped[str]


class CallRow(Model):
    """One call to a room; `call_id` comes from the client and is unique in its conference."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("conference_id", "call_id"),
        Index("ix_calls_endpoint_id", "endpoint_id"),
        CheckConstraint(
            "outcome IN ('calling', 'no_answer', 'busy', 'call_again', 'present', 'absent')", name="outcome_known"
        ),
        CheckConstraint("(outcome = 'call_again') = (again_at_ms IS NOT NULL)", name="again_has_its_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"))
    call_id: Mapped[str]
    at_ms: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    outcome: Mapped[str]
    again_at_ms: Mapped[int | None] = mapped_column(BigInteger)

    def as_call(self) -> Call:
        return Call(self.at_ms, self.actor, self.outcome, self.again_at_ms)


def contacts_of(conference_id: int) -> list[tuple[Endpoint, Contact]]:
    """The contacts of a conference with their rooms, in the roster's order."""
    found = db.session.execute(
        select(Endpoint, Contact)
        .join(Contact, Contact.endpoint_id == Endpoint.id)
        .where(Endpoint.conference_id == conference_id)
        .order_by(Endpoint.ordinal)
        .execution_options(populate_existing=True)
    )
    return [(endpoint, contact) for endpoint, contact in found]


def save_contact(endpoint_id: int, office: str, telephone: str, stamp: Mapping[str, Any]) -> None:
    """Store it for that room, in place of the one before; within `writing`."""
    contact = db.session.get(Contact, endpoint_id)
    if contact is None:
        contact = Contact(endpoint_id=endpoint_id)
        db.session.add(contact)
    contact.office, contact.telephone = office, telephone
    contact.changed_at_ms, contact.changed_by = stamp["changed_at_ms"], stamp["changed_by"]


def last_calls(conference_id: int) -> dict[str, Call]:
    """The last call to each room that was phoned, by the room's code."""
    newest = select(func.max(CallRow.id)).where(CallRow.conference_id == conference_id).group_by(CallRow.endpoint_id)
    found = db.session.execute(
        select(Endpoint.code, CallRow).join(CallRow, CallRow.endpoint_id == Endpoint.id).where(CallRow.id.in_(newest))
    )
    return {code: row.as_call() for code, row in found}


def calls_of(endpoint_id: int) -> list[Call]:
    """The calls to a room, the last one first."""
    rows = db.session.scalars(select(CallRow).where(CallRow.endpoint_id == endpoint_id).order_by(CallRow.id.desc()))
    return [row.as_call() for row in rows]
