"""`flask giaoban export-log` and `verify`: a log handed out, and proved without any database."""

import re
from pathlib import Path
from typing import Final

import click
from flask.cli import with_appcontext
from rich.console import Console

from giaoban.cli.current import conference, services
from giaoban.cli.proof_report import print_proof
from giaoban.domain import log_file
from giaoban.domain.errors import InvalidInput, InvalidLog
from giaoban.domain.witness import Proof
from giaoban.files import whole_file

HEAD_SHORTEST: Final = 16  # hex digits: fewer could be met by trying
new_file = click.Path(dir_okay=False, path_type=Path)
old_file = click.Path(exists=True, dir_okay=False, path_type=Path)
force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")


@click.command("export-log")
@click.argument("file", type=new_file)
@click.option("--conference", "slug", help="The conference's slug; the current one when absent.")
@force_option
@with_appcontext
def export_log(file: Path, slug: str | None, force: bool) -> None:
    """Write a conference's log, as it is at this instant, into a file that `verify` proves."""
    found = conference(slug)
    try:
        with whole_file(file, replace=force) as target:
            lines = sum(1 for line in services().log_export.lines(found.slug) if target.write(line)) - 1
    except FileExistsError:
        raise click.ClickException(f"Đã có tệp {file}. Thêm --force để ghi đè.") from None
    except OSError as error:
        raise click.ClickException(f"Không ghi được {file}: {error.strerror}.") from None
    click.echo(f"Đã xuất {lines} dòng nhật ký của hội nghị “{found.slug}” ra {file}.")


@click.command()
@click.argument("file", type=old_file)
@click.option("--head", help="The seal as noted on paper, or at least its first 16 characters.")
def verify(file: Path, head: str | None) -> None:
    """Prove an exported log by itself: without a database, without a server."""
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
    with file.open("rb") as lines:
        return [log_file.read(lines)]
