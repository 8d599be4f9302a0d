"""What the tests of backups share: a morning worth keeping, another machine, and the command line on either."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from giaoban.extensions import db
from giaoban.models import dump
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, Caller, make_app
from tests.fakes import FakeClock
from tests.live_server import ROOT

Make = Callable[..., Caller]
MIGRATIONS = str(ROOT / "migrations")
ME = cli_identity("test")


@pytest.fixture
def morning(app: Flask, caller: Make, clock: FakeClock) -> Flask:
    """The application of a conference in its second item, with contradicting check-ins and one that came twice, beside
    one that never began; a third, of the highest id, is gone."""
    mc = caller("mc")
    assert mc.command("next").status_code == 200
    twice = str(uuid4())
    for _ in range(2):
        assert caller(endpoint=COMMUNE).check_in(COMMUNE, headcount=5, check_in_id=twice).status_code == 200
    clock.advance(600_000)
    assert mc.command("next").status_code == 200
    assert mc.command("set_message", {"text": "Nghỉ 10 phút 🇻🇳", "to": "all"}).status_code == 200
    assert caller("secretary").check_in(COMMUNE, status="absent", headcount=0, reason="Mất điện").status_code == 200
    groups = {"total": 9, "groups": {"Đại biểu": 4, "10": 1, "9": 2}}
    assert caller(endpoint=DISTRICT).check_in(DISTRICT, headcount=groups).status_code == 200
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        services.conferences.copy_for_rehearsal(services.conferences.current(), ME)
        clock.advance(1)
        services.conferences.delete(services.conferences.copy_for_rehearsal(services.conferences.current(), ME))
    return app


@pytest.fixture
def elsewhere(tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """Another machine, with an empty database and an instance folder of its own."""
    app = make_app(tmp_path / "elsewhere.sqlite3", clock)
    app.instance_path = str(tmp_path / "instance")
    yield app
    release(app)


def release(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Status and what was said, on either channel."""
    answer = app.test_cli_runner().invoke(args=["giaoban", *words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.output
    return answer.exit_code, answer.output


def backed_up(app: Flask, file: Path, *options: str) -> Path:
    status, said = run(app, "backup", str(file), *options)
    assert status == 0, said
    return file


def restored(app: Flask, file: Path, *options: str) -> str:
    status, said = run(app, "restore", str(file), *options)
    assert status == 0, said
    return said


def tables(app: Flask) -> dict[str, list[Any]]:
    """Everything that is stored, and the ids that were given out."""
    with app.app_context(), db.engine.connect() as connection:
        held = {name: [tuple(row) for row in rows] for name, _, rows in dump.dump(connection)}
        return {**held, "conference ids": [dump.last_ids(connection).get("conferences")]}


def attendance(app: Flask) -> list[Any]:
    """What people see: items with their times, rooms with their words, totals."""
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        return [
            (services.running_order.view(conference), services.roll_call.view(conference))
            for conference in services.conferences.list()
        ]
