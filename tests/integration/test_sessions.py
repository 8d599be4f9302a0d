"""Sign-ins end: one by one, all of an account, all of a room, with their time; at once here, soon everywhere."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import socketio
from flask import Flask
from sqlalchemy.exc import OperationalError

from giaoban.extensions import db
from giaoban.models import Conference, EndedSession
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, Caller, code_of, identity_of
from tests.fakes import FakeClock
from tests.integration.forms import Browser, send
from tests.integration.test_live import Join, ask
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused
from tests.live_server import Caller as LiveCaller
from tests.live_server import LiveServer

Make = Callable[..., Caller]
SESSIONS = "/api/v1/sessions"
HOUR_MS = 3_600_000


def test_signing_out_ends_that_sign_in_on_the_server_and_no_other(app: Flask, signed_in: Browser) -> None:
    here, elsewhere = signed_in("mc"), signed_in("mc")
    stolen = app.test_client()
    with here.session_transaction() as session, stolen.session_transaction() as copy:
        copy.update(session)

    assert stolen.get("/dieu-hanh").status_code == 200
    send(here, "/dang-xuat", "/")

    assert stolen.get("/dieu-hanh").status_code == 303
    assert elsewhere.get("/dieu-hanh").status_code == 200


def test_a_token_can_be_given_back(caller: Make) -> None:
    one, other = caller("mc"), caller("mc")

    assert one.call("DELETE", SESSIONS).status_code == 204

    refused(one.call("GET", "/log"), 401, "unauthorized")
    refused(one.call("DELETE", SESSIONS), 401, "unauthorized")
    assert other.call("GET", "/log").status_code == 200


def test_nobody_has_nothing_to_give_back(caller: Make, signed_in: Browser) -> None:
    refused(caller().call("DELETE", SESSIONS), 401, "unauthorized")
    refused(signed_in("mc").delete(SESSIONS), 400, "csrf")


def test_another_sign_in_in_the_same_browser_ends_the_first(app: Flask) -> None:
    browser, kept = app.test_client(), app.test_client()
    browser.get(f"/vao/{code_of(app, COMMUNE)}")
    with browser.session_transaction() as session, kept.session_transaction() as copy:
        copy.update(session)

    browser.get(f"/vao/{code_of(app, COMMUNE)}")

    assert browser.get("/diem-cau").status_code == 200
    assert kept.get("/diem-cau").location == "/vao"


def test_an_account_is_signed_out_everywhere(app: Flask, caller: Make, signed_in: Browser) -> None:
    token, browser, other = caller("mc"), signed_in("mc"), caller("secretary")

    assert app.test_cli_runner().invoke(args=["giaoban", "user", "sign-out", "mc"]).exit_code == 0

    refused(token.call("GET", "/log"), 401, "unauthorized")
    assert browser.get("/dieu-hanh").status_code == 303
    assert other.call("GET", "/log").status_code == 200
    assert caller("mc").call("GET", "/log").status_code == 200


def test_an_account_that_is_removed_takes_its_sign_ins_along(app: Flask, caller: Make) -> None:
    token = caller("mc")

    assert app.test_cli_runner().invoke(args=["giaoban", "user", "remove", "mc"]).exit_code == 0

    refused(token.call("GET", "/log"), 401, "unauthorized")


@pytest.mark.parametrize("command", ["sign-out", "remove"])
def test_an_unknown_account_is_told(app: Flask, command: str) -> None:
    assert app.test_cli_runner().invoke(args=["giaoban", "user", command, "nobody"]).exit_code == 1


def test_a_cookie_ends_with_its_time_however_often_it_is_renewed(app: Flask, clock: FakeClock) -> None:
    browser = app.test_client()
    browser.get(f"/vao/{code_of(app, COMMUNE)}")
    for _ in range(15):
        clock.advance(HOUR_MS)
        assert browser.get("/diem-cau").status_code == 200
        with browser.session_transaction() as session:
            session["something"] = clock.now_ms()  # which signs the cookie anew

    clock.advance(HOUR_MS)

    assert browser.get("/diem-cau").location == "/vao"


def test_what_was_ended_is_remembered_until_it_would_have_expired(
    services: Services, caller: Make, clock: FakeClock
) -> None:
    caller("mc").call("DELETE", SESSIONS)
    assert len(db.session.scalars(db.select(EndedSession)).all()) == 1

    clock.advance(16 * HOUR_MS)
    caller("mc").call("DELETE", SESSIONS)

    (left,) = db.session.scalars(db.select(EndedSession)).all()
    assert left.expires_at_ms > clock.now_ms()


@pytest.mark.parametrize(
    "key",
    ["", "staff", "staff:1:mc-x", "staff:1:mc-x:a:b", "staff:x:mc:a:9999999999999", "endpoint:1:20:0:a:" + "9" * 14],
)
def test_a_key_that_is_none_stands_for_nobody(services: Services, conference: Conference, key: str) -> None:
    assert (services.accounts.identity_of(key) is not None) == (key.startswith("endpoint:1:20:0:a:"))
    assert services.accounts.standing([key]) == ({key} if key.startswith("endpoint:1:20") else set())


def test_standing_and_identity_of_agree(services: Services, conference: Conference, clock: FakeClock) -> None:
    accounts = services.accounts
    keys = {role: accounts.begin(identity_of(services, role)).session_key for role in ("mc", "admin", "secretary")}
    room = accounts.begin(services.access.sign_in(services.access.code(conference, conference.endpoints[5])))
    keys["room"] = room.session_key
    assert accounts.standing(keys.values()) == set(keys.values())

    accounts.set_password("mc", "mat-khau-khac-han")
    accounts.end(accounts.begin(identity_of(services, "admin")))
    services.access.renew(conference, cli_identity("test"), room.endpoint_code)

    assert accounts.standing(keys.values()) == {keys["admin"], keys["secretary"]}
    assert {key for key in keys.values() if accounts.identity_of(key)} == {keys["admin"], keys["secretary"]}
    clock.advance(17 * HOUR_MS)
    assert accounts.standing(keys.values()) == set()


# ---- open lines


def test_the_lines_of_a_sign_in_that_ended_are_cut(app: Flask, join: Join, caller: Make, clock: FakeClock) -> None:
    guard = app.extensions["giaoban.live"].guard
    ending, staying = caller("mc"), caller("mc")
    cut, kept, public = join(ending), join(staying), join()
    guard.look()
    assert cut.is_connected("/live")

    ending.call("DELETE", SESSIONS)
    guard.look()

    assert not cut.is_connected("/live")
    assert ask(kept, "watch", {"topics": ["roll_call"]})["ok"]
    clock.advance(17 * HOUR_MS)
    guard.look()
    assert not kept.is_connected("/live")
    assert public.is_connected("/live")


def test_whatever_goes_wrong_with_one_look_there_is_another(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    guard = app.extensions["giaoban.live"].guard
    looks = iter([KeyError("a socket that has just gone"), OperationalError("SELECT", None, TimeoutError()), None])

    def look() -> None:
        if error := next(looks):
            raise error

    class EndsAfterThreeLooks(threading.Event):
        rounds = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.rounds += 1
            return self.rounds > 3

    monkeypatch.setattr(guard, "look", look)
    guard.look_for_ever(EndsAfterThreeLooks())

    assert next(looks, "none left") == "none left"
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_a_page_of_somebody_s_joins_as_that_or_not_at_all(join: Join, caller: Make) -> None:
    assert join(caller(endpoint=COMMUNE), signed_in=True).is_connected("/live")
    assert not join(signed_in=True).is_connected("/live")
    assert join(signed_in=False).is_connected("/live")
    assert join(signed_in="yes").is_connected("/live")


@pytest.fixture
def screen(server: LiveServer) -> Iterator[Callable[[str], tuple[socketio.Client, threading.Event]]]:
    """`screen(token)`: a program on the line, and the event of its line being cut."""
    opened: list[socketio.Client] = []

    def make(token: str) -> tuple[socketio.Client, threading.Event]:
        client = socketio.Client(reconnection=False, request_timeout=90)
        opened.append(client)
        cut = threading.Event()
        client.on("disconnect", lambda *_: cut.set(), namespace="/live")
        auth = {"token": token, "conference": server.slug}
        client.connect(server.url, namespaces=["/live"], transports=["websocket"], auth=auth, wait_timeout=90)
        return client, cut

    yield make
    for client in opened:
        client.disconnect()


def watching(client: socketio.Client) -> bool:
    answer: dict[str, Any] = client.call("watch", {"topics": ["roll_call"]}, namespace="/live", timeout=20)
    return bool(answer["ok"])


def test_signing_out_cuts_the_lines_of_that_sign_in_alone(
    server: LiveServer, screen: Callable[[str], tuple[socketio.Client, threading.Event]]
) -> None:
    token, other_token = server.token(role="mc"), server.token(role="mc")
    (_, cut), (other, other_cut) = screen(token), screen(other_token)

    with LiveCaller(server, token) as program:
        assert program.end()[0] == 204
        assert cut.wait(timeout=30)
        assert program.request("GET", "/log")[0] == 401

    assert watching(other)
    assert not other_cut.is_set()


def test_a_code_renewed_by_another_process_cuts_the_room_s_line(
    server: LiveServer, shared_server: Any, screen: Callable[[str], tuple[socketio.Client, threading.Event]]
) -> None:
    token = server.token(endpoint="180")
    (_, cut), (neighbour, neighbour_cut) = screen(token), screen(server.token(endpoint="185"))
    _, beside = shared_server

    with LiveCaller(server, token) as room, beside.app_context():
        assert room.request("GET", "/endpoints")[0] == 200
        services: Services = beside.extensions["giaoban"]
        services.access.renew(services.conferences.find(server.slug), cli_identity("test"), "180")
        assert cut.wait(timeout=30)
        assert room.request("GET", "/endpoints")[0] == 401
        db.session.remove()

    assert watching(neighbour)
    assert not neighbour_cut.is_set()
