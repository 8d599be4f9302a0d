"""Squeezing the order: whatever it looks like, these stay true."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain import commands as c
from giaoban.domain.compress import Proposal, floor_ms, propose
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.items import KINDS, Item
from giaoban.domain.running_order import Facts, RunningOrder, apply, decide, new_order
from giaoban.domain.timer import free_at_ms
from tests.factories import BEGINS_AT_MS

MINUTE_MS = 60_000
SECOND_MS = 1000

lengths_ms = st.sampled_from([1, 999, 1500, 60_000, 300_000, 600_000, 613_250, 1_200_000])
plans = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from([*KINDS, "paper", "paper", "break"]),
            "title": st.just("Mục"),
            "planned_ms": lengths_ms,
            "cap_ms": st.none() | lengths_ms,
            "min_ms": st.none() | st.sampled_from([0, 1500, 60_000, 300_000, 900_000]),
            "not_before_at_ms": st.none() | st.none() | st.integers(0, 90).map(lambda m: BEGINS_AT_MS + m * MINUTE_MS),
        }
    ),
    min_size=1,
    max_size=7,
)
floors = st.dictionaries(
    st.sampled_from([*KINDS, "1", "2", "3", "6"]),
    st.sampled_from([0, 1, 60_000, 180_500, 300_000, 700_000]),
    max_size=3,
)


@st.composite
def squeezes(draw: st.DrawFn) -> tuple[RunningOrder, int, dict[str, int], int]:
    """(order, hard end, floors, now) in the middle of a morning, on time or late, something live or not."""
    order = new_order(BEGINS_AT_MS, draw(plans))
    now_ms = BEGINS_AT_MS + draw(st.integers(-600, 1800)) * SECOND_MS + draw(st.sampled_from([0, 1, 999]))
    for command in draw(
        st.lists(st.sampled_from([c.Next(), c.Next(), c.Pause(), c.Skip("2"), c.Finish(), c.Move("3", 2)]), max_size=4)
    ):
        now_ms += draw(st.sampled_from([0, 1, 60_000, 700_000]))
        try:
            order = apply(order, command.name, now_ms, decide(order, command, now_ms))
        except InvalidTransition:
            continue
    expected_end_ms = order.forecast(now_ms).expected_end_at_ms
    end_at_ms = expected_end_ms + draw(st.integers(-6000, 300)) * SECOND_MS + draw(st.sampled_from([0, 1, 500]))
    ids = {item.id for item in order.pending}
    given_floors = {key: value for key, value in draw(floors).items() if key in KINDS or key in ids}
    return order, end_at_ms, given_floors, now_ms


def squeezed(order: RunningOrder, end_at_ms: int, given_floors: dict[str, int], now_ms: int) -> RunningOrder:
    command = c.Compress(end_at_ms, given_floors)
    return apply(order, command.name, now_ms, decide(order, command, now_ms))


def up(ms: int) -> int:
    return -(-ms // SECOND_MS) * SECOND_MS


def smallest(item: Item, before_ms: int, given_floors: dict[str, int]) -> int:
    """The least that the item may be expected to last: its floor, or what it lasts already; in whole seconds."""
    most_ms = before_ms if item.cap_ms is None else min(before_ms, item.cap_ms)
    least_ms = max(SECOND_MS, up(floor_ms(item, given_floors)))
    return max(1, most_ms) if least_ms >= most_ms // SECOND_MS * SECOND_MS else least_ms


def floors_fit(order: RunningOrder, end_at_ms: int, given_floors: dict[str, int], now_ms: int) -> bool:
    """By brute force: everything at its least, pins kept."""
    cursor_ms = free_at_ms(order.items, order.starts_at_ms, order.facts.baseline_end_at_ms, now_ms)
    for item, times in zip(order.items, order.forecast(now_ms).times, strict=True):
        if item.state == "pending":
            before_ms = (times.expected_end_at_ms or 0) - (times.expected_start_at_ms or 0)
            cursor_ms = max(cursor_ms, item.not_before_at_ms or 0) + smallest(item, before_ms, given_floors)
    return cursor_ms <= end_at_ms


def attempt(case: tuple[RunningOrder, int, dict[str, int], int]) -> tuple[RunningOrder | None, Proposal | None]:
    order, end_at_ms, given_floors, now_ms = case
    if not order.pending:
        return None, None
    try:
        after = squeezed(*case)
    except InvalidTransition:
        after = None
    return after, propose(order, end_at_ms, given_floors, now_ms)


@given(squeezes())
def test_it_is_impossible_exactly_when_the_floors_do_not_fit(case: tuple[Any, ...]) -> None:
    order, end_at_ms, _, now_ms = case
    after, proposal = attempt(case)
    if proposal is None:
        return
    in_time = order.forecast(now_ms).expected_end_at_ms <= end_at_ms

    assert (after is None) == (not in_time and not floors_fit(*case))
    assert (after is None) == (proposal.short_by_ms > 0)


@given(squeezes())
def test_the_forecast_after_it_meets_the_end(case: tuple[Any, ...]) -> None:
    order, end_at_ms, _, now_ms = case
    after, proposal = attempt(case)
    if after is None or proposal is None:
        return

    whole = after.forecast(now_ms)

    assert whole.expected_end_at_ms <= end_at_ms
    assert whole.expected_end_at_ms <= proposal.finish_at_ms <= end_at_ms
    if not proposal.in_time_already and all(
        item.cap_ms is None or item.planned_ms <= item.cap_ms for item in order.pending
    ):
        assert end_at_ms - proposal.finish_at_ms < SECOND_MS + sum(
            line.before_ms % SECOND_MS for line in proposal.lines
        )


@given(squeezes())
def test_no_item_goes_below_its_floor_nor_past_its_cap_and_none_is_lengthened(case: tuple[Any, ...]) -> None:
    order, _, given_floors, now_ms = case
    after, proposal = attempt(case)
    if after is None or proposal is None:
        return
    for item, times, then in zip(order.items, order.forecast(now_ms).times, after.forecast(now_ms).times, strict=True):
        if item.state != "pending":
            continue
        new = after.item(item.id)
        assert new is not None
        before_ms = (times.expected_end_at_ms or 0) - (times.expected_start_at_ms or 0)
        after_ms = (then.expected_end_at_ms or 0) - (then.expected_start_at_ms or 0)
        assert 0 < new.planned_ms <= item.planned_ms
        assert after_ms >= min(before_ms, smallest(item, before_ms, given_floors)) - (before_ms == 0)
        assert after_ms >= min(item.planned_ms, item.cap_ms or item.planned_ms, floor_ms(item, given_floors), before_ms)
        if item.id in proposal.lengths and item.kind != "break":
            assert new.planned_ms <= (item.cap_ms or new.planned_ms)


@given(squeezes())
def test_only_lengths_of_pending_items_change_and_one_undo_takes_all_back(case: tuple[Any, ...]) -> None:
    order, _, _, now_ms = case
    after, _ = attempt(case)
    if after is None:
        return

    assert [replace(item, planned_ms=0) for item in after.items] == [replace(i, planned_ms=0) for i in order.items]
    changed = [item.id for item, new in zip(order.items, after.items, strict=True) if item != new]
    assert set(changed) <= {item.id for item in order.pending}
    assert after.live == order.live
    assert after.version == order.version + 1
    undone = apply(after, "undo", now_ms, decide(after, c.Undo(), now_ms))
    assert undone.facts == order.facts


@given(squeezes())
def test_what_could_be_skipped_makes_it_fit_and_nothing_of_it_too_much(case: tuple[Any, ...]) -> None:
    order, _, given_floors, now_ms = case
    after, proposal = attempt(case)
    if after is not None or proposal is None or not proposal.could_skip:
        return
    assert not {order.item(i).kind for i in proposal.could_skip} & {"opening", "conclusion", "closing"}

    assert fits_without(case, proposal.could_skip)
    for kept in proposal.could_skip:
        assert not fits_without(case, [i for i in proposal.could_skip if i != kept])


def fits_without(case: tuple[Any, ...], gone: Any) -> bool:
    """Whether the others, each at what it lasts at least as things are, end in time."""
    order, end_at_ms, given_floors, now_ms = case
    cursor_ms = free_at_ms(order.items, order.starts_at_ms, order.facts.baseline_end_at_ms, now_ms)
    for item, times in zip(order.items, order.forecast(now_ms).times, strict=True):
        if item.state == "pending" and item.id not in gone:
            before_ms = times.expected_end_at_ms - times.expected_start_at_ms
            cursor_ms = max(cursor_ms, item.not_before_at_ms or 0) + smallest(item, before_ms, given_floors)
    return bool(cursor_ms <= end_at_ms)


@given(st.lists(st.integers(5, 20), min_size=2, max_size=9), st.integers(1, 3600))
def test_papers_give_in_proportion_to_what_they_have_above_the_floor(minutes: list[int], less_s: int) -> None:
    items = tuple(
        Item(id=str(number), kind="paper", title="Tham luận", planned_ms=length * MINUTE_MS)
        for number, length in enumerate(minutes, 1)
    )
    order = RunningOrder(BEGINS_AT_MS, Facts(items, None), len(items) + 1)
    above_s = [length * 60 - 300 for length in minutes]
    end_at_ms = order.forecast(BEGINS_AT_MS).expected_end_at_ms - less_s * SECOND_MS

    proposal = propose(order, end_at_ms, {}, BEGINS_AT_MS)

    if less_s > sum(above_s):
        assert proposal.short_by_ms == (less_s - sum(above_s)) * SECOND_MS
        return
    assert proposal.finish_at_ms == end_at_ms
    for line, above in zip(proposal.lines, above_s, strict=True):
        exact_s = 300 + above * (1 - less_s / sum(above_s)) if sum(above_s) else 300
        assert line.after_ms % SECOND_MS == 0
        assert abs(line.after_ms / SECOND_MS - exact_s) < 1 + 1e-6
