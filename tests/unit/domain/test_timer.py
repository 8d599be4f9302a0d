"""Clock arithmetic and forecast; the shared cases are the same that the screens' script has to meet."""

from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.items import Item
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.timer import Forecast, ItemTimes, elapsed_ms, forecast, plan, remaining_ms, share_left, time_state
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, done, make_item, make_order, shared_cases, the

CASES = shared_cases("timer")


def times_of(order: RunningOrder, minute: float) -> list[tuple[float | None, float | None, float | None]]:
    """(planned start, expected start, expected end) of each item, in minutes after the planned beginning."""
    return [
        (minutes(times.planned_start_at_ms), minutes(times.expected_start_at_ms), minutes(times.expected_end_at_ms))
        for times in order.forecast(at(minute)).times
    ]


def ends_of(order: RunningOrder, minute: float) -> tuple[float, float, float]:
    """(planned end, expected end, offset) in minutes."""
    whole = order.forecast(at(minute))
    planned, expected = minutes(whole.planned_end_at_ms), minutes(whole.expected_end_at_ms)
    assert planned is not None
    assert expected is not None
    return planned, expected, whole.offset_ms / MINUTE_MS


def minutes(at_ms: int | None) -> float | None:
    return None if at_ms is None else (at_ms - BEGINS_AT_MS) / MINUTE_MS


def item_of(case: dict[str, Any], live: dict[str, Any] | None) -> Item:
    fields = {key: value for key, value in case.items() if key not in ("id", "position", "planned_start_at_ms")}
    fields["baseline_start_at_ms"] = case.get("planned_start_at_ms")
    if live is not None and live["item_id"] == case["id"]:
        fields |= {key: value for key, value in live.items() if key != "item_id"}
    return make_item(case["id"], **fields)


@pytest.mark.parametrize("case", CASES["clock"], ids=lambda case: case["name"])
def test_the_shared_cases_of_the_clock(case: dict[str, Any]) -> None:
    item = make_item(kind=case["kind"], **{key: value for key, value in case["live"].items() if key != "item_id"})

    assert remaining_ms(item, case["now_ms"]) == case["remaining_ms"]
    assert time_state(item, case["now_ms"]) == case["state"]
    assert share_left(item, case["now_ms"]) == pytest.approx(case["bar"], abs=1e-6)


@pytest.mark.parametrize("case", CASES["forecast"], ids=lambda case: case["name"])
def test_the_shared_cases_of_the_forecast(case: dict[str, Any]) -> None:
    listed = sorted(case["items"], key=lambda item: item["position"])
    items = tuple(item_of(item, case["live"]) for item in listed)
    begun = any(item.begun for item in items)

    got = forecast(items, case["starts_at_ms"], case["planned_end_at_ms"] if begun else None, case["now_ms"])

    expected = case["expected"]
    assert [
        {"id": item.id, "expected_start_at_ms": t.expected_start_at_ms, "expected_end_at_ms": t.expected_end_at_ms}
        for item, t in zip(items, got.times, strict=True)
    ] == expected["items"]
    assert {
        "planned_end_at_ms": got.planned_end_at_ms,
        "expected_end_at_ms": got.expected_end_at_ms,
        "offset_ms": got.offset_ms,
    } == expected["forecast"]


# ---- elapsed


def test_nothing_has_elapsed_before_the_start() -> None:
    assert elapsed_ms(make_item(), at(99)) == 0


def test_elapsed_counts_from_the_start_without_the_pauses() -> None:
    item = make_item(state="live", started_at_ms=at(1), paused_total_ms=2 * MINUTE_MS)

    assert elapsed_ms(item, at(9)) == 6 * MINUTE_MS


def test_elapsed_stands_still_in_a_pause_and_after_the_end() -> None:
    paused = make_item(state="paused", started_at_ms=at(0), paused_at_ms=at(4))
    ended = make_item(state="done", started_at_ms=at(0), ended_at_ms=at(7), paused_total_ms=MINUTE_MS)

    assert elapsed_ms(paused, at(5)) == elapsed_ms(paused, at(50)) == 4 * MINUTE_MS
    assert elapsed_ms(ended, at(8)) == elapsed_ms(ended, at(80)) == 6 * MINUTE_MS


def test_elapsed_is_never_negative() -> None:
    assert elapsed_ms(make_item(state="live", started_at_ms=at(5)), at(4)) == 0


def test_remaining_goes_below_zero_when_over() -> None:
    item = make_item(state="live", planned_ms=MINUTE_MS, added_ms=30_000, started_at_ms=at(0))

    assert remaining_ms(item, at(1)) == 30_000
    assert remaining_ms(item, at(2)) == -30_000


# ---- the plan


def test_planned_starts_chain_from_the_beginning() -> None:
    assert plan([make_item(), make_item(planned_ms=5), make_item()], 1000) == ((1000, 601_000, 601_005), 1_201_005)


def test_a_skipped_item_takes_no_time_in_the_plan() -> None:
    assert plan([make_item(state="skipped"), make_item()], 0) == ((0, 0), 600_000)


def test_a_pinned_item_waits_and_the_rest_follows_it() -> None:
    items = [make_item(), make_item(not_before_at_ms=900_000), make_item(not_before_at_ms=900_000)]

    assert plan(items, 0) == ((0, 900_000, 1_500_000), 2_100_000)


# ---- planned and expected times over a morning


def test_before_the_beginning_everything_is_expected_as_planned() -> None:
    order = make_order(10, 20)

    assert times_of(order, -30) == [(0, 0, 10), (10, 10, 30)]
    assert ends_of(order, -30) == (30, 30, 0)


