"""Which rooms have screens at other processes, and when each was last seen there."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from giaoban.services.ports import Room

SILENT_MOST: Final = 12  # ticks (seconds) without a word until a process counts as dead


class Elsewhere:
    """The rooms of the other processes, each by the last that it said.

    A process always says all that it has, with a number that grows, so that lost or overtaken messages do no harm. Its
    silence is counted in ticks of this process: while this one sleeps or has no line itself, nobody else grows old.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, frozenset[Room]] = {}
        self._numbers: dict[str, int] = {}
        self._silent: dict[str, int] = {}
        self._said_at_ms: dict[str, int] = {}
        self._last_seen_at_ms: dict[Room, int] = {}

    def heard(self, process: str, number: int, at_ms: int, rooms: Iterable[Room]) -> set[Room]:
        """All the rooms that the process has had at that instant; those which came on the line or left it by that."""
        if number <= self._numbers.get(process, -1):
            return set()
        before = self._connected()
        gone = self._rooms.get(process, frozenset())
        self._numbers[process] = number
        self._silent[process] = 0
        self._said_at_ms[process] = at_ms
        self._rooms[process] = frozenset(rooms)
        for room in gone | self._rooms[process]:
            self.seen(room, at_ms)
        return before ^ self._connected()

    def seen(self, room: Room, at_ms: int) -> None:
        """The room was on the line at that instant."""
        self._last_seen_at_ms[room] = max(at_ms, self._last_seen_at_ms.get(room, 0))

    def tick(self) -> set[Room]:
        """A second has passed; the rooms that have left the line because their process is dead."""
        before = self._connected()
        for process in [*self._silent]:
            self._silent[process] += 1
            if self._silent[process] >= SILENT_MOST:
                for room in self._rooms.pop(process):
                    self.seen(room, self._said_at_ms[process])
                del self._silent[process], self._said_at_ms[process]
        return before ^ self._connected()

    def _connected(self) -> set[Room]:
        return set().union(*self._rooms.values())

    def has(self, room: Room) -> bool:
        return any(room in rooms for rooms in self._rooms.values())

    @property
    def processes(self) -> Collection[str]:
        """The others that are alive."""
        return self._rooms.keys()

    @property
    def last_seen(self) -> Mapping[Room, int]:
        """When each room was last on the line elsewhere (ms since the epoch), as far as is known."""
        return self._last_seen_at_ms
