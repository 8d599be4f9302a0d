"""What the paper fallback costs: an MC's presses alone, and while papers are made one after the other without a pause.

    .venv/bin/python -m bench.papers

Pages of the running order and of all rooms, each made anew because the press before has changed it. Server on one core,
presses from the other, on a connection that is kept. Prints a line a round with the time of a paper, and the median of
the rounds' ratios of the median press; exit status 1 when that is above --most.
"""

import argparse
import statistics
import sys
import threading
import time

from bench.commands import WARM_UP, asked
from bench.load import Line
from bench.screens import http_request, round_trip
from bench.servers import Demo, pin_this_process, serve_demo
from bench.throughput import UNHURRIED, at, press

PAUSE_S = 0.05  # between presses: far more than any MC, and papers get their turn


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--presses", type=int, default=200, help="a round, each way")
    arguments.add_argument("--most", type=float, default=2, help="the ratio that is still good")
    given = arguments.parse_args()
    pin_this_process()
    ratios = []
    for number in range(1, given.rounds + 1):
        with serve_demo(**UNHURRIED) as demo:
            line = Line(demo.server.port)
            pressed(demo, line, range(WARM_UP))
            before_mib = demo.server.resident_kib() / 1024
            alone_ms = pressed(demo, line, range(WARM_UP, WARM_UP + given.presses))
            with Papers(demo) as papers:
                beside_ms = pressed(demo, line, range(WARM_UP + given.presses, WARM_UP + 2 * given.presses))
            after_mib = demo.server.resident_kib() / 1024
        ratios.append(statistics.median(beside_ms) / statistics.median(alone_ms))
        print(
            f"round {number}: a press alone {statistics.median(alone_ms):.2f} ms (median) {at(0.99, alone_ms):.2f} ms"
            f" (99 %), beside papers {statistics.median(beside_ms):.2f} ms {at(0.99, beside_ms):.2f} ms, ratio"
            f" {ratios[-1]:.2f}; {len(papers.took_ms)} papers, {statistics.median(papers.took_ms):.0f} ms each;"
            f" memory {before_mib:.0f} MiB, then {after_mib:.0f} MiB",
            flush=True,
        )
    ratio = statistics.median(ratios)
    print(f"ratio, median of {len(ratios)} rounds: {ratio:.2f} (at most {given.most:g} is good)")
    sys.exit(ratio > given.most)


def pressed(demo: Demo, line: Line, versions: range) -> list[float]:
    """ms of each press from those versions on."""
    took_ms = []
    for version in versions:
        took_ms.append(asked(line, press(demo, version)))
        time.sleep(PAUSE_S)
    return took_ms


class Papers:
    """Somebody who asks for the paper again as soon as it has come, until the block ends."""

    def __init__(self, demo: Demo) -> None:
        self.took_ms: list[float] = []
        self._port = demo.server.port
        self._request = http_request("GET", "/dieu-hanh/ban-giay", None, demo.mc_token)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._ended.is_set():
            began_ns = time.monotonic_ns()
            answer = round_trip(self._port, self._request)
            if b"%PDF-" not in answer[:4096]:
                raise RuntimeError(answer[:500].decode(errors="replace"))
            self.took_ms.append((time.monotonic_ns() - began_ns) / 1e6)

    def __enter__(self) -> "Papers":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


if __name__ == "__main__":
    main()
