"""What the program writes into its log while it serves."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban import logs
from giaoban.extensions import db
from giaoban.services import Services
from tests.conftest import COMMUNE, Caller, code_of, make_app
from tests.fakes import OPENING_AT_MS
from tests.live_server import ROOT, free_port


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The lines so far, as whoever collects JSON gets them."""
    caplog.handler.setFormatter(logs.JsonFormatter())
    caplog.set_level(logging.DEBUG, logger="giaoban")
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


def requests_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["logger"] == "giaoban.web.requests" and line["level"] != "DEBUG"]


def test_a_command_has_its_line(caller: Callable[..., Caller], lines: Callable[[], list[dict[str, Any]]]) -> None:
    mc = caller("mc")
    command_id = str(uuid4())
    body = {"command_id": command_id, "expected_version": 0, "name": "next", "args": {}}

    answer = mc.call("POST", "/running-order/commands", body)

    (line,) = requests_of(lines())
    assert answer.headers["X-Request-ID"] == line["request_id"]
    assert line["command_id"] == command_id
    assert line["command"] == "next"
    assert line["actor"] == "mc:mc"
    assert line["conference"] in mc.base
    assert (line["method"], line["status"]) == ("POST", 200)
    assert line["route"] == "/api/v1/conferences/<slug>/running-order/commands"
    assert line["duration_ms"] >= 0


def test_the_callers_id_comes_back(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-7"})

    assert answer.headers.getlist("X-Request-ID") == ["from-the-proxy-7"]


def test_a_check_in_is_told_only_when_it_is_refused(
    caller: Callable[..., Caller], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    room = caller(endpoint=COMMUNE)
    said = {"check_in_id": str(uuid4()), "status": "present", "headcount": 5, "happened_at_ms": OPENING_AT_MS}

    assert room.call("PUT", f"/endpoints/{COMMUNE}/check-in", said).status_code == 200
    assert requests_of(lines()) == []
    assert room.call("PUT", f"/endpoints/{COMMUNE}/check-in", {**said, "headcount": 6}).status_code == 422

    (line,) = requests_of(lines())
    assert (line["status"], line["check_in_id"], line["actor"]) == (422, said["check_in_id"], f"endpoint:{COMMUNE}")


def test_looking_leaves_no_line(caller: Callable[..., Caller], lines: Callable[[], list[dict[str, Any]]]) -> None:
    caller("mc").call("GET", "/log")

    assert requests_of(lines()) == []


@pytest.mark.parametrize(
    ("settings", "level"),
    [({"LOG_REQUESTS": "all"}, "INFO"), ({"LOG_REQUESTS": "none", "SLOW_REQUEST_MS": 0}, "WARNING")],
    ids=["all", "slow"],
)
def test_every_request_or_the_slow_ones(
    database: str, lines: Callable[[], list[dict[str, Any]]], settings: dict[str, Any], level: str
) -> None:
    app = make_app(database, **settings)

    app.test_client().get("/healthz")

    (line,) = requests_of(lines())
    assert (line["level"], line["route"], line["status"]) == (level, "/healthz", 200)
    with app.app_context():
        db.engine.dispose()


def test_an_error_is_one_line_with_the_requests_id(
    app: Flask, lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    services: Services = app.extensions["giaoban"]

    def broken(_code: str) -> None:
        raise RuntimeError("the wheel came off")

    monkeypatch.setattr(services.access, "endpoint_for", broken)

    answer = app.test_client().get("/vao/K7QF-2M9D")

    assert answer.status_code == 500
    error = next(line for line in lines() if line["level"] == "ERROR")
    assert "the wheel came off" in error["exception"]
    assert error["request_id"] == answer.headers["X-Request-ID"]
    assert "K7QF" not in json.dumps(lines())


def test_signing_in_is_told_without_what_it_was_done_with(
    app: Flask, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    with app.app_context():
        code = code_of(app, COMMUNE)

    app.test_client().get(f"/vao/{code}")

    (line,) = [line for line in lines() if line["message"] == "signed in"]
    assert line["actor"] == f"endpoint:{COMMUNE}"
    assert code not in json.dumps(lines())


def test_a_wrong_attempt_is_told_with_the_address_that_it_came_from(
    client: FlaskClient, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    client.get("/vao/K7QF-2M9D")
    client.post("/api/v1/sessions", json={"username": "mc", "password": "not-the-password"})

    said = [line for line in lines() if line["message"] == "wrong attempt"]
    assert [line["route"] for line in said] == ["/vao/<code>", "/api/v1/sessions"]
    assert {line["address"] for line in said} == {"127.0.0.1"}
    assert "K7QF" not in json.dumps(lines())
    assert "not-the-password" not in json.dumps(lines())


def test_gunicorn_logs_like_everything_else() -> None:
    """A worker that cannot start: what it and the master log of it is JSON, line by line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIAOBAN_")}
    settings = {"GIAOBAN_LOG_FORMAT": "json", "GIAOBAN_SESSION_HOURS": "many", "PORT": str(free_port())}

    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
        cwd=ROOT,
        env={**kept, **settings},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )

    printed = ended.stderr.decode().splitlines()
    said = [json.loads(line) for line in printed if line.startswith("{")]
    (plain,) = [line for line in printed if not line.startswith("{")]
    assert plain.startswith("GIAOBAN_SESSION_HOURS: ")  # this one gunicorn prints past its log
    assert {line["logger"] for line in said} == {"gunicorn.error"}
    assert any("GIAOBAN_SESSION_HOURS" in line.get("exception", "") for line in said)
