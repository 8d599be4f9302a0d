"""The roll call in words, for every page: attendance, who said so, and the number of people that somebody typed."""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain.errors import InvalidInput

STATUS_WORDS: Final = {"present": "Có mặt", "absent": "Vắng (lý do)", "waiting": "Chưa điểm danh"}
# As they stand inside a sentence.
SOURCE_WORDS: Final = {"self": "điểm cầu tự báo", "district": "cấp huyện báo thay", "secretary": "Ban tổ chức ghi"}
_DIGITS_MOST: Final = 6


def attendance(row: Mapping[str, Any]) -> str:
    """present, absent or waiting: the mark of a room of the roll call."""
    return "waiting" if row["effective"] is None else str(row["effective"]["status"])


def headcount(typed: str, refusal: str) -> int:
    """The number that was typed; nothing counts as 0, "not told". Raises InvalidInput with that sentence."""
    typed = typed.strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS_MOST):
        raise InvalidInput(refusal, field="headcount")
    return int(typed)
