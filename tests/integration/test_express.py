"""The short way of a check-in answers as the ordinary one does, and leaves to it whatever is to be refused."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from giaoban.pace import Pace
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, Caller
from tests.fakes import OPENING_AT_MS

Make = Callable[..., Caller]


class Ways:
    """Counts what Flask itself gets to see: the requests that took the ordinary way."""

    def __init__(self, app: Flask) -> None:
        self.ordinary = 0
        app.before_request(self._see)

    def _see(self) -> None:
        self.ordinary += 1

    def took(self, answer: TestResponse) -> str:
        ordinary, self.ordinary = self.ordinary, 0
        return "ordinary" if ordinary else "short"


@pytest.fixture
def ways(app: Flask) -> Ways:
    return Ways(app)


def body(**told: Any) -> dict[str, Any]:
    return {"check_in_id": str(uuid4()), "status": "present", "headcount": 5, "happened_at_ms": OPENING_AT_MS, **told}


def put(api: Caller, code: str = COMMUNE, said: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    return api.call("PUT", f"/endpoints/{code}/check-in", said or body(), **more)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_both_ways_give_the_same_answer(caller: Make, ways: Ways, scheme: str) -> None:
    room = caller(endpoint=COMMUNE)
    base = {"base_url": f"{scheme}://localhost"}
    said = body()
    short = put(room, said=said, **base)
    assert ways.took(short) == "short"
    ordinary = put(room, said=said, content_type="application/json; charset=utf-8", **base)
    assert ways.took(ordinary) == "ordinary"

    assert short.status_code == ordinary.status_code == 200
    assert short.data == ordinary.data
    its_own = {"X-Request-ID", "Vary"}  # Vary speaks of compressing, which the short way never does
    headers = [{k: v for k, v in answer.headers.items() if k not in its_own} for answer in (short, ordinary)]
    assert headers[0] == headers[1]
    assert short.headers["X-Request-ID"] != ordinary.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("who", "code", "told", "status", "error"),
    [
        ({"endpoint": COMMUNE}, "185", {}, 403, "forbidden"),
        ({"endpoint": ITS_DISTRICT}, DISTRICT, {}, 403, "forbidden"),
        ({"role": "technician"}, COMMUNE, {}, 403, "forbidden"),
        ({"role": "secretary"}, "no-such-room", {}, 404, "not_found"),
        ({"endpoint": COMMUNE}, COMMUNE, {"check_in_id": "no-uuid"}, 422, "invalid_input"),
        ({"endpoint": COMMUNE}, COMMUNE, {"status": "perhaps"}, 422, "invalid_input"),
        ({"endpoint": COMMUNE}, COMMUNE, {"status": 1}, 422, "invalid_input"),
        ({"endpoint": COMMUNE}, COMMUNE, {"happened_at_ms": True}, 422, "invalid_input"),
        ({"endpoint": COMMUNE}, COMMUNE, {"more": 1}, 422, "invalid_input"),
        ({}, COMMUNE, {}, 401, "unauthorized"),
    ],
)
def test_refusals_are_the_ordinary_way_s(
    caller: Make, ways: Ways, who: dict[str, str], code: str, told: dict[str, Any], status: int, error: str
) -> None:
    answer = put(caller(who.get("role"), endpoint=who.get("endpoint")), code, body(**told))

    assert ways.took(answer) == "ordinary"
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, error)


def test_a_false_token_is_refused(app: Flask, ways: Ways) -> None:
    answer = put(Caller(app, "false"))

    assert ways.took(answer) == "ordinary"
    assert answer.status_code == 401


def test_a_cookie_takes_the_ordinary_way_with_its_check_against_forgery(signed_in: Callable[..., Any]) -> None:
    browser = signed_in(endpoint=COMMUNE)
    path = f"/api/v1/conferences/giao-ban-2021/endpoints/{COMMUNE}/check-in"

    assert browser.put(path, json=body()).get_json()["error"]["code"] == "csrf"


def test_a_refused_check_in_is_counted_once_and_leaves_nothing(caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    said = body()
    put(room, said=said)
    labels = {"source": "self", "outcome": "check_in_id_reused"}
    before = REGISTRY.get_sample_value("giaoban_check_ins_total", labels) or 0.0

    answer = put(room, said={**said, "headcount": 6})

    assert answer.get_json()["error"]["code"] == "check_in_id_reused"
    assert REGISTRY.get_sample_value("giaoban_check_ins_total", labels) == before + 1
    assert sum(line["kind"] == "check_in" for line in caller("mc").get("/log")) == 1


def test_a_refused_check_in_is_one_write_and_asks_once_who_it_is(
    app: Flask, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["giaoban.writes"] = Pace(1, now_s=lambda: 0.0)  # five at once
    room = caller(endpoint=COMMUNE)
    accounts, asked = app.extensions["giaoban"].accounts, list[str]()
    who = accounts.identity_of_token
    monkeypatch.setattr(accounts, "identity_of_token", lambda token: asked.append(token) or who(token))

    told = [put(room, said=body(status="perhaps")).status_code for _ in range(6)]

    assert told == [422] * 5 + [429]
    assert len(asked) == 6


def test_it_is_counted_like_every_request(caller: Make, ways: Ways) -> None:
    route = "/api/v1/conferences/<slug>/endpoints/<code>/check-in"
    labels = {"route": route, "method": "PUT", "status": "200"}
    before = REGISTRY.get_sample_value("giaoban_http_requests_total", labels) or 0.0

    assert ways.took(put(caller(endpoint=COMMUNE))) == "short"

    assert REGISTRY.get_sample_value("giaoban_http_requests_total", labels) == before + 1


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xed\xa0\x80", b'"' + b"x" * 3000 + b'"', b"[" * 1500])
def test_any_bytes_are_a_clear_refusal(caller: Make, ways: Ways, text: bytes) -> None:
    room = caller(endpoint=COMMUNE)
    answer = room.call("PUT", f"/endpoints/{COMMUNE}/check-in", data=text, content_type="application/json")

    assert ways.took(answer) == "ordinary"
    assert answer.status_code in (400, 422)
    assert set(answer.get_json()["error"]) == {"code", "message", "details"}
