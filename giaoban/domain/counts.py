"""A frozen count of the roll call: what was counted at one moment, room by room, sealed by a hash.

The count is a JSON object: `{"slug", "number", "at_ms", "version", "seq", "roster_hash", "sentence", "totals",
"by_level", "by_district", "rows"}`. It says how things stood after line `seq` of the log and version `version` of the
running order; `number` counts from 1 within the conference. `by_district` has a `{"code", "totals"}` for each district,
its own room and its communes together; each row is a room as in the roster with what counted for it, all null where
nobody had reported. Its seal is the SHA-256, in lower-case hex, of its canonical JSON.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from giaoban.domain.chain import canonical
from giaoban.domain.roll_call import Record, totals
from giaoban.domain.roll_call_groups import by_district
from giaoban.domain.roll_call_sentence import sentence
from giaoban.domain.roster import LEVELS, Unit, roster_hash

COUNTED: Final = "count"
SHOWN: Final = "count_shown"
KINDS: Final = (COUNTED, SHOWN)
SEAL_SHOWN: Final = 16  # hex digits of the seal that are printed: nobody meets them by trying
_SAID: Final = ("check_in_id", "status", "headcount", "reason", "source", "late", "happened_at_ms")

Count = Mapping[str, Any]
Words = Mapping[str, Record]  # what counts for each room that has reported, by code


def make(
    *, slug: str, number: int, at_ms: int, version: int, seq: int, timezone: str, units: Sequence[Unit], words: Words
) -> dict[str, Any]:
    """The count of those rooms; the hall's is in none of its figures."""
    rows = [_row(unit, words.get(unit.code)) for unit in units if unit.level != LEVELS[0]]
    figures = _figures(rows, words)
    return {
        "slug": slug,
        "number": number,
        "at_ms": at_ms,
        "version": version,
        "seq": seq,
        "roster_hash": roster_hash(units),
        "sentence": sentence(figures["totals"], figures["by_level"], at_ms, timezone),
        **figures,
        "rows": rows,
    }


def seal(count: Count) -> str:
    """The hash of a count."""
    return hashlib.sha256(canonical(count).encode()).hexdigest()


def printed(sealed: str) -> str:
    """As much of a seal as is printed, as people copy it by hand: "c36d 1f7c 9abd 4977"."""
    return " ".join(sealed[at : at + 4] for at in range(0, SEAL_SHOWN, 4))


def follows(count: Count, words: Words) -> bool:
    """Whether rows and figures of the count are what those words say of its rooms."""
    rows = [_row(unit, words.get(unit.code)) for unit in units_of(count)]
    figures = _figures(rows, words)
    return count["rows"] == rows and all(count[name] == told for name, told in figures.items())


def units_of(count: Count) -> list[Unit]:
    """The rooms that were counted, as they stood in the roster."""
    return [Unit(row["code"], row["level"], row["kind"], row["name"], row["parent_code"]) for row in count["rows"]]


def _row(unit: Unit, word: Record | None) -> dict[str, Any]:
    told = word.as_logged() if word else {}
    return {**asdict(unit), **{name: told.get(name) for name in _SAID}}


def _figures(rows: Sequence[Mapping[str, Any]], words: Words) -> dict[str, Any]:
    def count(some: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        return totals([words.get(row["code"]) for row in some]).as_json()

    levels = {level: [row for row in rows if row["level"] == level] for level in LEVELS[1:]}
    districts = [group for group in by_district(rows) if group.head is not None]
    return {
        "totals": count(rows),
        "by_level": {level: count(own) for level, own in levels.items() if own},
        "by_district": [
            {"code": group.head["code"], "totals": count(group.rows)} for group in districts if group.head is not None
        ],
    }
