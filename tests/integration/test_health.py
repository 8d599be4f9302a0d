"""Whether the server lives, serves, and how it fares."""

from pathlib import Path

from flask.testing import FlaskClient

from giaoban.extensions import db
from tests.conftest import make_app


def test_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["checks"] == {"database": "ok", "migrations": "ok", "queue": "none"}


def test_not_ready_before_the_migrations(tmp_path: Path) -> None:
    app = make_app(tmp_path / "empty.sqlite3")
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["migrations"] == "behind"
    with app.app_context():
        db.engine.dispose()


def test_alive_without_a_database(tmp_path: Path) -> None:
    app = make_app(tmp_path / "nowhere" / "missing.sqlite3")
    assert app.test_client().get("/healthz").status_code == 200
    answer = app.test_client().get("/api/v1/conferences")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "unavailable"
    assert answer.headers["Retry-After"]
