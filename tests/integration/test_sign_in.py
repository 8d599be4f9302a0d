"""Tokens, join codes, and what happens to those who guess (contract §3)."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.config import SETTINGS
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, Caller, code_of
from tests.fakes import FakeClock
from tests.integration.test_running_order import refused
from tests.live_server import PASSWORD

URL = "/api/v1/sessions"
HOUR_MS = 3_600_000


def test_a_password_becomes_a_token(client: FlaskClient, clock: FakeClock) -> None:
    session = client.post(URL, json={"username": "mc", "password": PASSWORD}).get_json()
    assert session.keys() == {"token", "role", "level", "endpoint_code", "expires_at_ms"}
    assert (session["role"], session["level"], session["endpoint_code"]) == ("mc", None, None)
    assert session["expires_at_ms"] > clock.now_ms()


@pytest.mark.parametrize("form", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} "])
def test_a_join_code_in_any_form(app: Flask, client: FlaskClient, form: Callable[[str], str]) -> None:
    session = client.post(URL, json={"code": form(code_of(app, COMMUNE))}).get_json()
    assert (session["role"], session["level"], session["endpoint_code"]) == ("endpoint", "commune", COMMUNE)


@pytest.mark.parametrize(
    "body",
    [
        {"username": "mc", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "", "password": ""},
        {"code": "AAAA-AAAA"},
        {"code": "ơ"},
        {"code": ""},
    ],
)
def test_wrong_credentials_are_401(client: FlaskClient, body: dict[str, str]) -> None:
    refused(client.post(URL, json=body), 401, "unauthorized")


@pytest.mark.parametrize(
    "body",
    [{}, {"username": "mc"}, {"code": "x", "username": "mc", "password": "x"}, {"code": 7}, {"code": None}],
)
def test_no_complete_credentials_are_422(client: FlaskClient, body: dict[str, str]) -> None:
    refused(client.post(URL, json=body), 422, "invalid_input")


def test_a_token_ends_with_its_time(caller: Callable[..., Caller], clock: FakeClock) -> None:
    mc = caller("mc")
    clock.advance(16 * HOUR_MS)
    refused(mc.call("GET", "/log"), 401, "unauthorized")


def test_a_token_ends_when_the_password_changes(caller: Callable[..., Caller], services: Services) -> None:
    mc = caller("mc")
    services.accounts.set_password("mc", "mat-khau-khac-han")
    refused(mc.call("GET", "/log"), 401, "unauthorized")


def test_renewing_a_code_ends_the_old_one_and_its_sessions(
    app: Flask, caller: Callable[..., Caller], client: FlaskClient, services: Services, conference: Conference
) -> None:
    old = code_of(app, COMMUNE)
    room = caller(endpoint=COMMUNE)
    services.access.renew(conference, cli_identity("test"), COMMUNE)
    refused(client.post(URL, json={"code": old}), 401, "unauthorized")
    refused(room.call("GET", "/endpoints"), 401, "unauthorized")
    assert client.post(URL, json={"code": code_of(app, COMMUNE)}).status_code == 200


def test_codes_are_not_stored(app: Flask, services: Services, conference: Conference) -> None:
    code = code_of(app, COMMUNE)
    stored = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(db.select(table))]
    assert any(COMMUNE in row for row in stored)
    assert not any(code in row or code.replace("-", "") in row for row in stored)


def test_the_hall_has_no_code(services: Services, conference: Conference) -> None:
    rooms = [endpoint.level for endpoint, _ in services.access.codes(conference)]
    assert "province" not in rooms
    assert len(rooms) == len(conference.endpoints) - 1


def test_all_codes_are_different(services: Services, conference: Conference) -> None:
    codes = [code for _, code in services.access.codes(conference)]
    assert len(set(codes)) == len(codes)


def test_after_many_wrong_ones_429_with_retry_after(app: Flask, client: FlaskClient) -> None:
    most = next(setting.default for setting in SETTINGS if setting.name == "WRONG_ATTEMPTS")
    for _ in range(most):
        refused(client.post(URL, json={"code": "AAAA-AAAA"}), 401, "unauthorized")
    answer = client.post(URL, json={"code": "AAAA-AAAA"})
    details = refused(answer, 429, "too_many_attempts")
    assert int(answer.headers["Retry-After"]) == details["retry_after_s"] > 0


def test_a_right_code_passes_also_after_wrong_ones(app: Flask, client: FlaskClient) -> None:
    for _ in range(15):
        client.post(URL, json={"code": "AAAA-AAAA"})
    assert client.post(URL, json={"code": code_of(app, COMMUNE)}).status_code == 200
    refused(client.post(URL, json={"code": "AAAA-AAAA"}), 429, "too_many_attempts")


def test_wrong_ones_elsewhere_do_not_count_here(client: FlaskClient) -> None:
    for _ in range(15):
        client.post(URL, json={"code": "AAAA-AAAA"}, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    refused(client.post(URL, json={"code": "AAAA-AAAA"}), 401, "unauthorized")


def test_a_forwarded_address_is_not_believed_by_default(client: FlaskClient) -> None:
    for number in range(11):
        last = client.post(URL, json={"code": "AAAA-AAAA"}, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    refused(last, 429, "too_many_attempts")


def test_all_rooms_from_one_address(client: FlaskClient, services: Services, conference: Conference) -> None:
    codes = [code for _, code in services.access.codes(conference)]
    assert {client.post(URL, json={"code": code}).status_code for code in codes} == {200}


def test_the_cookie_is_set_once_and_with_no_answer_that_a_cache_may_keep(app: Flask) -> None:
    client = app.test_client()
    assert "Set-Cookie" in client.get(f"/vao/{code_of(app, COMMUNE)}").headers
    client.get("/diem-cau")  # brings the token of its forms
    for path in ("/diem-cau", "/static/css/tokens.css", "/api/v1/conferences"):
        with client.get(path) as answer:
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers


def test_two_browsers_are_two_people(services: Services, signed_in: Callable[..., FlaskClient]) -> None:
    mc, admin = signed_in("mc"), signed_in("admin")
    assert [who.get("/quan-tri").status_code for who in (mc, admin, mc)] == [403, 200, 403]


def test_a_browser_that_keeps_no_cookie_is_told_so(app: Flask) -> None:
    form = {"code": code_of(app, COMMUNE)}
    answer = app.test_client(use_cookies=False).post("/vao", data=form)
    assert answer.status_code == 400
    assert "cookie" in answer.text
    keeps = app.test_client()
    keeps.get("/vao")
    assert "cookie" not in keeps.post("/vao", data=form).text
