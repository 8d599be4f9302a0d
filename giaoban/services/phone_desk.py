"""The secretary's telephone desk: who is to be phoned next, and what came of the calls.

A call is no fact of the roll call: what was heard by it is a check-in like any other, beside the call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from giaoban.domain import phone_queue
from giaoban.domain.errors import IdReused, InvalidInput, NotFound
from giaoban.domain.phone_queue import AGAIN, AGAIN_MOST_MS, OUTCOMES, Call, Waiting, called_by
from giaoban.extensions import db
from giaoban.models.conference import Conference, endpoint_by_code, locked_conference
from giaoban.models.contacts import CallRow, calls_of, last_calls
from giaoban.models.database import writing
from giaoban.services.client_ids import client_id
from giaoban.services.contacts import NOBODY, ContactFacts, Contacts
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.services.roll_call import RollCall

LEVEL_OF_THE_HALL: Final = "province"


@dataclass(frozen=True, slots=True)
class Entry:
    """A room as the desk shows it: its row of the roll call, whom to phone, and what came of it so far.

    `via` is its district's row and contact where the room itself has no number; `by` who is phoning it now.
    """

    row: Mapping[str, Any]
    contact: ContactFacts
    district: Mapping[str, Any] | None
    via: ContactFacts | None
    last: Call | None
    by: str | None

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """What to dial, as written and as dialled: its own numbers, else its district's."""
        return self.contact.numbers or (self.via.numbers if self.via else [])


@dataclass(frozen=True, slots=True)
class Desk:
    """`queue` are the rooms without a word, the next to phone first; `rooms` all but the hall, by code."""

    queue: Sequence[Entry]
    rooms: Mapping[str, Entry]


class PhoneDesk:
    """Calls to the rooms of all conferences."""

    def __init__(self, clock: Clock, publisher: Publisher, roll_call: RollCall, contacts: Contacts) -> None:
        self._clock = clock
        self._publisher = publisher
        self._roll_call = roll_call
        self._contacts = contacts

    def view(self, conference: Conference, identity: Identity) -> Desk:
        """The desk for whoever sits at it. Raises NotAllowed for whoever is none of the staff."""
        identity.require("roll_call_all")
        now_ms = self._clock.now_ms()
        rows = self._roll_call.endpoints(conference)
        contacts = self._contacts.seen_by(conference, identity)
        calls = last_calls(conference.id)
        districts = {row["code"]: row for row in rows if row["level"] == "district"}
        rooms: dict[str, Entry] = {}
        waiting: list[Waiting] = []
        for place, row in enumerate(rows):
            if row["level"] == LEVEL_OF_THE_HALL:
                continue
            code, district = row["code"], districts.get(row["parent_code"])
            last = calls.get(code)
            contact = contacts.get(code, NOBODY)
            via = contacts.get(district["code"]) if district and not contact.numbers else None
            rooms[code] = entry = Entry(row, contact, district, via, last, called_by(last, now_ms))
            if row["effective"] is None:
                group = code if code in districts else row["parent_code"] or ""
                waiting.append(Waiting(code, group, code in districts, place, bool(entry.numbers), last))
        ordered = phone_queue.queue(waiting, now_ms, identity.actor)
        return Desk([rooms[room.code] for room in ordered], rooms)

    def calls(self, conference: Conference, code: str, identity: Identity) -> list[Call]:
        """The calls to a room, the last one first. Raises NotAllowed, NotFound."""
        identity.require("roll_call_all")
        endpoint = None if "\0" in code else endpoint_by_code(conference.id, code)
        if endpoint is None:
            raise NotFound("Không có điểm cầu này.")
        return calls_of(endpoint.id)

    def record(
        self,
        conference: Conference,
        code: str,
        call_id: str,
        outcome: str,
        identity: Identity,
        again_at_ms: int | None = None,
    ) -> Call:
        """Note a call to that room and what came of it; the same id again does nothing.

        `again_at_ms` says when to call again, for "call_again" only. Raises NotAllowed, NotFound, InvalidInput, and
        IdReused when the id came with something else.
        """
        identity.require("check_in_any")
        call_id = client_id(call_id, "call_id")
        if outcome not in OUTCOMES:
            raise InvalidInput("Kết quả cuộc gọi không có trong danh sách.", field="outcome", allowed=list(OUTCOMES))
        now_ms = self._clock.now_ms()
        if (again_at_ms is not None) != (outcome == AGAIN):
            raise InvalidInput("Hẹn gọi lại thì ghi giờ hẹn, kết quả khác thì không.", field="again_at_ms")
        if again_at_ms is not None and not now_ms <= again_at_ms <= now_ms + AGAIN_MOST_MS:
            raise InvalidInput("Giờ hẹn gọi lại phải trong vòng 24 giờ tới.", field="again_at_ms")
        with writing():
            locked = locked_conference(conference.id)
            endpoint = None if "\0" in code else endpoint_by_code(locked.id, code)
            if endpoint is None or endpoint.level == LEVEL_OF_THE_HALL:
                raise NotFound("Không có điểm cầu này.")
            row = db.session.scalar(
                select(CallRow).where(CallRow.conference_id == locked.id, CallRow.call_id == call_id)
            )
            if row is not None:
                if (row.endpoint_id, row.outcome, row.actor) != (endpoint.id, outcome, identity.actor):
                    raise IdReused("call_id_reused", call_id=call_id)
                return row.as_call()
            row = CallRow(
                conference_id=locked.id,
                endpoint_id=endpoint.id,
                call_id=call_id,
                at_ms=now_ms,
                actor=identity.actor,
                outcome=outcome,
                again_at_ms=again_at_ms,
            )
            db.session.add(row)
            call = row.as_call()
        with publishing("a call", conference.id):
            self._publisher.console_changed(conference.id, range(0))  # staff alone are told, and not what
        return call
