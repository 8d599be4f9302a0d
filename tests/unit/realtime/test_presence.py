"""Who is on the line: a room is there as long as one of its screens is."""

from giaoban.domain.readiness import AWAY_MS
from giaoban.realtime.presence import Connection, Lines
from giaoban.services.ports import Seen
from tests.fakes import FakeClock

ROOM = Connection(1, "endpoint:1:06010:0", "06010")


def test_a_room_comes_with_its_first_screen_and_leaves_with_its_last() -> None:
    lines = Lines(FakeClock())

    assert lines.opened("a", ROOM) is True
    assert lines.opened("b", ROOM) is False
    assert lines.closed("a") is None
    assert lines.closed("b") == ROOM
    assert lines.opened("c", ROOM) is True


def test_the_public_and_staff_are_no_rooms() -> None:
    lines = Lines(FakeClock())

    assert lines.opened("a", Connection(1)) is False
    assert lines.get("a") == Connection(1)
    assert lines.closed("a") is None
    assert lines.of(1) == {}


def test_a_screen_that_left_is_not_known_any_more() -> None:
    lines = Lines(FakeClock())
    lines.opened("a", ROOM)
    lines.closed("a")

    assert lines.get("a") is None
    assert lines.closed("a") is None


def test_a_room_on_the_line_is_seen_now_and_one_that_left_when_it_left() -> None:
    clock = FakeClock(1000)
    lines = Lines(clock)
    lines.opened("a", ROOM)
    clock.advance(500)

    assert lines.of(1) == {"06010": Seen(True, 1500)}
    lines.closed("a")
    clock.advance(500)
    assert lines.of(1) == {"06010": Seen(False, 1500)}


def test_conferences_are_kept_apart() -> None:
    lines = Lines(FakeClock(1000))
    lines.opened("a", ROOM)

    assert lines.opened("b", Connection(2, "endpoint:2:06010:0", "06010")) is True
    assert lines.closed("b") is not None
    assert lines.of(1)["06010"].connected
    assert not lines.of(2)["06010"].connected
    assert lines.of(3) == {}


def test_a_line_lost_for_long_is_remembered_and_a_short_break_is_not() -> None:
    clock = FakeClock(1_000)
    lines = Lines(clock)
    lines.opened("a", ROOM)
    lines.closed("a")
    clock.advance(AWAY_MS)
    assert lines.of(1)["06010"].away_since_ms is None
    clock.advance(1)
    assert lines.of(1)["06010"].away_since_ms == 1_000

    lines.opened("b", ROOM)
    assert lines.of(1) == {"06010": Seen(True, clock.now_ms(), 1_000)}
    lines.closed("b")
    clock.advance(AWAY_MS)
    lines.opened("c", ROOM)
    assert lines.of(1)["06010"].away_since_ms == 1_000


def test_a_room_with_a_screen_elsewhere_was_never_away() -> None:
    clock = FakeClock(1_000)
    lines = Lines(clock)
    lines.opened("a", ROOM)
    lines.elsewhere.heard("other", 1, clock.now_ms(), {(1, "06010")})
    lines.closed("a")
    clock.advance(2 * AWAY_MS)
    lines.opened("b", ROOM)
    assert lines.of(1)["06010"].away_since_ms is None
