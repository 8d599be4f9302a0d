"""Screens that ask for a code on PostgreSQL, where the writers of several processes meet."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import Flask

from deploy.services import PostgreSQL
from giaoban.domain.projectors import CODE_LASTS_MS
from giaoban.extensions import db
from giaoban.services import Services
from giaoban.services.projectors import _hash
from tests.conftest import make_app
from tests.databases import patience_with_postgresql, postgresql_server
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.live_server import ROOT
from tests.waiting import WITHIN_S, asked_until

ADDRESS = "198.51.100.7"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    with postgresql_server() as server:
        server.ensure_database()
        yield server


@pytest.fixture
def app(postgresql: PostgreSQL) -> Iterator[Flask]:
    app = make_app(Path("unused"), FakeClock(), DATABASE_URL=postgresql.url())
    with patience_with_postgresql(), app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"))
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def services(app: Flask) -> Services:
    services: Services = app.extensions["giaoban"]
    return services


Asking = Callable[[psycopg.Connection[Any], str], AbstractContextManager[None]]


@pytest.fixture
def asking(app: Flask, postgresql: PostgreSQL) -> Asking:
    """`with asking(other, token):` that browser asks for a code, and waits for what `other` does and commits within."""

    def ask(token: str) -> None:
        with app.app_context():
            app.extensions["giaoban"].projectors.ask(token, ADDRESS)

    @contextmanager
    def make(other: psycopg.Connection[Any], token: str) -> Iterator[None]:
        with ThreadPoolExecutor(1) as pool, psycopg.connect(postgresql.url(), autocommit=True) as looker:
            asked = pool.submit(ask, token)
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'giaoban'"
            asked_until(lambda: looker.execute(waiting).fetchone() == (1,), "the second waits for the first")
            yield
            other.commit()
            asked.result(WITHIN_S)

    return make


def test_two_tabs_that_ask_at_one_instant_have_one_code(
    services: Services, postgresql: PostgreSQL, asking: Asking
) -> None:
    """The other tab's process has stored its code and not committed yet when this one looks what there is."""
    token = services.projectors.new_token()
    with psycopg.connect(postgresql.url()) as other:
        other.execute(
            "INSERT INTO pairings (code, token_hash, address, asked_at_ms, expires_at_ms) VALUES (%s, %s, %s, %s, %s)",
            ("482913", _hash(token), ADDRESS, OPENING_AT_MS, OPENING_AT_MS + CODE_LASTS_MS),
        )

        with asking(other, token):
            pass

        (stored,) = other.execute("SELECT code FROM pairings").fetchall()
    shown = services.projectors.waiting(token)
    assert shown is not None
    assert (shown[0],) == stored


def test_a_screen_that_asks_again_waits_for_whoever_is_pairing_it(
    services: Services, postgresql: PostgreSQL, asking: Asking
) -> None:
    token = services.projectors.new_token()
    services.projectors.ask(token, ADDRESS)
    with psycopg.connect(postgresql.url()) as other:
        other.execute("SELECT 1 FROM pairings FOR UPDATE")  # as `pairing_by_code` does

        with asking(other, token):
            other.execute("UPDATE pairings SET expires_at_ms = expires_at_ms + 1")  # neither waits for the other

    assert services.projectors.waiting(token) is not None
