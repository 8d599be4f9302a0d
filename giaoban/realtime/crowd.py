"""How many screens one address may have on the line, and for how long one may stand about without joining, so that
nobody alone uses up all that this process can carry.
"""

import logging
import threading
from collections import Counter
from typing import Any, Final

from giaoban import figures
from giaoban.realtime.events import NAMESPACE

logger = logging.getLogger(__name__)

REFUSAL: Final = "Too many connections"
LOOK_EVERY_S: Final = 20  # also after a restart, when all come at once, a screen has joined by then


class Crowd:
    """Counts the connections of each address, as the trusted proxy gives it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._address: dict[str, str] = {}
        self._open: Counter[str] = Counter()

    def enters(self, engine_sid: str, address: str) -> bool:
        """Count a connection in; False when its address has as many as it may."""
        if self._open[address] >= self._most:
            return False
        self._address[engine_sid] = address
        self._open[address] += 1
        return True

    def leaves(self, engine_sid: str) -> None:
        """Count it out; no-op for one that did not enter."""
        address = self._address.pop(engine_sid, None)
        if address is not None:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


def bound_the_crowd(server: Any, most: int) -> None:
    """Let a Socket.IO server turn down the connections of an address from that many on, before anything else."""
    crowd = Crowd(most)

    def connect(engine_sid: str, environ: dict[str, Any]) -> Any:
        address = environ.get("REMOTE_ADDR") or "unknown"
        if crowd.enters(engine_sid, address):
            return server._handle_eio_connect(engine_sid, environ)
        figures.REFUSED("too_many_requests").inc()
        logger.debug("too many screens of one address", extra={"facts": {"address": address}})
        return REFUSAL

    def disconnect(engine_sid: str, reason: Any) -> None:
        crowd.leaves(engine_sid)
        server._handle_eio_disconnect(engine_sid, reason)

    server.eio.on("connect", connect)
    server.eio.on("disconnect", disconnect)


class Loiterers:
    """Connections that were opened and never joined: the library would keep them as long as they answer its pings."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._seen: set[str] = set()

    def look(self) -> None:
        """Close whoever has not joined since the last look."""
        joined = {engine_sid for _, engine_sid in self._server.manager.get_participants(NAMESPACE, None)}
        standing = self._server.eio.sockets.keys() - joined
        for engine_sid in standing & self._seen:
            connection = self._server.eio.sockets.get(engine_sid)
            if connection is not None:
                connection.close(wait=False)
        self._seen = standing

    def look_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Exception:
                logger.exception("connections that never joined could not be looked for")
