"""What `restore` refuses: a backup that is damaged, too new or proves something else; everything stays as it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask

from giaoban.extensions import db
from giaoban.models import dump
from tests.conftest import make_app
from tests.integration.backups import MIGRATIONS, backed_up, one_row_twice, release, restored, rewritten, run, tables
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.backups import morning as morning


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"\0",
        lambda content: content[:200] + bytes([content[200] ^ 1]) + content[201:],
        lambda content: content.replace(b"giaoban-backup 1", b"giaoban-backup 2"),
        lambda content: b"",
    ],
    ids=["cut", "half", "longer", "a bit", "another form", "empty"],
)
def test_a_damaged_backup_touches_nothing(
    morning: Flask, elsewhere: Flask, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = backed_up(morning, tmp_path / "b")
    file.write_bytes(damage(file.read_bytes()))
    before = tables(morning)

    for app in (morning, elsewhere):
        status, said = run(app, "restore", str(file), "--replace")
        assert status == 1
        assert said.startswith("Error: ")
    assert run(morning, "verify", str(file))[0] == 1
    assert tables(morning) == before
    with elsewhere.app_context(), db.engine.connect() as connection:
        assert dump.tables_of(connection) == []


def test_a_database_in_use_is_not_overwritten_unless_told(morning: Flask, app: Flask, tmp_path: Path) -> None:
    file = backed_up(morning, tmp_path / "b")
    other = make_app(tmp_path / "other.sqlite3")
    with other.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        other.extensions["giaoban"].accounts.add_user("lan", "mc", "mat khau dai")
    before = tables(other)

    status, said = run(other, "restore", str(file))
    assert (status, "bảng users" in said, tables(other) == before) == (1, True, True)
    status, said = run(morning, "restore", str(file))
    assert (status, "2 hội nghị (giao-ban-2021, tong-duyet-" in said) == (1, True)
    assert "khởi động lại" in restored(other, file, "--replace")
    assert tables(other) == tables(morning)
    release(other)


def test_a_backup_of_a_newer_program_is_refused(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    file = rewritten(backed_up(morning, tmp_path / "b"), lambda lines: lines[0].update(revision="9999"))

    status, said = run(elsewhere, "restore", str(file))

    assert (status, "mới hơn" in said) == (1, True)


def test_a_database_of_a_newer_program_is_left_as_it_is(morning: Flask, tmp_path: Path) -> None:
    file = backed_up(morning, tmp_path / "b")
    with morning.app_context():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    before = tables(morning)

    status, said = run(morning, "restore", str(file), "--replace")

    assert (status, "mới hơn" in said) == (1, True)
    assert tables(morning) == before


def test_rows_that_fit_nowhere_change_nothing(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    before = tables(morning)

    status, said = run(
        morning, "restore", str(rewritten(backed_up(morning, tmp_path / "b"), one_row_twice)), "--replace"
    )

    assert (status, "chưa thay đổi gì" in said) == (1, True)
    assert tables(morning) == before


def test_a_log_that_was_changed_in_a_backup_is_named(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    def change(lines: list[Any]) -> None:
        for line in lines:
            if isinstance(line, list) and "check_in" in line and "secretary:secretary" in line:
                line[line.index("secretary:secretary")] = "secretary:khac"

    file = rewritten(backed_up(morning, tmp_path / "b"), change)

    status, said = run(elsewhere, "verify", str(file))
    assert (status, "“giao-ban-2021”, dòng nhật ký số 6" in said) == (1, True)
    status, said = run(elsewhere, "restore", str(file))
    assert (status, "Cảnh báo: “giao-ban-2021”, dòng nhật ký số 6" in said) == (1, True)


def test_tables_that_say_something_else_than_the_log_are_named(
    morning: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    with morning.app_context():
        db.session.execute(db.text("UPDATE items SET ended_at_ms = ended_at_ms + 1 WHERE state = 'done'"))
        db.session.commit()

    status, said = run(elsewhere, "restore", str(backed_up(morning, tmp_path / "b")))

    assert (status, "các bảng không khớp với nhật ký" in said) == (1, True)


def test_every_log_in_a_backup_is_proved_without_a_database(morning: Flask, tmp_path: Path) -> None:
    file = backed_up(morning, tmp_path / "b")
    with morning.app_context():
        heads = [conference.last_hash for conference in morning.extensions["giaoban"].conferences.list()]

    for head in heads:
        status, said = run(morning, "verify", str(file), "--head", head)
        assert status == 0
        assert said.count("còn nguyên vẹn") == 2
    assert run(morning, "verify", str(file), "--head", "0" * 64)[0] == 1
