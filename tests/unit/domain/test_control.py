"""Who holds control: the rules, without a database."""

import pytest

from giaoban.domain.control import Control, Party, decide, settled
from giaoban.domain.errors import InvalidInput, InvalidTransition

FREED_MS = 30_000


def party(name: str, at_ms: int = 0, **more: object) -> Party:
    return Party(key=f"key:{name}", actor=f"mc:{name}", at_ms=at_ms, seen_at_ms=at_ms, **more)  # type: ignore[arg-type]


def after(control: Control, action: str, name: str, at_ms: int = 1_000, reason: str | None = None) -> Control:
    return decide(control, action, party(name, at_ms), FREED_MS, reason)[0]


def kinds(control: Control, action: str, name: str, at_ms: int = 1_000, reason: str | None = None) -> list[str]:
    return [fact.kind for fact in decide(control, action, party(name, at_ms), FREED_MS, reason)[1]]


HELD = Control(party("lan"))
ASKED = after(HELD, "ask", "nam")


def test_nobody_is_kept_out_while_nobody_holds_control() -> None:
    assert Control().held_against("key:nam") is None


def test_whoever_takes_it_keeps_all_others_out() -> None:
    held = after(Control(), "take", "lan")

    assert held.held_against("key:lan") is None
    assert held.held_against("key:nam") == held.holder


def test_to_take_over_from_somebody_who_is_there_takes_a_reason() -> None:
    for nothing in (None, "", "   "):
        with pytest.raises(InvalidInput) as refusal:
            after(HELD, "take", "nam", reason=nothing)
        assert refusal.value.details["field"] == "reason"

    control, (fact,) = decide(HELD, "take", party("nam", 1_000), FREED_MS, " Máy hỏng\n")

    assert control == Control(party("nam", 1_000))
    assert (fact.kind, fact.actor) == ("control_taken", "mc:nam")
    assert fact.data == {"from": "mc:lan", "reason": "Máy hỏng"}


def test_to_take_what_one_holds_changes_nothing() -> None:
    assert decide(HELD, "take", party("lan", 1_000), FREED_MS) == (HELD, ())


def test_whoever_asks_where_nobody_holds_it_has_it() -> None:
    assert after(Control(), "ask", "nam").holder == party("nam", 1_000)
    assert kinds(Control(), "ask", "nam") == ["control_taken"]


def test_one_asks_and_is_given_it() -> None:
    assert ASKED.holder == HELD.holder
    given, (fact,) = decide(ASKED, "give", party("lan", 2_000), FREED_MS)

    assert given.holder is not None
    assert (given.holder.name, given.holder.at_ms, given.asker) == ("nam", 2_000, None)
    assert fact.data == {"to": "mc:nam", "asked_at_ms": 1_000}


def test_a_refusal_is_remembered_until_one_asks_again() -> None:
    refused = after(ASKED, "refuse", "lan", 2_000)

    assert refused.asker is not None
    assert refused.asker.refused_at_ms == 2_000
    with pytest.raises(InvalidTransition):
        after(refused, "give", "lan", 3_000)
    assert kinds(refused, "ask", "nam", 3_000) == ["control_asked"]
    assert kinds(refused, "ask", "hoa", 3_000) == ["control_asked"]


def test_only_one_asks_at_a_time() -> None:
    assert after(ASKED, "ask", "nam", 2_000) == ASKED
    with pytest.raises(InvalidTransition, match="nam"):
        after(ASKED, "ask", "hoa", 2_000)


@pytest.mark.parametrize("action", ["give", "refuse"])
def test_nobody_but_the_holder_answers_and_only_to_somebody_who_asks(action: str) -> None:
    with pytest.raises(InvalidTransition):
        after(ASKED, action, "nam")
    with pytest.raises(InvalidTransition):
        after(HELD, action, "lan")


def test_the_holder_lets_go_and_whoever_asked_may_think_better_of_it() -> None:
    assert after(ASKED, "release", "lan") == Control()
    assert after(ASKED, "release", "nam") == HELD
    assert kinds(ASKED, "release", "nam") == ["control_withdrawn"]
    assert decide(ASKED, "release", party("hoa", 1_000), FREED_MS) == (ASKED, ())


def test_a_holder_who_is_silent_has_lost_it() -> None:
    assert settled(HELD, FREED_MS - 1, FREED_MS) == (HELD, ())

    control, (fact,) = settled(HELD, FREED_MS, FREED_MS)

    assert control == Control()
    assert (fact.kind, fact.actor) == ("control_lost", "mc:lan")
    assert kinds(HELD, "take", "nam", FREED_MS) == ["control_lost", "control_taken"]


def test_a_last_word_from_the_future_does_not_hold_for_ever() -> None:
    assert settled(Control(party("lan", 10**9)), 0, FREED_MS)[0] == Control()


def test_whoever_asked_and_has_gone_asks_no_more() -> None:
    holder = Control(party("lan", 40_000), ASKED.asker)

    assert settled(holder, 40_000, FREED_MS) == (Control(party("lan", 40_000)), ())


def test_an_unknown_action_and_a_reason_that_is_none_are_refused() -> None:
    with pytest.raises(InvalidInput):
        after(HELD, "keep", "lan")
    with pytest.raises(InvalidInput):
        after(HELD, "take", "nam", reason="x" * 301)
