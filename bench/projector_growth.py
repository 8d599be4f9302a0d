"""Does the projector's page grow? Chromium's heap, nodes and listeners while it is shown thousands of scenes.

    .venv/bin/python -m bench.projector_growth
    .venv/bin/python -m bench.projector_growth --scenes 8000 --json projector_growth.json

A round shows the seven scenes and the automatic one while somebody speaks, with a message that comes and goes, a
check-in that draws the roll call anew and minutes that draw the agenda anew; the page keeps its picture for a reload
without a network all the while. Before each figure Chromium has to collect what is not used any more. Counted from the
end of the warm-up; exit status 1 when there are more nodes or listeners at the end, or a heap larger by more than a
tenth.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.screens import body_of, http_request, round_trip
from bench.servers import Demo, pin_this_process, serve_demo
from bench.throughput import UNHURRIED

SCENES = ("maket", "agenda", "roll_call", "break", "message", "black", "speaker", "auto")
SHOWN = {"auto": "speaker"}
ROOM = "06010"
WARM_UP = 10  # rounds
EVERY = 25  # rounds between two figures
LOOKS = 12
MOST = 1.1
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scenes", type=int, default=2_000, help="how many are shown after the warm-up")
    arguments.add_argument("--json", type=Path, help="where to write the figures, one object")
    given = arguments.parse_args()
    pin_this_process()
    figures = []
    with serve_demo(**UNHURRIED) as demo, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://127.0.0.1:{demo.server.port}/man-chieu")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        hall = Hall(demo, page)
        rounds = given.scenes // len(SCENES)
        for number in range(-WARM_UP, rounds + 1):
            if number >= 0 and (number % EVERY == 0 or number == rounds):
                figures.append({"scenes": number * len(SCENES), **figure(devtools)})
                print(json.dumps(figures[-1]), flush=True)
            if number < rounds:
                hall.one_round(number)
        browser.close()
    if given.json:
        given.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n")
    first, last = figures[0], figures[-1]
    more = any(last[name] > first[name] for name in ("nodes", "listeners", "documents"))
    sys.exit(more or last["heap_kib"] > MOST * first["heap_kib"])


def figure(devtools: CDPSession) -> dict[str, int]:
    """Of the page, in pieces and KiB: of some looks, each after a collection, the least.

    A part of the page may just be on its way, or its picture be kept: there is more for a moment.
    """
    looks = []
    for _ in range(LOOKS):
        devtools.send("HeapProfiler.collectGarbage")
        found = {one["name"]: int(one["value"]) for one in devtools.send("Performance.getMetrics")["metrics"]}
        looks.append((found["Nodes"], found["JSEventListeners"], found["Documents"], found["JSHeapUsedSize"] // 1024))
    least = (min(column) for column in zip(*looks, strict=True))
    return dict(zip(("nodes", "listeners", "documents", "heap_kib"), least, strict=True))


class Hall:
    """The MC and a room, who make the page show something else."""

    def __init__(self, demo: Demo, page: Page) -> None:
        self._demo = demo
        self._page = page
        self._version = 0
        self._command("next", {})

    def one_round(self, number: int) -> None:
        self._command("set_message", {"text": f"Xin mời quý vị ổn định chỗ ngồi, lần {number}", "to": "all"})
        self._command("add_time", {"delta_ms": 60_000 if number % 2 else -60_000})
        self._check_in(10 + number % 7)
        for name in SCENES:
            self._command("set_scene", {"name": name})
            self._page.wait_for_function(
                "name => document.body.dataset.scene === name && document.querySelectorAll('[data-on]').length === 1",
                arg=SHOWN.get(name, name),
            )
        self._command("set_message", {"text": "", "to": "all"})

    def _command(self, name: str, args: dict[str, Any]) -> None:
        body = {"command_id": str(uuid4()), "expected_version": self._version, "name": name, "args": args}
        self._version = self._ask("POST", "/running-order/commands", body, self._demo.mc_token)["version"]

    def _check_in(self, heads: int) -> None:
        at_ms = self._demo.app.extensions["giaoban"].clock.now_ms()
        said = {"check_in_id": str(uuid4()), "status": "present", "headcount": heads, "happened_at_ms": at_ms}
        self._ask("PUT", f"/endpoints/{ROOM}/check-in", said, self._demo.room_tokens[ROOM])

    def _ask(self, method: str, path: str, body: Any, token: str) -> Any:
        request = http_request(method, self._demo.path + path, body, token)
        return body_of(round_trip(self._demo.server.port, request))


if __name__ == "__main__":
    main()
