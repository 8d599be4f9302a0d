"""The figures at /metrics."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from giaoban.version import VERSION
from tests.conftest import COMMUNE, DISTRICT, Caller

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(client: FlaskClient) -> Figures:
    families = text_string_to_metric_families(client.get("/metrics").get_data(as_text=True))
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


@pytest.fixture
def grown(client: FlaskClient) -> Callable[..., float]:
    """`grown(name, label=…)`: by how much a figure of this process has grown since the test began."""
    before = read(client)

    def by(name: str, /, **labels: str) -> float:
        key = name, frozenset(labels.items())
        return read(client)[key] - before.get(key, 0)

    return by


def test_requests_are_counted_by_route_never_by_address(client: FlaskClient, grown: Callable[..., float]) -> None:
    client.get("/vao/K7QF-2M9D")
    client.get("/khong-co")

    assert "K7QF" not in client.get("/metrics").text
    assert grown("giaoban_http_requests_total", route="/vao/<code>", method="GET", status="401") == 1
    assert grown("giaoban_http_requests_total", route="none", method="GET", status="404") == 1
    assert grown("giaoban_http_request_seconds_count", route="none") == 1


def test_a_method_that_somebody_made_up_makes_no_figure_of_its_own(
    client: FlaskClient, grown: Callable[..., float]
) -> None:
    client.open("/healthz", method="BREW")

    assert grown("giaoban_http_requests_total", route="none", method="other", status="405") == 1


def test_commands_by_outcome(caller: Callable[..., Caller], grown: Callable[..., float]) -> None:
    mc, command_id = caller("mc"), str(uuid4())
    mc.command("next", version=0, command_id=command_id)
    mc.command("next", version=0, command_id=command_id)
    mc.command("next", version=0)
    mc.command("fly", version=1)

    assert grown("giaoban_commands_total", name="next", outcome="accepted") == 1
    assert grown("giaoban_commands_total", name="next", outcome="repeated") == 1
    assert grown("giaoban_commands_total", name="next", outcome="stale_version") == 1
    assert grown("giaoban_commands_total", name="unknown", outcome="invalid_input") == 1
    assert grown("giaoban_refused_total", code="stale_version") == 1
    assert grown("giaoban_fan_out_seconds_count", event="order_snapshot") == 1
    assert grown("giaoban_database_commit_seconds_count") >= 1


def test_check_ins_by_who_says_so(caller: Callable[..., Caller], grown: Callable[..., float]) -> None:
    caller(endpoint=COMMUNE).check_in(COMMUNE)
    caller("secretary").check_in(COMMUNE)
    caller("secretary").check_in(COMMUNE, status="absent")
    caller(endpoint=DISTRICT).check_in(COMMUNE)

    assert grown("giaoban_check_ins_total", source="self", outcome="accepted") == 1
    assert grown("giaoban_check_ins_total", source="secretary", outcome="accepted") == 1
    assert grown("giaoban_check_ins_total", source="secretary", outcome="invalid_input") == 1
    assert grown("giaoban_check_ins_total", source="none", outcome="forbidden") == 1


def test_wrong_attempts(client: FlaskClient, grown: Callable[..., float]) -> None:
    client.post("/api/v1/sessions", json={"code": "K7QF-2M9D"})

    assert grown("giaoban_wrong_attempts_total") == 1
    assert grown("giaoban_refused_total", code="unauthorized") == 1


def test_screens_by_role(app: Flask, client: FlaskClient, signed_in: Callable[..., FlaskClient]) -> None:
    socketio = app.extensions["socketio"]
    for browser in (client, client, signed_in("mc"), signed_in(endpoint=COMMUNE), signed_in(endpoint=DISTRICT)):
        socketio.test_client(app, namespace="/live", flask_test_client=browser)

    figures = read(client)

    screens = {dict(labels)["role"]: count for (name, labels), count in figures.items() if name == "giaoban_screens"}
    assert screens == {
        "public": 2,
        "district": 1,
        "commune": 1,
        "admin": 0,
        "mc": 1,
        "secretary": 0,
        "technician": 0,
    }


def test_what_waits_and_what_runs_here(client: FlaskClient, database: str) -> None:
    figures = read(client)

    assert figures["giaoban_waiting", frozenset({("queue", "check_ins")})] == 0
    assert figures["giaoban_waiting", frozenset({("queue", "screens")})] == 0
    assert figures["giaoban_waiting", frozenset({("queue", "bus")})] == 0
    states = [figures["giaoban_bus", frozenset({("state", state)})] for state in ("none", "connected", "away")]
    assert states == [1, 0, 0]
    assert figures["giaoban_bus_dropped", frozenset()] == 0
    assert figures["process_open_fds", frozenset()] > 0
    assert any(
        name == "giaoban_build_info" and {("database", database.partition(":")[0]), ("version", VERSION)} <= labels
        for name, labels in figures
    )
