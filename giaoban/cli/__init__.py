"""`flask giaoban …`: thin commands; each calls the services."""

import io
import os
import stat
import sys
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from rich.console import Console

from giaoban import rehearsal
from giaoban.cli import data
from giaoban.cli.current import conference, me, services
from giaoban.domain.errors import GiaobanError
from giaoban.seed import demo as demo_conference
from giaoban.services.identity import STAFF, STAFF_WORDS


class Refusing(AppGroup):
    """A group whose commands end with the refusal's sentence and status 1 instead of a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except GiaobanError as error:
            raise click.ClickException(error.message) from None


@click.group("giaoban", cls=Refusing)
def giaoban() -> None:
    """Conferences, rosters, accounts, access codes, rehearsals, backups, logs that prove themselves."""


for command in (data.export_log, data.verify, data.backup, data.restore):
    giaoban.add_command(command)


def _begins(day: datetime | None, start: str | None) -> int:
    on: date | None = None if day is None else day.date()
    try:
        return demo_conference.starts_at_ms(on, start, services().clock.now_ms())
    except ValueError:
        raise click.BadParameter("cần HH:MM hoặc now", param_hint="--start") from None


def _link(path: str) -> str:
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path


day_option = click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day at the venue, YYYY-MM-DD.")
start_option = click.option("--start", help="HH:MM at the venue, or now (rounded up to 5 minutes).")


@giaoban.command()
@day_option
@start_option
@click.option("--if-no-conference", is_flag=True, help="Only when the database holds no conference at all.")
@click.option("--print-sign-in", is_flag=True, help="Say at the end how to sign in.")
@with_appcontext
def demo(day: datetime | None, start: str | None, if_no_conference: bool, print_sign_in: bool) -> None:
    """Add the conference of 2021, or say that it is there."""
    conferences = services().conferences
    if not conferences.exists(demo_conference.SLUG) and not (if_no_conference and conferences.list()):
        begins_at_ms = _begins(day, start)
        added = conferences.create(demo_conference.conference(begins_at_ms), me())
        click.echo(f"Đã tạo hội nghị mẫu “{added.slug}”: {len(added.endpoints)} điểm cầu.")
    elif not if_no_conference:
        click.echo(f"Hội nghị mẫu “{demo_conference.SLUG}” đã có.")
    passwords = _first_accounts()
    if passwords:
        click.echo("\nTài khoản (mật khẩu chỉ hiện một lần này, xin ghi lại):")
        for name, password in passwords.items():
            click.echo(f"  {STAFF_WORDS[name]:<10}  {name:<10}  {password}")
    elif print_sign_in:
        names = ", ".join(user.username for user in services().accounts.list_users())
        click.echo(f"\nTài khoản: {names}. Quên mật khẩu: .venv/bin/flask giaoban user password TÊN")
    if print_sign_in:
        click.echo(f"Đăng nhập: {_link('/dang-nhap')}")
        _print_sample_way_in()


def _first_accounts() -> dict[str, str]:
    """One account for each role, when there is none at all: name → password."""
    accounts = services().accounts
    if accounts.list_users():
        return {}
    passwords = {role: accounts.generated_password() for role in STAFF}
    for role, password in passwords.items():
        accounts.add_user(role, role, password)
    return passwords


def _print_sample_way_in() -> None:
    if not services().conferences.list():
        return
    for endpoint, code in services().access.codes(services().conferences.current()):
        click.echo(f"Một điểm cầu để xem thử ({endpoint.full_name}): {_link('/vao/' + code)}")
        click.echo("Mã của mọi điểm cầu: .venv/bin/flask giaoban access --csv TỆP.csv")
        return


@giaoban.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--conference", "slug", required=True, help="The conference's slug; made when there is none.")
@click.option("--title", help="The conference's title.")
@day_option
@start_option
@with_appcontext
def import_roster(file: Path, slug: str, title: str | None, day: datetime | None, start: str | None) -> None:
    """Take the units of a CSV file as a conference's endpoints; a file with any fault is refused whole."""
    taken, units = services().conferences.import_roster(file.read_bytes(), slug, title, _begins(day, start), me())
    click.echo(f"Đã nhập {units} điểm cầu vào hội nghị “{taken.slug}”.")


