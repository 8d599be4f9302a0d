"""What an agenda breaks of the rules of a half-day: a plan is checked before anybody sits in the hall.

Nothing is forbidden: each finding says what is wrong, by how much, and which command puts it right where one does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from giaoban.domain.items import Item
from giaoban.domain.timer import plan

LONGEST_SITTING_MS: Final = 2 * 3_600_000
BREAK_MS: Final = 600_000
_RESTS: Final = ("break", "technical_check")  # nobody has to sit still during these
_AT_LEAST_MS: Final = 60_000  # a gap of less is a matter of rounding


@dataclass(frozen=True, slots=True)
class Remedy:
    """A command of the running order, with its arguments; a place is named by the item `before`."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: `rule` names it, `by_ms` says by how much (never negative), `limit_ms` or `at_ms` what it is.

    `item_id` is the item at fault, None for the whole agenda; `fields` are those of the item that it is about.
    """

    rule: str
    item_id: str | None
    by_ms: int = 0
    limit_ms: int = 0
    at_ms: int = 0
    remedy: Remedy | None = None
    fields: frozenset[str] = field(default_factory=frozenset)


def findings(items: Sequence[Item], starts_at_ms: int, ends_by_at_ms: int | None) -> list[Finding]:
    """All that is wrong with the items still to come, in their order; `ends_by_at_ms` is when the half-day is over.

    Once something has begun only each item is looked at: the forecast tells of the times.
    """
    found = [finding for item in items if item.state == "pending" for finding in _of_item(item)]
    if not any(item.begun for item in items):
        found += _of_times(items, starts_at_ms, ends_by_at_ms)
    places = {item.id: place for place, item in enumerate(items)}
    return sorted(found, key=lambda finding: places.get(finding.item_id or "", len(items)))


def _of_item(item: Item) -> Iterator[Finding]:
    if item.cap_ms is not None and item.planned_ms > item.cap_ms:
        remedy = Remedy("edit", {"item_id": item.id, "planned_ms": item.cap_ms})
        over_ms = item.planned_ms - item.cap_ms
        yield Finding("over_cap", item.id, over_ms, item.cap_ms, remedy=remedy, fields=frozenset({"planned"}))
    if item.min_ms is not None and item.planned_ms < item.min_ms:
        remedy = Remedy("edit", {"item_id": item.id, "planned_ms": item.min_ms})
        under_ms = item.min_ms - item.planned_ms
        yield Finding("under_min", item.id, under_ms, item.min_ms, remedy=remedy, fields=frozenset({"planned"}))
    if item.kind == "paper" and item.endpoint_code is None:
        yield Finding("no_endpoint", item.id, fields=frozenset({"speaker"}))


def _of_times(items: Sequence[Item], starts_at_ms: int, ends_by_at_ms: int | None) -> Iterator[Finding]:
    starts, end_at_ms = plan(items, starts_at_ms)
    free_at_ms = sitting_since_ms = starts_at_ms
    told = False
    for item, start_at_ms in zip(items, starts, strict=True):
        if item.state == "skipped":
            continue
        yield from _of_pin(item, start_at_ms, free_at_ms)
        free_at_ms = start_at_ms + item.planned_ms
        if item.kind in _RESTS:
            sitting_since_ms, told = free_at_ms, False
        elif free_at_ms - sitting_since_ms > LONGEST_SITTING_MS and not told:
            told = True
            rest = {"before": item.id, "kind": "break", "planned_ms": BREAK_MS}
            by_ms = free_at_ms - sitting_since_ms - LONGEST_SITTING_MS
            yield Finding("no_break", item.id, by_ms, LONGEST_SITTING_MS, remedy=Remedy("insert", rest))
    if ends_by_at_ms is not None and starts_at_ms < ends_by_at_ms < end_at_ms:
        yield Finding("too_long", None, end_at_ms - ends_by_at_ms, at_ms=ends_by_at_ms)


def _of_pin(item: Item, start_at_ms: int, free_at_ms: int) -> Iterator[Finding]:
    """The item against the hour that it is pinned to, where what is before it ends at `free_at_ms`."""
    pinned_at_ms = item.not_before_at_ms
    if pinned_at_ms is None:
        return
    unpin = Remedy("edit", {"item_id": item.id, "not_before_at_ms": None})
    fields = frozenset({"start"})
    if pinned_at_ms - free_at_ms >= _AT_LEAST_MS:
        gap_ms = pinned_at_ms - free_at_ms
        yield Finding("gap", item.id, gap_ms, at_ms=pinned_at_ms, remedy=unpin, fields=fields)
    elif start_at_ms - pinned_at_ms >= _AT_LEAST_MS:
        late_ms = start_at_ms - pinned_at_ms
        yield Finding("late", item.id, late_ms, at_ms=pinned_at_ms, remedy=unpin, fields=fields)
