"""Backups taken while the conference runs, and restored elsewhere: the same attendance, the same times, or nothing."""

import gzip
import threading
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import JSON, BigInteger, Boolean, Integer, String, func, select

from giaoban.extensions import db
from giaoban.models import LogLine
from giaoban.services import Services
from giaoban.services.proof import prove
from tests.conftest import COMMUNE, DISTRICT, code_of
from tests.fakes import FakeClock
from tests.integration.backups import (
    ME,
    MIGRATIONS,
    Interrupted,
    attendance,
    backed_up,
    by_another,
    check_in,
    press,
    restored,
    run,
    tables,
)
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.backups import morning as morning
from tests.live_server import SECRET

# ---- there and back


def test_everything_is_there_on_another_machine(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    file = backed_up(morning, tmp_path / "b")

    said = restored(elsewhere, file)

    assert tables(elsewhere) == tables(morning)
    empty = {name for name, rows in tables(elsewhere).items() if not rows}
    assert empty == {
        "ended_sessions",
        "control",
        "editors",
        "agenda_imports",
        "readiness_answers",
        "contacts",
        "calls",
        "tickets",
        "materials",
        "material_parts",
        "last_seen",
        "projectors",
        "pairings",
    }  # nobody did anything of the kind
    assert attendance(elsewhere) == attendance(morning)
    assert code_of(elsewhere, COMMUNE) == code_of(morning, COMMUNE)
    assert "2 hội nghị, 11 dòng nhật ký" in said
    assert said.count("khớp với nhật ký") == 2


def test_the_conference_goes_on_where_it_was(
    morning: Flask, elsewhere: Flask, tmp_path: Path, clock: FakeClock
) -> None:
    restored(elsewhere, backed_up(morning, tmp_path / "b"))
    clock.advance(60_000)

    with elsewhere.app_context():
        services: Services = elsewhere.extensions["giaoban"]
        conference = services.conferences.current()
        press(services, conference, "undo")
        check_in(services, DISTRICT)
        added = services.conferences.copy_for_rehearsal(conference, ME)
        proof = prove(services.conferences.current())

    assert added.id == 4  # 3 was given out once
    assert (proof.lines, proof.order.version, proof.totals.present) == (12, 4, 1)


def test_a_column_of_every_kind_that_there_is_can_be_backed_up() -> None:
    kinds = {type(column.type) for table in db.metadata.tables.values() for column in table.columns}

    assert kinds <= {Integer, BigInteger, String, Boolean, JSON}


# ---- while others write


def test_what_is_written_during_a_backup_is_in_the_next_one(morning: Flask, elsewhere: Flask) -> None:
    before = tables(morning)

    def work() -> None:
        with morning.app_context():
            services: Services = morning.extensions["giaoban"]
            press(services, services.conferences.current(), "pause")
            check_in(services, DISTRICT)

    file = Interrupted(by_another(work))
    with morning.app_context():
        morning.extensions["giaoban"].backups.write(file)
    file.seek(0)
    with elsewhere.app_context():
        brought = elsewhere.extensions["giaoban"].backups.restore(file)

    assert tables(elsewhere) == before
    assert len(tables(morning)["log_lines"]) == len(before["log_lines"]) + 2
    assert brought.problems == ()


def test_backups_of_a_busy_conference_are_each_of_one_instant(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    enough, pressed, broken = threading.Event(), threading.Semaphore(0), []

    def work() -> None:
        with morning.app_context():
            services: Services = morning.extensions["giaoban"]
            try:
                while not enough.is_set():
                    press(services, services.conferences.current(), "pause")
                    check_in(services, DISTRICT)
                    press(services, services.conferences.current(), "resume")
                    check_in(services, COMMUNE)
                    pressed.release()
            except Exception as error:
                broken.append(error)
                pressed.release()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        files = []
        for number in range(4):
            pressed.acquire()
            files.append(backed_up(morning, tmp_path / f"{number}"))
    finally:
        enough.set()
        worker.join()
    assert not broken

    lengths = []
    for file in files:
        restored(elsewhere, file, "--replace")
        with elsewhere.app_context():
            lengths.append(db.session.scalar(select(func.count()).select_from(LogLine)))
    assert lengths == sorted(set(lengths))


# ---- older tables

YOUNGER = {"line_tests"}  # than those revisions: a backup of them knows none of their rows


@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_a_backup_of_older_tables_is_brought_up(
    morning: Flask, elsewhere: Flask, tmp_path: Path, revision: str
) -> None:
    before, seen = tables(morning), attendance(morning)
    with morning.app_context():
        flask_migrate.downgrade(MIGRATIONS, revision)
    file = backed_up(morning, tmp_path / "b")

    restored(elsewhere, file)

    after = tables(elsewhere)
    there = {name: 0 if name in YOUNGER else len(rows) for name, rows in before.items()}
    assert {name: len(rows) for name, rows in after.items()} == there
    assert after["log_lines"] == before["log_lines"]
    assert attendance(elsewhere) == seen
    assert (run(elsewhere, "verify", str(file))[0], run(elsewhere, "verify", str(file), "--head", "0" * 64)[0]) == (
        1,
        1,
    )


def test_a_database_without_tables_has_nothing_to_back_up(elsewhere: Flask, tmp_path: Path) -> None:
    assert run(elsewhere, "backup", str(tmp_path / "b"))[0] == 1
    assert not (tmp_path / "b").exists()


# ---- the key


def on_a_kept_key(app: Flask, key: str) -> Path:
    """Have the application's key come from its instance folder."""
    file = Path(app.instance_path) / "secret_key"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(key + "\n")
    app.config["SECRET_KEY"] = key
    return file


def test_a_machine_with_a_key_of_its_own_takes_the_backups(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    kept = on_a_kept_key(elsewhere, "a key of this machine")

    said = restored(elsewhere, backed_up(morning, tmp_path / "b"))

    assert kept.read_text().strip() == SECRET
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.with_name("secret_key.truoc-khoi-phuc").read_text() == "a key of this machine\n"
    assert "mã truy cập đã in dùng được" in said
    assert SECRET not in said


def test_a_key_from_the_environment_stays_and_people_are_told(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    elsewhere.config["SECRET_KEY"] = "of the environment"

    said = restored(elsewhere, backed_up(morning, tmp_path / "b"))

    assert "KHÔNG dùng được" in said
    assert (Path(elsewhere.instance_path) / "secret_key").read_text().strip() == SECRET
    assert SECRET not in said


def test_a_backup_without_the_key_says_so(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    kept = on_a_kept_key(elsewhere, "a key of this machine")
    file = backed_up(morning, tmp_path / "b", "--without-secret")

    said = restored(elsewhere, file)

    assert "không có khóa bí mật" in said
    assert kept.read_text().strip() == "a key of this machine"
    assert SECRET.encode() not in gzip.decompress(file.read_bytes().split(b"\n", 1)[1])
