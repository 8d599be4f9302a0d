"""Backups taken while the conference runs, and restored elsewhere: the same attendance, the same times, or nothing."""

import gzip
import hashlib
import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import JSON, BigInteger, Boolean, Integer, String, func, select

from giaoban.domain import backup_file
from giaoban.extensions import db
from giaoban.models import Conference, LogLine, dump
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from giaoban.services.proof import prove
from giaoban.services.running_order import CommandRequest
from tests.conftest import COMMUNE, DISTRICT, Caller, code_of, make_app
from tests.fakes import FakeClock
from tests.live_server import ROOT, SECRET

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


# ---- there and back


def test_everything_is_there_on_another_machine(morning: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    file = backed_up(morning, tmp_path / "b")

    said = restored(elsewhere, file)

    assert tables(elsewhere) == tables(morning)
    assert [len(rows) for rows in tables(elsewhere).values()].count(0) <= 1  # nobody has signed out
    assert attendance(elsewhere) == attendance(morning)
    assert code_of(elsewhere, COMMUNE) == code_of(morning, COMMUNE)
    assert "2 hội nghị, 8 dòng nhật ký" in said
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
    assert (proof.lines, proof.order.version, proof.totals.present) == (9, 4, 1)


def press(services: Services, conference: Conference, name: str) -> None:
    version = services.running_order.view(conference)["version"]
    services.running_order.dispatch(conference.slug, CommandRequest(str(uuid4()), version, name, {}), ME)


def check_in(services: Services, code: str) -> None:
    said = {"check_in_id": str(uuid4()), "status": "present", "headcount": 3, "happened_at_ms": 1_637_886_600_000}
    services.roll_call.check_in(demo.SLUG, code, said, ME)


def test_a_column_of_every_kind_that_there_is_can_be_backed_up() -> None:
    kinds = {type(column.type) for table in db.metadata.tables.values() for column in table.columns}

    assert kinds <= {Integer, BigInteger, String, Boolean, JSON}


# ---- while others write


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


# ---- what is refused leaves everything as it is


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


# ---- older tables


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
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
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


# ---- the file


def test_a_backup_is_for_its_owner_and_overwrites_nothing_unless_told(morning: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = backed_up(morning, folder / "b")
    first = file.read_bytes()

    assert file.stat().st_mode & 0o777 == 0o600
    status, said = run(morning, "backup", str(file))
    assert (status, "--force" in said, file.read_bytes() == first) == (1, True, True)
    morning.extensions["giaoban"].clock.advance(1)
    assert backed_up(morning, file, "--force").read_bytes() != first
    assert run(morning, "backup", str(folder / "none" / "b"))[0] == 1
    assert [path.name for path in folder.iterdir()] == ["b"]


def test_a_backup_that_fails_leaves_nothing(morning: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = backed_up(morning, folder / "b").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("giaoban.files.os.fsync", full)
    status, said = run(morning, "backup", str(folder / "b"), "--force")

    assert (status, "No space" in said) == (1, True)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("b", old)]


def test_a_folder_keeps_the_newest(morning: Flask, tmp_path: Path, clock: FakeClock) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "giaoban-notes.txt").write_text("not ours")

    for _ in range(4):
        backed_up(morning, folder, "--keep", "2")
        clock.advance(300_000)

    names = sorted(path.name for path in folder.iterdir())
    assert names == ["giaoban-20211126T005000Z.backup", "giaoban-20211126T005500Z.backup", "giaoban-notes.txt"]
    assert run(morning, "backup", str(tmp_path / "b"), "--keep", "2")[0] == 2


def test_what_a_killed_backup_left_goes_after_a_day(morning: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    left, fresh = folder / ".b.0a0b0c0d.unfinished", folder / ".b.01020304.unfinished"
    for path in (left, fresh):
        path.write_bytes(b"half")
    two_days_ago_s = time.time() - 2 * 86_400
    os.utime(left, (two_days_ago_s, two_days_ago_s))

    backed_up(morning, folder, "--keep", "1")

    assert (left.exists(), fresh.exists()) == (False, True)
