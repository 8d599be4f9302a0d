"""Faults as tickets: a room or a technician opens one, technicians look after it; each change is a line of the log."""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain import stages
from giaoban.domain import tickets as domain
from giaoban.domain.errors import (
    GiaobanError,
    IdReused,
    InvalidInput,
    InvalidTransition,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from giaoban.domain.telephones import without_telephones
from giaoban.domain.tickets import Change, Ticket
from giaoban.domain.witness import TICKET
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint, TicketRow, log
from giaoban.models.conference import Head, endpoint_by_code, locked_head, save_head
from giaoban.models.database import writing
from giaoban.models.tickets import count_open, new_row, read_ticket, read_tickets
from giaoban.services.client_ids import UUID, client_id
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.services.scope import scope_of

LINE: Final = TICKET  # the kind of its lines in the log, and of the notice to its room
ROOM_ACTIONS: Final = ("finish", "reopen", "answer")  # what a room does to its own ticket
INSIDE: Final = "note"  # what technicians say to each other
_SETTLES: Final = ("take", "release", "finish", "reopen")  # only by who has seen the ticket as it is


class Tickets:
    """The tickets of all conferences."""

    def __init__(self, clock: Clock, publisher: Publisher) -> None:
        self._clock = clock
        self._publisher = publisher

    # ---- reading

    def list(self, conference: Conference, identity: Identity) -> list[Ticket]:
        """Those of the rooms that whoever asks may see, as they are to be looked after (`domain.tickets.in_order`).

        Raises NotAllowed for a room of another conference.
        """
        scope = scope_of(identity, conference.id)
        rooms = {endpoint.code for endpoint in conference.endpoints if scope.has(endpoint)}
        return domain.in_order([one for one in read_tickets(conference.id) if one.endpoint_code in rooms])

    def find(self, conference: Conference, ticket_id: str) -> Ticket:
        """Raises NotFound."""
        return _row(conference.id, ticket_id).as_ticket()

    def foremost(self, conference: Conference, code: str) -> Ticket | None:
        """The ticket that a room is to be reminded of: the first open one; None when all are done."""
        own = [one for one in read_tickets(conference.id, code) if one.is_open]
        return domain.in_order(own)[0] if own else None

    def open_ones(self, conference: Conference) -> int:
        """How many faults of the conference are open."""
        return count_open(conference.id)

    def as_json(self, ticket: Ticket, identity: Identity) -> dict[str, Any]:
        """The ticket for whoever asks: a room is told neither names of the staff nor what they note for themselves."""
        now_ms = self._clock.now_ms()
        staff = identity.is_staff
        return {
            "ticket_id": ticket.ticket_id,
            "endpoint_code": ticket.endpoint_code,
            "kind": ticket.kind,
            "text": ticket.text,
            "state": ticket.state,
            "holder": _named(ticket.holder, staff),
            "revision": ticket.revision,
            "opened_at_ms": ticket.opened_at_ms,
            "since_at_ms": ticket.since_ms,
            "open_ms": ticket.open_ms(now_ms),
            "waited_ms": ticket.waited_ms(now_ms),
            "changes": [
                {
                    "at_ms": change.at_ms,
                    "actor": _named(change.actor, staff),
                    "action": change.action,
                    "text": change.text,
                }
                for change in ticket.changes
                if staff or change.action != INSIDE
            ],
        }

    # ---- writing

    def open(self, slug: str, body: Mapping[str, Any], identity: Identity) -> Ticket:
        """A new ticket from `{ticket_id, endpoint_code, kind, text}`; the same again gets the same ticket.

        A room opens its own, technicians any room's. Raises NotAllowed, NotFound, InvalidInput, IdReused (the id came
        with something else), InvalidTransition: the conference is closed, or too many of the room are open.
        """
        code, kind = str(body["endpoint_code"]), domain.checked_kind(body["kind"])
        ticket_id = client_id(body["ticket_id"], "ticket_id")
        if not identity.may("technical") and identity.endpoint_code != code:
            raise NotAllowed()
        text = domain.checked_text(body.get("text"), needed=domain.needed_text("open", kind))
        with writing():
            locked = locked_head(slug)
            endpoint = self._room(locked, code, identity)
            change = Change(ticket_id, self._clock.now_ms(), identity.actor, "open", text)
            ticket = domain.opened(ticket_id, code, kind, change)
            row = read_ticket(locked.id, ticket_id)
            if row is not None:
                return _the_same(row.as_ticket(), ticket)
            _unless_closed(locked)
            if count_open(locked.id, code) >= domain.OPEN_MOST:
                raise InvalidTransition(
                    f"Điểm cầu đang có {domain.OPEN_MOST} sự cố chưa xử lý xong. Xin nhắn thêm vào phiếu đã có."
                )
            db.session.add(new_row(locked.id, ticket))
            self._note(locked, ticket)
            parent = endpoint.parent_code
        self._tell(locked, ticket, parent)
        return ticket

    def change(self, slug: str, ticket_id: str, action: str, body: Mapping[str, Any], identity: Identity) -> Ticket:
        """Do that to a ticket, `{change_id, expected_revision, text}`; the same change_id again changes nothing.

        Raises NotFound, NotAllowed, InvalidInput, InvalidTransition, and StaleVersion when somebody else has changed it
        since; the last two with the present ticket in `details["ticket"]`.
        """
        if action not in domain.ACTIONS:
            raise NotFound()
        change_id = client_id(body["change_id"], "change_id")
        text = domain.checked_text(body.get("text"), needed=domain.needed_text(action))
        with writing():
            locked = locked_head(slug)
            row = _row(locked.id, ticket_id)
            endpoint = self._room(locked, row.endpoint_code, identity)
            own = identity.endpoint_code == row.endpoint_code and action in ROOM_ACTIONS
            if not identity.may("technical") and not own:
                raise NotAllowed()
            before = row.as_ticket()
            if before.did(change_id):
                return before
            _unless_closed(locked)
            try:
                _unless_stale(before, action, body.get("expected_revision"))
                ticket = domain.decide(before, Change(change_id, self._clock.now_ms(), identity.actor, action, text))
            except GiaobanError as error:
                raise error.with_details({"ticket": self.as_json(before, identity)}) from None
            row.take(ticket)
            self._note(locked, ticket)
            parent = endpoint.parent_code
        self._tell(locked, ticket, parent)
        return ticket

    @staticmethod
    def _room(locked: Head, code: str, identity: Identity) -> Endpoint:
        """The room, for whoever may see it. Raises NotAllowed, NotFound."""
        scope = scope_of(identity, locked.id)
        endpoint = None if "\0" in code else endpoint_by_code(locked.id, code)
        if endpoint is None:
            raise NotFound("Không có điểm cầu này.")
        if not scope.has(endpoint):
            raise NotAllowed()
        return endpoint

    @staticmethod
    def _note(locked: Head, ticket: Ticket) -> None:
        """A line of the log for the last change. What people type may hold a telephone number, which is not for it."""
        change = ticket.changes[-1]
        data = {
            "ticket_id": ticket.ticket_id,
            "endpoint_code": ticket.endpoint_code,
            "action": change.action,
            "kind": ticket.kind,
            "state": ticket.state,
            "text": without_telephones(change.text),
        }
        db.session.flush()
        log.append_all(locked, [log.NewLine(change.at_ms, change.actor, LINE, data)])
        save_head(locked)

    def _tell(self, locked: Head, ticket: Ticket, parent: str | None) -> None:
        db.session.expire_all()  # the head was written past what the session holds
        code = ticket.endpoint_code
        notice = {"kind": LINE, "code": code, "at_ms": ticket.changes[-1].at_ms}
        with publishing("a ticket", locked.id):
            self._publisher.technical_changed(locked.id, frozenset({code}), range(locked.last_seq, locked.last_seq + 1))
            self._publisher.console_changed(locked.id, range(0))
            for room in {code, parent or code}:
                self._publisher.room_notice(locked.id, room, notice)


def _named(actor: str | None, staff: bool) -> str | None:
    """Who did it, as the log says; a room is told only the role of somebody of the staff."""
    if actor is None or staff or actor.startswith("endpoint:"):
        return actor
    return actor.partition(":")[0]


def _row(conference_id: int, ticket_id: str) -> TicketRow:
    row = read_ticket(conference_id, ticket_id.lower()) if UUID.fullmatch(ticket_id) else None
    if row is None:
        raise NotFound("Không có phiếu sự cố này.")
    return row


def _the_same(there: Ticket, sent: Ticket) -> Ticket:
    """What is stored under that id, if it is what was sent again. Raises IdReused."""
    first, again = there.changes[0], sent.changes[0]
    if (there.endpoint_code, there.kind, first.actor, first.text) != (
        sent.endpoint_code,
        sent.kind,
        again.actor,
        again.text,
    ):
        raise IdReused("ticket_id_reused", ticket_id=sent.ticket_id)
    return there


def _unless_closed(locked: Head) -> None:
    if refusal := stages.fact_refusal(locked.stage):
        raise InvalidTransition(refusal)


def _unless_stale(ticket: Ticket, action: str, expected: object) -> None:
    """Raises StaleVersion, InvalidInput without the revision that was seen where it counts."""
    if expected is None and action not in _SETTLES:
        return
    if isinstance(expected, bool) or not isinstance(expected, int):
        raise InvalidInput("“expected_revision” phải là số nguyên.", field="expected_revision")
    if action in _SETTLES and expected != ticket.revision:
        raise StaleVersion(
            "Phiếu vừa được người khác thay đổi, nên chưa ghi.",
            expected_revision=expected,
            revision=ticket.revision,
        )
