"""One message to many screens: written to those that have a line, queued for all others."""

import json
import queue
import socket
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import engineio
import gevent
import pytest
from engineio.packet import OPEN, PONG
from engineio.packet import Packet as EnginePacket
from engineio.socket import Socket
from socketio.packet import Packet

from giaoban.realtime import fan_out
from giaoban.realtime.fan_out import TESTED, DirectEngine, DirectManager, DirectWebSocket, Outbox, untested
from giaoban.realtime.frames import text_frame
from giaoban.realtime.line import Line
from giaoban.realtime.wire import QUEUED_MOST

ROOM = "order:1"
SNAPSHOT = {"version": 3, "title": "Báo cáo"}
TEXT = '42/live,["order_snapshot",{"version":3,"title":"B\\u00e1o c\\u00e1o"}]'


class PlainPacket(Packet):
    """Written by the standard library, whatever an application of another test has set for all packets."""

    json = json


class Server:
    """What the manager sees of the library's server."""

    packet_class = PlainPacket

    def __init__(self, manager: DirectManager) -> None:
        self.environ: dict[str, dict[str, Any]] = {}
        self.eio = SimpleNamespace(sockets={})
        self.queued: list[tuple[str, str]] = []
        self._manager = manager
        manager.set_server(self)

    def join(self, name: str, outbox: object, *, closing: bool = False) -> None:
        self.eio.sockets[name] = SimpleNamespace(closing=closing, queue=outbox)
        for room in (None, ROOM):
            self._manager.basic_enter_room(f"sid-{name}", "/live", room, eio_sid=name)

    def _send_eio_packet(self, name: str, message: Any) -> None:
        self.queued.append((name, message.encode()))


@pytest.fixture
def manager() -> DirectManager:
    return DirectManager()


@pytest.fixture
def server(manager: DirectManager) -> Server:
    return Server(manager)


@pytest.fixture
def line() -> Iterator[tuple[Outbox, socket.socket]]:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.settimeout(20)
        outbox = Outbox(Line(ours.detach(), 1_000))
        yield outbox, theirs
        outbox.line.drop()
        assert list(outbox.line.messages()) == []  # its reader closes it


def test_screens_with_a_line_are_written_to_and_the_others_get_it_through_their_queue(
    manager: DirectManager, server: Server, line: tuple[Outbox, socket.socket]
) -> None:
    ours, theirs = line
    server.join("on the line", ours)
    server.join("closing", ours, closing=True)
    server.join("polling", queue.Queue())

    manager.emit("order_snapshot", SNAPSHOT, "/live", to=ROOM)

    assert theirs.recv(1_000) == text_frame(TEXT)
    assert server.queued == [("closing", TEXT), ("polling", TEXT)]


def test_who_is_in_another_room_gets_nothing(
    manager: DirectManager, server: Server, line: tuple[Outbox, socket.socket]
) -> None:
    ours, theirs = line
    server.join("idle", ours)

    manager.emit("order_snapshot", SNAPSHOT, "/live", to="order:2")
    manager.emit("order_snapshot", {"version": 4}, "/live", to=ROOM)

    assert theirs.recv(1_000) == text_frame('42/live,["order_snapshot",{"version":4}]')
    assert server.queued == []


def test_nobody_there_is_no_error(manager: DirectManager, server: Server) -> None:
    manager.emit("order_snapshot", SNAPSHOT, "/live", to=ROOM)

    assert server.queued == []


def test_who_has_left_is_in_no_room_and_the_others_still_are(manager: DirectManager, server: Server) -> None:
    for name in ("one", "another"):
        server.join(name, queue.Queue())
    assert manager.get_rooms("sid-one", "/live") == [ROOM]

    manager.basic_disconnect("sid-one", "/live")

    assert manager.get_rooms("sid-one", "/live") == []
    assert [sid for sid, _ in manager.get_participants("/live", ROOM)] == ["sid-another"]
    manager.basic_disconnect("sid-another", "/live")
    assert not manager.rooms
    assert not manager._rooms_of


def test_leaving_a_room_is_leaving_that_room(manager: DirectManager, server: Server) -> None:
    server.join("one", queue.Queue())
    manager.basic_enter_room("sid-one", "/live", "roll_call:1:all")

    manager.basic_leave_room("sid-one", "/live", ROOM)

    assert manager.get_rooms("sid-one", "/live") == ["roll_call:1:all"]
    assert not list(manager.get_participants("/live", ROOM))


# ---- pings


@pytest.fixture
def engine() -> DirectEngine:
    """An engine of ours that pings at once."""
    made = engineio.Server(async_mode="gevent", ping_interval=0)
    DirectEngine.take_over(SimpleNamespace(eio=made, environ={}))
    return made


