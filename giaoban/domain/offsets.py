"""Offsets in words: the one rule of sign and rounding. Positive is late, over or more.

static/js/lib/format.js says the same; tests/cases/lengths.json holds both to it.
"""

from typing import Final

MINUTE_MS: Final = 60_000


def whole_minutes(ms: int) -> int:
    """The nearest whole minutes, halves away from zero: 90 s late is 2 minutes late, as 90 s early is 2 early."""
    minutes = (abs(ms) + MINUTE_MS // 2) // MINUTE_MS
    return minutes if ms >= 0 else -minutes


def signed_minutes(duration_ms: int) -> str:
    """ "+12", "−3", or "" for less than half a minute."""
    minutes = whole_minutes(duration_ms)
    if minutes == 0:
        return ""
    return f"+{minutes}" if minutes > 0 else f"−{-minutes}"


def slip(offset_ms: int) -> str:
    """ "trễ 12 phút", "sớm 3 phút" or "đúng giờ"; `offset_ms` positive when late."""
    minutes = whole_minutes(offset_ms)
    if minutes == 0:
        return "đúng giờ"
    return f"trễ {minutes} phút" if minutes > 0 else f"sớm {-minutes} phút"


def rounded(ms: int) -> str:
    """A length to the minute, "5 phút"; under one minute in seconds, "45 giây"."""
    return f"{whole_minutes(ms)} phút" if ms >= MINUTE_MS else f"{(max(0, ms) + 500) // 1000} giây"
