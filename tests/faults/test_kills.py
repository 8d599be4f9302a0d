"""SIGKILL of server processes at random moments of a conference, 50 times on either database."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from giaoban.extensions import db
from giaoban.models import Conference, LogLine
from giaoban.services.clock import SystemClock
from tests.consistency import assert_consistent
from tests.faults.conference import SLUG, Mc, Person, Secretary, SteadyScreen, forget
from tests.faults.conftest import SEED, Scene
from tests.faults.measured import Measured
from tests.live_server import Caller
from tests.waiting import until

KILLS = 50
MOMENTS = 40  # sendings and answers of one person: about a second
ROUNDING_MS = 1_000  # "timers right to 1 s"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_fifty_kills_lose_nothing_and_do_nothing_twice(
    on: str, request: pytest.FixtureRequest, measured: Measured
) -> None:
    scene: Scene = request.getfixturevalue("single" if on == "sqlite" else "cluster")
    rng = random.Random(SEED)
    print("seed", SEED)
    server = scene.server
    with conference(scene, rng) as play:
        for number in range(KILLS):
            play.wait_for_a_moment(rng)
            victims = [*server.webs] if rng.random() < 0.3 else [rng.choice(server.webs)]
            for web in victims:
                web.kill()
            for web in victims:
                web.launch()
            for web in victims:
                web.wait_until_it_answers()
            returned_s = time.monotonic()
            with ExitStack() as stack:
                for person in play.people:  # whatever was on its way has been sent again and answered
                    stack.enter_context(person.held())
                until(play.screens_are_right, f"screens right after kill {number} (seed {SEED})")
                measured.add(f"{on}: screens after a kill", time.monotonic() - returned_s)
                play.assert_nothing_lost()
    assert sum(person.resent for person in play.people) > 0  # some kills did meet a request


@dataclass
class Play:
    scene: Scene
    mc: Mc
    people: list[Person]
    screens: list[SteadyScreen]

    def wait_for_a_moment(self, rng: random.Random) -> None:
        """Until somebody has sent or been answered once more; the others are then anywhere in theirs."""
        person = rng.choice(self.people)
        moment = person.moments + rng.randint(1, MOMENTS)
        until(lambda: person.moments >= moment or person.failure is not None, "people go on")

    def screens_are_right(self) -> bool:
        version = self.mc.last["version"]
        return all(screen.connected and screen.snapshot["version"] == version for screen in self.screens)

    def assert_nothing_lost(self) -> None:
        self._assert_the_clock_is_right()
        with self.scene.app.app_context():
            forget()
            assert_consistent(self.scene.app, SLUG)
            conference = db.session.scalars(db.select(Conference).filter_by(slug=SLUG)).one()
            lines = db.session.scalars(
                db.select(LogLine).filter_by(conference_id=conference.id).order_by(LogLine.seq)
            ).all()
            self._assert_commands(conference, [line for line in lines if line.command_id])
            self._assert_check_ins([line for line in lines if line.kind == "check_in"])
            db.session.remove()

    def _assert_commands(self, conference: Conference, lines: list[LogLine]) -> None:
        """Exactly those that were answered, each once, in this order, as they were answered."""
        assert [line.command_id for line in lines] == list(self.mc.acknowledged)
        assert conference.version == len(lines)
        for line, answer in zip(lines, self.mc.acknowledged.values(), strict=True):
            assert (line.version, line.data["events"]) == (answer["version"], answer["events"])

    def _assert_check_ins(self, lines: list[LogLine]) -> None:
        acknowledged = {key: answer for person in self.people[1:] for key, answer in person.acknowledged.items()}
        stored = [line.data["record"]["check_in_id"] for line in lines]
        assert sorted(stored) == sorted(acknowledged)

    def _assert_the_clock_is_right(self) -> None:
        """The facts are those that were acknowledged, the server's now is right; everything else follows from them."""
        with Caller(self.scene.server, self.people[0].token, SLUG) as caller:
            asked_at_ms = SystemClock().now_ms()
            order = caller.get("/running-order")
            answered_at_ms = SystemClock().now_ms()
        assert asked_at_ms - ROUNDING_MS <= order["server_now_ms"] <= answered_at_ms + ROUNDING_MS
        for snapshot in (order, *(screen.snapshot for screen in self.screens)):
            assert facts(snapshot) == facts(self.mc.last["snapshot"])


def facts(snapshot: dict[str, Any]) -> dict[str, Any] | None:
    names = ("item_id", "state", "started_at_ms", "paused_at_ms", "paused_total_ms", "planned_ms", "added_ms")
    live = snapshot["live"]
    return None if live is None else {name: live[name] for name in names}


@contextmanager
def conference(scene: Scene, rng: random.Random) -> Iterator[Play]:
    """An MC and two secretaries at work, and three screens: the hall's, a room's and a clerk's."""
    server = scene.server
    mc = Mc(server, server.token(role="mc"))
    people: list[Person] = [mc]
    people += [Secretary(server, server.token(role="secretary"), scene.rooms, rng) for _ in range(2)]
    tokens = (None, server.token(endpoint=scene.rooms[0]), server.token(role="secretary"))
    screens = [SteadyScreen(server.url, token) for token in tokens]
    for person in people:
        person.start()
    until(lambda: bool(mc.acknowledged), "a first command")
    try:
        yield Play(scene, mc, people, screens)
        for person in people:
            person.end()
    finally:
        for person in people:
            person.leave()
        for screen in screens:
            screen.close()
