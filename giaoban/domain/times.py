"""Times as people read them: instants at the venue, in its zone, and lengths in words."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from giaoban.domain.offsets import whole_minutes

_WEEKDAYS: Final = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


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


def length_words(ms: int) -> str:
    """A length in words, "10 phút"; seconds only when there are some: "1 phút 30 giây". Never negative."""
    minutes, seconds = divmod((max(0, ms) + 500) // 1000, 60)
    if not minutes:
        return f"{seconds} giây"
    return f"{minutes} phút {seconds} giây" if seconds else f"{minutes} phút"


def short_length(ms: int) -> str:
    """A length to the second for tables: "10'", "12'30\"", "45\"", "75'"; never negative."""
    minutes, seconds = divmod((max(0, ms) + 500) // 1000, 60)
    if not minutes and seconds:
        return f'{seconds}"'
    return f"{minutes}'" + (f'{seconds:02d}"' if seconds else "")


def hours_words(ms: int) -> str:
    """A long length in words and whole minutes, rounded: "3 giờ 51 phút", "45 phút"."""
    hours, minutes = divmod(whole_minutes(max(0, ms)), 60)
    return f"{hours} giờ {minutes} phút" if hours else f"{minutes} phút"


def signed_length(ms: int) -> str:
    """The same with its sign, "+2'05\"" or "−1'"; "0'" for less than half a second."""
    words = short_length(abs(ms))
    if words == "0'":
        return words
    return ("+" if ms > 0 else "−") + words


def weekday(at_ms: int, zone: str) -> str:
    """The day of the week at the venue, "Thứ sáu"."""
    return _WEEKDAYS[datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).weekday()]