def screens_of(engine: DirectEngine, *names: str) -> list[Socket]:
    """Screens that have come and are to be pinged."""
    made = [Socket(engine, name) for name in names]
    for screen in made:
        screen.schedule_ping()
    return made


def pinged(screen: Socket) -> list[str | None]:
    """What was put into its queue; None is the end."""
    return [message and message.encode() for message in (screen.queue.get() for _ in range(screen.queue.qsize()))]


def test_every_screen_is_pinged_and_again_after_its_answer(engine: DirectEngine) -> None:
    screens = screens_of(engine, "a", "b", "c")
    gevent.wait(timeout=20)
    assert [pinged(screen) for screen in screens] == [["2"]] * 3
    screens[1].receive(EnginePacket(PONG))
    gevent.wait(timeout=20)
    assert [pinged(screen) for screen in screens] == [[], ["2"], []]


def test_a_screen_that_cannot_be_pinged_keeps_nobody_else_from_it(
    engine: DirectEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, closed, good = screens_of(engine, "broken", "closed", "good")
    monkeypatch.setattr(broken, "send", None)
    closed.closed = True
    gevent.wait(timeout=20)
    assert [pinged(screen) for screen in (closed, good)] == [[], ["2"]]
    assert [record.getMessage() for record in caplog.records] == ["a screen could not be pinged"]


def test_who_leaves_too_much_waiting_is_closed(engine: DirectEngine) -> None:
    (screen,) = screens_of(engine, "polls no more")
    engine.sockets[screen.sid] = screen
    for _ in range(QUEUED_MOST + 10):
        engine.send(screen.sid, "more")
    assert screen.closed
    assert len(pinged(screen)) == QUEUED_MOST + 1  # and the end
    gevent.wait(timeout=20)


# ---- handshakes


KEY, PROOF = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # the example of RFC 6455, 1.3


def handshake(engine: DirectEngine, connection: socket.socket) -> tuple[Socket, dict[str, Any]]:
    """A screen that shakes hands on that connection; it, and its environment as the library keeps it."""
    screen = Socket(engine, "a")
    engine.sockets[screen.sid] = screen
    screen.send(EnginePacket(OPEN, {"sid": screen.sid}))
    environ = {
        "HTTP_SEC_WEBSOCKET_KEY": KEY,
        "HTTP_COOKIE": "giaoban=x",
        "HTTP_ACCEPT_LANGUAGE": "vi",
        "wsgi.early_hints": object(),
        "gunicorn.socket": connection,
    }
    with pytest.raises(StopIteration):
        DirectWebSocket(screen._websocket_handler, engine)(environ, None)
    return screen, environ


def test_a_connection_is_taken_over_with_what_was_to_be_sent_and_little_is_kept(engine: DirectEngine) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.settimeout(20)
        screen, environ = handshake(engine, ours)

        said = theirs.recv(1_000)
        assert said.startswith(b"HTTP/1.1 101 ")
        assert f"Sec-WebSocket-Accept: {PROOF}\r\n\r\n".encode() + text_frame('0{"sid":"a"}') in said
        assert ours.fileno() == -1  # gunicorn closes nothing of ours
        assert environ.keys() == {"HTTP_COOKIE", "wsgi.input"}

    gevent.wait(timeout=20)
    assert screen.closed
    assert not engine.sockets


def test_beyond_the_limit_of_open_files_a_screen_is_turned_away(engine: DirectEngine) -> None:
    engine.most = 0
    screen = Socket(engine, "one too many")
    engine.sockets[screen.sid] = screen
    answered: list[str] = []
    ours, theirs = socket.socketpair()
    with ours, theirs:
        environ = {"HTTP_SEC_WEBSOCKET_KEY": KEY, "gunicorn.socket": ours}
        body = DirectWebSocket(screen._websocket_handler, engine)(environ, lambda status, _: answered.append(status))
        assert list(body) == []
        assert answered == ["503 Service Unavailable"]
        assert screen.closed
        assert ours.fileno() != -1


# ---- the versions


def test_the_tested_versions_are_those_that_are_installed_everywhere() -> None:
    lines = (Path(__file__).absolute().parents[3] / "requirements.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split(" ")[0].split("==") for line in lines if "==" in line)
    assert {name: pinned[name] for name in TESTED} == TESTED
    assert untested() == []


def test_another_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "version", lambda name: "99.0" if name == "gevent" else version(name))
    assert untested() == [f"gevent 99.0 (tested: {TESTED['gevent']})"]
