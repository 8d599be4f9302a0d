"""Screens that do not read, stop in the middle or never begin: others hear everything, and the server stays small."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
import websocket

from tests.conftest import running
from tests.databases import Databases
from tests.live_server import Caller, LiveServer
from tests.raw_screen import RawScreen

SMALL = 2_048  # bytes; the kernel makes the least of it that it allows
STUCK = 20
ASKED = 1_500  # questions of each, whose answers are 2.4 MB
GROWTH_MOST_KIB = 20 * 1_024  # that 20 screens leave behind, with 48 MB of answers
END_S = 60  # a connection that has not ended by then hangs


@pytest.fixture
def server(databases: Databases, database_of_today: str) -> Iterator[LiveServer]:
    """A server that lets a screen ask as often as it likes."""
    with running(databases.copy(database_of_today), settings={"GIAOBAN_SOCKET_EVENTS_PER_S": "100000"}) as (live, _):
        yield live


def resident_kib(server: LiveServer) -> int:
    """Memory that the server holds."""
    return sum(
        int(line.split()[1])
        for pid in server.pids()
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    )


def test_screens_that_never_read_cost_little_and_disturb_nobody(server: LiveServer) -> None:
    with ExitStack() as stack:
        quick = RawScreen(server.url)
        stack.callback(quick.vanish)
        caller = stack.enter_context(Caller(server, server.token(role="mc")))
        for _ in range(STUCK):  # everything is loaded, and as many were here before
            RawScreen(server.url).vanish()
        before_kib = resident_kib(server)
        stuck = [RawScreen(server.url, buffer=SMALL) for _ in range(STUCK)]
        for screen in stuck:
            stack.callback(screen.vanish)
        dropped = 0
        for number, screen in enumerate(stuck):
            try:
                for question in range(ASKED):
                    screen.ask(question, "sync_clock", {"sent_at_ms": 0, "seen_version": -1})
            except OSError:
                dropped += 1
            status, answer = caller.command(number, "set_message", {"text": f"Số {number}", "to": "all"})
            assert status == 200, answer
            assert quick.event("order_snapshot")["version"] == number + 1
        assert resident_kib(server) - before_kib < GROWTH_MOST_KIB
        for screen in stuck:
            got = screen.everything()  # its connection was ended; raises when it was not
            assert len(got) < 2 * ASKED
        again = RawScreen(server.url, buffer=SMALL)
        stack.callback(again.vanish)
        assert again.joined_with["version"] == STUCK
        assert dropped <= STUCK


def ended(line: socket.socket) -> bool:
    """Whether the server ends the connection; what it still says is not looked at. Raises TimeoutError if not."""
    line.settimeout(END_S)
    try:
        while line.recv(4_096):
            pass
    except ConnectionResetError:
        pass
    return True


def upgraded(server: LiveServer) -> socket.socket:
    """A connection that has become a WebSocket and has not joined."""
    line = websocket.WebSocket()
    line.connect(server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket", timeout=END_S)
    found: socket.socket = line.sock
    return found


def test_whoever_stops_in_the_middle_is_shown_out(server: LiveServer) -> None:
    address = ("127.0.0.1", server.port)
    head = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnec"
    joined = RawScreen(server.url)
    with (
        socket.create_connection(address) as silent,
        socket.create_connection(address) as half_a_request,
        upgraded(server) as half_a_frame,
        upgraded(server) as never_joins,
        joined.socket as half_a_message,
    ):
        half_a_request.sendall(head)
        half_a_frame.sendall(b"\x81\xfe")
        half_a_message.sendall(b"\x01\x82\0\0\0\0" + b"42")
        for line in (silent, half_a_request, half_a_frame, half_a_message, never_joins):
            assert ended(line)
    assert requests.get(server.url + "/healthz", timeout=END_S).ok
    quick = RawScreen(server.url)
    assert quick.joined_with["version"] == 0
    quick.vanish()
