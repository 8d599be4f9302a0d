"""The live connection of the screens: the Socket.IO server of one application, and what speaks through it."""

import hashlib
import hmac
import logging
import threading
from typing import Any, Final

from flask import Flask
from flask_socketio import SocketIO
from gevent import monkey

from giaoban.realtime.admission import Admission, Queue
from giaoban.realtime.bus import Alone, RedisBus
from giaoban.realtime.crowd import Loiterers, bound_the_crowd
from giaoban.realtime.door import MESSAGE_MOST, Door, StrictPacket, refuse_malformed
from giaoban.realtime.events import NAMESPACE
from giaoban.realtime.fan_out import DirectEngine, DirectManager, untested
from giaoban.realtime.flood import Flood
from giaoban.realtime.guard import Guard
from giaoban.realtime.keeper import Keeper
from giaoban.realtime.namespace import LiveNamespace, on_error
from giaoban.realtime.origin import from_our_pages
from giaoban.realtime.peers import Peers
from giaoban.realtime.presence import Lines
from giaoban.realtime.publisher import CompactJson, SocketPublisher
from giaoban.realtime.watcher import Watcher
from giaoban.realtime.wire import BoundedEngine, WholeWrites
from giaoban.services.ports import Clock

logger = logging.getLogger(__name__)


class Live:
    """The Socket.IO server of one application. `publisher` and `lines` are what the services need of it."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self._app = app
        self._socketio = SocketIO()
        self._ended = threading.Event()
        url = app.config["REDIS_URL"]
        self.bus: Final = RedisBus(url, _channel(app.config["SECRET_KEY"])) if url else Alone()
        self.lines = Lines(clock)
        self.publisher = SocketPublisher(self._socketio, self.bus, clock)
        self.peers = Peers(self.bus, self.lines, self.publisher, clock)

    @property
    def waiting(self) -> int:
        """Messages that wait for a slow screen, over all screens."""
        return sum(screen.queue.qsize() for screen in list(self._socketio.server.eio.sockets.values()))

    def serve(self) -> None:
        """Open namespace `/live`, once the services are there."""
        app = self._app
        options: dict[str, Any] = {
            "async_mode": "gevent" if monkey.is_module_patched("socket") else "threading",
            "manage_session": False,  # the session is read at connecting and never written
            "json": CompactJson,
            "http_compression": False,  # snapshots are small, and go over WebSocket anyway
            "max_http_buffer_size": MESSAGE_MOST,
            "serializer": StrictPacket,
            "cors_allowed_origins": from_our_pages(app.config["PUBLIC_URL"]),
        }
        gevent = options["async_mode"] == "gevent"
        direct = gevent and self._direct()
        if direct:
            options["client_manager"] = DirectManager()
        self._socketio.init_app(app, **options)
        refuse_malformed(self._socketio.server)
        if direct:
            DirectEngine.take_over(self._socketio.server)
        else:
            self._socketio.server.eio.__class__ = BoundedEngine  # the library knows no other way to replace it
            app.wsgi_app = WholeWrites(app.wsgi_app)  # type: ignore[method-assign]
        if gevent:
            app.wsgi_app = Queue(app.wsgi_app, Admission())  # type: ignore[method-assign]
        app.wsgi_app = Door(app.wsgi_app)  # type: ignore[method-assign]
        bound_the_crowd(self._socketio.server, app.config["SCREENS_PER_ADDRESS"])
        flood = Flood(app.config["SOCKET_EVENTS_PER_S"], self._cut)
        self._socketio.on_namespace(LiveNamespace(NAMESPACE, app, self.lines, self.publisher, self.peers, flood))
        self._socketio.on_error(NAMESPACE)(on_error)
        app.extensions["giaoban.live"] = self
        self.publisher.bind(app, app.extensions["giaoban"])
        self.publisher.projectors.bind(app, self._cut)
        self.guard = Guard(app, app.extensions["giaoban"].accounts, self.lines, self._cut)
        self.watcher = Watcher(app, app.extensions["giaoban"], self.lines, self.publisher, self._cut)
        self.keeper = Keeper(app, app.extensions["giaoban"].presence)

    def start(self) -> None:
        """Begin to look after the lines, to watch the database and, with Redis, to keep in step with other processes.

        For a process that serves (deploy/gunicorn.conf.py); the command line and tests have no screens.
        """
        spawn = self._socketio.start_background_task
        spawn(self.guard.look_for_ever, self._ended)
        spawn(Loiterers(self._socketio.server).look_for_ever, self._ended)
        spawn(self.watcher.look_for_ever, self._ended)
        spawn(self.keeper.look_for_ever, self._ended)
        spawn(self.publisher.projectors.tick_for_ever, self._ended)
        spawn(self._app.extensions["giaoban"].papers.look_for_ever, self._app, self._ended)
        spawn(self._app.extensions["giaoban"].maket_bundles.clean_for_ever, self._ended)
        if isinstance(self.bus, RedisBus):
            self.bus.start(self.peers.heard, self.peers.came, spawn)
            spawn(self.peers.tick_for_ever, self._ended)
            spawn(self.peers.say_for_ever, self._ended)

    def end(self) -> None:
        """The process is about to end: the others need not wait for its silence."""
        self._ended.set()
        self.keeper.end()
        if isinstance(self.bus, RedisBus):
            self.bus.end(self.peers.farewell())

    def _cut(self, sid: str) -> None:
        """Close the connection of a socket: it is told, and nothing reaches it any more."""
        server = self._socketio.server
        connection = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, NAMESPACE))
        server.disconnect(sid, namespace=NAMESPACE, ignore_queue=True)
        if connection is not None:
            connection.close(wait=False)

    def _direct(self) -> bool:
        """Whether screens are written to directly: unless told not to, or other versions than the tested are here."""
        if not self._app.config["DIRECT_FAN_OUT"]:
            return False
        others = untested()
        if others:
            logger.warning("screens are told the slow way, for want of a test with %s", ", ".join(others))
        return not others


def _channel(secret: str) -> str:
    """One for each installation: several may share a Redis."""
    return "giaoban:" + hmac.new(secret.encode(), b"bus", hashlib.sha256).hexdigest()[:16]
