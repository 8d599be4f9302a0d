"""Which rooms stand out to the technician."""

from dataclasses import replace

import pytest

from giaoban.domain.technical import Condition, needs, pressing_first
from tests.factories import BEGINS_AT_MS, at

WELL = Condition(attendance="present", connected=True, seen=True, tested=True)


@pytest.mark.parametrize(
    ("changed", "minute", "found"),
    [
        ({}, 0, ()),
        # A line is not attendance: one that was there and is gone is the technician's, one that never came is nobody's.
        ({"connected": False}, 0, ("lost",)),
        ({"connected": False, "seen": False}, 0, ()),
        ({"connected": False, "attendance": "waiting"}, 0, ()),
        ({"connected": False, "attendance": "absent"}, 0, ()),
        # No test by T−30.
        ({"tested": None}, -30.01, ()),
        ({"tested": None}, -30, ("untested",)),
        ({"tested": None}, 45, ("untested",)),
        ({"tested": None, "attendance": "waiting"}, -30, ("untested",)),
        ({"tested": None, "attendance": "absent"}, -30, ()),
        ({"tested": False}, -90, ("failed",)),
        ({"tested": False, "attendance": "absent"}, -90, ()),
        # Tickets count whoever is there.
        ({"waiting": 1}, -90, ("waiting",)),
        ({"working": 2, "attendance": "absent"}, -90, ("working",)),
        (
            {"waiting": 1, "working": 1, "connected": False, "tested": None},
            0,
            ("waiting", "lost", "working", "untested"),
        ),
    ],
)
def test_why_a_room_needs_somebody(changed: dict[str, object], minute: float, found: tuple[str, ...]) -> None:
    assert needs(replace(WELL, **changed), at(minute), BEGINS_AT_MS) == found  # type: ignore[arg-type]


def test_the_most_pressing_come_first_and_equals_keep_their_place() -> None:
    rooms = [("a", ("untested",)), ("b", ()), ("c", ("lost", "untested")), ("d", ("untested",)), ("e", ("waiting",))]
    assert pressing_first(rooms) == ["e", "c", "a", "d"]
