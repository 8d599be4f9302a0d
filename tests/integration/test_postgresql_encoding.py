"""A database of PostgreSQL that was made where no locale is set has no encoding: it takes our texts all the same."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import flask_migrate
import pytest
from flask import Flask

from giaoban.extensions import db
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from giaoban.services.proof import prove
from giaoban.services.running_order import CommandRequest
from tests.conftest import COMMUNE, make_app
from tests.databases import postgresql_server
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.live_server import ROOT

ME = cli_identity("lan")
WORDS = "Mất điện, gọi lại sau 🇻🇳"


@pytest.fixture
def app() -> Iterator[Flask]:
    with postgresql_server() as server:
        server.run_sql("CREATE DATABASE plain ENCODING SQL_ASCII LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        app = make_app(Path("unused"), FakeClock(), DATABASE_URL=server.url("plain"))
        with app.app_context():
            flask_migrate.upgrade(str(ROOT / "migrations"))
            yield app
            db.session.remove()
            db.engine.dispose()


def test_texts_come_back_as_they_were_said(app: Flask) -> None:
    services: Services = app.extensions["giaoban"]
    services.conferences.create(demo.conference(OPENING_AT_MS), ME)
    message = {"to": "all", "text": WORDS}
    answer = services.running_order.dispatch(demo.SLUG, CommandRequest(str(uuid4()), 0, "set_message", message), ME)
    body = {"check_in_id": str(uuid4()), "status": "absent", "reason": WORDS, "happened_at_ms": OPENING_AT_MS}
    told = services.roll_call.check_in(demo.SLUG, COMMUNE, body, ME)
    again = services.roll_call.check_in(demo.SLUG, COMMUNE, body, ME)

    assert answer.snapshot["message"]["text"] == told["effective"]["reason"] == WORDS
    assert again == told
    proof = prove(services.conferences.current())
    assert proof.title == demo.conference(OPENING_AT_MS).title
    assert [word.reason for word in proof.words.values()] == [WORDS]
