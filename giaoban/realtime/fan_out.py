"""Telling many screens the same thing at once, and holding many at little cost.

The library hands each screen the message through a queue and a task of its own, which frames it again: the same work
for each of some thousands, and a task for each that waits for it. Here the frame is made once and written straight to
every screen (line.py); whoever still polls gets it through the library's queue.

This leans on how the libraries are built inside, so it is for the versions in TESTED only, and for gevent. Without it
(`GIAOBAN_DIRECT_FAN_OUT=0`) the libraries do all this their own way, the same for the screens, only slower and larger.
"""

import base64
import hashlib
import logging
import re
import resource
import time
from collections import deque
from collections.abc import Iterable
from contextlib import closing
from importlib.metadata import version
from io import BytesIO
from ssl import SSLSocket
from typing import Any, Final

import engineio
import gevent
import socketio
from engineio import packet as engine_packet
from engineio.socket import Socket
from socketio import packet

from giaoban.realtime.admission import PLACE, Place
from giaoban.realtime.door import readable
from giaoban.realtime.frames import BINARY, frame, text_frame
from giaoban.realtime.line import Line
from giaoban.realtime.wire import BoundedEngine, WholeWrites

logger = logging.getLogger(__name__)

TESTED: Final = {
    "flask-socketio": "5.7.0",
    "gevent": "26.9.0",
    "gunicorn": "27.0.1",
    "python-engineio": "4.15.1",
    "python-socketio": "5.18.1",
    "simple-websocket": "1.1.0",
}

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEPT: Final = re.compile(
    r"REQUEST_METHOD|SCRIPT_NAME|PATH_INFO|QUERY_STRING|SERVER_\w+|REMOTE_ADDR|wsgi\.(version|url_scheme)"
    r"|HTTP_(HOST|ORIGIN|COOKIE|AUTHORIZATION|USER_AGENT|X_\w+)|flask\.app|giaoban\.\w+"
)
_EMPTY: Final = BytesIO()
_SPARE_FILES: Final = 300  # for the database, the log, and HTTP while all other places are taken by screens


def untested() -> list[str]:
    """The packages whose version is not the one that this was tested with, as "name 1.2 (tested: 1.1)"."""
    found = {name: version(name) for name in TESTED}
    return [f"{name} {found[name]} (tested: {TESTED[name]})" for name in TESTED if found[name] != TESTED[name]]


# ---- telling many


