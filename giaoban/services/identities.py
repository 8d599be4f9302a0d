"""Who the keys of sessions and tokens stand for, and which have been ended, remembered for a moment.

Hundreds of requests a second ask. What another process has ended is believed here for `KEPT_S` seconds more, a room's
new code for `ROOMS_KEPT_S` on top.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select

from giaoban.extensions import db
from giaoban.models import EndedSession
from giaoban.services.identity import Identity

KEPT_S: Final = 2.0
ROOMS_KEPT_S: Final = 1.0

Rooms = Mapping[str, Any]  # by code: what a sign-in needs of an endpoint


class Identities:
    """Identities by key, each for at most `KEPT_S` seconds of `now_s`, a clock that only moves forward.

    Whoever ends a sign-in calls `forget`, so that in this process it ends at once.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic, most: int = 20_000) -> None:
        self._now_s = now_s
        self._most = most
        self._known: dict[str, tuple[float, Identity]] = {}
        self._rooms: dict[int, tuple[float, Rooms]] = {}
        self._reading = threading.Lock()
        self._failed: tuple[float, Exception | None] = (0.0, None)

    def get(self, key: str, read: Callable[[str], Identity | None]) -> Identity | None:
        """The identity of that key, from memory or else from `read`; None, which is not remembered, for nobody."""
        known = self._known  # `forget` puts another in its place: what was being read meanwhile goes with the old one
        believed_until_s, identity = known.get(key, (0.0, None))
        now_s = self._now_s()
        if identity is not None and now_s < believed_until_s:
            return identity
        identity = read(key)
        if identity is None:
            known.pop(key, None)
            return None
        if len(known) >= self._most:
            known.clear()
        known[key] = (now_s + KEPT_S, identity)
        return identity

    def last_known(self, key: str) -> Identity | None:
        """Whom that key stood for when it was last asked, however long ago; None when nobody remembers."""
        _, identity = self._known.get(key, (0.0, None))
        return identity

    def rooms(self, conference_id: int, read: Callable[[int], Rooms]) -> Rooms:
        """All rooms of a conference by code, from `read` not longer than `ROOMS_KEPT_S` ago.

        Two hundred rooms that ask in the same moment are answered by one question to the database. When that fails it
        has failed for all who waited: each would wait for a database that hangs anew, one after the other.
        """
        asked_at_s = self._now_s()
        with self._reading:
            failed_at_s, error = self._failed
            if error is not None and failed_at_s > asked_at_s:
                raise error
            rooms = self._rooms  # as in `get`
            believed_until_s, known = rooms.get(conference_id, (0.0, {}))
            now_s = self._now_s()
            if now_s >= believed_until_s:
                try:
                    known = read(conference_id)
                except Exception as failure:
                    self._failed = self._now_s(), failure
                    raise
                self._failed = 0.0, None
                rooms[conference_id] = now_s + ROOMS_KEPT_S, known
            return known

    def forget(self) -> None:
        """Ask anew for every key. Called after the change has been stored."""
        self._rooms = {}
        self._known = {}


class _Read:
    """What was read of the sign-ins that were ended, None before that, and when to read again."""

    __slots__ = ("again_at_s", "ids")

    def __init__(self) -> None:
        self.ids: frozenset[str] | None = None
        self.again_at_s = 0.0


class Ended:
    """Ids of the sign-ins that were ended one by one: few, so all of them are read, every `KEPT_S` seconds."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._read = _Read()

    def __contains__(self, number: str) -> bool:
        known = self._read  # `forget` puts another in its place, as in `Identities`
        now_s = self._now_s()
        if known.ids is None or now_s >= known.again_at_s:
            known.again_at_s = now_s + KEPT_S  # first: others who ask meanwhile need not read too, once there is any
            try:
                known.ids = frozenset(db.session.scalars(select(EndedSession.id)))
            except BaseException:
                known.again_at_s = 0.0
                raise
        return number in known.ids

    def last_known(self, number: str) -> bool:
        """Whether it was among them when they were last read."""
        ids = self._read.ids
        return ids is not None and number in ids

    def forget(self) -> None:
        """Read anew. Called after the change has been stored."""
        self._read = _Read()
