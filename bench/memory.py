"""How much memory does a connected screen cost the server?

    .venv/bin/python -m bench.memory
    .venv/bin/python -m bench.memory --screens 1000 2500 5000 10000 --json memory.json

Starts giaoban anew for each number of screens, connects some first so that everything is loaded, then all the others,
and divides the growth of its resident memory by their number. Deflate is offered as browsers do. Also says how fast
they came and the processor time of each. Exit status 1 above 65 KiB.
"""

import statistics
from collections.abc import Sequence

from bench.crowd import Crowd, auths_of
from bench.rounds import Figure, arguments, measure
from bench.servers import serve_demo

MOST_KIB = 65
FIRST = 20  # screens that come before anything is measured
SETTLING_S = 1.5


def main() -> None:
    measure(arguments(__doc__, [1_000, 10_000]).parse_args(), one_round, good)


def good(screens: int, figures: Sequence[Figure]) -> bool:
    median = statistics.median(figure["kib_a_screen"] for figure in figures)
    print(f"{screens} screens: {median:.1f} KiB each, median of {len(figures)} rounds (good: {MOST_KIB})")
    return median <= MOST_KIB


def one_round(screens: int) -> list[Figure]:
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
    return [
        {
            "kib_a_screen": round(grown_kib / screens, 2),
            "connects_a_second": round(screens / took_s),
            "cpu_ms_a_connect": round(1000 * cpu_s / screens, 3),
            "errors": dict(crowd.errors),
        }
    ]


if __name__ == "__main__":
    main()
