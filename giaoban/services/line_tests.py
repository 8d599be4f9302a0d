"""Line tests: taking what rooms have found, many at once, and saying which rooms have tested and how they fared."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain import stages
from giaoban.domain.errors import GiaobanError, IdReused, InvalidTransition, NotAllowed, NotFound
from giaoban.domain.line_tests import LineTest, Said, parse_line_test
from giaoban.extensions import db
from giaoban.models import line_tests as rows
from giaoban.models.conference import Conference, endpoint_by_code, locked_head
from giaoban.models.database import is_away, writing
from giaoban.services.client_ids import client_id
from giaoban.services.group_commit import GroupCommit
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.services.scope import Scope

TOGETHER_MOST: Final = 12  # tests a commit: more would keep a press of the MC waiting behind them
HISTORY_MOST: Final = 50
NOTICE: Final = "line_test"  # the kind of `endpoint_notice` by which rooms hear of it

Answer = dict[str, Any]
Outcome = Answer | Exception


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One test on its way into the database."""

    slug: str
    code: str
    line_test_id: str
    said: Said
    fingerprint: str
    source: str
    identity: Identity


class LineTests:
    """The tests of all conferences. They are no facts of the log: a measurement says nothing of the conference."""

    def __init__(self, clock: Clock, publisher: Publisher) -> None:
        self._clock = clock
        self._publisher = publisher
        self._writer: GroupCommit[_Arrival, Answer] = GroupCommit(self._write, TOGETHER_MOST, is_away)

    # ---- reading

    def latest(self, conference: Conference, scope: Scope | None = None) -> list[dict[str, Any]]:
        """The rooms within the scope in the roster's order, the hall included, each with its `test` or None.

        That is its last one, with the last word on each part that it leaves out (`giaoban.domain.line_tests.standing`).
        """
        tests = rows.standing_of_each(conference.id)
        return [
            {
                "code": endpoint.code,
                "level": endpoint.level,
                "kind": endpoint.kind,
                "name": endpoint.name,
                "full_name": endpoint.full_name,
                "parent_code": endpoint.parent_code,
                "test": tests[endpoint.code].as_json() if endpoint.code in tests else None,
            }
            for endpoint in conference.endpoints
            if scope is None or scope.has(endpoint)
        ]

    def last(self, conference: Conference, code: str) -> dict[str, Any] | None:
        """The same of that room alone; None when it has not tested."""
        test = rows.standing_of_each(conference.id, code).get(code)
        return test.as_json() if test else None

    def history(self, conference: Conference, code: str, scope: Scope) -> list[dict[str, Any]]:
        """The room's tests, the newest first. Raises NotFound, NotAllowed for a room outside the scope."""
        endpoint = None if "\0" in code else endpoint_by_code(conference.id, code)
        if endpoint is None and scope == Scope():
            raise NotFound("Không có điểm cầu này.")
        if endpoint is None or not scope.has(endpoint):
            raise NotAllowed("Điểm cầu này không thuộc phạm vi của tài khoản.")
        return [test.as_json() for test in rows.all_of(conference.id, code, HISTORY_MOST)]

    # ---- writing

    def record(
        self, slug: str, code: str, line_test_id: str, body: Mapping[str, Any], identity: Identity
    ) -> dict[str, Any]:
        """Store one test of a room of the conference of that slug; the test with its verdict, once it is on disk.

        `body` as `parse_line_test` reads it. A room speaks of itself alone, technicians and administrators of any. The
        same id again gets the same answer. Raises NotAllowed, NotFound, InvalidInput, IdReused (the id came with
        another body), InvalidTransition (the conference is closed).
        """
        source = "technician" if identity.may("technical") else "self"
        if source == "self" and identity.endpoint_code != code:
            raise NotAllowed()
        if "\0" in code:
            raise NotFound("Không có điểm cầu này.")
        line_test_id = client_id(line_test_id, "line_test_id")
        said = parse_line_test(body, self._clock.now_ms())
        told = json.dumps([code, source, body], sort_keys=True, default=str)
        fingerprint = hashlib.sha256(told.encode()).hexdigest()
        if db.session.registry.has():
            db.session.commit()  # nothing stays open while this one waits for the others
        return self._writer.submit(_Arrival(slug, code, line_test_id, said, fingerprint, source, identity))

    def _write(self, arrivals: Sequence[_Arrival]) -> list[Outcome]:
        """Store what belongs to one conference in one transaction; each is answered or refused by itself."""
        outcomes: dict[int, Outcome] = {}
        for slug in dict.fromkeys(arrival.slug for arrival in arrivals):
            here = [place for place, arrival in enumerate(arrivals) if arrival.slug == slug]
            outcomes.update(zip(here, self._of_one(slug, [arrivals[place] for place in here]), strict=True))
        return [outcomes[place] for place in range(len(arrivals))]

    def _of_one(self, slug: str, arrivals: Sequence[_Arrival]) -> Sequence[Outcome]:
        try:
            return self._store(slug, arrivals)
        except Exception as error:
            return [error] * len(arrivals)

    def _store(self, slug: str, arrivals: Sequence[_Arrival]) -> list[Outcome]:
        tested: dict[str, str | None] = {}
        with writing():
            head = locked_head(slug)  # held, so that of two of the same id one comes second
            known = rows.stored(head.id, {arrival.line_test_id for arrival in arrivals})
            outcomes: list[Outcome] = []
            for arrival in arrivals:
                try:
                    outcomes.append(self._take(arrival, head.id, head.stage, known, tested))
                except GiaobanError as error:
                    outcomes.append(error)
        if tested:
            self._publish(head.id, tested)
        return outcomes

    def _take(
        self,
        arrival: _Arrival,
        conference_id: int,
        stage: str,
        known: dict[str, rows.LineTestRow],
        tested: dict[str, str | None],
    ) -> Answer:
        """The answer to one. Of a new one, the room is put among `tested`, with the code of the unit above it."""
        who = arrival.identity
        if arrival.source == "self" and who.conference_id != conference_id:
            raise NotAllowed()
        endpoint = endpoint_by_code(conference_id, arrival.code)
        if endpoint is None:
            raise NotFound("Không có điểm cầu này.")
        first = known.get(arrival.line_test_id)
        if first is not None:
            if first.fingerprint != arrival.fingerprint:
                raise IdReused("line_test_id_reused", line_test_id=arrival.line_test_id)
            return first.as_test().as_json()
        if refusal := stages.fact_refusal(stage):
            raise InvalidTransition(refusal)
        now_ms = self._clock.now_ms()
        said = arrival.said
        test = LineTest(
            line_test_id=arrival.line_test_id,
            endpoint_code=arrival.code,
            at_ms=min(said.at_ms, now_ms),
            received_at_ms=now_ms,
            source=arrival.source,
            actor=who.actor,
            network=said.network,
            picture=said.picture,
            sound=said.sound,
            mic=said.mic,
            note=said.note,
        )
        row = rows.new_row(conference_id, test, arrival.fingerprint)
        db.session.add(row)
        known[arrival.line_test_id] = row
        tested[arrival.code] = endpoint.parent_code
        return test.as_json()

    def _publish(self, conference_id: int, tested: Mapping[str, str | None]) -> None:
        """Tell the staff, the rooms themselves and those of their districts."""
        with publishing("a line test", conference_id):
            self._publisher.technical_changed(conference_id, frozenset(tested), range(0))
            for code, above in tested.items():
                notice = {"kind": NOTICE, "code": code, "at_ms": self._clock.now_ms()}
                for room in {code, above or code}:
                    self._publisher.room_notice(conference_id, room, notice)
