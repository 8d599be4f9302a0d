"""One screen's connection: its socket, what waits to be written to it, and what it says.

One task reads. Whoever has something to say writes at once, without waiting and without a task; only what the kernel
does not take waits here, in order, and a task of its own sends it. What waits is bounded, and so is the time that it
may wait: a screen that does not read is dropped, and comes back when it can.
"""

import socket
import time
from collections import deque
from collections.abc import Generator
from contextlib import suppress
from typing import Final

import gevent
from gevent import monkey

from giaoban.realtime import frames
from giaoban.realtime.wire import SEND_BUFFER

PlainSocket: Final = monkey.get_original("socket", "socket")

WAITING_MOST: Final = 128  # frames; a screen that has missed so many states is better off with a new snapshot
STALL_S: Final = 20.0  # half a frame, or a full buffer, may last this long
_READ: Final = 4_096
_READABLE, _WRITABLE = 1, 2


class Line:
    """A WebSocket connection after its handshake. For gevent: nothing here waits but `messages` and its own task."""

    __slots__ = ("_hub", "_reader", "_sender", "_socket", "_waiting", "dropped")

    def __init__(self, fileno: int, message_most: int) -> None:
        self._socket = PlainSocket(fileno=fileno)
        self._socket.setblocking(False)
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._hub = gevent.get_hub()
        self._reader = frames.FrameReader(message_most)
        self._waiting: deque[bytes] | None = None  # None: the kernel has everything
        self._sender: gevent.Greenlet | None = None
        self.dropped = False

    @property
    def waiting(self) -> int:
        """Frames that the kernel has not taken yet."""
        return len(self._waiting) if self._waiting is not None else 0

    # ---- writing

    def write(self, frame: bytes) -> None:
        """Send it now, or after what waits. Never waits and never raises: a connection that is dead is dropped."""
        if self._waiting is not None:
            if len(self._waiting) >= WAITING_MOST:
                self.drop()
            else:
                self._waiting.append(frame)
            return
        if self.dropped:
            return
        try:
            sent = self._socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.drop()
            return
        if sent < len(frame):
            self._waiting = deque([frame[sent:]])
            self._sender = gevent.spawn(self._send_what_waits)

    def _send_what_waits(self) -> None:
        assert self._waiting is not None
        writable = self._hub.loop.io(self._socket.fileno(), _WRITABLE)
        try:
            while self._waiting:
                frame = self._waiting[0]
                with gevent.Timeout(STALL_S):
                    self._hub.wait(writable)
                try:
                    sent = self._socket.send(frame)
                except BlockingIOError:
                    continue
                if sent < len(frame):
                    self._waiting[0] = frame[sent:]
                else:
                    self._waiting.popleft()
        except (OSError, gevent.Timeout):
            self.drop()  # nothing may follow half a message
        finally:
            writable.close()
            self._waiting = self._sender = None

    def close(self, code: int = frames.GOING_AWAY) -> None:
        """Say goodbye, as far as that can be said at once, and end the connection."""
        if self._waiting is None:
            self.write(frames.close_frame(code))
        self.drop()

    def drop(self) -> None:
        """End the connection; its reader notices."""
        if not self.dropped:
            self.dropped = True
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    # ---- reading

    def messages(self) -> Generator[str | bytes, None, None]:
        """What the screen says, message by message, until the connection ends. Closes it in the end."""
        readable = self._hub.loop.io(self._socket.fileno(), _READABLE)
        begun_s: float | None = None  # since when half a message has been here
        try:
            while data := self._received(readable, begun_s):
                for opcode, content in self._reader.feed(data):
                    if opcode in (frames.TEXT, frames.BINARY):
                        yield content
                    elif opcode == frames.PING:
                        assert isinstance(content, bytes)
                        self.write(frames.frame(frames.PONG, content))
                    elif opcode == frames.CLOSE:
                        self.close()
                begun_s = (begun_s or time.monotonic()) if self._reader.in_the_middle else None
        except frames.BadFrame as error:
            self.close(error.code)
        finally:
            readable.close()
            self.drop()
            if self._sender is not None:
                self._sender.kill()
            self._waiting = None
            self._socket.close()

    def _received(self, readable: object, begun_s: float | None) -> bytes:
        """Some bytes, none at the end. Half a message may not stay half for ever.

        Waits before each reading, also when there is something: whoever says more than can be handled in that time
        would otherwise be the only one who is served.
        """
        while not self.dropped:
            left_s = None if begun_s is None else begun_s + STALL_S - time.monotonic()
            try:
                with gevent.Timeout(left_s):
                    self._hub.wait(readable)
                return b"" if self.dropped else self._socket.recv(_READ)
            except BlockingIOError:
                pass
            except (OSError, gevent.Timeout):
                break
        return b""
