"""Half a day at the desk: does memory stay flat, does anything fail, does the log still fold to the state?

    .venv/bin/python -m bench.soak                       4 hours, 16 times as fast
    .venv/bin/python -m bench.soak --hours 1 --speed 30

Every room's screen, three projectors and five staff stay connected. In conference time: a command every 20 s, each room
checks in four times (every record sent three times), staff fetch the board and the console whenever a screen of theirs
would, everybody asks for the clock as often as a real screen does, and every room loses its line about ten times. Time
that is the server's own is not speeded up: its pings, its half-second between announcements, what it keeps for a while.

Prints the server's memory as it goes, its slope after the first quarter with its standard error, and every fault; exit
status 1 when there was one, or when memory grew by more than the noise (twice the standard error of the slope, at least
2 % over the rest of the run).
"""

import argparse
import heapq
import json
import random
import re
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from bench.screens import NAMESPACE, Fleet, Screen, body_of, http_request, round_trip
from bench.servers import Demo, pin_this_process, serve_demo
from giaoban.services import Services

STAFF, PROJECTORS = 5, 3
COMMAND_EVERY_S, CHECK_INS_A_ROOM, LOSSES_A_ROOM = 20.0, 4, 10
CLOCK_OF_ROOMS_S, CLOCK_OF_STAFF_S = 20.0, 2.0
SAMPLE_EVERY_S = 5.0  # of real time
COMMANDS: tuple[tuple[str, Callable[[int], dict[str, Any]]], ...] = (
    ("add_time", lambda turn: {"delta_ms": 60_000}),
    ("pause", lambda turn: {}),
    ("set_message", lambda turn: {"text": f"Đề nghị các điểm cầu ổn định {turn}", "to": "all"}),
    ("resume", lambda turn: {}),
    ("set_scene", lambda turn: {"name": ("agenda", "roll_call", "maket")[turn % 3]}),
    ("add_time", lambda turn: {"delta_ms": -60_000}),
    ("undo", lambda turn: {}),
    ("set_scene", lambda turn: {"name": "auto"}),
    ("set_message", lambda turn: {"text": "", "to": "all"}),
)


