"""What became of a half-day: planned against actual, who spoke how long, pauses, added time and by whom.

Worked out from the log alone. Commands that were undone, and their undoing, count for nothing, as if never pressed; how
many there were is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from giaoban.domain import events as e
from giaoban.domain.caps import Leave, Leaves
from giaoban.domain.items import KINDS, Item
from giaoban.domain.roster import Unit, full_name
from giaoban.domain.running_order import NOT_UNDOABLE, RunningOrder, apply
from giaoban.domain.timer import elapsed_ms

Line = Mapping[str, Any]

SPEECH: Final = tuple(kind for kind in KINDS if kind not in ("technical_check", "break"))
HALL: Final = Unit("", "province", "tinh", "", None)  # where a roster names no hall of its own


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood; `end_at_ms` is None while it still stands, `length_ms` is then up to now."""

    start_at_ms: int
    end_at_ms: int | None
    length_ms: int
    actor: str


@dataclass(frozen=True, slots=True)
class Addition:
    """Time that was added (positive) or taken away; `leave` is why it went over the cap, None when it did not."""

    seq: int
    at_ms: int
    delta_ms: int
    actor: str
    given_reason: str
    leave: Leave | None

    @property
    def reason(self) -> str:
        """The wording that counts now; "" when none was given."""
        return self.given_reason if self.leave is None else self.leave.text


@dataclass(frozen=True, slots=True)
class Swap:
    """The item was moved for a reason: its room was not ready, for example. `leave` is that reason."""

    seq: int
    at_ms: int
    actor: str
    leave: Leave


@dataclass(frozen=True, slots=True)
class ItemReport:
    """One item: what was planned when the plan was frozen, and what became of it.

    `item` is as it is now. `length_ms` is without pauses, up to now for what is still on, None for what has not begun.
    """

    item: Item
    position: int
    planned_start_at_ms: int | None
    planned_ms: int
    inserted: bool
    length_ms: int | None
    pauses: tuple[Pause, ...] = ()
    additions: tuple[Addition, ...] = ()
    swaps: tuple[Swap, ...] = ()

    @property
    def paused_ms(self) -> int:
        return sum(pause.length_ms for pause in self.pauses)

    @property
    def over_ms(self) -> int | None:
        """Longer (positive) or shorter than planned; None for what has not begun."""
        return None if self.length_ms is None else self.length_ms - self.planned_ms

    @property
    def spoken_ms(self) -> int:
        """What counts as time spoken: nothing of breaks and technical checks."""
        return self.length_ms if self.length_ms is not None and self.item.kind in SPEECH else 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """The time that a unit, or a district with its communes, has spoken: in `items` items that have begun."""

    code: str
    name: str
    level: str
    items: int
    planned_ms: int
    length_ms: int
    added_ms: int


@dataclass(frozen=True, slots=True)
class Undone:
    """A command that was taken back."""

    name: str
    at_ms: int
    actor: str
    undone_at_ms: int


@dataclass(frozen=True)
class Report:
    """All of it as of `now_ms`. What was removed after the start is in no other place than `removed`.

    `starts_at_ms` and `planned_end_at_ms` are the plan's; `end_at_ms` is when the last item ended, or is expected to
    end when `finished` is false.
    """

    now_ms: int
    phase: str
    starts_at_ms: int
    planned_end_at_ms: int
    end_at_ms: int
    items: tuple[ItemReport, ...]
    removed: tuple[Item, ...]
    units: tuple[Spoken, ...]
    districts: tuple[Spoken, ...]
    undone: tuple[Undone, ...]

    @property
    def finished(self) -> bool:
        return self.phase == "finished"

    @cached_property
    def begun(self) -> tuple[ItemReport, ...]:
        """What has begun, by its start."""
        begun = (row for row in self.items if row.item.started_at_ms is not None)
        return tuple(sorted(begun, key=lambda row: (row.item.started_at_ms or 0, row.position)))

    @property
    def start_offset_ms(self) -> int | None:
        """The first start against the plan, positive = late; None before it."""
        return (self.begun[0].item.started_at_ms or 0) - self.starts_at_ms if self.begun else None

    @property
    def end_offset_ms(self) -> int:
        """The end, real or expected, against the plan, positive = late."""
        return self.end_at_ms - self.planned_end_at_ms

    @property
    def skipped(self) -> tuple[ItemReport, ...]:
        return tuple(row for row in self.items if row.item.state == "skipped")

    @property
    def inserted(self) -> tuple[ItemReport, ...]:
        return tuple(row for row in self.items if row.inserted)

    @property
    def worst(self) -> ItemReport | None:
        """What ran over its planned length the most; None when nothing did."""
        over = [row for row in self.begun if (row.over_ms or 0) > 0]
        return max(over, key=lambda row: row.over_ms or 0, default=None)

    @property
    def length_ms(self) -> int:
        """All that ran, without pauses."""
        return sum(row.length_ms or 0 for row in self.items)

    @property
    def spoken_ms(self) -> int:
        return sum(row.spoken_ms for row in self.items)

    @property
    def paused_ms(self) -> int:
        return sum(row.paused_ms for row in self.items)


def standing(lines: Iterable[Line]) -> tuple[list[Line], list[Undone]]:
    """(the commands that count for what is, in order; those that were undone, in the order of their undoing).

    `lines` are a whole log. What undo never touches, such as scenes and messages, is in neither.
    """
    kept: list[Line] = []
    undone = []
    for line in lines:
        if line["version"] is None:
            continue
        if line["kind"] == "undo":
            gone = kept.pop()
            undone.append(Undone(gone["kind"], gone["at_ms"], gone["actor"], line["at_ms"]))
        elif line["kind"] not in NOT_UNDOABLE:
            kept.append(line)
    return kept, undone


