"""What screens cost while nothing happens: traffic and processor time.

    .venv/bin/python -m bench.idle
    .venv/bin/python -m bench.idle --screens 212 500 1000 2000 --json idle.json

Connects the screens, lets them settle and listens for a minute, first with screens that only answer pings, so that what
the server sends by itself is seen, then with screens that ask for the clock every 20 s, as real ones do (projector and
console every 2 s). Traffic is what the screens receive of TCP's payload, frames and all. Exit status 1 when anything
but pings and answers was sent, or a screen got more than 20 B/s, or 1,000 screens took more than 3 % of a core.
"""

import statistics
from collections.abc import Sequence

from bench.crowd import Crowd, auths_of
from bench.rounds import Figure, arguments, measure
from bench.servers import serve_demo

SETTLING_S = 3
BEAT_S = 20
MOST_BYTES = 20  # a screen and second
MOST_PERCENT = 3  # of a core, for 1,000 screens
ANSWER = '43/live,7[{"ok":true,'


def main() -> None:
    parser = arguments(__doc__, [1_000])
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    measure(given, lambda screens: one_round(screens, given.seconds), good)


def good(screens: int, figures: Sequence[Figure]) -> bool:
    fine = all(set(figure["frames"]) <= {"ping", "answer"} for figure in figures)
    for asking in (False, True):
        own = [figure for figure in figures if figure["asking"] is asking]
        octets = statistics.median(figure["bytes_a_screen_s"] for figure in own)
        percent = statistics.median(figure["cpu_percent"] for figure in own)
        most = MOST_PERCENT * max(screens, 1_000) / 1_000
        what = "asking for the clock" if asking else "answering pings only"
        print(f"{screens} screens, {what}: {octets:.2f} B/s each, {percent:.2f} % of a core (good: {most:g} %)")
        fine = fine and octets <= MOST_BYTES and percent <= most
    return fine


def one_round(screens: int, seconds: float) -> list[Figure]:
    """Both measurements on one server."""
    figures = []
    with serve_demo() as demo:
        crowd = Crowd(demo.server.port, auths_of(demo.room_tokens, screens))
        crowd.connect()
        crowd.listen(SETTLING_S)
        for asking in (False, True):
            if asking:
                crowd.beat(BEAT_S)
            crowd.forget()
            before_s = demo.server.cpu_s()
            crowd.listen(seconds)
            cpu_s = demo.server.cpu_s() - before_s
            frames = {"answer" if kind == ANSWER else kind: count for kind, count in crowd.frames.items()}
            figures.append(
                {
                    "asking": asking,
                    "bytes_a_screen_s": round(crowd.octets / screens / seconds, 3),
                    "cpu_percent": round(100 * cpu_s / seconds, 2),
                    "frames": frames,
                }
            )
        crowd.close()
    return figures


if __name__ == "__main__":
    main()
