"""Thousands of screens in one loop: Socket.IO over WebSocket, or bare WebSocket for the ceiling.

Where `screens.py` keeps what each screen was sent, this counts it. Handshakes run side by side, deflate is offered as
browsers do, and a screen whose connection ends comes back with the delays of the browser client: 1 s, doubled up to
5 s, each ± 50 %.
"""

import heapq
import json
import random
import resource
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench.screens import EVENT, NAMESPACE, PING, PONG, body_of

DIALLING, UPGRADING, JOINING, READY, GONE = range(5)
SOURCES: Final = 8  # addresses of the loopback to come from: each has only so many ports
BIND_ADDRESS_NO_PORT: Final = 24  # IP_BIND_ADDRESS_NO_PORT: the kernel may choose the port when it knows both ends
OFFER: Final = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


def room_for(screens: int) -> None:
    """Raise the limit of open files as far as it goes. Raises RuntimeError when that is not enough."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if screens + 60 > most:
        raise RuntimeError(f"{screens} screens need more open files than the limit of {most}")


def frame(payload: bytes) -> bytes:
    """A text frame of a client; it has to mask, and a mask of zeros leaves the payload as it is."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + payload


BEAT: Final = frame(f'42{NAMESPACE},7["sync_clock",{{"sent_at_ms":1600000000000,"seen_version":0}}]'.encode())


class Member:
    """One screen: its connection, how far it has come, and what it last saw."""

    __slots__ = ("attempts", "begun_ns", "hello", "hit_ns", "number", "ready_ns", "rest", "socket", "state")

    def __init__(self, number: int, hello: bytes) -> None:
        self.number = number
        self.hello = hello
        self.socket: socket.socket
        self.state = GONE
        self.rest = b""
        self.attempts = 0
        self.begun_ns = self.ready_ns = self.hit_ns = 0


