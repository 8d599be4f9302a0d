"""The technician's board worked out from an overview: which rooms are shown under which heading, and in what words.

Knows no number of districts or rooms: whatever tree the roster holds is laid out the same way.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from giaoban.domain.roster import LEVEL_WORDS
from giaoban.domain.technical import pressing_first
from giaoban.domain.texts import search_key
from giaoban.services.technical import Room
from giaoban.web.filters import clock
from giaoban.web.line_tests import GRADE_WORDS
from giaoban.web.presence import LINE_WORDS
from giaoban.web.roll_call import STATUS_WORDS, attendance

NEEDY: Final = "can-xu-ly"
LOOK_MOST: Final = 30  # rooms in the list of those to look after; on a phone the board comes below it

# (its name in the address, the word, which rooms)
FILTERS: Final[tuple[tuple[str, str, Callable[[Room], bool]], ...]] = (
    ("", "Tất cả", lambda room: True),
    (NEEDY, "Cần xử lý", lambda room: bool(room.needs)),
    ("su-co", "Có sự cố", lambda room: bool(room.tickets)),
    ("mat-ket-noi", "Mất kết nối", lambda room: room.line == "lost"),
    ("chua-thu", "Chưa thử", lambda room: room.test is None and room.row["level"] != "province"),
)
NAMES: Final = tuple(name for name, _, _ in FILTERS)

_LEVELS: Final = {**{level: words.capitalize() for level, words in LEVEL_WORDS.items()}, "province": "Hội trường"}


def shown(rooms: Sequence[Room], name: str) -> list[Room]:
    """The rooms of that filter; all of them for a name that is none."""
    chosen = next((rule for each, _, rule in FILTERS if each == name), FILTERS[0][2])
    return [room for room in rooms if chosen(room)]


def filters(rooms: Sequence[Room]) -> list[dict[str, Any]]:
    """The filters with how many rooms each would show."""
    return [{"name": name, "word": word, "count": sum(rule(room) for room in rooms)} for name, word, rule in FILTERS]


def groups(rooms: Sequence[Room], every: Sequence[Room], zone: str) -> list[dict[str, Any]]:
    """The rooms by district, in the roster's order; rooms without one by their level.

    `every` holds all rooms of the roster, which name the districts and make the headings' figures. Each group: `name`,
    `rooms` as `line` has them, `connected`, `tested` and `count` of all that belong to it, `needy` among them.
    """
    heads = {room.row["code"]: room.row["full_name"] for room in every if room.row["level"] == "district"}
    parents = {room.row["parent_code"] for room in every}
    whole: dict[str, list[Room]] = {}
    for room in every:
        whole.setdefault(_group_of(room.row, heads, parents), []).append(room)
    there = {room.row["code"] for room in rooms}
    found = []
    for name, members in whole.items():
        lines = [line(room, zone) for room in members if room.row["code"] in there]
        if lines:
            found.append(
                {
                    "name": name,
                    "rooms": lines,
                    "count": len(members),
                    "connected": sum(room.row["connected"] for room in members),
                    "tested": sum(room.test is not None for room in members),
                    "needy": sum(bool(room.needs) for room in members),
                }
            )
    return found


def _group_of(row: Mapping[str, Any], heads: Mapping[str, str], parents: set[str | None]) -> str:
    """The heading under which a room stands: its district's name, else the words of its level."""
    if row["parent_code"] in heads:
        return heads[row["parent_code"]]
    if row["code"] in heads and row["code"] in parents:
        return heads[row["code"]]
    return _LEVELS[row["level"]]


def line(room: Room, zone: str) -> dict[str, Any]:
    """One room of the board: its name without the district, attendance and line as two signs, its tickets."""
    row = room.row
    status = attendance(row)
    said_of_line = line_words(room, zone)
    words = [row["full_name"], STATUS_WORDS[status], said_of_line, _test_words(room, zone)]
    if room.tickets:
        words.append(f"{len(room.tickets)} sự cố đang mở")
    return {
        "code": row["code"],
        "name": row["full_name"].split(",")[0],
        "full_name": row["full_name"],
        "status": status,
        "status_words": STATUS_WORDS[status],
        "connected": row["connected"],
        "lost": room.line == "lost",
        "line_words": said_of_line,
        "asked": row["level"] != "province",  # for a line test
        "test": room.test,
        "tickets": room.tickets,
        "needs": room.needs,
        "label": ". ".join(words),
        "key": search_key(row["full_name"], row["code"]),
    }


def _test_words(room: Room, zone: str) -> str:
    if room.test is None:
        return "Chưa thử đường truyền"
    grade = GRADE_WORDS[room.test["verdict"]["grade"]].lower()
    return f"Thử đường truyền lúc {clock(room.test['at_ms'], zone)}: {grade}"


def line_words(room: Room, zone: str) -> str:
    """What is known of the line in the fewest words: "Đã kết nối", "Mất từ 07:12", "Chưa kết nối"."""
    if room.line == "lost":
        return f"Mất từ {clock(room.row['last_seen_at_ms'], zone)}"
    return LINE_WORDS[room.line]


def to_look_after(rooms: Sequence[Room], zone: str) -> list[dict[str, Any]]:
    """The rooms that need somebody though no ticket says so, the most pressing first."""
    without = [(room, [need for need in room.needs if need not in ("waiting", "working")]) for room in rooms]
    return [line(room, zone) for room in pressing_first(without)]
