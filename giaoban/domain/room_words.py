"""What a room is told of the records about it: which counts, what it said itself, and what of that was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from giaoban.domain.roll_call import Record, effective, last_words


@dataclass(frozen=True, slots=True)
class RoomWords:
    """`effective` counts, `own` is the room's last word, `annulled` a later one of its that was taken back; or None."""

    effective: Record | None
    own: Record | None
    annulled: Record | None

    def as_json(self) -> dict[str, Any]:
        """Each record as the contract names it, or None."""
        return {
            "effective": self.effective.as_json() if self.effective else None,
            "own": self.own.as_json() if self.own else None,
            "annulled": self.annulled.as_json() if self.annulled else None,
        }


def room_words(records: Sequence[Record]) -> RoomWords:
    """Of all records of one room, annulled ones included."""
    words = last_words(records)
    own = words.get("self")
    taken_back = [record for record in records if record.source == "self" and record.annulled is not None]
    last = max(taken_back, key=lambda record: record.arrival, default=None)
    later = last is not None and (own is None or own.arrival < last.arrival)
    return RoomWords(effective(words.values()), own, last if later else None)
