"""A real server under real pressure: two presses at once, a kill in the middle, every room in the same moment."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any
from uuid import uuid4

import pytest
import socketio
from flask import Flask

from giaoban.services import Services
from giaoban.services.clock import SystemClock
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE
from tests.consistency import assert_consistent
from tests.live_server import Caller, LiveServer, stored

PRESSES = 200
MOST = 4 * (PRESSES - 1)  # presses of which every fourth goes on to another item
SLUG = "hoi-nghi-dai"


@pytest.fixture
def long_order(beside: Flask) -> str:
    """A conference with an item for every press."""
    services: Services = beside.extensions["giaoban"]
    items = [{"kind": "report", "title": f"Mục {n}", "planned_ms": 60_000} for n in range(PRESSES + 1)]
    new = NewConference(SLUG, "Hội nghị dài", SystemClock().now_ms(), units=(), items=items)
    services.conferences.create(new, cli_identity("test"))
    return SLUG


def test_two_clients_pressing_together_advance_one_step(server: LiveServer, beside: Flask, long_order: str) -> None:
    together = threading.Barrier(2)
    token = server.token(role="mc")

    def press(_: int) -> list[tuple[int, dict[str, Any]]]:
        answers = []
        with Caller(server, token, long_order) as caller:
            for version in range(PRESSES):
                together.wait(timeout=60)
                answers.append(stored(caller.command, version, "next", None, str(uuid4())))
        return answers

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(press, range(2))
    for version, pair in enumerate(zip(first, second, strict=True)):
        (won_status, won), (lost_status, lost) = sorted(pair, key=lambda answer: answer[0])
        assert (won_status, lost_status) == (200, 409)
        assert won["version"] == version + 1
        assert lost["error"]["code"] == "stale_version"
        assert lost["error"]["details"]["snapshot"]["version"] == version + 1
        assert lost["error"]["details"]["snapshot"]["live"]["item_id"] == won["snapshot"]["live"]["item_id"]
    with Caller(server, token, long_order) as caller:
        order = caller.get("/running-order")
    assert order["version"] == PRESSES
    assert [item["state"] for item in order["items"]] == ["done"] * (PRESSES - 1) + ["live", "pending"]
    assert_consistent(beside, long_order)


@pytest.mark.own_server
def test_a_kill_in_the_middle_loses_nothing_that_was_acknowledged(
    server: LiveServer, beside: Flask, long_order: str
) -> None:
    half_way = threading.Event()
    acknowledged: list[tuple[str, dict[str, Any]]] = []
    names = ("next", "add_time", "pause", "resume")
    clock = SystemClock()

    def press(token: str) -> None:
        with Caller(server, token, long_order) as caller:
            version = 0
            for number in range(MOST):
                name, command_id = names[number % len(names)], str(uuid4())
                try:
                    status, answer = caller.command(
                        version, name, {"delta_ms": 1_000} if name == "add_time" else {}, command_id
                    )
                except (OSError, HTTPException):
                    return  # the server is dead: from here on nothing was acknowledged
                if status == 503:
                    return  # so says nginx, where it stands before the server
                assert status == 200, answer
                acknowledged.append((command_id, answer))
                version = answer["version"]
                if len(acknowledged) >= PRESSES // 2:
                    half_way.set()

    presser = threading.Thread(target=press, args=(server.token(role="mc"),))
    presser.start()
    assert half_way.wait(timeout=60)
    server.kill()
    presser.join(timeout=60)
    assert not presser.is_alive()
    assert PRESSES // 2 <= len(acknowledged) < MOST

    server.start()
    assert_consistent(beside, long_order)
    with Caller(server, server.token(role="mc"), long_order) as caller:
        log = caller.get("/log")
        asked_at_ms = clock.now_ms()
        order = caller.get("/running-order")
        answered_at_ms = clock.now_ms()
    found = {line["command_id"]: line for line in log if line["command_id"]}
    for command_id, answer in acknowledged:
        assert found[command_id]["version"] == answer["version"]
        assert found[command_id]["data"]["events"] == answer["events"]
    assert order["version"] - len(acknowledged) in (0, 1)  # the one on its way may have been stored, unanswered
    assert sum(item["state"] in ("live", "paused") for item in order["items"]) == 1
    # The running timer is its facts and the server's clock: the first as acknowledged, the second right to a second.
    live, last = order["live"], acknowledged[-1][1]["snapshot"]["live"]
    if order["version"] == len(acknowledged):
        assert live == {key: last[key] for key in live}
    elif live["item_id"] == last["item_id"]:
        assert live["started_at_ms"] == last["started_at_ms"]
    assert asked_at_ms - 1_000 <= order["server_now_ms"] <= answered_at_ms + 1_000


def test_every_room_in_the_same_moment(server: LiveServer, beside: Flask) -> None:
    services: Services = beside.extensions["giaoban"]
    rooms = [(endpoint.code, code) for endpoint, code in services.access.codes(services.conferences.current())]
    together = threading.Barrier(len(rooms))

    def check_in(room: tuple[str, str]) -> tuple[str, int, dict[str, Any]]:
        code, join_code = room
        token = server.token(endpoint=code)
        with Caller(server, token) as caller:
            check_in_id = str(uuid4())
            body = {
                "check_in_id": check_in_id,
                "status": "present",
                "headcount": 3,
                "happened_at_ms": SystemClock().now_ms(),
            }
            together.wait(timeout=200)
            status, answer = stored(caller.request, "PUT", f"/endpoints/{code}/check-in", body)
            assert stored(caller.request, "PUT", f"/endpoints/{code}/check-in", body) == (status, answer)
            return check_in_id, status, answer

    with ThreadPoolExecutor(len(rooms)) as pool:
        answers = list(pool.map(check_in, rooms))
    assert {status for _, status, _ in answers} == {200}
    with Caller(server, server.token(role="secretary")) as caller:
        totals = caller.get("/roll-call")["totals"]
        log = caller.get("/log")
    assert totals["present"] == totals["expected"] == len(rooms)
    assert totals["headcount"] == 3 * len(rooms)
    lines = [line["data"]["record"]["check_in_id"] for line in log if line["kind"] == "check_in"]
    assert sorted(lines) == sorted(check_in_id for check_in_id, _, _ in answers)
    assert_consistent(beside, server.slug)


@pytest.fixture
def screen(server: LiveServer) -> Iterator[Callable[[str | None], tuple[socketio.Client, queue.Queue[Any]]]]:
    """`screen(token)`: a connected client and the queue of what it receives."""
    opened: list[socketio.Client] = []

    def make(token: str | None) -> tuple[socketio.Client, queue.Queue[Any]]:
        client = socketio.Client(reconnection=False, request_timeout=90)
        opened.append(client)
        got: queue.Queue[Any] = queue.Queue()
        client.on("*", lambda event, data: got.put((event, data)), namespace="/live")
        auth = {"token": token} if token else {}
        client.connect(server.url, namespaces=["/live"], transports=["websocket"], auth=auth, wait_timeout=90)
        event, _ = got.get(timeout=90)
        assert event == "order_snapshot"
        return client, got

    yield make
    for client in opened:
        client.disconnect()


def test_the_roll_call_is_announced_to_each_within_its_scope(
    server: LiveServer, screen: Callable[[str | None], tuple[socketio.Client, queue.Queue[Any]]]
) -> None:
    tokens = {
        "mc": server.token(role="mc"),
        "its district": server.token(endpoint="180"),
        "another district": server.token(endpoint="185"),
        "nobody": None,
    }
    got = {}
    for name, token in tokens.items():
        client, got[name] = screen(token)
        assert client.call("watch", {"topics": ["roll_call"]}, namespace="/live", timeout=90)["ok"]
        while not got[name].empty():
            got[name].get_nowait()  # its own arrival on the line may be announced to it
    with Caller(server, server.token(endpoint=COMMUNE)) as room:
        body = {
            "check_in_id": str(uuid4()),
            "status": "present",
            "headcount": 4,
            "happened_at_ms": SystemClock().now_ms(),
        }
        assert room.request("PUT", f"/endpoints/{COMMUNE}/check-in", body)[0] == 200

    def announced(name: str) -> dict[str, Any]:
        """The announcement in which the check-in is counted."""
        while True:
            event, data = got[name].get(timeout=90)
            if event != "roll_call_changed":
                continue  # the watcher was first, and tells the staff more
            assert data.keys() == {"totals", "codes"}
            # Totals are read when they are told, so that they may be right before the room is named.
            if data["totals"]["present"] == 1 and (name == "nobody" or COMMUNE in data["codes"]):
                found: dict[str, Any] = data
                return found

    # who has come on the line in the same half second may stand beside it
    assert COMMUNE in announced("mc")["codes"]
    assert announced("nobody")["codes"] == []
    of_the_district = announced("its district")
    assert {COMMUNE} <= set(of_the_district["codes"]) <= {"180", COMMUNE}
    assert of_the_district["totals"]["expected"] == 23
    assert all(COMMUNE not in data["codes"] for _, data in list(got["another district"].queue))
