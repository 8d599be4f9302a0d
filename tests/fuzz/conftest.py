"""The limits on how much anybody may send have tests of their own; here they would hide what lies behind them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from giaoban.pace import Pace
from tests.conftest import close, make_app, running
from tests.databases import Databases
from tests.fakes import FakeClock
from tests.live_server import LiveServer

NO_LIMIT: Final = 1_000_000


@pytest.fixture
def app(database: str, clock: FakeClock) -> Iterator[Flask]:
    app = make_app(database, clock, WRITES_PER_S=NO_LIMIT)
    app.extensions["giaoban.uploads"] = Pace(NO_LIMIT)
    yield app
    close(app)


@pytest.fixture(scope="module")
def watched(
    databases: Databases, database_of_today: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LiveServer, Path]]:
    """A server of the module's own, and the file with all that it writes to stderr."""
    errors = tmp_path_factory.mktemp("fuzzed") / "stderr.txt"
    limits = {f"GIAOBAN_{name}": str(NO_LIMIT) for name in ("WRITES_PER_S", "SOCKET_EVENTS_PER_S")}
    with errors.open("w") as file, running(databases.copy(database_of_today), file, settings=limits) as (server, _):
        yield server, errors