@giaoban.command()
@click.option("--csv", "file", type=click.File("w", encoding="utf-8"), required=True, help="Where to write; - prints.")
@click.option("--conference", "slug", help="The conference's slug; the current one when absent.")
@with_appcontext
def access(file: TextIO, slug: str | None) -> None:
    """Write the rooms' join codes and links."""
    table = services().access_sheets.table(conference(slug), _link)  # first: writing empties the sheet that is there
    _for_the_owner_alone(file)
    file.write(table.decode())


def _for_the_owner_alone(file: TextIO) -> None:
    """Whoever reads a join code comes in; a terminal, a pipe or somebody else's file is the caller's own affair."""
    with suppress(io.UnsupportedOperation, PermissionError):
        number = file.fileno()
        if stat.S_ISREG(os.fstat(number).st_mode):
            os.fchmod(number, 0o600)


@giaoban.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the server answers.")
@click.option(
    "--speed", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, help="How many times faster."
)
@click.option("--keep", is_flag=True, help="Keep the copy afterwards.")
@click.option("--conference", "slug", help="The conference's slug; the current one when absent.")
@with_appcontext
def rehearse(url: str, speed: float, keep: bool, slug: str | None) -> None:
    """Play the whole conference on a copy of it, with a simulated screen in every room."""
    copied = conference(slug)
    if not rehearsal.rehearse(services(), copied, me(), url=url, speed=speed, keep=keep, console=Console()):
        sys.exit(1)


@giaoban.command("renew-codes")
@click.option("--endpoint", "code", help="One room's code in the roster.")
@click.option("--all", "everyone", is_flag=True, help="Every room of the conference.")
@click.option("--conference", "slug", help="The conference's slug; the current one when absent.")
@with_appcontext
def renew_codes(code: str | None, everyone: bool, slug: str | None) -> None:
    """Make one room's join code, or all of them, invalid; whoever came in with it is signed out."""
    if (code is None) != everyone:
        raise click.UsageError("cần --endpoint MÃ hoặc --all")
    renewed = services().access.renew(conference(slug), me(), code)
    click.echo(f"Đã đổi mã của {renewed} điểm cầu. In lại: .venv/bin/flask giaoban access --csv TỆP.csv")


@giaoban.group()
def user() -> None:
    """Accounts of the staff."""


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    return password


def _warn(name: str, password: str) -> None:
    """Whoever sits at the server may give any password (a rehearsal's, a script's), and is told what it is worth."""
    if services().accounts.easily_guessed(name, password):
        click.echo(f"Chú ý: mật khẩu này quá dễ đoán. Nên đổi: .venv/bin/flask giaoban user password {name}", err=True)


password_option = click.option("--password-stdin", "from_stdin", is_flag=True, help="Read it from the standard input.")


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(STAFF), required=True)
@password_option
@with_appcontext
def add_user(name: str, role: str, from_stdin: bool) -> None:
    """Add an account."""
    password = _password(from_stdin)
    added = services().accounts.add_user(name, role, password, guessable_too=True)
    click.echo(f"Đã thêm tài khoản “{added.username}” ({STAFF_WORDS[role]}).")
    _warn(added.username, password)


@user.command("password")
@click.argument("name")
@password_option
@with_appcontext
def set_password(name: str, from_stdin: bool) -> None:
    """Give an account another password; whoever is signed in with it is signed out."""
    password = _password(from_stdin)
    services().accounts.set_password(name, password, guessable_too=True)
    click.echo(f"Đã đổi mật khẩu của “{name}”.")
    _warn(name, password)


@user.command("sign-out")
@click.argument("name")
@with_appcontext
def sign_out(name: str) -> None:
    """End every session and token of an account; the password stays."""
    services().accounts.sign_out_everywhere(name)
    click.echo(f"Đã kết thúc mọi phiên của “{name}”.")


@user.command("remove")
@click.argument("name")
@with_appcontext
def remove_user(name: str) -> None:
    """Remove an account; whoever is signed in with it is signed out."""
    services().accounts.remove_user(name)
    click.echo(f"Đã xóa tài khoản “{name}”.")


@user.command("list")
@with_appcontext
def list_users() -> None:
    """List the accounts."""
    for account in services().accounts.list_users():
        click.echo(f"{account.username}\t{account.role}")
