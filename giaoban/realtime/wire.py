"""Two faults of the WebSocket library, put right where the server hands it a connection.

simple-websocket writes with `send`, which may take only a part of a message when a client stalls: the rest would be
lost and the stream corrupt. And it accepts compression from every browser that offers it, which costs twice the memory
and more time than these small messages are worth.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import MSG_DONTWAIT, SHUT_RDWR
from typing import Any, Final

import gevent

SOCKETS: Final = ("gunicorn.socket", "werkzeug.socket")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeSocket:
    """A socket whose `send` returns only after everything is sent, or raises. Messages never mix."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._writing = threading.Lock()

    def send(self, data: bytes) -> int:
        with self._writing:
            self._socket.sendall(data)
        return len(data)

    def send_now(self, data: bytes) -> bool:
        """Take the whole message without waiting, or nothing of it and return False.

        What the kernel does not take at once follows on its own, before anything else is written.
        """
        if not self._writing.acquire(blocking=False):
            return False
        try:
            sent = self._socket.sendmsg([data], (), MSG_DONTWAIT)
        except (OSError, NotImplementedError):  # its buffer is full; or it is dead, or encrypted and cannot do this
            sent = 0
        if 0 < sent < len(data):
            gevent.spawn(self._finish, data[sent:])
            return True
        self._writing.release()
        return bool(sent == len(data))

    def _finish(self, rest: bytes) -> None:
        try:
            self._socket.sendall(rest)
        except OSError:
            # Nothing may follow half a message. The reader notices and closes the connection.
            with suppress(OSError):
                self._socket.shutdown(SHUT_RDWR)
        finally:
            self._writing.release()

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
