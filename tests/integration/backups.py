"""What the tests of backups share: a morning worth keeping, another machine, and the command line on either."""

import gzip
import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from giaoban.domain import backup_file
from giaoban.extensions import db
from giaoban.models import Conference, dump
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from giaoban.services.running_order import CommandRequest
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
    wrong = str(uuid4())
    assert caller(endpoint=DISTRICT).check_in(DISTRICT, check_in_id=wrong, note="Nhầm phòng").status_code == 200
    annulled = mc.call("POST", f"/endpoints/{DISTRICT}/check-ins/{wrong}/annul", {"reason": "Nhầm phòng"})
    assert annulled.status_code == 200
    groups = {"total": 9, "groups": {"Đại biểu": 4, "10": 1, "9": 2}}
    assert caller(endpoint=DISTRICT).check_in(DISTRICT, headcount=groups).status_code == 200
    tested = {"happened_at_ms": clock.now_ms(), "round_trips_ms": [30, None], "transport": "polling", "mic": "poor"}
    room = caller(endpoint=COMMUNE)
    assert room.call("PUT", f"/endpoints/{COMMUNE}/line-tests/{uuid4()}", tested).status_code == 200
    assert caller("secretary").call("POST", "/counts", {"count_id": str(uuid4())}).status_code == 200
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


def press(services: Services, conference: Conference, name: str) -> None:
    version = services.running_order.view(conference)["version"]
    services.running_order.dispatch(conference.slug, CommandRequest(str(uuid4()), version, name, {}), ME)


def check_in(services: Services, code: str) -> None:
    said = {"check_in_id": str(uuid4()), "status": "present", "headcount": 3, "happened_at_ms": 1_637_886_600_000}
    services.roll_call.check_in(demo.SLUG, code, said, ME)


class Interrupted(io.BytesIO):
    """A file whose first write lets others work until they have done what they want."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile: Callable[[], None] | None = meanwhile

    def write(self, part: Any) -> int:
        if (meanwhile := self._meanwhile) is not None:
            self._meanwhile = None
            meanwhile()
        return super().write(part)


def by_another(work: Callable[[], None]) -> Callable[[], None]:
    """Have it done by another thread, and wait for that."""

    def done() -> None:
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()

    return done


def rewritten(file: Path, change: Callable[[list[Any]], None]) -> Path:
    """The same backup with other lines, and with the sum that fits them: as somebody would who knows how."""
    content = file.read_bytes()
    lines = [json.loads(line) for line in gzip.decompress(content[content.index(b"\n") + 1 :]).splitlines()]
    change(lines)
    packed = gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    file.write_bytes(backup_file.MAGIC + hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)
    return file


def one_row_twice(lines: list[Any]) -> None:
    last = max(number for number, line in enumerate(lines) if isinstance(line, list))
    table = next(line["table"] for line in reversed(lines[:last]) if isinstance(line, dict))
    lines.insert(last, lines[last])
    lines[-1]["rows"][table] += 1
