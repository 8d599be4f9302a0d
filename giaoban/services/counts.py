"""Freezing the count of the roll call, and choosing which count the hall sees."""

from typing import Any

from giaoban.domain import counts as domain
from giaoban.domain import stages
from giaoban.domain.errors import InvalidTransition, NotFound
from giaoban.domain.roster import LEVELS
from giaoban.extensions import db
from giaoban.models import Conference, CountRow, log
from giaoban.models import counts as rows
from giaoban.models.conference import locked_head, save_head
from giaoban.models.database import writing
from giaoban.services.client_ids import client_id
from giaoban.services.control import Controls
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing


class Counts:
    """A count is kept for ever; a later one does not touch it."""

    def __init__(self, clock: Clock, publisher: Publisher, controls: Controls) -> None:
        self._clock = clock
        self._publisher = publisher
        self._controls = controls

    def list(self, conference: Conference) -> list[dict[str, Any]]:
        """The counts without their rooms, the first one first."""
        return [_summary(row) for row in rows.count_rows(conference.id)]

    def get(self, conference: Conference, number: int) -> dict[str, Any]:
        """One count with everything that was counted. Raises NotFound."""
        return _whole(_found(conference.id, number))

    def shown(self, conference: Conference) -> dict[str, Any] | None:
        """The count that the projector shows, None when it shows how things stand."""
        row = rows.shown_count(conference.id)
        return None if row is None else _whole(row)

    def freeze(self, slug: str, count_id: str, identity: Identity) -> dict[str, Any]:
        """Count what is stored now, once for each `count_id` (a UUID from the client), and keep it.

        Raises NotAllowed, InvalidInput, NotFound, InvalidTransition: a draft, a closed conference, no rooms.
        """
        identity.require("check_in_any")
        count_id = client_id(count_id, "count_id")
        with writing():
            conference = locked_head(slug)
            made = rows.count_by_id(conference.id, count_id)
            if made is not None:
                return _whole(made)
            if refusal := stages.count_refusal(conference.stage):
                raise InvalidTransition(refusal)
            units, words = rows.counting(conference.id)
            if all(unit.level == LEVELS[0] for unit in units):
                raise InvalidTransition("Danh sách điểm cầu chưa có, chưa có gì để chốt.")
            now_ms = self._clock.now_ms()
            timezone = db.session.get_one(Conference, conference.id).timezone
            count = domain.make(
                slug=slug,
                number=rows.next_number(conference.id),
                at_ms=now_ms,
                version=conference.version,
                seq=conference.last_seq,
                timezone=timezone,
                units=units,
                words=words,
            )
            sealed = domain.seal(count)
            data = {"count_id": count_id, "count": count, "hash": sealed}
            log.append_all(conference, [log.NewLine(now_ms, identity.actor, domain.COUNTED, data)])
            save_head(conference)
            made = CountRow(
                conference_id=conference.id,
                number=count["number"],
                count_id=count_id,
                at_ms=now_ms,
                actor=identity.actor,
                sentence=count["sentence"],
                totals=count["totals"],
                hash=sealed,
                count=count,
                shown=False,
            )
            db.session.add(made)
        lines = range(conference.last_seq, conference.last_seq + 1)
        self._tell(conference.id, lines, hall=False)
        return _whole(made)

    def show(self, slug: str, number: int | None, identity: Identity) -> None:
        """Let the projector's roll call show that count, or with None how things stand.

        It is a running command as `set_scene` is. Raises NotAllowed, ControlHeld while somebody else holds control,
        NotFound, InvalidTransition once the conference is closed.
        """
        identity.require("run")
        with writing():
            conference = locked_head(slug)
            seq, now_ms = conference.last_seq, self._clock.now_ms()
            self._controls.admit(conference, identity, now_ms)
            if refusal := stages.command_refusal(conference.stage, "set_scene"):
                raise InvalidTransition(refusal)
            if number is not None:
                _found(conference.id, number)
            before = rows.shown_count(conference.id)
            if (before.number if before else None) == number:
                return
            rows.show_count(conference.id, number)
            line = log.NewLine(now_ms, identity.actor, domain.SHOWN, {"number": number})
            log.append_all(conference, [line])
            save_head(conference)
        db.session.expire_all()
        self._tell(conference.id, range(seq + 1, conference.last_seq + 1), hall=True)

    def _tell(self, conference_id: int, lines: range, *, hall: bool) -> None:
        with publishing("a count", conference_id):
            if hall:  # before the line is told, with which all of it counts as told
                self._publisher.roll_call_changed(conference_id, frozenset(), range(0))
            self._publisher.console_changed(conference_id, lines)


def _found(conference_id: int, number: int) -> CountRow:
    row = rows.count_row(conference_id, number) if 0 < number <= log.SEQ_MOST else None  # none takes any number
    if row is None:
        raise NotFound("Chưa có lần chốt điểm danh này.")
    return row


def _summary(row: CountRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "count_id": row.count_id,
        "at_ms": row.at_ms,
        "actor": row.actor,
        "sentence": row.sentence,
        "totals": row.totals,
        "hash": row.hash,
        "shown": row.shown,
    }


def _whole(row: CountRow) -> dict[str, Any]:
    own = ("version", "seq", "by_level", "by_district", "rows")
    return {**_summary(row), **{name: row.count[name] for name in own}}
