"""The proof as it is meant: a backup of a running server, restored on a second machine, its log proved on a third."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from giaoban.domain import log_file
from tests.conftest import COMMUNE, apps_closed, code_of, make_app
from tests.databases import Databases
from tests.live_server import ROOT, Caller, LiveServer, stored

pytestmark = pytest.mark.own_server


def flask(environment: Mapping[str, str], *words: str) -> str:
    """What a command says, given in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "giaoban", *words],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def second(server: LiveServer, databases: Databases) -> Iterator[LiveServer]:
    """Another machine: another database of the same kind, empty, and the same key in its settings."""
    empty = databases.empty()
    with apps_closed():
        app = make_app(empty)
        machine = LiveServer(empty, lambda code: code_of(app, code))
        yield machine
        machine.stop()
    databases.drop(empty)


def check_in(caller: Caller, code: str, heads: int) -> None:
    said = {"check_in_id": str(uuid4()), "status": "present", "headcount": heads, "happened_at_ms": 1_637_886_600_000}
    status, answer = stored(caller.request, "PUT", f"/endpoints/{code}/check-in", said)
    assert status == 200, answer


def test_a_conference_moves_to_another_machine_and_is_proved_on_a_third(
    server: LiveServer, second: LiveServer, tmp_path: Path
) -> None:
    file, log = tmp_path / "b", tmp_path / "log.jsonl"
    codes = [row["code"] for row in ask(server, "/endpoints") if row["level"] == "commune"]
    server.command("next")
    first_ones, others_wait = threading.Semaphore(0), threading.Event()

    def rooms_come() -> None:
        with Caller(server, server.token(role="secretary")) as secretary:
            for number, code in enumerate(codes):
                if others_wait.is_set() and number > 60:
                    return
                check_in(secretary, code, number)
                first_ones.release()

    rooms = threading.Thread(target=rooms_come)
    rooms.start()
    for _ in range(20):
        assert first_ones.acquire(timeout=60)
    server.command("next")
    flask(server.environment, "backup", str(file))
    others_wait.set()
    rooms.join()

    said = flask(second.environment, "restore", str(file))
    second.start()

    assert "khớp với nhật ký" in said
    there, here = ask(second, "/log?after=0"), ask(server, "/log?after=0")
    assert there == here[: len(there)]
    assert len(there) >= 23
    assert items(second) == items(server)
    assert "effective" in ask(second, "/endpoints", endpoint=COMMUNE)[0]  # signed in by the code as printed

    present = sum(line["kind"] == "check_in" for line in there)
    assert ask(second, "/roll-call")["totals"]["present"] == present
    second.command("next")
    with Caller(second, second.token(role="secretary")) as secretary:
        check_in(secretary, codes[-1], 7)
    flask(second.environment, "export-log", str(log))
    nowhere = {"GIAOBAN_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3", "GIAOBAN_SECRET_KEY": "k" * 40}
    proved = flask({**os.environ, **nowhere, "COLUMNS": "100"}, "verify", str(log))
    proof = log_file.read(io.BytesIO(log.read_bytes()))

    assert f"{len(there) + 2} dòng, còn nguyên vẹn; 3 lệnh" in proved
    assert proof.totals.as_json() == ask(second, "/roll-call")["totals"]
    assert [(item.started_at_ms, item.ended_at_ms) for item in proof.order.items] == items(second)


def ask(server: LiveServer, path: str, endpoint: str | None = None) -> Any:
    token = server.token(endpoint=endpoint) if endpoint else server.token(role="secretary")
    with Caller(server, token) as caller:
        return caller.get(path)


def items(server: LiveServer) -> list[tuple[int | None, int | None]]:
    """When each item began and ended, as everybody may read it."""
    url = f"{server.url}/api/v1/conferences/{server.slug}/running-order"
    order = requests.get(url, timeout=30).json()
    return [(item["started_at_ms"], item["ended_at_ms"]) for item in order["items"]]
