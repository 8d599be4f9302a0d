"""Click in the console → the last of N screens has the new state, beside what the machine can do at all.

    .venv/bin/python -m bench.fan_out
    .venv/bin/python -m bench.fan_out --screens 212 1000 4000 10000 --json fan-out.json
    .venv/bin/python -m bench.fan_out --screens 212 --beside bare

Each round starts both servers anew and presses in turn: giaoban gets the command `next` over HTTP, which it stores and
syncs to disk before it tells anybody; beside it the ceiling (`bench/ceiling.py`) frames the very snapshot that giaoban
sent once and writes it to as many connections, or, with `--beside bare`, a Flask-SocketIO application emits it. Where
the screens of both are too many to be open at once, they come one after the other. A press's figures are when 99 % of
the screens and when the last had it, a round's the medians over its presses, the result the median of the rounds'
ratios. Exit status 1 when a screen missed an event or a ratio is above what is asked for.
"""

import argparse
import json
import resource
import socket
import statistics
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.crowd import Crowd, auths_of, frame
from bench.screens import EVENT, body_of, http_request
from bench.servers import Demo, Server, pin_this_process, serve, serve_ceiling, serve_demo

WARM_UPS = 2  # of the 23 items of the demo
PRESSES = 20
SETTLING_S = 1.5
MOST: Final = {212: 2.5, 1_000: 2.0, 10_000: 2.0}  # p99 / ceiling that is still good
MOST_BARE: Final = 1.3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--presses", type=int, default=PRESSES)
    arguments.add_argument("--screens", type=int, nargs="+", default=list(MOST))
    arguments.add_argument("--beside", choices=("ceiling", "bare"), default="ceiling")
    arguments.add_argument("--json", type=Path, help="where to write the figures, one object")
    given = arguments.parse_args()
    pinned = pin_this_process()
    print(f"{given.presses} presses a round, server and screens on cores of their own: {pinned}")
    figures, bad = [], False
    for screens in given.screens:
        most = MOST_BARE if given.beside == "bare" else MOST.get(screens, 2.0)
        ratios = []
        for number in range(1, given.rounds + 1):
            figure = one_round(screens, given.presses, bare=given.beside == "bare")
            figures.append({"screens": screens, "round": number, "beside": given.beside, **figure})
            ratios.append(figure["p99_ratio"])
            bad = bad or figure["missing"] > 0
            print(json.dumps(figures[-1]), flush=True)
        ratio = statistics.median(ratios)
        bad = bad or ratio > most
        print(f"{screens} screens: p99 / {given.beside}, median of {len(ratios)} rounds: {ratio:.2f} (good: {most})")
    if given.json:
        given.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n")
    sys.exit(bad)


class Ours:
    """giaoban's screens."""

    def __init__(self, demo: Demo, screens: int) -> None:
        self.server = demo.server
        self._demo = demo
        self._version = 0
        self.crowd = Crowd(demo.server.port, auths_of(demo.room_tokens, screens))

    def press(self) -> tuple[list[float], Any]:
        """Receipts (ms), and the snapshot that was sent."""
        command = {"command_id": str(uuid.uuid4()), "expected_version": self._version, "name": "next", "args": {}}
        path = f"{self._demo.path}/running-order/commands"
        self._version += 1
        receipts, answer = self.crowd.press(http_request("POST", path, command, self._demo.mc_token))
        return receipts, answer["snapshot"]


class Beside:
    """As many screens of the ceiling, or of a bare Flask-SocketIO application."""

    def __init__(self, server: Server, screens: int, *, bare: bool) -> None:
        self.server = server
        self._bare = bare
        self.crowd = Crowd(server.port, [{}] * screens, bare=not bare, offer="")  # the library would accept deflate

    def press(self, snapshot: Any) -> list[float]:
        if self._bare:
            ask(self.server, http_request("PUT", "/payload", snapshot))
            return self.crowd.press(http_request("POST", "/press", {}))[0]
        text = EVENT + json.dumps(snapshot, ensure_ascii=False, separators=(",", ":")).encode() + b"]"
        return self.crowd.press(frame(text))[0]


@contextmanager
def connected(side: Ours | Beside) -> Iterator[None]:
    side.crowd.connect()
    side.crowd.listen(SETTLING_S)
    yield
    side.crowd.close()


def one_round(screens: int, presses: int, *, bare: bool) -> dict[str, Any]:
    """Both sides' medians, ms, and their ratios."""
    ours, theirs = Press(screens), Press(screens)
    snapshots = []
    together = 2 * screens + 100 < resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with serve_demo() as demo:
        side = Ours(demo, screens)
        with serve("bench.bare:app", {}) if bare else serve_ceiling() as server:
            other = Beside(server, screens, bare=bare)
            with connected(side):
                if together:
                    with connected(other):
                        for _ in range(WARM_UPS + presses):
                            receipts, snapshot = side.press()
                            ours.add(receipts)
                            theirs.add(other.press(snapshot))
                            side.crowd.listen(0.05)
                else:
                    for _ in range(WARM_UPS + presses):
                        receipts, snapshot = side.press()
                        ours.add(receipts)
                        snapshots.append(snapshot)
                        side.crowd.listen(0.05)
            if not together:
                with connected(other):
                    for snapshot in snapshots:
                        theirs.add(other.press(snapshot))
                        other.crowd.listen(0.05)
    return {
        **{f"ours_{name}": value for name, value in ours.figures().items()},
        **{f"beside_{name}": value for name, value in theirs.figures().items()},
        "p99_ratio": round(ours.median(0.99) / theirs.median(0.99), 2),
        "last_ratio": round(ours.median(1) / theirs.median(1), 2),
        "missing": ours.missing + theirs.missing,
    }


class Press:
    """The receipts of a side's presses, without the warm-ups."""

    def __init__(self, screens: int) -> None:
        self._screens = screens
        self._presses: list[list[float]] = []
        self.missing = 0

    def add(self, receipts: list[float]) -> None:
        self.missing += self._screens - len(receipts)
        self._presses.append(receipts)

    def median(self, share: float) -> float:
        """When that share of the screens had it: the median over the presses, ms."""
        counted = self._presses[WARM_UPS:]
        return statistics.median(receipts[int(share * (len(receipts) - 1))] for receipts in counted)

    def figures(self) -> dict[str, float]:
        shares = {"first_ms": 0, "p50_ms": 0.5, "p99_ms": 0.99, "last_ms": 1}
        return {name: round(self.median(share), 2) for name, share in shares.items()}


def ask(server: Server, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        body_of(b"".join(iter(lambda: connection.recv(65536), b"")))


if __name__ == "__main__":
    main()
