"""The roll call: taking check-ins, many at once, and saying who is there."""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from giaoban import figures, logs
from giaoban.domain.errors import GiaobanError, IdReused, InvalidInput, NotAllowed, NotFound
from giaoban.domain.roll_call import Record, conflicting, effective, parse_check_in, totals
from giaoban.domain.running_order import is_late
from giaoban.extensions import db
from giaoban.models import log
from giaoban.models.conference import Conference, Endpoint, endpoint_by_code, locked_conference
from giaoban.models.database import writing
from giaoban.models.roll_call import CheckInRow
from giaoban.services.group_commit import GroupCommit
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Presence, Publisher
from giaoban.services.running_order import UUID, RunningOrders

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rooms somebody sees and, by the same rule, checks in; `district` None means all of them."""

    district: str | None = None
    commune: str | None = None

    def has(self, endpoint: Endpoint) -> bool:
        if self.commune is not None:
            return endpoint.code == self.commune
        if self.district is not None:
            return self.district in (endpoint.code, endpoint.parent_code)
        return True


def scope_of(identity: Identity, conference_id: int) -> Scope:
    """What the signed-in person sees of that conference's rooms. Raises NotAllowed for an endpoint of another one."""
    if identity.may("roll_call_all"):
        return Scope()
    if identity.conference_id != conference_id or identity.endpoint_code is None:
        raise NotAllowed()
    if identity.level == "commune":
        return Scope(commune=identity.endpoint_code)
    if identity.level == "district":
        return Scope(district=identity.endpoint_code)
    return Scope(commune=identity.endpoint_code)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One check-in on its way into the database."""

    conference_id: int
    endpoint_code: str
    body: Mapping[str, Any]
    source: str
    actor: str

    @property
    def fingerprint(self) -> str:
        body = json.dumps([self.endpoint_code, self.source, self.body], sort_keys=True, default=str)
        return hashlib.sha256(body.encode()).hexdigest()


class RollCall:
    """Check-ins and the views of them. A check-in never touches the running order's version."""

    def __init__(self, clock: Clock, publisher: Publisher, presence: Presence, running_orders: RunningOrders) -> None:
        self._clock = clock
        self._publisher = publisher
        self._presence = presence
        self._running_orders = running_orders
        self._writer: GroupCommit[_Arrival, dict[str, Any]] = GroupCommit(self._write)

    # ---- reading

    def endpoints(self, conference: Conference, scope: Scope | None = None) -> list[dict[str, Any]]:
        """Rows of the contract's `GET …/endpoints` within the scope, in the roster's order."""
        return [self._row_json(endpoint, word, seen) for endpoint, word, seen in self._rows(conference.id, scope)]

    def view(self, conference: Conference, scope: Scope | None = None) -> dict[str, Any]:
        """The contract's `GET …/roll-call` within the scope: the hall is in none of the figures."""
        rows = [row for row in self._rows(conference.id, scope) if row[0].level != "province"]
        by_level: dict[str, list[Record | None]] = {}
        for endpoint, word, _ in rows:
            by_level.setdefault(endpoint.level, []).append(word)
        return {
            "totals": totals([word for _, word, _ in rows]).as_json(),
            "by_level": {level: totals(words).as_json() for level, words in by_level.items()},
            "conflicts": self._conflicts(conference.id, [endpoint for endpoint, _, _ in rows if endpoint.in_conflict]),
            "rows": [self._row_json(*row) for row in rows],
        }

    def totals(self, conference_id: int, scope: Scope | None = None) -> dict[str, int]:
        """Only the contract's totals, for the screens."""
        rows = self._rows(conference_id, scope)
        return totals([word for endpoint, word, _ in rows if endpoint.level != "province"]).as_json()

    def in_scope(self, conference_id: int, codes: Iterable[str], scope: Scope) -> list[str]:
        """Those of the codes that lie within the scope, sorted."""
        wanted = set(codes)
        rows = db.session.scalars(
            select(Endpoint).where(Endpoint.conference_id == conference_id, Endpoint.code.in_(wanted))
        )
        return sorted(endpoint.code for endpoint in rows if scope.has(endpoint))

    def _rows(self, conference_id: int, scope: Scope | None) -> list[tuple[Endpoint, Record | None, Any]]:
        found = db.session.execute(
            select(Endpoint, CheckInRow)
            .outerjoin(CheckInRow, CheckInRow.id == Endpoint.effective_id)
            .where(Endpoint.conference_id == conference_id)
            .order_by(Endpoint.ordinal)
            .execution_options(populate_existing=True)
        )
        seen = self._presence.of(conference_id)
        return [
            (endpoint, row.as_record() if row else None, seen.get(endpoint.code))
            for endpoint, row in found
            if scope is None or scope.has(endpoint)
        ]

    @staticmethod
    def _row_json(endpoint: Endpoint, word: Record | None, seen: Any) -> dict[str, Any]:
        return {
            "code": endpoint.code,
            "level": endpoint.level,
            "kind": endpoint.kind,
            "name": endpoint.name,
            "full_name": endpoint.full_name,
            "parent_code": endpoint.parent_code,
            "effective": word.as_json() if word else None,
            "connected": seen.connected if seen else False,
            "last_seen_at_ms": seen.last_seen_at_ms if seen else None,
        }

    @staticmethod
    def _conflicts(conference_id: int, endpoints: Sequence[Endpoint]) -> list[dict[str, Any]]:
        conflicts = []
        for endpoint in endpoints:
            records = _records(conference_id, endpoint.code)
            word = effective(records)
            conflicts.append(
                {
                    "code": endpoint.code,
                    "full_name": endpoint.full_name,
                    "effective_id": word.check_in_id if word else None,
                    "records": [record.as_json() for record in records],
                }
            )
        return conflicts

    # ---- writing

    @property
    def waiting(self) -> int:
        """How many check-ins no commit has taken yet."""
        return self._writer.waiting

    def check_in(
        self, conference: Conference, endpoint_code: str, body: Mapping[str, Any], identity: Identity
    ) -> dict[str, Any]:
        """Store one check-in and answer `{record, effective}` after it is on disk.

        `body` holds check_in_id (UUID), status, headcount, reason, happened_at_ms. The same id again gets the same
        answer. Raises NotAllowed, NotFound, InvalidInput, IdReused (the id came with another body).
        """
        source = "none"
        try:
            source = self._source(conference, endpoint_code, identity)
            answer = self._check_in(conference, endpoint_code, body, source, identity.actor)
        except Exception as error:
            figures.CHECK_INS(source, error.code if isinstance(error, GiaobanError) else "error").inc()
            raise
        figures.CHECK_INS(source, "accepted").inc()
        return answer

    def _check_in(
        self, conference: Conference, endpoint_code: str, body: Mapping[str, Any], source: str, actor: str
    ) -> dict[str, Any]:
        if not UUID.fullmatch(str(body["check_in_id"])):
            raise InvalidInput("“check_in_id” phải là một UUID.", field="check_in_id")
        parse_check_in(body, self._clock.now_ms())
        body = {**body, "check_in_id": str(body["check_in_id"]).lower()}
        logs.note(conference=conference.slug, check_in_id=body["check_in_id"])
        arrival = _Arrival(conference.id, endpoint_code, body, source, actor)
        db.session.commit()  # nothing stays open while this one waits for the others
        answer = self._writer.submit(arrival)
        return {"record": answer["record"], "effective": answer["effective"]}

    def _source(self, conference: Conference, endpoint_code: str, identity: Identity) -> str:
        if identity.may("check_in_any"):
            if endpoint_by_code(conference.id, endpoint_code) is None:
                raise NotFound("Không có điểm cầu này.")
            return "secretary"
        if identity.is_staff:
            raise NotAllowed()
        scope = scope_of(identity, conference.id)
        if identity.endpoint_code == endpoint_code:
            return "self"
        endpoint = endpoint_by_code(conference.id, endpoint_code)
        if endpoint is None or not scope.has(endpoint):
            raise NotAllowed("Điểm cầu này không thuộc phạm vi của tài khoản.")
        return "district"

    def _write(self, arrivals: Sequence[_Arrival]) -> list[dict[str, Any] | Exception]:
        """One transaction for all: each is stored or refused by itself."""
        outcomes: list[dict[str, Any] | Exception] = []
        changed: dict[int, set[str]] = {}
        with writing():
            for arrival in arrivals:
                try:
                    with db.session.begin_nested():  # what one room sent must not spoil the others' part
                        outcomes.append(self._store(arrival, changed))
                except OperationalError:
                    raise  # the database itself
                except Exception as error:
                    outcomes.append(error)
        for conference_id, codes in changed.items():
            try:
                self._publisher.roll_call_changed(conference_id, frozenset(codes))
            except Exception:
                logger.exception("check-ins of conference %s are stored but were not published", conference_id)
        return outcomes

    def _store(self, arrival: _Arrival, changed: dict[int, set[str]]) -> dict[str, Any]:
        conference = locked_conference(arrival.conference_id)
        endpoint = endpoint_by_code(arrival.conference_id, arrival.endpoint_code)
        if endpoint is None:
            raise NotFound("Không có điểm cầu này.")
        check_in_id = arrival.body["check_in_id"]
        first = db.session.scalar(
            select(CheckInRow).where(CheckInRow.conference_id == conference.id, CheckInRow.check_in_id == check_in_id)
        )
        if first is not None:
            return self._first_answer(first, arrival)
        now_ms = self._clock.now_ms()
        said = parse_check_in(arrival.body, now_ms)
        order = self._running_orders.load(conference)
        row = CheckInRow(
            conference_id=conference.id,
            check_in_id=check_in_id,
            endpoint_code=endpoint.code,
            status=said.status,
            headcount_total=said.headcount.total,
            headcount_groups=dict(said.headcount.groups),
            reason=said.reason,
            source=arrival.source,
            late=said.status == "present" and is_late(order, said.happened_at_ms),
            happened_at_ms=said.happened_at_ms,
            received_at_ms=now_ms,
            actor=arrival.actor,
            fingerprint=arrival.fingerprint,
            answer={},
        )
        db.session.add(row)
        db.session.flush()
        records = _records(conference.id, endpoint.code)
        word = effective(records)
        assert word is not None
        endpoint.effective_id = word.arrival
        endpoint.in_conflict = conflicting(records)
        record = row.as_record().as_json()
        row.answer = {"record": record, "effective": word.as_json()}
        log.append(
            conference,
            at_ms=now_ms,
            actor=arrival.actor,
            kind="check_in",
            data={"record": record, "effective_id": word.check_in_id},
        )
        changed.setdefault(conference.id, set()).add(endpoint.code)
        return row.answer

    @staticmethod
    def _first_answer(first: CheckInRow, arrival: _Arrival) -> dict[str, Any]:
        if first.fingerprint != arrival.fingerprint:
            raise IdReused("check_in_id_reused", check_in_id=first.check_in_id)
        return first.answer


def _records(conference_id: int, endpoint_code: str) -> list[Record]:
    rows = db.session.scalars(
        select(CheckInRow)
        .where(CheckInRow.conference_id == conference_id, CheckInRow.endpoint_code == endpoint_code)
        .order_by(CheckInRow.id)
    )
    return [row.as_record() for row in rows]
