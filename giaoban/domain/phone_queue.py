"""Whom the secretary phones next, by a rule that anybody can say aloud.

On the list is every room of which nobody has said yet whether it is there. In this order:

1. the one that the caller is just phoning;
2. those who asked to be called again, once that time has come, the longest due first;
3. those whom nobody has phoned yet: first of the district where most are missing, its own room before its communes,
   those with a number before those without;
4. those who did not answer, the call longest ago first, but not before `REST_MS` have passed since it;
5. those phoned more recently than that, in the same order; then those whose agreed time is still to come;
6. those whom somebody else is phoning: behind all others, for as long as a call takes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

CALLING, NO_ANSWER, BUSY, AGAIN = "calling", "no_answer", "busy", "call_again"
PRESENT, ABSENT = "present", "absent"
OUTCOMES: Final = (CALLING, NO_ANSWER, BUSY, AGAIN, PRESENT, ABSENT)

MINUTE_MS: Final = 60_000
REST_MS: Final = 5 * MINUTE_MS
CALL_LASTS_MS: Final = 3 * MINUTE_MS  # whoever began to call and said nothing more is not phoning any longer
AGAIN_MOST_MS: Final = 24 * 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when, by whom, what came of it, and when to call again (for `call_again` only)."""

    at_ms: int
    actor: str
    outcome: str
    again_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A room without a word. `group` is its district's code, its own for a district; `place` as in the roster."""

    code: str
    group: str
    heads_group: bool
    place: int
    has_number: bool
    last: Call | None = None


def called_by(last: Call | None, now_ms: int) -> str | None:
    """The actor who is phoning now; None when nobody is."""
    if last is not None and last.outcome == CALLING and now_ms - last.at_ms < CALL_LASTS_MS:
        return last.actor
    return None


def queue(rooms: Iterable[Waiting], now_ms: int, caller: str) -> Sequence[Waiting]:
    """The rooms in the order of the rule, for the caller of that name (as `Call.actor`)."""
    every = list(rooms)
    missing = Counter(room.group for room in every)
    begins: dict[str, int] = {}
    for room in every:
        begins[room.group] = min(room.place, begins.get(room.group, room.place))

    def place(room: Waiting) -> tuple[int, ...]:
        last = room.last
        own = (not room.has_number, -missing[room.group], begins[room.group], not room.heads_group, room.place)
        if (actor := called_by(last, now_ms)) is not None and last is not None:
            return (0, -last.at_ms, room.place) if actor == caller else (6, last.at_ms, room.place)
        if last is None or last.outcome in (CALLING, PRESENT, ABSENT):
            return (2, *own)
        if last.outcome == AGAIN and last.again_at_ms is not None:
            return (1 if last.again_at_ms <= now_ms else 5, last.again_at_ms, room.place)
        return (4 if now_ms - last.at_ms < REST_MS else 3, last.at_ms, room.place)

    return sorted(every, key=place)
