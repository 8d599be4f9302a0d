"""What two processes know of projectors that report to one of them, and when consoles are told."""

import json
from dataclasses import replace

import pytest

from giaoban.domain.projectors import AWAY_MS, SILENT_MS, Report, State, state
from giaoban.realtime.projectors import SILENT_MOST, ProjectorsSeen
from tests.fakes import FakeClock

ONE = 1  # a conference
REPORT = Report(3, "maket", 2, None, None, 1920, 1080, hidden=False, full_screen=True)


class Process:
    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.announced = 0
        self.seen = ProjectorsSeen(clock, self._announce)

    def _announce(self, conference_id: int) -> None:
        assert conference_id == ONE
        self.announced += 1

    def report(self, sid: str, report: Report = REPORT) -> None:
        self.seen.reported(sid, report, self.clock.now_ms())

    def told(self, projector_id: str = "hall") -> State:
        sighting = self.seen.of(ONE).get(projector_id)
        version = sighting.report.version if sighting else 0
        return state(sighting, self.clock.now_ms(), self.seen.behind_since_ms(ONE, version))

    def news(self) -> int:
        """How often consoles were told since this was last asked."""
        news, self.announced = self.announced, 0
        return news


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def here(clock: FakeClock) -> Process:
    process = Process(clock)
    process.seen.version_shown(ONE, 3, clock.now_ms())
    process.seen.opened("a", ONE, "hall")
    process.report("a")
    process.news()
    return process


def test_numbers_alone_are_no_news(here: Process, clock: FakeClock) -> None:
    for lag_ms in (10, 20, 30):
        clock.advance(2_000)
        here.report("a", replace(REPORT, lag_ms=lag_ms, shown_at_ms=clock.now_ms()))
        here.seen.tick()
    assert here.news() == 0


@pytest.mark.parametrize(
    "change", [{"version": 4}, {"scene": "black"}, {"hidden": True}, {"width": 1280}, {"full_screen": False}]
)
def test_what_a_console_shows_is_news(here: Process, change: dict[str, object]) -> None:
    if "hidden" in change:
        here.clock.advance(SILENT_MS)  # or it says nothing against the page that somebody does see
    here.report("a", replace(REPORT, **change))  # type: ignore[arg-type]

    assert here.news() == 1


def test_a_picture_that_stands_still_is_told_once_as_late_and_once_as_lost(here: Process, clock: FakeClock) -> None:
    told = []
    for _ in range(AWAY_MS // 1_000 + 5):
        clock.advance(1_000)
        here.seen.tick()
        told.append(here.told().name)
    assert here.news() == 2
    assert list(dict.fromkeys(told)) == ["on", "late", "away"]

    here.report("a")
    assert (here.news(), here.told().name) == (1, "on")


def test_one_that_shows_an_older_version(here: Process, clock: FakeClock) -> None:
    here.seen.version_shown(ONE, 4, clock.now_ms())
    assert here.told() == State("behind")
    clock.advance(1_000)
    here.seen.version_shown(ONE, 5, clock.now_ms())
    clock.advance(2_000)
    here.report("a")
    assert here.told() == State("late", clock.now_ms() - 3_000, 3_000)

    here.report("a", replace(REPORT, version=5))
    assert here.told() == State("on")


def test_versions_begin_anew_after_a_backup_was_restored(here: Process, clock: FakeClock) -> None:
    here.seen.version_shown(ONE, 9, clock.now_ms())
    here.seen.version_shown(ONE, 2, clock.now_ms())

    assert here.seen.behind_since_ms(ONE, 3) is None


def test_a_page_that_is_loaded_again_is_not_lost(here: Process, clock: FakeClock) -> None:
    here.seen.closed("a")
    clock.advance(1_000)
    here.seen.tick()
    here.seen.opened("b", ONE, "hall")
    here.report("b")
    assert (here.news(), here.told().name) == (0, "on")

    here.seen.closed("b")
    clock.advance(3_000)
    here.seen.tick()
    assert (here.news(), here.told().name) == (1, "away")


def test_of_two_pages_of_one_projector_the_one_that_is_seen_speaks(here: Process) -> None:
    here.seen.opened("b", ONE, "hall")
    here.report("b", replace(REPORT, hidden=True))
    assert here.told().name == "on"

    here.seen.closed("b")
    assert here.told().name == "on"  # the other is still there


def test_reports_that_come_too_fast(here: Process) -> None:
    assert sum(here.seen.may_report("a") for _ in range(50)) == 10


def test_another_process_knows_it_too(here: Process, clock: FakeClock) -> None:
    there = Process(clock)
    there.seen.version_shown(ONE, 3, clock.now_ms())
    here.seen.opened("c", ONE, None)

    message = json.loads(json.dumps(here.seen.tick()))
    there.seen.heard("here", message)
    assert (there.told().name, there.seen.unpaired(ONE), there.news()) == ("on", 1, 1)

    # It moves to the other process: the older word, which comes late, counts no more.
    here.seen.closed("a")
    gone = here.seen.tick()
    clock.advance(1_000)
    there.seen.opened("d", ONE, "hall")
    there.report("d")
    assert gone is not None
    there.seen.heard("here", gone)
    assert there.told().name == "on"

    # What a machine whose clock is ahead says of a page that has left does not outweigh what comes after it.
    early = {**gone["seen"][0][2], "at_ms": clock.now_ms() + 60_000, "left_at_ms": clock.now_ms() + 60_000}
    there.seen.heard("here", {**gone, "seen": [[ONE, "hall", early]]})
    clock.advance(1_000)
    there.seen.heard(
        "elsewhere", {**gone, "seen": [[ONE, "hall", {**early, "at_ms": clock.now_ms(), "left_at_ms": None}]]}
    )
    assert there.seen.of(ONE)["hall"].left_at_ms is None

    for _ in range(SILENT_MOST):  # that process is dead
        there.seen.tick()
    assert there.seen.unpaired(ONE) == 0


def test_whoever_is_new_is_told_all_and_nothing_is_said_without_need(here: Process) -> None:
    assert here.seen.tick() is not None
    assert here.seen.tick() is None

    here.seen.everything()
    message = here.seen.tick()
    assert message is not None
    assert [each[1] for each in message["seen"]] == ["hall"]


def test_forgotten_ones_are_forgotten(here: Process) -> None:
    here.seen.keep(ONE, {"foyer"})

    assert here.seen.of(ONE) == {}
