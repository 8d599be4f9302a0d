"""The server takes as many open files as it may, and says so when they are too few for the screens that it lets in."""

import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.live_server import ROOT, SECRET, free_port

SCREENS, BESIDE = 20_000, 300
SOFT = 512
START = "ulimit -Sn {soft} && ulimit -Hn {hard} && exec {python} -m gunicorn -c deploy/gunicorn.conf.py wsgi:app"


@pytest.mark.parametrize("lowered", [True, False], ids=["a low limit", "this machine's"])
def test_the_limit_is_raised_as_far_as_it_goes(
    databases: Databases, database_of_today: str, tmp_path: Path, lowered: bool
) -> None:
    database, port = databases.copy(database_of_today), free_port()
    hard = 2_048 if lowered else resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    errors = tmp_path / "errors.txt"
    environment = {"GIAOBAN_DATABASE_URL": database, "GIAOBAN_SECRET_KEY": SECRET, "PORT": str(port)}
    with errors.open("w") as file:
        server = subprocess.Popen(
            ["bash", "-c", START.format(soft=SOFT, hard=hard, python=sys.executable)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
        assert server.stdout is not None
        try:
            assert any(f":{port}" in line for line in server.stdout)
            limits = Path(f"/proc/{server.pid}/limits").read_text()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
            server.stdout.close()
    found = re.search(r"Max open files +(\d+) +(\d+)", limits)
    assert found is not None
    assert (int(found[1]), int(found[2])) == (min(hard, SCREENS + BESIDE), hard)
    assert ("open files" in errors.read_text()) is (hard < SCREENS)
