"""The reason of a press: of time over an item's cap, or of an item moved because its room is not ready.

As the log keeps it: as given with the press, and as reworded afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

REWORDED: Final = "reason_reworded"


@dataclass(frozen=True, slots=True)
class Rewording:
    """A later wording of a reason, by whom and when."""

    text: str
    at_ms: int
    actor: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Why one press was made: what stands in the log's line `seq`, and what took its place since, in order."""

    seq: int
    first: str
    rewordings: tuple[Rewording, ...] = ()

    @property
    def text(self) -> str:
        """The wording that counts now."""
        return self.rewordings[-1].text if self.rewordings else self.first


def needs_leave(line: Mapping[str, Any]) -> bool:
    """Whether that line of a log is a press that went over the cap."""
    return line["kind"] == "add_time" and bool(line["data"]["events"][0]["over_cap"])


def has_reason(line: Mapping[str, Any]) -> bool:
    """Whether that line of a log is a press whose reason may be reworded."""
    return needs_leave(line) or (line["kind"] == "move" and bool(line["data"]["events"][0].get("reason")))


def reworded(leave: Leave, line: Mapping[str, Any]) -> Leave:
    """The leave after a line that rewords it. Raises ValueError when that line speaks of another or a stale wording."""
    data = line["data"]
    if data["seq"] != leave.seq or data["old"] != leave.text:
        raise ValueError("a reason is reworded that was not given")
    return replace(leave, rewordings=(*leave.rewordings, Rewording(data["new"], line["at_ms"], line["actor"])))


class Leaves:
    """Hears a log line by line and knows the reason of each press that has one, by the `seq` of its line."""

    def __init__(self) -> None:
        self._by_seq: dict[int, Leave] = {}

    def hear(self, line: Mapping[str, Any]) -> None:
        """Raises ValueError on a rewording of what was not said; KeyError on one of no such press."""
        if has_reason(line):
            self._by_seq[line["seq"]] = Leave(line["seq"], line["data"]["events"][0]["reason"])
        elif line["kind"] == REWORDED:
            seq = line["data"]["seq"]
            self._by_seq[seq] = reworded(self._by_seq[seq], line)

    def of(self, seq: int) -> Leave | None:
        return self._by_seq.get(seq)
