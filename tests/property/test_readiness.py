"""Whatever is pressed: exactly the rooms of the next two items are asked, and the order of arrival tells nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.readiness import ASKED_AHEAD, STATUSES, Answer, asked, holds, last_word
from giaoban.domain.running_order import RunningOrder
from giaoban.services.snapshot import snapshot_json
from tests.factories import BEGINS_AT_MS, do
from tests.unit.domain.test_readiness import HALL, make_answer, order_of

orders = st.lists(st.sampled_from((None, HALL, "180", "181", "182")), min_size=1, max_size=7).map(
    lambda rooms: order_of(*rooms)
)
item_ids = st.integers(1, 8).map(str)
presses = st.lists(
    st.one_of(
        st.just(c.Next()),
        st.just(c.Finish()),
        st.just(c.Undo()),
        st.builds(c.Skip, item_ids),
        st.builds(c.Unskip, item_ids),
        st.builds(c.Remove, item_ids),
        st.builds(c.Next, item_ids),
        st.builds(c.Move, item_ids, st.integers(1, 7)),
    ),
    max_size=12,
)


def after(order: RunningOrder, commands: list[c.Command]) -> RunningOrder:
    """The order after those of the commands that are legal."""
    for number, command in enumerate(commands):
        try:
            order = do(order, command, BEGINS_AT_MS + number * 60_000)
        except InvalidTransition:
            continue
    return order


@given(orders, presses)
def test_exactly_the_next_two_with_a_room_are_asked(start: RunningOrder, commands: list[c.Command]) -> None:
    order = after(start, commands)
    speaks = order.live.endpoint_code if order.live else None
    rooms = [item["endpoint_code"] for item in snapshot_json(order, BEGINS_AT_MS)["next"]]

    found = asked(order, {HALL})

    assert [item.endpoint_code for item in found] == list(
        dict.fromkeys(room for room in rooms if room not in (None, HALL, speaks))
    )
    assert all(item.state == "pending" for item in found)
    assert len(found) <= ASKED_AHEAD


instants = st.integers(BEGINS_AT_MS, BEGINS_AT_MS + 4)
answers = st.lists(
    st.builds(
        dict,
        status=st.sampled_from(STATUSES),
        source=st.sampled_from(("self", "district", "secretary")),
        happened_at_ms=instants,
        received_at_ms=instants,
    ),
    max_size=6,
).map(lambda given: [make_answer(number, **fields) for number, fields in enumerate(given)])


@given(answers, st.randoms(use_true_random=False))
def test_the_word_that_counts_does_not_depend_on_the_order_of_arrival(told: list[Answer], random: Any) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    assert last_word(shuffled) == last_word(told)


@given(answers, instants, st.none() | instants)
def test_what_holds_no_more_never_holds_again(told: list[Answer], now_ms: int, away_since_ms: int | None) -> None:
    for answer in told:
        if not holds(answer, now_ms, away_since_ms):
            assert not holds(answer, now_ms + 1, away_since_ms)
