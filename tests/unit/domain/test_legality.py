"""Where each command is legal, and that undo takes every legal one back."""

import pytest

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.legality import legal, refusal
from giaoban.domain.running_order import NOT_UNDOABLE, RunningOrder, decide
from giaoban.domain.timer import elapsed_ms
from tests.factories import MINUTE_MS, at, do, done
from tests.unit.domain.orders import (
    BETWEEN,
    BINNED,
    EMPTY,
    FINISHED,
    FIRST_LIVE,
    IDLE,
    ITEM,
    JUMPED,
    LAST_LIVE,
    PAUSED,
    SKIPPED,
    STATES,
)

LEGAL = [
    (IDLE, c.Start("1")),
    (IDLE, c.Start("3")),
    (BETWEEN, c.Start("2")),
    (IDLE, c.Next()),
    (FIRST_LIVE, c.Next()),
    (FIRST_LIVE, c.Next("3")),
    (PAUSED, c.Next()),
    (BETWEEN, c.Next()),
    (FIRST_LIVE, c.Finish()),
    (PAUSED, c.Finish()),
    (LAST_LIVE, c.Finish()),
    (FIRST_LIVE, c.Pause()),
    (PAUSED, c.Resume()),
    (FIRST_LIVE, c.AddTime(MINUTE_MS)),
    (FIRST_LIVE, c.AddTime(-10 * MINUTE_MS)),
    (PAUSED, c.AddTime(-MINUTE_MS)),
    (IDLE, c.Skip("1")),
    (FIRST_LIVE, c.Skip("2")),
    (SKIPPED, c.Unskip("2")),
    (IDLE, c.Move("3", 1)),
    (FIRST_LIVE, c.Move("3", 2)),
    (FIRST_LIVE, c.Move("2", 2)),
    (JUMPED, c.Move("2", 3)),
    (JUMPED, c.Move("2", 4)),
    (IDLE, c.Insert(1, ITEM)),
    (IDLE, c.Insert(4, ITEM)),
    (FIRST_LIVE, c.Insert(2, ITEM)),
    (FINISHED, c.Insert(4, ITEM)),
    (EMPTY, c.Insert(1, ITEM)),
    (FIRST_LIVE, c.Edit("1", {"title": "Tên khác"})),
    (FINISHED, c.Edit("1", {"title": "Tên khác", "speaker": None})),
    (FIRST_LIVE, c.Edit("2", {"planned_ms": MINUTE_MS})),
    (FIRST_LIVE, c.Remove("2")),
    (SKIPPED, c.Remove("2")),
    (IDLE, c.ReplacePending((ITEM,))),
    (FIRST_LIVE, c.ReplacePending((ITEM, {"item_id": "3"}, {"item_id": "2", "planned_ms": MINUTE_MS}))),
    (SKIPPED, c.ReplacePending(({"item_id": "2", "title": "Tên khác"},))),
    (JUMPED, c.ReplacePending(({"item_id": "2"},))),
    (FINISHED, c.ReplacePending((ITEM,))),
    (BINNED, c.Restore("2")),
    (BINNED, c.Restore("3", 2)),
    (EMPTY, c.Restore("1", 1)),
    (FIRST_LIVE, c.SetLengths({"2": MINUTE_MS, "3": 1})),
    (IDLE, c.SetLengths({"1": MINUTE_MS})),
    (IDLE, c.Compress(at(90))),
    (FIRST_LIVE, c.Compress(at(90), {"paper": 0, "2": MINUTE_MS})),
    (FIRST_LIVE, c.Undo()),
    (FINISHED, c.Undo()),
    (IDLE, c.SetScene("black")),
    (FINISHED, c.SetScene("auto")),
    (IDLE, c.SetMessage("Xin ổn định", "all")),
    (FINISHED, c.SetMessage("", "06010")),
]

