"""How far the screens of this process have been told of each conference, so that what they miss can be found.

What is stored is compared with it, not the other way round: whoever changed it, on whatever way the news went or was
lost, a version or a log line that nobody here has heard of is noticed.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Stored:
    """What the conference's row says.

    `beside`: what the hall's pages go by beside snapshot and fragments (`looked_at.BESIDE`), compared as a whole.
    """

    version: int
    last_seq: int
    beside: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What screens here have not heard of.

    `after`: commands above that version. `lines`: facts of the roll call among those log lines. `beside`: that is
    another. `went_back`: a backup was restored, so that what is remembered, here and by screens, is worth nothing.
    """

    after: int | None = None
    lines: range | None = None
    beside: bool = False
    went_back: bool = False


@dataclass(slots=True)
class _Mark:
    version: int  # of the newest snapshot that was shown
    settled: Stored  # up to here every line has been accounted for
    previous: Stored  # what was stored a round ago
    announced: list[range] = field(default_factory=list)  # log lines without a version above `settled`


class Shown:
    """By conference id. Nothing here waits or asks anybody."""

    def __init__(self) -> None:
        self._marks: dict[int, _Mark] = {}

    def joined(self, conference_id: int, stored: Stored) -> None:
        """A screen has been given that state on joining; others may have been given an older one before."""
        self._marks.setdefault(conference_id, _Mark(stored.version, stored, stored))

    def version(self, conference_id: int) -> int:
        """The newest version that was shown, -1 for none."""
        mark = self._marks.get(conference_id)
        return -1 if mark is None else mark.version

    def order(self, conference_id: int, version: int) -> bool:
        """Whether a snapshot of that version is news here; from now on it is none."""
        mark = self._marks.get(conference_id)
        if mark is None:
            return True  # nobody looks, or nobody has joined by the usual way
        if version <= mark.version:
            return False
        mark.version = version
        return True

    def facts(self, conference_id: int, lines: range) -> None:
        """Those log lines without a version, of the roll call or for the consoles, are announced."""
        mark = self._marks.get(conference_id)
        if mark is not None and lines:
            mark.announced.append(lines)

    def compare(self, conference_id: int, stored: Stored) -> Missing:
        """What is missing now. Lines get a round of grace: their announcement may be on its way."""
        mark = self._marks.get(conference_id)
        if mark is None:
            self.joined(conference_id, stored)
            return Missing()
        if stored.last_seq < mark.previous.last_seq:
            self._marks[conference_id] = _Mark(stored.version, stored, stored)
            return Missing(went_back=True)
        due = range(mark.settled.last_seq + 1, mark.previous.last_seq + 1)
        facts = len(due) - (mark.previous.version - mark.settled.version)  # every command has a line of its own
        known = sum(len(_both(due, lines)) for lines in mark.announced)
        beside = stored.beside != mark.previous.beside
        mark.settled, mark.previous = mark.previous, stored
        mark.announced = [lines for lines in mark.announced if lines.stop > due.stop]
        return Missing(
            after=mark.version if stored.version > mark.version else None,
            lines=due if facts > known else None,
            beside=beside,
        )

    def keep(self, conference_ids: set[int]) -> None:
        """Forget all the others: nobody looks at them here any more."""
        for gone in self._marks.keys() - conference_ids:
            del self._marks[gone]


def _both(one: range, other: range) -> range:
    return range(max(one.start, other.start), min(one.stop, other.stop))
