"""A log handed out while the conference runs is proved on a machine that has no database."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from giaoban.domain import log_file
from giaoban.extensions import db
from giaoban.services import Services
from giaoban.web.filters import grouped
from tests.conftest import COMMUNE, DISTRICT, Caller, make_app
from tests.fakes import FakeClock
from tests.integration.forms import Browser
from tests.live_server import ROOT

Make = Callable[..., Caller]


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def exported(cli: FlaskCliRunner, caller: Make, clock: FakeClock, tmp_path: Path) -> Path:
    """The log of a conference in the middle of its second item, with four check-ins, one annulled, of two rooms."""
    mc = caller("mc")
    assert mc.command("next").status_code == 200
    assert caller(endpoint=COMMUNE).check_in(COMMUNE, headcount=5).status_code == 200
    clock.advance(600_000)
    assert mc.command("next").status_code == 200
    assert caller("secretary").check_in(COMMUNE, status="absent", headcount=0, reason="Mất điện").status_code == 200
    wrong = caller(endpoint=DISTRICT).check_in(DISTRICT, headcount=70, note="Cả phòng bên").get_json()["record"]
    path = f"/endpoints/{DISTRICT}/check-ins/{wrong['check_in_id']}/annul"
    assert mc.call("POST", path, {"reason": "Đếm nhầm"}).status_code == 200
    assert caller(endpoint=DISTRICT).check_in(DISTRICT, headcount=7).status_code == 200
    file = tmp_path / "log.jsonl"
    answer = cli.invoke(args=["giaoban", "export-log", str(file)])
    assert answer.exit_code == 0, answer.output
    return file


def verify(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """As on a third machine: another process, whose database is nowhere."""
    nowhere = {"GIAOBAN_DATABASE_URL": "postgresql://127.0.0.1:1/nowhere", "GIAOBAN_REDIS_URL": "redis://127.0.0.1:1/0"}
    nowhere["GIAOBAN_SECRET_KEY"] = "s" * 40
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "giaoban", "verify", str(file), *options],
        cwd=ROOT,
        env={**os.environ, **nowhere, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_machine_without_a_database_tells_the_same(exported: Path, services: Services) -> None:
    conference = services.conferences.current()

    answer = verify(exported, "--head", grouped(conference.last_hash)[:20].upper())

    assert answer.returncode == 0, answer.stderr
    assert "8 dòng, còn nguyên vẹn; 2 lệnh" in answer.stdout
    assert "07:30–08:00   07:30:00   07:40:00" in answer.stdout
    assert "08:00–08:10   07:40:00          –   đang diễn ra" in answer.stdout
    rows = [line.split() for line in answer.stdout.splitlines()]
    assert ["Cấp", "huyện", "11", "1", "0", "10", "7"] in rows
    assert ["Cấp", "xã", "200", "0", "1", "199", "0"] in rows
    assert ["Tổng", "số", "211", "1", "1", "209", "7"] in rows
    assert f"Điểm cầu có báo cáo trái nhau: {COMMUNE}" in answer.stdout
    assert "Bản ghi điểm danh đã hủy: 1" in answer.stdout
    assert grouped(conference.last_hash) in answer.stdout
    assert "Khớp với mã niêm phong" in answer.stdout
    proof = log_file.read(io.BytesIO(exported.read_bytes()))
    assert services.running_order.load(conference) == proof.order
    assert services.roll_call.totals(conference.id) == proof.totals.as_json()


def test_a_changed_file_is_refused_with_its_line(exported: Path) -> None:
    exported.write_bytes(exported.read_bytes().replace("Mất điện".encode(), "Mất nước".encode()))

    answer = verify(exported)

    assert answer.returncode == 1
    assert "Dòng 6:" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


@pytest.mark.parametrize("head", ["0" * 64, "ff" * 8])
def test_a_log_that_is_not_the_sealed_one_is_refused(cli: FlaskCliRunner, exported: Path, head: str) -> None:
    answer = cli.invoke(args=["giaoban", "verify", str(exported), "--head", head])

    assert answer.exit_code == 1
    assert "Mã niêm phong không khớp" in answer.output


@pytest.mark.parametrize("head", ["abc", "x" * 64, "0" * 65])
def test_a_seal_that_is_none_is_refused(cli: FlaskCliRunner, exported: Path, head: str) -> None:
    assert cli.invoke(args=["giaoban", "verify", str(exported), "--head", head]).exit_code == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"[" * 100_000, bytes(range(256)), b'{"checksum":"a"}\n'])
def test_what_is_no_log_is_refused(cli: FlaskCliRunner, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)

    answer = cli.invoke(args=["giaoban", "verify", str(file)])

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")


def test_an_export_is_for_its_owner_and_overwrites_nothing(cli: FlaskCliRunner, exported: Path) -> None:
    before = exported.read_bytes()
    export = ["giaoban", "export-log", str(exported)]

    assert exported.stat().st_mode & 0o777 == 0o600
    assert cli.invoke(args=export).exit_code == 1
    assert exported.read_bytes() == before
    assert cli.invoke(args=[*export, "--force"]).exit_code == 0
    assert cli.invoke(args=["giaoban", "export-log", str(exported) + "2", "--conference", "khong"]).exit_code == 1
    assert cli.invoke(args=["giaoban", "export-log", "/nowhere/log.jsonl"]).exit_code == 1
    assert [file.name for file in exported.parent.glob("*log*")] == [exported.name]


def test_a_database_without_tables_has_no_log(tmp_path: Path) -> None:
    app = make_app(tmp_path / "empty.sqlite3")

    answer = app.test_cli_runner().invoke(args=["giaoban", "export-log", str(tmp_path / "log.jsonl")])

    assert (answer.exit_code, answer.output.startswith("Error: Cơ sở dữ liệu")) == (1, True)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_log_page_shows_the_seal_and_gives_the_same_file(
    signed_in: Browser, services: Services, exported: Path
) -> None:
    secretary = signed_in("secretary")
    seal = grouped(services.conferences.current().last_hash)

    page, file = secretary.get("/dieu-hanh/nhat-ky"), secretary.get("/dieu-hanh/nhat-ky/tep")

    assert seal in page.text
    assert 'href="/dieu-hanh/nhat-ky/tep"' in page.text
    assert file.data == exported.read_bytes()
    assert file.headers["Content-Disposition"] == "attachment; filename=nhat-ky-giao-ban-2021.jsonl"
