"""The API as a whole: one error shape, its description, and who may do what (contract §3)."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize, NoMoreData

from tests.conftest import COMMUNE, Caller, code_of
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]
BASE = "/api/v1/conferences/giao-ban-2021"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/v1", 404, "not_found"),
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("GET", "/api/v2/conferences", 404, "not_found"),
        ("DELETE", "/api/v1/conferences", 405, "method_not_allowed"),
        ("GET", "/api/v1/sessions", 405, "method_not_allowed"),
        ("GET", BASE + "/roll-call", 401, "unauthorized"),
        ("GET", BASE + "/endpoints", 401, "unauthorized"),
        ("GET", BASE + "/log", 401, "unauthorized"),
        ("POST", "/api/v1/sessions", 422, "invalid_input"),
    ],
)
def test_every_refusal_has_the_one_shape(client: FlaskClient, method: str, path: str, status: int, code: str) -> None:
    refused(client.open(path, method=method), status, code)


@pytest.mark.parametrize(
    "path", ["/api/v1/conferences/a%00b", "/api/v1/conferences/a%00b/running-order", "/man-chieu?hoi-nghi=a%00b"]
)
def test_what_no_database_can_hold_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_name_that_no_database_can_hold_is_nobody_s(client: FlaskClient) -> None:
    refused(client.post("/api/v1/sessions", json={"username": "a\0b", "password": "x"}), 401, "unauthorized")


def test_a_conference_that_no_database_can_hold_takes_no_command(caller: Make) -> None:
    body = {"command_id": str(uuid4()), "expected_version": 0, "name": "next", "args": {}}
    refused(caller("mc").call("POST", "/api/v1/conferences/a%00b/running-order/commands", body), 404, "not_found")


def test_a_room_that_no_database_can_hold_is_not_there(caller: Make) -> None:
    refused(caller("secretary").check_in("a%00b"), 404, "not_found")


@pytest.mark.parametrize("after", [2**31 - 1, 2**31, 2**63 - 1])
def test_the_log_after_its_end_is_empty_however_far(caller: Make, after: int) -> None:
    assert caller("secretary").get(f"/log?after={after}") == []


def test_method_not_allowed_says_what_is(client: FlaskClient) -> None:
    assert "POST" in client.get("/api/v1/sessions").headers["Allow"]


class BrokenOff(BytesIO):
    """A body as gunicorn reads it when its chunks are none, or end too early."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def readinto(self, _buffer: Any) -> int:
        raise self.error

    def read(self, _size: int | None = -1) -> bytes:
        raise self.error


@pytest.mark.parametrize("error", [InvalidChunkSize(b"zz"), ChunkMissingTerminator(b"x"), NoMoreData(b"")], ids=repr)
def test_a_body_that_breaks_off_is_400(client: FlaskClient, error: Exception) -> None:
    broken = {"input_stream": BrokenOff(error), "environ_overrides": {"wsgi.input_terminated": True}}
    answer = client.post("/api/v1/sessions", content_type="application/json", **broken)
    refused(answer, 400, "bad_request")
    assert client.post("/vao", content_type="application/x-www-form-urlencoded", **broken).status_code == 400


