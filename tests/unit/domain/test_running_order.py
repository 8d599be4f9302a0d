"""What each command makes happen, and that undo takes it back exactly."""

from dataclasses import replace
from itertools import permutations

import pytest

from giaoban.domain import commands as c
from giaoban.domain import events as e
from giaoban.domain.legality import refusal
from giaoban.domain.running_order import RunningOrder, apply, decide, evolve, fold, is_late, new_order
from giaoban.domain.timer import elapsed_ms, remaining_ms
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, do, done, make_order, plan_of, states, the
from tests.unit.domain.orders import BETWEEN, EMPTY, FINISHED, FIRST_LIVE, IDLE, ITEM, JUMPED, PAUSED, SKIPPED

# ---- each command's effect


def test_start_puts_the_item_on_from_that_instant() -> None:
    order = do(IDLE, c.Start("2"), at(3))

    assert states(order) == {"1": "pending", "2": "live", "3": "pending"}
    assert the(order, "2").started_at_ms == at(3)
    assert remaining_ms(the(order, "2"), at(5)) == 8 * MINUTE_MS
    assert decide(IDLE, c.Start("2"), at(3)) == (e.ItemStarted("2", at(3)),)


def test_next_ends_what_is_on_and_starts_the_first_waiting_item_in_the_same_instant() -> None:
    order = do(FIRST_LIVE, c.Next(), at(9))

    assert states(order) == {"1": "done", "2": "live", "3": "pending"}
    assert the(order, "1").ended_at_ms == the(order, "2").started_at_ms == at(9)
    assert decide(FIRST_LIVE, c.Next(), at(9)) == (e.ItemEnded("1", at(9)), e.ItemStarted("2", at(9)))


def test_next_from_idle_or_between_only_starts() -> None:
    assert decide(IDLE, c.Next(), at(0)) == (e.ItemStarted("1", at(0)),)
    assert decide(BETWEEN, c.Next(), at(12)) == (e.ItemStarted("2", at(12)),)


def test_next_with_an_item_takes_that_one_and_leaves_the_others_waiting() -> None:
    assert states(do(FIRST_LIVE, c.Next("3"), at(9))) == {"1": "done", "2": "pending", "3": "live"}


def test_next_takes_up_an_item_that_was_jumped_over() -> None:
    assert states(do(JUMPED, c.Next(), at(20))) == {"1": "done", "2": "live", "3": "done", "4": "pending"}


def test_next_passes_over_a_skipped_item() -> None:
    assert states(do(SKIPPED, c.Next(), at(9))) == {"1": "done", "2": "skipped", "3": "live"}


def test_next_ends_a_paused_item_without_counting_its_pause() -> None:
    ended = the(do(PAUSED, c.Next(), at(9)), "1")

    assert (ended.state, ended.paused_at_ms, ended.paused_total_ms) == ("done", None, 5 * MINUTE_MS)
    assert elapsed_ms(ended, at(60)) == 4 * MINUTE_MS


def test_finish_ends_what_is_on_and_starts_nothing() -> None:
    order = do(FIRST_LIVE, c.Finish(), at(9))

    assert states(order) == {"1": "done", "2": "pending", "3": "pending"}
    assert the(order, "1").ended_at_ms == at(9)


def test_a_pause_stops_the_clock_and_resume_lets_it_run_on() -> None:
    paused = do(FIRST_LIVE, c.Pause(), at(4))
    resumed = do(paused, c.Resume(), at(7))
    again = done(resumed, (c.Pause(), 8), (c.Resume(), 18))

    assert remaining_ms(the(paused, "1"), at(4)) == remaining_ms(the(paused, "1"), at(7)) == 6 * MINUTE_MS
    assert the(resumed, "1").paused_total_ms == 3 * MINUTE_MS
    assert remaining_ms(the(resumed, "1"), at(8)) == 5 * MINUTE_MS
    assert the(again, "1").paused_total_ms == 13 * MINUTE_MS
    assert remaining_ms(the(again, "1"), at(18)) == 5 * MINUTE_MS


