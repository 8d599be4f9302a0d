"""`flask giaoban …` (contract §6)."""

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from giaoban.domain.errors import NotSignedIn
from giaoban.extensions import db
from giaoban.models import Endpoint
from giaoban.seed import demo
from giaoban.services import Services
from tests.conftest import COMMUNE, HALL, Caller, code_of, make_app
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.live_server import PASSWORD, ROOT

HEADER = "code,level,kind,name,parent_code\n"
GOOD = HEADER + "1,province,tinh,Lạng Sơn,\n2,district,huyen,Bắc Sơn,1\n3,commune,xa,Tân Lập,2\n"


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def empty_app(empty_database: str, clock: FakeClock) -> Flask:
    app = make_app(empty_database, clock)
    with app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"))
        db.session.remove()
        db.engine.dispose()
    return app


def test_the_demo_prints_its_passwords_once(empty_app: Flask) -> None:
    runner = empty_app.test_cli_runner()
    first = runner.invoke(args=["giaoban", "demo", "--date", "2021-11-26", "--print-sign-in"])
    assert first.exit_code == 0, first.output
    shown = {line.split()[-2]: line.split()[-1] for line in first.output.splitlines() if line.startswith("  ")}
    assert shown.keys() == {"admin", "mc", "secretary", "technician"}
    with empty_app.app_context():
        services: Services = empty_app.extensions["giaoban"]
        for name, password in shown.items():
            assert services.accounts.authenticate(name, password).role == name
        conference = services.conferences.current()
        assert (conference.slug, conference.starts_at_ms) == (demo.SLUG, OPENING_AT_MS)
    again = runner.invoke(args=["giaoban", "demo", "--print-sign-in"])
    assert again.exit_code == 0
    assert "đã có" in again.output
    assert not any(password in again.output for password in shown.values())


def test_the_demo_may_begin_now(empty_app: Flask, clock: FakeClock) -> None:
    clock.at_ms = OPENING_AT_MS + 61_000
    assert empty_app.test_cli_runner().invoke(args=["giaoban", "demo", "--start", "now"]).exit_code == 0
    with empty_app.app_context():
        begins_at_ms = empty_app.extensions["giaoban"].conferences.current().starts_at_ms
    assert begins_at_ms == OPENING_AT_MS + 300_000


def test_the_demo_stays_out_of_a_database_with_conferences(empty_app: Flask, tmp_path: Path) -> None:
    runner = empty_app.test_cli_runner()
    file = tmp_path / "roster.csv"
    file.write_text(GOOD, "utf-8")
    assert runner.invoke(args=["giaoban", "import-roster", str(file), "--conference", "rieng"]).exit_code == 0
    assert runner.invoke(args=["giaoban", "demo", "--if-no-conference"]).exit_code == 0
    with empty_app.app_context():
        assert not empty_app.extensions["giaoban"].conferences.exists(demo.SLUG)


