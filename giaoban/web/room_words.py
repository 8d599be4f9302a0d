"""What others say of a room, in words for the room; static/js/lib/room_words.js says the same (tests/cases)."""

from typing import Any, Final

from giaoban.domain.room_words import RoomWords
from giaoban.domain.times import clock

_WHO: Final = {"secretary": "Ban tổ chức ghi", "district": "Cấp huyện báo thay"}


def room_note(words: RoomWords, zone: str) -> str:
    """What the room should know and do: somebody else's word counts, or its own was taken back; "" for neither."""
    return note_of(words.as_json(), lambda at_ms: clock(at_ms, zone))


def note_of(words: dict[str, Any], time_of_day: Any) -> str:
    """The same of the words as JSON; `time_of_day(at_ms)` tells an instant."""
    word, own, annulled = words["effective"], words["own"], words["annulled"]
    told = []
    if annulled:
        why = annulled["annulled"]["reason"]
        told.append(f"Lần điểm danh lúc {time_of_day(annulled['happened_at_ms'])} đã bị hủy: {why}.")
        if not word:
            told.append("Xin điểm danh lại.")
    if word and word["source"] in _WHO:
        told.append(f"{_WHO[word['source']]} lúc {time_of_day(word['happened_at_ms'])}: {_said(word)}.")
        if own and _said(own) != _said(word):
            told.append(f"Điểm cầu đã báo lúc {time_of_day(own['happened_at_ms'])}: {_said(own)}.")
            told.append("Bản của Ban tổ chức được tính.")
        told.append(
            "Nếu chưa đúng, xin gọi thư ký." if word["source"] == "secretary" else "Nếu chưa đúng, xin bấm Sửa."
        )
    return " ".join(told)


def _said(record: dict[str, Any]) -> str:
    if record["status"] == "absent":
        return f"Vắng ({record['reason']})"
    total = record["headcount"]["total"]
    return f"Có mặt, {total} đại biểu" if total else "Có mặt"
