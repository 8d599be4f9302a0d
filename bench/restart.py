"""The server is killed and started again: how long until every screen is back?

    .venv/bin/python -m bench.restart
    .venv/bin/python -m bench.restart --screens 1000 2500 5000 10000 --json restart.json

Connects the screens, sends SIGKILL to the server and starts it anew at once, on the same port and database. A screen
comes back with the delays of the browser client: 1 s, doubled up to 5 s, each ± 50 %. Counted from the kill, so that
the server's own start (some 2 s) is in it. Exit status 1 when all are not back within 2 s a thousand (10 s for 5,000),
or half of them within 60 % of that.
"""

import statistics
import threading
import time
from collections.abc import Sequence

from bench.crowd import READY, Crowd, auths_of
from bench.rounds import Figure, arguments, measure
from bench.servers import serve_demo

SETTLING_S = 1.5
LONGEST_S = 90


def main() -> None:
    measure(arguments(__doc__, [5_000, 10_000]).parse_args(), one_round, good)


def good(screens: int, figures: Sequence[Figure]) -> bool:
    half_s, all_s = (statistics.median(figure[name] for figure in figures) for name in ("half_back_s", "all_back_s"))
    most_s = max(10, screens / 500)
    print(f"{screens} screens: half back after {half_s:.1f} s, all after {all_s:.1f} s (good: {most_s:g} s)")
    return all_s <= most_s and half_s <= 0.6 * most_s


def one_round(screens: int) -> list[Figure]:
    with serve_demo() as demo:
        crowd = Crowd(demo.server.port, auths_of(demo.room_tokens, screens))
        crowd.connect()
        crowd.listen(SETTLING_S)
        crowd.errors.clear()
        crowd.comes_back = True
        killed_ns = time.monotonic_ns()
        restart = threading.Thread(target=demo.process.again)
        restart.start()
        crowd.listen(0.5)  # by then every connection is seen to have ended
        while crowd.ready < screens and time.monotonic_ns() < killed_ns + LONGEST_S * 1_000_000_000:
            crowd.step(0.05)
        restart.join()
        back_s = sorted((member.ready_ns - killed_ns) / 1e9 for member in crowd.members if member.state == READY)
        cpu_s = demo.server.cpu_s()
        crowd.comes_back = False
        crowd.close()
    return [
        {
            "back": len(back_s),
            "first_back_s": round(back_s[0], 2),
            "half_back_s": round(back_s[len(back_s) // 2], 2),
            "p99_back_s": round(back_s[int(0.99 * (len(back_s) - 1))], 2),
            "all_back_s": round(back_s[-1], 2) if len(back_s) == screens else float("inf"),
            "server_cpu_s": round(cpu_s, 2),
            "errors": dict(crowd.errors),
        }
    ]


if __name__ == "__main__":
    main()
