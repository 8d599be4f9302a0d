"""What the services need from outside: a clock, somebody to tell the screens, and who is on the line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from giaoban.domain.projectors import Sighting


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

    def console_changed(self, conference_id: int, lines: range) -> None:
        """Something that only consoles show, which those lines (seq) of the log say, or none."""
        ...

    def roll_call_changed(self, conference_id: int, codes: frozenset[str], lines: range) -> None:
        """Check-ins for these rooms, which are those lines (seq) of the log."""
        ...

    def readiness_changed(self, conference_id: int, codes: frozenset[str], lines: range) -> None:
        """Something about readiness that these rooms and the consoles show, which those lines (seq) of the log say."""

    def technical_changed(self, conference_id: int, codes: frozenset[str], lines: range) -> None:
        """Line tests, tickets or the checklist, concerning these rooms, which those lines of the log say, or none."""
        ...

    def looks_changed(self, conference_id: int, looks: Mapping[str, Any], lines: range) -> None:
        """Its stage looks otherwise (`StageLooks.of`), which those lines of the log say."""
        ...

    def room_notice(self, conference_id: int, code: str, payload: Mapping[str, Any]) -> None:
        """Something of a room is new, for its own screens alone; `payload` has a `kind` and `at_ms`."""
        ...


Room = tuple[int, str]  # a conference's id and an endpoint's code


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether an endpoint's screen is on the line now, and when it last was (ms since the epoch).

    `away_since_ms` is when it was last lost for so long that what it said before may have changed; None when never.
    """

    connected: bool
    last_seen_at_ms: int
    away_since_ms: int | None = None


class Presence(Protocol):
    """Who is connected. A line is not attendance: nothing here ever changes a check-in."""

    def of(self, conference_id: int) -> Mapping[str, Seen]:
        """By endpoint code; a room that was never seen is not in it."""
        ...


class Sockets(Presence, Protocol):
    """The same as far as open sockets tell: since the start, and not before."""

    def rooms(self) -> Collection[Room]:
        """The rooms that are on the line of this process."""
        ...

    def moved(self) -> Mapping[Room, int]:
        """Those that have come on its line or left it since this was last asked, and when (ms since the epoch)."""
        ...


class ProjectorScreens(Protocol):
    """The projectors' pages: what they have reported, and how they are told. Nothing raises."""

    def sightings(self, conference_id: int) -> Mapping[str, Sighting]:
        """By the projector's id; one that was not seen since the start is not in it."""
        ...

    def behind_since_ms(self, conference_id: int, version: int) -> int:
        """When the first version above that one was stored, as far as is known; else now."""
        ...

    def unpaired(self, conference_id: int) -> int:
        """How many projector pages without a name are open."""
        ...

    def changed(self, conference_id: int, lines: range) -> None:
        """What is stored of the projectors is new, which those lines (seq) of the log say."""
        ...

    def identify(self, conference_id: int, projector_id: str, payload: Mapping[str, Any]) -> None:
        """That projector is to show its name for a while."""
        ...
