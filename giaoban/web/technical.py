"""Tickets, needs and the checklist in words, for the technician's pages and the rooms'."""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain.offsets import rounded
from giaoban.domain.tickets import Change, Ticket
from giaoban.domain.times import hours_words
from giaoban.services.identity import actor_words

KIND_WORDS: Final = {"picture": "Hình", "sound": "Tiếng", "mic": "Micro", "network": "Mạng", "other": "Khác"}
KIND_HINTS: Final = {
    "picture": "không có hình, hình giật, sai màn hình",
    "sound": "không nghe được hội trường, tiếng rè, vọng",
    "mic": "hội trường không nghe được điểm cầu",
    "network": "mất mạng, mạng chậm, tự thoát ra",
    "other": "xin ghi rõ ở dưới",
}
STATE_WORDS: Final = {"new": "Mới", "working": "Đang xử lý", "done": "Đã xong", "reopened": "Mở lại"}
# As a room is told.
ROOM_STATE_WORDS: Final = {
    "new": "Đã báo, chờ kỹ thuật nhận",
    "working": "Kỹ thuật đang xử lý",
    "done": "Đã xong",
    "reopened": "Đã báo lại, chờ kỹ thuật nhận",
}
_ROOM_DONE: Final = {
    "open": "Báo sự cố",
    "take": "Kỹ thuật đã nhận",
    "release": "Chờ kỹ thuật khác nhận",
    "finish": "Kỹ thuật báo đã xong",
    "reopen": "Mở lại",
    "answer": "Kỹ thuật trả lời",
}
NEED_WORDS: Final = {
    "waiting": "Có sự cố mới",
    "lost": "Có mặt · mất kết nối",
    "working": "Đang xử lý sự cố",
    "failed": "Thử đường truyền chưa đạt",
    "untested": "Chưa thử đường truyền",
}
MEASURE_WORDS: Final = {
    "tested": "số điểm cầu đã thử đường truyền",
    "connected": "số điểm cầu đang kết nối",
    "tickets": "số sự cố đã xử lý xong",
}
DAY_MS: Final = 24 * 3_600_000
_DONE: Final = {
    "open": "Báo sự cố",
    "take": "Nhận xử lý",
    "release": "Trả lại, chờ người khác nhận",
    "finish": "Báo đã xong",
    "reopen": "Mở lại",
    "answer": "Nhắn điểm cầu",
    "note": "Ghi chú nội bộ",
}
_DONE_BY_ROOM: Final = {"answer": "Điểm cầu nhắn thêm", "finish": "Điểm cầu báo đã hết sự cố"}


def change_words(change: Change) -> str:
    """What was done to a ticket: "Nhận xử lý"."""
    return _DONE_BY_ROOM.get(change.action, _DONE[change.action]) if change.by_room else _DONE[change.action]


def room_words(change: Mapping[str, Any], code: str) -> str:
    """The same for a room, of a change as it is told of it: its own doings in its own words."""
    own = change["actor"] == f"endpoint:{code}"
    mine = {"answer": "Điểm cầu nhắn", "finish": "Điểm cầu báo đã hết"}
    return mine.get(change["action"], _ROOM_DONE[change["action"]]) if own else _ROOM_DONE[change["action"]]


def who_words(actor: str, rooms: Mapping[str, str]) -> str:
    """Who did it, for the staff: a person with the role, a room by its name."""
    role, _, name = actor.partition(":")
    return rooms.get(name, f"Điểm cầu {name}") if role == "endpoint" else actor_words(actor)


def state_words(ticket: Ticket) -> str:
    """The state with who holds it, for the staff: "Đang xử lý, binh (Kỹ thuật)"."""
    words = STATE_WORDS[ticket.state]
    return f"{words}, {actor_words(ticket.holder)}" if ticket.state == "working" and ticket.holder else words


def left_words(ms: int) -> str:
    """How long is left, "12 phút" or "1 giờ 5 phút"; "" for more than a day, when the time of day says enough."""
    if ms >= DAY_MS:
        return ""
    return rounded(ms) if ms < 3_600_000 else hours_words(ms)


def words() -> dict[str, Any]:
    """All of them for a template."""
    return {
        "kind_words": KIND_WORDS,
        "kind_hints": KIND_HINTS,
        "ticket_states": STATE_WORDS,
        "need_words": NEED_WORDS,
        "measure_words": MEASURE_WORDS,
        "change_words": change_words,
        "state_words": state_words,
        "left_words": left_words,
    }
