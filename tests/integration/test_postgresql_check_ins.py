"""Check-ins on PostgreSQL: batches there are stored by other statements than on SQLite, and end in the same place."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask

from giaoban.domain.chain import genesis, line_hash
from giaoban.domain.errors import IdReused
from giaoban.extensions import db
from giaoban.models import LogLine
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, HALL, ITS_DISTRICT, make_app
from tests.databases import patience_with_postgresql, postgresql_server
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.test_roll_call import arrival, taken
from tests.live_server import ROOT


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    with postgresql_server() as server:
        server.ensure_database()
        app = make_app(Path("unused"), FakeClock(), DATABASE_URL=server.url())
        with patience_with_postgresql(), app.app_context():
            flask_migrate.upgrade(str(ROOT / "migrations"))
            services: Services = app.extensions["giaoban"]
            services.conferences.create(demo.conference(OPENING_AT_MS), cli_identity("test"))
            db.session.remove()
            yield app
            db.session.remove()
            db.engine.dispose()


def lines(app: Flask) -> list[dict[str, Any]]:
    """The log, after its chain has been found whole."""
    with app.app_context():
        found = list(db.session.scalars(db.select(LogLine).order_by(LogLine.seq)))
        told = [line.as_json() for line in found]
        previous = genesis(demo.SLUG)
        for line, said in zip(found, told, strict=True):
            previous = line_hash(previous, said)
            assert line.hash == previous
        db.session.remove()
    assert [line["seq"] for line in told] == list(range(1, len(told) + 1))
    return told


def test_a_batch_is_stored_whole_and_answered_each(app: Flask) -> None:
    with_groups = arrival(app, COMMUNE, headcount={"total": 9, "groups": {"Đại biểu HĐND": 7}})
    absent = arrival(app, ITS_DISTRICT, status="absent", reason='Mất điện: "bão", dấu \\ và ’')
    hall = arrival(app, HALL)
    reused = arrival(app, HALL, check_in_id=hall.said.check_in_id, headcount=6)

    first, second, third, again, refused = taken(app, [with_groups, absent, hall, hall, reused])

    assert first["record"]["headcount"] == {"total": 9, "groups": {"Đại biểu HĐND": 7}}
    assert second["record"]["reason"] == 'Mất điện: "bão", dấu \\ và ’'
    assert again == third
    assert isinstance(refused, IdReused)
    assert taken(app, [with_groups, absent, hall]) == [first, second, third]
    stored = [{**line["data"]["record"], "annulled": None} for line in lines(app) if line["kind"] == "check_in"]
    assert stored[-3:] == [first["record"], second["record"], third["record"]]
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        rows = services.roll_call.view(services.conferences.current())["rows"]
        effective = {row["code"]: row["effective"] for row in rows if row["effective"]}
        db.session.remove()
    assert effective[COMMUNE] == first["effective"]
    assert effective[ITS_DISTRICT] == second["effective"]


def test_batches_of_several_at_once_leave_no_gap(app: Flask) -> None:
    before = len(lines(app))
    batches = [[arrival(app, code) for code in (COMMUNE, ITS_DISTRICT, "185")] for _ in range(12)]

    with ThreadPoolExecutor(6) as pool:
        outcomes = [answer for batch in pool.map(lambda batch: taken(app, batch), batches) for answer in batch]

    assert all(isinstance(answer, dict) for answer in outcomes)
    told = lines(app)[before:]
    assert sorted(line["data"]["record"]["check_in_id"] for line in told) == sorted(
        answer["record"]["check_in_id"] for answer in outcomes
    )


def test_an_annulled_record_gives_way_to_the_one_before(app: Flask) -> None:
    before, wrong = arrival(app, ITS_DISTRICT), arrival(app, ITS_DISTRICT, status="absent", reason="Mất điện")
    first, second = taken(app, [before, wrong])
    with app.app_context():
        services: Services = app.extensions["giaoban"]

        answer = services.records.annul(
            demo.SLUG, ITS_DISTRICT, second["record"]["check_in_id"], "Ghi nhầm", cli_identity("test")
        )

        assert answer["effective"] == first["record"]
        db.session.remove()
    assert lines(app)[-1]["kind"] == "annul"
