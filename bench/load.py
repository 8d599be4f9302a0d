"""Rooms that check in without a pause: one loop, a kept connection each, so cheap that the server is what is timed.

A request is put together from prepared bytes; of an answer only the status line and its length are read.
"""

import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from bench.screens import Fleet

LENGTH = b"content-length:"
GIVE_UP_S = 10


class Line:
    """A keep-alive connection on which one request at a time is under way; `sent_ns` of the last one."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_ns = 0
        self._rest = b""

    def send(self, request: bytes) -> None:
        self.sent_ns = time.monotonic_ns()
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """The whole answer once all of it is here. Raises RuntimeError when the server hangs up."""
        data = self.socket.recv(65536)
        if not data:
            raise RuntimeError("the server closed a connection that was to be kept")
        self._rest += data
        end = self._rest.find(b"\r\n\r\n")
        if end < 0:
            return None
        place = self._rest[:end].lower().index(LENGTH) + len(LENGTH)
        size = end + 4 + int(self._rest[place : self._rest.find(b"\r", place)])
        if len(self._rest) < size:
            return None
        answer, self._rest = self._rest[:size], self._rest[size:]
        return answer


class Room(Line):
    """A room that sends one check-in after the other, each with an id of its own."""

    def __init__(self, port: int, path: str, code: str, token: str) -> None:
        super().__init__(port)
        self._prefix = uuid4().hex
        self._number = 0
        length = len(self._body(0, 0))
        self._head = (
            f"PUT {path}/endpoints/{code}/check-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}"
            f"\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        ).encode()

    @property
    def check_in_id(self) -> str:
        """The id of the last one sent."""
        return self._id(self._number)

    def check_in(self) -> None:
        self._number += 1
        self.send(self._head + self._body(self._number, time.time_ns() // 1_000_000))

    def _id(self, number: int) -> str:
        known = self._prefix
        return f"{known[:8]}-{known[8:12]}-4{known[13:16]}-8{known[17:20]}-{number:012x}"

    def _body(self, number: int, now_ms: int) -> bytes:
        return (
            f'{{"check_in_id":"{self._id(number)}","status":"present","headcount":5,"happened_at_ms":{now_ms:013d}}}'
        ).encode()


@dataclass(slots=True)
class Run:
    """What happened: ids that were acknowledged, ms that each took, refusals, and how long it all took (s)."""

    acknowledged: list[str] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    errors: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Acknowledged check-ins a second."""
        return len(self.acknowledged) / self.seconds

    def waited_ms(self, share: float) -> float:
        """What that share of them (0 to 1) took at most."""
        return sorted(self.waits_ms)[min(len(self.waits_ms) - 1, int(share * len(self.waits_ms)))]


class Presses:
    """An MC who presses once a second, and when each press reached the screens of `fleet`."""

    def __init__(self, fleet: Fleet, line: Line, requests: Sequence[bytes]) -> None:
        self.fleet = fleet
        self.line = line
        self.receipts_ms: list[float] = []  # of every press at every screen
        self.lasts_ms: list[float] = []  # of every press at its last screen
        self.missing = 0
        self._requests = iter(requests)
        self._due_s = time.monotonic()

    def tick(self) -> None:
        """Press when a second has passed since the last press and every screen has it, after taking down how it went.

        A screen that does not have it after `GIVE_UP_S` is missing.
        """
        now_s = time.monotonic()
        if now_s < self._due_s or (now_s < self._due_s + GIVE_UP_S and not self._everywhere()):
            return
        self.take_down()
        self._due_s = time.monotonic() + 1
        self.line.send(next(self._requests))

    def settle(self) -> None:
        """Wait for the last press to be everywhere, and take it down."""
        give_up_s = time.monotonic() + GIVE_UP_S
        while not self._everywhere() and time.monotonic() < give_up_s:
            self.fleet.read(0.1)
        self.take_down()

    def _everywhere(self) -> bool:
        return not self.line.sent_ns or all(screen.event_at_ns() for screen in self.fleet.screens)

    def take_down(self) -> None:
        """Note the receipts of the last press."""
        if self.line.sent_ns:
            arrived = [at_ns for screen in self.fleet.screens if (at_ns := screen.event_at_ns())]
            receipts_ms = [(at_ns - self.line.sent_ns) / 1e6 for at_ns in arrived]
            self.receipts_ms += receipts_ms
            self.lasts_ms.append(max(receipts_ms, default=0.0))
            self.missing += len(self.fleet.screens) - len(arrived)
        self.fleet.forget()
        self.line.sent_ns = 0


def run(
    rooms: Sequence[Room], seconds: float, *, most: int | None = None, rate: float = 0, presses: Presses | None = None
) -> Run:
    """Let all rooms check in for that long, or `most` times altogether; each sends the next when it is answered.

    `rate` holds them to so many a second together; 0: as fast as they are answered. No rooms: only the presses.
    """
    told = Run()
    epoll = select.epoll()
    by_fd = {room.socket.fileno(): room for room in rooms}
    for fd in by_fd:
        epoll.register(fd, select.EPOLLIN)
    if presses is not None:
        epoll.register(presses.fleet.fileno(), select.EPOLLIN)
        epoll.register(presses.line.socket.fileno(), select.EPOLLIN)
    begun_s = time.monotonic()
    until_s = begun_s + seconds
    idle = deque(rooms)
    under_way = sent = 0
    while (now_s := time.monotonic()) < until_s or under_way:
        allowed = len(idle) if not rate else max(0, min(len(idle), int((now_s - begun_s) * rate) - sent))
        if most is not None:
            allowed = min(allowed, most - sent)
        for _ in range(allowed if now_s < until_s else 0):
            idle.popleft().check_in()
            sent, under_way = sent + 1, under_way + 1
        if most is not None and sent == most and not under_way:
            break
        if presses is not None and now_s < until_s:
            presses.tick()
        for fd, _ in epoll.poll(0.002 if rate else 0.05, 32):  # few at a time: a receipt must not wait to be noticed
            if fd in by_fd:
                room = by_fd[fd]
                if (answer := room.answer()) is None:
                    continue
                told.waits_ms.append((time.monotonic_ns() - room.sent_ns) / 1e6)
                if answer.startswith(b"HTTP/1.1 200"):
                    told.acknowledged.append(room.check_in_id)
                else:
                    told.errors.append(answer)
                idle.append(room)
                under_way -= 1
            elif presses is not None and fd == presses.fleet.fileno():
                presses.fleet.read(0)
            elif presses is not None and (answer := presses.line.answer()) is not None and b" 200 " not in answer[:16]:
                told.errors.append(answer)
    told.seconds = time.monotonic() - begun_s
    if presses is not None:
        presses.settle()
    epoll.close()
    return told
