"""What stands beside the roll-call board, worked out from a roll call: figures and absences."""

from collections.abc import Mapping, Sequence
from typing import Any

from giaoban.domain.board import short_name
from giaoban.domain.roster import LEVEL_WORDS
from giaoban.web.roll_call import SOURCE_WORDS, attendance

Row = Mapping[str, Any]


def reasons(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """The absences by their reason: (reason, rooms named with their district), in the roster's order."""
    heads = {row["code"]: row for row in rows if row["level"] == "district"}
    found: dict[str, list[str]] = {}
    for row in rows:
        if attendance(row) == "absent":
            parent = heads.get(row["parent_code"])
            name = f"{short_name(row)}, {short_name(parent)}" if parent else row["full_name"]
            found.setdefault(row["effective"]["reason"], []).append(name)
    return list(found.items())


def levels(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures of each level of the roster."""
    return [{"name": LEVEL_WORDS[level].capitalize(), **totals} for level, totals in view["by_level"].items()]


def source_words(source: str) -> str:
    words = SOURCE_WORDS[source]
    return words[0].upper() + words[1:]
