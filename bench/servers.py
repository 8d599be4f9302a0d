"""Servers to measure: gunicorn with deploy/gunicorn.conf.py, on a free port, on a database of their own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate

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

    def cpu_s(self) -> float:
        """Processor time of the server and its worker so far, seconds."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        ticks = 0
        for pid in (self.pid, *map(int, children)):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Demo:
    """A seeded giaoban: where its conference is, and tokens for an MC and for every room by its code."""

    server: Server
    path: str
    mc_token: str
    room_tokens: Mapping[str, str]


@contextmanager
def serve(target: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """gunicorn serving `target` ("module:app"), on the server's core, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", target],
        cwd=ROOT,
        env={**os.environ, **environment, "HOST": "127.0.0.1", "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    try:
        assert process.stdout is not None
        if not any(f":{port}/" in line for line in process.stdout):
            raise RuntimeError(f"{target} ended before it served")
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        process.stdout.close()


@contextmanager
def serve_demo() -> Iterator[Demo]:
    """giaoban with the demo conference, freshly made."""
    with TemporaryDirectory() as folder:
        settings = {
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "SECRET_KEY": "only-for-measuring-" + "0" * 16,
            "LOG_LEVEL": "ERROR",
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
        with serve("wsgi:app", {f"GIAOBAN_{name}": value for name, value in settings.items()}) as server:
            yield Demo(server, path, mc_token, tokens)