def make(start: RunningOrder, lines: Sequence[Line], units: Sequence[Unit], now_ms: int) -> Report:
    """The report as of `now_ms`: `start` is the order at version 0, `lines` the whole log, `units` the roster."""
    kept, undone = standing(lines)
    leaves = Leaves()
    for line in lines:
        leaves.hear(line)
    history = _History(start, leaves)
    for line in kept:
        history.hear(line)
    order = history.order
    times = order.forecast(now_ms)
    planned = {item.id: item for item in history.planned}
    rows = tuple(
        ItemReport(
            item=item,
            position=position,
            planned_start_at_ms=time.planned_start_at_ms,
            planned_ms=planned.get(item.id, item).planned_ms,
            inserted=item.id not in planned,
            length_ms=None if item.started_at_ms is None else elapsed_ms(item, now_ms),
            pauses=history.pauses(item, now_ms),
            additions=tuple(history.additions.get(item.id, ())),
            swaps=tuple(history.swaps.get(item.id, ())),
        )
        for position, (item, time) in enumerate(zip(order.items, times.times, strict=True), 1)
    )
    left = {item.id for item in order.items}
    return Report(
        now_ms=now_ms,
        phase=order.phase,
        starts_at_ms=order.starts_at_ms,
        planned_end_at_ms=times.planned_end_at_ms,
        end_at_ms=times.expected_end_at_ms,
        items=rows,
        removed=tuple(item for item in history.planned if item.id not in left),
        units=_spoken(rows, units, by_district=False),
        districts=_spoken(rows, units, by_district=True),
        undone=tuple(undone),
    )


class _History:
    """Follows the commands that count: the order, the plan as it was frozen, and what no item remembers."""

    def __init__(self, start: RunningOrder, leaves: Leaves) -> None:
        self.order = start
        self.additions: dict[str, list[Addition]] = {}
        self.swaps: dict[str, list[Swap]] = {}
        self._plan: tuple[Item, ...] | None = None
        self._leaves = leaves
        self._pauses: dict[str, list[tuple[int, int | None, str]]] = {}

    @property
    def planned(self) -> tuple[Item, ...]:
        """The items when the first of them began; those of now before that."""
        return self.order.items if self._plan is None else self._plan

    def hear(self, line: Line) -> None:
        happened = [e.from_data(event) for event in line["data"]["events"]]
        before = self.order
        self.order = apply(before, line["kind"], line["at_ms"], happened)
        if before.facts.baseline_end_at_ms is None and self.order.facts.baseline_end_at_ms is not None:
            self._plan = before.items
        for event in happened:
            self._note(event, line)

    def _note(self, event: e.Event, line: Line) -> None:
        match event:
            case e.ItemPaused(item_id=item_id, at_ms=at_ms):
                self._pauses.setdefault(item_id, []).append((at_ms, None, line["actor"]))
            case e.ItemResumed(item_id=item_id, at_ms=at_ms) | e.ItemEnded(item_id=item_id, at_ms=at_ms):
                pauses = self._pauses.get(item_id)
                if pauses and pauses[-1][1] is None:
                    pauses[-1] = (pauses[-1][0], at_ms, pauses[-1][2])
            case e.TimeAdded(item_id=item_id, delta_ms=delta_ms, reason=reason):
                seq = line["seq"]
                added = Addition(seq, line["at_ms"], delta_ms, line["actor"], reason or "", self._leaves.of(seq))
                self.additions.setdefault(item_id, []).append(added)
            case e.ItemMoved(item_id=item_id):
                if (leave := self._leaves.of(line["seq"])) is not None:
                    self.swaps.setdefault(item_id, []).append(Swap(line["seq"], line["at_ms"], line["actor"], leave))

    def pauses(self, item: Item, now_ms: int) -> tuple[Pause, ...]:
        return tuple(
            Pause(start_at_ms, end_at_ms, max(0, (now_ms if end_at_ms is None else end_at_ms) - start_at_ms), actor)
            for start_at_ms, end_at_ms, actor in self._pauses.get(item.id, ())
        )


def _spoken(rows: Sequence[ItemReport], units: Sequence[Unit], *, by_district: bool) -> tuple[Spoken, ...]:
    """The time spoken by each unit that spoke, the longest first; a commune's counts to its district if so asked.

    What is bound to no room was spoken in the hall.
    """
    by_code = {unit.code: unit for unit in units}
    hall = next((unit for unit in units if unit.level == "province"), HALL)
    groups: dict[str, tuple[Unit, list[ItemReport]]] = {}
    for row in rows:
        if row.length_ms is None or row.item.kind not in SPEECH:
            continue
        unit = by_code.get(row.item.endpoint_code or hall.code, hall)
        parent = by_code.get(unit.parent_code or "")
        if by_district and unit.level == "commune" and parent is not None and parent.level == "district":
            unit = parent
        groups.setdefault(unit.code, (unit, []))[1].append(row)
    spoken = [
        Spoken(
            code=unit.code,
            name=full_name(unit, by_code.get(unit.parent_code or "")) if unit.name else "Hội trường",
            level=unit.level,
            items=len(own),
            planned_ms=sum(row.planned_ms for row in own),
            length_ms=sum(row.spoken_ms for row in own),
            added_ms=sum(row.item.added_ms for row in own),
        )
        for unit, own in groups.values()
    ]
    return tuple(sorted(spoken, key=lambda each: -each.length_ms))
