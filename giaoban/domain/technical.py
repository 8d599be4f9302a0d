"""Which rooms need a technician, and in which order: connection, line tests and tickets, beside attendance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from giaoban.domain.checklist import MINUTE_MS

# What makes a room stand out, the most pressing first.
NEEDS: Final = ("waiting", "lost", "working", "failed", "untested")
TEST_BY_MS: Final = 30 * MINUTE_MS  # before the beginning


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of a room.

    `attendance` is present, absent or waiting. `tested` None: no line test; else whether the last one was good.
    `waiting` and `working` count its open tickets that nobody, or somebody, looks after.
    """

    attendance: str
    connected: bool
    seen: bool  # whether it has been on the line today
    tested: bool | None
    waiting: int = 0
    working: int = 0


def needs(room: Condition, now_ms: int, starts_at_ms: int) -> tuple[str, ...]:
    """Why that room needs somebody, the most pressing first; nothing for one that is well.

    - waiting, working: it has an open ticket that nobody, or somebody, looks after.
    - lost: it is present, by its record, and was on the line but is off it.
    - failed: its last line test was not good.
    - untested: it has sent no line test although T−30 has come.

    A room that is absent is not asked for its line: only its tickets count. That a room never came on the line, or left
    without having been counted present, is no fault: it may not have arrived yet.
    """
    wanted = room.attendance != "absent"
    found = {
        "waiting": room.waiting > 0,
        "lost": room.attendance == "present" and room.seen and not room.connected,
        "working": room.working > 0,
        "failed": wanted and room.tested is False,
        "untested": wanted and room.tested is None and now_ms >= starts_at_ms - TEST_BY_MS,
    }
    return tuple(name for name in NEEDS if found[name])


T = TypeVar("T")


def pressing_first(rooms: Iterable[tuple[T, Sequence[str]]]) -> list[T]:
    """Those that need somebody, by their most pressing need; equals stay in the order in which they came."""
    needy = [(NEEDS.index(why[0]), room) for room, why in rooms if why]
    return [room for _, room in sorted(needy, key=lambda each: each[0])]
