"""Figures and verdict of a line test, whatever was measured."""

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain.line_tests import ANSWERS, GRADES, PARTS, REPORTED, WAIT_MS, Network, judge, measure, network_grade

trips = st.lists(st.none() | st.integers(0, WAIT_MS), min_size=1, max_size=60)
reports = st.fixed_dictionaries({part: st.none() | st.sampled_from(ANSWERS) for part in REPORTED})


@given(trips)
def test_figures_lie_between_the_least_and_the_most(series: list[int | None]) -> None:
    answered = [took for took in series if took is not None]

    found = measure(series, "websocket")

    assert found.sent == len(series)
    assert found.sent - found.lost == len(answered)
    if not answered:
        assert found.median_ms is found.worst_ms is found.jitter_ms is None
        return
    assert found.median_ms is not None
    assert found.jitter_ms is not None
    assert min(answered) <= found.median_ms <= max(answered) == found.worst_ms
    assert 0 <= found.jitter_ms <= max(answered) - min(answered)
    below = sum(1 for took in answered if took <= found.median_ms)
    above = sum(1 for took in answered if took >= found.median_ms)
    assert 2 * below >= len(answered)
    assert 2 * above >= len(answered) - 1  # the middle of two is rounded up


@given(trips, st.randoms())
def test_only_the_jitter_heeds_the_order(series: list[int | None], chance: object) -> None:
    shuffled = [*series]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = measure(series, "polling"), measure(shuffled, "polling")

    assert (one.lost, one.median_ms, one.worst_ms) == (other.lost, other.median_ms, other.worst_ms)


@given(trips.filter(any), st.integers(0, WAIT_MS))
def test_a_slower_line_is_never_better(series: list[int | None], slower_ms: int) -> None:
    quick = measure(series, "websocket")
    slow = measure([None if took is None else took + slower_ms for took in series], "websocket")

    assert quick.jitter_ms == slow.jitter_ms
    assert GRADES.index(network_grade(slow)) >= GRADES.index(network_grade(quick))


@given(trips, st.data())
def test_a_line_that_loses_one_more_is_never_better(series: list[int | None], data: st.DataObject) -> None:
    network = measure(series, "websocket")
    lost = Network(
        network.sent,
        data.draw(st.integers(network.lost, network.sent)),
        network.median_ms,
        network.worst_ms,
        network.jitter_ms,
        "websocket",
    )

    assert GRADES.index(network_grade(lost)) >= GRADES.index(network_grade(network))


@given(st.none() | trips, reports)
def test_a_verdict_is_that_of_the_worst_part(series: list[int | None] | None, reported: dict[str, str | None]) -> None:
    network = None if series is None else measure(series, "websocket")
    tried = {part for part, answer in reported.items() if answer} | ({"network"} if network else set())
    verdict = judge(network, reported)

    alone = [judge(network, dict.fromkeys(REPORTED)).grade] if network else []
    alone += [judge(None, {**dict.fromkeys(REPORTED), part: answer}).grade for part, answer in reported.items()]
    assert verdict.grade == max(alone, key=GRADES.index)
    assert set(verdict.untested) == set(PARTS) - tried
    assert bool(verdict.advice) == (verdict.grade != "good")
