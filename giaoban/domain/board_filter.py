"""Which rooms of the roll call are looked at.

static/js/lib/board_filter.js does the same; tests/cases/board_filter.json holds both to it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from giaoban.domain.texts import search_rank, search_words


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What a room has to be: all of the `marks`, of that district ("" is any), found by that text ("" is any)."""

    marks: frozenset[str] = frozenset()
    district: str = ""
    text: str = ""

    @property
    def on(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.marks or self.district or search_words(self.text))

    def shows(self, marks: Collection[str], district: str, key: str) -> bool:
        """`key` is the room's `search_key`."""
        return (
            self.marks <= frozenset(marks)
            and self.district in ("", district)
            and (not self.text.strip() or search_rank(key, self.text) is not None)
        )
