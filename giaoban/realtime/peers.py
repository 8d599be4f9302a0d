"""Keeping in step with the other processes: passing on what they say, and saying who is on the line here.

Messages are JSON objects with a `kind`:
- `order` `{conference, snapshot}`: a command was accepted.
- `notice` `{conference, code, payload}`: a message for the staff and the room with that code (null: the staff alone).
- `roll_call` `{conference, codes, lines: [start, stop]}`: check-ins for these rooms, which are those log lines. Every
  process gathers and announces for its own screens, so that none gets more than two a second however many processes.
- `readiness` `{conference, codes, lines: [start, stop]}`: something about readiness for these rooms and the consoles.
- `lines` `{number, at_ms, rooms: {conference: [codes]}, seen?}`: all rooms with a screen at the sender; said on change
  and as a heartbeat. `seen` `{conference: {code: at_ms}}`: when those that have left since the last word were last seen
  (some may also have come since then), or all, when somebody has asked.
- `projectors`, `projectors_changed`, `projector_identified`: see projector_desk.py.
- `who`: the sender is new here, or was away: everybody says its `lines`.
"""

import logging
import threading
from collections.abc import Iterable, Mapping
from typing import Any, Final

from giaoban.realtime.bus import Bus, Message
from giaoban.realtime.presence import Lines
from giaoban.realtime.publisher import SocketPublisher
from giaoban.services.ports import Clock, Room

logger = logging.getLogger(__name__)

HEARTBEAT_TICKS: Final = 3  # a tick is a second
GATHER_S: Final = 0.2  # two hundred rooms that come in together are not two hundred messages
WORD_MS: Final = 1_000  # who leaves is known here from the word of it, a little later than where it left


