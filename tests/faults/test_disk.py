"""A full disk, and a database that another program holds: a clear word or a right answer, and nothing half done."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from giaoban.models.database import BUSY_MS
from giaoban.services.clock import SystemClock
from tests.conftest import apps_closed, code_of, make_app, seed
from tests.consistency import assert_consistent
from tests.databases import SqliteFiles, sqlite_path
from tests.faults.conference import SLUG, SteadyScreen, forget
from tests.faults.conftest import Scene, begins_at_ms, serving
from tests.live_server import Caller, LiveServer
from tests.waiting import until

FILLING = 400  # commands; each grows the file, so the disk is full after a few of them
LONG_TEXT = "Xin giữ trật tự. " * 17


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that says that the disk is full."""
    monkeypatch.setenv("CRAMPED_DISK", str(tmp_path / "full"))
    return tmp_path / "full"


@pytest.fixture
def cramped(tmp_path: Path, full: Path) -> Iterator[Scene]:
    database = seed(SqliteFiles(tmp_path).empty(), begins_at_ms())
    with apps_closed():
        app = make_app(database)
        own = LiveServer(database, lambda code: code_of(app, code, SLUG), app="tests.faults.cramped:app")
        with serving(own) as server:
            yield Scene(server, app)


def test_a_full_disk_is_said_and_loses_nothing(cramped: Scene, full: Path) -> None:
    server = cramped.server
    screen = SteadyScreen(server.url)
    with Caller(server, server.token(role="mc"), SLUG) as mc:
        version = mc.command(0, "next")[1]["version"]
        full.touch()
        for _ in range(FILLING):
            command_id = str(uuid4())
            status, answer = mc.command(version, "set_message", {"text": LONG_TEXT, "to": "all"}, command_id)
            if status != 200:
                break
            version = answer["version"]
        assert_said(status, answer)
        assert mc.get("/running-order")["version"] == version  # what can be read is right
        assert screen.ask("sync_clock", {"sent_at_ms": 1, "seen_version": version})["version"] == version
        said, taken = check_in(), 0
        for _ in range(FILLING):
            status, answer = mc.request("PUT", f"/endpoints/{cramped.rooms[0]}/check-in", said)
            if status != 200:
                break
            said, taken = check_in(), taken + 1
        assert_said(status, answer)

        full.unlink()
        status, answer = mc.command(version, "set_message", {"text": LONG_TEXT, "to": "all"}, command_id)
        assert (status, answer["version"]) == (200, version + 1)
        assert mc.request("PUT", f"/endpoints/{cramped.rooms[0]}/check-in", said)[0] == 200
        assert sum(line["kind"] == "check_in" for line in mc.get("/log")) == taken + 1
    until(lambda: screen.snapshot["version"] == version + 1, "the screen is right")
    assert screen.left == 0
    screen.close()
    assert_stored(cramped)


def test_another_program_that_holds_the_database_for_a_moment_is_waited_for(single: Scene) -> None:
    held = Holder(single, for_ms=BUSY_MS // 5)
    with Caller(single.server, single.server.token(role="mc"), SLUG) as mc:
        held.begin()
        status, answer = mc.command(0, "next")
        held.end()
    assert (status, answer["version"]) == (200, 1)
    assert answer["snapshot"]["live"]["started_at_ms"] >= held.until_ms - 1_000  # the time at which it was stored
    assert_stored(single)


def test_another_program_that_holds_it_for_long_is_said(single: Scene) -> None:
    held = Holder(single, for_ms=None)
    command_id = str(uuid4())
    screen = SteadyScreen(single.server.url)
    with Caller(single.server, single.server.token(role="mc"), SLUG) as mc:
        held.begin()
        assert_said(*mc.command(0, "next", None, command_id))
        assert mc.get("/running-order")["version"] == 0  # reading does not wait
        assert screen.ask("sync_clock", {"sent_at_ms": 1, "seen_version": 0})["ok"]
        held.end()
        status, answer = mc.command(0, "next", None, command_id)
    assert (status, answer["version"]) == (200, 1)
    until(lambda: screen.snapshot["version"] == 1, "the screen is right")
    assert screen.left == 0
    screen.close()
    assert_stored(single)


class Holder:
    """Another program in the middle of writing to the database, for so long or until `end`."""

    def __init__(self, scene: Scene, *, for_ms: int | None) -> None:
        self._path = sqlite_path(scene.server.database)
        self._for_s = None if for_ms is None else for_ms / 1000
        self._holds, self._let_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.until_ms = 0

    def _run(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            self._holds.set()
            self._let_go.wait(self._for_s)
            self.until_ms = SystemClock().now_ms()
            other.execute("ROLLBACK")

    def begin(self) -> None:
        self._thread.start()
        assert self._holds.wait(timeout=30)

    def end(self) -> None:
        self._let_go.set()
        self._thread.join(timeout=30)


def check_in() -> dict[str, Any]:
    return {
        "check_in_id": str(uuid4()),
        "status": "absent",
        "headcount": 0,
        "reason": LONG_TEXT,
        "happened_at_ms": SystemClock().now_ms(),
    }


def assert_said(status: int, answer: Any) -> None:
    assert status == 503, answer
    assert answer["error"]["code"] == "unavailable"
    assert answer["error"]["message"].strip()


def assert_stored(scene: Scene) -> None:
    with scene.app.app_context():
        forget()
        assert_consistent(scene.app, SLUG)
