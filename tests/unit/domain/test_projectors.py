"""What is told of a projector, from its last report and from silence; what may be typed and reported."""

from dataclasses import replace
from typing import Any

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.projectors import (
    AWAY_MS,
    HIDDEN_SILENT_MS,
    JOINING_MS,
    LATE_MS,
    LEFT_MS,
    SILENT_MS,
    SLOW_TOLD_MS,
    Report,
    Sighting,
    State,
    checked_name,
    checked_scene,
    parse_report,
    shown_code,
    sighting_from_json,
    state,
    typed_code,
)

AT_MS = 1_000_000
REPORT = Report(
    version=7,
    scene="speaker",
    doubt_ms=4,
    lag_ms=80,
    shown_at_ms=AT_MS - 500,
    width=1920,
    height=1080,
    hidden=False,
    full_screen=True,
)
WELL = Sighting(REPORT, AT_MS, offset_ms=20)
REPORTED: dict[str, Any] = {
    "version": 7,
    "scene": "speaker",
    "doubt_ms": 4,
    "lag_ms": None,
    "shown_at_ms": None,
    "sent_at_ms": AT_MS,
    "width": 1920,
    "height": 1080,
    "hidden": False,
    "full_screen": True,
}


@pytest.mark.parametrize(
    ("sighting", "after_ms", "behind_for_ms", "told"),
    [
        (WELL, 0, None, State("on")),
        (WELL, SILENT_MS - 1, None, State("on")),
        (WELL, SILENT_MS, None, State("late", AT_MS, SILENT_MS)),
        (WELL, AWAY_MS, None, State("away", AT_MS)),
        (WELL, 0, 0, State("behind")),
        (WELL, 0, LATE_MS - 1, State("behind")),
        (WELL, 0, LATE_MS, State("late", AT_MS - LATE_MS, LATE_MS)),
        (replace(WELL, left_at_ms=AT_MS), LEFT_MS - 1, None, State("on")),
        (replace(WELL, left_at_ms=AT_MS), LEFT_MS, None, State("away", AT_MS)),
        # It has come again since, and speaks.
        (replace(WELL, left_at_ms=AT_MS - 10_000), 0, None, State("on")),
        # Its clock is wrong, or what it says is long under way.
        (replace(WELL, offset_ms=LATE_MS), 0, None, State("late", None, LATE_MS)),
        (replace(WELL, offset_ms=-LATE_MS), 0, None, State("late", None, LATE_MS)),
        (replace(WELL, offset_ms=LATE_MS - 1), 0, None, State("on")),
        (replace(WELL, report=replace(REPORT, lag_ms=LATE_MS)), 0, None, State("late", None, LATE_MS)),
        (
            replace(WELL, report=replace(REPORT, lag_ms=LATE_MS, shown_at_ms=AT_MS - SLOW_TOLD_MS)),
            0,
            None,
            State("on"),
        ),
        (replace(WELL, report=replace(REPORT, hidden=True)), 0, None, State("hidden")),
        (replace(WELL, report=replace(REPORT, hidden=True)), HIDDEN_SILENT_MS - 1, None, State("hidden")),
        (replace(WELL, report=replace(REPORT, hidden=True)), HIDDEN_SILENT_MS, None, State("away", AT_MS)),
    ],
)
def test_how_a_projector_is(sighting: Sighting, after_ms: int, behind_for_ms: int | None, told: State) -> None:
    now_ms = AT_MS + after_ms
    behind_since_ms = None if behind_for_ms is None else now_ms - behind_for_ms

    assert state(sighting, now_ms, behind_since_ms) == told


def test_one_that_has_just_got_its_name_is_given_time_to_speak() -> None:
    assert state(None, AT_MS, None, paired_at_ms=AT_MS - JOINING_MS + 1) == State("behind")
    assert state(None, AT_MS, None, paired_at_ms=AT_MS - JOINING_MS) == State("never")


def test_who_should_be_looked_after() -> None:
    marked = [name for name in ("on", "behind", "late", "hidden", "away", "never") if State(name).marked]

    assert marked == ["late", "hidden", "away", "never"]


def test_a_sighting_goes_to_another_process_and_back() -> None:
    assert sighting_from_json(replace(WELL, left_at_ms=5).as_json()) == replace(WELL, left_at_ms=5)


def test_a_report_as_it_comes() -> None:
    report, sent_at_ms = parse_report(REPORTED)

    assert report == replace(REPORT, lag_ms=None, shown_at_ms=None)
    assert sent_at_ms == AT_MS


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {**REPORTED, "more": 1},
        {name: value for name, value in REPORTED.items() if name != "hidden"},
        *({**REPORTED, "version": value} for value in (-1, True, 1.5, "7", None, 2**60)),
        *({**REPORTED, "scene": value} for value in ("auto", None, "", "\0")),
        {**REPORTED, "lag_ms": -1},
        {**REPORTED, "doubt_ms": float("inf")},
        {**REPORTED, "hidden": 0},
        {**REPORTED, "width": 100_001},
    ],
)
def test_a_report_that_is_none(data: Any) -> None:
    with pytest.raises(InvalidInput):
        parse_report(data)


def test_codes_are_typed_as_people_type() -> None:
    assert [typed_code(code) for code in ("482913", "482 913", " 482-913 ")] == ["482913"] * 3
    assert shown_code("482913") == "482 913"
    for code in ("", "48291", "4829130", "48291a", "٤٨٢٩١٣", None, 482913, "x" * 5_000):
        with pytest.raises(InvalidInput):
            typed_code(code)


def test_names_and_scenes() -> None:
    assert checked_name("  Hội trường\n") == "Hội trường"
    assert (checked_scene("agenda"), checked_scene("auto"), checked_scene(None)) == ("agenda", None, None)
    for name in ("", " ", "x" * 41, None):
        with pytest.raises(InvalidInput):
            checked_name(name)
    for scene in ("", "dark", 7):
        with pytest.raises(InvalidInput):
            checked_scene(scene)
