"""Servers that are broken on purpose: each test has its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from deploy.services import PostgreSQL
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.clock import SystemClock
from tests.browser.conftest import browser as browser
from tests.conftest import apps_closed, code_of, make_app, running, seed
from tests.databases import PostgresqlDatabases, SqliteFiles, postgresql_server
from tests.faults.conference import SLUG, make_conference
from tests.faults.measured import Measured
from tests.faults.site import Site
from tests.live_server import ClusterServer, LiveServer

SEED = 20261125  # of everything that happens at random here; each test prints it with its name


MEASURED = pytest.StashKey[Measured]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MEASURED] = Measured()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    worst = config.stash[MEASURED].worst
    if worst:
        terminalreporter.section("seconds until everything was right again")
        for what, (seconds, number) in worst.items():
            terminalreporter.write_line(f"{what:<60} worst {seconds:6.2f} s of {number}")


LAST = "test_after_ten_minutes_everything_is_as_at_the_server"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes ten minutes comes last."""
    items.sort(key=lambda item: item.name == LAST)


@pytest.fixture(scope="session", autouse=True)
def _ten_minutes_begin(request: pytest.FixtureRequest) -> None:
    """And begins first."""
    if any(item.name == LAST for item in request.session.items):
        request.getfixturevalue("cut_long_ago")


@pytest.fixture(scope="session")
def cut_long_ago(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Cut when the session begins, so that nobody waits for it."""
    with running(seed(SqliteFiles(tmp_path_factory.mktemp("long-cut")).empty(), begins_at_ms())) as (server, _):
        site = Site(server, browser)
        try:
            site.cut()
            yield site
        finally:
            site.close()


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Measured:
    return request.config.stash[MEASURED]


class Scene:
    """A server with a conference on it that nobody else uses, and an application beside it in this process."""

    def __init__(self, server: LiveServer, app: Flask) -> None:
        self.server = server
        self.app = app
        server.slug = SLUG
        with app.app_context():
            services: Services = app.extensions["giaoban"]
            self.rooms = make_conference(services)


@contextmanager
def serving(server: LiveServer) -> Iterator[LiveServer]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def single(tmp_path: Path) -> Iterator[Scene]:
    """One process on SQLite."""
    database = seed(SqliteFiles(tmp_path).empty(), begins_at_ms())
    with apps_closed():
        app = make_app(database)
        with serving(LiveServer(database, lambda code: code_of(app, code, SLUG))) as server:
            yield Scene(server, app)


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    """A server that the test may stop."""
    with postgresql_server(durable=True) as server:
        yield server


@pytest.fixture
def cluster(own_postgresql: PostgreSQL) -> Iterator[Scene]:
    """Two processes behind nginx on that PostgreSQL."""
    database = seed(PostgresqlDatabases(own_postgresql).empty(), begins_at_ms())
    with apps_closed():
        app = make_app(database)
        with serving(ClusterServer(own_postgresql, database, lambda code: code_of(app, code, SLUG))) as server:
            yield Scene(server, app)


def begins_at_ms() -> int:
    return demo.starts_at_ms(None, "now", SystemClock().now_ms())
