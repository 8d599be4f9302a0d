"""Screens are let in a bounded number at a time, in the order in which they came, and nobody waits for ever."""

import socket
from collections.abc import Iterable
from typing import Any

import gevent
import pytest

from giaoban.realtime import admission as module
from giaoban.realtime.admission import PLACE, Admission, Place, Queue

JOIN = {"PATH_INFO": "/socket.io/", "QUERY_STRING": "EIO=4&transport=websocket"}


class Door:
    """Before it stand tasks that want in; `inside` are those who are, in order, with their places."""

    def __init__(self, comers: int, at_once: int) -> None:
        self.admission = Admission(at_once)
        self.inside: list[tuple[int, Place]] = []
        self.tasks = [gevent.spawn(self._come, number) for number in range(comers)]
        gevent.sleep(0)

    def _come(self, number: int) -> None:
        self.inside.append((number, self.admission.take()))

    @property
    def numbers(self) -> list[int]:
        gevent.sleep(0)
        return [number for number, _ in self.inside]


def test_only_so_many_are_let_in_at_once_and_the_others_in_their_order() -> None:
    door = Door(comers=5, at_once=2)
    assert door.numbers == [0, 1]
    assert door.admission.waiting == 3

    door.inside[1][1].give_back()
    assert door.numbers == [0, 1, 2]
    door.inside[0][1].give_back()
    assert door.numbers == [0, 1, 2, 3]
    gevent.killall(door.tasks)


def test_a_place_is_given_back_once() -> None:
    door = Door(comers=4, at_once=1)
    for _ in range(3):
        door.inside[0][1].give_back()
    assert door.numbers == [0, 1]
    gevent.killall(door.tasks)


def test_nobody_is_kept_out_by_those_who_are_slow() -> None:
    door = Door(comers=200, at_once=4)
    gevent.joinall(door.tasks, timeout=20)
    assert door.numbers == list(range(200))
    assert door.admission.waiting == 0


def test_a_busy_server_takes_back_the_places_of_those_who_do_not_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JOIN_S", 0)
    monkeypatch.setattr(Admission, "_let_in", only_where_there_is_room(Admission._let_in))
    door = Door(comers=6, at_once=2)
    gevent.joinall(door.tasks, timeout=20)
    assert door.numbers == list(range(6))


def only_where_there_is_room(let_in: Any) -> Any:
    """As on a server that never has time to spare."""
    return lambda self, more=0: let_in(self, 0)


def test_who_comes_later_is_let_in_at_once_when_nobody_waits_any_more() -> None:
    door = Door(comers=3, at_once=2)
    gevent.joinall(door.tasks, timeout=20)
    for _, place in door.inside:
        place.give_back()
    assert door.admission.take() is not None
    assert door.admission.waiting == 0


# ---- as middleware


def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"answer"]


def asked(queue: Queue, environ: dict[str, Any]) -> tuple[str, list[bytes]]:
    said: list[str] = []
    body = list(queue(environ, lambda status, _headers: said.append(status)))
    return said[0], body


def test_a_polling_handshake_gives_its_place_back_with_its_answer() -> None:
    admission = Admission(1)
    queue = Queue(answered, admission)
    for _ in range(3):
        assert asked(queue, {**JOIN}) == ("200 OK", [b"answer"])
    assert not admission._taken


def test_a_websocket_keeps_its_place_until_it_has_joined() -> None:
    seen: list[dict[str, Any]] = []

    def websocket(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environ)
        raise StopIteration

    admission = Admission(1)
    with pytest.raises(StopIteration):
        Queue(websocket, admission)({**JOIN}, None)
    assert len(admission._taken) == 1
    seen[0][PLACE].give_back()
    assert not admission._taken


def test_a_failure_gives_the_place_back() -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise OSError

    admission = Admission(1)
    with pytest.raises(OSError):  # noqa: PT011 - which one does not matter
        Queue(broken, admission)({**JOIN}, None)
    assert not admission._taken


@pytest.mark.parametrize(
    "environ", [{"PATH_INFO": "/healthz"}, {**JOIN, "QUERY_STRING": "EIO=4&transport=polling&sid=abc"}]
)
def test_everything_else_passes_by(environ: dict[str, Any]) -> None:
    admission = Admission(1)
    admission.take()
    assert asked(Queue(answered, admission), environ) == ("200 OK", [b"answer"])


def test_who_has_hung_up_meanwhile_costs_nothing_more() -> None:
    admission = Admission(1)
    queue = Queue(answered, admission)
    ours, theirs = socket.socketpair()
    other, still_there = socket.socketpair()
    place = admission.take()
    tasks = [
        gevent.spawn(asked, queue, {**JOIN, "HTTP_UPGRADE": "websocket", "gunicorn.socket": connection})
        for connection in (ours, other)
    ]
    gevent.sleep(0)
    assert admission.waiting == 2
    theirs.close()
    place.give_back()
    gevent.joinall(tasks, timeout=20)
    assert [task.value[0][:3] for task in tasks] == ["408", "200"]
    assert not admission._taken
    for connection in (ours, other, still_there):
        connection.close()
