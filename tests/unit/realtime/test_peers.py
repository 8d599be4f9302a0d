"""Several processes that talk over a network which loses, doubles and delays: in the end they agree."""

import json
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giaoban.realtime.bus import Message
from giaoban.realtime.elsewhere import SILENT_MOST
from giaoban.realtime.peers import HEARTBEAT_TICKS, Peers
from giaoban.realtime.presence import Connection, Lines
from giaoban.services.ports import Seen
from tests.fakes import FakeClock

CODES = ("20", "178", "06010")
CONFERENCE = 1


class Network:
    """Carries messages as JSON, as Redis does; `lost` says which never arrive."""

    def __init__(self) -> None:
        self.clock = FakeClock(1_000)
        self.processes: dict[str, Process] = {}
        self.under_way: list[tuple[str, str]] = []
        self.lost: Callable[[], bool] = lambda: False
        self.is_there = True

    def start(self, name: str) -> "Process":
        self.processes[name] = Process(name, self)
        self.processes[name].peers.came()
        return self.processes[name]

    def kill(self, name: str) -> None:
        del self.processes[name]

    def deliver(self, shuffle: random.Random | None = None) -> None:
        """All that is under way, and what is said because of it."""
        while self.under_way:
            carried, self.under_way = self.under_way, []
            if shuffle is not None:
                shuffle.shuffle(carried)
            for sender, text in carried:
                for process in [*self.processes.values()]:
                    if process.name != sender and not self.lost():
                        process.peers.heard(sender, json.loads(text))
            for process in self.processes.values():
                process.speak()

    def tick(self, seconds: int, shuffle: random.Random | None = None) -> None:
        for _ in range(seconds):
            self.clock.advance(1_000)
            for process in self.processes.values():
                process.peers.tick()
                process.speak()
            self.deliver(shuffle)


class Process:
    """One process's part of the network: its bus, and what its screens were shown."""

    def __init__(self, name: str, network: Network) -> None:
        self.name = name
        self.network = network
        self.queued = self.dropped = 0
        self.lines = Lines(network.clock)
        self.shown: list[frozenset[str]] = []
        self.told: list[tuple[Any, ...]] = []
        self.projectors = SimpleNamespace(
            seen=SimpleNamespace(everything=lambda: None), heard=lambda _sender, _message: None
        )
        self.peers = Peers(self, self.lines, self, network.clock)  # type: ignore[arg-type]  # it is its own publisher

    @property
    def state(self) -> str:
        return "connected" if self.network.is_there else "away"

    def tell(self, message: Message, *, first: bool = False) -> None:
        if self.network.is_there:
            self.network.under_way.append((self.name, json.dumps(message)))

    def speak(self) -> None:
        """What the task that says who is on the line does when something has changed."""
        if self.peers._changed.is_set():
            self.peers._changed.clear()
            self.peers.say_lines()

    def opens(self, sid: str, code: str) -> None:
        if self.lines.opened(sid, Connection(CONFERENCE, "key", code)):
            self.peers.line_changed(CONFERENCE, code)
        self.speak()

    def closes(self, sid: str) -> None:
        left = self.lines.closed(sid)
        if left is not None:
            self.peers.line_changed(CONFERENCE, str(left.endpoint_code))
        self.speak()

    @property
    def connected(self) -> set[str]:
        return {code for code, seen in self.lines.of(CONFERENCE).items() if seen.connected}

    # ---- as the publisher

    def show_roll_call(self, _conference_id: int, codes: frozenset[str], lines: range = range(0)) -> None:
        self.shown.append(codes)
        self.told.append(("roll_call", codes, lines))

    def show_order(self, conference_id: int, snapshot: dict[str, Any]) -> None:
        self.told.append(("order", conference_id, snapshot))

    def show_notice(self, conference_id: int, code: str | None, payload: dict[str, Any]) -> None:
        self.told.append(("notice", conference_id, code, payload))


@pytest.fixture
def network() -> Network:
    return Network()


