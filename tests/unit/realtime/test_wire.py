"""The library's WebSocket connections write whole messages and agree on no compression."""

import socket
import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest

from giaoban.realtime.wire import SEND_BUFFER, SILENCE_S, WholeSocket, WholeWrites


def test_a_slow_reader_gets_every_byte() -> None:
    writer, reader = socket.socketpair()
    with writer, reader:
        writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        data = bytes(range(256)) * 8_192
        sent: list[int] = []
        thread = threading.Thread(target=lambda: sent.append(WholeSocket(writer).send(data)))
        thread.start()
        got = bytearray()
        while len(got) < len(data):
            got += reader.recv(10_000)
        thread.join(timeout=20)
    assert bytes(got) == data
    assert sent == [len(data)]


def test_others_are_served_before_each_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: done.append(f"{seconds} s for others"))

    class Connection(FakeSocket):
        def recv(self, size: int) -> bytes:
            done.append("read")
            return b"3"

    connection = WholeSocket(Connection())

    assert [connection.recv(10), connection.recv(10)] == [b"3", b"3"]
    assert done == ["0 s for others", "read"] * 2


def test_only_handshakes_are_touched() -> None:
    seen: list[dict[str, Any]] = []

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environ)
        return []

    app = WholeWrites(wsgi_app)
    connection = FakeSocket()
    app({"HTTP_UPGRADE": "WebSocket", "HTTP_SEC_WEBSOCKET_EXTENSIONS": "x", "gunicorn.socket": connection}, None)
    app({"HTTP_SEC_WEBSOCKET_EXTENSIONS": "x", "gunicorn.socket": connection}, None)
    assert isinstance(seen[0]["gunicorn.socket"], WholeSocket)
    assert "HTTP_SEC_WEBSOCKET_EXTENSIONS" not in seen[0]
    assert not isinstance(seen[1]["gunicorn.socket"], WholeSocket)
    assert connection.timeouts_s == [SILENCE_S]
    assert connection.options == [(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)]


class FakeSocket:
    """A connection that notes how long it may be silent, and how much the kernel may keep for it."""

    def __init__(self) -> None:
        self.timeouts_s: list[float] = []
        self.options: list[tuple[int, int, int]] = []

    def setsockopt(self, level: int, name: int, value: int) -> None:
        self.options.append((level, name, value))

    def settimeout(self, seconds: float) -> None:
        self.timeouts_s.append(seconds)
