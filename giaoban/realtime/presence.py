"""Who is on the line: which sockets are open, and when each room was last seen."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from giaoban.services.identity import STAFF
from giaoban.services.ports import Clock, Seen

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
    """Open sockets by their id. Fulfils `services.ports.Presence`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Connection] = {}
        self._count: dict[tuple[int, str], int] = {}
        self._last_seen_at_ms: dict[tuple[int, str], int] = {}
        self._lock = threading.Lock()

    def opened(self, sid: str, connection: Connection) -> bool:
        """Remember a socket; True when its room was not on the line before."""
        with self._lock:
            self._open[sid] = connection
            return self._add(connection, +1)

    def closed(self, sid: str) -> Connection | None:
        """Forget a socket; the connection when its room has now left the line."""
        with self._lock:
            connection = self._open.pop(sid, None)
            return connection if connection is not None and self._add(connection, -1) else None

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

    def _add(self, connection: Connection, change: int) -> bool:
        if connection.endpoint_code is None:
            return False
        room = (connection.conference_id, connection.endpoint_code)
        before = self._count.get(room, 0)
        self._count[room] = before + change
        self._last_seen_at_ms[room] = self._clock.now_ms()
        return (before > 0) != (before + change > 0)

    def of(self, conference_id: int) -> Mapping[str, Seen]:
        now_ms = self._clock.now_ms()
        return {
            code: Seen(self._count[conference, code] > 0, now_ms if self._count[conference, code] > 0 else at_ms)
            for (conference, code), at_ms in self._last_seen_at_ms.items()
            if conference == conference_id
        }
