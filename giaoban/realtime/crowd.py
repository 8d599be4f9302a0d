"""How many screens one address may have on the line, so that nobody alone uses up all that this process can carry."""

import logging
from collections import Counter
from typing import Any, Final

from giaoban import figures

logger = logging.getLogger(__name__)

REFUSAL: Final = "Too many connections"


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
