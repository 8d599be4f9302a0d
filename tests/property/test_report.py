"""Whole mornings in the report: nothing is counted twice, nothing is lost, and undone commands leave no trace."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain.errors import InvalidTransition
from giaoban.domain.report import Report, make
from giaoban.domain.report_bars import bars
from giaoban.domain.running_order import Facts
from tests.factories import BEGINS_AT_MS
from tests.property.mornings import Morning, forward_ms, mornings
from tests.unit.domain.logs import UNITS, Log

rooms = st.lists(st.sampled_from([None, "20", "180", "188", "06010"]), min_size=5, max_size=5)
afterwards_ms = st.integers(0, 7_200_000)


def log_of(morning: Morning, rooms: list[str | None]) -> tuple[Log, int]:
    """(the morning's log with its items bound to those rooms, when the last command was given)."""
    plan = morning.plan
    items = tuple(replace(item, endpoint_code=room) for item, room in zip(plan.items, rooms, strict=False))
    log, now_ms = Log(replace(plan, facts=Facts(items, None))), BEGINS_AT_MS
    for step in morning.steps:
        now_ms += step.after_ms
        try:
            log.give_at(step.command, now_ms)
        except InvalidTransition:
            continue
    return log, now_ms


def report_of(log: Log, now_ms: int) -> Report:
    return make(log.start, log.lines, UNITS, now_ms)


@given(mornings(), rooms, afterwards_ms)
def test_units_and_districts_have_spoken_what_the_items_took(
    morning: Morning, rooms: list[str | None], later_ms: int
) -> None:
    log, now_ms = log_of(morning, rooms)

    report = report_of(log, now_ms + later_ms)

    assert sum(each.length_ms for each in report.units) == report.spoken_ms
    assert sum(each.length_ms for each in report.districts) == report.spoken_ms
    assert sum(each.items for each in report.units) == sum(each.items for each in report.districts)


@given(mornings(), rooms, afterwards_ms)
def test_the_report_tells_the_items_as_they_are(morning: Morning, rooms: list[str | None], later_ms: int) -> None:
    log, now_ms = log_of(morning, rooms)

    report = report_of(log, now_ms + later_ms)

    assert tuple(row.item for row in report.items) == log.order.items
    for row in report.items:
        closed_ms = sum(pause.length_ms for pause in row.pauses if pause.end_at_ms is not None)
        assert closed_ms == row.item.paused_total_ms
        assert sum(added.delta_ms for added in row.additions) == row.item.added_ms
        assert [pause.end_at_ms is None for pause in row.pauses].count(True) == (row.item.state == "paused")


@given(mornings(after_ms=forward_ms), rooms, afterwards_ms)
def test_the_picture_has_no_gaps_and_is_as_long_as_the_figures(
    morning: Morning, rooms: list[str | None], later_ms: int
) -> None:
    log, now_ms = log_of(morning, rooms)

    picture = bars(report_of(log, now_ms + later_ms))

    for bar in picture.rows:
        assert all(before.end_at_ms == after.start_at_ms for before, after in pairwise(bar.actual))
        ran_ms = sum(piece.end_at_ms - piece.start_at_ms for piece in bar.actual if piece.kind != "pause")
        assert ran_ms == (bar.row.length_ms or 0)
        assert all(
            0 <= picture.share(edge) <= 1 for piece in bar.actual for edge in (piece.start_at_ms, piece.end_at_ms)
        )


@given(mornings(), rooms, afterwards_ms)
def test_any_clock_draws_a_picture_that_goes_forward(morning: Morning, rooms: list[str | None], later_ms: int) -> None:
    log, now_ms = log_of(morning, rooms)

    for bar in bars(report_of(log, now_ms + later_ms)).rows:
        assert all(piece.start_at_ms < piece.end_at_ms for piece in bar.actual)
        assert all(before.end_at_ms == after.start_at_ms for before, after in pairwise(bar.actual))