def test_all_see_a_room_that_is_on_the_line_at_one(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    a.opens("1", "178")
    network.deliver()

    assert a.connected == b.connected == {"178"}
    assert a.shown == b.shown == [frozenset({"178"})]
    a.closes("1")
    network.deliver()
    assert a.connected == b.connected == set()
    assert b.lines.of(CONFERENCE)["178"] == Seen(False, 1_000)


def test_a_room_that_moves_stays_on_the_line(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    a.opens("1", "178")
    network.deliver()
    b.opens("2", "178")
    network.deliver()
    a.closes("1")
    network.deliver()

    assert a.connected == b.connected == {"178"}
    assert a.shown == b.shown == [frozenset({"178"})]


def test_a_visit_that_is_shorter_than_the_time_between_two_words_is_told_too(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    network.deliver()
    assert a.lines.opened("1", Connection(CONFERENCE, "key", "178"))
    a.peers.line_changed(CONFERENCE, "178")
    a.closes("1")
    network.deliver()

    assert b.lines.of(CONFERENCE)["178"] == Seen(False, 1_000)
    assert b.shown == [frozenset({"178"})]


def test_a_room_that_comes_to_two_at_once_is_told_at_both(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    network.deliver()
    b.opens("2", "178")  # its word is under way
    a.lines.opened("1", Connection(CONFERENCE, "key", "178"))
    a.peers.line_changed(CONFERENCE, "178")

    network.deliver()

    assert a.shown == b.shown == [frozenset({"178"})]


def test_a_visit_while_there_was_no_line_to_the_others_is_told_when_it_is_back(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    network.deliver()
    network.is_there = False
    a.opens("1", "178")
    a.closes("1")
    network.is_there = True

    a.peers.came()
    network.deliver()

    assert b.lines.of(CONFERENCE)["178"] == Seen(False, 1_000)


@pytest.mark.parametrize("comes", [True, False])
def test_the_others_know_before_the_screens_here_are_told(network: Network, comes: bool) -> None:
    """A page that asks anew may be answered by any process."""
    a, b = network.start("a"), network.start("b")
    if not comes:
        a.opens("1", "178")
    network.deliver()
    a.shown.clear()
    if comes:
        a.lines.opened("1", Connection(CONFERENCE, "key", "178"))
    else:
        a.lines.closed("1")
    a.peers.line_changed(CONFERENCE, "178")
    assert a.shown == []

    a.peers.say_lines()

    assert (a.shown, len(network.under_way)) == ([frozenset({"178"})], 1)
    network.deliver()
    assert b.connected == ({"178"} if comes else set())


def test_a_new_process_learns_who_is_there_and_who_was(network: Network) -> None:
    a = network.start("a")
    a.opens("1", "178")
    a.opens("2", "06010")
    network.clock.advance(500)
    a.closes("2")
    network.deliver()

    b = network.start("b")
    network.deliver()

    assert b.connected == {"178"}
    assert b.lines.of(CONFERENCE)["06010"] == Seen(False, 1_500)


def test_the_rooms_of_a_dead_process_leave_the_line_and_are_remembered(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    a.opens("1", "178")
    network.deliver()
    network.kill("a")
    network.tick(SILENT_MOST)

    assert b.connected == set()
    assert b.shown[-1] == frozenset({"178"})
    network.start("a again")
    network.deliver()
    assert network.processes["a again"].lines.of(CONFERENCE)["178"] == Seen(False, 1_000)


def test_a_process_that_ends_says_so(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    a.opens("1", "178")
    network.deliver()
    a.tell(a.peers.farewell())
    network.kill("a")
    network.deliver()

    assert b.connected == set()


def test_without_a_line_to_the_others_nobody_is_taken_for_dead(network: Network) -> None:
    a, b = network.start("a"), network.start("b")
    a.opens("1", "178")
    network.deliver()

    network.is_there = False
    network.tick(10 * SILENT_MOST)
    assert b.connected == {"178"}

    a.closes("1")
    network.is_there = True
    for process in (a, b):
        process.peers.came()
    network.deliver()
    assert b.connected == set()


def test_a_clock_that_is_ahead_puts_nobody_into_the_future(network: Network) -> None:
    b = network.start("b")
    said = {"kind": "lines", "number": 1, "at_ms": 9_999_999, "rooms": {"1": []}, "seen": {"1": {"178": 9_999_999}}}
    b.peers.heard("ahead", said)

    assert b.lines.of(CONFERENCE)["178"] == Seen(False, 1_000)


def test_what_others_say_is_passed_on(network: Network) -> None:
    b = network.start("b")
    for message in (
        {"kind": "order", "conference": 1, "snapshot": {"version": 3}},
        {"kind": "notice", "conference": 1, "code": "178", "payload": {"text": "Xin bật micro"}},
        {"kind": "roll_call", "conference": 1, "codes": ["178"], "lines": [4, 6]},
        {"kind": "what a newer program says"},
    ):
        b.peers.heard("a", message)

    assert b.told == [
        ("order", 1, {"version": 3}),
        ("notice", 1, "178", {"text": "Xin bật micro"}),
        ("roll_call", frozenset({"178"}), range(4, 6)),
    ]


Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["open", "close", "kill", "start", "deliver", "tick"]), st.integers(0, 2), st.integers(0, 2)
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(steps, st.randoms(use_true_random=False), st.integers(0, 4))
def test_in_the_end_all_agree_whatever_was_lost_or_overtaken(
    done: list[Step], chance: random.Random, losses: int
) -> None:
    network = Network()
    network.lost = lambda: chance.randrange(10) < losses
    started = [0, 0, 0]
    names: list[str | None] = [None, None, None]
    open_at: dict[str, dict[str, str]] = {}

    def start(place: int) -> None:
        started[place] += 1
        names[place] = name = f"{place}.{started[place]}"
        network.start(name)
        open_at[name] = {}

    for place in range(2):
        start(place)
    for what, place, code in done:
        name = names[place]
        if what == "start" and name is None:
            start(place)
        elif what == "deliver":
            network.deliver(chance)
        elif what == "tick":
            network.tick(code + 1, chance)
        elif name is not None and what == "kill":
            network.kill(name)
            names[place] = None
            del open_at[name]
        elif name is not None and what == "open":
            sid = f"{name}/{len(open_at[name])}/{CODES[code]}"
            if sid not in open_at[name]:
                open_at[name][sid] = CODES[code]
                network.processes[name].opens(sid, CODES[code])
        elif name is not None and what == "close" and open_at[name]:
            network.processes[name].closes(open_at[name].popitem()[0])

    network.lost = lambda: False
    network.tick(SILENT_MOST + HEARTBEAT_TICKS, chance)

    there = {code for screens in open_at.values() for code in screens.values()}
    for process in network.processes.values():
        assert process.connected == there
        assert process.lines.elsewhere.processes == network.processes.keys() - {process.name}
