"""Who is on the line: which sockets are open here, which rooms other processes have, and when each was last seen."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from giaoban.domain.readiness import AWAY_MS
from giaoban.realtime.elsewhere import Elsewhere
from giaoban.services.identity import STAFF
from giaoban.services.ports import Clock, Room, Seen

ROLES: Final = ("public", "district", "commune", *STAFF)


@dataclass(frozen=True, slots=True)
class Connection:
    """One open socket: whose it is (`key` of the identity, None for the public) and what it looks at.

    `role` is one of `ROLES`, an endpoint's level in place of "endpoint"; projectors and press are the public.
    """

    conference_id: int
    key: str | None = None
    endpoint_code: str | None = None
    role: str = "public"


class Lines:
    """Open sockets by their id. Fulfils `services.ports.Sockets`."""

    def __init__(self, clock: Clock) -> None:
        self.elsewhere = Elsewhere()
        self._clock = clock
        self._open: dict[str, Connection] = {}
        self._looking: Counter[int] = Counter()
        self._count: dict[Room, int] = {}
        self._last_seen_at_ms: dict[Room, int] = {}
        self._moved: dict[Room, int] = {}
        self._away_since_ms: dict[Room, int] = {}
        self._lock = threading.Lock()

    def opened(self, sid: str, connection: Connection) -> bool:
        """Remember a socket; True when its room was not on the line here before."""
        with self._lock:
            self._open[sid] = connection
            self._looking[connection.conference_id] += 1
            return self._add(connection, +1)

    def closed(self, sid: str) -> Connection | None:
        """Forget a socket; the connection when its room has now left the line here."""
        with self._lock:
            connection = self._open.pop(sid, None)
            if connection is None:
                return None
            self._looking[connection.conference_id] -= 1
            return connection if self._add(connection, -1) else None

    def get(self, sid: str) -> Connection | None:
        return self._open.get(sid)

    def by_key(self) -> dict[str, list[str]]:
        """The sockets of each sign-in that has any."""
        found: dict[str, list[str]] = {}
        for sid, connection in list(self._open.items()):
            if connection.key is not None:
                found.setdefault(connection.key, []).append(sid)
        return found

    def roles(self) -> Iterable[str]:
        """The role of each open socket."""
        return [connection.role for connection in list(self._open.values())]

    def conferences(self) -> set[int]:
        """Ids of the conferences that somebody looks at here."""
        return {conference_id for conference_id, count in [*self._looking.items()] if count}

    def sids(self, conference_id: int) -> list[str]:
        """The sockets that look at that conference."""
        return [sid for sid, connection in [*self._open.items()] if connection.conference_id == conference_id]

    def rooms(self) -> set[Room]:
        """The rooms that are on the line here."""
        return {room for room, count in [*self._count.items()] if count}

    def moved(self) -> Mapping[Room, int]:
        """The rooms that have come on the line here or left it since this was last asked, and when."""
        with self._lock:
            moved, self._moved = self._moved, {}
        return moved

    def last_seen(self) -> dict[Room, int]:
        """When each room was last on the line here or elsewhere, as far as this process knows."""
        seen = {**self.elsewhere.last_seen}
        for room, at_ms in [*self._last_seen_at_ms.items()]:
            seen[room] = max(at_ms, seen.get(room, 0))
        return seen

    def _add(self, connection: Connection, change: int) -> bool:
        if connection.endpoint_code is None:
            return False
        room = (connection.conference_id, connection.endpoint_code)
        before = self._count.get(room, 0)
        if change > 0:
            self.comes(room)
        self._count[room] = before + change
        self._last_seen_at_ms[room] = self._moved[room] = self._clock.now_ms()
        return (before > 0) != (before + change > 0)

    def comes(self, room: Room) -> None:
        """The room has a screen on the line here or elsewhere: if it had none for long, remember since when."""
        if self._count.get(room, 0) > 0 or self.elsewhere.has(room):
            return
        left_at_ms = max(self._last_seen_at_ms.get(room, -1), self.elsewhere.last_seen.get(room, -1))
        if left_at_ms >= 0 and self._clock.now_ms() - left_at_ms > AWAY_MS:
            self._away_since_ms[room] = left_at_ms

    def of(self, conference_id: int) -> Mapping[str, Seen]:
        now_ms = self._clock.now_ms()
        seen: dict[str, Seen] = {}
        for room, at_ms in self.last_seen().items():
            if room[0] == conference_id:
                connected = self._count.get(room, 0) > 0 or self.elsewhere.has(room)
                away = not connected and now_ms - at_ms > AWAY_MS
                since_ms = at_ms if away else self._away_since_ms.get(room)
                seen[room[1]] = Seen(connected, now_ms if connected else at_ms, since_ms)
        return seen
