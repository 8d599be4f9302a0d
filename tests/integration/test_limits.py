"""How much and how fast: bodies, forms, uploads, writes, questions on the line, connections of one address."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import socketio
from flask import Flask
from flask.testing import FlaskClient

from giaoban.config import SETTINGS
from giaoban.extensions import db
from giaoban.pace import AT_ONCE_S, Pace
from giaoban.realtime.crowd import REFUSAL, Crowd, Loiterers
from giaoban.services import Services
from giaoban.web.limits import BODY_MOST, FIELDS_MOST, STAFF_FACTOR, UPLOADS
from tests.conftest import COMMUNE, UNHURRIED, Caller, identity_of, make_app
from tests.integration.forms import Browser, token
from tests.integration.test_live import ask
from tests.integration.test_running_order import refused
from tests.live_server import ROOT, LiveServer
from tests.raw_screen import RawScreen

Make = Callable[..., Caller]
ROSTER = "/quan-tri/danh-sach"


def test_a_body_has_a_bound(caller: Make, client: FlaskClient) -> None:
    big = b'{"code": "' + b"x" * BODY_MOST + b'"}'
    kinds = {"content_type": "application/json"}
    refused(client.post("/api/v1/sessions", data=big, **kinds), 413, "too_large")
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    answer = client.post("/api/v1/sessions", input_stream=io.BytesIO(big), environ_overrides=chunked, **kinds)
    refused(answer, 400, "bad_request")  # of unknown length: no more is read, and half a body is no JSON
    refused(client.post("/api/v1/sessions", data=b'{"code": "x"}', **kinds), 401, "unauthorized")
    assert caller("mc").command("set_message", {"text": "x" * 300, "to": "all"}).status_code == 200


def test_a_form_has_a_bound_and_so_have_its_fields(client: FlaskClient) -> None:
    form = {"csrf_token": token(client, "/dang-nhap")}
    assert client.post("/dang-nhap", data={**form, "username": "x" * BODY_MOST}).status_code == 413
    parts = {**form, **{f"field-{number}": "x" for number in range(FIELDS_MOST + 1)}}
    many = client.post("/dang-nhap", data=parts, content_type="multipart/form-data")
    assert many.status_code == 413
    assert "quá lớn" in many.text


def test_only_a_route_for_files_takes_more(signed_in: Browser) -> None:
    admin = signed_in("admin")
    roster = (ROOT / "giaoban/seed/lang_son_2021.csv").read_bytes()
    more = roster + b"\n" * BODY_MOST
    form = {"csrf_token": token(admin, "/quan-tri"), "slug": "moi", "title": "Hội nghị mới"}
    starts = {"starts_at": "2026-01-05T07:30"}

    taken = admin.post(ROSTER, data={**form, **starts, "file": (io.BytesIO(more), "roster.csv")})
    elsewhere = admin.post("/quan-tri/tai-khoan", data={**form, "file": (io.BytesIO(more), "roster.csv")})
    too_big = {"CONTENT_LENGTH": str(UPLOADS["admin.import_roster"] + 1)}
    refused_there = admin.post(ROSTER, data=form, environ_overrides=too_big)

    assert (taken.status_code, elsewhere.status_code, refused_there.status_code) == (303, 413, 413)


def test_uploads_come_one_after_the_other(signed_in: Browser) -> None:
    admin = signed_in("admin")
    form = {"csrf_token": token(admin, "/quan-tri")}
    for _ in range(AT_ONCE_S):
        assert admin.post(ROSTER, data=form).status_code == 422
    answer = admin.post(ROSTER, data=form)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert admin.post("/quan-tri/tai-khoan", data=form).status_code == 422


@contextmanager
def limited(database: str, **limits: int) -> Iterator[Flask]:
    app = make_app(database, **limits)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def slow(database: str) -> Iterator[Flask]:
    """An application that lets little through."""
    with limited(database, WRITES_PER_S=1, SOCKET_EVENTS_PER_S=1) as app:
        yield app


@pytest.fixture
def as_it_is(database: str) -> Iterator[Flask]:
    """An application with the limits that nobody has set."""
    with limited(database, **{one.name: one.default for one in SETTINGS if one.name in UNHURRIED}) as app:
        yield app


def calls(app: Flask, identity: Any) -> Caller:
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        return Caller(app, services.accounts.issue_token(identity(services))["token"])


def room(number: int) -> Callable[[Services], Any]:
    def identity(services: Services) -> Any:
        conference = services.conferences.current()
        rooms = [endpoint for endpoint in conference.endpoints if endpoint.level == "commune"]
        return services.access.sign_in(services.access.code(conference, rooms[number]))

    return identity


def test_writes_are_counted_by_who_makes_them_over_all_their_sign_ins(slow: Flask) -> None:
    one, again, other = calls(slow, room(0)), calls(slow, room(0)), calls(slow, room(1))
    path = f"/endpoints/{COMMUNE}/check-in"
    for _ in range(AT_ONCE_S):
        assert one.call("PUT", path, {}).status_code == 422

    answer = again.call("PUT", path, {})

    details = refused(answer, 429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) == details["retry_after_s"] > 0
    assert other.call("PUT", path, {}).status_code == 422
    assert again.call("GET", "/endpoints").status_code == 200


def test_the_staff_may_write_much_more_and_not_without_end(slow: Flask) -> None:
    slow.extensions["giaoban.staff_writes"] = Pace(STAFF_FACTOR, now_s=lambda: 0.0)  # while no time goes by
    secretary = calls(slow, lambda services: identity_of(services, "secretary"))
    path = f"/endpoints/{COMMUNE}/check-in"
    statuses = [secretary.call("PUT", path, {}).status_code for _ in range(AT_ONCE_S * STAFF_FACTOR + 1)]
    assert statuses == [422] * (AT_ONCE_S * STAFF_FACTOR) + [429]


def test_a_check_in_by_the_short_way_is_counted_like_any_other(slow: Flask) -> None:
    one = calls(slow, room(0))
    (own,) = one.get("/endpoints")
    for _ in range(AT_ONCE_S):
        assert one.check_in(own["code"]).status_code == 200
    refused(one.check_in(own["code"]), 429, "too_many_requests")


def test_forms_are_counted_too(slow: Flask) -> None:
    with slow.app_context():
        services: Services = slow.extensions["giaoban"]
        key = services.accounts.begin(room(0)(services)).session_key
    browser = slow.test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = key
    form = {"csrf_token": token(browser, "/vao")}
    statuses = [browser.post("/diem-cau/diem-danh", data=form).status_code for _ in range(AT_ONCE_S + 1)]
    assert statuses == [422] * AT_ONCE_S + [429]


def test_an_mc_who_presses_quickly_and_all_rooms_at_once_pass(as_it_is: Flask) -> None:
    mc = calls(as_it_is, lambda services: identity_of(services, "mc"))
    presses = [mc.command("set_scene", {"name": name}).status_code for name in ("agenda", "auto") * 25]
    assert set(presses) == {200}
    for number in range(0, 200, 10):
        one = calls(as_it_is, room(number))
        (own,) = one.get("/endpoints")
        assert {one.check_in(own["code"]).status_code for _ in range(3)} == {200}


def test_questions_on_the_line_are_bounded_and_a_flood_is_cut(slow: Flask) -> None:
    live = slow.extensions["socketio"]
    flood, calm = (live.test_client(slow, namespace="/live") for _ in range(2))
    asked = {"sent_at_ms": 1, "seen_version": 0}
    answers = [ask(flood, "sync_clock", asked) for _ in range(AT_ONCE_S + 1)]
    assert [answer["ok"] for answer in answers] == [True] * AT_ONCE_S + [False]
    assert answers[-1]["error"]["code"] == "too_many_requests"
    assert ask(flood, "nonsense", {})["error"]["code"] == "too_many_requests"

    for _ in range(100):
        if not flood.is_connected("/live"):
            break
        flood.emit("sync_clock", asked, namespace="/live")

    assert not flood.is_connected("/live")
    assert ask(calm, "sync_clock", asked)["ok"]
    calm.disconnect("/live")


def test_a_real_flood_is_cut_and_nobody_else(server: LiveServer) -> None:
    cut = threading.Event()
    flood, calm = (
        socketio.Client(reconnection=False, request_timeout=90),
        socketio.Client(reconnection=False, request_timeout=90),
    )
    flood.on("disconnect", lambda *_: cut.set(), namespace="/live")
    for client in (flood, calm):
        client.connect(server.url, namespaces=["/live"], transports=["websocket"], wait_timeout=90)
    for _ in range(5_000):
        if cut.is_set():
            break
        flood.emit("sync_clock", {"sent_at_ms": 1}, namespace="/live")
    assert cut.wait(timeout=60)
    assert calm.call("sync_clock", {"sent_at_ms": 1}, namespace="/live", timeout=20)["ok"]
    calm.disconnect()
    flood.disconnect()


@pytest.mark.parametrize("way", ["pings", "requests"])
def test_whoever_sends_without_end_keeps_nobody_else_waiting(server: LiveServer, way: str) -> None:
    if way == "pings":
        line, said = RawScreen(server.url).socket, b"\x89\x80\0\0\0\0" * 20_000
    else:
        line, said = (
            socket.create_connection(("127.0.0.1", server.port)),
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 500,
        )
    enough, under_way = threading.Event(), threading.Event()

    def send() -> None:
        with suppress(OSError):
            for _ in range(10_000):
                if enough.is_set():
                    break
                line.sendall(said)

    def read() -> None:
        with suppress(OSError):
            while line.recv(65_536):
                under_way.set()

    tasks = [threading.Thread(target=task) for task in (send, read)]
    for task in tasks:
        task.start()
    try:
        assert under_way.wait(timeout=20)
        assert [requests.get(server.url + "/healthz", timeout=20).status_code for _ in range(3)] == [200] * 3
    finally:
        enough.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        for task in tasks:
            task.join(timeout=20)
        line.close()


# ---- connections of one address


def test_an_address_has_so_many_connections_and_no_more() -> None:
    crowd = Crowd(2)
    assert [crowd.enters(sid, "10.0.0.1") for sid in ("a", "b", "c")] == [True, True, False]
    assert crowd.enters("d", "10.0.0.2")
    crowd.leaves("c")  # it never came in
    assert not crowd.enters("e", "10.0.0.1")
    crowd.leaves("a")
    crowd.leaves("a")
    assert [crowd.enters(sid, "10.0.0.1") for sid in ("f", "g")] == [True, False]


@pytest.mark.own_server
def test_a_crowd_of_one_address_is_turned_down_and_comes_in_when_others_go(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stop()
    monkeypatch.setattr(server, "settings", {"GIAOBAN_SCREENS_PER_ADDRESS": "2"})
    server.start()
    screens = [socketio.Client(reconnection=False, request_timeout=90) for _ in range(3)]
    for screen in screens[:2]:
        screen.connect(server.url, namespaces=["/live"], transports=["websocket"], wait_timeout=90)
    with pytest.raises(socketio.exceptions.ConnectionError):
        screens[2].connect(server.url, namespaces=["/live"], transports=["websocket"], wait_timeout=90)
    polling = requests.get(server.url + "/socket.io/?EIO=4&transport=polling", timeout=20)
    assert (polling.status_code, REFUSAL in polling.text) == (401, True)

    screens[0].disconnect()
    for _ in range(200):
        with suppress(socketio.exceptions.ConnectionError):
            screens[2].connect(server.url, namespaces=["/live"], transports=["websocket"], wait_timeout=90)
            break
    assert screens[2].connected
    for screen in screens[1:]:
        screen.disconnect()


def test_whoever_opens_a_connection_and_never_joins_is_shown_out(app: Flask) -> None:
    closed: list[str] = []

    class Connection:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self, wait: bool) -> None:
            closed.append(self.name)

    server = SimpleNamespace(
        eio=SimpleNamespace(sockets={name: Connection(name) for name in ("joined", "loiters", "late")}),
        manager=SimpleNamespace(get_participants=lambda *_: [("sid", "joined")]),
    )
    late = server.eio.sockets.pop("late")
    loiterers = Loiterers(server)
    loiterers.look()
    assert closed == []

    server.eio.sockets["late"] = late
    loiterers.look()
    assert closed == ["loiters"]
    del server.eio.sockets["loiters"]
    server.manager.get_participants = lambda *_: [("sid", "joined"), ("other", "late")]
    loiterers.look()
    assert closed == ["loiters"]


def test_a_real_connection_that_never_joins(app: Flask) -> None:
    live = app.extensions["socketio"].server
    client = app.test_client()
    opened = client.get("/socket.io/?EIO=4&transport=polling")
    (engine_sid,) = live.eio.sockets
    assert engine_sid in opened.text
    loiterers = Loiterers(live)
    loiterers.look()
    assert not live.eio.sockets[engine_sid].closed

    loiterers.look()

    assert engine_sid not in live.environ
    refused_now = client.get(f"/socket.io/?EIO=4&transport=polling&sid={engine_sid}")
    assert refused_now.status_code == 400
