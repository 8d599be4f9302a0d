"""The roll-call board as a list: one room a line, with what was said of it beside its line, sorted by either."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.admin.board import source_words
from giaoban.domain.alphabet import dictionary_key
from giaoban.web.presence import LINE_WORDS, Lines
from giaoban.web.roll_call import STATUS_WORDS

# What a list is sorted by: how the address names it, and the heading of its column.
SORTS: Final = {"ten": "Điểm cầu", "don-vi": "Đơn vị", "co-mat": "Điểm danh", "duong-truyen": "Đường truyền"}
_STATUS_ORDER: Final = ("waiting", "absent", "present")  # who is to be called first
_LINE_ORDER: Final = ("lost", "never", "on")


def table_row(room: Mapping[str, Any], lines: Lines) -> dict[str, Any]:
    """A room of the board with the words of its line in the list."""
    row, said = room["row"], room["row"]["effective"]
    line = lines.of(row)
    return {
        **room,
        "own_name": row["full_name"].rpartition(", ")[0] or row["full_name"],
        "status_words": STATUS_WORDS[room["status"]],
        "line": line,
        "line_words": lines.words(row) if line == "lost" else LINE_WORDS[line],
        "last_seen": "" if line == "lost" else lines.last_seen(row),
        "said": said,
        "source_words": source_words(said["source"]) if said else "",
    }


def ordered(rows: Sequence[dict[str, Any]], here: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows by what the address says, in the board's own order where it says nothing or they are equal."""
    by = here.get("xep")
    keys = {
        "ten": lambda room: (dictionary_key(room["row"]["name"]), room["row"]["full_name"]),
        "don-vi": lambda room: dictionary_key(room["group"].name),
        "co-mat": lambda room: (_STATUS_ORDER.index(room["status"]), not room["conflict"]),
        "duong-truyen": lambda room: (_LINE_ORDER.index(room["line"]), room["row"]["last_seen_at_ms"] or 0),
    }
    if by not in keys:
        return list(rows)
    return sorted(rows, key=keys[by], reverse=here.get("nguoc") == "1")
