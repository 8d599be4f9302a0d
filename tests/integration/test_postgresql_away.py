"""PostgreSQL that is busy, stopped or frozen: clear answers, nobody else waits, and nothing needs a restart."""

import queue
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests
import socketio
from flask import Flask
from sqlalchemy.exc import OperationalError

from deploy.services import PostgreSQL
from giaoban.extensions import db
from giaoban.models import database
from giaoban.models.database import is_away
from giaoban.seed import demo
from giaoban.services.clock import SystemClock
from tests.conftest import COMMUNE, code_of, make_app, seed
from tests.databases import patience_with_postgresql, postgresql_server
from tests.live_server import Caller, LiveServer, stored
from tests.screens import Screen
from tests.waiting import asked_until

WITHIN_S = 60


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    with postgresql_server() as server:
        server.ensure_database()
        yield server


@pytest.fixture(autouse=True)
def _running_again(postgresql: PostgreSQL) -> Iterator[None]:
    yield
    postgresql.thaw()
    if not postgresql.running:
        postgresql.start()


@pytest.fixture(scope="module")
def beside(postgresql: PostgreSQL) -> Iterator[Flask]:
    """An application in this process, after it has made the tables and the demo."""
    app = make_app(seed(postgresql.url(), demo.starts_at_ms(None, "now", SystemClock().now_ms())))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def server(postgresql: PostgreSQL, beside: Flask) -> Iterator[LiveServer]:
    """One process for all tests here: none may need another."""
    live = LiveServer(postgresql.url(), lambda code: code_of(beside, code))
    live.start()
    yield live
    live.stop()


# ---- one connection


@pytest.fixture
def patient(postgresql: PostgreSQL, beside: Flask) -> Iterator[Flask]:
    """An application that loses its patience only where a test says so, however slow the machine is."""
    app = make_app(postgresql.url())
    with patience_with_postgresql(), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def one() -> int:
    return int(db.session.execute(db.text("SELECT 1")).scalar_one())


