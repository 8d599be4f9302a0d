"""Letting screens in a bounded number at a time.

When a server comes back, every screen comes back at once. If all handshakes went on side by side, each would take as
long as all of them: the first screen would be there when nearly the last is, and whoever presses in the meantime would
wait as long. So only so many are under way, in the order in which they came; the others wait, and are let in as soon as
one of those before them has joined. Where those are only waiting for a slow network, more are let in all the same:
nobody can keep the others out by being slow.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from socket import MSG_DONTWAIT, MSG_PEEK
from typing import Any, Final

import gevent
from gevent.event import AsyncResult

from giaoban.realtime.door import PATH
from giaoban.realtime.line import PlainSocket

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

AT_ONCE: Final = 32
JOIN_S: Final = 2.0  # whoever has not joined by then does not hold a place any more
LOOK_EVERY_S: Final = 0.01
PLACE: Final = "giaoban.place"


class Place:
    """A place among those who are being let in; given back once. `waited`: it was not free at once."""

    __slots__ = ("_admission", "since_s", "waited")

    def __init__(self, admission: "Admission", *, waited: bool) -> None:
        self._admission = admission
        self.since_s = time.monotonic()
        self.waited = waited

    def give_back(self) -> None:
        self._admission.gave_back(self)


class Admission:
    """For gevent. `places` are taken with `take`, which waits its turn."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._taken: dict[Place, None] = {}  # in the order in which they were taken
        self._waiting: deque[AsyncResult] = deque()
        self._looking = False

    @property
    def waiting(self) -> int:
        """How many stand before the door."""
        return len(self._waiting)

    def take(self) -> Place:
        """A place, as soon as there is one."""
        if len(self._taken) < self._at_once and not self._waiting:
            return self._give(waited=False)
        turn: AsyncResult = AsyncResult()
        self._waiting.append(turn)
        if not self._looking:
            self._looking = True
            gevent.spawn(self._look_after)
        place: Place = turn.get()
        return place

    def gave_back(self, place: Place) -> None:
        if place in self._taken:
            del self._taken[place]
            self._let_in()

    def _give(self, *, waited: bool) -> Place:
        place = Place(self, waited=waited)
        self._taken[place] = None
        return place

    def _let_in(self, more: int = 0) -> None:
        """As many as there is room for, and `more`."""
        while self._waiting and (len(self._taken) < self._at_once or more > 0):
            more -= len(self._taken) >= self._at_once
            self._waiting.popleft().set(self._give(waited=True))

    def _look_after(self) -> None:
        """While somebody waits: take back places held for too long, and let more in when there is time to spare."""
        while self._waiting:
            slept_from_s = time.monotonic()
            gevent.sleep(LOOK_EVERY_S)
            now_s = time.monotonic()
            while self._taken and now_s - next(iter(self._taken)).since_s > JOIN_S:
                del self._taken[next(iter(self._taken))]
            has_time = now_s - slept_from_s < 1.5 * LOOK_EVERY_S
            self._let_in(self._at_once // 2 if has_time else 0)
        self._looking = False


class Queue:
    """WSGI middleware: whoever begins a Socket.IO connection, by WebSocket or polling, takes a place first.

    A WebSocket gives it back on joining (namespace.py) or at its end (fan_out.py), all others with their answer.
    """

    def __init__(self, wsgi_app: Wsgi, admission: Admission) -> None:
        self._wsgi_app = wsgi_app
        self._admission = admission

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PATH) or "sid=" in environ.get("QUERY_STRING", ""):
            return self._wsgi_app(environ, start_response)
        place = self._admission.take()
        if place.waited and "HTTP_UPGRADE" in environ and _has_hung_up(environ.get("gunicorn.socket")):
            place.give_back()
            start_response("408 Request Timeout", [("Content-Length", "0"), ("Connection", "close")])
            return []
        environ[PLACE] = place
        try:
            answer = self._wsgi_app(environ, start_response)
        except StopIteration:  # a WebSocket has begun
            raise
        except BaseException:
            place.give_back()
            raise
        place.give_back()
        return answer


def _has_hung_up(connection: Any) -> bool:
    """Whether the client has given up while it waited; then the work for it can be spared."""
    if connection is None:
        return False
    plain = PlainSocket(fileno=connection.fileno())  # gevent's own would wait for something to come
    try:
        return plain.recv(1, MSG_PEEK | MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        plain.detach()
