"""The roll call: taking check-ins, many at once, and saying who is there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from giaoban import figures, logs
from giaoban.domain.errors import GiaobanError, NotAllowed, NotFound
from giaoban.domain.headcount_groups import in_order
from giaoban.domain.roll_call import Record, Totals, by_group, decided, effective, last_words, parse_check_in, totals
from giaoban.extensions import db
from giaoban.models.conference import Conference, Endpoint
from giaoban.models.roll_call import CheckInRow, records_of
from giaoban.services.check_ins import Arrival, CheckIns, side_of
from giaoban.services.client_ids import client_id
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Presence
from giaoban.services.scope import Scope


class RollCall:
    """Check-ins and the views of them. A check-in never touches the running order's version."""

    def __init__(self, clock: Clock, presence: Presence, check_ins: CheckIns) -> None:
        self._clock = clock
        self._presence = presence
        self._check_ins = check_ins

    # ---- reading

    def endpoints(self, conference: Conference, scope: Scope | None = None) -> list[dict[str, Any]]:
        """Rows of the contract's `GET …/endpoints` within the scope, in the roster's order."""
        return [self._row_json(endpoint, word, seen) for endpoint, word, seen in self._rows(conference.id, scope)]

    def view(self, conference: Conference, scope: Scope | None = None) -> dict[str, Any]:
        """The contract's `GET …/roll-call` within the scope: the hall is in none of the figures.

        Besides: the people present by level and group as far as rooms told them, and which conflicts are `decided`.
        """
        rows = [row for row in self._rows(conference.id, scope) if row[0].level != "province"]
        by_level: dict[str, list[Record | None]] = {}
        for endpoint, word, _ in rows:
            by_level.setdefault(endpoint.level, []).append(word)
        return {
            "totals": totals([word for _, word, _ in rows]).as_json(),
            "by_level": {level: totals(words).as_json() for level, words in by_level.items()},
            "groups_by_level": {level: in_order(level, by_group(words)) for level, words in by_level.items()},
            "conflicts": self._conflicts(conference.id, [endpoint for endpoint, _, _ in rows if endpoint.in_conflict]),
            "rows": [self._row_json(*row) for row in rows],
        }

    def totals(self, conference_id: int, scope: Scope | None = None) -> dict[str, int]:
        """Only the contract's totals, for the screens: one row, summed by the database."""
        told = CheckInRow.status
        count = func.count
        found = db.session.execute(
            select(
                count(),
                count().filter(told == "present"),
                count().filter(told == "absent"),
                func.coalesce(func.sum(CheckInRow.headcount_total).filter(told == "present"), 0),
            )
            .select_from(Endpoint)
            .outerjoin(CheckInRow, CheckInRow.id == Endpoint.effective_id)
            .where(Endpoint.conference_id == conference_id, Endpoint.level != "province", *_within(scope))
        )
        expected, present, absent, headcount = found.one()
        return Totals(expected, present, absent, expected - present - absent, headcount).as_json()

    def in_scope(self, conference_id: int, codes: Iterable[str], scope: Scope) -> list[str]:
        """Those of the codes that lie within the scope, sorted."""
        return sorted(
            db.session.scalars(
                select(Endpoint.code).where(
                    Endpoint.conference_id == conference_id, Endpoint.code.in_(set(codes)), *_within(scope)
                )
            )
        )

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
        told = records_of(conference_id, [endpoint.code for endpoint in endpoints]) if endpoints else {}
        conflicts = []
        for endpoint in endpoints:
            records = told[endpoint.code]
            word = effective(records)
            conflicts.append(
                {
                    "code": endpoint.code,
                    "full_name": endpoint.full_name,
                    "effective_id": word.check_in_id if word else None,
                    "decided": decided(records),
                    "last_words": {source: one.check_in_id for source, one in last_words(records).items()},
                    "records": [record.as_json() for record in records],
                }
            )
        return conflicts

    # ---- writing

    @property
    def waiting(self) -> int:
        """How many check-ins no commit has taken yet."""
        return self._check_ins.waiting

    def check_in(
        self,
        slug: str,
        endpoint_code: str,
        body: Mapping[str, Any],
        identity: Identity,
        *,
        decides_by: str | None = None,
    ) -> dict[str, Any]:
        """Store one check-in for a room of the conference of that slug; `{record, effective}` once it is on disk.

        `body` holds check_in_id (UUID), status, headcount, reason, note, happened_at_ms. The same id again gets the
        same answer. `decides_by` names the record that it repeats to decide a contradiction. Raises NotAllowed,
        NotFound, InvalidInput, IdReused (the id came with another body), InvalidTransition.
        """
        source = side_of(identity, endpoint_code)
        try:
            answer = self._check_in(slug, endpoint_code, body, identity, decides_by)
        except Exception as error:
            side = "none" if isinstance(error, NotAllowed | NotFound) or source is None else source
            figures.CHECK_INS(side, error.code if isinstance(error, GiaobanError) else "error").inc()
            raise
        figures.CHECK_INS(source, "accepted").inc()
        return answer

    def _check_in(
        self, slug: str, endpoint_code: str, body: Mapping[str, Any], identity: Identity, decides_by: str | None
    ) -> dict[str, Any]:
        if side_of(identity, endpoint_code) is None:
            raise NotAllowed()
        if "\0" in endpoint_code:  # PostgreSQL does not even look for it, and would refuse the whole batch
            raise NotFound("Không có điểm cầu này.")
        body = {**body, "check_in_id": client_id(body["check_in_id"], "check_in_id")}
        said = parse_check_in(body, self._clock.now_ms())
        logs.note(conference=slug, check_in_id=said.check_in_id)
        if db.session.registry.has():
            db.session.commit()  # nothing stays open while this one waits for the others
        return self._check_ins.submit(Arrival(slug, endpoint_code, said, body, identity, decides_by))


def _within(scope: Scope | None) -> list[ColumnElement[bool]]:
    """The scope's rule (`Scope.has`) for the database."""
    if scope is None:
        return []
    if scope.commune is not None:
        return [Endpoint.code == scope.commune]
    if scope.district is not None:
        return [or_(Endpoint.code == scope.district, Endpoint.parent_code == scope.district)]
    return []