class Soak:
    """One run against one server. Times are seconds of the conference unless they say otherwise."""

    def __init__(self, demo: Demo, hours: float, speed: float) -> None:
        self._demo = demo
        self._length_s = hours * 3600
        self._speed = speed
        self._random = random.Random(20211126)
        self._agenda: list[tuple[float, float, Callable[[], None]]] = []
        self._began_s = 0.0
        self._version = 0
        self._turn = 0
        self.faults: list[str] = []
        self.done = {"commands": 0, "check-ins": 0, "clock samples": 0, "lost lines": 0, "fragments": 0}
        self.memory: list[tuple[float, float]] = []  # conference hours, MiB
        self._refetch = threading.Event()
        self._over = threading.Event()

    def run(self) -> None:
        rooms = [{"token": token} for token in self._demo.room_tokens.values()]
        watching = [{"token": self._demo.mc_token}] * STAFF
        public = [{"conference": self._demo.path.rpartition("/")[2]}] * PROJECTORS
        self._fleet = Fleet(self._demo.server.port, rooms + watching + public)
        self._rooms = self._fleet.screens[: len(rooms)]
        for screen in self._fleet.screens[len(rooms) : -PROJECTORS]:
            screen.send(f'42{NAMESPACE},7["watch",{{"topics":["roll_call"]}}]'.encode())
        self._plan(len(self._ask("GET", "/running-order")["items"]))
        self._began_s = time.monotonic()
        with ThreadPoolExecutor(STAFF + 1) as pool:
            desks = [pool.submit(self._desk) for _ in range(STAFF)]
            sampling = pool.submit(self._sample)
            try:
                self._play()
            finally:
                self._over.set()
                self._refetch.set()
            for work in (*desks, sampling):
                work.result()
        self._fleet.close()

    # ---- the script

    def _plan(self, items: int) -> None:
        for number in range(items):
            self._at(number * self._length_s / items, lambda: self._give("next", {}))
        for place in range(len(self._fleet.screens)):
            every_s = CLOCK_OF_ROOMS_S if place < len(self._rooms) else CLOCK_OF_STAFF_S
            self._every(every_s, lambda place=place: self._clock(self._fleet.screens[place]))
        self._every(COMMAND_EVERY_S, self._command)
        for place, code in enumerate(self._demo.room_tokens):
            for _ in range(CHECK_INS_A_ROOM):
                self._at(self._random.uniform(0, self._length_s * 0.95), lambda code=code: self._check_in(code))
            for _ in range(LOSSES_A_ROOM):
                self._at(self._random.uniform(0, self._length_s), lambda place=place: self._lose_the_line(place))

    def _at(self, at_s: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (at_s, self._random.random(), what))

    def _every(self, every_s: float, what: Callable[[], None]) -> None:
        def again(at_s: float) -> None:
            what()
            self._at(at_s + every_s, lambda: again(at_s + every_s))

        first_s = self._random.uniform(0, every_s)
        self._at(first_s, lambda: again(first_s))

    def _play(self) -> None:
        while self._agenda and self._agenda[0][0] < self._length_s:
            due_s = self._began_s + self._agenda[0][0] / self._speed
            while (rest_s := due_s - time.monotonic()) > 0:
                self._listen(rest_s)
            self._listen(0)
            heapq.heappop(self._agenda)[2]()
        self._listen(1)

    def _listen(self, seconds: float) -> None:
        """Take in what has come; forget it, so that the memory of this process is not what grows."""
        for screen in self._fleet.read(seconds):
            for _, frame in screen.frames:
                if frame.startswith(b"42") and screen not in self._rooms:
                    self._refetch.set()
                elif frame.startswith(b"43") and b'"ok":true' not in frame:
                    self.faults.append(f"refused on a socket: {frame[:200]!r}")
                elif frame.startswith((b"1", b"41", b"44")):
                    self.faults.append(f"a screen was turned away: {frame[:200]!r}")
            screen.frames.clear()

    # ---- what people and screens do

    def _clock(self, screen: Screen) -> None:
        now_ms = time.time_ns() // 1_000_000
        question = {"sent_at_ms": now_ms, "seen_version": self._version}
        screen.send(f'42{NAMESPACE},1["sync_clock",{json.dumps(question)}]'.encode())
        self.done["clock samples"] += 1

    def _command(self) -> None:
        name, args = COMMANDS[self._turn % len(COMMANDS)]
        self._give(name, args(self._turn))
        self._turn += 1

    def _give(self, name: str, args: dict[str, Any]) -> None:
        command = {"command_id": str(uuid.uuid4()), "expected_version": self._version, "name": name, "args": args}
        try:
            self._version = self._ask("POST", "/running-order/commands", command)["version"]
        except RuntimeError as error:
            if "invalid_transition" not in str(error):  # a pause with nothing on, an undo with nothing done: no fault
                self.faults.append(f"{name}: {str(error)[:300]}")
        self.done["commands"] += 1

    def _check_in(self, code: str) -> None:
        absent = self._random.random() < 0.1
        body = {
            "check_in_id": str(uuid.uuid4()),
            "status": "absent" if absent else "present",
            "headcount": 0 if absent else self._random.randint(1, 30),
            "reason": "Bận công tác đột xuất" if absent else None,
            "happened_at_ms": time.time_ns() // 1_000_000,
        }
        token = self._demo.room_tokens[code]
        answers = []
        for _ in range(3):
            try:
                answers.append(self._ask("PUT", f"/endpoints/{code}/check-in", body, token))
            except RuntimeError as error:
                self.faults.append(f"check-in of {code}: {str(error)[:300]}")
        if any(answer != answers[0] for answer in answers):
            self.faults.append(f"check-in of {code}: the same record was answered differently")
        self.done["check-ins"] += 1

    def _lose_the_line(self, place: int) -> None:
        token = list(self._demo.room_tokens.values())[place]
        self._rooms[place] = self._fleet.replace(self._rooms[place], {"token": token})
        self.done["lost lines"] += 1

    def _desk(self) -> None:
        """One of the staff: signs in by the form, then fetches what its pages fetch when something moved."""
        with requests.Session() as browser:
            url = f"http://127.0.0.1:{self._demo.server.port}"
            form = browser.get(url + "/dang-nhap", timeout=60).text
            csrf = re.search(r'name="csrf_token" value="([^"]+)"', form)
            assert csrf is not None
            typed = {"csrf_token": csrf[1], "username": "bench", "password": self._demo.password}
            browser.post(url + "/dang-nhap", typed, timeout=60).raise_for_status()
            while not self._over.is_set():
                self._refetch.wait()
                for page in ("/diem-danh", "/dieu-hanh"):
                    answer = browser.get(url + page, headers={"HX-Request": "true"}, timeout=60)
                    if answer.status_code != 200:
                        self.faults.append(f"{page}: {answer.status_code}")
                    self.done["fragments"] += 1
                self._refetch.clear()
                self._over.wait(0.5)

    def _ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        request = http_request(method, self._demo.path + path, body, token or self._demo.mc_token)
        return body_of(round_trip(self._demo.server.port, request))

    # ---- what is measured

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_EVERY_S):
            hours = (time.monotonic() - self._began_s) * self._speed / 3600
            self.memory.append((hours, self._demo.server.resident_kib() / 1024))
            if len(self.memory) % 12 == 0:
                print(f"{hours:5.2f} h  {self.memory[-1][1]:6.1f} MiB  {self.done}", flush=True)