@pytest.mark.parametrize(
    "body",
    ["{", "", "nonsense", '{"a": }', "[" * 100_000, '{"code": %s}' % ("9" * 5000)],
    ids=lambda body: body[:20],
)
def test_malformed_json_is_400(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/v1/sessions", data=body or "{", content_type="application/json")
    refused(answer, 400, "bad_request")


@pytest.mark.parametrize("body", [[], "text", 7, None, True])
def test_json_that_is_no_object_is_422(client: FlaskClient, body: Any) -> None:
    refused(
        client.post("/api/v1/sessions", data=json.dumps(body), content_type="application/json"), 422, "invalid_input"
    )


def test_an_enormous_body_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/v1/sessions", data=b" " * 3_000_000, content_type="application/json")
    refused(answer, 413, "too_large")


@pytest.mark.parametrize("token", ["", "false", "a.b.c"])
def test_a_false_token_is_401_even_where_nobody_needs_one(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for path in ("/api/v1/conferences", BASE, BASE + "/running-order", BASE + "/log"):
        refused(client.get(path, headers=headers), 401, "unauthorized")


def test_a_false_token_is_in_nobody_s_way_to_a_new_one(app: Flask, client: FlaskClient) -> None:
    credentials = {"code": code_of(app, COMMUNE)}
    answer = client.post("/api/v1/sessions", json=credentials, headers={"Authorization": "Bearer false"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/running-order/commands"), ("PUT", f"/endpoints/{COMMUNE}/check-in")]
)
def test_a_stranger_is_told_to_sign_in_whatever_was_sent(client: FlaskClient, method: str, path: str) -> None:
    refused(client.open(BASE + path, method=method, json={"nonsense": 1}), 401, "unauthorized")


def test_the_description_names_every_route_and_its_refusals(client: FlaskClient) -> None:
    spec = client.get("/api/v1/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    assert {
        "/api/v1/sessions",
        "/api/v1/conferences",
        "/api/v1/conferences/{slug}",
        "/api/v1/conferences/{slug}/running-order",
        "/api/v1/conferences/{slug}/running-order/bin",
        "/api/v1/conferences/{slug}/running-order/commands",
        "/api/v1/conferences/{slug}/endpoints",
        "/api/v1/conferences/{slug}/endpoints/{code}/check-in",
        "/api/v1/conferences/{slug}/roll-call",
        "/api/v1/conferences/{slug}/log",
    } <= spec["paths"].keys()
    command = spec["paths"]["/api/v1/conferences/{slug}/running-order/commands"]["post"]
    assert {"200", "400", "401", "403", "404", "409", "422"} <= command["responses"].keys()
    assert command["security"]
    assert command["summary"]


def test_the_description_can_be_browsed(client: FlaskClient) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js"):
        found = re.search(rf"/static/[^\"]*vendor/swagger-ui/{asset}", page.get_data(as_text=True))
        assert found is not None
        with client.get(found[0]) as answer:
            assert answer.status_code == 200


# ---- cookies and forged requests


def test_a_session_cookie_needs_the_csrf_header(signed_in: Callable[..., FlaskClient]) -> None:
    browser = signed_in("mc")
    body = {"command_id": str(uuid4()), "expected_version": 0, "name": "next", "args": {}}
    refused(browser.post(BASE + "/running-order/commands", json=body), 400, "csrf")
    wrong = browser.post(BASE + "/running-order/commands", json=body, headers={"X-CSRFToken": "false"})
    refused(wrong, 400, "csrf")
    assert browser.get(BASE + "/running-order").get_json()["version"] == 0


def test_with_a_token_beside_the_cookie_the_token_speaks(signed_in: Callable[..., FlaskClient], caller: Make) -> None:
    browser = signed_in("technician")
    headers = {"Authorization": f"Bearer {caller('mc').token}"}
    body = {"command_id": str(uuid4()), "expected_version": 0, "name": "next", "args": {}}
    assert browser.post(BASE + "/running-order/commands", json=body, headers=headers).status_code == 200


# ---- texts that are none


@pytest.mark.parametrize(
    "body",
    ['{"code": "\\ud800"}', '{"username": "\\udfff", "password": "x"}', '{"\\ud800": 1}', '[["\\ud800"]]'],
)
def test_half_a_surrogate_pair_is_malformed(client: FlaskClient, body: str) -> None:
    refused(client.post("/api/v1/sessions", data=body, content_type="application/json"), 400, "bad_request")


@pytest.mark.parametrize("command_id", ["6f0e2c9e-7f52-4a55-9d3c-30f1dfb0a001\n", "6f0e2c9e7f524a559d3c30f1dfb0a001"])
def test_a_command_id_is_a_uuid_and_nothing_more(caller: Make, command_id: str) -> None:
    refused(caller("mc").command("next", command_id=command_id), 422, "invalid_input")
