"""The roll-call board: what a refresh costs, whole and what has changed, at 211 and 700 rooms; and how soon it is seen.

    .venv/bin/python -m bench.board
    .venv/bin/python -m bench.board --only seen

The demo and an invented conference of 14 districts with 49 communes each; half of the rooms have checked in. Whole
board, list, and the changes of 1, 10 and 60 rooms are asked for in turn over one kept connection, as a secretary's page
asks for them. Prints bytes, processor time and ms for each, and how much lighter the change of 10 rooms is.

Then the board of the demo stands open in Chromium, and from each check-in's answer until the frame in which its cell
has changed is counted: one room after the other, somewhere within a second of the last one seen, and all rooms within
ten seconds. Prints ms (below 0 counts as 0: the board may be told before the room) and how often the board asked in any
one second. Exit status 1 when at 700 rooms a change of 10 is not at least --least times as light in bytes as the whole,
when a cell took more than 1 s, or when the board asked more than twice a second.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright

from bench.commands import kept
from bench.load import Line
from bench.projector_growth import ARGUMENTS
from bench.screens import body_of, http_request, round_trip
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
ALONE = 40  # rooms that check in one after the other
STORM_S = 10
AT_ONCE = 16  # rooms that wait for their answers
SEEN_MOST_MS = 1_000
ASKED_MOST = 2  # times in any one second
# When each cell first bore each of its classes, as it is painted, and when the board asked for what had moved (ms).
WATCH: Final = """
() => {
  const now = () => performance.timeOrigin + performance.now();
  window.seen = {};
  window.asked = [];
  const look = () => requestAnimationFrame(() => document.querySelectorAll(".cell[id]").forEach((cell) => {
    const what = cell.id + " " + (cell.className.match(/present|absent/) || [""])[0];
    window.seen[what] = window.seen[what] || now();
  }));
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.elt.id === "board" && asked.push(now()));
}
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--times", type=int, default=100, help="each is asked for")
    arguments.add_argument("--least", type=float, default=10, help="the ratio of bytes that is still good")
    arguments.add_argument("--only", choices=("cost", "seen"), help="one of the two")
    given = arguments.parse_args()
    pin_this_process()
    good = True
    if given.only != "seen":
        with serve_demo(**UNHURRIED) as demo:
            ratios = [measured(demo, slug, codes, given.times) for slug, codes in conferences(demo).items()]
        print(f"whole / change of 10, bytes at 700 rooms: {ratios[-1]:.1f} (at least {given.least:g} is good)")
        good = ratios[-1] >= given.least
    if given.only != "cost":
        with serve_demo(**UNHURRIED) as demo:
            good = seen(demo) and good
    sys.exit(not good)


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


def seen(demo: Demo) -> bool:
    """Print how soon the board shows check-ins and how often it asks; whether both are good."""
    rooms = list(demo.room_tokens)
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"http://127.0.0.1:{demo.server.port}/dang-nhap?next=/diem-danh")
        page.get_by_label("Tên đăng nhập").fill("bench")
        page.get_by_label("Mật khẩu", exact=True).fill(demo.password)
        page.get_by_role("button", name="Đăng nhập").click()
        page.locator('[data-link="ok"]').wait_for()
        page.evaluate(WATCH)
        alone = {}
        for code in rooms[:ALONE]:
            alone[f"cell-{code} present"] = checked_in(demo, code, "present")
            page.wait_for_function("what => window.seen[what]", arg=f"cell-{code} present")
            page.wait_for_timeout(random.uniform(0, 1_000))
        good = told(page, f"{len(rooms)} rooms, one after the other", alone)
        began_s = time.monotonic()

        def in_turn(number: int) -> float:
            time.sleep(max(0.0, began_s + number * STORM_S / len(rooms) - time.monotonic()))
            return checked_in(demo, rooms[number], "absent")

        with ThreadPoolExecutor(AT_ONCE) as senders:
            answered_at_ms = senders.map(in_turn, range(len(rooms)))
            storm = dict(zip([f"cell-{code} absent" for code in rooms], answered_at_ms, strict=True))
        took_s = time.monotonic() - began_s
        page.wait_for_function("all => all.every((what) => window.seen[what])", arg=list(storm))
        good = told(page, f"{len(rooms)} rooms, all within {took_s:.1f} s", storm) and good
        browser.close()
    return good


def checked_in(demo: Demo, code: str, status: str) -> float:
    """When the room's check-in was answered, ms since the epoch."""
    said = {"check_in_id": str(uuid4()), "status": status, "headcount": 0, "reason": "Mất điện"}
    path, at_ms = f"{demo.path}/endpoints/{code}/check-in", time.time_ns() // 1_000_000
    request = http_request("PUT", path, {**said, "happened_at_ms": at_ms}, demo.room_tokens[code])
    body_of(round_trip(demo.server.port, request))
    return time.time_ns() / 1e6


def told(page: Page, when: str, answered_at_ms: dict[str, float]) -> bool:
    """Print what the page has seen of those check-ins, and forget when it asked; whether it is good."""
    seen_at_ms = page.evaluate("() => window.seen")
    asked_at_ms = page.evaluate("() => window.asked.splice(0)")
    waits_ms = sorted(max(0.0, seen_at_ms[what] - at_ms) for what, at_ms in answered_at_ms.items())
    middle, most = waits_ms[len(waits_ms) // 2], waits_ms[int(0.99 * (len(waits_ms) - 1))]
    often = at_most_in_a_second(asked_at_ms)
    print(
        f"{when}: seen after {middle:.0f} ms (median), {most:.0f} ms (99 %), {waits_ms[-1]:.0f} ms (worst);"
        f" {len(asked_at_ms)} refreshes, at most {often} in a second"
    )
    return waits_ms[-1] <= SEEN_MOST_MS and often <= ASKED_MOST


def at_most_in_a_second(at_ms: Sequence[float]) -> int:
    """The most of these instants, in rising order, that lie within less than a second."""
    return max(sum(first <= one < first + 1_000 for one in at_ms) for first in at_ms)


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
