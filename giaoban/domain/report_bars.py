"""The report as a picture: for each item its plan and what became of it, on one axis of time; pure geometry.

Where a bar is drawn, on paper or on a screen, is the drawer's business: here are instants only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from giaoban.domain.offsets import MINUTE_MS
from giaoban.domain.report import ItemReport, Report

STEPS_MS: Final = tuple(minutes * MINUTE_MS for minutes in (1, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 10_080))
TICKS_MOST: Final = 12

SegmentKind = Literal["run", "added", "over", "pause"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of what was: within the time given at first, in added time, past all time given, or with the clock
    standing."""

    kind: SegmentKind
    start_at_ms: int
    end_at_ms: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One item; `plan` is (start, end), None for what was not in the plan. `cap_at_ms` is when it passed its cap."""

    row: ItemReport
    plan: tuple[int, int] | None
    actual: tuple[Segment, ...]
    cap_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Bars:
    """All items in their order, within an axis from `start_at_ms` to `end_at_ms`, both ticks."""

    start_at_ms: int
    end_at_ms: int
    ticks: tuple[int, ...]
    rows: tuple[Bar, ...]

    def share(self, at_ms: int) -> float:
        """Where an instant lies on the axis, from 0 to 1."""
        return (at_ms - self.start_at_ms) / (self.end_at_ms - self.start_at_ms)


def bars(report: Report) -> Bars:
    """The picture of a report; an axis of at least one step, also for an order without items."""
    rows = tuple(_bar(row, report.now_ms) for row in report.items)
    instants = [report.starts_at_ms, report.planned_end_at_ms]
    for bar in rows:
        instants += [
            *(bar.plan or ()),
            *(edge for piece in bar.actual for edge in (piece.start_at_ms, piece.end_at_ms)),
        ]
    first, last = min(instants), max(instants)
    weeks = -(-(last - first) // ((TICKS_MOST - 2) * STEPS_MS[-1]))
    step_ms = next((step for step in STEPS_MS if (last - first) / step <= TICKS_MOST - 2), weeks * STEPS_MS[-1])
    start_at_ms = first // step_ms * step_ms
    end_at_ms = max(-(-last // step_ms) * step_ms, start_at_ms + step_ms)
    return Bars(start_at_ms, end_at_ms, tuple(range(start_at_ms, end_at_ms + 1, step_ms)), rows)


def _bar(row: ItemReport, now_ms: int) -> Bar:
    start = row.planned_start_at_ms
    plan = None if start is None or row.inserted else (start, start + row.planned_ms)
    pieces = tuple(_pieces(row, now_ms))
    cap_ms = row.item.cap_ms
    return Bar(row, plan, pieces, None if cap_ms is None else _instant_of(pieces, cap_ms))


def _pieces(row: ItemReport, now_ms: int) -> Iterator[Segment]:
    """What was, from start to end without a gap; pieces of no length are left out."""
    item = row.item
    if item.started_at_ms is None or row.length_ms is None:
        return
    end_at_ms = item.ended_at_ms if item.ended_at_ms is not None else max(now_ms, item.started_at_ms)
    at_ms, ran_ms = item.started_at_ms, 0
    for pause in row.pauses:
        pause_at_ms = min(max(pause.start_at_ms, at_ms), end_at_ms)
        yield from _running(item.planned_ms, item.allotted_ms, ran_ms, at_ms, pause_at_ms)
        ran_ms += pause_at_ms - at_ms
        at_ms = min(pause_at_ms + pause.length_ms, end_at_ms)
        if at_ms > pause_at_ms:
            yield Segment("pause", pause_at_ms, at_ms)
    yield from _running(item.planned_ms, item.allotted_ms, ran_ms, at_ms, end_at_ms)


def _running(planned_ms: int, allotted_ms: int, ran_ms: int, from_ms: int, until_ms: int) -> Iterator[Segment]:
    """The running time between two instants, when `ran_ms` had run before, cut where the time given ends."""
    limits: tuple[tuple[SegmentKind, int], ...] = (
        ("run", min(planned_ms, allotted_ms)),
        ("added", allotted_ms),
        ("over", ran_ms + until_ms - from_ms),
    )
    for kind, limit_ms in limits:
        end_ms = min(until_ms, from_ms + max(0, limit_ms - ran_ms))
        if end_ms > from_ms:
            yield Segment(kind, from_ms, end_ms)
            ran_ms, from_ms = ran_ms + end_ms - from_ms, end_ms


def _instant_of(pieces: tuple[Segment, ...], ran_ms: int) -> int | None:
    """When so much had run; None when less ran, or just so much."""
    for piece in pieces:
        if piece.kind == "pause":
            continue
        length_ms = piece.end_at_ms - piece.start_at_ms
        if length_ms > ran_ms:
            return piece.start_at_ms + ran_ms
        ran_ms -= length_ms
    return None
