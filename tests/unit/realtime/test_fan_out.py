"""One message to many screens: written to those that wait, queued for all others, never ahead of anything."""

import json
import queue
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from socketio.packet import Packet

from giaoban.realtime.fan_out import DirectManager, text_frame
from giaoban.realtime.wire import WholeSocket

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

    def join(self, name: str, line: object, **state: Any) -> None:
        screen = SimpleNamespace(upgraded=True, closing=False, closed=False, queue=queue.Queue())
        vars(screen).update(state)
        self.eio.sockets[name] = screen
        self.environ[name] = {"gunicorn.socket": line}
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
def line() -> Iterator[tuple[WholeSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(20)
        yield WholeSocket(ours), theirs


def something_queued() -> "queue.Queue[str]":
    waiting: queue.Queue[str] = queue.Queue()
    waiting.put("earlier")
    return waiting


BUSY: dict[str, Callable[[], dict[str, Any]]] = {
    "something is queued": lambda: {"queue": something_queued()},
    "it still polls": lambda: {"upgraded": False},
    "it is closing": lambda: {"closing": True},
    "it is closed": lambda: {"closed": True},
}


@pytest.mark.parametrize("state", BUSY.values(), ids=BUSY.keys())
def test_idle_screens_are_written_to_and_the_others_get_it_through_their_queue(
    manager: DirectManager,
    server: Server,
    line: tuple[WholeSocket, socket.socket],
    state: Callable[[], dict[str, Any]],
) -> None:
    ours, theirs = line
    server.join("idle", ours)
    server.join("busy", ours, **state())
    server.join("another kind of connection", object())

    manager.emit("order_snapshot", SNAPSHOT, "/live", to=ROOM)

    assert theirs.recv(1_000) == text_frame(TEXT)
    assert server.queued == [("busy", TEXT), ("another kind of connection", TEXT)]


def test_who_is_in_another_room_gets_nothing(
    manager: DirectManager, server: Server, line: tuple[WholeSocket, socket.socket]
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
