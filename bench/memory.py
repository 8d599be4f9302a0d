"""How much memory does a connected screen cost the server?

    .venv/bin/python -m bench.memory
    .venv/bin/python -m bench.memory --screens 1000 2500 5000 10000 --json memory.json

Starts giaoban anew for each number of screens, connects some first so that everything is loaded, then all the others,
and divides the growth of its resident memory by their number. Deflate is offered as browsers do. Also says how fast
they came and the processor time of each. Exit status 1 above 65 KiB.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

from bench.crowd import Crowd, auths_of
from bench.servers import pin_this_process, serve_demo

MOST_KIB = 65
FIRST = 20  # screens that come before anything is measured
SETTLING_S = 1.5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--screens", type=int, nargs="+", default=[1_000, 10_000])
    arguments.add_argument("--json", type=Path, help="where to write the figures, one object")
    given = arguments.parse_args()
    pin_this_process()
    figures, bad = [], False
    for screens in given.screens:
        for number in range(1, given.rounds + 1):
            figures.append({"screens": screens, "round": number, **one_round(screens)})
            print(json.dumps(figures[-1]), flush=True)
        median = statistics.median(figure["kib_a_screen"] for figure in figures if figure["screens"] == screens)
        print(f"{screens} screens: {median:.1f} KiB each, median of {given.rounds} rounds (good: {MOST_KIB})")
        bad = bad or median > MOST_KIB
    if given.json:
        given.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n")
    sys.exit(bad)


def one_round(screens: int) -> dict[str, Any]:
    with serve_demo() as demo:
        first = Crowd(demo.server.port, auths_of(demo.room_tokens, FIRST))
        first.connect()
        first.listen(SETTLING_S)
        before_kib, before_s = demo.server.resident_kib(), demo.server.cpu_s()
        crowd = Crowd(demo.server.port, auths_of(demo.room_tokens, screens))
        took_s = crowd.connect()
        cpu_s = demo.server.cpu_s() - before_s
        crowd.listen(SETTLING_S)
        grown_kib = demo.server.resident_kib() - before_kib
        crowd.close()
        first.close()
    return {
        "kib_a_screen": round(grown_kib / screens, 2),
        "connects_a_second": round(screens / took_s),
        "cpu_ms_a_connect": round(1000 * cpu_s / screens, 3),
        "errors": dict(crowd.errors),
    }


if __name__ == "__main__":
    main()
