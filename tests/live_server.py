"""A real server for tests: gunicorn with gevent, as script/server runs it, on a free port of the loopback.

Or two of them behind nginx, as deploy/local-cluster runs them: see `--server` in conftest.py.
"""

import http.client
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TextIO, TypeVar
from uuid import uuid4

import requests

from deploy.cluster import Cluster
from deploy.services import PostgreSQL, Web
from deploy.services import free_port as free_port  # tests that only need a port take it from here
from giaoban.seed import demo
from giaoban.services.clock import SystemClock
from tests.databases import database_name, database_url
from tests.waiting import asked_until

ROOT = Path(__file__).absolute().parents[1]
SECRET = "only-for-tests-" + "0" * 24
PASSWORD = "mat-khau-thu-nghiem"

P = ParamSpec("P")
R = TypeVar("R")


class LiveServer:
    """One gunicorn on a database of its own; `stop`, `kill` and `start` again as the test likes, unless it is shared.

    `slug` names the conference that the test is about; `settings` are GIAOBAN_… variables on top of the usual ones.
    """

    def __init__(
        self,
        database: str | Path,
        code_of: Callable[[str], str],
        *,
        shared: bool = False,
        settings: Mapping[str, str] | None = None,
        app: str = "wsgi:app",
    ) -> None:
        self.app = app  # what gunicorn serves
        self.shared = shared
        self.settings = dict(settings or {})
        self.slug = demo.SLUG
        self.database = database_url(database)
        self.code = code_of
        self.errors: TextIO | None = None  # what it writes to stderr goes there, else to a file
        self._folder = Path(tempfile.mkdtemp(prefix="giaoban-server-"))
        self._environment: dict[str, str] = {}
        self.webs, self.url = self._make(self._folder)

    def _make(self, folder: Path) -> tuple[Sequence[Web], str]:
        """The processes that serve, and where they are reached."""
        web = Web("web", folder, self._environment, self.app)
        return [web], web.url

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIAOBAN_")}
        own = {
            "GIAOBAN_DATABASE_URL": self.database,
            "GIAOBAN_SECRET_KEY": SECRET,
            "GIAOBAN_WRITES_PER_S": "10000",  # tests press faster than a person can
            "GIAOBAN_MAKET_FOLDER": str(self._folder / "ma-ket"),
        }
        return {**kept, **own, **self.settings}

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def start(self) -> None:
        """Start it, with the settings of now, and wait until it serves."""
        self._environment.update(self.environment)
        for web in self.webs:
            web.errors = self.errors
            web.launch()
        for web in self.webs:
            web.wait_until_it_answers()
        asked_until(lambda: requests.get(self.url + "/readyz", timeout=90).ok, "it is ready")

    def said(self) -> dict[str, str]:
        """The end of each process's log."""
        return {web.name: web.last_said() for web in self.webs if web.log_path.exists()}

    def pids(self) -> list[int]:
        """Of the masters and their workers."""
        return [pid for web in self.webs for pid in web.pids()]

    def kill(self) -> None:
        """SIGKILL to all that serves, at once: nothing gets a chance to clean up."""
        self._signal(signal.SIGKILL)
        for web in self.webs:
            web.kill()

    def freeze(self) -> None:
        """The server stays silent without closing a connection, as when a cable is pulled."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert not self.shared, "other tests live on this server: mark the test `own_server`"
        for web in self.webs:
            web.signal(number)

    def stop(self) -> None:
        """End it as `systemctl stop` does; no-op when it has ended."""
        for web in self.webs:
            web.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- speaking to it as a program does

    def token(self, *, role: str | None = None, endpoint: str | None = None) -> str:
        body = {"code": self.code(endpoint)} if endpoint else {"username": role, "password": PASSWORD}
        answer = requests.post(self.url + "/api/v1/sessions", json=body, timeout=90)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token

    def command(self, name: str, args: dict[str, Any] | None = None, role: str = "mc") -> dict[str, Any]:
        """Give a command on the present version; its answer."""
        with Caller(self, self.token(role=role)) as caller:
            version, command_id = caller.get("/running-order")["version"], str(uuid4())
            status, answer = stored(caller.command, version, name, args, command_id)
        assert status == 200, answer
        return answer

    def check_in(self, code: str) -> None:
        """The room says of itself that it is present, with five people."""
        body = {
            "check_in_id": str(uuid4()),
            "status": "present",
            "headcount": 5,
            "happened_at_ms": SystemClock().now_ms(),
        }
        with Caller(self, self.token(endpoint=code)) as room:
            status, answer = stored(room.request, "PUT", f"/endpoints/{code}/check-in", body)
        assert status == 200, answer

    def password(self, role: str) -> str:
        """The password of the account that is named like its role."""
        return PASSWORD


class ClusterServer(LiveServer):
    """Two processes behind nginx, with Redis, on a server of PostgreSQL that the tests share; else the same."""

    def __init__(self, postgresql: PostgreSQL, *arguments: Any, **options: Any) -> None:
        self._postgresql = postgresql
        super().__init__(*arguments, **options)

    def _make(self, folder: Path) -> tuple[Sequence[Web], str]:
        name = database_name(self.database)
        self.cluster = Cluster(folder, self._environment, postgresql=self._postgresql, database=name, app=self.app)
        return self.cluster.webs, self.cluster.url

    def start(self) -> None:
        if self.cluster.nginx.running:  # only what serves was stopped or killed
            super().start()
        else:
            self._environment.update(self.environment)
            self.cluster.start_stores()
            self.cluster.start_serving()

    def stop(self) -> None:
        self.cluster.stop()
        super().stop()


def stored(send: Callable[P, tuple[int, R]], *arguments: P.args, **named: P.kwargs) -> tuple[int, R]:
    """The answer to what is sent, sent again, as a person would, while others keep the database busy for too long."""
    answer = send(*arguments, **named)

    def taken() -> bool:
        nonlocal answer
        if answer[0] == 503:
            answer = send(*arguments, **named)
        return answer[0] != 503

    asked_until(taken, "room for it in the database")
    return answer


class Caller:
    """A program with one kept connection and a token."""

    def __init__(self, server: LiveServer, token: str, slug: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._base = f"/api/v1/conferences/{slug or server.slug}"

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        text = None if body is None else json.dumps(body)
        self._connection.request(method, self._base + path, text, self._headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def end(self) -> tuple[int, bytes]:
        """Give the token back."""
        self._connection.request("DELETE", "/api/v1/sessions", headers=self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def get(self, path: str) -> Any:
        status, body = self.request("GET", path)
        assert status == 200, body
        return body

    def command(
        self, version: int, name: str, args: dict[str, Any] | None = None, command_id: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        body = {
            "command_id": command_id or str(uuid4()),
            "expected_version": version,
            "name": name,
            "args": args or {},
        }
        return self.request("POST", "/running-order/commands", body)

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
