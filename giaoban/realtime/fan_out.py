"""Telling many screens the same thing at once.

The library hands each screen the message through a queue and a task of its own, which frames it again: the same work
for each of some hundreds. Here the frame is made once and written straight to every screen whose connection is idle;
whoever is busy, slow or polling gets it the library's way.
"""

import struct
from typing import Any

import socketio
from engineio import packet as engine_packet
from socketio import packet

from giaoban.realtime.wire import SOCKETS, WholeSocket


def text_frame(text: str) -> bytes:
    """A whole WebSocket text message from the server: one frame, not masked (RFC 6455, 5.2)."""
    data = text.encode()
    if len(data) < 126:
        head = struct.pack("!BB", 0x81, len(data))
    elif len(data) < 65_536:
        head = struct.pack("!BBH", 0x81, 126, len(data))
    else:
        head = struct.pack("!BBQ", 0x81, 127, len(data))
    return head + data


class DirectManager(socketio.Manager):
    """The library's own manager of one process, except for messages to a room that nobody has to acknowledge.

    For gevent only: between looking at a screen's queue and writing to its connection nothing else may run.
    """

    def emit(self, event: str, data: Any, namespace: str, *args: Any, **kwargs: Any) -> None:
        """As the library's. `data` is one JSON value."""
        room = kwargs.pop("to", None) or kwargs.pop("room", None)
        if args or any(kwargs.get(name) for name in ("skip_sid", "callback")) or namespace not in self.rooms:
            super().emit(event, data, namespace, *args, room=room, **kwargs)
            return
        text = self.server.packet_class(packet.EVENT, namespace=namespace, data=[event, data]).encode()
        message = engine_packet.Packet(engine_packet.MESSAGE, text)
        frame = text_frame(message.encode())
        for _, engine_sid in self.get_participants(namespace, room):
            if not self._write_now(engine_sid, frame):
                self.server._send_eio_packet(engine_sid, message)

    def _write_now(self, engine_sid: str, frame: bytes) -> bool:
        screen = self.server.eio.sockets.get(engine_sid)
        if screen is None or screen.closing or screen.closed or not screen.upgraded or not screen.queue.empty():
            return False
        environ = self.server.environ.get(engine_sid, {})
        lines = [environ[name] for name in SOCKETS if isinstance(environ.get(name), WholeSocket)]
        return bool(lines) and lines[0].send_now(frame)