def test_time_is_added_and_taken_away_from_what_is_on() -> None:
    order = done(FIRST_LIVE, (c.AddTime(2 * MINUTE_MS), 1), (c.AddTime(-5 * MINUTE_MS), 2))

    assert (the(order, "1").planned_ms, the(order, "1").added_ms) == (10 * MINUTE_MS, -3 * MINUTE_MS)
    assert remaining_ms(the(order, "1"), at(9)) == -2 * MINUTE_MS


def test_all_of_the_time_but_no_more_can_be_taken_away() -> None:
    order = do(FIRST_LIVE, c.AddTime(-10 * MINUTE_MS), at(1))

    assert refusal(order, c.AddTime(-1)) is not None
    assert refusal(order, c.AddTime(1)) is None


def test_adding_within_the_cap_needs_no_reason() -> None:
    order = done(make_order(8, cap_ms=10 * MINUTE_MS), (c.Start("1"), 0))

    assert decide(order, c.AddTime(2 * MINUTE_MS), at(1)) == (e.TimeAdded("1", 2 * MINUTE_MS, None, False),)


def test_adding_beyond_the_cap_is_allowed_and_says_why() -> None:
    order = done(make_order(10, cap_ms=10 * MINUTE_MS), (c.Start("1"), 0))

    assert decide(order, c.AddTime(1), at(1)) == (e.TimeAdded("1", 1, "Chủ tọa cho phép", True),)
    assert decide(order, c.AddTime(1, "Có câu hỏi"), at(1)) == (e.TimeAdded("1", 1, "Có câu hỏi", True),)


def test_time_added_earlier_counts_towards_the_cap() -> None:
    order = done(make_order(8, cap_ms=10 * MINUTE_MS), (c.Start("1"), 0), (c.AddTime(2 * MINUTE_MS), 1))

    assert decide(order, c.AddTime(1), at(2)) == (e.TimeAdded("1", 1, "Chủ tọa cho phép", True),)


def test_taking_time_away_is_never_over_the_cap() -> None:
    order = done(make_order(20, cap_ms=10 * MINUTE_MS), (c.Start("1"), 0))

    assert decide(order, c.AddTime(-MINUTE_MS), at(1)) == (e.TimeAdded("1", -MINUTE_MS, None, False),)


def test_skip_and_unskip_turn_a_waiting_item_off_and_on() -> None:
    skipped = do(IDLE, c.Skip("2"))

    assert states(skipped)["2"] == "skipped"
    assert states(do(skipped, c.Unskip("2")))["2"] == "pending"


@pytest.mark.parametrize(
    ("item_id", "position", "expected"),
    [("4", 1, "4123"), ("1", 4, "2341"), ("2", 3, "1324"), ("3", 2, "1324"), ("2", 2, "1234")],
)
def test_a_moved_item_stands_at_the_position_asked_for(item_id: str, position: int, expected: str) -> None:
    order = do(make_order(1, 1, 1, 1), c.Move(item_id, position))

    assert "".join(states(order)) == expected
    assert order.position(item_id) == position


def test_an_item_that_was_jumped_over_can_be_put_right_below_what_is_on() -> None:
    assert "".join(states(do(JUMPED, c.Move("2", 3), at(12)))) == "1324"


def test_an_inserted_item_waits_at_its_position_under_an_id_never_used_before() -> None:
    order = do(IDLE, c.Insert(2, {**ITEM, "speaker": None, "cap_ms": 7}))
    again = done(order, (c.Remove("4"), 0), (c.Insert(1, ITEM), 0), (c.Insert(1, ITEM), 0))
    undone = done(order, (c.Undo(), 0), (c.Insert(1, ITEM), 0))

    assert list(states(order)) == ["1", "4", "2", "3"]
    inserted = the(order, "4")
    assert (inserted.state, inserted.title, inserted.cap_ms) == ("pending", "Báo cáo bổ sung", 7)
    assert list(states(again)) == ["6", "5", "1", "2", "3"]
    assert list(states(undone)) == ["5", "1", "2", "3"]


