"""Whether a room is on the line. A line is not attendance: nothing here knows of check-ins, none follows from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

LINES: Final = ("on", "lost", "never")


def line(row: Mapping[str, Any], since_ms: int) -> str:
    """on, lost or never, of a row of the contract's endpoints.

    `lost` is who was on the line after `since_ms`, the beginning of the day, and is off it now; whoever was there for a
    test the day before has not come yet, as one that was never there.
    """
    if row["connected"]:
        return "on"
    last_ms = row["last_seen_at_ms"]
    return "lost" if last_ms is not None and last_ms >= since_ms else "never"


def day_begins_at_ms(now_ms: int, zone: str) -> int:
    """The instant of the last midnight at the venue."""
    now = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone))
    return round(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
