"""Click in the console → the last of 212 screens has the new state, beside a bare Flask-SocketIO application.

    .venv/bin/python -m bench.fan_out

Each round starts both servers anew, connects the screens to both and presses in turn: giaoban gets the command `next`
over HTTP, the bare application then emits the very snapshot that giaoban sent. Prints a line a round and the ratio of
the medians of the last receipts; exit status 1 when it is above --most.
"""

import argparse
import socket
import statistics
import sys
import uuid
from dataclasses import dataclass

from bench.screens import Fleet, body_of, http_request
from bench.servers import Demo, Server, pin_this_process, serve, serve_demo

WARM_UPS = 2  # of the 23 items of the demo
PRESSES = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the presses of a round, ms: first and last receipt, and processor time of the server."""

    first_ms: float
    last_ms: float
    cpu_ms: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--screens", type=int, default=212)
    arguments.add_argument("--most", type=float, default=1.3, help="the ratio that is still good")
    given = arguments.parse_args()
    pinned = pin_this_process()
    print(f"{given.screens} screens, {PRESSES} presses a round, server and screens on cores of their own: {pinned}")
    ratios = []
    for number in range(1, given.rounds + 1):
        ours, bare = one_round(given.screens)
        ratios.append(ours.last_ms / bare.last_ms)
        print(
            f"round {number}: giaoban first {ours.first_ms:.1f} last {ours.last_ms:.1f} ms (cpu {ours.cpu_ms:.0f} ms),"
            f" bare first {bare.first_ms:.1f} last {bare.last_ms:.1f} ms (cpu {bare.cpu_ms:.0f} ms),"
            f" ratio {ratios[-1]:.2f}",
            flush=True,
        )
    ratio = statistics.median(ratios)
    print(f"ratio of the last receipts, median of {len(ratios)} rounds: {ratio:.2f} (at most {given.most} is good)")
    sys.exit(ratio > given.most)


def one_round(screens: int) -> tuple[Figures, Figures]:
    """giaoban's figures and the bare application's."""
    with serve_demo() as demo, serve("bench.bare:app", {}) as bare:
        tokens = list(demo.room_tokens.values())
        auths = [{"token": tokens[number % len(tokens)]} for number in range(screens - 1)] + [{}]
        our_fleet, bare_fleet = Fleet(demo.server.port, auths), Fleet(bare.port, auths)
        our_lasts, bare_lasts = [], []
        for number in range(WARM_UPS + PRESSES):
            if number == WARM_UPS:
                cpu_before = demo.server.cpu_s(), bare.cpu_s()
            our_receipts, answer = our_fleet.press(press_next(demo, number), demo.server.port)
            ask(bare, http_request("PUT", "/payload", answer["snapshot"]))
            bare_receipts, _ = bare_fleet.press(http_request("POST", "/press", {}), bare.port)
            our_fleet.listen(0.05)
            bare_fleet.listen(0.05)
            if number >= WARM_UPS:
                our_lasts.append(our_receipts)
                bare_lasts.append(bare_receipts)
        cpu = demo.server.cpu_s() - cpu_before[0], bare.cpu_s() - cpu_before[1]
        our_fleet.close()
        bare_fleet.close()
    return figures(our_lasts, cpu[0]), figures(bare_lasts, cpu[1])


def figures(presses: list[list[float]], cpu_s: float) -> Figures:
    first, last = (statistics.median(press[place] for press in presses) for place in (0, -1))
    return Figures(first, last, cpu_s * 1000 / len(presses))


def press_next(demo: Demo, version: int) -> bytes:
    command = {"command_id": str(uuid.uuid4()), "expected_version": version, "name": "next", "args": {}}
    return http_request("POST", f"{demo.path}/running-order/commands", command, demo.mc_token)


def ask(server: Server, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        body_of(b"".join(iter(lambda: connection.recv(65536), b"")))


if __name__ == "__main__":
    main()
