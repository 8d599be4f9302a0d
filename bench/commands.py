"""Command → stored and answered, an MC alone, beside a bare Flask application that commits one row.

    .venv/bin/python -m bench.commands

Both run side by side and are asked in turn over connections that are kept; no screen is on the line. Prints a line a
round, and the median of the rounds' ratios of the 99th percentiles; exit status 1 when that is above --most.
"""

import argparse
import statistics
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import Line
from bench.screens import body_of, http_request
from bench.servers import Server, pin_this_process, serve, serve_demo
from bench.throughput import UNHURRIED, at, press

WARM_UP = 40


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--commands", type=int, default=400, help="a round")
    arguments.add_argument("--most", type=float, default=4, help="the ratio that is still good")
    given = arguments.parse_args()
    pin_this_process()
    ratios = []
    for number in range(1, given.rounds + 1):
        ours_ms, bare_ms = one_round(given.commands)
        ratios.append(at(0.99, ours_ms) / at(0.99, bare_ms))
        print(
            f"round {number}: giaoban {statistics.median(ours_ms):.2f} ms (median) {at(0.99, ours_ms):.2f} ms (99 %),"
            f" bare {statistics.median(bare_ms):.2f} ms {at(0.99, bare_ms):.2f} ms, ratio of the 99 % {ratios[-1]:.2f}",
            flush=True,
        )
    ratio = statistics.median(ratios)
    print(f"ratio, median of {len(ratios)} rounds: {ratio:.2f} (at most {given.most:g} is good)")
    sys.exit(ratio > given.most)


def one_round(commands: int) -> tuple[list[float], list[float]]:
    """ms of each command at giaoban, and of each row at the bare application."""
    ours_ms: list[float] = []
    bare_ms: list[float] = []
    with TemporaryDirectory() as folder, serve_demo(**UNHURRIED) as demo, serve_bare(Path(folder)) as bare:
        ours, other = Line(demo.server.port), Line(bare.port)
        row = kept(http_request("POST", "/row", {"text": "x" * 300}))
        for version in range(WARM_UP + commands):
            took_ms = asked(ours, press(demo, version)), asked(other, row)
            if version >= WARM_UP:
                ours_ms.append(took_ms[0])
                bare_ms.append(took_ms[1])
    return ours_ms, bare_ms


def serve_bare(folder: Path) -> AbstractContextManager[Server]:
    return serve("bench.bare_commit:app", {"BENCH_DATABASE": str(folder / "bare.sqlite3")})


def asked(line: Line, request: bytes) -> float:
    """ms until the whole answer was there. Raises RuntimeError for a refusal."""
    line.send(request)
    while (answer := line.answer()) is None:
        pass
    took_ms = (time.monotonic_ns() - line.sent_ns) / 1e6
    body_of(answer)
    return took_ms


def kept(request: bytes) -> bytes:
    """The same request on a connection that stays open."""
    return request.replace(b"Connection: close", b"Connection: keep-alive")


if __name__ == "__main__":
    main()
