"""A room's line in words, for every page: the sign beside its attendance, which it never changes."""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain import presence
from giaoban.domain.times import clock, day
from giaoban.web.roll_call import STATUS_WORDS, attendance

LINE_WORDS: Final = {"on": "Đã kết nối", "lost": "Mất kết nối", "never": "Chưa kết nối"}

Row = Mapping[str, Any]  # of the contract's endpoints


class Lines:
    """The lines of rooms as they are at one moment, at a venue."""

    def __init__(self, now_ms: int, zone: str) -> None:
        self._zone = zone
        self._since_ms = presence.day_begins_at_ms(now_ms, zone)

    def of(self, row: Row) -> str:
        """on, lost or never."""
        return presence.line(row, self._since_ms)

    def lost(self, row: Row) -> bool:
        """Whether a room that has been on the line today is off it now."""
        return self.of(row) == "lost"

    def words(self, row: Row) -> str:
        """What is known of the room's line: "Mất kết nối từ 07:11"."""
        line = self.of(row)
        if line == "lost":
            return f"{LINE_WORDS[line]} từ {clock(row['last_seen_at_ms'], self._zone)}"
        return LINE_WORDS[line]

    def last_seen(self, row: Row) -> str:
        """When the room was last on the line, with the day unless it is today; "" for one that is, or never was."""
        at_ms = row["last_seen_at_ms"]
        if row["connected"] or at_ms is None:
            return ""
        time = clock(at_ms, self._zone)
        return time if at_ms >= self._since_ms else f"{time} ngày {day(at_ms, self._zone)}"

    def beside_attendance(self, row: Row) -> str:
        """Both in one line: "Có mặt · mất kết nối từ 07:11"."""
        words = self.words(row)
        return f"{STATUS_WORDS[attendance(row)]} · {words[0].lower()}{words[1:]}"
