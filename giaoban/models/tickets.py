"""Tickets as stored: a row each, with all that was done to it."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.tickets import OPEN, Ticket, change_from_json, folded
from giaoban.extensions import Model, db
from giaoban.models.conference import Endpoint


class TicketRow(Model):
    """One fault. `ticket_id` comes from the client; `state` follows from `changes` and is there for counting."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("conference_id", "ticket_id"),
        Index("ix_tickets_state", "conference_id", "state"),
        Index("ix_tickets_endpoint", "conference_id", "endpoint_code"),
        CheckConstraint("kind IN ('picture', 'sound', 'mic', 'network', 'other')", name="kind_known"),
        CheckConstraint("state IN ('new', 'working', 'done', 'reopened')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    ticket_id: Mapped[str]
    endpoint_code: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    opened_at_ms: Mapped[int] = mapped_column(BigInteger)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    def as_ticket(self) -> Ticket:
        return folded(self.ticket_id, self.endpoint_code, self.kind, [change_from_json(each) for each in self.changes])

    def take(self, ticket: Ticket) -> None:
        """Become that ticket."""
        self.kind, self.state, self.opened_at_ms = ticket.kind, ticket.state, ticket.opened_at_ms
        self.changes = [change.as_json() for change in ticket.changes]


def new_row(conference_id: int, ticket: Ticket) -> TicketRow:
    row = TicketRow(conference_id=conference_id, ticket_id=ticket.ticket_id, endpoint_code=ticket.endpoint_code)
    row.take(ticket)
    return row


def read_ticket(conference_id: int, ticket_id: str) -> TicketRow | None:
    return db.session.scalar(
        select(TicketRow).where(TicketRow.conference_id == conference_id, TicketRow.ticket_id == ticket_id)
    )


def read_tickets(conference_id: int, endpoint_code: str | None = None) -> list[Ticket]:
    """All of a conference, or of one room, in the order in which they were opened."""
    rows = db.session.scalars(
        select(TicketRow)
        .where(TicketRow.conference_id == conference_id, *_of_room(endpoint_code))
        .order_by(TicketRow.opened_at_ms, TicketRow.id)
    )
    return [row.as_ticket() for row in rows]


def count_open(conference_id: int, endpoint_code: str | None = None) -> int:
    """How many are open, of the whole conference or of one room; those of rooms that have left the roster, which nobody
    can look after any more, are none."""
    rooms = select(Endpoint.code).where(Endpoint.conference_id == conference_id)
    open_ones = (
        TicketRow.conference_id == conference_id,
        TicketRow.state.in_(OPEN),
        TicketRow.endpoint_code.in_(rooms),
    )
    return db.session.scalar(select(func.count()).where(*open_ones, *_of_room(endpoint_code))) or 0


def _of_room(endpoint_code: str | None) -> list[ColumnElement[bool]]:
    return [] if endpoint_code is None else [TicketRow.endpoint_code == endpoint_code]
