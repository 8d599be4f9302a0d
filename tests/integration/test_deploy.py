"""What lies under deploy/, tried out as far as one machine without systemd and containers goes."""

import configparser
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from giaoban.seed import demo
from tests.image import ROOT, copied
from tests.live_server import SECRET

OTHERS = {name: value for name, value in os.environ.items() if not name.startswith("GIAOBAN_")}

IN_THE_IMAGE = """
from wsgi import app
runner = app.test_cli_runner()
for words in ("db upgrade", "giaoban demo", "giaoban access --csv -"):
    done = runner.invoke(args=words.split())
    assert done.exit_code == 0, done.output
print(app.test_client().get("/readyz").json["checks"])
print(app.test_client().get("/man-chieu").status_code)
"""


def test_the_image_holds_all_that_the_program_needs(tmp_path: Path) -> None:
    for source, target in copied().items():
        place = tmp_path / target
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, place)

    done = subprocess.run(
        [sys.executable, "-c", IN_THE_IMAGE], cwd=tmp_path, env=OTHERS, capture_output=True, text=True, timeout=100
    )

    assert done.returncode == 0, done.stderr
    assert "'database': 'ok', 'migrations': 'ok'" in done.stdout
    assert done.stdout.endswith("200\n")


def test_the_command_line_has_the_servers_settings(database: str, tmp_path: Path) -> None:
    """Read as systemd reads them: nothing in a value is anything else than itself."""
    settings = tmp_path / "giaoban.env"
    settings.write_text(
        f"# a comment\n\nGIAOBAN_SECRET_KEY={SECRET} $(touch {tmp_path}/run) `id` $HOME\n"
        f"GIAOBAN_DATABASE_URL={database}\nGIAOBAN_PUBLIC_URL=https://giaoban.example.vn",
        "utf-8",
    )
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" "$@"\n', "ascii")
    python.chmod(0o755)

    done = subprocess.run(
        ["bash", str(tmp_path / "deploy/flask"), "giaoban", "access", "--csv", "-"],
        env={**OTHERS, "GIAOBAN_SETTINGS": str(settings)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert "https://giaoban.example.vn/vao/" in done.stdout
    assert not (tmp_path / "run").exists()


def test_the_backup_that_the_timer_makes_proves_itself(database: str, tmp_path: Path) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.read(ROOT / "deploy/systemd/giaoban-backup.service", "utf-8")
    folder = tmp_path / "backups"
    folder.mkdir()
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    settings = {"GIAOBAN_DATABASE_URL": database, "GIAOBAN_SECRET_KEY": SECRET}

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env={**OTHERS, **settings}, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(*[str(folder) if word == "/var/backups/giaoban" else word for word in words])

    assert program == "/opt/giaoban/.venv/bin/python"
    (made,) = folder.iterdir()
    assert demo.SLUG in run("-m", "flask", "--app", "wsgi", "giaoban", "verify", str(made))
