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
    CHECK_IN,
    CONSOLE_CHANGED,
    CURRENT_CHANGED,
    ENDPOINT_NOTICE,
    LOOKS_CHANGED,
    NAMESPACE,
    ORDER_SNAPSHOT,
    READINESS,
    ROLL_CALL_CHANGED,
    TECHNICAL_CHANGED,
    endpoint_room,
    looks_room,
    order_room,
    roll_call_room,
    speaker_room,
)
from giaoban.realtime.projector_desk import ProjectorDesk
from giaoban.realtime.shown import Shown
from giaoban.services import Services
from giaoban.services.ports import Clock
from giaoban.services.room_words import words_of
from giaoban.services.scope import Scope

logger = logging.getLogger(__name__)

AGAIN_MS: Final = 2_000
EVERY_ROOM: Final = frozenset({""})  # gathered with single rooms, it stays every one


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


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

    def __init__(self, socketio: SocketIO, bus: Bus, clock: Clock) -> None:
        self.shown = Shown()
        self.projectors = ProjectorDesk(socketio, bus, clock, self.shown)
        self._socketio = socketio
        self._bus = bus
        self._app: Flask | None = None
        self._services: Services | None = None
        self._notices: deque[tuple[Any, ...]] = deque(maxlen=200)
        self._coalescer = Coalescer(self._announce, self._later, _monotonic_ms)
        self._readiness = Coalescer(self._announce_readiness, self._later, _monotonic_ms)
        self._said = Coalescer(self._announce_said, self._later, _monotonic_ms)
        self._technical = Coalescer(self._announce_technical, self._later, _monotonic_ms)

    def bind(self, app: Flask, services: Services) -> None:
        """Give it what it needs for announcements that are made later, outside any request."""
        self._app, self._services = app, services

    # ---- what was stored by this process

    def order_changed(self, conference_id: int, snapshot: Mapping[str, Any]) -> None:
        self._bus.tell({"kind": "order", "conference": conference_id, "snapshot": snapshot}, first=True)
        self.show_order(conference_id, snapshot)

    def notice(self, conference_id: int, to: str, payload: Mapping[str, Any]) -> None:
        code = self._speaking(conference_id, payload["at_ms"]) if to == "speaker" else to
        self._bus.tell({"kind": "notice", "conference": conference_id, "code": code, "payload": payload}, first=True)
        self.show_notice(conference_id, code, payload)

    def console_changed(self, conference_id: int, lines: range) -> None:
        self._bus.tell({"kind": "console", "conference": conference_id, "lines": [lines.start, lines.stop]})
        self.show_console(conference_id, lines)

    def roll_call_changed(self, conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        told = {"kind": "roll_call", "conference": conference_id, "codes": sorted(codes)}
        self._bus.tell({**told, "lines": [lines.start, lines.stop]})
        self.show_roll_call(conference_id, codes, lines)

    def readiness_changed(self, conference_id: int, codes: frozenset[str], lines: range) -> None:
        told = {"kind": "readiness", "conference": conference_id, "codes": sorted(codes)}
        self._bus.tell({**told, "lines": [lines.start, lines.stop]})
        self.show_readiness(conference_id, codes, lines)

    def technical_changed(self, conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        told = {"kind": "technical", "conference": conference_id, "codes": sorted(codes)}
        self._bus.tell({**told, "lines": [lines.start, lines.stop]})
        self.show_technical(conference_id, codes, lines)

    def room_notice(self, conference_id: int, code: str, payload: Mapping[str, Any]) -> None:
        self._bus.tell({"kind": "room_notice", "conference": conference_id, "code": code, "payload": payload})
        self.show_room_notice(conference_id, code, payload)

    def looks_changed(self, conference_id: int, looks: Mapping[str, Any], lines: range) -> None:
        told = {"kind": "looks", "conference": conference_id, "looks": looks}
        self._bus.tell({**told, "lines": [lines.start, lines.stop]})
        self.show_looks(conference_id, looks, lines)

    # ---- to the screens of this process, whoever stored it

    def show_order(self, conference_id: int, snapshot: Mapping[str, Any]) -> None:
        """Unless they have been shown this version or a later one."""
        if self._services is not None:
            self._services.running_order.heard(conference_id, snapshot["version"])
        self.projectors.seen.version_shown(conference_id, snapshot["version"], snapshot["server_now_ms"])
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
        code = self._speaking(conference_id, payload["at_ms"]) if to == "speaker" else to
        self.show_notice(conference_id, code, payload)

    def show_console(self, conference_id: int, lines: range = range(0)) -> None:
        """To the staff, who ask for what is new: `lines` of the log say so, or none."""
        self.shown.facts(conference_id, lines)
        self._emit(CONSOLE_CHANGED, {}, speaker_room(conference_id))

    def show_roll_call(
        self, conference_id: int, codes: frozenset[str], lines: range = range(0), *, said: bool = False
    ) -> None:
        """Something about these rooms has changed; `lines` of the log say so, or none: who is on the line.

        `said`: the log does say so, whichever lines. Then the rooms themselves are told as well.
        """
        self.shown.facts(conference_id, lines)
        self._coalescer.add(conference_id, codes)
        if lines or said:
            self._said.add(conference_id, codes)

    def show_readiness(self, conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        """Something about readiness that these rooms and the staff show; `lines` of the log say so, or none."""
        self.shown.facts(conference_id, lines)
        self._readiness.add(conference_id, codes)

    def _announce_readiness(self, conference_id: int, codes: frozenset[str]) -> None:
        self._emit(CONSOLE_CHANGED, {}, speaker_room(conference_id))
        for code in sorted(codes):
            self._emit(ENDPOINT_NOTICE, {"kind": READINESS}, endpoint_room(conference_id, code))

    def show_technical(self, conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        """To the staff: line tests, tickets or the checklist; `lines` of the log say so, or none."""
        self.shown.facts(conference_id, lines)
        self._technical.add(conference_id, codes or EVERY_ROOM)

    def show_room_notice(self, conference_id: int, code: str, payload: Mapping[str, Any]) -> None:
        self._emit(ENDPOINT_NOTICE, payload, endpoint_room(conference_id, code))

    def show_looks(self, conference_id: int, looks: Mapping[str, Any], lines: range = range(0)) -> None:
        """To the screens of the stage; `lines` of the log say so, or none."""
        self.shown.facts(conference_id, lines)
        self._emit(LOOKS_CHANGED, looks, looks_room(conference_id))

    def show_current(self, conference_id: int) -> None:
        """To all who look at that conference: it is the current one or no more, or has another title, day or maket."""
        self._emit(CURRENT_CHANGED, {}, order_room(conference_id))

    def _emit(self, event: str, payload: Mapping[str, Any], room: str) -> None:
        with figures.FAN_OUT_SECONDS(event).time():
            self._socketio.emit(event, payload, to=room, namespace=NAMESPACE)

    def _speaking(self, conference_id: int, at_ms: int) -> str | None:
        """The room that speaks, if it spoke at `at_ms`: a word to one speaker is not for the next one."""
        return db.session.scalar(
            select(ItemRow.endpoint_code).where(
                ItemRow.conference_id == conference_id,
                ItemRow.state.in_(("live", "paused")),
                ItemRow.started_at_ms <= at_ms,
            )
        )

    def _later(self, delay_ms: int, call: Callable[[], None]) -> None:
        def run() -> None:
            self._socketio.sleep(delay_ms / 1000)
            call()

        self._socketio.start_background_task(run)

    def _announce_said(self, conference_id: int, codes: frozenset[str]) -> None:
        """What now stands about each of these rooms, to its own screens, as far as it has any here."""
        assert self._app is not None
        here = {code for code in codes if self._anybody_in(endpoint_room(conference_id, code))}
        if not here:
            return
        try:
            with self._app.app_context():
                words = words_of(conference_id, here)
        except Exception as error:
            if is_away(error):
                self._later(AGAIN_MS, lambda: self._said.add(conference_id, codes))
                return
            logger.exception("rooms of conference %s could not be told what was said of them", conference_id)
            return
        for code, said in words.items():
            self._emit(ENDPOINT_NOTICE, {"kind": CHECK_IN, **said.as_json()}, endpoint_room(conference_id, code))

    def _announce_technical(self, conference_id: int, codes: frozenset[str]) -> None:
        named = [] if codes >= EVERY_ROOM else sorted(codes)
        self._emit(TECHNICAL_CHANGED, {"codes": named}, speaker_room(conference_id))

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
        return self._anybody_in(roll_call_room(conference_id, district))

    def _anybody_in(self, room: str) -> bool:
        return any(self._socketio.server.manager.get_participants(NAMESPACE, room))
