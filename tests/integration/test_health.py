"""Whether the server lives, and whether it can serve."""

import shutil
import socket
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from deploy.services import Web
from giaoban.extensions import db
from tests.conftest import make_app

ALL_WELL = {
    "database": "ok",
    "migrations": "ok",
    "queue": "none",
    "static": "ok",
    "disk": "ok",
    "secret": "ok",
}
Usage = namedtuple("Usage", "total used free")


def free_mb(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**12, 0, free * 1_000_000))


@pytest.fixture(autouse=True)
def _room_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However full the disk of this machine is."""
    free_mb(monkeypatch, 500)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Somebody who accepts a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def asked(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/readyz")
    with app.app_context():
        db.engine.dispose()
    return answer.status_code, answer.json


def test_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "checks": ALL_WELL, "missing": []}


def test_not_ready_before_the_migrations(empty_database: str) -> None:
    status, body = asked(make_app(empty_database))

    assert (status, body["status"]) == (503, "unavailable")
    assert body["checks"] == {**ALL_WELL, "migrations": "behind"}
    assert [".venv/bin/flask db upgrade" in sentence for sentence in body["missing"]] == [True]


def test_not_ready_without_a_database(tmp_path: Path) -> None:
    app = make_app(tmp_path / "nowhere" / "missing.sqlite3")

    status, body = asked(app)

    assert status == 503
    assert body["checks"] == {**ALL_WELL, "database": "failed", "migrations": "unknown"}
    assert len(body["missing"]) == 1
    assert "GIAOBAN_DATABASE_URL" in body["missing"][0]


def test_alive_without_a_database(tmp_path: Path) -> None:
    app = make_app(tmp_path / "nowhere" / "missing.sqlite3")
    assert app.test_client().get("/healthz").status_code == 200
    answer = app.test_client().get("/api/v1/conferences")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "unavailable"
    assert answer.headers["Retry-After"]


def test_it_says_so_while_the_database_hangs(tmp_path: Path, silent_port: int) -> None:
    """A real server, whose database takes the connection and then says nothing."""
    settings = {"GIAOBAN_DATABASE_URL": f"postgresql://giaoban:x@127.0.0.1:{silent_port}/giaoban"}
    web = Web("web", tmp_path, settings)
    try:
        web.start()

        answer = requests.get(web.url + "/readyz", timeout=60)
    finally:
        web.stop()

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "failed"


def test_not_ready_without_the_queue(app: Flask, silent_port: int) -> None:
    """The settings of the application as it runs: a queue that neither answers nor refuses."""
    app.config["REDIS_URL"] = f"redis://127.0.0.1:{silent_port}"

    status, body = asked(app)

    assert status == 503
    assert body["checks"] == {**ALL_WELL, "queue": "failed"}
    assert "GIAOBAN_REDIS_URL" in body["missing"][0]


def test_a_warning_takes_nobody_out_of_service(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free_mb(monkeypatch, 499)
    app.config["SECRET_KEY"] = "bí mật"
    app.static_folder = str(tmp_path)

    status, body = asked(app)

    assert (status, body["status"]) == (200, "attention")
    assert body["checks"] == {**ALL_WELL, "static": "missing", "disk": "low", "secret": "weak"}
    words = ("static/vendor", "đĩa", "SECRET_KEY")
    assert all(word in sentence for word, sentence in zip(words, body["missing"], strict=True))
