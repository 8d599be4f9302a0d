"""What every answer tells the browser: nothing inline, no frames, no copies, and HTTPS once it was HTTPS."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.extensions import db
from giaoban.web.headers import ALWAYS, OF_NO_USE_TO_FILES, OVER_TLS
from tests.conftest import COMMUNE, make_app
from tests.integration.forms import Browser

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).absolute().parents[2]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(src=|type=\"application/json\"))", re.I)


def policy(answer: TestResponse) -> dict[str, str]:
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return dict(directive.partition(" ")[::2] for directive in directives)


@pytest.mark.parametrize(
    "path", ["/", "/man-chieu", "/vao", "/dang-nhap", "/api/v1/docs", "/nowhere", "/api/v1/conferences", "/api/nowhere"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_answer_carries_them(client: FlaskClient, path: str, scheme: str) -> None:
    answer = client.get(path, base_url=f"{scheme}://giaoban.example")

    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert answer.headers["Cache-Control"] == "no-store"
    assert {name: answer.headers.get(name) for name in OVER_TLS} == (
        OVER_TLS if scheme == "https" else dict.fromkeys(OVER_TLS)
    )
    assert policy(answer)["frame-ancestors"] == "'none'"


def test_a_page_runs_and_loads_only_what_this_server_has(client: FlaskClient) -> None:
    rules = policy(client.get("/man-chieu", base_url="https://giaoban.example"))

    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules
    assert "style-src" not in rules
    assert rules["connect-src"] == "'self' wss://giaoban.example"
    assert (rules["object-src"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert not any("unsafe" in value for value in rules.values())


def test_the_policy_takes_no_more_from_a_host_than_a_host(client: FlaskClient) -> None:
    answer = client.get("/man-chieu", headers={"Host": "a; script-src *"})

    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_a_file_may_be_kept_but_never_with_a_session(client: FlaskClient) -> None:
    with client.get("/static/css/tokens.css") as answer:
        assert "max-age" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert not set(OF_NO_USE_TO_FILES) & set(answer.headers.keys())


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_script_or_style(path: Path) -> None:
    assert INLINE.search(path.read_text("utf-8")) is None


def test_a_page_that_was_filled_in_holds_none_either(signed_in: Browser) -> None:
    for asker, path in ((signed_in("mc"), "/dieu-hanh"), (signed_in(endpoint=COMMUNE), "/diem-cau")):
        assert INLINE.search(asker.get(path).text) is None


@pytest.fixture
def behind_a_proxy(database: str) -> Iterator[Flask]:
    app = make_app(database, TRUSTED_PROXIES=1)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_https_at_the_trusted_proxy_counts(behind_a_proxy: Flask, client: FlaskClient) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hop.example"}

    believed = behind_a_proxy.test_client().get("/man-chieu", headers=forwarded)
    stranger = client.get("/man-chieu", headers=forwarded)

    assert "Strict-Transport-Security" in believed.headers
    assert policy(believed)["connect-src"] == "'self' wss://hop.example"
    assert "Strict-Transport-Security" not in stranger.headers
