"""Screens that do nothing but receive: Socket.IO over WebSocket in one loop, so cheap that the server is what is timed.

A frame counts when its bytes are here; what it says is read afterwards.
"""

import base64
import json
import os
import select
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

NAMESPACE = "/live"
PING, PONG = b"2", b"3"
EVENT = f'42{NAMESPACE},["order_snapshot",'.encode()


class Screen:
    """One connection and the frames that it has received, each with when (ns of the monotonic clock)."""

    def __init__(self, port: int, auth: Mapping[str, str]) -> None:
        self._rest = b""
        self.port = port
        self.frames: list[tuple[int, bytes]] = []
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._received()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        if b" 101 " not in head:
            raise RuntimeError(head.decode())
        self._await(b"0{")
        self.send(f"40{NAMESPACE},{json.dumps(auth)}".encode())
        self._await(f"40{NAMESPACE},".encode())

    def send(self, payload: bytes) -> None:
        """A text frame; clients have to mask, and a mask of zeros leaves the payload as it is."""
        size = len(payload)
        length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.socket.sendall(b"\x81" + length + b"\0\0\0\0" + payload)

    def read(self) -> None:
        """Take in what has come."""
        self._rest += self._received()
        self._take_frames()

    def _take_frames(self) -> None:
        now_ns = time.monotonic_ns()
        while (frame := self._frame()) is not None:
            if frame == PING:
                self.send(PONG)
            self.frames.append((now_ns, frame))

    def event_at_ns(self) -> int:
        """When the first event came, 0 when none has."""
        return next((at_ns for at_ns, frame in self.frames if frame.startswith(EVENT)), 0)

    def _received(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise RuntimeError("the server closed a screen's connection")
        return data

    def _frame(self) -> bytes | None:
        """The next whole frame's payload, if there is one."""
        if len(self._rest) < 2:
            return None
        size, start = self._rest[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(self._rest[2:4], "big"), 4
        if len(self._rest) < start + size:
            return None
        payload, self._rest = self._rest[start : start + size], self._rest[start + size :]
        return payload

    def _await(self, beginning: bytes) -> None:
        self._take_frames()
        while not any(payload.startswith(beginning) for _, payload in self.frames):
            self.read()


class Fleet:
    """Many screens of one server, read in one loop."""

    def __init__(self, port: int, auths: Sequence[Mapping[str, str]]) -> None:
        self._epoll = select.epoll()
        self.screens = [Screen(port, auth) for auth in auths]
        self._by_fd = {screen.socket.fileno(): screen for screen in self.screens}
        for fd in self._by_fd:
            self._epoll.register(fd, select.EPOLLIN)

    def fileno(self) -> int:
        """For another loop: readable when any screen is."""
        return self._epoll.fileno()

    def read(self, seconds: float) -> list[Screen]:
        """The screens that had something to read; waits for the first at most that long."""
        ready = [self._by_fd[fd] for fd, _ in self._epoll.poll(seconds)]
        for screen in ready:
            screen.read()
        return ready

    def listen(self, seconds: float) -> None:
        """Read for that long."""
        until_s = time.monotonic() + seconds
        while (rest_s := until_s - time.monotonic()) > 0:
            self.read(rest_s)

    def forget(self) -> None:
        for screen in self.screens:
            screen.frames.clear()

    def press(self, request: bytes, port: int, within_s: float = 10) -> tuple[list[float], Any]:
        """Send the request; ms until each screen had an event, sorted, and the answer's JSON. Raises TimeoutError."""
        self.forget()
        with socket.create_connection(("127.0.0.1", port)) as click:
            click.settimeout(within_s)
            pressed_ns = time.monotonic_ns()
            click.sendall(request)
            until_s = time.monotonic() + within_s
            missing = set(self.screens)
            while missing:
                missing.difference_update(screen for screen in self.read(1) if screen.event_at_ns())
                if time.monotonic() > until_s:
                    raise TimeoutError("a screen did not get the new state")
            answer = b"".join(iter(lambda: click.recv(65536), b""))
        return sorted((screen.event_at_ns() - pressed_ns) / 1e6 for screen in self.screens), body_of(answer)

    def replace(self, gone: Screen, auth: Mapping[str, str]) -> Screen:
        """Cut a screen's line without a word; a new one comes in its place."""
        fd = gone.socket.fileno()
        self._epoll.unregister(fd)
        del self._by_fd[fd]
        gone.socket.close()
        screen = Screen(gone.port, auth)
        self.screens[self.screens.index(gone)] = screen
        self._by_fd[screen.socket.fileno()] = screen
        self._epoll.register(screen.socket.fileno(), select.EPOLLIN)
        return screen

    def close(self) -> None:
        for screen in self.screens:
            screen.socket.close()
        self._epoll.close()


def http_request(method: str, path: str, body: Any, token: str = "") -> bytes:
    """A whole HTTP/1.1 request whose connection closes after the answer."""
    text = json.dumps(body, ensure_ascii=False).encode()
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{authorization}"
        f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text


def round_trip(port: int, request: bytes, patience_s: float = 30) -> bytes:
    """What the server answers until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience_s) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def body_of(answer: bytes) -> Any:
    """The JSON of an answer. Raises RuntimeError for any status but 200."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(answer.decode(errors="replace"))
    return json.loads(body)