class DirectManager(socketio.Manager):
    """The library's own manager of one process, but for the messages to a room that nobody has to acknowledge."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms_of: dict[tuple[str, str], tuple[Any, ...]] = {}

    def emit(self, event: str, data: Any, namespace: str, *args: Any, **kwargs: Any) -> None:
        """As the library's. `data` is one JSON value."""
        room = kwargs.pop("to", None) or kwargs.pop("room", None)
        if args or any(kwargs.get(name) for name in ("skip_sid", "callback")) or namespace not in self.rooms:
            super().emit(event, data, namespace, *args, room=room, **kwargs)
            return
        text = self.server.packet_class(packet.EVENT, namespace=namespace, data=[event, data]).encode()
        message = engine_packet.Packet(engine_packet.MESSAGE, text)
        whole = text_frame(message.encode())
        screens = self.server.eio.sockets
        for _, engine_sid in self.get_participants(namespace, room):
            screen = screens.get(engine_sid)
            if screen is not None and not screen.closing and type(screen.queue) is Outbox:
                screen.queue.line.write(whole)
            else:
                self.server._send_eio_packet(engine_sid, message)

    # The library looks for a screen that leaves in every room, and each screen is a room.

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        rooms = self._rooms_of.get((namespace, sid), ())
        if room not in rooms:
            self._rooms_of[namespace, sid] = (*rooms, room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        super().basic_leave_room(sid, namespace, room)
        rooms = tuple(other for other in self._rooms_of.pop((namespace, sid), ()) if other != room)
        if rooms:
            self._rooms_of[namespace, sid] = rooms

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        for room in self._rooms_of.get((namespace, sid), ()):
            if room is not None:
                self.basic_leave_room(sid, namespace, room)
        self.basic_leave_room(sid, namespace, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
        self.callbacks.pop(sid, None)

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        return [room for room in self._rooms_of.get((namespace, sid), ()) if room is not None]

    def connect(self, sid: str, namespace: str) -> str:
        """As the library's. Werkzeug leaves its request where the library keeps the environment for ever."""
        sid = super().connect(sid, namespace)
        environ = self.server.environ.get(self.eio_sid_from_sid(sid, namespace))
        if environ is not None:
            environ.pop("werkzeug.request", None)
        return sid


# ---- holding many


class DirectEngine(BoundedEngine):
    """The library's Engine.IO server, for WebSocket connections of our own."""

    @classmethod
    def take_over(cls, server: socketio.Server) -> None:
        """Make it of the server's engine: the library has made that already and knows no other way to replace it."""
        engine = server.eio
        engine.__class__ = cls
        engine.their_websocket = engine._async["websocket"]
        engine._async = {**engine._async, "websocket": DirectWebSocket}
        engine._to_ping = deque()
        engine.most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES

    def start_background_task(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        """As the library's, but one task sends all pings where the library has one wait for each screen."""
        if getattr(target, "__func__", None) is not Socket._send_ping:
            return super().start_background_task(target, *args, **kwargs)
        self._to_ping.append((time.monotonic() + self.ping_interval, target.__self__))
        return gevent.spawn(self._ping_all) if len(self._to_ping) == 1 else None

    def _ping_all(self) -> None:
        while self._to_ping:
            due_s, screen = self._to_ping[0]
            gevent.sleep(max(0, due_s - time.monotonic()))
            try:
                self._ping(screen)
            except Exception:
                logger.exception("a screen could not be pinged")
            self._to_ping.popleft()  # only now: while there is one, this task lives

    def _ping(self, screen: Socket) -> None:
        if not screen.closing and not screen.closed:
            screen.last_ping = time.time()
            screen.send(engine_packet.Packet(engine_packet.PING))


class Outbox:
    """Stands where the library has a screen's queue; what is put into it is written."""

    __slots__ = ("line",)

    def __init__(self, line: Line) -> None:
        self.line = line

    def put(self, message: engine_packet.Packet | None) -> None:
        if message is None:
            self.line.close()
            return
        content = message.encode()
        self.line.write(text_frame(content) if isinstance(content, str) else frame(BINARY, content))

    def qsize(self) -> int:
        return self.line.waiting

    def join(self) -> None:
        """Whoever closes a screen does not wait for it."""


class DirectWebSocket:
    """What the library calls for a WebSocket handshake: takes the connection over from gunicorn.

    gunicorn's task ends, and with it all that it keeps of the request; one of ours reads from then on. A connection
    that began with polling, or that gunicorn encrypts itself, goes the library's way.
    """

    def __init__(self, handler: Any, engine: DirectEngine) -> None:
        self._handler = handler
        self._engine = engine
        self._screen: Socket = handler.__self__

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        if self._screen.connected or connection is None or isinstance(connection, SSLSocket):
            return WholeWrites(self._engine.their_websocket(self._handler, self._engine))(environ, start_response)
        if len(self._engine.sockets) > self._engine.most:
            logger.error("no more screens can be let in: the limit of open files is too low")
            self._screen.close(wait=False, abort=True)
            start_response("503 Service Unavailable", [("Retry-After", "5"), ("Content-Length", "0")])
            return []
        line = Line(connection.detach(), self._engine.max_http_buffer_size)
        key = environ["HTTP_SEC_WEBSOCKET_KEY"]  # door.py has seen that it is one
        proof = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()
        accepted = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {proof}\r\n\r\n"
        )
        waiting = self._screen.queue
        self._screen.queue = Outbox(line)
        self._screen.connected = self._screen.upgraded = True
        greetings = [text_frame(waiting.get().encode()) for _ in range(waiting.qsize())]
        line.write(b"".join([accepted.encode(), *greetings]))
        _keep(environ)
        gevent.spawn(_listen, self._engine, self._screen, line, environ.get(PLACE))
        raise StopIteration  # tells gunicorn that there is nothing to answer


def _keep(environ: dict[str, Any]) -> None:
    """Let go of most of a screen's environment, which the library keeps for as long as the screen stays."""
    kept = {name: value for name, value in environ.items() if _KEPT.fullmatch(name)}
    environ.clear()
    environ.update(kept)
    environ["wsgi.input"] = _EMPTY


def _listen(engine: DirectEngine, screen: Socket, line: Line, place: Place | None) -> None:
    """Hand on what the screen says, until its connection ends."""
    try:
        with closing(line.messages()) as messages:
            for message in messages:
                if not isinstance(message, str) or not readable(message):
                    break
                if message.startswith("40"):
                    # Joining goes deep, and a task that has once gone deep keeps the memory for that.
                    going_on = gevent.spawn(_receive, screen, message).get()
                else:
                    going_on = _receive(screen, message)
                if not going_on:
                    break
    finally:
        screen.close(wait=False, abort=True, reason=engine.reason.TRANSPORT_CLOSE)
        engine.sockets.pop(screen.sid, None)
        if place is not None:
            place.give_back()


def _receive(screen: Socket, message: str) -> bool:
    """Whether the connection can go on."""
    try:
        screen.receive(engine_packet.Packet(encoded_packet=message))
    except (ValueError, engineio.exceptions.EngineIOError) as error:
        logger.debug("a screen said what nobody understands: %s", error)
        return False
    except Exception:
        logger.exception("what a screen said could not be handled")
        return False
    return not screen.closed
