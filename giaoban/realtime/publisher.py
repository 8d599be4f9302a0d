"""The real publisher: tells the screens over Socket.IO what has been stored."""

import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy import select

from giaoban import figures
from giaoban.extensions import db
from giaoban.models import Endpoint, ItemRow
from giaoban.models.database import is_away
from giaoban.realtime.bus import Bus
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
from giaoban.realtime.shown import Shown
from giaoban.services import Services
from giaoban.services.scope import Scope

logger = logging.getLogger(__name__)

AGAIN_MS: Final = 2_000


class CompactJson:
    """JSON as it goes over the wire: no blanks, letters as they are. Of what comes in, only what is JSON indeed."""

    @staticmethod
    def dumps(value: Any, **_given: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    loads = staticmethod(strict_json)


class SocketPublisher:
    """Fulfils `services.ports.Publisher` with the rooms of namespace `/live`, and tells the other processes.

    The others are told first: while this process writes to its own screens, theirs are being written to as well.
    """

    def __init__(self, socketio: SocketIO, bus: Bus) -> None:
        self.shown = Shown()
        self._socketio = socketio
        self._bus = bus
        self._app: Flask | None = None
        self._services: Services | None = None
        self._notices: deque[tuple[Any, ...]] = deque(maxlen=200)
        self._coalescer = Coalescer(self._announce, self._later, lambda: time.monotonic_ns() // 1_000_000)

    def bind(self, app: Flask, services: Services) -> None:
        """Give it what it needs for announcements that are made later, outside any request."""
        self._app, self._services = app, services

    # ---- what was stored by this process

    def order_changed(self, conference_id: int, snapshot: Mapping[str, Any]) -> None:
        self._bus.tell({"kind": "order", "conference": conference_id, "snapshot": snapshot}, first=True)
        self.show_order(conference_id, snapshot)

    def notice(self, conference_id: int, to: str, payload: Mapping[str, Any]) -> None:
        code = self._speaking(conference_id) if to == "speaker" else to
        self._bus.tell({"kind": "notice", "conference": conference_id, "code": code, "payload": payload}, first=True)
        self.show_notice(conference_id, code, payload)

    def roll_call_changed(self, conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        told = {"kind": "roll_call", "conference": conference_id, "codes": sorted(codes)}
        self._bus.tell({**told, "lines": [lines.start, lines.stop]})
        self.show_roll_call(conference_id, codes, lines)

    # ---- to the screens of this process, whoever stored it

    def show_order(self, conference_id: int, snapshot: Mapping[str, Any]) -> None:
        """Unless they have been shown this version or a later one."""
        if self._services is not None:
            self._services.running_order.heard(conference_id, snapshot["version"])
        if self.shown.order(conference_id, snapshot["version"]):
            self._emit(ORDER_SNAPSHOT, snapshot, order_room(conference_id))

    def show_notice(self, conference_id: int, code: str | None, payload: Mapping[str, Any]) -> None:
        """To the staff and the room with that code, unless they have been shown it."""
        notice = (conference_id, payload["to"], payload["at_ms"], payload["text"])
        if notice in self._notices:
            return
        self._notices.append(notice)
        self._emit(ENDPOINT_NOTICE, payload, speaker_room(conference_id))
        if code is not None:
            self._emit(ENDPOINT_NOTICE, payload, endpoint_room(conference_id, code))

    def show_stored_notice(self, conference_id: int, payload: Mapping[str, Any]) -> None:
        """The same for a message that was found in the log."""
        to = payload["to"]
        self.show_notice(conference_id, self._speaking(conference_id) if to == "speaker" else to, payload)

    def show_roll_call(self, conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        """Something about these rooms has changed; `lines` of the log say so, or none: who is on the line."""
        self.shown.roll_call(conference_id, lines)
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
        assert self._services is not None
        roll_call = self._services.roll_call
        try:
            with self._app.app_context():
                totals = roll_call.totals(conference_id)
                everything = {"totals": totals, "codes": sorted(codes)}
                self._emit(ROLL_CALL_CHANGED, everything, roll_call_room(conference_id, "all"))
                self._emit(ROLL_CALL_CHANGED, {"totals": totals, "codes": []}, roll_call_room(conference_id, "public"))
                for district in self._districts(conference_id, codes):
                    scope = Scope(district=district)
                    own = {
                        "totals": roll_call.totals(conference_id, scope),
                        "codes": roll_call.in_scope(conference_id, codes, scope),
                    }
                    self._emit(ROLL_CALL_CHANGED, own, roll_call_room(conference_id, district))
        except Exception as error:
            if is_away(error):  # what changed is told when it is back
                self._later(AGAIN_MS, lambda: self._coalescer.add(conference_id, codes))
                return
            logger.exception("the roll call of conference %s could not be announced", conference_id)

    def _districts(self, conference_id: int, codes: frozenset[str]) -> set[str]:
        rows = db.session.execute(
            select(Endpoint.code, Endpoint.level, Endpoint.parent_code).where(
                Endpoint.conference_id == conference_id, Endpoint.code.in_(codes)
            )
        )
        districts = {code if level == "district" else parent_code for code, level, parent_code in rows}
        return {district for district in districts if district and self._watched(conference_id, district)}

    def _watched(self, conference_id: int, district: str) -> bool:
        """Whether anybody here listens; the other processes announce to their own screens."""
        manager = self._socketio.server.manager
        return any(manager.get_participants(NAMESPACE, roll_call_room(conference_id, district)))
