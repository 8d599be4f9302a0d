"""Places named by neighbours, copies, and two versions of one item."""

from dataclasses import replace

import pytest

from giaoban.domain import commands as c
from giaoban.domain.editing import LAST, Rival, copied, place_before, place_behind, removals, rivals
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.running_order import RunningOrder, apply, decide, new_order


def order_of(count: int = 4) -> RunningOrder:
    return new_order(0, [{"kind": "report", "title": f"Mục {n}", "planned_ms": 600_000} for n in range(1, count + 1)])


def given(order: RunningOrder, command: c.Command, now_ms: int = 1_000) -> RunningOrder:
    return apply(order, command.name, now_ms, decide(order, command, now_ms))


@pytest.mark.parametrize(
    ("moving", "before", "after"),
    [
        ("1", "3", ["2", "1", "3", "4"]),
        ("4", "1", ["4", "1", "2", "3"]),
        ("2", "3", ["1", "2", "3", "4"]),
        ("1", LAST, ["2", "3", "4", "1"]),
        ("4", LAST, ["1", "2", "3", "4"]),
    ],
)
def test_a_moved_item_stands_before_the_one_that_was_named(moving: str, before: str, after: list[str]) -> None:
    order = order_of()

    moved = given(order, c.Move(moving, place_before(order, before, moving)))

    assert [item.id for item in moved.items] == after


def test_what_is_in_the_bin_was_put_there_by_the_last_command_that_did() -> None:
    order = order_of()
    for now_ms, command in enumerate(
        (
            c.Remove("4"),
            c.Undo(),
            c.Remove("1"),
            c.Remove("2"),
            c.Restore("2"),
            c.ReplacePending(({"item_id": "3"},)),
            c.Edit("3", {"title": "Khác"}),
        )
    ):
        order = given(order, command, now_ms)

    assert {key: (by.name, by.at_ms) for key, by in removals(order).items()} == {
        "1": ("remove", 2),
        "2": ("replace_pending", 5),
        "4": ("replace_pending", 5),
    }
    assert removals(order_of()) == {}


@pytest.mark.parametrize("before", ["9", "2", ""])
def test_a_place_before_what_is_gone_or_itself_is_none(before: str) -> None:
    with pytest.raises(InvalidTransition):
        place_before(order_of(), before, moving="2")


def test_behind_an_item_means_behind_what_has_begun() -> None:
    order = given(given(order_of(), c.Start("3")), c.Finish())

    assert [place_behind(order, item_id) for item_id in ("1", "3", "4")] == [4, 4, 5]


def test_a_copy_keeps_the_plan_but_not_the_hour() -> None:
    order = order_of()
    item = replace(order.items[0], speaker="Ban Pháp chế", min_ms=0, not_before_at_ms=5_000)

    assert copied(item) == {
        "kind": "report",
        "title": "Mục 1",
        "planned_ms": 600_000,
        "speaker": "Ban Pháp chế",
        "min_ms": 0,
    }


def test_only_what_would_be_gone_over_is_a_rival() -> None:
    opened = {"title": "Cũ", "speaker": "A", "planned": "10", "kind": "paper"}
    typed = {"title": "Tôi", "speaker": "A", "planned": "8", "kind": "report"}
    now = {"title": "Khác", "speaker": "B", "planned": "8", "kind": "paper"}

    assert rivals(opened, typed, now) == {
        "title": Rival("Tôi", "Khác", touched=True),
        "speaker": Rival("A", "B", touched=False),
    }


def test_a_form_that_does_not_say_how_it_was_opened_is_compared_whole() -> None:
    assert rivals({}, {"title": "Tôi"}, {"title": "Khác"}) == {"title": Rival("Tôi", "Khác", touched=True)}


@pytest.mark.parametrize(
    "command",
    [
        c.Edit("3", {"title": "Khác", "planned_ms": 60_000}),
        c.Move("4", 3),
        c.Insert(3, {"kind": "break", "title": "Giải lao", "planned_ms": 60_000}),
        c.Skip("3"),
        c.Remove("3"),
    ],
    ids=lambda command: command.name,
)
@pytest.mark.parametrize("paused", [False, True])
def test_the_clock_of_what_is_on_does_not_move_by_an_edit_elsewhere(command: c.Command, paused: bool) -> None:
    order = given(given(order_of(), c.Start("2")), c.AddTime(60_000), 2_000)
    if paused:
        order = given(order, c.Pause(), 3_000)

    assert given(order, command, 9_000).live == order.live
