"""A real server for tests: gunicorn with gevent, as script/server runs it, on a free port of the loopback."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import requests

from giaoban.seed import demo

ROOT = Path(__file__).absolute().parents[1]
SECRET = "only-for-tests-" + "0" * 24
PASSWORD = "mat-khau-thu-nghiem"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LiveServer:
    """One gunicorn on a database of its own; `stop`, `kill` and `start` again as the test likes, unless it is shared.

    `slug` names the conference that the test is about; `settings` are GIAOBAN_… variables on top of the usual ones.
    """

    def __init__(
        self,
        database: Path,
        code_of: Callable[[str], str],
        *,
        shared: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.shared = shared
        self.settings = dict(settings or {})
        self.slug = demo.SLUG
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.code = code_of
        self.errors: TextIO | None = None  # what it writes to stderr goes there, else where the tests' own goes
        self._process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIAOBAN_")}
        return {
            **kept,
            "GIAOBAN_DATABASE_URL": f"sqlite:///{self.database}",
            "GIAOBAN_SECRET_KEY": SECRET,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **self.settings,
        }

    def start(self) -> None:
        """Start it and wait until it serves."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:  # the links are printed once the port is open
            if self.url in line:
                break
        else:
            raise AssertionError("the server ended before it served")
        answer = requests.get(self.url + "/readyz", timeout=30)
        assert answer.status_code == 200, answer.text

    def pids(self) -> list[int]:
        """The master's pid and its workers'."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [self._process.pid, *map(int, children)]

    def kill(self) -> None:
        """SIGKILL to the master and its worker: nothing gets a chance to clean up."""
        self._signal(signal.SIGKILL)
        self._ended()

    def freeze(self) -> None:
        """The server stays silent without closing a connection, as when a cable is pulled."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert not self.shared, "other tests live on this server: mark the test `own_server`"
        for pid in self.pids():
            os.kill(pid, number)

    def stop(self) -> None:
        """End it as Ctrl-C does; no-op when it has ended."""
        if self._process is None:
            return
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT)
        self._process.send_signal(signal.SIGINT)
        self._ended()

    def _ended(self) -> None:
        assert self._process is not None
        self._process.wait(timeout=30)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    # ---- speaking to it as a program does

    def token(self, *, role: str | None = None, endpoint: str | None = None) -> str:
        body = {"code": self.code(endpoint)} if endpoint else {"username": role, "password": PASSWORD}
        answer = requests.post(self.url + "/api/v1/sessions", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token

    def command(self, name: str, args: dict[str, Any] | None = None, role: str = "mc") -> dict[str, Any]:
        """Give a command on the present version; its answer."""
        with Caller(self, self.token(role=role)) as caller:
            status, answer = caller.command(caller.get("/running-order")["version"], name, args or {})
        assert status == 200, answer
        return answer

    def password(self, role: str) -> str:
        """The password of the account that is named like its role."""
        return PASSWORD


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
