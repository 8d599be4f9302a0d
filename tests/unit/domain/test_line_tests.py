"""What makes a line good, and what to do where it is not."""

from typing import Any

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.line_tests import (
    ADVICE,
    ANSWERS,
    PROBES,
    REPORTED,
    SPACING_MS,
    TOGETHER_MS,
    WAIT_MS,
    Network,
    judge,
    measure,
    network_grade,
    parse_line_test,
    standing,
)
from tests.factories import BEGINS_AT_MS, make_line_test, shared_cases

NOTHING = dict.fromkeys(REPORTED)
FINE = Network(20, 0, 30, 60, 5, "websocket")


@pytest.mark.parametrize("case", shared_cases("line_test"), ids=lambda case: case["name"])
def test_figures_are_those_of_the_page(case: dict[str, Any]) -> None:
    found = measure(case["trips"], "websocket")

    assert {
        "sent": found.sent,
        "lost": found.lost,
        "medianMs": found.median_ms,
        "worstMs": found.worst_ms,
        "jitterMs": found.jitter_ms,
    } == case["figures"]


@pytest.mark.parametrize(
    ("network", "grade"),
    [
        (FINE, "good"),
        (Network(20, 0, 300, 1000, 50, "polling"), "good"),
        (Network(20, 0, 301, 400, 5, "websocket"), "fair"),
        (Network(20, 0, 30, 1001, 50, "websocket"), "fair"),
        (Network(20, 0, 30, 60, 51, "websocket"), "fair"),
        (Network(20, 1, 30, 60, 5, "websocket"), "fair"),
        (Network(20, 0, 800, 2000, 150, "websocket"), "fair"),
        (Network(20, 0, 801, 900, 5, "websocket"), "poor"),
        (Network(20, 0, 30, 900, 151, "websocket"), "poor"),
        (Network(20, 2, 30, 60, 5, "websocket"), "poor"),
        (Network(20, 20, None, None, None, "websocket"), "poor"),
    ],
)
def test_the_network_by_its_figures(network: Network, grade: str) -> None:
    verdict = judge(network, NOTHING)

    assert network_grade(network) == verdict.grade == grade
    assert verdict.untested == REPORTED
    assert bool(verdict.advice) == (grade != "good" or network.transport == "polling")


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network(20, 20, None, None, None, "websocket"), "không thông: mất cả 20 lượt"),
        (Network(20, 3, 900, 1900, 200, "websocket"), "mất 3 trên 20 lượt"),
        (Network(20, 0, 420, 500, 5, "websocket"), "khoảng 420 mili giây"),
        (Network(20, 0, 30, 1200, 5, "websocket"), "lâu nhất mất 1200 mili giây"),
    ],
)
def test_the_worst_fault_of_the_network_is_named_with_its_figure(network: Network, words: str) -> None:
    [sentence] = judge(network, NOTHING).advice

    assert words in sentence


def test_a_line_is_as_good_as_its_worst_part() -> None:
    verdict = judge(FINE, {"picture": "good", "sound": "poor", "mic": "none"})

    assert verdict.grade == "poor"
    assert verdict.untested == ()
    assert verdict.advice == (ADVICE["sound", "poor"], ADVICE["mic", "none"])


def test_what_nobody_tried_makes_no_line_worse_but_is_named() -> None:
    verdict = judge(None, {**NOTHING, "sound": "good"})

    assert (verdict.grade, verdict.untested, verdict.advice) == ("good", ("network", "picture", "mic"), ())


def test_every_answer_that_is_not_good_has_its_remedy() -> None:
    assert ADVICE.keys() == {(part, answer) for part in REPORTED for answer in ANSWERS if answer != "good"}


GOOD_BODY: dict[str, Any] = {"happened_at_ms": BEGINS_AT_MS, "picture": "good"}


def test_a_whole_test_is_read() -> None:
    body = {
        **GOOD_BODY,
        "round_trips_ms": [30, None, 40],
        "transport": "polling",
        "sound": "poor",
        "mic": "none",
        "note": "  Loa\nrè ",
    }

    said = parse_line_test(body, BEGINS_AT_MS)

    assert said.network == Network(3, 1, 35, 40, 10, "polling")
    assert (said.picture, said.sound, said.mic) == ("good", "poor", "none")
    assert (said.note, said.at_ms) == ("Loa rè", BEGINS_AT_MS)


def test_the_answers_alone_are_a_test() -> None:
    assert parse_line_test({**GOOD_BODY, "round_trips_ms": None, "transport": None}, BEGINS_AT_MS).network is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"picture": None}, "picture"),
        ({"picture": "bad"}, "picture"),
        ({"sound": 1}, "sound"),
        ({"mic": ["good"]}, "mic"),
        ({"note": 7}, "note"),
        ({"note": "x" * 301}, "note"),
        ({"happened_at_ms": None}, "happened_at_ms"),
        ({"happened_at_ms": True}, "happened_at_ms"),
        ({"happened_at_ms": -1}, "happened_at_ms"),
        ({"happened_at_ms": BEGINS_AT_MS + 60_001}, "happened_at_ms"),
        ({"transport": "websocket"}, "transport"),
        ({"round_trips_ms": [1], "transport": "pigeon"}, "transport"),
        ({"round_trips_ms": [1]}, "transport"),
        ({"round_trips_ms": [], "transport": "websocket"}, "round_trips_ms"),
        ({"round_trips_ms": [1] * 201, "transport": "websocket"}, "round_trips_ms"),
        ({"round_trips_ms": {"1": 1}, "transport": "websocket"}, "round_trips_ms"),
        ({"round_trips_ms": [1.5], "transport": "websocket"}, "round_trips_ms"),
        ({"round_trips_ms": [True], "transport": "websocket"}, "round_trips_ms"),
        ({"round_trips_ms": [-1], "transport": "websocket"}, "round_trips_ms"),
        ({"round_trips_ms": [WAIT_MS + 1], "transport": "websocket"}, "round_trips_ms"),
    ],
)
def test_what_is_no_test_is_refused_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_line_test({**GOOD_BODY, **change}, BEGINS_AT_MS)

    assert refused.value.details["field"] == field


def test_a_later_test_takes_back_only_what_it_speaks_of() -> None:
    measured = make_line_test(network=FINE, picture="none", at_ms=BEGINS_AT_MS - 1_000, line_test_id="b")
    asked = make_line_test(picture="good", sound="poor", source="technician", note="gọi lại")

    whole = standing([asked, measured])

    assert whole is not None
    assert (whole.network, whole.picture, whole.sound, whole.mic) == (FINE, "good", "poor", None)
    assert (whole.line_test_id, whole.at_ms, whole.source, whole.note) == ("a", BEGINS_AT_MS, "technician", "gọi lại")
    assert (whole.verdict.grade, whole.verdict.untested) == ("fair", ("mic",))
    assert standing([]) is None


@pytest.mark.parametrize(("before_ms", "stands"), [(TOGETHER_MS, True), (TOGETHER_MS + 1, False)])
def test_words_of_another_time_stand_no_more(before_ms: int, stands: bool) -> None:
    whole = standing([make_line_test(sound="good"), make_line_test(mic="none", at_ms=BEGINS_AT_MS - before_ms)])

    assert whole is not None
    assert (whole.mic == "none") is stands


def test_measuring_takes_ten_seconds_at_most() -> None:
    assert PROBES * SPACING_MS + WAIT_MS <= 10_000
