"""Whose pages may open the live connection, and how the session cookie travels."""

import http.client
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.extensions import db
from tests.conftest import COMMUNE, code_of, make_app
from tests.live_server import LiveServer

LIVE = "/socket.io/?EIO=4&transport=polling"
OURS, FOREIGN = "https://giaoban.example", "https://elsewhere.example"


@pytest.fixture
def make(database: Any) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        made.append(make_app(database, **settings))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def may_open(client: FlaskClient, origin: str | None, **headers: str) -> bool:
    """Whether a page of that origin may ask for the live connection; nothing is opened yet."""
    headers = {**headers, **({"Origin": origin} if origin else {})}
    answer = client.options(LIVE, base_url="http://127.0.0.1:8000", headers=headers)
    assert answer.status_code in (200, 400)
    return answer.status_code == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://127.0.0.1:8000", True),
        ("https://127.0.0.1:8000", False),
        ("http://127.0.0.1:8001", False),
        ("http://127.0.0.1:8000.elsewhere.example", False),
        (FOREIGN, False),
        ("null", False),
    ],
)
def test_only_pages_of_this_server_open_the_connection(client: FlaskClient, origin: str | None, allowed: bool) -> None:
    assert may_open(client, origin) is allowed


def test_what_a_stranger_says_was_forwarded_counts_for_nothing(client: FlaskClient) -> None:
    forwarded = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"}

    assert not may_open(client, FOREIGN, **forwarded)


def test_behind_a_proxy_the_address_that_it_was_asked_for_counts(make: Callable[..., Flask]) -> None:
    client = make(TRUSTED_PROXIES=1).test_client()
    forwarded = {"X-Forwarded-Host": "giaoban.example", "X-Forwarded-Proto": "https"}

    assert may_open(client, OURS, **forwarded)
    assert may_open(client, None, **forwarded)
    assert not may_open(client, FOREIGN, **forwarded)
    assert not may_open(client, "http://giaoban.example", **forwarded)


def test_the_public_address_counts_also_where_the_proxy_says_nothing(make: Callable[..., Flask]) -> None:
    client = make(PUBLIC_URL="https://Giaoban.example/").test_client()

    assert may_open(client, OURS)
    assert not may_open(client, FOREIGN)


@pytest.mark.parametrize(("origin", "status"), [("own", 101), (FOREIGN, 400), (None, 101)])
def test_a_real_handshake(server: LiveServer, origin: str | None, status: int) -> None:
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "c2l4dGVlbiBvY3RldHMhIQ==",
        **({"Origin": server.url if origin == "own" else origin} if origin else {}),
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/socket.io/?EIO=4&transport=websocket", headers=headers)

    assert connection.getresponse().status == status
    connection.close()


# ---- the cookie


@pytest.mark.parametrize(
    ("settings", "name", "secure"),
    [
        ({}, "giaoban", False),
        ({"PUBLIC_URL": "https://giaoban.example"}, "__Host-giaoban", True),
        ({"SECURE_COOKIES": True}, "__Host-giaoban", True),
        ({"PUBLIC_URL": "https://giaoban.example", "SECURE_COOKIES": False}, "giaoban", False),
    ],
)
def test_the_session_cookie(make: Callable[..., Flask], settings: dict[str, Any], name: str, secure: bool) -> None:
    app = make(**settings)
    browser = app.test_client()
    answer = browser.get(f"/vao/{code_of(app, COMMUNE)}", base_url=OURS)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    flags = cookie.split("; ")

    assert flags[0].startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not any(flag.startswith("Domain") for flag in flags)
    assert ("Secure" in flags) is secure
    assert browser.get("/diem-cau", base_url=OURS).status_code == 200
    scheme = app.test_client().get("/api/v1/openapi.json").get_json()["components"]["securitySchemes"]["session"]
    assert scheme["name"] == name


def test_signing_in_leaves_nothing_of_the_session_before(app: Flask) -> None:
    """Whoever has planted a session in a browser knows nothing of the one that is signed in."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["planted"] = "by somebody else"

    browser.get(f"/vao/{code_of(app, COMMUNE)}")

    with browser.session_transaction() as session:
        assert "planted" not in session
        assert "_user_id" in session


def test_cookie_and_token_are_signed_with_sha_256(app: Flask) -> None:
    browser = app.test_client()
    browser.get(f"/vao/{code_of(app, COMMUNE)}")
    cookie = browser.get_cookie("giaoban")
    token = app.test_client().post("/api/v1/sessions", json={"code": code_of(app, COMMUNE)}).get_json()["token"]
    assert cookie is not None
    for signed in (cookie.value, token):
        signature = signed.rpartition(".")[2]
        assert len(urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == 32
