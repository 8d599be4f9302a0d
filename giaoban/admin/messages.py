"""The MC's message box: whom the form means, the usual texts, and whether the last messages were read."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import request

from giaoban.admin.presses import whole
from giaoban.domain.errors import InvalidInput
from giaoban.domain.messages import ALL, SPEAKER
from giaoban.domain.texts import fold_for_search, search_key, search_rank, search_words
from giaoban.models import Conference
from giaoban.web.current import services
from giaoban.web.filters import clock

ROOM: Final = "room"  # in the form: the room is named in a field of its own

# (whom the form means, words, the usual texts that one tap sends)
TARGETS: Final = (
    (SPEAKER, "Người phát biểu", ("Còn 2 phút", "Đề nghị kết luận", "Nói gần micro")),
    (ROOM, "Một điểm cầu", ("Đề nghị tắt mic", "Đề nghị bật mic", "Xin chuẩn bị phát biểu")),
    (ALL, "Tất cả", ("Đề nghị tắt mic", "Xin ổn định chỗ ngồi")),
)
TIMES: Final = (
    ("", "đến khi gỡ"),
    ("30000", "30 giây"),
    ("60000", "1 phút"),
    ("120000", "2 phút"),
    ("300000", "5 phút"),
    ("900000", "15 phút"),
)
_NAMED_MOST: Final = 3


def args(conference: Conference) -> dict[str, Any]:
    """The arguments of `set_message` as the form sent them; the domain checks them.

    Raises InvalidInput for a room's name that no room has, or several.
    """
    form = request.form
    to = form.get("to", "")
    given: dict[str, Any] = {
        "text": form.get("quick") or form.get("text", ""),
        "to": _code(conference, form.get("room", "")) if to == ROOM else to,
    }
    return {**given, "for_ms": whole(form["for_ms"])} if form.get("for_ms") else given


def _code(conference: Conference, typed: str) -> str:
    """The code of the room that was meant: its code, its name, or a part of its name, with diacritics or without."""
    rooms = [room for room in conference.endpoints if room.level != "province"]
    if not search_words(typed):
        raise InvalidInput("Xin chọn điểm cầu nhận lời nhắn.", field="room")
    ranked = {room.code: search_rank(search_key(room.full_name, room.code), typed) for room in rooms}
    best = min((rank for rank in ranked.values() if rank is not None), default=None)
    exact = [
        room
        for room in rooms
        if fold_for_search(" ".join(typed.split())) in (fold_for_search(room.full_name), room.code)
    ]
    found = exact or [room for room in rooms if best is not None and ranked[room.code] == best]
    if len(found) == 1:
        return found[0].code
    if not found:
        raise InvalidInput(f"Không có điểm cầu nào tên “{typed[:60]}”.", field="room")
    names = "; ".join(room.full_name for room in found[:_NAMED_MOST])
    more = "…" if len(found) > _NAMED_MOST else ""
    raise InvalidInput(f"Có {len(found)} điểm cầu như vậy: {names}{more}. Xin ghi rõ hơn.", field="room")


def state(conference: Conference, rooms: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the message box shows: its choices, and the last message to each with what is known of its readers."""
    names = {room["code"]: room["full_name"] for room in rooms}
    last = services().messages.last_ones(conference)
    return {
        "targets": TARGETS,
        "times": TIMES,
        "last": [{**message, **_words(message, names, conference.timezone)} for message in last],
    }


def room_names(rooms: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the search for a room looks through."""
    return [room["full_name"] for room in rooms]


def _words(message: Mapping[str, Any], names: Mapping[str, str], zone: str) -> dict[str, Any]:
    """`{whom, read, read_words, until_words}`; `read` is whether whoever it was for has said so."""
    read_by = message["read_by"]
    rooms = [one for one in read_by if one["by"] in names]
    words = f"Đã nhận lúc {clock(read_by[0]['at_ms'], zone)}" if read_by else "Chưa xác nhận"
    if message["to"] == ALL:
        words = f"Đã nhận {len(rooms)}/{len(names)} điểm cầu"
    elif message["to"] == SPEAKER and read_by and not rooms:
        words += " tại màn người phát biểu"
    until = message["until_at_ms"]
    return {
        "whom": {ALL: "Tất cả", SPEAKER: "Người phát biểu"}.get(message["to"])
        or names.get(message["to"], message["to"]),
        "read": bool(read_by),
        "read_words": words,
        "until_words": "" if until is None else "hết giờ hiện" if message["over"] else f"đến {clock(until, zone)}",
    }
