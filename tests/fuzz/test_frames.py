"""Ten thousand malformed requests, frames and packets at a real server: each is answered with an error or dropped."""

import os
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
import requests
import socketio

from tests.fuzz import malformed
from tests.fuzz.wires import Line, acks, digest, exchange, handshaken, last_words
from tests.live_server import LiveServer
from tests.waiting import asked_until

SEED: Final = 20211126
CASES: Final = 10_000
BATCHES: Final = 20
AT_ONCE: Final = 4
# A connection that has ended leaves a task behind which sleeps until the next ping, 25 s at most: about 10 KiB.
GROWTH_MOST_KIB: Final = 16 * CASES
POLLING: Final = "/socket.io/?EIO=4&transport=polling"


class Attacker:
    """Sends case after case; each of its methods is one level of the protocols."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.line = Line(port)
        self.levels = (self.http, self.websocket, self.engine, self.polling, self.socket)

    def send(self, number: int) -> None:
        self.levels[number % len(self.levels)](random.Random(f"{SEED}:{number}"))

    def http(self, rng: random.Random) -> None:
        said = exchange(self.port, rng.choice(malformed.HTTP)(rng))
        for status in re.findall(rb"^HTTP/1\.[01] (\d{3} )", said, re.MULTILINE):
            assert not status.startswith(b"5"), said[:500]

    def websocket(self, rng: random.Random) -> None:
        with handshaken(self.port) as line:
            line.sendall(rng.choice(malformed.WEBSOCKET)(rng))
            last_words(line)

    def engine(self, rng: random.Random) -> None:
        self._answered(self.line.send(malformed.text(malformed.engine_packet(rng))))

    def socket(self, rng: random.Random) -> None:
        self._answered(self.line.send(malformed.text("4" + malformed.socket_packet(rng))))

    def polling(self, rng: random.Random) -> None:
        opened = exchange(self.port, malformed.request(f"GET {POLLING} HTTP/1.1"))
        sid = re.search(rb'"sid":"([^"]+)"', opened)
        assert sid is not None, opened
        body = malformed.engine_payload(rng)
        head = f"POST {POLLING}&sid={sid[1].decode()} HTTP/1.1"
        said = exchange(self.port, malformed.request(head, f"Content-Length: {len(body)}", body=body))
        assert re.match(rb"HTTP/1\.1 (200|400) |$", said), said

    @staticmethod
    def _answered(frames: list[bytes]) -> None:
        for answer in acks(frames):
            assert isinstance(answer, list)
            assert isinstance(answer[0]["ok"], bool), answer
            assert answer[0]["ok"] or answer[0]["error"]["code"] != "internal_error", answer


class Healthy:
    """A screen that never comes back once it has lost the line; `transports` None begins polling and changes over."""

    def __init__(self, url: str, transports: list[str] | None) -> None:
        self.client = socketio.Client(reconnection=False, request_timeout=90)
        self._versions: list[int] = []
        self.client.on("order_snapshot", lambda order: self._versions.append(order["version"]), namespace="/live")
        self.client.connect(url, namespaces=["/live"], transports=transports, wait_timeout=90)

    def versions_seen(self, last: int) -> list[int]:
        """The versions of all snapshots that it got, once the server has answered its question."""
        assert self.client.connected
        self.client.call("sync_clock", {"sent_at_ms": 0, "seen_version": last}, namespace="/live", timeout=30)
        return self._versions


def resident_kib(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])  # type: ignore[index]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Transfer-Encoding: xchunked", 400),
        ("SCRIPT_NAME: /elsewhere", 200),
        ("Content-Length: 1x", 400),
        ("X: " + "a" * 70_000, 431),
    ],
    ids=lambda value: str(value)[:20],
)
def test_wrong_headers_are_the_clients_fault(watched: tuple[LiveServer, Path], header: str, status: int) -> None:
    server, errors = watched
    said = exchange(server.port, malformed.request("GET /healthz HTTP/1.1", header))
    assert said.startswith(f"HTTP/1.1 {status} ".encode()), said
    assert "Traceback" not in errors.read_text()


@pytest.mark.timeout(600)
def test_ten_thousand_malformed_frames_disturb_nobody(watched: tuple[LiveServer, Path]) -> None:
    server, errors = watched
    healthy = [Healthy(server.url, transports) for transports in (["websocket"], ["polling"], None)]
    pids = server.pids()
    files = open_sockets(pids[1])
    attackers = [Attacker(server.port) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        memory_kib = 0
        for batch in range(BATCHES):
            before = digest(server.database)
            numbers = range(batch * CASES // BATCHES, (batch + 1) * CASES // BATCHES)
            work = [pool.submit(one, attackers[at], numbers[at::AT_ONCE]) for at in range(AT_ONCE)]
            for done in work:
                done.result()
            assert digest(server.database) == before
            server.command("set_message", {"text": f"Đợt {batch + 1}", "to": "all"})
            if batch == 0:  # by then everything is loaded
                memory_kib = resident_kib(pids[1])
    for attacker in attackers:
        attacker.line.close()

    assert requests.get(server.url + "/readyz", timeout=30).status_code == 200
    assert server.pids() == pids
    for screen in healthy:
        assert screen.versions_seen(BATCHES) == list(range(BATCHES + 1))
    most = files + len(healthy)  # a polling screen opens connections as it likes
    asked_until(
        lambda: sockets(server) == len(healthy) and open_sockets(pids[1]) <= most, "the server notices who has gone"
    )
    for screen in healthy:
        screen.client.disconnect()
    said = errors.read_text()
    assert "Traceback" not in said, said[:5_000]
    assert resident_kib(pids[1]) - memory_kib < GROWTH_MOST_KIB


def open_sockets(pid: int) -> int:
    """Files are not asked about: how many connections SQLite's pool keeps depends on how many were busy at once."""
    found = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        with suppress(FileNotFoundError):  # closed meanwhile
            found += os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:")
    return found


def sockets(server: LiveServer) -> float:
    """How many screens the server takes to be on the line."""
    figures = requests.get(server.url + "/metrics", timeout=30, headers={"Connection": "close"}).text
    return sum(map(float, re.findall(r"^giaoban_screens\{.*\} (\S+)", figures, re.MULTILINE)))


def one(attacker: Attacker, numbers: range) -> None:
    for number in numbers:
        attacker.send(number)
