"""Wrong attempts are counted for all processes together, and go on being counted when Redis is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from deploy.services import Redis
from giaoban.extensions import db
from giaoban.web.counters import SharedCounters
from tests.conftest import make_app

WRONG = {"code": "AAAA-AAAA"}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app(database: str, redis: Redis) -> Iterator[Flask]:
    app = make_app(database, REDIS_URL=redis.url, WRONG_ATTEMPTS=2)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def statuses(app: Flask, count: int) -> list[int]:
    client = app.test_client()
    return [client.post("/api/v1/sessions", json=WRONG).status_code for _ in range(count)]


def test_two_processes_count_together(app: Flask, redis: Redis) -> None:
    here, there = SharedCounters("shared+" + redis.url), SharedCounters("shared+" + redis.url)

    assert [here.incr("somebody", 300), there.incr("somebody", 300), here.get("somebody")] == [1, 2, 2]
    assert here.get_expiry("somebody") == pytest.approx(there.get_expiry("somebody"), abs=2)
    here.clear("somebody")
    assert there.get("somebody") == 0


def test_wrong_attempts_are_refused_and_counted_while_redis_is_away(app: Flask, redis: Redis) -> None:
    assert statuses(app, 3) == [401, 401, 429]

    redis.kill()

    assert statuses(app, 3) == [401, 401, 429]


def test_a_frozen_redis_keeps_nobody_from_an_answer(app: Flask, redis: Redis) -> None:
    redis.freeze()

    assert statuses(app, 3) == [401, 401, 429]