class Crowd:
    """Screens of the server on that port, one for each of `auths`; bare WebSocket connections when `bare`.

    `offer` is the header that offers deflate, as browsers do; what is deflated cannot be read here.

    `errors` counts what went wrong by what it was, `frames` what came by kind, `octets` all bytes that came.
    """

    def __init__(
        self, port: int, auths: Sequence[Mapping[str, str]], *, bare: bool = False, offer: str = OFFER
    ) -> None:
        room_for(len(auths))
        self.errors: Counter[str] = Counter()
        self.frames: Counter[str] = Counter()
        self.octets = 0
        self.ready = 0
        self.comes_back = False
        self._port = port
        self._bare = bare
        self._offer = offer
        self._event = b"42" if bare else EVENT
        self._epoll = select.epoll()
        self._by_fd: dict[int, Member] = {}
        hellos = [frame(f"40{NAMESPACE},{json.dumps(auth)}".encode()) for auth in auths]
        self.members = [Member(number, hello) for number, hello in enumerate(hellos)]
        self._due: list[tuple[int, int]] = []  # (ns, number of the member): who dials when
        self._under_way = 0
        self._hits = 0
        self._beats: deque[tuple[int, int]] = deque()
        self._beat_ns = 0

    # ---- coming

    def connect(self, within_s: float = 120, at_once: int = 200) -> float:
        """Connect all, that many at once; seconds until the last was ready. Raises TimeoutError."""
        begun_s = time.monotonic()
        waiting = deque(self.members)
        while self.ready < len(self.members):
            while waiting and self._under_way < at_once:
                self._dial(waiting.popleft())
            self.step(0.05)
            if time.monotonic() - begun_s > within_s:
                raise TimeoutError(f"{self.ready} of {len(self.members)} screens came: {dict(self.errors)}")
        return time.monotonic() - begun_s

    def _dial(self, member: Member) -> None:
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.IPPROTO_IP, BIND_ADDRESS_NO_PORT, 1)
        line.bind((f"127.0.1.{1 + member.number % SOURCES}", 0))
        line.connect_ex(("127.0.0.1", self._port))
        member.socket, member.state, member.rest = line, DIALLING, b""
        member.begun_ns = time.monotonic_ns()
        self._by_fd[line.fileno()] = member
        self._epoll.register(line.fileno(), select.EPOLLOUT)
        self._under_way += 1

    def _dialled(self, member: Member) -> None:
        if member.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._lost(member, "refused")
            return
        path = "/" if self._bare else "/socket.io/?EIO=4&transport=websocket"
        member.socket.send(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n{self._offer}"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0\r\n"
            "Accept-Encoding: gzip, deflate\r\nAccept-Language: vi-VN,vi;q=0.9,en;q=0.8\r\nCache-Control: no-cache\r\n"
            "Pragma: no-cache\r\n\r\n".encode()
        )
        member.state = UPGRADING
        self._epoll.modify(member.socket.fileno(), select.EPOLLIN)

    def _is_ready(self, member: Member, now_ns: int) -> None:
        member.state, member.ready_ns, member.attempts = READY, now_ns, 0
        self.ready += 1
        self._under_way -= 1
        if self._beat_ns:
            self._beats.append((now_ns + self._beat_ns, member.number))

    def _lost(self, member: Member, why: str) -> None:
        fd = member.socket.fileno()
        self._epoll.unregister(fd)
        del self._by_fd[fd]
        member.socket.close()
        if member.state == READY:
            self.ready -= 1
        else:
            self._under_way -= 1
        member.state = GONE
        self.errors[why] += 1
        if self.comes_back:
            delay_s = min(5, 2**member.attempts) * (0.5 + random.random())
            member.attempts += 1
            heapq.heappush(self._due, (time.monotonic_ns() + int(delay_s * 1e9), member.number))

    # ---- listening

    def step(self, seconds: float) -> None:
        """Take in what comes; waits for it at most that long."""
        now_ns = time.monotonic_ns()
        while self._due and self._due[0][0] <= now_ns:
            self._dial(self.members[heapq.heappop(self._due)[1]])
        while self._beats and self._beats[0][0] <= now_ns:
            at_ns, number = self._beats.popleft()
            if self.members[number].state == READY:
                self.members[number].socket.send(BEAT)
                self._beats.append((at_ns + self._beat_ns, number))
        for fd, _ in self._epoll.poll(seconds, 256):
            member = self._by_fd[fd]
            if member.state == DIALLING:
                self._dialled(member)
                continue
            try:
                data = member.socket.recv(65536)
            except OSError:
                data = b""
            now_ns = time.monotonic_ns()
            if not data:
                self._lost(member, "closed")
                continue
            self.octets += len(data)
            self._take(member, member.rest + data if member.rest else data, now_ns)

    def _take(self, member: Member, data: bytes, now_ns: int) -> None:
        place = 0
        if member.state == UPGRADING:
            place = data.find(b"\r\n\r\n") + 4
            if place < 4:
                member.rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                self._lost(member, data[:40].decode(errors="replace"))
                return
            member.state = JOINING
            if self._bare:
                self._is_ready(member, now_ns)
        while place + 2 <= len(data):
            size, start = data[place + 1] & 0x7F, place + 2
            if size == 126:
                size, start = int.from_bytes(data[start : start + 2], "big"), start + 2
            if start + size > len(data):
                break
            if data[place] == 0x81:
                self._frame(member, data[start : start + size], now_ns)
            else:
                self.errors[f"frame {data[place]:#x}"] += 1
            place = start + size
        member.rest = data[place:]

    def _frame(self, member: Member, payload: bytes, now_ns: int) -> None:
        if payload.startswith(self._event):
            self.frames["event"] += 1
            if not member.hit_ns:
                member.hit_ns = now_ns
                self._hits += 1
        elif payload == PING:
            self.frames["ping"] += 1
            member.socket.send(frame(PONG))
        elif member.state == JOINING and payload.startswith(b"0{"):
            member.socket.send(member.hello)
        elif member.state == JOINING and payload.startswith(b"40"):
            self._is_ready(member, now_ns)
        else:
            self.frames[payload[:21].decode(errors="replace")] += 1

    def listen(self, seconds: float) -> None:
        """Take in what comes for that long."""
        until_s = time.monotonic() + seconds
        while (rest_s := until_s - time.monotonic()) > 0:
            self.step(min(rest_s, 0.05))

    def beat(self, every_s: float) -> None:
        """From now on each screen asks for the clock that often, spread evenly."""
        self._beat_ns = int(every_s * 1e9)
        now_ns, step_ns = time.monotonic_ns(), self._beat_ns // len(self.members)
        self._beats = deque(
            (now_ns + step_ns * (1 + place), member.number) for place, member in enumerate(self.members)
        )

    def forget(self) -> None:
        """Count from here on."""
        self._hits = self.octets = 0
        self.frames.clear()
        for member in self.members:
            member.hit_ns = 0

    # ---- a press

    def press(self, request: bytes, within_s: float = 30) -> tuple[list[float], Any]:
        """Send the request; ms until each screen had an event, sorted, and the JSON of the answer.

        A bare crowd sends it as a message of its first member and has no answer. Who got nothing is not in the list.
        """
        self.forget()
        click = None if self._bare else socket.create_connection(("127.0.0.1", self._port))
        pressed_ns = time.monotonic_ns()
        (click or self.members[0].socket).send(request)
        until_ns = pressed_ns + int(within_s * 1e9)
        while self._hits < len(self.members) and time.monotonic_ns() < until_ns:
            self.step(0.05)
        answer = None
        if click is not None:
            with click:
                answer = body_of(b"".join(iter(lambda: click.recv(65536), b"")))
        return sorted((member.hit_ns - pressed_ns) / 1e6 for member in self.members if member.hit_ns), answer

    def close(self) -> None:
        for member in self.members:
            if member.state != GONE:
                member.socket.close()
        self._epoll.close()


def auths_of(tokens: Mapping[str, str], screens: int) -> list[dict[str, str]]:
    """What so many screens sign in with: each room in turn, the last screen with nothing."""
    given = list(tokens.values())
    return [{"token": given[number % len(given)]} for number in range(screens - 1)] + [{}]
