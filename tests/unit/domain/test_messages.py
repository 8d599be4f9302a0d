"""Messages: who is still meant, how long each stands, and what the log says of it."""

from dataclasses import replace
from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.commands import parse
from giaoban.domain.errors import InvalidInput
from giaoban.domain.events import MessageSet, from_data, to_data
from giaoban.domain.messages import Message, stands
from giaoban.domain.running_order import RunningOrder
from tests.factories import at, do, done, make_order

MINUTE_MS = 60_000


def standing(order: RunningOrder, minute: float) -> list[str]:
    return [notice.text for notice in order.notices if stands(notice, order.live, at(minute))]


def test_a_message_stays_until_it_is_cleared() -> None:
    order = do(make_order(), c.SetMessage("Xin bật micro", "06010"), at(1))
    assert standing(order, 500) == ["Xin bật micro"]
    assert standing(do(order, c.SetMessage("", "06010"), at(2)), 2) == []


def test_a_timed_message_goes_by_itself() -> None:
    order = done(
        make_order(),
        (c.SetMessage("Xin bật micro", "06010", MINUTE_MS), 1),
        (c.SetMessage("Nghỉ", "all", MINUTE_MS), 1),
    )
    assert standing(order, 1.99) == ["Xin bật micro"]
    assert order.message_at(at(1.99)) == Message("Nghỉ", at(1), at(2))
    assert standing(order, 2) == []
    assert order.message_at(at(2)) is None


def test_each_room_has_its_own_last_message() -> None:
    order = done(make_order(), *((c.SetMessage(text, to), 1) for text, to in (("a", "1"), ("b", "2"), ("c", "1"))))
    assert [(notice.to, notice.text) for notice in order.notices] == [("2", "b"), ("1", "c")]


def test_a_word_to_the_speaker_is_not_for_the_next_one() -> None:
    order = done(make_order(), (c.Start("1"), 0), (c.SetMessage("Còn 2 phút", "speaker"), 8))
    assert standing(order, 9) == ["Còn 2 phút"]
    assert standing(do(order, c.Next(), at(10)), 10) == []


def test_a_word_to_the_speaker_is_back_when_the_press_that_ended_the_part_is_undone() -> None:
    order = done(
        make_order(), (c.Start("1"), 0), (c.SetMessage("Còn 2 phút", "speaker"), 8), (c.Next(), 9), (c.Undo(), 9.1)
    )
    assert standing(order, 9.2) == ["Còn 2 phút"]


def test_a_part_that_begins_anew_begins_without_a_word() -> None:
    order = done(
        make_order(), (c.Start("1"), 0), (c.SetMessage("Còn 2 phút", "speaker"), 1), (c.Undo(), 2), (c.Start("1"), 3)
    )
    assert standing(order, 3) == []


def test_a_word_to_the_speaker_while_nobody_speaks_reaches_nobody() -> None:
    order = done(make_order(), (c.SetMessage("Còn 2 phút", "speaker"), 0), (c.Start("1"), 1))
    assert standing(order, 1) == []


@pytest.mark.parametrize("for_ms", [4_999, 3_600_001, 0, -1, True, "60000", 60.5])
def test_how_long_is_within_bounds(for_ms: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse("set_message", {"text": "x", "to": "all", "for_ms": for_ms})
    assert refused.value.details["field"] == "for_ms"


@pytest.mark.parametrize(("args", "for_ms"), [({}, None), ({"for_ms": None}, None), ({"for_ms": 5_000}, 5_000)])
def test_how_long_may_be_left_out(args: dict[str, Any], for_ms: int | None) -> None:
    assert parse("set_message", {"text": "x", "to": "all", **args}) == c.SetMessage("x", "all", for_ms)


def test_the_log_names_an_end_only_where_there_is_one() -> None:
    open_end, timed = MessageSet("x", "all", 1), MessageSet("x", "all", 1, 2)
    assert to_data(open_end) == {"type": "message_set", "text": "x", "to": "all", "at_ms": 1}
    assert to_data(timed) == {"type": "message_set", "text": "x", "to": "all", "at_ms": 1, "until_at_ms": 2}
    assert [from_data(to_data(event)) for event in (open_end, timed)] == [open_end, timed]


def test_clearing_has_no_end() -> None:
    order = do(make_order(), c.SetMessage("", "all", MINUTE_MS))
    assert order == replace(make_order(), version=1)
