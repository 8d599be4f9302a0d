"""The application for tests: a database that was migrated and given the demo once, copied for each test."""

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO
from uuid import uuid4

import flask_migrate
import pytest
from flask import Flask, has_app_context
from flask.ctx import AppContext, RequestContext
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deploy.services import PostgreSQL
from giaoban import create_app
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.conference import endpoint_by_code
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.accounts import staff_identity
from giaoban.services.clock import SystemClock
from giaoban.services.identity import STAFF, Identity, cli_identity
from tests.databases import Databases, PostgresqlDatabases, SqliteFiles, database_url, postgresql_server
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.live_server import PASSWORD, ROOT, SECRET, ClusterServer, LiveServer
from tests.quick_apps import make_quick

make_quick()

DISTRICT, COMMUNE, ITS_DISTRICT, HALL = "185", "06010", "180", "20"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL"):
        monkeypatch.delenv("GIAOBAN_" + name, raising=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("giaoban", "the same tests on what a large installation has")
    group.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what tests store in")
    group.addoption(
        "--server",
        choices=("single", "cluster"),
        default="single",
        help="what the real server is: one process, or two behind nginx with Redis, on PostgreSQL",
    )


# A test asks and writes as fast as the machine can; tests/integration/test_limits.py has the limits as they are.
UNHURRIED = {"WRONG_ATTEMPT_DELAY_MS": 0, "WRITES_PER_S": 10_000, "SOCKET_EVENTS_PER_S": 10_000}


def on_postgresql(config: pytest.Config) -> bool:
    return bool(config.option.database == "postgresql" or config.option.server == "cluster")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Nothing is asked a second time that the larger installation answers as the small one does, or cannot answer."""
    names = ["sqlite", "no_database"] if on_postgresql(config) else []
    names += ["any_server"] if config.option.server == "cluster" else []
    left_out = {item for item in items if any(map(item.get_closest_marker, names))}
    if left_out:
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure comes what the test's server last wrote to its log."""
    report = yield
    if report.failed and report.when == "call" and isinstance(item, pytest.Function):
        for server in {value for value in item.funcargs.values() if isinstance(value, LiveServer)}:
            report.sections.extend((f"log of {name}", text) for name, text in server.said().items())
    return report


def make_app(database: str | Path, clock: FakeClock | None = None, **settings: Any) -> Flask:
    """The application on that database: a URL, or a file of SQLite's."""
    own = {"DATABASE_URL": database_url(database), "SECRET_KEY": SECRET}
    app = create_app({**own, **UNHURRIED, **settings}, clock=clock)
    app.testing = True
    app.request_context = lambda environ: OwnContext(app, environ)  # type: ignore[method-assign]
    app.extensions["tests.afterwards"] = Afterwards(app)
    _made.append(app)
    return app


_made: list[Flask] = []


@contextmanager
def apps_closed() -> Iterator[None]:
    """Whatever applications are made within let go of their databases at its end."""
    before = len(_made)
    yield
    for app in _made[before:]:
        close(app)
    del _made[before:]


class Afterwards:
    """What an application still has to do in threads of its own: announcements that wait for others to join them.

    At its end they are made at once and waited for, so that none comes when its database has been taken away.
    """

    def __init__(self, app: Flask) -> None:
        socketio = app.extensions["socketio"]
        self._start = socketio.start_background_task
        self._ending = threading.Event()
        self._threads: SimpleQueue[threading.Thread] = SimpleQueue()  # these threads begin further ones themselves
        socketio.start_background_task = self._begin
        socketio.sleep = lambda seconds=0: self._ending.wait(seconds)

    def _begin(self, target: Callable[..., None], *args: Any, **kwargs: Any) -> threading.Thread:
        thread: threading.Thread = self._start(target, *args, **kwargs)
        self._threads.put(thread)
        return thread

    def end(self) -> None:
        self._ending.set()
        self.wait()

    def wait(self) -> None:
        """Until all that has begun, and what that began, is done."""
        while not self._threads.empty():
            self._threads.get().join(timeout=30)


def close(app: Flask) -> None:
    """Let go of the database, when nothing more is to come."""
    app.extensions["tests.afterwards"].end()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class OwnContext(RequestContext):
    """A request as on a server, with an application context of its own.

    Flask would let it share the one that a test keeps open (`services`), and with it `g`, where Flask-Login keeps who
    has signed in: a second client would then act as the first. The test's own transaction ends before the request, so
    that afterwards it sees what the request stored.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._own: list[AppContext] = []

    def push(self) -> None:
        if has_app_context():
            db.session.rollback()
        self._own.append(self.app.app_context())
        self._own[-1].push()
        super().push()

    def pop(self, *exc: Any) -> None:
        super().pop(*exc)
        self._own.pop().pop(*exc)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for the whole session."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Of the kind that the session was asked for."""
    if on_postgresql(request.config):
        return PostgresqlDatabases(request.getfixturevalue("postgresql"))
    return SqliteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def seeded_database(databases: Databases) -> str:
    """One with the demo and one account a role, each named like it and with the password of the tests."""
    return seed(databases.empty(), OPENING_AT_MS)


@pytest.fixture(scope="session")
def database_of_today(databases: Databases) -> str:
    """The same with a conference that begins about now, for servers that go by the machine's clock."""
    return seed(databases.empty(), demo.starts_at_ms(None, "now", SystemClock().now_ms()))


def seed(database: str, begins_at_ms: int) -> str:
    app = make_app(database, FakeClock(begins_at_ms - 3_600_000))
    with app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"))
        services: Services = app.extensions["giaoban"]
        services.conferences.create(demo.conference(begins_at_ms), cli_identity("test"))
        for role in STAFF:
            services.accounts.add_user(role, role, PASSWORD)
        if db.engine.dialect.name == "sqlite":  # all of it in the one file that is copied
            db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return database


@pytest.fixture
def database(databases: Databases, seeded_database: str) -> Iterator[str]:
    copy = databases.copy(seeded_database)
    with apps_closed():
        yield copy
    databases.drop(copy)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """Without any table."""
    empty = databases.empty()
    with apps_closed():
        yield empty
    databases.drop(empty)


@pytest.fixture
def clock() -> FakeClock:
    """07:30 on the day of the conference."""
    return FakeClock()


@pytest.fixture
def app(database: str, clock: FakeClock) -> Iterator[Flask]:
    app = make_app(database, clock)
    yield app
    close(app)


@pytest.fixture
def services(app: Flask) -> Iterator[Services]:
    """The services, within an application context of the test's own."""
    with app.app_context():
        yield app.extensions["giaoban"]


@pytest.fixture
def conference(services: Services) -> Conference:
    return services.conferences.current()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody: a browser that has not signed in."""
    return app.test_client()


class Caller:
    """A program that speaks to the API with a token, or without one."""

    def __init__(self, app: Flask, token: str | None, slug: str = demo.SLUG) -> None:
        self.token = token
        self._client = app.test_client(use_cookies=False)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.base = f"/api/v1/conferences/{slug}"

    def call(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        """`path` from the conference on, or whole when it begins with /api."""
        url = path if path.startswith("/api") else self.base + path
        return self._client.open(url, method=method, json=json, headers=self._headers, **more)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def command(
        self,
        name: str,
        args: dict[str, Any] | None = None,
        *,
        version: int | None = None,
        command_id: str | None = None,
    ) -> TestResponse:
        """Give a command, on the present version unless told another."""
        if version is None:
            version = self.get("/running-order")["version"]
        body = {
            "command_id": command_id or str(uuid4()),
            "expected_version": version,
            "name": name,
            "args": args or {},
        }
        return self.call("POST", "/running-order/commands", body)

    def check_in(self, code: str, **body: Any) -> TestResponse:
        said = {
            "check_in_id": str(uuid4()),
            "status": "present",
            "headcount": 5,
            "happened_at_ms": OPENING_AT_MS,
            **body,
        }
        return self.call("PUT", f"/endpoints/{code}/check-in", said)


@pytest.fixture
def caller(app: Flask) -> Callable[..., Caller]:
    """`caller("mc")`, `caller(endpoint="06010")`, `caller()` for the public."""

    def make(role: str | None = None, *, endpoint: str | None = None) -> Caller:
        if role is None and endpoint is None:
            return Caller(app, None)
        with app.app_context():
            services: Services = app.extensions["giaoban"]
            return Caller(app, services.accounts.issue_token(identity_for(app, role, endpoint))["token"])

    return make


def identity_for(app: Flask, role: str | None, endpoint_code: str | None) -> Identity:
    """Whoever has that role, else the room with that code."""
    services: Services = app.extensions["giaoban"]
    return identity_of(services, role) if role else services.access.sign_in(code_of(app, str(endpoint_code)))


def identity_of(services: Services, role: str) -> Identity:
    """Whoever has the account that is named like its role."""
    return next(staff_identity(user) for user in services.accounts.list_users() if user.username == role)


def code_of(app: Flask, endpoint_code: str, slug: str = demo.SLUG) -> str:
    """The join code of an endpoint of the demo."""
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        conference = services.conferences.find(slug)
        endpoint = endpoint_by_code(conference.id, endpoint_code)
        assert endpoint is not None
        return services.access.code(conference, endpoint)


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """A browser in which somebody has signed in: `signed_in("mc")`, `signed_in(endpoint="06010")`."""

    def make(role: str | None = None, *, endpoint: str | None = None) -> FlaskClient:
        client = app.test_client()
        with app.app_context():
            services: Services = app.extensions["giaoban"]
            key = services.accounts.begin(identity_for(app, role, endpoint)).session_key
        with client.session_transaction() as session:
            session["_user_id"] = key
            session["_fresh"] = True
        return client

    return make


@pytest.fixture(scope="session")
def new_server(request: pytest.FixtureRequest) -> Callable[..., LiveServer]:
    """`new_server(database, code_of, …)`: a server of the kind that the session was asked for, one process or two."""
    if request.config.option.server == "cluster":
        return partial(ClusterServer, request.getfixturevalue("postgresql"))
    return LiveServer


@contextmanager
def running(
    database: str | Path,
    errors: TextIO | None = None,
    *,
    shared: bool = False,
    settings: Mapping[str, str] | None = None,
    new_server: Callable[..., LiveServer] = LiveServer,
) -> Iterator[tuple[LiveServer, Flask]]:
    """A server on that database, and an application beside it in this process; `errors` takes the server's stderr."""
    app = make_app(database)
    live: LiveServer = new_server(
        database, lambda code: code_of(app, code, live.slug), shared=shared, settings=settings
    )
    live.errors = errors
    try:
        live.start()
        yield live, app
    finally:
        live.stop()
        close(app)


@pytest.fixture(scope="session")
def shared_server(
    databases: Databases, database_of_today: str, new_server: Callable[..., LiveServer]
) -> Iterator[tuple[LiveServer, Flask]]:
    with running(databases.copy(database_of_today), shared=True, new_server=new_server) as both:
        yield both


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    databases: Databases,
    database_of_today: str,
    new_server: Callable[..., LiveServer],
) -> Iterator[LiveServer]:
    """A real server whose current conference is a demo that nobody has touched and that begins within five minutes.

    One server serves all tests, each with a conference of its own: to start one takes seconds. A test that stops, kills
    or freezes it, or looks at everything there is, is marked `own_server` and gets a server and a database for itself.
    """
    if request.node.get_closest_marker("own_server"):
        with running(databases.copy(database_of_today), new_server=new_server) as (own, _):
            yield own
        return
    shared: tuple[LiveServer, Flask] = request.getfixturevalue("shared_server")
    live, app = shared
    live.slug = f"{demo.SLUG}-{uuid4().hex[:8]}"
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        begins_at_ms = demo.starts_at_ms(None, "now", SystemClock().now_ms())
        fresh = replace(demo.conference(begins_at_ms), slug=live.slug)
        services.conferences.make_current(
            services.conferences.create(fresh, cli_identity("test")), cli_identity("test")
        )
    yield live


@pytest.fixture
def beside(server: LiveServer) -> Iterator[Flask]:
    """An application on the server's database, in this process."""
    app = make_app(server.database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
