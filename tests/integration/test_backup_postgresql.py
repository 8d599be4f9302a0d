"""The same backups on PostgreSQL: taken there, restored there, and carried from either database to the other."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import flask_migrate
import pytest
from flask import Flask

from deploy.services import PostgreSQL
from giaoban.domain import log_file
from giaoban.services import Services
from giaoban.services.proof import prove
from tests.conftest import COMMUNE, make_app
from tests.fakes import FakeClock
from tests.integration.backups import (
    ME,
    MIGRATIONS,
    Interrupted,
    attendance,
    backed_up,
    by_another,
    check_in,
    one_row_twice,
    press,
    release,
    restored,
    rewritten,
    run,
    tables,
)
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.backups import morning as morning


@pytest.fixture
def new_app(postgresql: PostgreSQL, clock: FakeClock, tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Applications each with an empty database of its own on PostgreSQL."""
    made: list[Flask] = []

    def make() -> Flask:
        name = f"t{uuid4().hex}"
        postgresql.ensure_database(name)
        app = make_app(Path("unused"), clock, DATABASE_URL=postgresql.url(name))
        app.instance_path = str(tmp_path / name)
        made.append(app)
        return app

    yield make
    for app in made:
        release(app)


def test_from_sqlite_to_postgresql_and_back(
    morning: Flask, elsewhere: Flask, new_app: Callable[[], Flask], tmp_path: Path
) -> None:
    there = new_app()
    restored(there, backed_up(morning, tmp_path / "sqlite"))
    restored(elsewhere, backed_up(there, tmp_path / "postgresql"))

    held = tables(morning)
    assert tables(there) == held
    assert tables(elsewhere) == held
    assert attendance(there) == attendance(elsewhere) == attendance(morning)
    with there.app_context():
        exported = b"".join(there.extensions["giaoban"].log_export.lines("giao-ban-2021"))
    proof = log_file.read(io.BytesIO(exported))
    assert proof.lines == len([line for line in held["log_lines"] if line[1] == 1])


def test_the_conference_goes_on_after_a_restore_and_ids_are_never_used_twice(
    morning: Flask, new_app: Callable[[], Flask], tmp_path: Path
) -> None:
    there = new_app()
    restored(there, backed_up(morning, tmp_path / "b"))

    with there.app_context():
        services: Services = there.extensions["giaoban"]
        press(services, services.conferences.current(), "pause")
        check_in(services, COMMUNE)
        services.accounts.add_user("lan", "mc", "mat khau dai")
        added = services.conferences.copy_for_rehearsal(services.conferences.current(), ME)
        proved = [prove(conference) for conference in services.conferences.list()]
    assert added.id == 4  # 3 was given out once
    assert [proof.lines for proof in proved] == [12, 1, 1]


def test_what_is_written_during_a_backup_is_in_the_next_one(
    morning: Flask, elsewhere: Flask, new_app: Callable[[], Flask], tmp_path: Path
) -> None:
    there = new_app()
    restored(there, backed_up(morning, tmp_path / "b"))
    before = tables(there)

    def work() -> None:
        with there.app_context():
            services: Services = there.extensions["giaoban"]
            press(services, services.conferences.current(), "pause")
            check_in(services, COMMUNE)

    file = Interrupted(by_another(work))
    with there.app_context():
        there.extensions["giaoban"].backups.write(file)
    file.seek(0)
    with elsewhere.app_context():
        elsewhere.extensions["giaoban"].backups.restore(file)

    assert tables(elsewhere) == before
    assert len(tables(there)["log_lines"]) == len(before["log_lines"]) + 2


def test_a_database_in_use_is_replaced_whole_or_not_at_all(
    morning: Flask, new_app: Callable[[], Flask], tmp_path: Path
) -> None:
    there = new_app()
    first = backed_up(morning, tmp_path / "b")
    restored(there, first)
    before = tables(there)
    broken = rewritten(Path(shutil.copy(first, tmp_path / "broken")), one_row_twice)

    assert run(there, "restore", str(first))[0] == 1
    assert run(there, "restore", str(broken), "--replace")[0] == 1
    assert tables(there) == before
    with there.app_context():
        services: Services = there.extensions["giaoban"]
        press(services, services.conferences.current(), "pause")
    restored(there, first, "--replace")
    assert tables(there) == before


@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_older_tables_are_brought_up(
    morning: Flask, elsewhere: Flask, new_app: Callable[[], Flask], tmp_path: Path, revision: str
) -> None:
    there, again = new_app(), new_app()
    restored(there, backed_up(morning, tmp_path / "b"))
    with there.app_context():
        flask_migrate.downgrade(MIGRATIONS, revision)
    older = backed_up(there, tmp_path / "older")
    with there.app_context():
        flask_migrate.upgrade(MIGRATIONS)

    assert tables(there)["log_lines"] == tables(morning)["log_lines"]
    for app in (elsewhere, again):
        restored(app, older)

        assert tables(app)["log_lines"] == tables(morning)["log_lines"]
        assert attendance(app) == attendance(morning)
