"""Screens are told the same, directly or the library's own way: the same scenarios, on real sockets, against both."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import requests
import socketio

from tests.conftest import COMMUNE, ITS_DISTRICT, running
from tests.databases import Databases
from tests.live_server import Caller, LiveServer
from tests.raw_screen import NAMESPACE, PATIENCE_S, RawScreen

Join = Callable[..., RawScreen]

SMALL = 2_048  # bytes; the kernel makes the least of it that it allows


@pytest.fixture(scope="module", params=["1", "0"], ids=["direct", "the library's"])
def way(request: pytest.FixtureRequest, databases: Databases, database_of_today: str) -> Iterator[LiveServer]:
    """A server that tells its screens that way."""
    settings = {"GIAOBAN_DIRECT_FAN_OUT": request.param, "GIAOBAN_SOCKET_EVENTS_PER_S": "100000"}
    with running(databases.copy(database_of_today), settings=settings) as (server, _):
        yield server


class Presser:
    """An MC who changes something with each press; a press on a conference that has ended would change nothing."""

    def __init__(self, server: LiveServer) -> None:
        self._caller = Caller(server, server.token(role="mc"))
        self.version = self._caller.get("/running-order")["version"]

    def press(self) -> int:
        """The version that the press has made."""
        text = f"Thông báo số {self.version}"
        status, answer = self._caller.command(self.version, "set_message", {"text": text, "to": "all"})
        assert status == 200, answer
        self.version = answer["version"]
        return self.version

    def say(self, text: str, to: str) -> None:
        status, answer = self._caller.command(self.version, "set_message", {"text": text, "to": to})
        assert status == 200, answer
        self.version = answer["version"]

    def get(self, path: str) -> Any:
        return self._caller.get(path)

    def close(self) -> None:
        self._caller.__exit__()


@pytest.fixture
def mc(way: LiveServer) -> Iterator[Presser]:
    with closing(Presser(way)) as presser:
        yield presser


@pytest.fixture
def join(way: LiveServer) -> Iterator[Join]:
    """`join(**auth)`: a screen that has joined."""
    opened: list[RawScreen] = []

    def make(**given: Any) -> RawScreen:
        opened.append(RawScreen(way.url, **given))
        return opened[-1]

    yield make
    for screen in opened:
        screen.vanish()


def versions(screen: RawScreen, count: int) -> list[int]:
    """Of the next so many snapshots."""
    return [screen.event("order_snapshot")["version"] for _ in range(count)]


def test_every_screen_gets_every_change_in_order(join: Join, mc: Presser) -> None:
    screens = [join() for _ in range(20)]
    pressed = [mc.press() for _ in range(30)]
    for screen in screens:
        assert versions(screen, len(pressed)) == pressed


def test_answers_and_events_keep_their_order(join: Join, mc: Presser) -> None:
    screen = join()
    expected: list[tuple[str, int]] = []
    got: list[tuple[str, int]] = []
    for number in range(20):
        screen.ask(number, "sync_clock", {"sent_at_ms": 0, "seen_version": mc.version})
        assert screen.answer(number)["version"] == mc.version
        expected.append(("order_snapshot", mc.press()))
        name, payload = screen.next()
        got.append((name, payload["version"]))
    assert got == expected


def test_a_slow_screen_gets_everything_whole_and_no_state_after_a_later_one(join: Join, mc: Presser) -> None:
    slow, quick = join(buffer=SMALL), join()
    asked = 50
    for number in range(asked):  # each is answered with a snapshot as well, more than its buffers hold
        slow.ask(number, "sync_clock", {"sent_at_ms": 0, "seen_version": -1})
    pressed = mc.press()
    assert versions(quick, 1) == [pressed]
    got = [slow.next() for _ in range(2 * asked + 1)]
    answered = sorted(int(name) for name, _ in got if name != "order_snapshot")
    assert answered == list(range(asked))
    seen = [payload["version"] for name, payload in got if name == "order_snapshot"]
    assert seen == sorted(seen)
    assert set(seen) <= {pressed - 1, pressed}
    mc.press()
    assert versions(slow, 1) == [mc.version]


def test_a_screen_that_never_reads_is_dropped_whole_messages_only_and_comes_back(join: Join, mc: Presser) -> None:
    stuck, quick = join(buffer=SMALL), join()
    thread = threading.Thread(target=ask_for_ever, args=(stuck,))
    thread.start()
    pressed = [mc.press() for _ in range(10)]
    assert versions(quick, len(pressed)) == pressed
    thread.join(timeout=PATIENCE_S)
    got = stuck.everything()  # raises when a frame is not whole or holds no JSON
    assert 0 < len(got) < 2 * ASKED
    again = join(buffer=SMALL)
    assert again.joined_with["version"] == mc.version


ASKED = 3_000


def ask_for_ever(screen: RawScreen) -> None:
    """Until it is dropped, or has asked far more than a server should keep answers for."""
    try:
        for number in range(ASKED):
            screen.ask(number, "sync_clock", {"sent_at_ms": 0, "seen_version": -1})
    except OSError:
        pass


def test_screens_that_vanish_in_the_middle_disturb_nobody(join: Join, way: LiveServer, mc: Presser) -> None:
    token = way.token(endpoint=COMMUNE)
    leaving = [join(token=token) for _ in range(10)]
    staying = [join() for _ in range(5)]
    pressed = []
    for screen in leaving:
        pressed.append(mc.press())
        screen.vanish()
    pressed.append(mc.press())
    for screen in staying:
        assert versions(screen, len(pressed)) == pressed
    for _ in range(PATIENCE_S * 1_000):
        row = next(row for row in mc.get("/endpoints") if row["code"] == COMMUNE)
        if not row["connected"]:
            break
    assert not row["connected"]


def test_rooms_hear_what_is_meant_for_them(join: Join, way: LiveServer, mc: Presser) -> None:
    room = join(token=way.token(endpoint=COMMUNE))
    other = join(token=way.token(endpoint=ITS_DISTRICT))
    staff, public = join(token=way.token(role="mc")), join()
    mc.say("Xin bật micro", COMMUNE)
    last = mc.press()
    for screen, notices in ((room, 1), (other, 0), (staff, 1), (public, 0)):
        heard = []
        while True:
            name, payload = screen.next()
            if name == "order_snapshot" and payload["version"] == last:
                break
            heard.append(name)
        assert heard.count("endpoint_notice") == notices


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"42/live,"], ids=["nothing", "bytes", "a packet as bytes"])
def test_bytes_are_taken_for_nothing(join: Join, mc: Presser, data: bytes) -> None:
    screen = join()
    screen.say_bytes(data)
    assert screen.everything() == []
    assert join().joined_with["version"] == mc.version


def test_a_message_that_is_too_long_ends_the_connection(join: Join) -> None:
    screen = join()
    screen.say(f'42{NAMESPACE},["sync_clock","{"x" * 20_000}"]')
    assert screen.everything() == []


def test_a_screen_that_polls_gets_every_change_in_order(way: LiveServer, mc: Presser) -> None:
    url = way.url + "/socket.io/?EIO=4&transport=polling"
    with requests.Session() as session:

        def polled() -> list[str]:
            return session.get(url, timeout=PATIENCE_S).text.split("\x1e")

        (opened,) = polled()
        url += "&sid=" + json.loads(opened[1:])["sid"]
        assert session.post(url, data=f"40{NAMESPACE},{{}}", timeout=PATIENCE_S).text == "OK"
        got: list[str] = []
        while not any(text.startswith(f"42{NAMESPACE},") for text in got):
            got += polled()
        pressed = [mc.press() for _ in range(5)]
        seen: list[int] = []
        while len(seen) < len(pressed):
            events = [text for text in polled() if text.startswith(f"42{NAMESPACE},")]
            seen += [json.loads(text.partition(",")[2])[1]["version"] for text in events]
        assert seen == pressed
        assert session.post(url, data="1", timeout=PATIENCE_S).ok


def test_a_screen_that_begins_with_polling_and_goes_on_with_a_websocket_gets_every_change(
    way: LiveServer, mc: Presser
) -> None:
    got: list[int] = []
    changed = threading.Semaphore(0)

    def heard(snapshot: dict[str, Any]) -> None:
        got.append(snapshot["version"])
        changed.release()

    client = socketio.Client(reconnection=False, request_timeout=90)
    client.on("order_snapshot", heard, namespace=NAMESPACE)
    client.connect(way.url, namespaces=[NAMESPACE], transports=["polling", "websocket"], wait_timeout=PATIENCE_S)
    assert changed.acquire(timeout=PATIENCE_S)
    joined_with = mc.version
    pressed = [mc.press() for _ in range(5)]
    for _ in pressed:
        assert changed.acquire(timeout=PATIENCE_S)
    assert client.transport() == "websocket"
    assert got == [joined_with, *pressed]
    client.disconnect()
