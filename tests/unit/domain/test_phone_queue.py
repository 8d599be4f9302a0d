"""Whom to phone next: the rule, sentence by sentence."""

from giaoban.domain.phone_queue import (
    ABSENT,
    AGAIN,
    BUSY,
    CALL_LASTS_MS,
    CALLING,
    MINUTE_MS,
    NO_ANSWER,
    REST_MS,
    Call,
    Waiting,
    called_by,
    queue,
)

NOW_MS = 1_637_886_600_000
ME, OTHER = "secretary:lan", "secretary:minh"


def room(code: str, last: Call | None = None, *, group: str = "A", place: int = 0, **more: bool) -> Waiting:
    facts = {"heads_group": False, "has_number": True, **more}
    return Waiting(code, group, facts["heads_group"], place, facts["has_number"], last)


def call(minutes_ago: float, outcome: str = NO_ANSWER, *, by: str = ME, again_in: float | None = None) -> Call:
    again_at_ms = None if again_in is None else NOW_MS + round(again_in * MINUTE_MS)
    return Call(NOW_MS - round(minutes_ago * MINUTE_MS), by, outcome, again_at_ms)


def order(*rooms: Waiting, caller: str = ME) -> str:
    found = queue(rooms, NOW_MS, caller)
    assert list(queue(reversed(rooms), NOW_MS, caller)) == list(found)
    return " ".join(one.code for one in found)


def test_who_was_never_phoned_comes_before_who_did_not_answer() -> None:
    assert order(room("tried", call(30)), room("new", place=1)) == "new tried"


def test_the_district_where_most_are_missing_comes_first_its_own_room_at_its_head() -> None:
    few = [room("a1", group="A", place=1), room("a2", group="A", place=2)]
    many = [room(f"b{n}", group="B", place=n) for n in (4, 5, 6)]
    head = room("B", group="B", place=7, heads_group=True)

    assert order(*few, *many, head) == "B b4 b5 b6 a1 a2"


def test_of_two_districts_alike_the_one_earlier_in_the_roster_comes_first() -> None:
    assert order(room("b", group="B", place=2), room("a", group="A", place=1)) == "a b"


def test_rooms_of_one_level_stand_in_the_order_of_the_roster() -> None:
    assert order(*(room(str(n), group="20", place=n) for n in (3, 1, 2))) == "1 2 3"


def test_who_cannot_be_phoned_comes_after_those_who_can() -> None:
    assert order(room("mute", has_number=False, place=0), room("new", place=1)) == "new mute"


def test_who_did_not_answer_waits_and_the_call_longest_ago_is_made_first() -> None:
    rested, just = REST_MS / MINUTE_MS, REST_MS / MINUTE_MS - 0.1

    assert order(
        room("just", call(just)), room("later", call(rested, BUSY)), room("first", call(rested + 1)), room("new")
    ) == ("new first later just")


def test_who_asked_to_be_called_again_is_called_first_when_the_time_has_come() -> None:
    due, dues, later = call(20, AGAIN, again_in=0), call(20, AGAIN, again_in=-3), call(20, AGAIN, again_in=1)

    assert order(room("new"), room("later", later), room("due", due), room("longer", dues)) == "longer due new later"


def test_who_is_just_being_phoned_is_first_for_the_caller_and_last_for_the_others() -> None:
    calling = call(1, CALLING)
    rooms = (room("new", place=1), room("called", calling), room("just", call(1), place=2))

    assert order(*rooms) == "called new just"
    assert order(*rooms, caller=OTHER) == "new just called"
    assert called_by(calling, NOW_MS) == ME


def test_a_call_of_which_nothing_more_was_heard_is_over_after_a_while() -> None:
    begun = Call(NOW_MS - CALL_LASTS_MS, OTHER, CALLING)

    assert called_by(begun, NOW_MS) is None
    assert order(room("b", begun, place=0), room("a", place=1)) == "b a"


def test_whose_word_was_annulled_is_phoned_as_if_for_the_first_time() -> None:
    assert order(room("tried", call(9)), room("annulled", call(2, ABSENT))) == "annulled tried"
