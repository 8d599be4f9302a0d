"""The server's clock is stepped by an hour while an item runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from giaoban.services.clock import SystemClock
from tests.conftest import apps_closed, code_of, make_app, seed
from tests.consistency import assert_consistent
from tests.databases import SqliteFiles
from tests.faults.conference import SLUG, SteadyScreen, forget
from tests.faults.conftest import Scene, begins_at_ms, serving
from tests.live_server import Caller, LiveServer
from tests.waiting import until

HOUR_MS = 3_600_000
RIGHT_MS = 1_000
PLANNED_MS = 600_000


@pytest.fixture
def clock_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server reads by how much its machine's clock is wrong."""
    (tmp_path / "step_ms").write_text("0", "ascii")
    monkeypatch.setenv("STEPPED_CLOCK", str(tmp_path))
    return tmp_path


@pytest.fixture
def stepped(clock_folder: Path) -> Iterator[Scene]:
    database = seed(SqliteFiles(clock_folder).empty(), begins_at_ms())
    with apps_closed():
        app = make_app(database)
        own = LiveServer(database, lambda code: code_of(app, code, SLUG), app="tests.faults.stepped:app")
        with serving(own) as server:
            yield Scene(server, app)


@pytest.mark.parametrize("step_ms", [HOUR_MS, -HOUR_MS], ids=["an hour forward", "an hour back"])
def test_a_step_of_the_clock_moves_no_timer(step_ms: int, stepped: Scene, clock_folder: Path) -> None:
    server, machine = stepped.server, SystemClock()
    token = server.token(role="mc")

    def mc(name: str, version: int) -> dict[str, Any]:
        with Caller(server, token, SLUG) as caller:
            status, answer = caller.command(version, name)
        assert status == 200, answer
        return answer

    def read(path: str) -> Any:
        with Caller(server, token, SLUG) as caller:
            return caller.get(path)

    mc("next", 0)
    screen = SteadyScreen(server.url)
    began_at_ms = screen.snapshot["live"]["started_at_ms"]

    def assert_right() -> None:
        """The server's now, by which all count, is the time that has really passed since the item began."""
        now_ms = screen.ask("sync_clock", {"sent_at_ms": 1, "seen_version": 1})["server_now_ms"]
        assert abs(now_ms - machine.now_ms()) <= RIGHT_MS
        order = read("/running-order")
        assert order["live"]["started_at_ms"] == began_at_ms
        assert abs(order["items"][0]["expected_end_at_ms"] - (began_at_ms + PLANNED_MS)) <= RIGHT_MS

    (clock_folder / "step_ms").write_text(str(step_ms), "ascii")
    assert_right()
    server.kill()
    until(lambda: screen.left > 0, "the screen notices")
    server.start()  # the next process counts on from where the first was
    until(lambda: screen.connected, "the screen is back")
    assert_right()
    finished = mc("finish", 1)

    # Nothing runs any more: now the machine's clock counts, though never behind what is stored.
    now_ms = read("/running-order")["server_now_ms"]
    if step_ms > 0:
        assert abs(now_ms - (machine.now_ms() + step_ms)) <= RIGHT_MS
    else:
        assert finished["snapshot"]["server_now_ms"] <= now_ms <= machine.now_ms()
    mc("next", 2)
    instants = [line["at_ms"] for line in read("/log") if line["version"] is not None]
    assert instants == sorted(instants)
    screen.close()
    with stepped.app.app_context():
        forget()
        assert_consistent(stepped.app, SLUG)
