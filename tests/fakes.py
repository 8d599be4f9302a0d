"""Stand-ins for what the services need from outside."""

from collections.abc import Mapping
from typing import Any

from giaoban.services.ports import Seen

OPENING_AT_MS = 1_637_886_600_000  # 26 November 2021, 07:30 at the venue


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self, at_ms: int = OPENING_AT_MS) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        return self.at_ms

    def advance(self, ms: int) -> None:
        self.at_ms += ms


class RecordingPublisher:
    """Remembers what the screens would have been told."""

    def __init__(self) -> None:
        self.snapshots: list[Mapping[str, Any]] = []
        self.notices: list[tuple[str, Mapping[str, Any]]] = []
        self.codes: list[frozenset[str]] = []

    def order_changed(self, conference_id: int, snapshot: Mapping[str, Any]) -> None:
        self.snapshots.append(snapshot)

    def notice(self, conference_id: int, to: str, payload: Mapping[str, Any]) -> None:
        self.notices.append((to, payload))

    def roll_call_changed(self, conference_id: int, codes: frozenset[str]) -> None:
        self.codes.append(codes)


class NobodyThere:
    """Presence without a single line."""

    def of(self, conference_id: int) -> Mapping[str, Seen]:
        return {}
