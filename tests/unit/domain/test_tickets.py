"""Faults as tickets: what may be done in which state, who holds one, how long it took."""

import pytest

from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.tickets import (
    ACTIONS,
    CHANGES_MOST,
    OPEN,
    STATES,
    Change,
    Ticket,
    change_from_json,
    checked_kind,
    checked_text,
    decide,
    folded,
    in_order,
    needed_text,
    opened,
    refusal,
)

LAN, BINH, ROOM = "technician:lan", "technician:binh", "endpoint:06010"
MINUTE_MS = 60_000


def step(action: str, minute: float, actor: str = LAN, text: str = "") -> Change:
    return Change(f"{action}-{minute}-{actor}", round(minute * MINUTE_MS), actor, action, text)


def ticket(*steps: Change, opened_at: float = 0, ticket_id: str = "a") -> Ticket:
    one = opened(ticket_id, "06010", "mic", step("open", opened_at, ROOM))
    for each in steps:
        one = decide(one, each)
    return one


IN_STATE = {
    "new": ticket(),
    "working": ticket(step("take", 1)),
    "done": ticket(step("take", 1), step("finish", 2)),
    "reopened": ticket(step("take", 1), step("finish", 2), step("reopen", 3, ROOM)),
}
LEGAL = {
    "new": {"take", "finish", "answer", "note"},
    "working": {"take", "release", "finish", "answer", "note"},
    "done": {"reopen", "answer", "note"},
    "reopened": {"take", "finish", "answer", "note"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_what_may_be_done_in_which_state(state: str, action: str) -> None:
    one = IN_STATE[state]
    assert one.state == state
    assert (refusal(one, action, BINH) is None) is (action in LEGAL[state])
    if action in LEGAL[state]:
        decide(one, step(action, 9, BINH))
    else:
        with pytest.raises(InvalidTransition):
            decide(one, step(action, 9, BINH))


@pytest.mark.parametrize(
    ("steps", "state", "holder"),
    [
        ([], "new", None),
        ([step("take", 1)], "working", LAN),
        ([step("take", 1), step("take", 2, BINH)], "working", BINH),
        ([step("take", 1), step("release", 2)], "new", None),
        ([step("take", 1), step("finish", 2)], "done", LAN),
        ([step("take", 1), step("finish", 2, BINH)], "done", LAN),
        ([step("finish", 2)], "done", LAN),
        ([step("finish", 2, ROOM)], "done", None),
        ([step("finish", 2), step("reopen", 3, ROOM)], "reopened", None),
        ([step("finish", 2), step("reopen", 3, ROOM), step("take", 4), step("release", 5)], "reopened", None),
        ([step("take", 1), step("answer", 2, ROOM, "Vẫn chưa được"), step("note", 3)], "working", LAN),
    ],
)
def test_state_and_holder_follow_from_what_was_done(steps: list[Change], state: str, holder: str | None) -> None:
    one = ticket(*steps)
    assert (one.state, one.holder, one.is_open) == (state, holder, state in OPEN)
    assert one.revision == 1 + len(steps)
    assert folded("a", "06010", "mic", [change_from_json(each.as_json()) for each in one.changes]) == one


def test_who_holds_it_need_not_take_it_again() -> None:
    assert refusal(IN_STATE["working"], "take", LAN) == "Quý vị đang giữ phiếu này rồi."


@pytest.mark.parametrize(
    ("steps", "now", "open_minutes", "waited_minutes"),
    [
        ([], 7, 7, 7),
        ([step("take", 3)], 7, 7, 3),
        ([step("take", 3), step("release", 4), step("take", 6)], 7, 7, 3),
        ([step("take", 3), step("finish", 5)], 60, 5, 3),
        ([step("finish", 5)], 60, 5, 5),
        ([step("finish", 5, ROOM)], 60, 5, 5),
        ([step("finish", 5), step("reopen", 20)], 24, 9, 4),
        ([step("finish", 5), step("reopen", 20), step("take", 21), step("finish", 30)], 99, 15, 1),
    ],
)
def test_how_long_it_was_open_and_waited(
    steps: list[Change], now: float, open_minutes: float, waited_minutes: float
) -> None:
    one = ticket(*steps)
    assert one.open_ms(now * MINUTE_MS) == open_minutes * MINUTE_MS
    assert one.waited_ms(now * MINUTE_MS) == waited_minutes * MINUTE_MS


def test_the_longest_waiting_is_on_top_and_what_is_done_at_the_end() -> None:
    young, old = ticket(opened_at=5, ticket_id="young"), ticket(opened_at=1, ticket_id="old")
    held = ticket(step("take", 1), ticket_id="held")
    first, last = ticket(step("finish", 2), ticket_id="first"), ticket(step("finish", 8), ticket_id="last")
    assert [one.ticket_id for one in in_order([first, held, young, last, old])] == [
        "old",
        "young",
        "held",
        "last",
        "first",
    ]


def test_some_things_have_to_be_said() -> None:
    assert needed_text("open", "other")
    assert needed_text("answer")
    assert needed_text("note")
    assert not any(needed_text(action, "mic") for action in ("open", "take", "finish", "reopen", "release"))
    assert checked_text("  Mất tiếng\n ", needed="Xin ghi.") == "Mất tiếng"
    for given in ("", " ", None):
        with pytest.raises(InvalidInput):
            checked_text(given, needed="Xin ghi.")
    with pytest.raises(InvalidInput):
        checked_text("x" * 501)
    with pytest.raises(InvalidInput):
        checked_kind("nothing")


def test_a_ticket_does_not_grow_for_ever_and_can_be_finished() -> None:
    full = ticket(*(step("answer", minute, ROOM, "Vẫn chưa được") for minute in range(1, CHANGES_MOST)))

    with pytest.raises(InvalidTransition, match="mở phiếu mới"):
        decide(full, step("answer", 500, ROOM, "Còn lỗi"))

    assert decide(full, step("finish", 501)).state == "done"
