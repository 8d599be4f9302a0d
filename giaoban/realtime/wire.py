"""Two faults of the WebSocket library, put right where the server hands it a connection.

simple-websocket writes with `send`, which may take only a part of a message when a client stalls: the rest would be
lost and the stream corrupt. And it accepts compression from every browser that offers it, which costs twice the memory
and more time than these small messages are worth.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

SOCKETS: Final = ("gunicorn.socket", "werkzeug.socket")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeSocket:
    """A socket whose `send` returns only after everything is sent, or raises."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def send(self, data: bytes) -> int:
        self._socket.sendall(data)
        return len(data)

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