@pytest.mark.parametrize(
    ("fields", "cap_ms"),
    [
        ({"kind": "paper"}, 10 * MINUTE_MS),
        ({"kind": "paper", "cap_ms": 5 * MINUTE_MS}, 5 * MINUTE_MS),
        ({"kind": "paper", "cap_ms": None}, 10 * MINUTE_MS),
        ({"kind": "report"}, None),
    ],
    ids=["a paper", "a paper with its own", "a paper without", "a report"],
)
def test_papers_have_the_conference_s_cap_unless_told_otherwise(fields: dict[str, object], cap_ms: int | None) -> None:
    planned = {"title": "Tham luận", "planned_ms": MINUTE_MS, **fields}

    assert new_order(BEGINS_AT_MS, [planned]).items[0].cap_ms == cap_ms
    assert do(IDLE, c.Insert(1, planned)).items[0].cap_ms == cap_ms


def test_the_conference_s_own_cap_is_used() -> None:
    planned = {"kind": "paper", "title": "Tham luận", "planned_ms": MINUTE_MS}

    order = do(new_order(BEGINS_AT_MS, [planned], paper_cap_ms=7 * MINUTE_MS), c.Insert(1, planned))

    assert [item.cap_ms for item in order.items] == [7 * MINUTE_MS] * 2


def test_edit_changes_the_named_fields_only() -> None:
    before = the(FIRST_LIVE, "2")

    order = do(FIRST_LIVE, c.Edit("2", {"planned_ms": MINUTE_MS, "speaker": "HĐND tỉnh"}))

    assert the(order, "2") == replace(before, planned_ms=MINUTE_MS, speaker="HĐND tỉnh")


def test_remove_takes_the_item_out() -> None:
    assert list(states(do(FIRST_LIVE, c.Remove("2")))) == ["1", "3"]


def test_restore_brings_the_item_back_with_its_name_and_all_its_facts() -> None:
    order = done(SKIPPED, (c.Remove("2"), 2), (c.Remove("3"), 3))
    assert [item.id for item in order.bin] == ["2", "3"]

    back = done(order, (c.Restore("3"), 4), (c.Restore("2"), 5))

    assert back.items == SKIPPED.items
    assert back.bin == ()


@pytest.mark.parametrize("gone", [*permutations("234")])
@pytest.mark.parametrize("back", [*permutations("234")])
def test_whatever_the_sequence_each_comes_back_to_where_it_stood(gone: tuple[str, ...], back: tuple[str, ...]) -> None:
    order = make_order(10, 10, 10, 10, 10)

    emptied = done(order, *((c.Remove(item_id), -5) for item_id in gone))

    assert done(emptied, *((c.Restore(item_id), -4) for item_id in back)).items == order.items


def test_restore_never_puts_it_above_what_has_begun() -> None:
    order = done(IDLE, (c.Remove("1"), -5), (c.Next(), 0), (c.Restore("1"), 1))

    assert list(states(order)) == ["2", "1", "3"]
    assert list(states(done(order, (c.Remove("1"), 2), (c.Restore("1", 3), 3)))) == ["2", "3", "1"]


def test_what_is_inserted_after_a_removal_takes_no_name_from_the_bin() -> None:
    order = done(IDLE, (c.Remove("3"), 0), (c.Insert(3, ITEM), 0), (c.Restore("3"), 0))

    assert sorted(states(order)) == ["1", "2", "3", "4"]


def test_several_lengths_change_at_once_and_undo_takes_all_back() -> None:
    order = do(FIRST_LIVE, c.SetLengths({"2": MINUTE_MS, "3": 2 * MINUTE_MS}))

    assert [item.planned_ms for item in order.items] == [10 * MINUTE_MS, MINUTE_MS, 2 * MINUTE_MS]
    assert do(order, c.Undo()).facts == FIRST_LIVE.facts


