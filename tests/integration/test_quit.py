"""A server that is told to end does so without a word of complaint, with and without screens on the line."""

from pathlib import Path

import pytest

from tests.conftest import running
from tests.databases import Databases
from tests.raw_screen import RawScreen


@pytest.mark.parametrize("count", [0, 5])
def test_the_end_is_quiet(databases: Databases, database_of_today: str, tmp_path: Path, count: int) -> None:
    errors = tmp_path / "errors.txt"
    with errors.open("w") as file, running(databases.copy(database_of_today), file) as (server, _):
        screens = [RawScreen(server.url) for _ in range(count)]
    for screen in screens:
        assert screen.everything() == []
        screen.vanish()
    said = errors.read_text()
    assert "Traceback" not in said
    assert " ERROR " not in said