def test_a_frozen_server_is_given_up_and_asked_again(
    postgresql: PostgreSQL, patient: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one() == 1
    postgresql.freeze()

    with monkeypatch.context() as hasty:
        hasty.setattr(database, "PATIENCE_S", 0.5)
        with pytest.raises(OperationalError, match="did not answer") as given_up:
            one()

    assert is_away(given_up.value)
    db.session.rollback()
    postgresql.thaw()
    assert one() == 1


def test_a_stopped_server_is_away_and_comes_back(postgresql: PostgreSQL, patient: Flask) -> None:
    assert one() == 1
    postgresql.stop()

    with pytest.raises(OperationalError) as broken:
        one()
    assert is_away(broken.value)
    db.session.rollback()
    with pytest.raises(OperationalError) as refused:
        one()
    assert is_away(refused.value)
    db.session.rollback()

    postgresql.start()
    assert one() == 1


def test_a_statement_that_takes_too_long_is_ended_by_the_server_itself(
    patient: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "STATEMENT_MS", 2_000)
    with pytest.raises(OperationalError, match="statement timeout") as ended:
        db.session.execute(db.text("SELECT pg_sleep(60)"))

    assert is_away(ended.value)
    db.session.rollback()
    assert one() == 1


def test_a_lock_that_is_not_released_is_not_waited_for_for_ever(
    postgresql: PostgreSQL, patient: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_MS", 100)
    with psycopg.connect(postgresql.url()) as other:
        other.execute("SELECT 1 FROM conferences FOR UPDATE")
        with pytest.raises(OperationalError, match="lock timeout"):
            db.session.execute(db.text("SELECT 1 FROM conferences FOR UPDATE"))
        db.session.rollback()

    assert one() == 1


def test_a_machine_that_nobody_knows_is_a_database_that_is_away(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    app = make_app(postgresql.url().replace("127.0.0.1", "khong-co-may-nay"))

    with app.app_context(), pytest.raises(OperationalError, match="khong-co-may-nay") as unknown:
        one()

    assert is_away(unknown.value)
    answer = app.test_client().get("/api/v1/conferences")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "unavailable")


def test_a_machine_s_name_is_looked_up_here_and_each_of_its_addresses_tried(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_: Any, **__: Any) -> Any:  # PostgreSQL listens at the second one only
        return [(0, 0, 0, "", ("127.0.0.2", 0)), (0, 0, 0, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    app = make_app(postgresql.url().replace("127.0.0.1", "localhost"))
    with app.app_context():
        assert one() == 1
        db.session.remove()
        db.engine.dispose()


# ---- a server


def press(caller: Caller, **more: Any) -> tuple[int, dict[str, Any]]:
    return caller.command(caller.get("/running-order")["version"], "add_time", {"delta_ms": 1_000}, **more)


@pytest.fixture
def mc(server: LiveServer) -> Iterator[Caller]:
    with Caller(server, server.token(role="mc")) as caller:
        if caller.get("/running-order")["live"] is None:
            caller.command(caller.get("/running-order")["version"], "next")
        yield caller


@pytest.fixture
def screen(server: LiveServer, mc: Caller) -> Iterator[Screen]:
    opened = Screen(server.url)
    yield opened
    opened.close()


def test_while_one_waits_for_postgresql_others_are_served(
    postgresql: PostgreSQL, server: LiveServer, mc: Caller, screen: Screen
) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'giaoban'"

    def others_were_served_while_it_waited() -> bool:
        version = mc.get("/running-order")["version"]
        with psycopg.connect(postgresql.url()) as holder, ThreadPoolExecutor(1) as pool:
            holder.execute("SELECT 1 FROM conferences FOR UPDATE")
            pressed = pool.submit(mc.command, version, "add_time", {"delta_ms": 1_000})
            with psycopg.connect(postgresql.url(), autocommit=True) as looker:
                asked_until(lambda: pressed.done() or looker.execute(waiting).fetchone() != (0,), "the press waits")

            assert requests.get(server.url + "/healthz", timeout=WITHIN_S).ok
            assert requests.get(server.url + "/api/v1/conferences", timeout=WITHIN_S).ok
            assert screen.ask("sync_clock", {"sent_at_ms": 1, "seen_version": version})["version"] == version
            gave_up = pressed.done()  # it waits for four seconds only, which may be too few for a busy machine
            holder.rollback()
            status, answer = pressed.result(timeout=WITHIN_S)
        if gave_up:
            assert status == 503
            return False
        assert (status, answer["version"]) == (200, version + 1)
        assert screen.wait_for("order_snapshot")["version"] == version + 1
        return True

    asked_until(others_were_served_while_it_waited, "others are served while one waits")


def refusal(server: LiveServer) -> dict[str, Any]:
    """What a screen is told that may not join. For a moment the server may still know what it would need to ask."""
    for _ in range(WITHIN_S):
        told: queue.Queue[dict[str, Any] | None] = queue.Queue()
        newcomer = socketio.Client(reconnection=False, request_timeout=90)
        newcomer.on("connect_error", told.put, namespace="/live")
        newcomer.on("order_snapshot", lambda _, told=told: told.put(None), namespace="/live")
        newcomer.connect(server.url, namespaces=["/live"], transports=["websocket"], wait=False)
        why = told.get(timeout=WITHIN_S)
        if why is not None:
            newcomer.disconnect()
            found: dict[str, Any] = why["data"]
            return found
        Event().wait(0.1)
        newcomer.disconnect()
    raise AssertionError("screens go on being admitted")


@pytest.mark.parametrize("frozen", [False, True], ids=["stopped", "frozen"])
def test_a_press_fails_clearly_and_can_be_pressed_again(
    postgresql: PostgreSQL, server: LiveServer, mc: Caller, screen: Screen, frozen: bool
) -> None:
    version, command_id = mc.get("/running-order")["version"], str(uuid4())
    room_token = server.token(endpoint=COMMUNE)
    postgresql.freeze() if frozen else postgresql.stop()

    status, answer = mc.command(version, "add_time", {"delta_ms": 1_000}, command_id)

    assert (status, answer["error"]["code"]) == (503, "unavailable")
    assert "Xin bấm lại" in answer["error"]["message"]
    body = {"check_in_id": str(uuid4()), "status": "present", "headcount": 4, "happened_at_ms": 1_700_000_000_000}
    with Caller(server, room_token) as room:
        status, answer = room.request("PUT", f"/endpoints/{COMMUNE}/check-in", body)
        assert (status, answer["error"]["code"]) == (503, "unavailable")
    clock = screen.ask("sync_clock", {"sent_at_ms": 1, "seen_version": version})
    assert (clock["ok"], clock["version"]) == (True, version)
    assert refusal(server)["error"]["code"] == "unavailable"
    assert requests.get(server.url + "/readyz", timeout=WITHIN_S).status_code == 503

    postgresql.thaw() if frozen else postgresql.start()

    status, answer = stored(mc.command, version, "add_time", {"delta_ms": 1_000}, command_id)
    assert (status, answer["version"]) == (200, version + 1)
    assert screen.wait_for("order_snapshot")["version"] == version + 1
    with Caller(server, room_token) as room:
        assert stored(room.request, "PUT", f"/endpoints/{COMMUNE}/check-in", body)[0] == 200
    asked_until(lambda: requests.get(server.url + "/readyz", timeout=WITHIN_S).status_code == 200, "it is ready")


def test_many_who_press_while_it_is_frozen_are_all_answered(
    postgresql: PostgreSQL, server: LiveServer, mc: Caller
) -> None:
    version = mc.get("/running-order")["version"]
    token = server.token(role="mc")
    postgresql.freeze()

    def press_once(_: int) -> int:
        with Caller(server, token) as caller:
            return caller.command(version, "add_time", {"delta_ms": 1_000})[0]

    def check_in_once(_: int) -> int:
        body = {"check_in_id": str(uuid4()), "status": "present", "headcount": 4, "happened_at_ms": 1_700_000_000_000}
        with Caller(server, token) as caller:
            return caller.request("PUT", f"/endpoints/{COMMUNE}/check-in", body)[0]

    with ThreadPoolExecutor(120) as pool:
        pressed, checked_in = pool.map(press_once, range(20)), pool.map(check_in_once, range(100))
        assert set(pressed) == set(checked_in) == {503}
    postgresql.thaw()

    assert stored(mc.command, version, "add_time", {"delta_ms": 1_000}, str(uuid4()))[0] == 200
