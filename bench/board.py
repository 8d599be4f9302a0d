"""What a refresh of the roll-call board costs: the whole of it beside what has changed, at 211 and at 700 rooms.

    .venv/bin/python -m bench.board

The demo and an invented conference of 14 districts with 49 communes each; half of the rooms have checked in. Whole
board, list, and the changes of 1, 10 and 60 rooms are asked for in turn over one kept connection, as a secretary's page
asks for them. Prints bytes, processor time and ms for each, and how much lighter the change of 10 rooms is.
Exit status 1 when at 700 rooms it is not at least --least times as light in bytes.
"""

import argparse
import re
import statistics
import sys
import time
from uuid import uuid4

from bench.commands import kept
from bench.load import Line
from bench.screens import http_request
from bench.servers import Demo, pin_this_process, serve_demo
from bench.throughput import UNHURRIED
from giaoban.domain.roster import Unit
from giaoban.seed import demo as seed
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity

LARGE = "lon"
DISTRICTS, COMMUNES = 14, 49
CHANGED = (1, 10, 60)
ROUNDS = 4  # in which each way has its turn


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--times", type=int, default=100, help="each is asked for")
    arguments.add_argument("--least", type=float, default=10, help="the ratio of bytes that is still good")
    given = arguments.parse_args()
    pin_this_process()
    with serve_demo(**UNHURRIED) as demo:
        ratios = [measured(demo, slug, codes, given.times) for slug, codes in conferences(demo).items()]
    print(f"whole / change of 10, bytes at 700 rooms: {ratios[-1]:.1f} (at least {given.least:g} is good)")
    sys.exit(ratios[-1] < given.least)


def conferences(demo: Demo) -> dict[str, list[str]]:
    """Both, with half of their rooms checked in: the codes of the rooms by slug."""
    services: Services = demo.app.extensions["giaoban"]
    found = {}
    with demo.app.app_context():
        mc = services.accounts.authenticate("bench", demo.password)
        new = NewConference(LARGE, "Hội nghị lớn", services.clock.now_ms(), units())
        services.conferences.create(new, cli_identity("bench"))
        for slug in (seed.SLUG, LARGE):
            rows = services.roll_call.view(services.conferences.find(slug))["rows"]
            found[slug] = [row["code"] for row in rows]
            for code in found[slug][::2]:
                body = {"check_in_id": str(uuid4()), "status": "present", "headcount": 9, "reason": None}
                services.roll_call.check_in(slug, code, {**body, "happened_at_ms": services.clock.now_ms()}, mc)
    return found


def units() -> list[Unit]:
    made = [Unit("T", "province", "tinh", "Thử", None)]
    for district in range(DISTRICTS):
        made.append(Unit(f"H{district:02}", "district", "huyen", f"Huyện Thứ {district}", "T"))
        for number in range(COMMUNES):
            made.append(Unit(f"X{district:02}{number:02}", "commune", "xa", f"Đồng Ổn {number}", f"H{district:02}"))
    return made


def measured(demo: Demo, slug: str, codes: list[str], times: int) -> float:
    """Print what each way of asking costs; bytes of the whole / of the change of ten."""
    line = Line(demo.server.port)
    at_board = f"/diem-danh?hoi-nghi={slug}"
    whole = text_of(answered(line, asking(demo, at_board)))
    frame = re.search(r'data-frame="(\w+)"', whole)
    assert frame is not None, whole[:500]
    ways = {"whole": at_board, "list": f"{at_board}&xem=danh-sach"}
    for count in CHANGED:
        changed = "".join(f"&o={code}" for code in codes[:: max(1, len(codes) // count)][:count])
        ways[f"changes of {count}"] = f"{at_board}&khung={frame[1]}{changed}"
    took_ms: dict[str, list[float]] = {way: [] for way in ways}
    used_ms = dict.fromkeys(ways, 0.0)
    weights = {}
    for _ in range(ROUNDS):
        for way, path in ways.items():
            before_s = demo.server.cpu_s()
            for _ in range(times // ROUNDS):
                began_ns = time.monotonic_ns()
                weights[way] = len(answered(line, asking(demo, path)))
                took_ms[way].append((time.monotonic_ns() - began_ns) / 1e6)
            used_ms[way] += (demo.server.cpu_s() - before_s) * 1000
    for way, weight in weights.items():
        used = used_ms[way] / len(took_ms[way])
        print(
            f"{len(codes)} rooms, {way}: {weight / 1024:.1f} KiB, {used:.1f} ms of processor time,"
            f" answered after {statistics.median(took_ms[way]):.1f} ms (median)"
        )
    return weights["whole"] / weights["changes of 10"]


def asking(demo: Demo, path: str) -> bytes:
    request = http_request("GET", path, None, demo.mc_token)
    return kept(request).replace(b"Content-Type", b"HX-Request: true\r\nContent-Type", 1)


def answered(line: Line, request: bytes) -> bytes:
    """The whole answer. Raises RuntimeError for a refusal."""
    line.send(request)
    while (answer := line.answer()) is None:
        pass
    if b" 200 " not in answer[:20]:
        raise RuntimeError(answer[:500].decode(errors="replace"))
    return answer


def text_of(answer: bytes) -> str:
    return answer.partition(b"\r\n\r\n")[2].decode()


if __name__ == "__main__":
    main()
