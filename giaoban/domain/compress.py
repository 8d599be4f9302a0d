"""Squeezing what is still to come so that it ends on time ("Dồn lịch"): new lengths, or by how much they do not fit.

Every item still to come keeps a floor; what is left above the floors is shared in proportion to (length − floor). Time
before a pinned item is of no use after it, so what follows a pin may have to give more than what stands before it. Only
lengths of pending items change, downwards, in whole seconds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from giaoban.domain.errors import InvalidTransition
from giaoban.domain.items import Item
from giaoban.domain.timer import absorbs, free_at_ms
from giaoban.domain.times import length_words

if TYPE_CHECKING:
    from giaoban.domain.running_order import RunningOrder

SECOND_MS: Final = 1000
DEFAULT_FLOORS_MS: Final[Mapping[str, int]] = {
    "technical_check": 0,
    "opening": 300_000,
    "report": 600_000,
    "paper": 300_000,
    "break": 300_000,
    "discussion": 600_000,
    "conclusion": 600_000,
    "closing": 300_000,
}
_SKIPPABLE: Final = (
    "paper",
    "discussion",
    "technical_check",
    "break",
    "report",
)  # what is given up first; never a leader
_TRIED_ONE_BY_ONE: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One item still to come: how long it is expected to last before and after, and what it is planned at afterwards.

    `planned_ms` differs from `after_ms` for a late break alone, which absorbs delay by itself.
    """

    item_id: str
    floor_ms: int
    before_ms: int
    after_ms: int
    planned_ms: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `compress` would do. With `short_by_ms` above 0 it cannot be done: `lines` are then at their floors.

    `could_skip` are items that together give enough when they are skipped, in their order; empty when nothing would.
    """

    end_at_ms: int
    expected_end_at_ms: int
    finish_at_ms: int
    lines: tuple[Line, ...]
    lengths: Mapping[str, int]
    short_by_ms: int = 0
    could_skip: tuple[str, ...] = ()

    @property
    def in_time_already(self) -> bool:
        """Whether nothing has to be shortened: nothing is then, and nothing is ever lengthened."""
        return self.expected_end_at_ms <= self.end_at_ms


@dataclass(frozen=True, slots=True)
class _Part:
    """A pending item with the bounds of its expected length; `floor_ms` = `most_ms` when it gives nothing."""

    item: Item
    planned_start_at_ms: int | None
    before_ms: int
    floor_ms: int
    most_ms: int

    @property
    def gives(self) -> bool:
        return self.floor_ms < self.most_ms


def floor_ms(item: Item, floors: Mapping[str, int]) -> int:
    """The floor of that item: the one given for it by id, else its own least length, else that of its kind."""
    if item.id in floors:
        return floors[item.id]
    if item.min_ms is not None:
        return item.min_ms
    return floors.get(item.kind, DEFAULT_FLOORS_MS[item.kind])


def decided(order: "RunningOrder", end_at_ms: int, floors: Mapping[str, int], now_ms: int) -> Mapping[str, int]:
    """The new planned lengths by id. Raises InvalidTransition with `short_by_ms` and `could_skip` in its details."""
    proposal = propose(order, end_at_ms, floors, now_ms)
    if proposal.short_by_ms:
        raise InvalidTransition(
            f"Không dồn kịp: rút hết đến mức ít nhất vẫn thiếu {length_words(_up(proposal.short_by_ms))}.",
            short_by_ms=proposal.short_by_ms,
            could_skip=list(proposal.could_skip),
        )
    return proposal.lengths


def propose(order: "RunningOrder", end_at_ms: int, floors: Mapping[str, int], now_ms: int) -> Proposal:
    """The lengths with which all that is still to come is expected to end at `end_at_ms`, to the second."""
    forecast = order.forecast(now_ms)
    parts = [
        _part(
            item, times.planned_start_at_ms, (times.expected_end_at_ms or 0) - (times.expected_start_at_ms or 0), floors
        )
        for item, times in zip(order.items, forecast.times, strict=True)
        if item.state == "pending"
    ]
    free_ms = free_at_ms(order.items, order.starts_at_ms, order.facts.baseline_end_at_ms, now_ms)
    short_by_ms = _walk(parts, free_ms, lambda part: part.floor_ms) - end_at_ms
    if forecast.expected_end_at_ms <= end_at_ms:
        after = [part.before_ms for part in parts]
    elif short_by_ms > 0:
        after = [part.floor_ms for part in parts]
    else:
        after = _shared(parts, _rooms(parts, free_ms, end_at_ms))
        short_by_ms = 0
    lines, finish_ms = _lines(parts, after, free_ms)
    planned = {part.item.id: part.item.planned_ms for part in parts}
    proposal = Proposal(
        end_at_ms,
        forecast.expected_end_at_ms,
        finish_ms if parts else forecast.expected_end_at_ms,
        lines,
        {line.item_id: line.planned_ms for line in lines if line.planned_ms != planned[line.item_id]},
    )
    if proposal.in_time_already or short_by_ms <= 0:
        return proposal
    return replace(proposal, short_by_ms=short_by_ms, could_skip=_could_skip(parts, free_ms, end_at_ms))


def _part(item: Item, planned_start_at_ms: int | None, before_ms: int, floors: Mapping[str, int]) -> _Part:
    """An item that is at or below its floor already, or has no whole second to give, stays as it is."""
    most_ms = max(1, before_ms if item.cap_ms is None else min(before_ms, item.cap_ms))
    least_ms = max(SECOND_MS, _up(floor_ms(item, floors)))
    if least_ms >= most_ms // SECOND_MS * SECOND_MS:
        least_ms = most_ms
    return _Part(item, planned_start_at_ms, before_ms, least_ms, most_ms)


def _up(ms: int) -> int:
    return -(-ms // SECOND_MS) * SECOND_MS


def _start(part: _Part, cursor_ms: int) -> int:
    pin_ms = part.item.not_before_at_ms
    return cursor_ms if pin_ms is None else max(cursor_ms, pin_ms)


def _walk(parts: Sequence[_Part], free_ms: int, length: Callable[[_Part], int]) -> int:
    """When the last of them ends if each is so long."""
    cursor_ms = free_ms
    for part in parts:
        cursor_ms = _start(part, cursor_ms) + length(part)
    return cursor_ms


def _rooms(parts: Sequence[_Part], free_ms: int, end_at_ms: int) -> dict[int, int]:
    """How much time there is for the parts from an index on: from now for all, from its pin for each pinned one."""
    pins = {
        index: end_at_ms - part.item.not_before_at_ms
        for index, part in enumerate(parts)
        if part.item.not_before_at_ms is not None and part.item.not_before_at_ms > free_ms
    }
    return pins if 0 in pins else {0: end_at_ms - free_ms, **pins}


def _shared(parts: Sequence[_Part], rooms: Mapping[int, int]) -> list[int]:
    """The lengths: the tightest stretch up to the end is filled first, then the tightest of what stands before it.

    So nothing gives more than it has to for the end to be met, and within one stretch all give in proportion.
    """
    fixed = _sums(0 if part.gives else part.most_ms for part in parts)
    least = _sums(part.floor_ms if part.gives else 0 for part in parts)
    range_ = _sums(part.most_ms // SECOND_MS * SECOND_MS - part.floor_ms if part.gives else 0 for part in parts)
    most = _sums(part.most_ms for part in parts)
    lengths = [part.most_ms for part in parts]
    behind, taken_ms = len(parts), 0
    while behind:
        shares = {}
        for index, room_ms in rooms.items():
            if index < behind and most[behind] - most[index] > room_ms - taken_ms:
                left_ms = room_ms - taken_ms - (fixed[behind] - fixed[index])
                over_ms = left_ms // SECOND_MS * SECOND_MS - (least[behind] - least[index])
                whole_ms = range_[behind] - range_[index]
                shares[index] = Fraction(min(over_ms, whole_ms), whole_ms)
        if not shares:
            break
        index = min(shares, key=lambda index: (shares[index], index))
        lengths[index:behind] = _stretch(parts[index:behind], shares[index])
        taken_ms += sum(lengths[index:behind])
        behind = index
    return lengths


def _sums(values: Iterable[int]) -> list[int]:
    return [0, *accumulate(values)]


def _stretch(parts: Sequence[_Part], share: Fraction) -> list[int]:
    """Each part at its floor and that share of its range, in whole seconds.

    Rounded so that every end of the stretch, counted from any of its parts, is at most what it would be unrounded, and
    the whole is exact: no pin inside it and no end after it is overrun by a second.
    """
    lengths: list[int] = []
    ranged_s = given_s = 0
    for part in reversed(parts):
        if not part.gives:
            lengths.append(part.most_ms)
            continue
        ranged_s += (part.most_ms - part.floor_ms) // SECOND_MS
        upto_s = ranged_s * share.numerator // share.denominator
        lengths.append(part.floor_ms + (upto_s - given_s) * SECOND_MS)
        given_s = upto_s
    return lengths[::-1]


def _lines(parts: Sequence[_Part], after: Sequence[int], free_ms: int) -> tuple[tuple[Line, ...], int]:
    """The parts with those expected lengths, and when the last one ends."""
    lines = []
    cursor_ms = free_ms
    for part, after_ms in zip(parts, after, strict=True):
        item, start_ms = part.item, _start(part, cursor_ms)
        planned_ms = after_ms
        if absorbs(item, part.planned_start_at_ms) and after_ms >= (item.min_ms or 0):
            # It gives up its delay by itself: planned longer by just that, it is expected to last what it was given.
            planned_ms = min(item.planned_ms, after_ms + max(0, start_ms - (part.planned_start_at_ms or 0)))
        lines.append(Line(item.id, part.floor_ms, part.before_ms, after_ms, planned_ms))
        cursor_ms = start_ms + after_ms
    return tuple(lines), cursor_ms


def _could_skip(parts: Sequence[_Part], free_ms: int, end_at_ms: int) -> tuple[str, ...]:
    """Items without which the floors of the others fit: the last papers first, as few as that gives."""
    candidates = [part.item.id for kind in _SKIPPABLE for part in reversed(parts) if part.item.kind == kind]

    def fits(gone: Iterable[str]) -> bool:
        without = set(gone)
        left = [part for part in parts if part.item.id not in without]
        return _walk(left, free_ms, lambda part: part.floor_ms) <= end_at_ms

    if not fits(candidates):
        return ()
    fewest, enough = 0, len(candidates)
    while fewest < enough:
        half = (fewest + enough) // 2
        fewest, enough = (fewest, half) if fits(candidates[:half]) else (half + 1, enough)
    chosen = candidates[:enough]
    if len(chosen) <= _TRIED_ONE_BY_ONE:
        for item_id in tuple(chosen):
            fewer = [other for other in chosen if other != item_id]
            if fits(fewer):
                chosen = fewer
    return tuple(part.item.id for part in parts if part.item.id in chosen)
