"""`flask giaoban export-log`, `verify`, `backup`, `restore`: what is stored, handed out, proved, and brought back."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from giaoban.cli.current import conference, services
from giaoban.cli.proof_report import print_proof
from giaoban.config import adopt_secret
from giaoban.domain import backup_file, backup_proof, log_file
from giaoban.domain.errors import InvalidInput, InvalidLog
from giaoban.domain.witness import Proof
from giaoban.files import remove_unfinished, whole_file
from giaoban.web.filters import grouped

HEAD_SHORTEST: Final = 16  # hex digits: fewer could be met by trying
OUR_NAME: Final = re.compile(r"giaoban-\d{8}T\d{6}Z\.backup")

new_file = click.Path(dir_okay=False, path_type=Path)
old_file = click.Path(exists=True, dir_okay=False, path_type=Path)
force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")


@contextmanager
def _or_a_sentence() -> Iterator[None]:
    """Turns what a disk or a database refuses into a sentence and status 1."""
    try:
        yield
    except FileExistsError as error:
        raise click.ClickException(f"Đã có tệp {error.args[0]}. Thêm --force để ghi đè.") from None
    except OSError as error:
        raise click.ClickException(f"Không đọc hoặc ghi được tệp: {error.strerror} ({error.filename}).") from None
    except DBAPIError as error:
        raise click.ClickException(f"Cơ sở dữ liệu không thực hiện được, chưa thay đổi gì: {error.orig}") from None


@click.command("export-log")
@click.argument("file", type=new_file)
@click.option("--conference", "slug", help="The conference's slug; the current one when absent.")
@force_option
@with_appcontext
def export_log(file: Path, slug: str | None, force: bool) -> None:
    """Write a conference's log, as it is at this instant, into a file that `verify` proves."""
    with _or_a_sentence():
        slug = conference(slug).slug
        with whole_file(file, replace=force) as target:
            lines = sum(1 for line in services().log_export.lines(slug) if target.write(line)) - 1
    click.echo(f"Đã xuất {lines} dòng nhật ký của hội nghị “{slug}” ra {file}.")


@click.command()
@click.argument("file", type=old_file)
@click.option("--head", help="The seal as noted on paper, or at least its first 16 characters.")
def verify(file: Path, head: str | None) -> None:
    """Prove an exported log, or every log in a backup, by itself: without a database, without a server."""
    wanted = None if head is None else _head(head)
    proofs = list(_proofs(file))
    if wanted is not None and not any(proof.head.startswith(wanted) for proof in proofs):
        raise InvalidLog("Mã niêm phong không khớp với mã đã ghi: đây không phải nhật ký đã niêm phong.")
    console = Console()
    for number, proof in enumerate(proofs):
        if number:
            console.print()
        print_proof(proof, console)
    if wanted is not None:
        click.echo("Khớp với mã niêm phong đã ghi.")


def _head(typed: str) -> str:
    """The seal as typed from paper: groups, blanks and capitals do not matter."""
    digits = re.sub(r"[\s.-]", "", typed).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{HEAD_SHORTEST},64}}", digits):
        raise InvalidInput(f"Mã niêm phong gồm từ {HEAD_SHORTEST} đến 64 chữ số hệ 16.", field="head")
    return digits


def _proofs(file: Path) -> list[Proof]:
    with file.open("rb") as opened:
        if backup_file.is_backup(opened.peek(len(backup_file.MAGIC))):
            return backup_proof.prove(opened)
        return [log_file.read(opened)]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@click.option("--without-secret", is_flag=True, help="Leave out the key that join codes are derived from.")
@click.option("--keep", type=click.IntRange(1), help="FILE is a folder: keep so many backups in it, the newest.")
@with_appcontext
def backup(file: Path, force: bool, without_secret: bool, keep: int | None) -> None:
    """Write everything that is stored into one file, while the conference runs.

    When FILE is a folder, into a file in it that is named by the time (UTC).
    """
    folder = file if file.is_dir() else None
    if keep is not None and folder is None:
        raise click.UsageError("--keep cần một thư mục")
    if folder is not None:
        at = datetime.fromtimestamp(services().clock.now_ms() / 1000, UTC)
        file = folder / f"giaoban-{at:%Y%m%dT%H%M%S}Z.backup"
    with _or_a_sentence():
        with whole_file(file, replace=force) as target:
            counts = services().backups.write(target, with_secret=not without_secret)
        if folder is not None and keep is not None:
            _keep_newest(folder, keep)
        size_kb = -(-file.stat().st_size // 1000)
    conferences, lines = counts.get("conferences", 0), counts.get("log_lines", 0)
    click.echo(f"Đã sao lưu {conferences} hội nghị, {lines} dòng nhật ký vào {file} ({size_kb} kB).")


def _keep_newest(folder: Path, keep: int) -> None:
    """Remove our older backups, and what a backup that was killed has left behind."""
    ours = sorted(path for path in folder.iterdir() if OUR_NAME.fullmatch(path.name))
    for path in ours[:-keep]:
        path.unlink(missing_ok=True)
    remove_unfinished(folder)


@click.command()
@click.argument("file", type=old_file)
@click.option("--replace", is_flag=True, help="Remove everything that the database holds.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Fill an empty database from a backup, and prove what is then in it."""
    with _or_a_sentence(), file.open("rb") as opened:
        restored = services().backups.restore(opened, replace=replace)
        made = datetime.fromtimestamp(restored.head.made_at_ms / 1000).astimezone()
        lines = restored.counts.get("log_lines", 0)
        click.echo(
            f"Đã khôi phục bản sao lưu lúc {made:%H:%M:%S %d/%m/%Y} (giờ của máy này): "
            f"{restored.counts['conferences']} hội nghị, {lines} dòng nhật ký."
        )
        for proof in restored.proofs:
            click.echo(f"  {proof.slug}: {proof.lines} dòng, khớp với nhật ký. Mã niêm phong: {grouped(proof.head)}")
        _take_secret(restored.head.secret_key)
    if restored.replaced:
        click.echo("Xin khởi động lại máy chủ nếu đang chạy.")
    for problem in restored.problems:
        click.echo(f"Cảnh báo: {problem}", err=True)
    if restored.problems:
        sys.exit(1)


def _take_secret(secret: str | None) -> None:
    """Put the backup's key into this machine's place, or say which printed join codes will not do."""
    file = Path(current_app.instance_path) / "secret_key"
    present: str = current_app.config["SECRET_KEY"]
    kept = file.read_text("utf-8").strip() if file.exists() else None
    if secret is None:
        click.echo("Bản sao lưu không có khóa bí mật: mã truy cập đã in chỉ dùng được nếu khóa của máy này là khóa cũ.")
    elif secret != present and kept == present:
        adopt_secret(file, secret)
        click.echo(
            f"Đã lấy khóa bí mật của bản sao lưu: mã truy cập đã in dùng được. Khóa cũ ở {file}.truoc-khoi-phuc."
        )
    elif secret != present:
        if kept is None:
            adopt_secret(file, secret)
        click.echo(
            "Cảnh báo: GIAOBAN_SECRET_KEY của máy này khác khóa của bản sao lưu, mã truy cập đã in KHÔNG dùng được. "
            "Xin đặt biến đó như trên máy cũ, hoặc in lại mã.",
            err=True,
        )
