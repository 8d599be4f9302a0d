"""Servers to measure: gunicorn with deploy/gunicorn.conf.py, on a free port, on a database of their own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
from flask import Flask

from deploy.services import PostgreSQL, Redis
from giaoban import create_app
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE, GENERATOR_CORE = 0, 1


def pin_this_process() -> bool:
    """Leave one core to the server; False, and nothing done, on a machine that has only one."""
    if (os.cpu_count() or 1) < 2:
        return False
    os.sched_setaffinity(0, {GENERATOR_CORE})
    return True


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def pids(self) -> list[int]:
        """The server's pid and its workers'."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def cpu_s(self) -> float:
        """Processor time of the server and its worker so far, seconds."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_kib(self) -> int:
        """Memory that the server and its worker hold, KiB."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids())
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Process:
    """A server on the server's core: its command, started on a port, until the block ends; `again` after a SIGKILL."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        port: int,
        log: Path | None = None,
        *,
        pinned: bool = True,
    ) -> None:
        self._pinned = pinned
        self._command = command
        self._log = log  # where its errors go; this process's own when there is none
        self._environment = {**os.environ, **environment, "HOST": "127.0.0.1", "PORT": str(port)}
        self.port = port
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._log.open("ab") if self._log else None,
            text=True,
            preexec_fn=self._choose_core,
        )
        assert self._process.stdout is not None
        if not any(f":{self.port}/" in line for line in self._process.stdout):
            raise RuntimeError(f"{self._command[-1]} ended before it served")
        self.server = Server(self.port, self._process.pid)

    def again(self) -> None:
        for pid in self.server.pids():
            os.kill(pid, signal.SIGKILL)
        self._ended()
        self._start()

    def _choose_core(self) -> None:
        os.sched_setaffinity(0, {SERVER_CORE} if self._pinned else range(os.cpu_count() or 1))

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()  # not SIGINT: whoever runs in the background of a shell is deaf to it
        self._ended()

    def _ended(self) -> None:
        assert self._process.stdout is not None
        self._process.wait(timeout=30)
        self._process.stdout.close()


@dataclass(frozen=True, slots=True)
class Demo:
    """A seeded giaoban: its process, where its conference is, and tokens for an MC and for every room by its code.

    `app` is an application on the same database, in this process; the MC is called "bench".
    """

    process: Process
    app: Flask
    path: str
    password: str
    mc_token: str
    room_tokens: Mapping[str, str]
    others: Sequence[Process] = ()

    @property
    def servers(self) -> list[Server]:
        """Those of all processes."""
        return [self.process.server, *(other.server for other in self.others)]

    @property
    def server(self) -> Server:
        """As it is now: another after `process.again()`."""
        return self.process.server


def gunicorn(target: str) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", target]


@contextmanager
def serve(target: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """gunicorn serving `target` ("module:app"), on the server's core, until the block ends."""
    with Process(gunicorn(target), environment, free_port()) as process:
        yield process.server


@contextmanager
def serve_ceiling() -> Iterator[Server]:
    """`bench/ceiling.py`, on the server's core, until the block ends."""
    port = free_port()
    with Process([sys.executable, "-m", "bench.ceiling", str(port)], {}, port) as process:
        yield process.server


@contextmanager
def serve_demo(
    log: Path | None = None, *, database_url: str = "", processes: int = 1, target: str = "wsgi:app", **more: str
) -> Iterator[Demo]:
    """giaoban with the demo conference, freshly made; `more` are settings by name without GIAOBAN_.

    On a SQLite file of its own when no other, empty database is named. More `processes` than one are held to no core;
    `target` is what gunicorn serves.
    """
    with TemporaryDirectory() as folder, ExitStack() as running:
        settings = {
            "DATABASE_URL": database_url or f"sqlite:///{folder}/bench.sqlite3",
            "SECRET_KEY": "only-for-measuring-" + "0" * 16,
        }
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade(str(ROOT / "migrations"))
            services: Services = app.extensions["giaoban"]
            begins_at_ms = demo.starts_at_ms(None, "now", services.clock.now_ms())
            conference = services.conferences.create(demo.conference(begins_at_ms), cli_identity("bench"))
            password = services.accounts.generated_password()
            services.accounts.add_user("bench", "mc", password)
            mc = services.accounts.authenticate("bench", password)
            tokens = {
                endpoint.code: services.accounts.issue_token(services.access.sign_in(code))["token"]
                for endpoint, code in services.access.codes(conference)
            }
            mc_token, path = services.accounts.issue_token(mc)["token"], f"/api/v1/conferences/{conference.slug}"
        environment = {f"GIAOBAN_{name}": value for name, value in {**settings, **more}.items()}
        started = [
            running.enter_context(Process(gunicorn(target), environment, free_port(), log, pinned=processes == 1))
            for _ in range(processes)
        ]
        yield Demo(started[0], app, path, password, mc_token, tokens, started[1:])


@contextmanager
def serve_grown_demo(processes: int, **more: str) -> Iterator[Demo]:
    """The same by several processes with PostgreSQL and Redis between them, held to no core and without a proxy."""
    with TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL is another user there
        postgresql, redis = PostgreSQL(folder / "postgresql"), Redis(folder / "redis")
        for service in (postgresql, redis):
            running.callback(service.stop)
            service.start()
        postgresql.ensure_database()
        yield running.enter_context(
            serve_demo(database_url=postgresql.url(), processes=processes, REDIS_URL=redis.url, **more)
        )
