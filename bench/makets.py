"""What all makets cost: an MC's presses alone, and beside ZIPs of them made without a pause, in a thread or a process.

    .venv/bin/python -m bench.makets

The ways take turns within each round, so that what else the machine does meets both. The server and whatever it starts
have one core, the worst there is; presses come from the other, on a connection that is kept. Prints a line a way and
round: how long a press takes, how long a ZIP of PDFs, what memory the server holds then, and what its process at most.
Exit status 1 when a press beside the process takes more than --most times a press alone (medians), or a ZIP more than a
minute.
"""

import argparse
import statistics
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commands import WARM_UP
from bench.load import Line
from bench.papers import pressed
from bench.screens import body_of, http_request, round_trip
from bench.servers import Demo, pin_this_process, serve_demo
from bench.throughput import UNHURRIED, at

WAYS = ("thread", "process")
LONGEST_S = 60
LOOK_EVERY_S = 0.05


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--presses", type=int, default=150, help="a round, each way")
    arguments.add_argument("--most", type=float, default=2, help="the ratio that is still good")
    given = arguments.parse_args()
    pin_this_process()
    ratios: dict[str, list[float]] = {way: [] for way in WAYS}
    took_s: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(1, given.rounds + 1):
        for way in WAYS:
            with TemporaryDirectory() as folder:
                ratio, took = one_round(way, folder, given.presses, number)
            ratios[way].append(ratio)
            took_s[way] += took
    for way in WAYS:
        print(
            f"{way}: ratio of the medians {statistics.median(ratios[way]):.2f}, a ZIP"
            f" {statistics.median(took_s[way]):.1f} s (median of {len(took_s[way])})"
        )
    print(f"at most {given.most:g} and {LONGEST_S} s are good for the process")
    sys.exit(statistics.median(ratios["process"]) > given.most or max(took_s["process"]) > LONGEST_S)


def one_round(way: str, folder: str, presses: int, number: int) -> tuple[float, list[float]]:
    """The ratio of the median press beside makets and alone, and the seconds of each ZIP."""
    with serve_demo(target="bench.maket_ways:app", MAKET_FOLDER=folder, **UNHURRIED) as demo:
        line = Line(demo.server.port)
        pressed(demo, line, range(WARM_UP))
        before_mib = demo.server.resident_kib() / 1024
        alone_ms = pressed(demo, line, range(WARM_UP, WARM_UP + presses))
        with Zips(demo, way) as zips:
            beside_ms = pressed(demo, line, range(WARM_UP + presses, WARM_UP + 2 * presses))
        after_mib = demo.server.resident_kib() / 1024
    ratio = statistics.median(beside_ms) / statistics.median(alone_ms)
    print(
        f"round {number}, {way}: a press alone {statistics.median(alone_ms):.2f} ms (median)"
        f" {at(0.99, alone_ms):.2f} ms (99 %), beside {statistics.median(beside_ms):.2f} ms"
        f" {at(0.99, beside_ms):.2f} ms, ratio {ratio:.2f};"
        f" {len(zips.took_s)} ZIPs of {zips.rooms}, {statistics.median(zips.took_s):.1f} s each; server"
        f" {before_mib:.0f} MiB, then {after_mib:.0f} MiB, its process at most {zips.most_mib:.0f} MiB",
        flush=True,
    )
    return ratio, zips.took_s


class Zips:
    """Somebody who has the next ZIP made as soon as one is there, until the block ends, and who looks at processes."""

    def __init__(self, demo: Demo, way: str) -> None:
        self.took_s: list[float] = []
        self.rooms = 0
        self.most_mib = 0.0
        self._demo = demo
        self._request = http_request("GET", f"/bench/{way}", None)
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask), threading.Thread(target=self._look)]

    def _ask(self) -> None:
        while not self._ended.is_set():
            answer = body_of(round_trip(self._demo.server.port, self._request, LONGEST_S * 2))
            self.took_s.append(answer["took_s"])
            self.rooms = answer["rooms"]

    def _look(self) -> None:
        worker = self._demo.server.pids()[-1]
        while not self._ended.wait(LOOK_EVERY_S):
            for task in Path(f"/proc/{worker}/task").iterdir():
                for pid in _read(task / "children").split():
                    if "maket_worker" not in _read(Path(f"/proc/{pid}/cmdline")):
                        continue
                    status = dict(line.split(":", 1) for line in _read(Path(f"/proc/{pid}/status")).splitlines())
                    self.most_mib = max(self.most_mib, int(status.get("VmHWM", "0 kB").split()[0]) / 1024)

    def __enter__(self) -> "Zips":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


if __name__ == "__main__":
    main()
