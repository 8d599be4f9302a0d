"""Whom to phone in a room: kept by the staff, seen by those whose business it is, and in no log.

The staff see all numbers, a district its own and its communes', a commune its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete

from giaoban.domain.contacts import NewContact, checked
from giaoban.domain.errors import NotAllowed, NotFound
from giaoban.domain.telephones import telephones
from giaoban.extensions import db
from giaoban.models.conference import Conference, endpoint_by_code, locked_conference
from giaoban.models.contacts import Contact, contacts_of, save_contact
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock
from giaoban.services.scope import scope_of


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A room's office and numbers; both may be "" for what nobody has told."""

    office: str
    telephone: str
    changed_at_ms: int | None = None

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Each number as written and as dialled."""
        return telephones(self.telephone)

    def as_json(self, code: str) -> dict[str, Any]:
        return {
            "endpoint_code": code,
            "office": self.office,
            "telephone": self.telephone,
            "numbers": [{"written": written, "dialled": dialled} for written, dialled in self.numbers],
            "changed_at_ms": self.changed_at_ms,
        }


NOBODY: Final = ContactFacts("", "")


class Contacts:
    """Telephone numbers of the rooms of all conferences."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def seen_by(self, conference: Conference, identity: Identity) -> dict[str, ContactFacts]:
        """By code, those that whoever asks may see. Raises NotAllowed for a room of another conference."""
        scope = scope_of(identity, conference.id)
        return {
            endpoint.code: ContactFacts(contact.office, contact.telephone, contact.changed_at_ms)
            for endpoint, contact in contacts_of(conference.id)
            if scope.has(endpoint)
        }

    def one(self, conference: Conference, code: str, identity: Identity) -> ContactFacts:
        """Raises NotAllowed for a room that is not theirs to see, also when there is none; NotFound for staff."""
        scope = scope_of(identity, conference.id)
        endpoint = None if "\0" in code else endpoint_by_code(conference.id, code)
        if not identity.is_staff and (endpoint is None or not scope.has(endpoint)):
            raise NotAllowed("Điểm cầu này không thuộc phạm vi của tài khoản.")
        if endpoint is None:
            raise NotFound("Không có điểm cầu này.")
        contact = db.session.get(Contact, endpoint.id, populate_existing=True)
        return ContactFacts(contact.office, contact.telephone, contact.changed_at_ms) if contact else NOBODY

    def set(self, conference: Conference, code: str, office: object, telephone: object, identity: Identity) -> None:
        """Say whom to phone in that room; nothing at all takes it away.

        Raises NotAllowed, NotFound, InvalidInput.
        """
        identity.require("edit")
        self.set_many(conference, [checked(code, office, telephone)], identity)

    def set_many(self, conference: Conference, new: Sequence[NewContact], identity: Identity) -> int:
        """Store them all or none; how many. Others stay as they are. Raises NotAllowed, NotFound."""
        identity.require("edit")
        with writing():
            locked = locked_conference(conference.id)
            ids = {endpoint.code: endpoint.id for endpoint in locked.endpoints}
            for contact in new:
                if contact.code not in ids:
                    raise NotFound("Không có điểm cầu này.")
                if contact.office or contact.telephone:
                    save_contact(ids[contact.code], contact.office, contact.telephone, self._stamp(identity))
                else:
                    db.session.execute(delete(Contact).where(Contact.endpoint_id == ids[contact.code]))
        return len(new)

    def _stamp(self, identity: Identity) -> Mapping[str, Any]:
        return {"changed_at_ms": self._clock.now_ms(), "changed_by": identity.actor}
