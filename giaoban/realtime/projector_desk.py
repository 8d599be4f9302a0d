"""Telling projectors what they are, and consoles how projectors are."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from giaoban.domain.projectors import Sighting
from giaoban.models.database import is_away
from giaoban.models.projectors import read_projectors
from giaoban.realtime.bus import Bus
from giaoban.realtime.coalesce import Coalescer
from giaoban.realtime.events import (
    NAMESPACE,
    PROJECTOR_CHANGED,
    PROJECTOR_IDENTIFIED,
    PROJECTORS_CHANGED,
    speaker_room,
)
from giaoban.realtime.projectors import Page, ProjectorsSeen
from giaoban.realtime.shown import Shown
from giaoban.services.ports import Clock

logger = logging.getLogger(__name__)

TICK_S = 1
AGAIN_MS = 2_000


class ProjectorDesk:
    """Fulfils `services.ports.ProjectorScreens`, for the pages of this process and by the bus for the others'."""

    def __init__(self, socketio: SocketIO, bus: Bus, clock: Clock, shown: Shown) -> None:
        self._staff = Coalescer(self._announce, self._later, _monotonic_ms)
        self._pages = Coalescer(self._tell_pages, self._later, _monotonic_ms)
        self.seen = ProjectorsSeen(clock, self._news)
        self._socketio = socketio
        self._bus = bus
        self._clock = clock
        self._shown = shown
        self._app: Flask | None = None
        self._cut: Callable[[str], None] = lambda _sid: None

    def bind(self, app: Flask, cut: Callable[[str], None]) -> None:
        """Give it what it needs later, outside any request; `cut(sid)` closes the connection of a page."""
        self._app, self._cut = app, cut

    # ---- what services ask and say

    def sightings(self, conference_id: int) -> Mapping[str, Sighting]:
        return self.seen.of(conference_id)

    def behind_since_ms(self, conference_id: int, version: int) -> int:
        since_ms = self.seen.behind_since_ms(conference_id, version)
        return self._clock.now_ms() if since_ms is None else since_ms

    def unpaired(self, conference_id: int) -> int:
        return self.seen.unpaired(conference_id)

    def changed(self, conference_id: int, lines: range) -> None:
        told = {"kind": "projectors_changed", "conference": conference_id}
        self._bus.tell({**told, "lines": [lines.start, lines.stop]})
        self.show_changed(conference_id, lines)

    def identify(self, conference_id: int, projector_id: str, payload: Mapping[str, Any]) -> None:
        told = {"kind": "projector_identified", "conference": conference_id, "projector": projector_id}
        self._bus.tell({**told, "payload": payload})
        self.show_identified(conference_id, projector_id, payload)

    # ---- to the pages of this process

    def show_changed(self, conference_id: int, lines: range = range(0)) -> None:
        """To its projectors what they are now, and to the staff; `lines` of the log say so, or none."""
        self._shown.facts(conference_id, lines)
        self._pages.add(conference_id, frozenset())
        self._staff.add(conference_id, frozenset())

    def show_identified(self, conference_id: int, projector_id: str, payload: Mapping[str, Any]) -> None:
        for sid, page in self.seen.pages(conference_id).items():
            if page.projector_id == projector_id:
                self._socketio.emit(PROJECTOR_IDENTIFIED, payload, to=sid, namespace=NAMESPACE)

    def tell(self, sid: str, page: Page, name: str | None, scene: str | None) -> None:
        """To a page who it is, unless it has been told."""
        if page.told != (name, scene):
            page.told = (name or "", scene)
            self._socketio.emit(PROJECTOR_CHANGED, {"name": name, "scene": scene}, to=sid, namespace=NAMESPACE)

    def _tell_pages(self, conference_id: int, _codes: frozenset[str]) -> None:
        assert self._app is not None
        try:
            with self._app.app_context():
                rows = {row.projector_id: (row.name, row.scene) for row in read_projectors(conference_id)}
        except Exception as error:
            if is_away(error):
                self._later(AGAIN_MS, lambda: self._pages.add(conference_id, frozenset()))
                return
            logger.exception("projectors of conference %s could not be told", conference_id)
            return
        self.seen.keep(conference_id, {*rows})
        for sid, page in self.seen.pages(conference_id).items():
            if page.projector_id in rows:
                self.tell(sid, page, *rows[page.projector_id])
            elif page.projector_id is not None:
                self.tell(sid, page, None, None)
                self._cut(sid)  # it joins again as what it is now

    def _news(self, conference_id: int) -> None:
        self._staff.add(conference_id, frozenset())

    def _announce(self, conference_id: int, _codes: frozenset[str]) -> None:
        self._socketio.emit(PROJECTORS_CHANGED, {}, to=speaker_room(conference_id), namespace=NAMESPACE)

    def _later(self, delay_ms: int, call: Callable[[], None]) -> None:
        def run() -> None:
            self._socketio.sleep(delay_ms / 1000)
            call()

        self._socketio.start_background_task(run)

    # ---- the other processes, and the passing of time

    def heard(self, sender: str, message: Mapping[str, Any]) -> None:
        """A message of another process of one of the kinds that this says itself."""
        if message["kind"] == "projectors":
            self.seen.heard(sender, message)
        elif message["kind"] == "projectors_changed":
            self.show_changed(message["conference"], range(*message["lines"]))
        elif message["kind"] == "projector_identified":
            self.show_identified(message["conference"], message["projector"], message["payload"])

    def tick(self) -> None:
        message = self.seen.tick()
        if message is not None:
            self._bus.tell(message)

    def tick_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(TICK_S):
            try:
                self.tick()
            except Exception:
                logger.exception("the projectors could not be watched")


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
