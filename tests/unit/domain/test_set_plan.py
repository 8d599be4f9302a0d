"""Moving the whole plan, and the cap of papers."""

import pytest

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.replan import FAR_FUTURE_AT_MS, LATEST_START_AT_MS, replanned
from giaoban.domain.running_order import RunningOrder, new_order
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, do, done, make_item, make_order

DAY_MS = 24 * 60 * MINUTE_MS


def two_papers() -> RunningOrder:
    paper = {"kind": "paper", "title": "Tham luận", "planned_ms": 10 * MINUTE_MS}
    own = {**paper, "cap_ms": 15 * MINUTE_MS}
    return new_order(BEGINS_AT_MS, [paper, own], paper_cap_ms=10 * MINUTE_MS)


def test_the_whole_plan_moves_with_its_beginning_and_what_is_pinned_with_it() -> None:
    order = make_order(10, 10, not_before_at_ms=at(30))

    moved = do(order, c.SetPlan(starts_at_ms=BEGINS_AT_MS + DAY_MS))

    assert moved.starts_at_ms == BEGINS_AT_MS + DAY_MS
    assert [item.not_before_at_ms for item in moved.items] == [at(30) + DAY_MS] * 2
    assert moved.forecast(BEGINS_AT_MS).times[0].planned_start_at_ms == at(30) + DAY_MS


def test_papers_take_the_new_cap_unless_they_have_one_of_their_own() -> None:
    order = do(two_papers(), c.SetPlan(paper_cap_ms=7 * MINUTE_MS))

    assert [item.cap_ms for item in order.items] == [7 * MINUTE_MS, 15 * MINUTE_MS]
    inserted = do(order, c.Insert(1, {"kind": "paper", "title": "Thêm", "planned_ms": MINUTE_MS}))
    assert inserted.items[0].cap_ms == 7 * MINUTE_MS


def test_undo_brings_back_beginning_cap_and_pins() -> None:
    order = make_order(10, 10, not_before_at_ms=at(30))

    back = done(order, (c.SetPlan(BEGINS_AT_MS + DAY_MS, MINUTE_MS), 0), (c.Undo(), 1))

    assert (back.starts_at_ms, back.paper_cap_ms, back.items) == (BEGINS_AT_MS, order.paper_cap_ms, order.items)


def test_what_has_begun_is_not_moved_but_the_cap_may_still_change() -> None:
    begun = done(two_papers(), (c.Start("1"), 0))

    with pytest.raises(InvalidTransition, match="đã bắt đầu"):
        do(begun, c.SetPlan(starts_at_ms=BEGINS_AT_MS + DAY_MS))
    assert [item.cap_ms for item in do(begun, c.SetPlan(paper_cap_ms=MINUTE_MS)).items][0] == 10 * MINUTE_MS


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"starts_at_ms": None},
        {"starts_at_ms": -1},
        {"starts_at_ms": LATEST_START_AT_MS + 1},
        {"paper_cap_ms": 0},
        {"starts_at_ms": "8"},
        {"at": 1},
    ],
)
def test_a_plan_that_none_could_be_is_refused(args: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        c.parse("set_plan", args)


@pytest.mark.parametrize(("shift_ms", "pin"), [(-2 * BEGINS_AT_MS, 0), (FAR_FUTURE_AT_MS, FAR_FUTURE_AT_MS)])
def test_a_pin_stays_within_the_calendar(shift_ms: int, pin: int) -> None:
    assert replanned(make_item(not_before_at_ms=BEGINS_AT_MS), shift_ms, 1, 1).not_before_at_ms == pin
