"""A screen's connection: written to without waiting, in order, within bounds, and dropped when it does not read."""

import socket
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Event, Ping, Pong, TextMessage

from giaoban.realtime import line as module
from giaoban.realtime.frames import text_frame
from giaoban.realtime.line import WAITING_MOST, Line

BIG = "x" * 300_000  # more than the kernel takes at once


class Browser:
    """The other end: an independent implementation of the protocol."""

    def __init__(self, connection: socket.socket, line: Line) -> None:
        connection.setblocking(False)
        self.socket = connection
        self._line = line
        self._protocol = Connection(ConnectionType.CLIENT)

    def say(self, *events: Event) -> None:
        for event in events:
            self.socket.sendall(self._protocol.send(event))

    def told(self) -> list[Event]:
        """All that has come by the time the server has nothing more to do, until the end if there is one."""
        events: list[Event] = []
        while True:
            settle()
            try:
                data = self.socket.recv(65_536)
            except BlockingIOError:
                if self._line.waiting:
                    continue
                return events
            if not data:
                return [*events, END]
            self._protocol.receive_data(data)
            events += self._protocol.events()


END: Any = object()


def settle() -> None:
    """Let the server's tasks do all that they can do now."""
    for _ in range(3):
        gevent.idle()


def texts(events: list[Event]) -> str:
    return "".join(event.data for event in events if isinstance(event, TextMessage))


@pytest.fixture
def both() -> Iterator[tuple[Line, Browser]]:
    ours, theirs = socket.socketpair()
    line = Line(ours.detach(), 20_000)
    with theirs:
        yield line, Browser(theirs, line)
        line.drop()
        settle()
        if line._socket.fileno() >= 0:  # nobody listened, and the reader is who closes it
            assert list(line.messages()) == []


def heard(line: Line) -> tuple[gevent.Greenlet, list[str | bytes]]:
    """A task that listens to the line, and what it has heard."""
    messages: list[str | bytes] = []
    return gevent.spawn(lambda: messages.extend(line.messages())), messages


def test_a_message_is_there_at_once(both: tuple[Line, Browser]) -> None:
    line, browser = both
    line.write(text_frame("một"))
    assert line.waiting == 0
    assert texts(browser.told()) == "một"


def test_what_the_kernel_does_not_take_follows_in_order(both: tuple[Line, Browser]) -> None:
    line, browser = both
    sent = [BIG, "hai", BIG, "bốn", "năm"]
    for text in sent:
        line.write(text_frame(text))
    assert line.waiting == len(sent)
    assert texts(browser.told()) == "".join(sent)
    line.write(text_frame("sáu"))
    assert line.waiting == 0
    assert texts(browser.told()) == "sáu"


def test_who_does_not_read_is_dropped_and_keeps_no_more_than_so_much(both: tuple[Line, Browser]) -> None:
    line, _ = both
    task, _ = heard(line)
    for number in range(WAITING_MOST):
        line.write(text_frame(BIG))
        assert line.waiting == number + 1
    assert not line.dropped
    line.write(text_frame("one too many"))
    assert line.dropped
    task.join(timeout=20)
    assert task.ready()
    assert line.waiting == 0


def test_who_does_not_read_for_long_is_dropped(both: tuple[Line, Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALL_S", 0.01)
    line, _ = both
    task, _ = heard(line)
    line.write(text_frame(BIG))
    task.join(timeout=20)
    assert task.ready()
    assert line.dropped


def test_nothing_follows_half_a_message(both: tuple[Line, Browser]) -> None:
    line, browser = both
    line.write(text_frame(BIG))
    line.close()
    line.write(text_frame("late"))
    events = browser.told()
    assert events[-1] is END
    assert not any(event.message_finished for event in events if isinstance(event, TextMessage))
    assert not any(isinstance(event, CloseConnection) for event in events)


def test_writing_to_a_dead_connection_is_no_error(both: tuple[Line, Browser]) -> None:
    line, browser = both
    browser.socket.close()
    for _ in range(3):
        line.write(text_frame("một"))
    assert line.dropped


def test_messages_are_heard_and_pings_answered(both: tuple[Line, Browser]) -> None:
    line, browser = both
    task, messages = heard(line)
    browser.say(TextMessage(data="40/live,"), Ping(payload=b"?"), TextMessage(data="3"))
    assert browser.told() == [Pong(payload=b"?")]
    assert messages == ["40/live,", "3"]
    browser.socket.close()
    task.join(timeout=20)
    assert task.ready()


def test_a_goodbye_is_answered_and_ends_the_connection(both: tuple[Line, Browser]) -> None:
    line, browser = both
    task, _ = heard(line)
    browser.say(CloseConnection(code=1000))
    events = browser.told()
    assert isinstance(events[0], CloseConnection)
    assert events[-1] is END
    task.join(timeout=20)
    assert task.ready()


SAID: dict[str, tuple[bytes, int]] = {
    "too long": (b"\x81\xfe\xff\xff", 1009),
    "no mask": (b"\x81\x01x", 1002),
    "HTTP again": (b"GET / HTTP/1.1\r\n\r\n", 1002),
}


@pytest.mark.parametrize(("data", "code"), SAID.values(), ids=SAID.keys())
def test_who_speaks_otherwise_is_told_why_and_dropped(both: tuple[Line, Browser], data: bytes, code: int) -> None:
    line, browser = both
    task, messages = heard(line)
    browser.socket.sendall(data)
    goodbye, end = browser.told()
    assert isinstance(goodbye, CloseConnection)
    assert goodbye.code == code
    assert end is END
    task.join(timeout=20)
    assert messages == []


@pytest.mark.parametrize("half", [b"\x81", b"\x81\x85\0\0\0\0ab", b"\x01\x81\0\0\0\0a"])
def test_half_a_message_does_not_stay_half_for_ever(
    both: tuple[Line, Browser], half: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALL_S", 0.01)
    line, browser = both
    task, messages = heard(line)
    browser.socket.sendall(half)
    task.join(timeout=20)
    assert task.ready()
    assert messages == []
    assert browser.told() == [END]


def test_a_line_that_is_silent_stays(both: tuple[Line, Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALL_S", 0)
    line, browser = both
    _, messages = heard(line)
    settle()
    browser.say(TextMessage(data="3"))
    assert browser.told() == []
    assert messages == ["3"]


def test_whoever_is_dropped_is_not_listened_to_any_more(both: tuple[Line, Browser]) -> None:
    line, browser = both
    task, messages = heard(line)
    settle()
    browser.say(TextMessage(data="3"))
    line.drop()
    task.join(timeout=20)
    assert task.ready()
    assert messages == []


def test_whoever_says_very_much_at_once_does_not_keep_others_waiting(both: tuple[Line, Browser]) -> None:
    line, browser = both
    said = 5_000
    browser.socket.sendall(b"\x81\x81\0\0\0\x003" * said)
    task, messages = heard(line)
    heard_before_others: list[int] = []
    gevent.spawn(lambda: heard_before_others.append(len(messages)))
    browser.socket.close()

    task.join(timeout=20)

    assert len(messages) == said
    assert heard_before_others[0] < said
