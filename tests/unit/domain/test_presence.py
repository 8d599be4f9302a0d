"""Lines of rooms: on, lost today, or not yet there."""

from typing import Any

import pytest

from giaoban.domain.presence import day_begins_at_ms, line
from tests.factories import BEGINS_AT_MS

ZONE = "Asia/Ho_Chi_Minh"
MIDNIGHT = BEGINS_AT_MS - 450 * 60_000  # the conference begins at 07:30


@pytest.mark.parametrize(
    ("connected", "last_seen_at_ms", "expected"),
    [
        (True, BEGINS_AT_MS, "on"),
        (False, BEGINS_AT_MS, "lost"),
        (False, MIDNIGHT, "lost"),
        (False, MIDNIGHT - 1, "never"),
        (False, None, "never"),
    ],
)
def test_only_who_was_there_today_can_be_missed(connected: bool, last_seen_at_ms: Any, expected: str) -> None:
    row = {"connected": connected, "last_seen_at_ms": last_seen_at_ms}
    assert line(row, day_begins_at_ms(BEGINS_AT_MS, ZONE)) == expected


def test_the_day_begins_at_the_venues_midnight() -> None:
    assert day_begins_at_ms(MIDNIGHT, ZONE) == MIDNIGHT
    assert day_begins_at_ms(MIDNIGHT - 1, ZONE) == MIDNIGHT - 24 * 3_600_000
