"""The report's picture: the plan's bar, and what was, cut where pauses, added time and overtime begin."""

from giaoban.domain import commands as c
from giaoban.domain.replan import FAR_FUTURE_AT_MS
from giaoban.domain.report_bars import Bar, Bars, bars
from giaoban.domain.running_order import new_order
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, make_order, plan_of
from tests.unit.domain.logs import Log


def picture(log: Log, minute: float = 60) -> Bars:
    return bars(log.report(minute))


def pieces(bar: Bar) -> list[tuple[str, float, float]]:
    """(kind, from, until) of what was, in minutes after the beginning."""
    return [
        (piece.kind, (piece.start_at_ms - BEGINS_AT_MS) / MINUTE_MS, (piece.end_at_ms - BEGINS_AT_MS) / MINUTE_MS)
        for piece in bar.actual
    ]


def test_within_its_time_an_item_is_one_piece() -> None:
    first, second = picture(Log(make_order(10, 10)).give((c.Start("1"), 0), (c.Finish(), 8))).rows

    assert pieces(first) == [("run", 0, 8)]
    assert first.plan == (at(0), at(10))
    assert (second.plan, second.actual) == ((at(10), at(20)), ())


def test_added_time_overtime_and_pauses_are_pieces_of_their_own() -> None:
    log = Log(make_order(10)).give(
        (c.Start("1"), 0),
        (c.Pause(), 4),
        (c.Resume(), 6),
        (c.AddTime(2 * MINUTE_MS), 11),
        (c.Pause(), 13),
        (c.Resume(), 14),
        (c.Finish(), 17),
    )

    [bar] = picture(log).rows

    assert pieces(bar) == [
        ("run", 0, 4),
        ("pause", 4, 6),
        ("run", 6, 12),
        ("added", 12, 13),
        ("pause", 13, 14),
        ("added", 14, 15),
        ("over", 15, 17),
    ]


def test_time_taken_away_leaves_less_before_overtime() -> None:
    log = Log(make_order(10)).give((c.Start("1"), 0), (c.AddTime(-4 * MINUTE_MS), 1), (c.Finish(), 9))

    assert pieces(picture(log).rows[0]) == [("run", 0, 6), ("over", 6, 9)]


def test_the_cap_is_marked_where_it_was_passed_and_only_then() -> None:
    fields = plan_of(5, 5, kind="paper", cap_ms=6 * MINUTE_MS)
    log = Log(new_order(BEGINS_AT_MS, fields)).give(
        (c.Start("1"), 0), (c.Pause(), 2), (c.Resume(), 5), (c.Next(), 11), (c.Finish(), 17)
    )

    passed, reached = picture(log).rows

    assert passed.cap_at_ms == at(9)
    assert reached.cap_at_ms is None


def test_what_is_on_is_drawn_up_to_now_a_pause_included() -> None:
    log = Log(make_order(10, 10)).give((c.Start("1"), 0), (c.Pause(), 3))

    assert pieces(picture(log, 5).rows[0]) == [("run", 0, 3), ("pause", 3, 5)]


def test_what_was_not_in_the_plan_has_no_bar_of_it() -> None:
    added = {"kind": "paper", "title": "Bổ sung", "planned_ms": 5 * MINUTE_MS}
    log = Log(make_order(10)).give((c.Start("1"), 0), (c.Insert(2, added), 1))

    assert [bar.plan is None for bar in picture(log).rows] == [False, True]


def test_the_axis_holds_everything_between_two_ticks() -> None:
    axis = picture(Log(make_order(30, 200)).give((c.Start("1"), -7), (c.Next(), 40), (c.Finish(), 300)), 400)

    assert (axis.start_at_ms, axis.end_at_ms) == (axis.ticks[0], axis.ticks[-1])
    assert axis.start_at_ms <= at(-7)
    assert axis.end_at_ms >= at(300)
    assert 2 <= len(axis.ticks) <= 13
    assert (axis.share(axis.start_at_ms), axis.share(axis.end_at_ms)) == (0, 1)


def test_an_order_without_items_still_has_an_axis() -> None:
    axis = picture(Log(new_order(BEGINS_AT_MS, [])))

    assert len(axis.ticks) >= 2


def test_an_axis_of_centuries_has_no_more_ticks_than_others() -> None:
    plan = [{"kind": "report", "title": "Báo cáo", "planned_ms": MINUTE_MS, "not_before_at_ms": FAR_FUTURE_AT_MS}]

    axis = picture(Log(new_order(BEGINS_AT_MS, plan)))

    assert axis.ticks[-1] >= FAR_FUTURE_AT_MS
    assert 2 <= len(axis.ticks) <= 13
