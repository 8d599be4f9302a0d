"""What has to be seen to at T−60, T−30 and T−10."""

import pytest

from giaoban.domain.checklist import (
    DEFAULT,
    MEASURES,
    STAGES,
    Entry,
    Figure,
    checked_note,
    checked_stage,
    checked_text,
    stages,
)
from giaoban.domain.errors import InvalidInput
from tests.factories import BEGINS_AT_MS, at

BY_HAND = Entry("a", 30, "Thử micro")
TICKED = Entry("b", 30, "Thử loa", ticked_at_ms=at(-40), ticked_by="technician:lan")
COUNTED = Entry("c", 10, "Điểm cầu đã kết nối", "connected")


@pytest.mark.parametrize(("minute", "overdue"), [(-30.01, 0), (-30, 1), (-29, 1), (120, 1)])
def test_what_is_not_done_by_its_time_is_overdue(minute: float, overdue: int) -> None:
    stage = stages([BY_HAND, TICKED], {}, at(minute), BEGINS_AT_MS)[1]
    assert (stage.minutes, stage.due_at_ms, stage.done, stage.overdue) == (30, at(-30), 1, overdue)
    assert [line.done for line in stage.lines] == [False, True]
    assert stage.left_ms == at(-30) - at(minute)


@pytest.mark.parametrize(
    ("figure", "done"), [(Figure(180, 211), False), (Figure(211, 211), True), (Figure(0, 0), True), (None, False)]
)
def test_a_figure_that_is_whole_counts_as_done(figure: Figure | None, done: bool) -> None:
    figures = {} if figure is None else {"connected": figure}
    (line,) = stages([COUNTED], figures, at(0), BEGINS_AT_MS)[2].lines
    assert (line.done, line.overdue, line.figure) == (done, not done, figure)


def test_what_is_not_whole_can_be_ticked_all_the_same() -> None:
    ticked = Entry("c", 10, "Điểm cầu đã kết nối", "connected", at(-5), "technician:lan", "Hai xã vắng điện")
    (line,) = stages([ticked], {"connected": Figure(209, 211)}, at(0), BEGINS_AT_MS)[2].lines
    assert line.done


def test_every_stage_is_there_even_when_it_is_empty() -> None:
    assert [(stage.minutes, stage.lines) for stage in stages([], {}, at(0), BEGINS_AT_MS)] == [
        (60, ()),
        (30, ()),
        (10, ()),
    ]


def test_the_usual_list_can_be_stored() -> None:
    assert {stage for stage, _, _ in DEFAULT} == set(STAGES)
    assert {measure for _, _, measure in DEFAULT if measure} == set(MEASURES)
    assert all(checked_text(text) == text for _, text, _ in DEFAULT)


def test_what_is_typed_is_looked_at() -> None:
    assert checked_stage("30") == checked_stage(30) == 30
    assert checked_note(" Đã gọi ") == "Đã gọi"
    for wrong in (lambda: checked_stage("45"), lambda: checked_text(" "), lambda: checked_note("x" * 301)):
        with pytest.raises(InvalidInput):
            wrong()
