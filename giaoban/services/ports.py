"""What the services need from outside: a clock, somebody to tell the screens, and who is on the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Clock(Protocol):
    """The server's clock."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC; goes on evenly while something runs."""
        ...

    @property
    def stepped(self) -> bool:
        """Whether there is a better time to be taken over by `catch_up`."""
        ...

    def catch_up(self, not_before_ms: int) -> None:
        """Take it over, but never go back behind that instant."""
        ...


class Publisher(Protocol):
    """Tells the screens what has been stored. A screen that cannot be reached never undoes a change: nothing raises."""

    def order_changed(self, conference_id: int, snapshot: Mapping[str, Any]) -> None: ...

    def notice(self, conference_id: int, to: str, payload: Mapping[str, Any]) -> None:
        """A message for the speaker (`to` "speaker") or one endpoint (its code)."""
        ...

    def roll_call_changed(self, conference_id: int, codes: frozenset[str], lines: range) -> None:
        """Check-ins for these rooms, which are those lines (seq) of the log."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether an endpoint's screen is on the line now, and when it last was (ms since the epoch)."""

    connected: bool
    last_seen_at_ms: int


class Presence(Protocol):
    """Who is connected. A line is not attendance: nothing here ever changes a check-in."""

    def of(self, conference_id: int) -> Mapping[str, Seen]:
        """By endpoint code; a room that was never seen is not in it."""
        ...
