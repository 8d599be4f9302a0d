"""What goes over the wire while nothing happens: nothing but pings.

    .venv/bin/python -m bench.idle

Connects all screens, lets them settle, listens, and counts frames by what they are. A real screen also asks for the
clock, every 20 s (projector and console every 2 s); these do not, so that only what the server sends by itself is seen.
Exit status 1 when that is anything but pings.
"""

import argparse
import sys
from collections import Counter

from bench.screens import PING, Fleet
from bench.servers import pin_this_process, serve_demo

SETTLING_S = 3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=60)
    given = arguments.parse_args()
    pin_this_process()
    with serve_demo() as demo:
        auths = [{"token": token} for token in demo.room_tokens.values()] + [{}]
        fleet = Fleet(demo.server.port, auths)
        fleet.listen(SETTLING_S)
        fleet.forget()
        before_s = demo.server.cpu_s()
        fleet.listen(given.seconds)
        cpu_s = demo.server.cpu_s() - before_s
        frames = [frame for screen in fleet.screens for _, frame in screen.frames]
        fleet.close()
    kinds = Counter("ping" if frame == PING else frame[:40].decode(errors="replace") for frame in frames)
    size = sum(map(len, frames)) / len(auths) / given.seconds
    print(f"{len(auths)} screens, {given.seconds:g} s: {dict(kinds)}; {size:.2f} bytes of payload a screen a second;")
    print(f"server {100 * cpu_s / given.seconds:.1f} % of a core")
    sys.exit(kinds.keys() != {"ping"})


if __name__ == "__main__":
    main()