@pytest.mark.parametrize(("name", "units"), [("lang_son_2021.csv", 212), ("lang_son_2025.csv", 66)])
def test_both_rosters_come_in(cli: FlaskCliRunner, app: Flask, name: str, units: int) -> None:
    file = ROOT / "giaoban" / "seed" / name
    answer = cli.invoke(args=["giaoban", "import-roster", str(file), "--conference", "moi", "--title", "Hội nghị mới"])
    assert answer.exit_code == 0, answer.output
    assert str(units) in answer.output
    with app.app_context():
        conference = app.extensions["giaoban"].conferences.find("moi")
        assert (conference.title, len(conference.endpoints)) == ("Hội nghị mới", units)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "1"),
        (b"code,level,kind,name\n1,province,tinh,X\n", "1"),
        ((HEADER + "1,province,tinh,X,\n2,district,huyen,Y,9\n").encode(), "3"),
        ((HEADER + "1,province,tinh,X,\n1,district,huyen,Y,1\n").encode(), "3"),
        ((HEADER + "1,province,tinh,X,\n2,district,huyen,Y,3\n3,district,huyen,Z,2\n").encode(), "3"),
        ((HEADER + "1,province,tinh,X,\n2,planet,huyen,Y,1\n").encode(), "3"),
        ((HEADER + "1,province,tinh,X,\n2,district,huyen,,1\n").encode(), "3"),
        ((HEADER + "1,province,tinh,X,\n2,district\n").encode(), "3"),
        (GOOD.encode("utf-16"), "1"),
        (GOOD.replace("Bắc", "B¾c").encode("latin-1", "replace"), "3"),
    ],
)
def test_a_bad_roster_is_refused_whole_with_its_line(
    cli: FlaskCliRunner, app: Flask, tmp_path: Path, data: bytes, line: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(data)
    with app.app_context():
        before = [(row.code, row.name) for row in db.session.query(Endpoint)]
    for slug in ("moi", demo.SLUG):
        answer = cli.invoke(args=["giaoban", "import-roster", str(file), "--conference", slug])
        assert answer.exit_code == 1
        assert f"dòng {line}" in answer.output.lower()
        assert "Traceback" not in answer.output
    with app.app_context():
        assert [(row.code, row.name) for row in db.session.query(Endpoint)] == before
        assert not app.extensions["giaoban"].conferences.exists("moi")


def test_a_room_on_the_agenda_cannot_be_dropped(cli: FlaskCliRunner, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "small.csv"
    file.write_text(GOOD, "utf-8")
    answer = cli.invoke(args=["giaoban", "import-roster", str(file), "--conference", demo.SLUG])
    assert answer.exit_code == 1
    with app.app_context():
        assert len(app.extensions["giaoban"].conferences.current().endpoints) == 212


def test_access_lists_a_line_a_room(cli: FlaskCliRunner, client: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    assert cli.invoke(args=["giaoban", "access", "--csv", str(file)]).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert list(rows[0]) == ["code", "name", "join_code", "link"]
    assert len(rows) == 211
    assert rows[0]["link"].endswith("/vao/" + rows[0]["join_code"])
    session = client.post("/api/v1/sessions", json={"code": rows[7]["join_code"]}).get_json()
    assert session["endpoint_code"] == rows[7]["code"]


def test_the_access_sheet_may_go_into_a_file_that_somebody_else_opened(
    cli: FlaskCliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when root redirects what deploy/flask prints as another user."""

    def not_yours(_number: int, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchmod", not_yours)
    file = tmp_path / "codes.csv"

    assert cli.invoke(args=["giaoban", "access", "--csv", str(file)]).exit_code == 0
    assert len(file.read_text("utf-8").splitlines()) == 212


def test_a_mistyped_conference_leaves_the_access_sheet_that_is_there(cli: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("the sheet of yesterday", "utf-8")
    assert cli.invoke(args=["giaoban", "access", "--csv", str(file), "--conference", "nope"]).exit_code == 1
    assert file.read_text("utf-8") == "the sheet of yesterday"


def test_a_roster_may_be_changed_after_commands_were_given(
    cli: FlaskCliRunner, app: Flask, caller: Callable[..., Caller], tmp_path: Path
) -> None:
    caller("mc").command("next")
    roster = (ROOT / "giaoban" / "seed" / "lang_son_2021.csv").read_text("utf-8")
    file = tmp_path / "more.csv"
    file.write_text(roster + "99999,commune,xa,Xã Mới,180\n", "utf-8")
    answer = cli.invoke(args=["giaoban", "import-roster", str(file), "--conference", demo.SLUG])
    assert answer.exit_code == 0, answer.output
    log = caller("mc").get("/log")
    assert [(line["seq"], line["kind"]) for line in log] == [
        (1, "conference_created"),
        (2, "next"),
        (3, "roster_imported"),
    ]


@pytest.mark.parametrize(("which", "count"), [(["--endpoint", COMMUNE], 1), (["--all"], 211)])
def test_codes_can_be_renewed(cli: FlaskCliRunner, app: Flask, which: list[str], count: int) -> None:
    before = code_of(app, COMMUNE)
    answer = cli.invoke(args=["giaoban", "renew-codes", *which])
    assert answer.exit_code == 0, answer.output
    assert str(count) in answer.output
    assert code_of(app, COMMUNE) != before
    assert cli.invoke(args=["giaoban", "renew-codes"]).exit_code == 2
    assert cli.invoke(args=["giaoban", "renew-codes", "--endpoint", HALL]).exit_code == 1


def test_accounts(cli: FlaskCliRunner, services: Services) -> None:
    args = ["giaoban", "user", "add", "lan.pham", "--role", "mc", "--password-stdin"]
    assert cli.invoke(args=args, input="mat khau dai\n").exit_code == 0
    assert services.accounts.authenticate("lan.pham", "mat khau dai").role == "mc"
    assert cli.invoke(args=args, input="mat khau dai\n").exit_code == 1
    change = ["giaoban", "user", "password", "lan.pham", "--password-stdin"]
    assert cli.invoke(args=change, input="mat khau khac\n").exit_code == 0
    with pytest.raises(NotSignedIn):
        services.accounts.authenticate("lan.pham", "mat khau dai")
    assert "lan.pham\tmc" in cli.invoke(args=["giaoban", "user", "list"]).output


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("ai", "mc", "short"), ("ai", "king", "mat khau dai"), ("Ái", "mc", "mat khau dai"), ("", "mc", "mat khau dai")],
)
def test_bad_accounts_are_refused(cli: FlaskCliRunner, name: str, role: str, password: str) -> None:
    args = ["giaoban", "user", "add", name, "--role", role, "--password-stdin"]
    answer = cli.invoke(args=args, input=password + "\n")
    assert answer.exit_code != 0
    assert "Traceback" not in answer.output


def test_a_guessable_password_is_taken_at_the_server_itself_with_a_warning(cli: FlaskCliRunner) -> None:
    args = ["giaoban", "user", "add", "lan.pham", "--role", "mc", "--password-stdin"]
    answer = cli.invoke(args=args, input="password123\n")
    assert answer.exit_code == 0, answer.output
    assert "quá dễ đoán" in answer.stderr


def test_a_password_of_an_unknown_account(cli: FlaskCliRunner) -> None:
    answer = cli.invoke(args=["giaoban", "user", "password", "ai", "--password-stdin"], input=PASSWORD + "\n")
    assert answer.exit_code == 1
    assert "ai" in answer.output
