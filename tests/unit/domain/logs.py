"""Logs of made-up mornings, as the report reads them."""

from collections.abc import Mapping, Sequence
from typing import Any

from giaoban.domain import commands as c
from giaoban.domain.caps import REWORDED
from giaoban.domain.events import to_data
from giaoban.domain.report import Report, make
from giaoban.domain.roster import Unit
from giaoban.domain.running_order import RunningOrder, apply, decide
from tests.factories import at

UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("188", "district", "huyen", "Lộc Bình", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
)


class Log:
    """Commands given one after the other on an order, each at its minute after the beginning, and their lines."""

    def __init__(self, start: RunningOrder) -> None:
        self.start = self.order = start
        self.lines: list[dict[str, Any]] = []

    def give(self, *steps: tuple[c.Command, float], actor: str = "mc:lan") -> "Log":
        for command, minute in steps:
            self.give_at(command, at(minute), actor)
        return self

    def give_at(self, command: c.Command, at_ms: int, actor: str = "mc:lan") -> None:
        happened = decide(self.order, command, at_ms)
        self.order = apply(self.order, command.name, at_ms, happened)
        self._add(command.name, at_ms, actor, {"events": [to_data(event) for event in happened]}, self.order.version)

    def reword(self, seq: int, new: str, minute: float, actor: str = "secretary:hoa") -> "Log":
        old = next(line for line in self.lines if line["seq"] == seq)["data"]["events"][0]["reason"]
        self._add(REWORDED, at(minute), actor, {"seq": seq, "old": old, "new": new}, None)
        return self

    def _add(self, kind: str, at_ms: int, actor: str, data: Mapping[str, Any], version: int | None) -> None:
        seq = len(self.lines) + 1
        self.lines.append(
            {"seq": seq, "version": version, "at_ms": at_ms, "actor": actor, "kind": kind, "data": dict(data)}
        )

    def report(self, minute: float = 60, units: Sequence[Unit] = UNITS) -> Report:
        """As of that minute after the beginning."""
        return make(self.start, self.lines, units, at(minute))
