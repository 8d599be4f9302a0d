"""Readiness as data: who is asked, which answer counts, and how long it holds."""

from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.readiness import (
    AWAY_MS,
    HOLDS_MS,
    Answer,
    answer_from_json,
    asked,
    check_item,
    holds,
    last_word,
    parse,
)
from giaoban.domain.running_order import RunningOrder, new_order
from tests.factories import BEGINS_AT_MS, at, do, plan_of

HALL = "20"


def order_of(*rooms: str | None) -> RunningOrder:
    """Items "1", "2", … of those rooms."""
    plan = plan_of(*(10 for _ in rooms))
    return new_order(
        BEGINS_AT_MS, [{**fields, "endpoint_code": room} for fields, room in zip(plan, rooms, strict=True)]
    )


def make_answer(number: int = 1, **fields: Any) -> Answer:
    values: dict[str, Any] = {
        "readiness_id": str(number),
        "item_id": "1",
        "endpoint_code": "185",
        "status": "ready",
        "reason": None,
        "source": "self",
        "happened_at_ms": at(0),
        "received_at_ms": at(0),
        "actor": "endpoint:185",
        "arrival": number,
        **fields,
    }
    return Answer(**values)


def ids(order: RunningOrder) -> list[str]:
    return [item.id for item in asked(order, {HALL})]


def test_the_rooms_of_the_next_two_items_are_asked() -> None:
    assert ids(order_of("185", "180", "181")) == ["1", "2"]
    assert ids(order_of(None, "180", "181")) == ["2"]
    assert ids(order_of("185", HALL, "181")) == ["1"]
    assert ids(order_of(None, None, "181")) == []


def test_the_room_that_speaks_is_not_asked_and_the_following_ones_are() -> None:
    order = do(order_of("185", "185", "180", "181"), c.Start("1"))
    assert ids(order) == ["3"]
    order = do(order, c.Next(), at(10))
    assert ids(order) == ["3", "4"]


def test_a_room_that_speaks_twice_in_a_row_is_asked_about_one_item_at_a_time() -> None:
    assert ids(order_of("185", "185", "180")) == ["1"]


def test_what_is_skipped_or_moved_away_is_asked_no_more() -> None:
    order = order_of("185", "180", "181", "182")
    assert ids(do(order, c.Skip("1"))) == ["2", "3"]
    assert ids(do(order, c.Move("1", 4))) == ["2", "3"]
    assert ids(do(order, c.Move("1", 2))) == ["2", "1"]


def test_the_last_word_counts_by_when_it_was_given() -> None:
    first = make_answer(1, happened_at_ms=at(1), received_at_ms=at(9))
    second = make_answer(2, happened_at_ms=at(3), received_at_ms=at(3))
    assert last_word([first, second]) == last_word([second, first]) == second
    assert last_word([]) is None


def test_a_clock_that_is_ahead_does_not_outvote_what_is_said_next() -> None:
    ahead = make_answer(1, happened_at_ms=at(1), received_at_ms=at(0))
    later = make_answer(2, happened_at_ms=at(0.5), received_at_ms=at(0.5))
    assert last_word([ahead, later]) == later
    assert ahead.holds_until_at_ms == at(0) + HOLDS_MS


def test_an_answer_holds_for_half_an_hour() -> None:
    answer = make_answer()
    assert holds(answer, at(0) + HOLDS_MS - 1, None)
    assert not holds(answer, at(0) + HOLDS_MS, None)


def test_the_rooms_own_answer_does_not_outlive_a_line_lost_after_it() -> None:
    answer = make_answer(received_at_ms=at(2))
    assert not holds(answer, at(5), away_since_ms=at(2))
    assert holds(answer, at(5), away_since_ms=at(1))  # it was given in that very gap and sent at its end
    assert AWAY_MS < HOLDS_MS


@pytest.mark.parametrize("source", ["district", "secretary"])
def test_an_answer_by_another_way_does_not_depend_on_the_line(source: str) -> None:
    assert holds(make_answer(source=source), at(5), away_since_ms=at(1))


def said(**fields: Any) -> dict[str, Any]:
    return {"readiness_id": "a", "item_id": "1", "status": "ready", "happened_at_ms": at(0), **fields}


def test_an_answer_is_read_with_its_reason_cleaned() -> None:
    parsed = parse(said(status="not_ready", reason=" Mic\nhỏng "), at(0))
    assert (parsed.status, parsed.reason) == ("not_ready", "Mic hỏng")
    assert parse(said(status="not_ready", reason="  "), at(0)).reason is None
    assert parse(said(), at(0)).reason is None


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("status", said(status="maybe")),
        ("reason", said(reason="Mic")),
        ("reason", said(status="not_ready", reason="x" * 101)),
        ("reason", said(status="not_ready", reason=7)),
        ("item_id", said(item_id="")),
        ("happened_at_ms", said(happened_at_ms=-1)),
        ("happened_at_ms", said(happened_at_ms=True)),
        ("happened_at_ms", said(happened_at_ms=at(2))),
    ],
)
def test_what_is_no_answer_is_refused_by_its_field(field: str, body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(body, at(0))
    assert refused.value.details["field"] == field


def test_an_answer_is_about_the_rooms_own_item_whatever_has_become_of_it() -> None:
    order = do(do(order_of("185", "180"), c.Start("1")), c.Remove("2"))
    check_item(order, "1", "185")
    check_item(order, "2", "180")
    with pytest.raises(InvalidTransition):
        check_item(order, "1", "180")
    with pytest.raises(NotFound):
        check_item(order, "9", "185")


def test_an_answer_survives_the_log() -> None:
    answer = make_answer(3, status="not_ready", reason="Camera")
    assert answer_from_json(answer.as_json(), arrival=3) == answer
