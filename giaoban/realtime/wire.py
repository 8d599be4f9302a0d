"""Three faults of the WebSocket and Engine.IO libraries, put right from outside.

simple-websocket writes with `send`, which may take only a part of a message when a client stalls: the rest would be
lost and the stream corrupt; and a client that stalls for ever would hold a task for ever. It accepts compression from
every browser that offers it, which costs twice the memory and more time than these small messages are worth. And
Engine.IO keeps whatever a client does not fetch, without an end.
"""

import threading
import time
from collections.abc import Callable, Iterable
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any, Final

import engineio
from engineio.packet import Packet

SOCKETS: Final = ("gunicorn.socket", "werkzeug.socket")
SILENCE_S: Final = 60.0  # Engine.IO pings after 25 s and waits 20 s for the answer
SEND_BUFFER: Final = 65_536  # bytes; else the kernel would keep megabytes for a screen that does not read
QUEUED_MOST: Final = 128  # messages; a screen that has missed so many states is better off with a new snapshot

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeSocket:
    """A socket whose `send` returns only after everything is sent, or raises. Messages never mix.

    Whoever takes nothing, or says nothing, for SILENCE_S is given up.
    """

    def __init__(self, socket: Any) -> None:
        socket.settimeout(SILENCE_S)
        socket.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER)
        self._socket = socket
        self._writing = threading.Lock()

    def send(self, data: bytes) -> int:
        with self._writing:
            self._socket.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """What has come. Others are served before each reading: gevent's own does not wait when there is something."""
        time.sleep(0)
        received: bytes = self._socket.recv(size)
        return received

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class WholeWrites:
    """WSGI middleware for WebSocket handshakes: whole writes, and no compression to agree on."""

    def __init__(self, wsgi_app: Wsgi) -> None:
        self._wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            for name in SOCKETS:
                if name in environ:
                    environ[name] = WholeSocket(environ[name])
        return self._wsgi_app(environ, start_response)


class BoundedEngine(engineio.Server):
    """The library's Engine.IO server, but whoever leaves too much waiting is closed, and comes back when it can."""

    def send_packet(self, sid: str, pkt: Packet) -> None:
        screen = self.sockets.get(sid)
        if screen is not None and not screen.closed and screen.queue.qsize() >= QUEUED_MOST:
            screen.close(wait=False, abort=True)
            return
        super().send_packet(sid, pkt)