@pytest.mark.parametrize(
    "command",
    [
        c.Insert(2, ITEM),
        c.Edit("2", {"planned_ms": 1, "title": "Khác"}),
        c.Edit("1", {"title": "Khác"}),
        c.Move("3", 2),
        c.Remove("2"),
        c.ReplacePending((ITEM,)),
        c.SetLengths({"2": 1, "3": 1}),
        c.Skip("2"),
        c.SetScene("agenda"),
        c.SetMessage("Xin ổn định", "all"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("order", [FIRST_LIVE, PAUSED], ids=["running", "paused"])
def test_work_on_what_is_to_come_never_touches_the_running_timer(order: RunningOrder, command: c.Command) -> None:
    before = order.live
    assert before is not None

    after = do(order, command, at(6)).live

    assert after is not None
    assert replace(after, title=before.title) == before
    assert remaining_ms(after, at(8)) == remaining_ms(before, at(8))


# ---- undo


def test_undo_lets_time_run_on_as_if_the_press_had_never_been() -> None:
    order = done(FIRST_LIVE, (c.Next(), 4), (c.Undo(), 6))

    assert states(order) == states(FIRST_LIVE)
    assert remaining_ms(the(order, "1"), at(7)) == 3 * MINUTE_MS


def test_undo_of_a_pause_counts_the_time_since_and_undo_of_a_resume_pauses_as_before() -> None:
    unpaused = done(FIRST_LIVE, (c.Pause(), 4), (c.Undo(), 6))
    paused = done(FIRST_LIVE, (c.Pause(), 2), (c.Resume(), 5), (c.Undo(), 6))

    assert elapsed_ms(the(unpaused, "1"), at(6)) == 6 * MINUTE_MS
    assert elapsed_ms(the(paused, "1"), at(9)) == 2 * MINUTE_MS


def test_undo_again_takes_back_the_one_before() -> None:
    order = done(FIRST_LIVE, (c.Pause(), 1), (c.AddTime(MINUTE_MS), 2), (c.Undo(), 3), (c.Undo(), 4))

    assert order.facts == FIRST_LIVE.facts
    assert [undoable.name for undoable in order.undoable] == ["start"]


def test_undo_of_the_first_start_gives_the_plan_back_its_freedom() -> None:
    order = done(IDLE, (c.Start("1"), 2), (c.Undo(), 3), (c.Remove("3"), 3))

    assert order.phase == "idle"
    assert order.forecast(at(0)).planned_end_at_ms == at(20)


def test_undo_names_what_it_takes_back() -> None:
    assert decide(PAUSED, c.Undo(), at(5)) == (e.CommandUndone("pause", at(4)),)


def test_undo_leaves_scene_and_message_alone() -> None:
    order = done(FIRST_LIVE, (c.Pause(), 1), (c.SetScene("black"), 2), (c.SetMessage("Nghỉ", "all"), 3), (c.Undo(), 4))

    assert order.facts == FIRST_LIVE.facts
    assert order.scene == "black"
    assert order.message is not None


# ---- phase, scene, message


@pytest.mark.parametrize(
    ("order", "phase"),
    [
        (IDLE, "idle"),
        (EMPTY, "idle"),
        (done(IDLE, (c.Skip("1"), 0), (c.Skip("2"), 0), (c.Skip("3"), 0)), "idle"),
        (FIRST_LIVE, "live"),
        (PAUSED, "paused"),
        (BETWEEN, "between"),
        (JUMPED, "live"),
        (FINISHED, "finished"),
        (done(BETWEEN, (c.Skip("2"), 11), (c.Skip("3"), 11)), "finished"),
        (done(FINISHED, (c.Insert(4, ITEM), 31)), "between"),
        (done(FIRST_LIVE, (c.Undo(), 1)), "idle"),
    ],
)
def test_phase(order: RunningOrder, phase: str) -> None:
    assert order.phase == phase


@pytest.mark.parametrize(
    ("order", "scene"),
    [
        (IDLE, "maket"),
        (FIRST_LIVE, "speaker"),
        (PAUSED, "speaker"),
        (BETWEEN, "maket"),
        (FINISHED, "maket"),
        (done(make_order(10, kind="break"), (c.Start("1"), 0)), "break"),
        (done(make_order(10, kind="break"), (c.Start("1"), 0), (c.Pause(), 1)), "break"),
        (done(FIRST_LIVE, (c.SetScene("agenda"), 1)), "agenda"),
        (done(FIRST_LIVE, (c.SetScene("agenda"), 1), (c.Next(), 2)), "agenda"),
        (done(FIRST_LIVE, (c.SetScene("agenda"), 1), (c.SetScene("auto"), 2)), "speaker"),
    ],
)
def test_scene(order: RunningOrder, scene: str) -> None:
    assert order.scene == scene


def test_a_message_to_all_stands_until_it_is_cleared() -> None:
    said = do(IDLE, c.SetMessage("Xin ổn định", "all"), at(1))
    cleared = do(said, c.SetMessage("", "all"), at(2))

    assert said.message is not None
    assert (said.message.text, said.message.at_ms) == ("Xin ổn định", at(1))
    assert cleared.message is None


@pytest.mark.parametrize("to", ["speaker", "06010"])
def test_a_message_to_one_does_not_stand_in_the_order(to: str) -> None:
    said = do(IDLE, c.SetMessage("Xin ổn định", "all"), at(1))

    assert do(said, c.SetMessage("Còn 2 phút", to), at(2)).message == said.message
    assert decide(said, c.SetMessage("Còn 2 phút", to), at(2)) == (e.MessageSet("Còn 2 phút", to, at(2)),)


# ---- a clock set back


def test_a_clock_set_back_during_a_pause_adds_nothing_to_the_pause() -> None:
    resumed = done(FIRST_LIVE, (c.Pause(), 4), (c.Resume(), 3))

    assert the(resumed, "1").paused_total_ms == 0
    assert elapsed_ms(the(resumed, "1"), at(5)) == 5 * MINUTE_MS


def test_an_item_never_ends_before_it_began() -> None:
    order = done(IDLE, (c.Start("1"), 5), (c.Finish(), 2))
    after_a_pause = done(IDLE, (c.Start("1"), 5), (c.Pause(), 6), (c.Resume(), 8), (c.Finish(), 2))

    assert the(order, "1").ended_at_ms == at(5)
    assert the(after_a_pause, "1").ended_at_ms == at(7)
    assert elapsed_ms(the(after_a_pause, "1"), at(30)) == 0


# ---- the log


def test_folding_the_log_gives_the_state() -> None:
    steps = [(c.Start("1"), 0), (c.Insert(3, ITEM), 1), (c.Pause(), 2), (c.Next(), 5), (c.Undo(), 6), (c.Next(), 7)]
    order = make_order()
    log = []
    for command, minute in steps:
        happened = decide(order, command, at(minute))
        log.append((command.name, at(minute), happened))
        order = apply(order, command.name, at(minute), happened)

    assert fold(make_order(), log) == order


@pytest.mark.parametrize("event", [e.ItemStarted("9", 0), e.Event()], ids=repr)
def test_a_corrupt_log_is_not_guessed_at(event: e.Event) -> None:
    with pytest.raises(AssertionError):
        evolve(IDLE, event)


# ---- who is late at the roll call


def test_late_is_who_comes_after_the_first_item_that_is_more_than_a_check_of_the_line() -> None:
    order = new_order(BEGINS_AT_MS, [*plan_of(30, kind="technical_check"), *plan_of(10, 10)])
    begun = done(order, (c.Start("1"), 2))
    opened = done(begun, (c.Next(), 33))

    assert not is_late(order, at(500))
    assert not is_late(begun, at(32))
    assert not is_late(opened, at(33))
    assert is_late(opened, at(33) + 1)
    assert is_late(done(opened, (c.Next(), 40)), at(34))


def test_a_late_opening_makes_nobody_late() -> None:
    order = new_order(BEGINS_AT_MS, [*plan_of(30, kind="technical_check"), *plan_of(10)])
    begun = done(order, (c.Start("1"), 0))

    assert not is_late(begun, at(45))


def test_a_skipped_opening_leaves_it_to_the_next_item() -> None:
    order = new_order(BEGINS_AT_MS, [*plan_of(30, kind="technical_check"), *plan_of(10, 10)])
    opened = done(order, (c.Skip("2"), 0), (c.Start("3"), 7))

    assert is_late(opened, at(8))
    assert not is_late(opened, at(6))


def test_without_an_opening_nobody_is_late() -> None:
    order = done(new_order(BEGINS_AT_MS, plan_of(30, kind="technical_check")), (c.Start("1"), 0))

    assert not is_late(order, at(500))
