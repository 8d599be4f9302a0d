"""Whatever is pressed, and whatever the clock does, these stay true."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.events import from_data, to_data
from giaoban.domain.items import Item
from giaoban.domain.legality import legal, refusal
from giaoban.domain.running_order import NOT_UNDOABLE, RunningOrder, apply, decide, fold
from giaoban.domain.timer import ItemTimes, elapsed_ms, expected_length_ms, remaining_ms
from giaoban.services.snapshot import running_order_json, snapshot_json
from tests.factories import BEGINS_AT_MS
from tests.property.mornings import (
    Morning,
    Press,
    Step,
    accepted,
    any_commands,
    any_ms,
    forward_ms,
    mornings,
    presses,
    running,
    undoable_commands,
)

REARRANGING = (
    c.Skip,
    c.Unskip,
    c.Move,
    c.Insert,
    c.Edit,
    c.Remove,
    c.Restore,
    c.SetLengths,
    c.Compress,
    c.ReplacePending,
)


def clock_of(item: Item | None) -> tuple[object, ...] | None:
    if item is None:
        return None
    facts = (item.started_at_ms, item.ended_at_ms, item.paused_at_ms, item.paused_total_ms)
    return (item.id, item.state, item.planned_ms, item.added_ms, *facts)


@given(mornings())
def test_the_facts_of_every_item_fit_its_state(morning: Morning) -> None:
    for press in accepted(morning):
        items = press.after.items
        assert sum(item.on_air for item in items) <= 1
        for item in items:
            assert item.planned_ms > 0
            assert item.planned_ms + item.added_ms >= 0
            assert item.paused_total_ms >= 0
            assert (item.started_at_ms is not None) == item.begun
            assert (item.ended_at_ms is not None) == (item.state == "done")
            assert (item.paused_at_ms is not None) == (item.state == "paused")
            if not item.begun:
                assert (item.added_ms, item.paused_total_ms) == (0, 0)


@given(mornings())
def test_time_adds_up_in_every_item(morning: Morning) -> None:
    for press in accepted(morning):
        for item in press.after.items:
            assert elapsed_ms(item, press.now_ms) >= 0
            assert elapsed_ms(item, press.now_ms) + remaining_ms(item, press.now_ms) == item.planned_ms + item.added_ms
            if item.started_at_ms is not None and item.ended_at_ms is not None:
                assert item.ended_at_ms - item.started_at_ms == elapsed_ms(item, press.now_ms) + item.paused_total_ms


@given(mornings(after_ms=forward_ms))
def test_elapsed_is_the_time_that_an_item_was_really_running(morning: Morning) -> None:
    """Against a stop-watch that is carried along, and that undo turns back to where it would be by now."""
    watch: dict[str, int] = {}
    before_each: list[tuple[int, str | None, dict[str, int]]] = []
    running_id: str | None = None
    last_ms = BEGINS_AT_MS
    for press in presses(morning):
        if running_id is not None:
            watch[running_id] = watch.get(running_id, 0) + press.now_ms - last_ms
        last_ms = press.now_ms
        if press.happened is not None:
            if press.command.name == "undo":
                pressed_at_ms, running_id, watch = before_each.pop()
                if running_id is not None:
                    watch[running_id] = watch.get(running_id, 0) + press.now_ms - pressed_at_ms
            elif press.command.name not in NOT_UNDOABLE:
                before_each.append((press.now_ms, running_id, dict(watch)))
            live = press.after.live
            running_id = live.id if live is not None and live.state == "live" else None
        for item in press.after.items:
            assert elapsed_ms(item, press.now_ms) == watch.get(item.id, 0)


@given(mornings())
def test_the_version_rises_by_one_with_each_accepted_command_and_never_otherwise(morning: Morning) -> None:
    version = 0
    for press in presses(morning):
        assert press.before.version == version
        version += press.happened is not None
        assert press.after.version == version


@given(mornings())
def test_what_is_refused_gives_a_reason_and_what_is_accepted_makes_something_happen(morning: Morning) -> None:
    for press in presses(morning):
        reason = refusal(press.before, press.command)
        if isinstance(press.command, c.Compress):  # whether there is time enough depends on the clock too
            assert reason is None or press.happened is None
        else:
            assert (reason is None) == (press.happened is not None)
        assert reason is None or reason.endswith(".")
        assert press.happened is None or len(press.happened) in (1, 2, 3)


@given(mornings())
def test_folding_the_log_through_json_gives_the_state(morning: Morning) -> None:
    log = [
        {"kind": press.command.name, "at_ms": press.now_ms, "events": [to_data(event) for event in press.happened]}
        for press in presses(morning)
        if press.happened is not None
    ]
    read = json.loads(json.dumps(log))

    folded = fold(
        morning.plan, ((line["kind"], line["at_ms"], [from_data(event) for event in line["events"]]) for line in read)
    )

    last = morning.plan
    for press in presses(morning):
        last = press.after
    assert folded == last


@given(mornings(), undoable_commands, any_ms, any_ms)
def test_undo_takes_back_exactly_what_was_done(morning: Morning, command: c.Command, a_ms: int, b_ms: int) -> None:
    before, now_ms = state_after(morning)
    after = attempt(before, command, now_ms + a_ms)
    if after is None:
        return

    undone = attempt(after, c.Undo(), now_ms + a_ms + b_ms)

    assert undone is not None
    assert undone.facts == before.facts
    assert undone.undoable == before.undoable
    assert (undone.chosen_scene, undone.message) == (before.chosen_scene, before.message)
    assert (undone.starts_at_ms, undone.paper_cap_ms) == (before.starts_at_ms, before.paper_cap_ms)
    if any(item.on_air for item in before.items):
        assert undone.live is not None
        assert before.live is not None
        assert remaining_ms(undone.live, now_ms) == remaining_ms(before.live, now_ms)


@given(mornings(after_ms=forward_ms), st.lists(st.builds(Step, any_ms, any_commands), min_size=1, max_size=12))
def test_undoing_a_whole_chain_goes_back_step_by_step(morning: Morning, steps: list[Step]) -> None:
    order, now_ms = state_after(morning)
    on_the_way = [order.facts]
    depth = len(order.undoable)
    for step in steps:
        now_ms += step.after_ms
        if step.command.name == "undo":
            continue
        after = attempt(order, step.command, now_ms)
        if after is not None and step.command.name not in NOT_UNDOABLE:
            on_the_way.append(after.facts)
        order = after or order

    while len(order.undoable) > depth:
        assert order.facts == on_the_way.pop()
        undone = attempt(order, c.Undo(), now_ms)
        assert undone is not None
        order = undone
    assert [order.facts] == on_the_way


@given(mornings())
def test_undo_takes_back_everything_down_to_the_plan(morning: Morning) -> None:
    order, now_ms = state_after(morning)

    while (undone := attempt(order, c.Undo(), now_ms)) is not None:
        order = undone

    assert order.facts == morning.plan.facts
    assert order.starts_at_ms == morning.plan.starts_at_ms
    assert order.phase == "idle"


@given(mornings())
def test_every_item_has_one_place_and_a_name_of_its_own(morning: Morning) -> None:
    ever: set[str] = {item.id for item in morning.plan.items}
    for press in accepted(morning):
        ids = [item.id for item in press.after.items]
        assert len(set(ids)) == len(ids)
        assert [press.after.position(item_id) for item_id in ids] == list(range(1, len(ids) + 1))
        if isinstance(press.command, c.Insert):
            (new,) = set(ids) - {item.id for item in press.before.items}
            assert new not in {item.id for item in press.before.bin}
            assert new not in ever
            ever.add(new)
        if isinstance(press.command, c.Restore):
            (back,) = set(ids) - {item.id for item in press.before.items}
            assert press.after.item(back) in press.before.bin
            assert press.after.position(back) == (press.command.position or press.before.place_in_bin(back))
        if isinstance(press.command, c.Move | c.Insert):
            moved = press.command.item_id if isinstance(press.command, c.Move) else new
            assert press.after.position(moved) == press.command.position
            assert [i for i in ids if i != moved] == [i.id for i in press.before.items if i.id != moved]


@given(mornings())
def test_nothing_is_put_above_what_has_begun(morning: Morning) -> None:
    for press in accepted(morning):
        if isinstance(press.command, c.Move | c.Insert):
            below = press.after.items[press.command.position :]
            assert not any(item.begun for item in below)


@given(mornings())
def test_work_on_waiting_items_never_touches_a_clock_that_has_run(morning: Morning) -> None:
    for press in accepted(morning):
        if isinstance(press.command, REARRANGING):
            begun = [clock_of(item) for item in press.before.items if item.begun]
            assert [clock_of(item) for item in press.after.items if item.begun] == begun


@given(mornings(), any_ms)
def test_the_forecast_adds_up(morning: Morning, after_ms: int) -> None:
    order, now_ms = state_after(morning)
    now_ms += after_ms
    begun = order.facts.baseline_end_at_ms is not None

    whole = order.forecast(now_ms)

    assert whole.offset_ms == whole.expected_end_at_ms - whole.planned_end_at_ms
    cursor_ms = now_ms if begun else max(now_ms, order.starts_at_ms)
    by_id = dict(zip((item.id for item in order.items), whole.times, strict=True))
    if order.live is not None:
        cursor_ms = by_id[order.live.id].expected_end_at_ms or 0
        assert cursor_ms == now_ms + max(0, remaining_ms(order.live, now_ms))
    for item in order.pending:
        times = by_id[item.id]
        start_ms = max(cursor_ms, item.not_before_at_ms or 0)
        length_ms = expected_length_ms(item, times.planned_start_at_ms, start_ms)
        assert (times.expected_start_at_ms, times.expected_end_at_ms) == (start_ms, start_ms + length_ms)
        cursor_ms = start_ms + length_ms
    if order.live is not None or order.pending:
        assert whole.expected_end_at_ms == cursor_ms
    for item in order.items:
        times = by_id[item.id]
        if item.begun:
            assert times.expected_start_at_ms == item.started_at_ms
        if item.state == "done":
            assert times.expected_end_at_ms == item.ended_at_ms
        if item.state == "skipped":
            assert (times.expected_start_at_ms, times.expected_end_at_ms) == (None, None)
        assert begun or times.planned_start_at_ms is not None


@given(mornings(after_ms=forward_ms))
def test_the_forecast_does_not_jump_when_what_is_expected_now_is_called(morning: Morning) -> None:
    for press in accepted(morning):
        if isinstance(press.command, c.Start | c.Next) and press.after.live is not None:
            item_id = press.after.live.id
            said = next(t for i, t in pairs(press.before, press.now_ms) if i.id == item_id)
            held = next(t for i, t in pairs(press.after, press.now_ms) if i.id == item_id)
            if said.expected_start_at_ms == press.now_ms:
                assert held.expected_end_at_ms == said.expected_end_at_ms


@given(st.integers(0, 900), st.none() | st.integers(0, 900), st.integers(-900, 1800))
def test_a_break_lasts_between_its_least_and_its_planned_length(planned_s: int, min_s: int | None, late_s: int) -> None:
    least_ms = None if min_s is None else min_s * 1000
    item = Item(id="1", kind="break", title="Giải lao", planned_ms=planned_s * 1000 + 1, min_ms=least_ms)

    length_ms = expected_length_ms(item, BEGINS_AT_MS, BEGINS_AT_MS + late_s * 1000)

    assert min(least_ms if least_ms is not None else item.planned_ms, item.planned_ms) <= length_ms <= item.planned_ms
    if late_s <= 0 or least_ms is None:
        assert length_ms == item.planned_ms
    elif length_ms > least_ms:
        assert length_ms == item.planned_ms - late_s * 1000  # it ends when the plan said
    assert expected_length_ms(item, None, BEGINS_AT_MS) == item.planned_ms


@given(mornings(st.one_of(running, undoable_commands)))
@example(Morning((1, 1), (Step(0, c.Next()), Step(0, c.Edit("2", {"planned_ms": 60_000})))))
def test_the_plan_stands_from_the_first_start_on(morning: Morning) -> None:
    for press in accepted(morning):
        if not press.before.facts.baseline_end_at_ms:
            continue
        was = {item.id: item.baseline_start_at_ms for item in (*press.before.items, *press.before.bin)}
        assert press.after.facts.baseline_end_at_ms == press.before.facts.baseline_end_at_ms
        for item in press.after.items:
            assert item.baseline_start_at_ms == was.get(item.id)


@given(mornings())
def test_every_button_is_what_the_server_would_say(morning: Morning) -> None:
    order, now_ms = state_after(morning)

    may = legal(order)

    general = [c.Next(), c.Finish(), c.Pause(), c.Resume(), c.AddTime(60_000), c.Undo()]
    assert may.commands == {command.name for command in general if attempt(order, command, now_ms) is not None}
    for item in order.items:
        own = [c.Start(item.id), c.Skip(item.id), c.Unskip(item.id), c.Remove(item.id), c.Edit(item.id, {"cap_ms": 1})]
        names = {command.name for command in own if attempt(order, command, now_ms) is not None}
        moves = [c.Move(item.id, position) for position in range(1, len(order.items) + 1)]
        if any(attempt(order, move, now_ms) is not None for move in moves):
            names.add("move")
        assert may.item(item.id) == names


@given(mornings())
def test_what_programs_see_is_the_same_everywhere_and_is_json(morning: Morning) -> None:
    order, now_ms = state_after(morning)

    view, snapshot = running_order_json(order, now_ms), snapshot_json(order, now_ms)

    assert json.loads(json.dumps(view)) == view
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert [item["position"] for item in view["items"]] == list(range(1, len(view["items"]) + 1))
    pending = [item for item in view["items"] if item["state"] == "pending"]
    assert snapshot["next"] == pending[:2]
    if snapshot["live"] is not None:
        assert snapshot["live"]["item"] in view["items"]
    assert (snapshot["live"] is not None) == (view["phase"] in ("live", "paused"))


def pairs(order: RunningOrder, now_ms: int) -> list[tuple[Item, ItemTimes]]:
    return list(zip(order.items, order.forecast(now_ms).times, strict=True))


def state_after(morning: Morning) -> tuple[RunningOrder, int]:
    """The state and the instant at the end of it."""
    last: Press | None = None
    for press in presses(morning):
        last = press
    return (morning.plan, BEGINS_AT_MS) if last is None else (last.after, last.now_ms)


def attempt(order: RunningOrder, command: c.Command, now_ms: int) -> RunningOrder | None:
    """The order after the command, or None when it is refused."""
    try:
        return apply(order, command.name, now_ms, decide(order, command, now_ms))
    except InvalidTransition:
        return None