def test_a_beginning_that_is_late_pushes_the_expected_times_and_not_the_plan() -> None:
    order = make_order(10, 20)

    assert times_of(order, 7) == [(0, 7, 17), (10, 17, 37)]
    assert ends_of(order, 7) == (30, 37, 7)


def test_before_the_start_the_plan_follows_every_change() -> None:
    order = done(make_order(10, 20, 30), (c.Skip("1"), -9), (c.Move("3", 2), -8), (c.Edit("2", {"planned_ms": 1}), -7))
    inserted = done(order, (c.Insert(1, {"kind": "report", "title": "Báo cáo", "planned_ms": 5 * MINUTE_MS}), -6))

    assert times_of(order, -5)[:2] == [(0, None, None), (0, 0, 30)]
    assert times_of(inserted, -5)[:3] == [(0, 0, 5), (5, None, None), (5, 5, 35)]


def test_the_first_start_freezes_the_plan() -> None:
    order = done(
        make_order(10, 20, 30),
        (c.Start("1"), 3),
        (c.Edit("2", {"planned_ms": 10 * MINUTE_MS}), 4),
        (c.Insert(2, {"kind": "report", "title": "Báo cáo", "planned_ms": 5 * MINUTE_MS}), 4),
        (c.Remove("3"), 4),
    )

    assert times_of(order, 5) == [(0, 3, 13), (None, 13, 18), (10, 18, 28)]
    assert ends_of(order, 5) == (60, 28, -32)


def test_a_conference_begun_early_has_no_floor_any_more() -> None:
    order = done(make_order(10, 20), (c.Start("1"), -20), (c.Finish(), -15))

    assert times_of(order, -14) == [(0, -20, -15), (10, -14, 6)]


def test_the_live_item_is_expected_to_use_all_its_time_and_then_to_end_now() -> None:
    order = done(make_order(10, 20), (c.Start("1"), 0), (c.AddTime(5 * MINUTE_MS), 1))

    assert times_of(order, 3) == [(0, 0, 15), (10, 15, 35)]
    assert times_of(order, 15) == [(0, 0, 15), (10, 15, 35)]
    assert times_of(order, 18) == [(0, 0, 18), (10, 18, 38)]
    assert ends_of(order, 18) == (30, 38, 8)


def test_a_pause_counts_as_if_it_ended_now() -> None:
    order = done(make_order(10, 20), (c.Start("1"), 0), (c.Pause(), 4))

    assert times_of(order, 4)[0] == (0, 0, 10)
    assert times_of(order, 9)[0] == (0, 0, 15)


def test_between_two_items_the_next_is_expected_now() -> None:
    order = done(make_order(10, 20, 30), (c.Start("1"), 0), (c.Finish(), 6))

    assert times_of(order, 6) == [(0, 0, 6), (10, 6, 26), (30, 26, 56)]
    assert times_of(order, 9) == [(0, 0, 6), (10, 9, 29), (30, 29, 59)]


def test_items_follow_in_the_order_in_which_next_takes_them() -> None:
    order = done(make_order(10, 20, 30, 40), (c.Start("1"), 0), (c.Next("3"), 10))

    assert times_of(order, 20) == [(0, 0, 10), (10, 40, 60), (30, 10, 40), (60, 60, 100)]


def test_a_skipped_item_is_not_expected_at_all() -> None:
    order = done(make_order(10, 20, 30), (c.Start("1"), 0), (c.Skip("2"), 1))

    assert times_of(order, 2) == [(0, 0, 10), (10, None, None), (30, 10, 40)]
    assert ends_of(order, 2) == (60, 40, -20)


def test_a_finished_conference_was_as_long_as_it_was() -> None:
    order = done(make_order(10, 20), (c.Start("1"), 0), (c.Next(), 12), (c.Finish(), 33))

    assert times_of(order, 99) == [(0, 0, 12), (10, 12, 33)]
    assert ends_of(order, 99) == (30, 33, 3)


def test_the_last_end_stands_even_if_it_was_not_the_last_item_s() -> None:
    order = done(make_order(10, 20), (c.Start("2"), 0), (c.Next("1"), 20), (c.Finish(), 31))

    assert ends_of(order, 99) == (30, 31, 1)


def test_a_late_break_is_really_shortened_when_it_starts_and_undo_takes_both_back() -> None:
    order = make_order(10, 10, 10, kind="break", min_ms=4 * MINUTE_MS)
    waiting = done(order, (c.Start("1"), 0))

    started = done(waiting, (c.Next(), 13))

    assert ends_of(waiting, 13) == ends_of(started, 13) == (30, 30, 0)
    assert remaining_ms(the(started, "2"), at(13)) == 7 * MINUTE_MS
    assert done(started, (c.Undo(), 14)).facts == waiting.facts


def test_a_late_opening_with_a_break_is_shortened_from_its_planned_start_on() -> None:
    order = done(make_order(10, 10, kind="break", min_ms=0), (c.Start("1"), 4))

    assert the(order, "1").added_ms == -4 * MINUTE_MS
    assert times_of(order, 4) == [(0, 4, 10), (10, 10, 20)]


def test_a_break_that_starts_on_time_or_early_keeps_its_length() -> None:
    order = make_order(10, 10, kind="break", min_ms=0)

    assert the(done(order, (c.Start("1"), 0), (c.Next(), 10)), "2").added_ms == 0
    assert the(done(order, (c.Start("1"), 0), (c.Next(), 3)), "2").added_ms == 0


def test_the_offset_is_positive_when_late() -> None:
    assert Forecast(100, 160, (ItemTimes(0, 0, 160),)).offset_ms == 60
