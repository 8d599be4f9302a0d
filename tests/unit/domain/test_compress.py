"""Squeezing the order, in mornings small enough to reckon by hand. Properties: tests/property/test_compress.py."""

from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.compress import Proposal, propose
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.running_order import RunningOrder, decide, new_order
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, do, done, make_order


def order_of(*items: tuple[str, float], **by_number: dict[str, Any]) -> RunningOrder:
    """An order of (kind, minutes), with further fields by number: `_2={"min_ms": 0}`."""
    return new_order(
        BEGINS_AT_MS,
        [
            {"kind": kind, "title": f"Mục {number}", "planned_ms": round(minutes * MINUTE_MS)}
            | by_number.get(f"_{number}", {})
            for number, (kind, minutes) in enumerate(items, 1)
        ],
    )


def minutes(proposal: Proposal) -> list[float]:
    """What each is expected to last afterwards."""
    return [line.after_ms / MINUTE_MS for line in proposal.lines]


THREE_PAPERS = order_of(("paper", 10), ("paper", 8), ("paper", 6))


def test_what_stands_above_the_floors_is_shared_in_proportion() -> None:
    proposal = propose(THREE_PAPERS, at(19.5), {}, at(0))

    assert minutes(proposal) == [7.5, 6.5, 5.5]
    assert proposal.lengths == {"1": 450_000, "2": 390_000, "3": 330_000}
    assert (proposal.expected_end_at_ms, proposal.finish_at_ms) == (at(24), at(19.5))


def test_with_time_enough_nothing_changes() -> None:
    proposal = propose(THREE_PAPERS, at(24), {}, at(0))

    assert proposal.in_time_already
    assert proposal.lengths == {}
    assert minutes(proposal) == [10, 8, 6]


def test_the_live_item_keeps_what_it_has_left() -> None:
    order = done(THREE_PAPERS, (c.Next(), 0), (c.AddTime(5 * MINUTE_MS), 1))

    assert minutes(propose(order, at(27), {}, at(2))) == [6.5, 5.5]


def test_a_floor_named_by_id_counts_before_its_own_and_its_own_before_its_kind_s() -> None:
    order = order_of(("paper", 10), ("paper", 10), ("paper", 10), _1={"min_ms": 7 * MINUTE_MS}, _2={"min_ms": 0})

    proposal = propose(order, at(18), {"2": 8 * MINUTE_MS, "paper": 3 * MINUTE_MS}, at(0))

    assert [line.floor_ms / MINUTE_MS for line in proposal.lines] == [7, 8, 3]
    assert minutes(proposal) == [7, 8, 3]


def test_what_is_below_its_floor_stays() -> None:
    assert minutes(propose(order_of(("paper", 3), ("paper", 10)), at(9), {}, at(0))) == [3, 6]


def test_a_length_past_its_cap_counts_as_the_cap() -> None:
    order = order_of(("paper", 20), ("paper", 10), _1={"cap_ms": 10 * MINUTE_MS})

    assert minutes(propose(order, at(25), {}, at(0))) == [10, 10]
    assert minutes(propose(order, at(15), {}, at(0))) == [7.5, 7.5]


def test_what_follows_a_pin_cannot_use_the_time_before_it() -> None:
    order = order_of(("paper", 10), ("paper", 10), ("paper", 10), _2={"not_before_at_ms": at(12)})

    proposal = propose(order, at(26), {}, at(0))

    assert minutes(proposal) == [10, 7, 7]
    assert proposal.finish_at_ms == at(26)


def test_a_pin_that_is_overrun_binds_nobody() -> None:
    order = order_of(("paper", 10), ("paper", 10), ("paper", 10), _2={"not_before_at_ms": at(2)})

    assert minutes(propose(order, at(24), {}, at(0))) == [8, 8, 8]


def test_what_stands_before_a_pin_gives_only_what_the_end_asks_of_it() -> None:
    order = order_of(("paper", 10), ("paper", 10), ("paper", 10), _2={"not_before_at_ms": at(8)})

    assert minutes(propose(order, at(19), {}, at(0))) == [8, 5.5, 5.5]


def test_a_pin_behind_the_end_is_impossible_and_the_pinned_one_could_be_skipped() -> None:
    order = order_of(("paper", 10), ("paper", 10), _2={"not_before_at_ms": at(40)})

    proposal = propose(order, at(30), {}, at(0))

    assert (proposal.short_by_ms, proposal.could_skip) == (15 * MINUTE_MS, ("2",))


def test_a_late_break_is_given_what_it_is_expected_to_last() -> None:
    order = done(order_of(("paper", 10), ("break", 10), ("paper", 10), _2={"min_ms": 4 * MINUTE_MS}), (c.Next(), 0))
    assert order.forecast(at(13)).expected_end_at_ms == at(30)

    proposal = propose(order, at(26), {}, at(13))
    after = do(order, c.Compress(at(26)), at(13))

    assert minutes(proposal) == [5.5, 7.5]
    assert proposal.lines[0].planned_ms == 8.5 * MINUTE_MS
    assert after.forecast(at(13)).expected_end_at_ms == at(26)


def test_what_does_not_fit_says_by_how_much_and_gives_up_the_last_papers_first() -> None:
    order = order_of(("opening", 10), ("paper", 10), ("paper", 10), ("paper", 10), ("closing", 5))

    with pytest.raises(InvalidTransition, match="thiếu 7 phút") as caught:
        decide(order, c.Compress(at(18)), at(0))

    assert caught.value.details == {"short_by_ms": 7 * MINUTE_MS, "could_skip": ["3", "4"]}


def test_what_would_not_fit_without_any_paper_names_nothing_to_skip() -> None:
    assert propose(order_of(("opening", 10), ("paper", 10)), at(1), {}, at(0)).could_skip == ()


def test_an_end_that_has_passed_is_impossible() -> None:
    order = done(make_order(10, 10), (c.Next(), 0))

    assert propose(order, at(2), {}, at(3)).short_by_ms == (10 + 5 - 2) * MINUTE_MS


def test_seconds_are_shared_out_exactly() -> None:
    order = order_of(("paper", 10), ("paper", 10), ("paper", 10))

    proposal = propose(order, at(0) + 1_000_000, {}, at(0))

    assert [line.after_ms for line in proposal.lines] == [334_000, 333_000, 333_000]
