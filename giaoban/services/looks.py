"""Choosing how a conference's stage looks, and telling the screens that show it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from giaoban.domain import looks as domain
from giaoban.domain import stages
from giaoban.domain.errors import InvalidTransition, NotFound
from giaoban.extensions import db
from giaoban.models import Conference, log
from giaoban.models.conference import locked_conference
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing

CHOSEN: Final = "looks_set"  # the kind of its lines in the log


class StageLooks:
    """One choice a conference; each change is a line of its log."""

    def __init__(self, clock: Clock, publisher: Publisher) -> None:
        self._clock = clock
        self._publisher = publisher

    def choose(self, conference: Conference, typed: Mapping[str, str], identity: Identity) -> None:
        """Let it look so (`domain.looks`); the same again is no change.

        Raises InvalidInput, InvalidTransition once the conference is closed.
        """
        chosen = domain.checked(typed)
        with writing():
            locked = locked_conference(conference.id)
            if refusal := stages.command_refusal(locked.stage, "edit"):
                raise InvalidTransition(refusal)
            if locked.looks == chosen:
                return
            locked.tone, locked.ornament, locked.overtime = chosen.tone, chosen.ornament, chosen.overtime
            data = {"looks": chosen.as_json()}
            log.append(locked, at_ms=self._clock.now_ms(), actor=identity.actor, kind=CHOSEN, data=data)
            seq, conference_id = locked.last_seq, locked.id
        with publishing("looks", conference_id):
            self._publisher.looks_changed(conference_id, {"seq": seq, **chosen.as_json()}, range(seq, seq + 1))

    def of(self, conference_id: int) -> dict[str, Any]:
        """`{seq, tone, ornament, overtime}` as they are stored; of two, the one with the higher `seq` is the newer.

        Raises NotFound.
        """
        columns = (Conference.last_seq, Conference.tone, Conference.ornament, Conference.overtime)
        found = db.session.execute(select(*columns).where(Conference.id == conference_id)).first()
        if found is None:
            raise NotFound()
        return {"seq": found.last_seq, **domain.Looks(*found[1:]).as_json()}
