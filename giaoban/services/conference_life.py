"""The life of a conference: publishing a draft, closing what is over, opening it again, taking a draft away."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from giaoban.domain import maket, stages
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.texts import clean_text
from giaoban.domain.witness import RETITLED
from giaoban.extensions import db
from giaoban.models import Conference, ItemRow, log
from giaoban.models.conference import locked_conference
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing

REASON_LONGEST = 300


class ConferenceLife:
    """What changes a conference's stage; each change is a line of its log, of which the staff's screens are told."""

    def __init__(self, clock: Clock, publisher: Publisher) -> None:
        self._clock = clock
        self._publisher = publisher

    def publish(self, conference: Conference, identity: Identity) -> None:
        """Everybody may see it and it may be started; where there is no current one, it becomes that.

        Raises InvalidTransition for what is no draft.
        """
        with writing():
            locked = locked_conference(conference.id)
            _unless(stages.publish_refusal(locked.stage))
            locked.stage = "ready"
            if db.session.scalar(select(Conference.id).where(Conference.is_current)) is None:
                locked.is_current = True
            line = self._note(locked, identity, stages.PUBLISHED, {})
        self._tell(conference.id, line)

    def close(self, conference: Conference, identity: Identity) -> None:
        """No command and no check-in is taken any more. Raises InvalidTransition while something is on air."""
        with writing():
            locked = locked_conference(conference.id)
            on_air = select(ItemRow.item_id).where(
                ItemRow.conference_id == locked.id, ItemRow.state.in_(("live", "paused"))
            )
            _unless(stages.close_refusal(locked.stage, on_air=db.session.scalar(on_air) is not None))
            locked.stage = "closed"
            line = self._note(locked, identity, stages.CLOSED, {})
        self._tell(conference.id, line)

    def reopen(self, conference: Conference, reason: str, identity: Identity) -> None:
        """A closed conference takes commands and check-ins again; the log says why. Raises InvalidInput without a
        reason, InvalidTransition for what is not closed."""
        why = clean_text(reason, "reason", longest=REASON_LONGEST, shortest=1)
        with writing():
            locked = locked_conference(conference.id)
            _unless(stages.reopen_refusal(locked.stage))
            locked.stage = "ready"
            line = self._note(locked, identity, stages.REOPENED, {"reason": why})
        self._tell(conference.id, line)

    def retitle(self, conference: Conference, title: str, identity: Identity) -> None:
        """Give it another title. Raises InvalidInput, InvalidTransition once it is closed."""
        text = clean_text(title, "title", longest=300, shortest=1)
        with writing():
            locked = locked_conference(conference.id)
            _unless(stages.command_refusal(locked.stage, "edit"))
            locked.title = text
            line = self._note(locked, identity, RETITLED, {"title": text})
        self._tell(conference.id, line)

    def set_maket(self, conference: Conference, typed: Mapping[str, str], identity: Identity) -> None:
        """Give its picture those lines (`domain.maket`). Raises InvalidInput, InvalidTransition once it is closed."""
        lines = maket.checked(typed)
        with writing():
            locked = locked_conference(conference.id)
            _unless(stages.command_refusal(locked.stage, "edit"))
            others = {name: text for name, text in locked.maket.items() if name not in maket.NAMES}
            locked.maket = others | lines
            line = self._note(locked, identity, "maket_set", {"maket": locked.maket})
        self._tell(conference.id, line)

    def discard(self, conference: Conference) -> None:
        """Remove a draft or a rehearsal with everything that belongs to it. Raises InvalidTransition for any other."""
        with writing():
            locked = locked_conference(conference.id)
            if not locked.disposable:
                raise InvalidTransition("Chỉ xóa được bản nháp và bản tổng duyệt.")
            db.session.execute(delete(Conference).where(Conference.id == locked.id))
        db.session.expire_all()

    def _note(self, locked: Conference, identity: Identity, kind: str, data: dict[str, Any]) -> range:
        """The line of the log that says so."""
        log.append(locked, at_ms=self._clock.now_ms(), actor=identity.actor, kind=kind, data=data)
        return range(locked.last_seq, locked.last_seq + 1)

    def _tell(self, conference_id: int, line: range) -> None:
        """Consoles, boards and the technician's pages draw anew: which of their buttons are there stands on it.

        The line goes with the last word: whoever has heard it takes all that it says for told.
        """
        with publishing("a change of its life", conference_id):
            self._publisher.console_changed(conference_id, range(0))
            self._publisher.roll_call_changed(conference_id, frozenset(), range(0))
            self._publisher.technical_changed(conference_id, frozenset(), line)


def _unless(refusal: str | None) -> None:
    if refusal is not None:
        raise InvalidTransition(refusal)
