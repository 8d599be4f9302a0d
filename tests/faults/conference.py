"""A conference that goes on while things break: people who press again until they are answered, and their screens."""

import http.client
import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import socketio
from socketio.exceptions import ConnectionError as NoConnection

from giaoban.extensions import db
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.clock import SystemClock
from giaoban.services.identity import cli_identity
from tests.live_server import Caller, LiveServer
from tests.screens import NAMESPACE
from tests.waiting import WITHIN_S, tell, until

SLUG: Final = "hoi-nghi-gian-kho"
ITEMS: Final = 400
PAUSE_S: Final = 0.03  # between two presses of one person
AGAIN_S: Final = 0.02  # and before the same once more

# A round of an MC: each is legal after the one before it, and the last leads back to the first.
ROUND: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("next", {}),
    ("add_time", {"delta_ms": 60_000}),
    ("pause", {}),
    ("set_message", {"text": "Xin giữ trật tự", "to": "all"}),
    ("resume", {}),
    ("undo", {}),
    ("resume", {}),
    ("add_time", {"delta_ms": -30_000}),
)


def make_conference(services: Services) -> list[str]:
    """The demo's rooms with an agenda long enough for every press, made the current one; the rooms' codes."""
    items = [{"kind": "report", "title": f"Mục {number}", "planned_ms": 600_000} for number in range(ITEMS)]
    new = replace(demo.conference(SystemClock().now_ms()), slug=SLUG, title="Hội nghị gian khó", items=items)
    conference = services.conferences.create(new, cli_identity("test"))
    services.conferences.make_current(conference, cli_identity("test"))
    return [endpoint.code for endpoint, _ in services.access.codes(conference)]


class Person(threading.Thread, ABC):
    """Sends one request after another, each again, word for word, until it is answered; never with another id.

    What was answered is kept as `acknowledged`, by id; `moments` counts the sendings and the answers. `held` keeps it
    from sending, with nothing on its way.
    """

    def __init__(self, server: LiveServer, token: str) -> None:
        super().__init__(daemon=True)
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.resent = 0
        self.moments = 0
        self.failure: BaseException | None = None
        self._server, self.token = server, token
        self._may_send = threading.Lock()
        self._ended = threading.Event()
        self._given_up = threading.Event()

    @abstractmethod
    def next_request(self) -> tuple[str, str, str, dict[str, Any]]:
        """(id, method, path, body)"""

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                with self._may_send:
                    self._insist(*self.next_request())
                self._ended.wait(PAUSE_S)
        except BaseException as failure:  # said when the test asks for this person
            self.failure = failure
            tell()

    def _moment(self) -> None:
        self.moments += 1
        tell()

    def _insist(self, sent_id: str, method: str, path: str, body: dict[str, Any]) -> None:
        give_up_at = time.monotonic() + WITHIN_S
        while True:
            status, answer = 503, None
            self._moment()
            with suppress(OSError, http.client.HTTPException), Caller(self._server, self.token, SLUG) as caller:
                status, answer = caller.request(method, path, body)
            if status == 200:
                self.acknowledged[sent_id] = answer
                self._moment()
                return
            assert status == 503, (status, answer, body)
            assert answer is None or answer["error"]["code"] == "unavailable", answer
            assert time.monotonic() < give_up_at, f"{method} {path} was not answered within {WITHIN_S} s"
            self.resent += 1
            if self._given_up.wait(AGAIN_S):
                return

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._may_send:
            if self.failure is not None:
                raise self.failure
            yield

    def leave(self) -> None:
        """Send nothing more, answered or not."""
        self._given_up.set()
        self._ended.set()

    def end(self) -> None:
        """Send nothing new; fails with whatever this person met that should not be."""
        self._ended.set()
        self.join(timeout=WITHIN_S)
        if self.failure is not None:
            raise self.failure


class Mc(Person):
    """Goes through `ROUND` again and again."""

    _version = 0

    def next_request(self) -> tuple[str, str, str, dict[str, Any]]:
        name, args = ROUND[self._version % len(ROUND)]
        command_id = str(uuid4())
        body = {"command_id": command_id, "expected_version": self._version, "name": name, "args": args}
        self._version += 1
        return command_id, "POST", "/running-order/commands", body

    @property
    def last(self) -> dict[str, Any]:
        """The answer to the last command."""
        return self.acknowledged[next(reversed(self.acknowledged))]


class Secretary(Person):
    """Checks rooms in and out at random."""

    def __init__(self, server: LiveServer, token: str, rooms: list[str], rng: random.Random) -> None:
        super().__init__(server, token)
        self._rooms, self._rng = rooms, rng

    def next_request(self) -> tuple[str, str, str, dict[str, Any]]:
        check_in_id = str(uuid4())
        absent = self._rng.random() < 0.2
        body = {
            "check_in_id": check_in_id,
            "status": "absent" if absent else "present",
            "headcount": 0 if absent else self._rng.randint(1, 30),
            "reason": "Mất điện" if absent else None,
            "happened_at_ms": SystemClock().now_ms(),
        }
        return check_in_id, "PUT", f"/endpoints/{self._rng.choice(self._rooms)}/check-in", body


class SteadyScreen:
    """A screen that comes back by itself as the pages do, with the snapshot that it shows."""

    def __init__(self, url: str, token: str | None = None, slug: str = SLUG) -> None:
        self.snapshot: dict[str, Any] = {}
        self.left = 0  # how often the line has gone
        self._client = socketio.Client(
            reconnection=True, reconnection_delay=0.25, reconnection_delay_max=1, randomization_factor=0.5
        )
        self._client.on("order_snapshot", self._show, namespace=NAMESPACE)
        self._client.on("connect", tell, namespace=NAMESPACE)
        self._client.on("disconnect", self._lost, namespace=NAMESPACE)
        auth = {"conference": slug, **({"token": token} if token else {})}
        self._client.connect(url, namespaces=[NAMESPACE], transports=["websocket"], auth=auth, wait_timeout=20)
        until(lambda: bool(self.snapshot), "a first snapshot")

    def _show(self, snapshot: dict[str, Any]) -> None:
        if snapshot["version"] >= self.snapshot.get("version", 0):
            self.snapshot = snapshot
            tell()

    def _lost(self, *_: Any) -> None:
        self.left += 1
        line = self._client.eio.ws
        if line is not None:
            line.shutdown()  # the library leaves a line that has fallen silent open
        tell()

    @property
    def connected(self) -> bool:
        return NAMESPACE in self._client.namespaces

    def ask(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.call(event, payload, namespace=NAMESPACE, timeout=20)
        return answer

    def close(self) -> None:
        with suppress(NoConnection):
            self._client.shutdown()


def forget(*_: Any) -> None:
    """Read everything anew."""
    db.session.rollback()
    db.session.expire_all()
