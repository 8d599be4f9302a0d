"""Who is on the line, and who was: what the sockets of all processes tell, and what is stored for the next start."""

from collections.abc import Mapping

from giaoban.domain.readiness import AWAY_MS
from giaoban.models.database import writing
from giaoban.models.presence import last_seen_of, save_last_seen
from giaoban.services.ports import Clock, Room, Seen, Sockets


class Presences:
    """A line is not attendance: nothing here ever changes a check-in, and no check-in changes anything here.

    Who is connected is never stored: after a start nobody is until his socket is there again. When each room was last
    seen is stored by the process that has its socket, soon after it came or left and now and then while it is there.
    """

    def __init__(self, clock: Clock, sockets: Sockets) -> None:
        self._clock = clock
        self._sockets = sockets
        self._unstored: dict[Room, int] = {}

    def of(self, conference_id: int) -> Mapping[str, Seen]:
        """By endpoint code; a room that was never seen is not in it."""
        live = self._sockets.of(conference_id)
        away_ms = self._clock.now_ms() - AWAY_MS
        seen = {
            code: Seen(False, at_ms, at_ms if at_ms < away_ms else None)
            for code, at_ms in last_seen_of(conference_id).items()
        }
        for code, now in live.items():
            before = seen.get(code)
            later = now.connected or before is None or before.last_seen_at_ms < now.last_seen_at_ms
            seen[code] = now if later or before is None else before
        return seen

    def keep(self, *, also_connected: bool = False) -> int:
        """Store when the rooms that have come or left since the last time were seen here; how many that were.

        With `also_connected` also that those which are there are so now. What could not be stored is stored the next
        time. Raises OperationalError while the database is away.
        """
        self._unstored.update(self._sockets.moved())
        if also_connected:
            now_ms = self._clock.now_ms()
            self._unstored.update(dict.fromkeys(self._sockets.rooms(), now_ms))
        storing = dict(self._unstored)
        by_conference: dict[int, dict[str, int]] = {}
        for (conference_id, code), at_ms in storing.items():
            by_conference.setdefault(conference_id, {})[code] = at_ms
        for conference_id, seen in sorted(by_conference.items()):
            with writing():
                save_last_seen(conference_id, seen)
        self._unstored = {room: at_ms for room, at_ms in self._unstored.items() if storing.get(room) != at_ms}
        return len(storing)
