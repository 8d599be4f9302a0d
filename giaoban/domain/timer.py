"""The arithmetic of clocks: remaining time, and the forecast of everything that is still to come.

All figures are whole milliseconds. Nothing here is stored: the facts are, and these follow from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from giaoban.domain.items import Item

WARNING_MS: Final = 120_000
DANGER_MS: Final = 30_000
NEVER_DANGER: Final = ("break", "discussion")  # nobody is to be asked to conclude during these


def elapsed_ms(item: Item, now_ms: int) -> int:
    """Time that the item has really run, without its pauses; 0 before its start, fixed once it has ended."""
    if item.started_at_ms is None:
        return 0
    if item.ended_at_ms is not None:
        until_ms = item.ended_at_ms
    elif item.paused_at_ms is not None:
        until_ms = item.paused_at_ms
    else:
        until_ms = now_ms
    return max(0, until_ms - item.started_at_ms - item.paused_total_ms)


def remaining_ms(item: Item, now_ms: int) -> int:
    """Time left of planned + added; negative once the item runs over."""
    return item.allotted_ms - elapsed_ms(item, now_ms)


def share_left(item: Item, now_ms: int) -> float:
    """The part of the item's time that is left, from 1 down to 0; 0 for an item without any time."""
    if item.allotted_ms <= 0:
        return 0.0
    return min(1.0, max(0.0, remaining_ms(item, now_ms) / item.allotted_ms))


def time_state(item: Item, now_ms: int) -> str:
    """normal, warning (2 minutes left), danger (30 seconds left), over, or paused whatever is left."""
    if item.paused_at_ms is not None:
        return "paused"
    left_ms = remaining_ms(item, now_ms)
    if left_ms < 0:
        return "over"
    if left_ms <= DANGER_MS and item.kind not in NEVER_DANGER:
        return "danger"
    return "warning" if left_ms <= WARNING_MS else "normal"


@dataclass(frozen=True, slots=True)
class ItemTimes:
    """When an item was planned and is now expected (ms since the epoch); None where there is no such time."""

    planned_start_at_ms: int | None
    expected_start_at_ms: int | None
    expected_end_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The whole half-day: `offset_ms` = expected − planned end, positive when late."""

    planned_end_at_ms: int
    expected_end_at_ms: int
    times: tuple[ItemTimes, ...]

    @property
    def offset_ms(self) -> int:
        return self.expected_end_at_ms - self.planned_end_at_ms


def _not_before(item: Item, at_ms: int) -> int:
    return at_ms if item.not_before_at_ms is None else max(at_ms, item.not_before_at_ms)


def absorbs(item: Item, planned_start_at_ms: int | None) -> bool:
    """Whether it makes up for delay: a break of the plan that has a least length."""
    return item.kind == "break" and item.min_ms is not None and planned_start_at_ms is not None


def expected_length_ms(item: Item, planned_start_at_ms: int | None, start_at_ms: int) -> int:
    """How long a pending item is expected to last when it starts at `start_at_ms`.

    As planned; a break that has a least length makes up for the delay with which it starts, down to that length. It is
    never longer than planned, and one that was not in the plan absorbs nothing. static/js/lib/timer.js says the same.
    """
    if not absorbs(item, planned_start_at_ms):
        return item.planned_ms
    assert item.min_ms is not None
    assert planned_start_at_ms is not None
    late_ms = max(0, start_at_ms - planned_start_at_ms)
    return min(item.planned_ms, max(item.min_ms, item.planned_ms - late_ms))


def plan(items: Iterable[Item], starts_at_ms: int) -> tuple[tuple[int, ...], int]:
    """The planned start of each item, chained from `starts_at_ms`, and the planned end of the last.

    A skipped item takes no time; an item pinned by `not_before_at_ms` never starts earlier than that.
    """
    cursor_ms = starts_at_ms
    starts = []
    for item in items:
        if item.state == "skipped":
            starts.append(cursor_ms)
            continue
        cursor_ms = _not_before(item, cursor_ms)
        starts.append(cursor_ms)
        cursor_ms += item.planned_ms
    return tuple(starts), cursor_ms


def free_at_ms(items: Iterable[Item], starts_at_ms: int, baseline_end_at_ms: int | None, now_ms: int) -> int:
    """When the first pending item can start, pins apart: as soon as the live one ends, else now or at the beginning."""
    live = next((item for item in items if item.on_air), None)
    if live is not None:
        return now_ms + max(0, remaining_ms(live, now_ms))
    return now_ms if baseline_end_at_ms is not None else max(now_ms, starts_at_ms)


def forecast(items: tuple[Item, ...], starts_at_ms: int, baseline_end_at_ms: int | None, now_ms: int) -> Forecast:
    """Planned and expected times of every item (contract, "Times").

    `baseline_end_at_ms` is None until something has begun: until then the plan is computed, afterwards it is the
    frozen baseline. The live item ends at now + what remains, at least now, as if a pause ended now; the pending ones
    follow in the order in which `next` takes them, early or late, unless pinned; late breaks are shortened as far as
    their least length allows.
    """
    if baseline_end_at_ms is None:
        planned_starts, planned_end_at_ms = plan(items, starts_at_ms)
        planned: tuple[int | None, ...] = planned_starts
    else:
        planned = tuple(item.baseline_start_at_ms for item in items)
        planned_end_at_ms = baseline_end_at_ms
    cursor_ms = live_end_at_ms = free_at_ms(items, starts_at_ms, baseline_end_at_ms, now_ms)

    times = []
    for item, planned_start in zip(items, planned, strict=True):
        if item.state == "pending":
            start_at_ms = _not_before(item, cursor_ms)
            cursor_ms = start_at_ms + expected_length_ms(item, planned_start, start_at_ms)
            times.append(ItemTimes(planned_start, start_at_ms, cursor_ms))
        elif item.on_air:
            times.append(ItemTimes(planned_start, item.started_at_ms, live_end_at_ms))
        elif item.state == "done":
            times.append(ItemTimes(planned_start, item.started_at_ms, item.ended_at_ms))
        else:
            times.append(ItemTimes(planned_start, None, None))

    if any(item.on_air or item.state == "pending" for item in items):
        expected_end_at_ms = cursor_ms
    else:
        ends = [item.ended_at_ms for item in items if item.ended_at_ms is not None]
        expected_end_at_ms = max(ends, default=planned_end_at_ms)
    return Forecast(planned_end_at_ms, expected_end_at_ms, tuple(times))
