"""How many readers of the press page one process answers, beside a plain page of the application.

    .venv/bin/python -m bench.press

Readers ask one after the other over connections that are kept, as fast as they are answered: the whole page, its parts
with the tag of what they have (nothing has changed: 304), the same while rooms check in, and beside them the front page
and the projector, drawn for each. Prints answers a second, the processor time of each and how long 99 % took.
Exit status 1 when the parts are not answered --least times as often as the front page.
"""

import argparse
import re
import select
import sys
import time
from collections.abc import Callable, Sequence

from bench.load import Line, Room
from bench.servers import Demo, pin_this_process, serve_demo
from bench.throughput import UNHURRIED, at

FEW, MANY = 8, 200


class Reader(Line):
    """One who asks for the same thing again and again; an answer that says "not modified" has no length."""

    def __init__(self, port: int, path: str, tag: str = "") -> None:
        super().__init__(port)
        having = f"If-None-Match: {tag}\r\n" if tag else ""
        self._request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br\r\n{having}\r\n".encode()
        self._head = b""

    def ask(self) -> None:
        self.send(self._request)

    def answer(self) -> bytes | None:
        if self._request.find(b"If-None-Match") < 0:
            return super().answer()
        self._head += self.socket.recv(65536)
        if not self._head.endswith(b"\r\n\r\n"):
            return None
        whole, self._head = self._head, b""
        return whole


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=5, help="for each of the figures")
    arguments.add_argument("--least", type=float, default=3, help="the ratio that is still good")
    given = arguments.parse_args()
    pin_this_process()
    with serve_demo(**UNHURRIED) as demo:
        tag = news_tag(demo)
        front = measured(demo, "front page", readers(demo, "/", FEW), given.seconds)
        measured(demo, "projector", readers(demo, "/man-chieu", FEW), given.seconds)
        measured(demo, "press page", readers(demo, "/bao-chi", FEW), given.seconds)
        news = measured(demo, "its parts, 304", readers(demo, "/bao-chi/moi", FEW, tag), given.seconds)
        measured(demo, f"its parts, 304, {MANY} at once", readers(demo, "/bao-chi/moi", MANY, tag), given.seconds)
        coming = Coming(demo)
        measured(demo, "press page while rooms check in", readers(demo, "/bao-chi", FEW), given.seconds, coming.tick)
        print(f"  and {coming.stored / given.seconds:.0f} check-ins a second, of 200 asked for")
    print(f"parts / front page: {news / front:.1f} (at least {given.least:g} is good)")
    sys.exit(news / front < given.least)


def readers(demo: Demo, path: str, count: int, tag: str = "") -> list[Reader]:
    return [Reader(demo.server.port, path, tag) for _ in range(count)]


def news_tag(demo: Demo) -> str:
    reader = Reader(demo.server.port, "/bao-chi/moi")
    reader.ask()
    while (answer := reader.answer()) is None:
        pass
    found = re.search(rb'ETag: ("[^"]+")', answer)
    assert found is not None, answer[:500]
    return found[1].decode()


class Coming:
    """Rooms that check in, 200 a second between them."""

    def __init__(self, demo: Demo) -> None:
        self._rooms = [Room(demo.server.port, demo.path, code, token) for code, token in demo.room_tokens.items()][:40]
        self._free = list(self._rooms)
        self._due_s = 0.0
        self.stored = 0

    def tick(self) -> None:
        now_s = time.monotonic()
        ready, _, _ = select.select([room.socket for room in self._rooms if room not in self._free], [], [], 0)
        for room in self._rooms:
            if room.socket in ready and (answer := room.answer()) is not None:
                assert b" 200 " in answer[:20], answer[:300]
                self.stored += 1
                self._free.append(room)
        self._due_s = max(self._due_s, now_s - 0.1)
        while self._free and self._due_s <= now_s:
            self._free.pop(0).check_in()
            self._due_s += 1 / 200


def measured(
    demo: Demo, name: str, asking: Sequence[Reader], seconds: float, meanwhile: Callable[[], None] = lambda: None
) -> float:
    """Print and answer how many were answered a second."""
    by_socket = {reader.socket.fileno(): reader for reader in asking}
    poll = select.poll()
    for number, reader in by_socket.items():
        poll.register(number, select.POLLIN)
        reader.ask()
    waits_ms: list[float] = []
    size, began_s, before_s = 0, time.monotonic(), demo.server.cpu_s()
    while time.monotonic() < began_s + seconds:
        meanwhile()
        for number, _ in poll.poll(20):
            reader = by_socket[number]
            if (answer := reader.answer()) is not None:
                assert b" 200 " in answer[:20] or b" 304 " in answer[:20], answer[:300]
                waits_ms.append((time.monotonic_ns() - reader.sent_ns) / 1e6)
                size = len(answer)
                reader.ask()
    took_s, used_s = time.monotonic() - began_s, demo.server.cpu_s() - before_s
    for reader in asking:
        reader.socket.close()
    print(
        f"{name}: {len(waits_ms) / took_s:.0f} answers a second of {size / 1024:.1f} KiB,"
        f" {1000 * used_s / len(waits_ms):.2f} ms of processor time each, 99 % within {at(0.99, waits_ms):.0f} ms",
        flush=True,
    )
    return len(waits_ms) / took_s


if __name__ == "__main__":
    main()
