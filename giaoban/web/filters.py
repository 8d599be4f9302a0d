"""How templates write times, lengths and speakers; the screens' scripts write them the same way."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask

from giaoban.domain.speaker import speaker_parts

MINUTE_MS: Final = 60_000


def clock(at_ms: int | None, zone: str) -> str:
    """The time of day at the venue, "09:57"; "–" for no instant."""
    return "–" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%H:%M")


def clock_s(at_ms: int | None, zone: str) -> str:
    """The time of day with seconds, "09:57:36"."""
    return "–" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%H:%M:%S")


def day(at_ms: int, zone: str) -> str:
    """The date as in tables: "26/11/2021"."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%d/%m/%Y")


def long_day(at_ms: int, zone: str) -> str:
    """The date as documents write it: "ngày 26 tháng 11 năm 2021"; days under 10 and months under 3 with a zero."""
    at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    month = f"{at.month:02d}" if at.month < 3 else str(at.month)
    return f"ngày {at.day:02d} tháng {month} năm {at.year}"


def whole_minutes(ms: int) -> int:
    """The nearest whole minutes, halves away from zero: 90 s late is 2 minutes late, as 90 s early is 2 early."""
    minutes = (abs(ms) + MINUTE_MS // 2) // MINUTE_MS
    return minutes if ms >= 0 else -minutes


def minutes(ms: int) -> str:
    """A length in whole minutes, rounded: "10'"."""
    return f"{whole_minutes(ms)}'"


def length_words(ms: int) -> str:
    """A length in words, "10 phút"; seconds only when there are some: "1 phút 30 giây". Never negative."""
    minutes, seconds = divmod((max(0, ms) + 500) // 1000, 60)
    if not minutes:
        return f"{seconds} giây"
    return f"{minutes} phút {seconds} giây" if seconds else f"{minutes} phút"


def mmss(ms: int) -> str:
    """Time left, "06:24", counting down to 00:00 (a begun second counts); over time as "+01:14", whole seconds gone."""
    if ms > 0:
        seconds = -(-ms // 1000)
        return f"{seconds // 60:02d}:{seconds % 60:02d}"
    seconds = -ms // 1000
    return f"+{seconds // 60:02d}:{seconds % 60:02d}" if seconds else "00:00"


def grouped(digits: str) -> str:
    """A long number as people copy it by hand, in groups of four: "5ca2 5e41 …"."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def unit(speaker: str | None) -> str:
    """The unit of a speaker, large on screens: "Huyện Tràng Định"."""
    return speaker_parts(speaker)[1]


def register(app: Flask) -> None:
    for function in (clock, clock_s, day, grouped, length_words, long_day, minutes, mmss, unit):
        app.add_template_filter(function)
    app.add_template_filter(minutes, "duration")
