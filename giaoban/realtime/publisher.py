"""The real publisher: tells the screens over Socket.IO what has been stored."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy import select

from giaoban import figures
from giaoban.extensions import db
from giaoban.models import Endpoint, ItemRow
from giaoban.realtime.coalesce import Coalescer
from giaoban.realtime.door import strict_json
from giaoban.realtime.events import (
    ENDPOINT_NOTICE,
    NAMESPACE,
    ORDER_SNAPSHOT,
    ROLL_CALL_CHANGED,
    endpoint_room,
    order_room,
    roll_call_room,
    speaker_room,
)
from giaoban.services.roll_call import RollCall
from giaoban.services.scope import Scope

logger = logging.getLogger(__name__)


class CompactJson:
    """JSON as it goes over the wire: no blanks, letters as they are. Of what comes in, only what is JSON indeed."""

    @staticmethod
    def dumps(value: Any, **_given: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    loads = staticmethod(strict_json)


class SocketPublisher:
    """Fulfils `services.ports.Publisher` with the rooms of namespace `/live`."""

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio
        self._app: Flask | None = None
        self._roll_call: RollCall | None = None
        self._coalescer = Coalescer(self._announce, self._later, lambda: time.monotonic_ns() // 1_000_000)

    def bind(self, app: Flask, roll_call: RollCall) -> None:
        """Give it what it needs for announcements that are made later, outside any request."""
        self._app, self._roll_call = app, roll_call

    def order_changed(self, conference_id: int, snapshot: Mapping[str, Any]) -> None:
        self._emit(ORDER_SNAPSHOT, snapshot, order_room(conference_id))

    def notice(self, conference_id: int, to: str, payload: Mapping[str, Any]) -> None:
        self._emit(ENDPOINT_NOTICE, payload, speaker_room(conference_id))
        code = self._speaking(conference_id) if to == "speaker" else to
        if code is not None:
            self._emit(ENDPOINT_NOTICE, payload, endpoint_room(conference_id, code))

    def roll_call_changed(self, conference_id: int, codes: frozenset[str]) -> None:
        self._coalescer.add(conference_id, codes)

    def _emit(self, event: str, payload: Mapping[str, Any], room: str) -> None:
        with figures.FAN_OUT_SECONDS(event).time():
            self._socketio.emit(event, payload, to=room, namespace=NAMESPACE)

    def _speaking(self, conference_id: int) -> str | None:
        return db.session.scalar(
            select(ItemRow.endpoint_code).where(
                ItemRow.conference_id == conference_id, ItemRow.state.in_(("live", "paused"))
            )
        )

    def _later(self, delay_ms: int, call: Callable[[], None]) -> None:
        def run() -> None:
            self._socketio.sleep(delay_ms / 1000)
            call()

        self._socketio.start_background_task(run)

    def _announce(self, conference_id: int, codes: frozenset[str]) -> None:
        """One round: everything to the staff, its own part to each district concerned, the figures to the public."""
        assert self._app is not None
        assert self._roll_call is not None
        try:
            with self._app.app_context():
                totals = self._roll_call.totals(conference_id)
                everything = {"totals": totals, "codes": sorted(codes)}
                self._emit(ROLL_CALL_CHANGED, everything, roll_call_room(conference_id, "all"))
                self._emit(ROLL_CALL_CHANGED, {"totals": totals, "codes": []}, roll_call_room(conference_id, "public"))
                for district in self._districts(conference_id, codes):
                    scope = Scope(district=district)
                    own = {
                        "totals": self._roll_call.totals(conference_id, scope),
                        "codes": self._roll_call.in_scope(conference_id, codes, scope),
                    }
                    self._emit(ROLL_CALL_CHANGED, own, roll_call_room(conference_id, district))
        except Exception:
            logger.exception("the roll call of conference %s could not be announced", conference_id)

    def _districts(self, conference_id: int, codes: frozenset[str]) -> set[str]:
        rows = db.session.scalars(
            select(Endpoint).where(Endpoint.conference_id == conference_id, Endpoint.code.in_(codes))
        )
        return {
            district
            for endpoint in rows
            if (district := endpoint.code if endpoint.level == "district" else endpoint.parent_code)
            and self._watched(conference_id, district)
        }

    def _watched(self, conference_id: int, district: str) -> bool:
        """Whether anybody at all may be listening: with a message queue other processes' watchers are not known."""
        if self._app is not None and self._app.config["REDIS_URL"]:
            return True
        manager = self._socketio.server.manager
        return any(manager.get_participants(NAMESPACE, roll_call_room(conference_id, district)))