ILLEGAL = [
    (FIRST_LIVE, c.Start("2")),
    (PAUSED, c.Start("2")),
    (BETWEEN, c.Start("1")),
    (BETWEEN, c.Start("9")),
    (done(SKIPPED, (c.Finish(), 2)), c.Start("2")),
    (FINISHED, c.Next()),
    (LAST_LIVE, c.Next()),
    (FIRST_LIVE, c.Next("1")),
    (SKIPPED, c.Next("2")),
    (FIRST_LIVE, c.Next("9")),
    (EMPTY, c.Next()),
    (IDLE, c.Finish()),
    (BETWEEN, c.Finish()),
    (FINISHED, c.Finish()),
    (IDLE, c.Pause()),
    (PAUSED, c.Pause()),
    (BETWEEN, c.Pause()),
    (IDLE, c.Resume()),
    (FIRST_LIVE, c.Resume()),
    (FINISHED, c.Resume()),
    (IDLE, c.AddTime(MINUTE_MS)),
    (BETWEEN, c.AddTime(-MINUTE_MS)),
    (FIRST_LIVE, c.AddTime(-10 * MINUTE_MS - 1)),
    (FIRST_LIVE, c.Skip("1")),
    (SKIPPED, c.Skip("2")),
    (FINISHED, c.Skip("3")),
    (IDLE, c.Skip("9")),
    (IDLE, c.Unskip("1")),
    (FIRST_LIVE, c.Unskip("1")),
    (IDLE, c.Unskip("9")),
    (FIRST_LIVE, c.Move("1", 3)),
    (FIRST_LIVE, c.Move("3", 1)),
    (SKIPPED, c.Move("2", 3)),
    (FINISHED, c.Move("3", 3)),
    (IDLE, c.Move("1", 4)),
    (IDLE, c.Move("9", 1)),
    (JUMPED, c.Move("2", 2)),
    (JUMPED, c.Move("4", 3)),
    (FIRST_LIVE, c.Insert(1, ITEM)),
    (IDLE, c.Insert(5, ITEM)),
    (FINISHED, c.Insert(3, ITEM)),
    (FIRST_LIVE, c.Edit("1", {"planned_ms": MINUTE_MS})),
    (PAUSED, c.Edit("1", {"title": "Tên khác", "cap_ms": None})),
    (FINISHED, c.Edit("1", {"not_before_at_ms": 0})),
    (SKIPPED, c.Edit("2", {"min_ms": 0})),
    (IDLE, c.Edit("9", {"title": "Tên khác"})),
    (FIRST_LIVE, c.ReplacePending((ITEM, {"item_id": "1"}))),
    (FIRST_LIVE, c.ReplacePending(({"item_id": "9"},))),
    (SKIPPED, c.ReplacePending(({"item_id": "2", "planned_ms": MINUTE_MS},))),
    (done(SKIPPED, (c.Next("3"), 2)), c.ReplacePending(({"item_id": "2"},))),
    (FIRST_LIVE, c.Remove("1")),
    (PAUSED, c.Remove("1")),
    (FINISHED, c.Remove("1")),
    (IDLE, c.Remove("9")),
    (BINNED, c.Remove("2")),
    (BINNED, c.Restore("1")),
    (BINNED, c.Restore("9")),
    (BINNED, c.Restore("2", 1)),
    (BINNED, c.Restore("2", 3)),
    (done(BINNED, (c.Restore("2"), 4)), c.Restore("2")),
    (done(FIRST_LIVE, (c.Remove("2"), 1), (c.Undo(), 2)), c.Restore("2")),
    (FIRST_LIVE, c.SetLengths({"2": MINUTE_MS, "1": MINUTE_MS})),
    (SKIPPED, c.SetLengths({"2": MINUTE_MS})),
    (FINISHED, c.SetLengths({"3": MINUTE_MS})),
    (IDLE, c.SetLengths({"1": MINUTE_MS, "9": MINUTE_MS})),
    (FINISHED, c.Compress(at(90))),
    (LAST_LIVE, c.Compress(at(90))),
    (EMPTY, c.Compress(at(90))),
    (FIRST_LIVE, c.Compress(at(90), {"1": MINUTE_MS})),
    (FIRST_LIVE, c.Compress(at(90), {"9": MINUTE_MS})),
    (SKIPPED, c.Compress(at(90), {"2": MINUTE_MS})),
    (IDLE, c.Undo()),
    (done(FIRST_LIVE, (c.Undo(), 1)), c.Undo()),
]


def name_of(value: object) -> str | None:
    for name, order in STATES.items():
        if value is order:
            return name
    return repr(value) if isinstance(value, c.Command) else None


@pytest.mark.parametrize(("order", "command"), LEGAL, ids=name_of)
def test_a_legal_command_is_carried_out_and_raises_the_version_by_one(order: RunningOrder, command: c.Command) -> None:
    assert refusal(order, command) is None

    assert do(order, command, at(40)).version == order.version + 1


@pytest.mark.parametrize(("order", "command"), ILLEGAL, ids=name_of)
def test_an_illegal_command_is_refused_with_a_sentence(order: RunningOrder, command: c.Command) -> None:
    reason = refusal(order, command)

    assert reason is not None
    assert reason.endswith(".")
    with pytest.raises(InvalidTransition, match="^" + reason[:20]):
        decide(order, command, at(40))


@pytest.mark.parametrize(
    ("order", "command"), [case for case in LEGAL if case[1].name not in NOT_UNDOABLE], ids=name_of
)
def test_undo_restores_every_fact_and_the_elapsed_time(order: RunningOrder, command: c.Command) -> None:
    after = do(order, command, at(40))

    undone = do(after, c.Undo(), at(41))

    assert undone.facts == order.facts
    assert undone.undoable == order.undoable
    assert undone.version == order.version + 2
    assert [elapsed_ms(item, at(50)) for item in undone.items] == [elapsed_ms(item, at(50)) for item in order.items]


# ---- what may be pressed


@pytest.mark.parametrize("order", STATES.values(), ids=STATES)
def test_every_button_agrees_with_the_server(order: RunningOrder) -> None:
    may = legal(order)

    general = [c.Next(), c.Finish(), c.Pause(), c.Resume(), c.AddTime(MINUTE_MS), c.Undo()]
    assert may.commands == {command.name for command in general if _accepts(order, command)}
    for item in order.items:
        own = [c.Start(item.id), c.Skip(item.id), c.Unskip(item.id), c.Remove(item.id)]
        own.append(c.Edit(item.id, {"planned_ms": 1}))
        expected = {command.name for command in own if _accepts(order, command)}
        if any(_accepts(order, c.Move(item.id, position)) for position in range(1, len(order.items) + 1)):
            expected.add("move")
        assert may.item(item.id) == expected
    assert may.item("không có") == frozenset()


def _accepts(order: RunningOrder, command: c.Command) -> bool:
    try:
        decide(order, command, at(35))
    except InvalidTransition:
        return False
    return True
