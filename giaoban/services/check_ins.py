"""Taking check-ins: all that arrive while the disk is busy with the last ones are decided and stored together.

What a batch reads and writes is a handful of statements however many are in it, and the same however many came before.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain import stages
from giaoban.domain.errors import GiaobanError, IdReused, InvalidTransition, NotAllowed, NotFound
from giaoban.domain.roll_call import CheckIn, Record, conflicting, decision_refusal, effective, last_words
from giaoban.domain.running_order import RunningOrder, is_late
from giaoban.domain.witness import CHECK_IN
from giaoban.extensions import db
from giaoban.models import log
from giaoban.models import roll_call as rows
from giaoban.models.conference import Head, locked_head, save_head
from giaoban.models.database import is_away, writing
from giaoban.services.group_commit import GroupCommit
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.services.running_order import RunningOrders
from giaoban.services.scope import scope_of

logger = logging.getLogger(__name__)

# Check-ins a batch. SQLite: more would keep a press of the MC waiting behind their answers. PostgreSQL: a batch is ten
# trips to it, during which the other processes' batches wait.
MOST: Final = {"sqlite": 12, "postgresql": 120}

Answer = dict[str, Any]  # the contract's `{record, effective}`
Outcome = Answer | Exception


@dataclass(frozen=True, slots=True)
class Arrival:
    """One check-in on its way into the database: `said` is what `body` says, checked.

    `decides_by` is the id of the record that it repeats to decide a contradiction, which has to stand open until then.
    """

    slug: str
    code: str
    said: CheckIn
    body: Mapping[str, Any]
    identity: Identity
    decides_by: str | None = None

    def fingerprint(self, source: str) -> str:
        """The same for the same body from the same side only."""
        body = json.dumps([self.code, source, self.body], sort_keys=True, default=str)
        return hashlib.sha256(body.encode()).hexdigest()


def side_of(identity: Identity, code: str) -> str | None:
    """As whom they speak of that room, if they may speak of it at all; None for those who may speak of none."""
    if identity.may("check_in_any"):
        return "secretary"
    if identity.is_staff:
        return None
    return "self" if identity.endpoint_code == code else "district"


class CheckIns:
    """The one writer of check-ins."""

    def __init__(self, clock: Clock, publisher: Publisher, running_orders: RunningOrders, most: int) -> None:
        self._clock = clock
        self._publisher = publisher
        self._running_orders = running_orders
        self._memory = rows.Memory()
        self._writer: GroupCommit[Arrival, Answer] = GroupCommit(self.write, most, is_away)

    @property
    def waiting(self) -> int:
        """How many no batch has taken yet."""
        return self._writer.waiting

    def submit(self, arrival: Arrival) -> Answer:
        """The answer once it is on disk; the same id again gets the same. Raises NotAllowed, NotFound, IdReused."""
        return self._writer.submit(arrival)

    def write(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Store what belongs to one conference in one transaction; each is answered or refused by itself."""
        outcomes: dict[int, Outcome] = {}
        places: dict[str, list[int]] = {}
        for place, arrival in enumerate(arrivals):
            places.setdefault(arrival.slug, []).append(place)
        for slug, here in places.items():
            outcomes.update(zip(here, self._write(slug, [arrivals[place] for place in here]), strict=True))
        return [outcomes[place] for place in range(len(arrivals))]

    def _write(self, slug: str, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        try:
            return self._store(slug, arrivals)
        except NotFound as error:  # of the conference: it is so for each
            return [error] * len(arrivals)
        except Exception as error:
            if len(arrivals) == 1 or is_away(error):
                return [error] * len(arrivals)
            logger.exception("%s check-ins could not be stored together; trying one by one", len(arrivals))
            return [self._write(slug, [arrival])[0] for arrival in arrivals]

    def _store(self, slug: str, arrivals: Sequence[Arrival]) -> list[Outcome]:
        with writing():
            conference = locked_head(slug)
            before = conference.last_seq
            order = self._running_orders.load(conference)
            desk = _Desk(conference, order, self._memory, arrivals, self._clock.now_ms())
            outcomes = [desk.take(arrival) for arrival in arrivals]
            desk.store()
            lines = range(before + 1, conference.last_seq + 1)  # under the lock: nobody else's is among them
        db.session.expire_all()  # it was written past what the session holds
        self._memory.remember(conference.id, desk.records)
        if desk.changed:
            publish(self._publisher, conference.id, desk.changed, lines)
        return outcomes


def publish(publisher: Publisher, conference_id: int, codes: frozenset[str], lines: range) -> None:
    """Tell the screens what those lines of the log say about those rooms. It is stored."""
    with publishing("a check-in", conference_id):
        publisher.roll_call_changed(conference_id, codes, lines)


class _Desk:
    """One batch within its transaction: reads what it needs, decides in memory, stores everything at the end."""

    def __init__(
        self,
        conference: Head,
        order: RunningOrder,
        memory: rows.Memory,
        arrivals: Sequence[Arrival],
        now_ms: int,
    ) -> None:
        self._conference = conference
        self._order = order
        self._now_ms = now_ms
        self._rooms = memory.rooms(conference.id, {arrival.code for arrival in arrivals})
        self._answered = rows.answered(conference.id, {arrival.said.check_in_id for arrival in arrivals})
        self._ids = iter(rows.next_ids(len(arrivals)))
        self.records: list[Record] = []  # the new ones
        self._new: list[dict[str, Any]] = []
        self._lines: list[log.NewLine] = []
        self._changed: set[str] = set()

    @property
    def changed(self) -> frozenset[str]:
        """Codes of the rooms that have a new record."""
        return frozenset(self._changed)

    def take(self, arrival: Arrival) -> Outcome:
        """The answer to one check-in, to be given once `store` has been committed, or why it is refused."""
        try:
            return self._take(arrival)
        except GiaobanError as error:
            return error

    def _take(self, arrival: Arrival) -> Answer:
        room = self._rooms.get(arrival.code)
        source = self._source(arrival, room)
        if room is None:
            raise NotFound("Không có điểm cầu này.")
        said = arrival.said
        fingerprint = arrival.fingerprint(source)
        if (first := self._answered.get(said.check_in_id)) is not None:
            if first.fingerprint != fingerprint:
                raise IdReused("check_in_id_reused", check_in_id=said.check_in_id)
            return first.answer
        if refusal := stages.check_in_refusal(self._conference.stage):
            raise InvalidTransition(refusal)
        if arrival.decides_by and (refusal := decision_refusal(room.words.values(), arrival.decides_by)):
            raise InvalidTransition(refusal)
        there_at_ms = said.happened_at_ms if said.there_at_ms is None else said.there_at_ms
        record = Record(
            check_in_id=said.check_in_id,
            endpoint_code=arrival.code,
            status=said.status,
            headcount=said.headcount,
            reason=said.reason,
            source=source,
            late=said.status == "present" and is_late(self._order, there_at_ms),
            happened_at_ms=said.happened_at_ms,
            received_at_ms=self._now_ms,
            actor=arrival.identity.actor,
            arrival=next(self._ids),
            note=said.note,
        )
        room.words = last_words([*room.words.values(), record])
        word = effective(room.words.values())
        assert word is not None
        answer = {"record": record.as_json(), "effective": word.as_json()}
        self._answered[said.check_in_id] = rows.Answered(fingerprint, answer)
        self._new.append(rows.new_row(self._conference.id, record, fingerprint, answer))
        data = {"record": record.as_logged(), "effective_id": word.check_in_id}
        self._lines.append(log.NewLine(self._now_ms, record.actor, CHECK_IN, data))
        self.records.append(record)
        self._changed.add(arrival.code)
        return answer

    def _source(self, arrival: Arrival, room: rows.Room | None) -> str:
        """On whose word it stands. Raises NotAllowed for whoever may not say anything about that room."""
        side = side_of(arrival.identity, arrival.code)
        if side is None:
            raise NotAllowed()
        if side != "secretary":
            scope = scope_of(arrival.identity, self._conference.id)
            if side == "district" and (room is None or not scope.has(room)):
                raise NotAllowed("Điểm cầu này không thuộc phạm vi của tài khoản.")
        return side

    def store(self) -> None:
        """Write all that was taken: the records, their lines in the log, and what now counts for their rooms."""
        if not self._new:
            return
        rows.insert_records(self._new)
        log.append_all(self._conference, self._lines)
        save_head(self._conference)
        rooms = [self._rooms[code] for code in self._changed]
        rows.save_words((room, effective(room.words.values()), conflicting(room.words.values())) for room in rooms)
