"""WebSocket connections write whole messages and agree on no compression."""

import socket
import threading
from collections.abc import Iterable
from typing import Any

import gevent
import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from giaoban.realtime.fan_out import text_frame
from giaoban.realtime.wire import WholeSocket, WholeWrites


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


def test_only_handshakes_are_touched() -> None:
    seen: list[dict[str, Any]] = []

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environ)
        return []

    app = WholeWrites(wsgi_app)
    app({"HTTP_UPGRADE": "WebSocket", "HTTP_SEC_WEBSOCKET_EXTENSIONS": "x", "gunicorn.socket": object()}, None)
    app({"HTTP_SEC_WEBSOCKET_EXTENSIONS": "x", "gunicorn.socket": object()}, None)
    assert isinstance(seen[0]["gunicorn.socket"], WholeSocket)
    assert "HTTP_SEC_WEBSOCKET_EXTENSIONS" not in seen[0]
    assert not isinstance(seen[1]["gunicorn.socket"], WholeSocket)


def filled(writer: socket.socket) -> int:
    """Fill a connection whose other end does not read; how many bytes it took."""
    writer.setblocking(False)
    taken = 0
    try:
        while True:
            taken += writer.send(b"x" * 65_536)
    except BlockingIOError:
        writer.setblocking(True)
        return taken


def read(reader: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        got += reader.recv(count - len(got))
    return bytes(got)


def test_an_idle_connection_takes_a_message_at_once() -> None:
    writer, reader = socket.socketpair()
    with writer, reader:
        assert WholeSocket(writer).send_now(b"message")
        assert reader.recv(100) == b"message"


def test_a_full_connection_takes_nothing_and_stays_usable() -> None:
    writer, reader = socket.socketpair()
    with writer, reader:
        line = WholeSocket(writer)
        taken = filled(writer)
        assert not line.send_now(b"message")
        read(reader, taken)
        assert line.send_now(b"message")
        assert read(reader, 7) == b"message"


def test_nobody_writes_into_another_s_message() -> None:
    writer, reader = socket.socketpair()
    with writer, reader:
        line = WholeSocket(writer)
        with line._writing:
            assert not line.send_now(b"message")
        assert line.send_now(b"message")


def test_a_dead_connection_takes_nothing() -> None:
    writer, reader = socket.socketpair()
    reader.close()
    with writer:
        assert not WholeSocket(writer).send_now(b"message")


def test_what_the_kernel_does_not_take_at_once_follows_before_anything_else() -> None:
    writer, reader = socket.socketpair()
    with writer, reader:
        line = WholeSocket(HalfAtOnce(writer))
        assert line.send_now(b"first message")
        assert not line.send_now(b", too early")
        gevent.wait(timeout=20)
        assert line.send_now(b", second")
        gevent.wait(timeout=20)
        assert read(reader, 21) == b"first message, second"


class HalfAtOnce:
    """A connection whose kernel takes only half of what it is offered without waiting."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real

    def sendmsg(self, buffers: list[bytes], _ancillary: object, _flags: int) -> int:
        (data,) = buffers
        return self._real.send(data[: len(data) // 2])

    def sendall(self, data: bytes) -> None:
        self._real.sendall(data)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_a_frame_is_what_a_websocket_client_reads(length: int) -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(text_frame("đ" * (length // 2) + "x" * (length % 2)))
    (message,) = client.events()
    assert isinstance(message, TextMessage)
    assert message.message_finished
    assert len(message.data.encode()) == length


def test_a_connection_on_which_half_a_message_stays_is_shut() -> None:
    writer, reader = socket.socketpair()
    with writer, reader:
        line = WholeSocket(DyingHalfWay(writer))
        assert line.send_now(b"first message")
        gevent.wait(timeout=20)
        assert reader.recv(100) == b"first "
        assert reader.recv(100) == b""
        assert not line.send_now(b"second")


class DyingHalfWay(HalfAtOnce):
    """A connection that breaks when the rest is to be sent."""

    def sendall(self, data: bytes) -> None:
        raise TimeoutError

    def shutdown(self, how: int) -> None:
        self._real.shutdown(how)
