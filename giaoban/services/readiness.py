"""The readiness gate: which rooms are asked before their turn, taking their answers, and what the MC sees of them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from giaoban.domain import readiness as rules
from giaoban.domain import stages
from giaoban.domain.errors import IdReused, InvalidTransition, NotAllowed, NotFound
from giaoban.domain.items import Item
from giaoban.domain.readiness import Answer
from giaoban.extensions import db
from giaoban.models import CheckInRow, Conference, Endpoint, log
from giaoban.models.conference import Head, endpoint_by_code, locked_head, save_head
from giaoban.models.database import writing
from giaoban.models.readiness import answers_about, new_row, stored_answer
from giaoban.services.check_ins import side_of
from giaoban.services.client_ids import client_id
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Presence, Publisher, Seen
from giaoban.services.publishing import publishing
from giaoban.services.running_order import RunningOrders
from giaoban.services.scope import Scope, scope_of


class Readiness:
    """Who is asked follows from the running order alone; an answer never touches its version."""

    def __init__(self, clock: Clock, publisher: Publisher, presence: Presence, running_orders: RunningOrders) -> None:
        self._clock = clock
        self._publisher = publisher
        self._presence = presence
        self._running_orders = running_orders

    # ---- reading

    def asked(self, conference: Conference, scope: Scope | None = None) -> list[dict[str, Any]]:
        """The rooms that are asked now, within the scope, in the order of their items.

        `{item_id, endpoint_code, full_name, status, answer, outdated, holds_until_at_ms, connected, last_seen_at_ms,
        attendance}`: status ready, not_ready or asked (no answer that holds); `answer` the one that holds, `outdated`
        the last one when it holds no more; attendance present, absent or pending.
        """
        if conference.stage != "ready":
            return []
        order = self._running_orders.load(conference)
        rooms = _rooms(conference.id, {item.endpoint_code for item in order.pending[: rules.ASKED_AHEAD]})
        halls = {code for code, (room, _) in rooms.items() if room.level == "province"}
        items = [item for item in rules.asked(order, halls) if item.endpoint_code in rooms]
        if not items:
            return []
        answers = answers_about(conference.id, {item.id for item in items})
        seen = self._presence.of(conference.id)
        now_ms = self._clock.now_ms()
        return [
            _row(item, room, attendance, answers.get((item.id, room.code), []), seen.get(room.code), now_ms)
            for item in items
            for room, attendance in [rooms[str(item.endpoint_code)]]
            if scope is None or scope.has(room)
        ]

    # ---- writing

    def answer(self, slug: str, endpoint_code: str, body: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
        """Store what is said of a room's readiness for one of its items; the answer as stored.

        `body` holds readiness_id (UUID), item_id, status, reason, happened_at_ms. The same id again changes nothing and
        gets the same. An answer about an item that has begun meanwhile is kept too. Raises NotAllowed, NotFound,
        InvalidInput, InvalidTransition (another room's item, a conference that is a draft or closed) and IdReused.
        """
        source = side_of(identity, endpoint_code)
        if source is None:
            raise NotAllowed()
        body = {**body, "readiness_id": client_id(body["readiness_id"], "readiness_id")}
        now_ms = self._clock.now_ms()
        said = rules.parse(body, now_ms)
        fingerprint = _fingerprint(endpoint_code, source, body)
        with writing():
            head = locked_head(slug)
            room = self._room(head, endpoint_code, source, identity)
            if (first := stored_answer(head.id, said.readiness_id)) is not None:
                if first.fingerprint != fingerprint:
                    raise IdReused("readiness_id_reused", readiness_id=said.readiness_id)
                return first.as_answer().as_json()
            if refusal := stages.readiness_refusal(head.stage):
                raise InvalidTransition(refusal)
            rules.check_item(self._running_orders.load(head), said.item_id, room.code)
            answer = Answer(
                readiness_id=said.readiness_id,
                item_id=said.item_id,
                endpoint_code=room.code,
                status=said.status,
                reason=said.reason,
                source=source,
                happened_at_ms=said.happened_at_ms,
                received_at_ms=now_ms,
                actor=identity.actor,
                arrival=0,  # given by the row
            )
            db.session.add(new_row(head.id, answer, fingerprint))
            log.append_all(head, [log.NewLine(now_ms, answer.actor, rules.RECORDED, {"answer": answer.as_json()})])
            save_head(head)
            told = frozenset({room.code, *([room.parent_code] if room.parent_code else [])})
        db.session.expire_all()  # the conference was written past what the session holds
        self._tell(head.id, told, head.last_seq)
        return answer.as_json()

    @staticmethod
    def _room(head: Head, code: str, source: str, identity: Identity) -> Endpoint:
        """The room, for whoever may speak of it. Raises NotAllowed, NotFound."""
        room = None if "\0" in code else endpoint_by_code(head.id, code)
        if source != "secretary":
            scope = scope_of(identity, head.id)
            if room is None or not scope.has(room):
                raise NotAllowed("Điểm cầu này không thuộc phạm vi của tài khoản.")
        if room is None:
            raise NotFound("Không có điểm cầu này.")
        return room

    def _tell(self, conference_id: int, rooms: frozenset[str], seq: int) -> None:
        with publishing(f"line {seq}", conference_id):
            self._publisher.readiness_changed(conference_id, rooms, range(seq, seq + 1))


def _fingerprint(code: str, source: str, body: Mapping[str, Any]) -> str:
    """The same for the same body from the same side only."""
    return hashlib.sha256(json.dumps([code, source, body], sort_keys=True, default=str).encode()).hexdigest()


def _rooms(conference_id: int, codes: set[str | None]) -> dict[str, tuple[Endpoint, str]]:
    """Those of the rooms that are on the roster, each with its attendance."""
    found = db.session.execute(
        select(Endpoint, CheckInRow.status)
        .outerjoin(CheckInRow, CheckInRow.id == Endpoint.effective_id)
        .where(Endpoint.conference_id == conference_id, Endpoint.code.in_(codes - {None}))
        .execution_options(populate_existing=True)
    )
    return {room.code: (room, status or "pending") for room, status in found}


def _row(
    item: Item, room: Endpoint, attendance: str, answers: list[Answer], seen: Seen | None, now_ms: int
) -> dict[str, Any]:
    last = rules.last_word(answers)
    stands = last is not None and rules.holds(last, now_ms, seen.away_since_ms if seen else None)
    told = None if last is None else last.as_json()
    return {
        "item_id": item.id,
        "endpoint_code": room.code,
        "full_name": room.full_name,
        "status": last.status if last is not None and stands else "asked",
        "answer": told if stands else None,
        "outdated": None if stands else told,
        "holds_until_at_ms": last.holds_until_at_ms if last is not None and stands else None,
        "connected": seen.connected if seen else False,
        "last_seen_at_ms": seen.last_seen_at_ms if seen else None,
        "attendance": attendance,
    }
