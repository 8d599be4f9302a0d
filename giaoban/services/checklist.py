"""The technician's checklist of a conference: ticking off, and changing what is on it; each change is in the log."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, select

from giaoban.domain import checklist as domain
from giaoban.domain import stages
from giaoban.domain.checklist import Entry
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.telephones import without_telephones
from giaoban.extensions import db
from giaoban.models import ChecklistRow, Conference, log
from giaoban.models.checklist import next_position, read_checklist, read_entry
from giaoban.models.conference import Head, locked_head, save_head
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing

LINE: Final = "checklist"  # the kind of its lines in the log


class Checklists:
    """The checklists of all conferences. Technicians and administrators write them."""

    def __init__(self, clock: Clock, publisher: Publisher) -> None:
        self._clock = clock
        self._publisher = publisher

    def entries(self, conference: Conference) -> list[Entry]:
        return read_checklist(conference.id)

    def tick(self, slug: str, item_id: str, done: bool, note: str, identity: Identity) -> Entry:
        """It is seen to, or it is not after all; with a note. What is so already stays as it was.

        Raises NotAllowed, NotFound, InvalidInput, InvalidTransition once the conference is closed.
        """
        text = domain.checked_note(note)

        def change(row: ChecklistRow) -> str | None:
            ticked = row.ticked_at_ms is not None
            noted, row.note = row.note != text, text
            if done != ticked:
                row.ticked_at_ms = self._clock.now_ms() if done else None
                row.ticked_by = identity.actor if done else None
                return "tick" if done else "untick"
            return "note" if noted else None

        return self._change(slug, item_id, identity, change)

    def rename(self, slug: str, item_id: str, stage: object, text: object, identity: Identity) -> Entry:
        """Give it other words or another stage. Raises as `tick` does."""
        to_stage, to_text = domain.checked_stage(stage), domain.checked_text(text)

        def change(row: ChecklistRow) -> str | None:
            same = (row.stage, row.text) == (to_stage, to_text)
            row.stage, row.text = to_stage, to_text
            return None if same else "rename"

        return self._change(slug, item_id, identity, change)

    def remove(self, slug: str, item_id: str, identity: Identity) -> Entry:
        """Take it off the list. Raises as `tick` does."""

        def change(row: ChecklistRow) -> str:
            db.session.delete(row)
            return "remove"

        return self._change(slug, item_id, identity, change)

    def add(self, slug: str, stage: object, text: object, measure: str | None, identity: Identity) -> Entry:
        """A new one at the end of its stage; `measure` is one of the figures or None. Raises as `tick` does."""
        identity.require("technical")
        to_stage, to_text = domain.checked_stage(stage), domain.checked_text(text)
        if measure is not None and measure not in domain.MEASURES:
            raise InvalidInput("Xin chọn số liệu.", field="measure", allowed=list(domain.MEASURES))
        with writing():
            locked = self._locked(slug)
            count = select(func.count()).select_from(ChecklistRow).where(ChecklistRow.conference_id == locked.id)
            if (db.session.scalar(count) or 0) >= domain.ITEMS_MOST:
                raise InvalidTransition(f"Danh sách đã có {domain.ITEMS_MOST} việc, xin bớt việc cũ trước.")
            row = ChecklistRow(
                conference_id=locked.id,
                item_id=str(uuid4()),
                stage=to_stage,
                position=next_position(locked.id),
                text=to_text,
                measure=measure,
                note="",
            )
            db.session.add(row)
            entry = row.as_entry()
            self._note(locked, identity, "add", entry)
        self._tell(locked)
        return entry

    def _change(self, slug: str, item_id: str, identity: Identity, change: Any) -> Entry:
        """What `change(row)` makes of the entry; it says what it did, None for nothing."""
        identity.require("technical")
        with writing():
            locked = self._locked(slug)
            row = None if "\0" in item_id else read_entry(locked.id, item_id)
            if row is None:
                raise NotFound("Việc này không còn trong danh sách.")
            action = change(row)
            entry = row.as_entry()
            if action is None:
                return entry
            self._note(locked, identity, action, entry)
        self._tell(locked)
        return entry

    @staticmethod
    def _locked(slug: str) -> Head:
        locked = locked_head(slug)
        if refusal := stages.fact_refusal(locked.stage):
            raise InvalidTransition(refusal)
        return locked

    def _note(self, locked: Head, identity: Identity, action: str, entry: Entry) -> None:
        data: Mapping[str, Any] = {
            "action": action,
            "item_id": entry.item_id,
            "stage_minutes": entry.stage,
            "text": without_telephones(entry.text),
            "note": without_telephones(entry.note),
        }
        db.session.flush()
        log.append_all(locked, [log.NewLine(self._clock.now_ms(), identity.actor, LINE, dict(data))])
        save_head(locked)

    def _tell(self, locked: Head) -> None:
        db.session.expire_all()  # the head was written past what the session holds
        with publishing("the checklist", locked.id):
            self._publisher.technical_changed(locked.id, frozenset(), range(locked.last_seq, locked.last_seq + 1))