class Peers:
    """The other processes as this one knows them."""

    def __init__(self, bus: Bus, lines: Lines, publisher: SocketPublisher, clock: Clock) -> None:
        self._bus = bus
        self._lines = lines
        self._publisher = publisher
        self._clock = clock
        self._number = 0
        self._ticks = 0
        self._asked = False
        self._moved: set[Room] = set()
        self._changed = threading.Event()

    # ---- what is said here

    def line_changed(self, conference_id: int, code: str) -> None:
        """A room has come on the line here, or left it.

        The screens here are told when the others have been, for a page that asks anew may be answered by any of them.
        """
        room = (conference_id, code)
        if self._bus.state == "none":
            self._announce({room})
        else:
            self._moved.add(room)
            self._changed.set()

    def came(self) -> None:
        """The bus is there, for the first time or again: whoever else is there should know, and say who he is.

        What was said here meanwhile nobody has heard.
        """
        self._asked = True
        self._bus.tell({"kind": "who"})
        self._changed.set()

    def say_lines(self) -> None:
        """Say which rooms are on the line here, and which have left it; then tell the screens here."""
        asked, self._asked = self._asked, False
        moved, self._moved = self._moved, set()
        rooms, seen = self._lines.rooms(), self._lines.last_seen()
        said = self.lines_message(rooms, seen if asked else {room: seen[room] for room in moved - rooms})
        news = {room for room in moved if not self._lines.elsewhere.has(room)}
        self._bus.tell(said, first=True)
        self._announce(news)

    def farewell(self) -> Message:
        """The last word of this process: it has no rooms any more."""
        return self.lines_message((), {})

    def lines_message(self, rooms: Iterable[Room], seen: Mapping[Room, int]) -> Message:
        self._number += 1
        by_conference: dict[str, list[str]] = {}
        for conference_id, code in sorted(rooms):
            by_conference.setdefault(str(conference_id), []).append(code)
        message: dict[str, Any] = {
            "kind": "lines",
            "number": self._number,
            "at_ms": self._clock.now_ms(),
            "rooms": by_conference,
        }
        if seen:
            by_code: dict[str, dict[str, int]] = {}
            for (conference_id, code), at_ms in seen.items():
                by_code.setdefault(str(conference_id), {})[code] = at_ms
            message["seen"] = by_code
        return message

    # ---- what the others say

    def heard(self, sender: str, message: Message) -> None:
        """A message of another process. An unknown kind is a newer program's and nothing to us."""
        kind = message["kind"]
        if kind == "order":
            self._publisher.show_order(message["conference"], message["snapshot"])
        elif kind == "notice":
            self._publisher.show_notice(message["conference"], message["code"], message["payload"])
        elif kind == "console":
            self._publisher.show_console(message["conference"], range(*message["lines"]))
        elif kind == "roll_call":
            lines = range(*message["lines"])
            self._publisher.show_roll_call(message["conference"], frozenset(message["codes"]), lines)
        elif kind == "readiness":
            lines = range(*message["lines"])
            self._publisher.show_readiness(message["conference"], frozenset(message["codes"]), lines)
        elif kind == "technical":
            lines = range(*message["lines"])
            self._publisher.show_technical(message["conference"], frozenset(message["codes"]), lines)
        elif kind == "looks":
            self._publisher.show_looks(message["conference"], message["looks"], range(*message["lines"]))
        elif kind == "room_notice":
            self._publisher.show_room_notice(message["conference"], message["code"], message["payload"])
        elif kind == "lines":
            self._heard_lines(sender, message)
        elif kind == "who":
            self._asked = True
            self._changed.set()
            self._publisher.projectors.seen.everything()
        else:
            self._publisher.projectors.heard(sender, message)

    def _heard_lines(self, sender: str, message: Message) -> None:
        now_ms = self._clock.now_ms()
        rooms = {(int(conference), code) for conference, codes in message["rooms"].items() for code in codes}
        at_ms = min(message["at_ms"], now_ms)  # another machine's clock may be ahead
        visits = self._heard_seen(message.get("seen", {}), now_ms)
        for room in rooms:
            self._lines.comes(room)
        changed = self._lines.elsewhere.heard(sender, message["number"], at_ms, rooms)
        visits = {room for room in visits if not self._lines.elsewhere.has(room)}
        # Those that are on the line here are so anyway; but of what has moved just now nobody has been told yet.
        self._announce((changed | visits) - (self._lines.rooms() - self._moved))

    def _heard_seen(self, seen: Mapping[str, Mapping[str, int]], now_ms: int) -> set[Room]:
        """The rooms that have been on the line later than was known here, but for how long a word may have taken."""
        known = self._lines.last_seen() if seen else {}
        later: set[Room] = set()
        for conference, by_code in seen.items():
            for code, at_ms in by_code.items():
                room, seen_at_ms = (int(conference), code), min(at_ms, now_ms)
                if seen_at_ms > known.get(room, -1):
                    self._lines.comes(room)
                    self._lines.elsewhere.seen(room, seen_at_ms)
                if seen_at_ms > known.get(room, -1) + WORD_MS:
                    later.add(room)
        return later

    def _announce(self, changed: set[Room]) -> None:
        by_conference: dict[int, set[str]] = {}
        for conference_id, code in changed:
            by_conference.setdefault(conference_id, set()).add(code)
        for conference_id, codes in by_conference.items():
            self._publisher.show_roll_call(conference_id, frozenset(codes))

    # ---- the passing of time

    def tick(self) -> None:
        """Once a second: the heartbeat, and the end of whoever has none. Without a line nobody can be judged."""
        self._ticks += 1
        if self._ticks % HEARTBEAT_TICKS == 0:
            self._changed.set()
        if self._bus.state == "connected":
            self._announce(self._lines.elsewhere.tick() - self._lines.rooms())

    def tick_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(1):
            try:
                self.tick()
            except Exception:
                logger.exception("the other processes could not be watched")

    def say_for_ever(self, ended: threading.Event) -> None:
        while not ended.is_set():
            self._changed.wait()
            self._changed.clear()
            try:
                self.say_lines()
            except Exception:
                logger.exception("the other processes could not be told who is on the line")
            ended.wait(GATHER_S)