def slope(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Least squares through (x, y): the slope and its standard error, y a unit of x."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    fitted = statistics.linear_regression(xs, ys)
    spread = sum((x - statistics.fmean(xs)) ** 2 for x in xs)
    off = sum((y - fitted.slope * x - fitted.intercept) ** 2 for x, y in points)
    return fitted.slope, (off / (len(points) - 2) / spread) ** 0.5


def folds(demo: Demo) -> Iterator[str]:
    """What is wrong between the stored log and the stored state."""
    from giaoban.extensions import db
    from giaoban.models.running_order import replay, stored_order

    with demo.app.app_context():
        services: Services = demo.app.extensions["giaoban"]
        conference = services.conferences.current()
        folded = replay(conference)
        if stored_order(conference, folded) != folded:
            yield "the rows are not what the log folds to"
        sequence = [line["seq"] for line in services.running_order.log(conference, 0, limit=1_000_000)]
        if sequence != list(range(1, len(sequence) + 1)):
            yield "the log has gaps"
        db.session.remove()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--hours", type=float, default=4)
    arguments.add_argument("--speed", type=float, default=16)
    arguments.add_argument("--json", type=Path, help="write the samples there")
    given = arguments.parse_args()
    pin_this_process()
    with TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        quickly = str(int(20 * given.speed))  # what a screen may ask a second, as often as it asks here
        with serve_demo(log=log, SOCKET_EVENTS_PER_S=quickly) as demo:
            soak = Soak(demo, given.hours, given.speed)
            soak.run()
            soak.faults += folds(demo)
        complaints = [line for line in log.read_text().splitlines() if re.search("Traceback|ERROR|CRITICAL", line)]
        soak.faults += [f"the server's log: {line[:200]}" for line in complaints]
    settled = [point for point in soak.memory if point[0] > given.hours / 4]
    per_hour, error = slope(settled)
    level = statistics.fmean(mib for _, mib in settled)
    grown = per_hour * (settled[-1][0] - settled[0][0])
    print(f"{given.hours:g} h at {given.speed:g} times the speed: {soak.done}")
    print(f"memory {level:.1f} MiB, slope {per_hour:+.2f} ± {error:.2f} MiB an hour, {grown:+.1f} MiB in all")
    for fault in soak.faults[:20]:
        print("fault:", fault)
    print(f"faults: {len(soak.faults)}")
    if given.json:
        given.json.write_text(json.dumps({"memory": soak.memory, "slope": per_hour, "error": error}))
    noise = max(2 * error * given.hours, 0.02 * level)
    sys.exit(bool(soak.faults) or grown > noise)


if __name__ == "__main__":
    main()
