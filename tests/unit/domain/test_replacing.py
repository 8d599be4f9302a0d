"""What is to come is replaced as a whole, and nothing else."""

import json

from giaoban.domain import commands as c
from giaoban.domain.events import from_data, to_data
from giaoban.domain.items import PAPER_CAP_MS
from giaoban.domain.running_order import RunningOrder, decide, fold
from tests.factories import MINUTE_MS, at, do, done, make_order, states, the
from tests.unit.domain.orders import FINISHED, FIRST_LIVE, IDLE, ITEM, JUMPED, SKIPPED

PAPER = {"kind": "paper", "title": "Giám sát", "planned_ms": 10 * MINUTE_MS}


def replace(order: RunningOrder, *items: dict[str, object]) -> RunningOrder:
    return do(order, c.ReplacePending(items), at(6))


def test_before_anything_has_begun_the_list_is_the_whole_order() -> None:
    after = replace(IDLE, ITEM, {"item_id": "3"}, {"item_id": "1", "title": "Khai mạc", "planned_ms": 1})

    assert [item.id for item in after.items] == ["4", "3", "1"]
    assert the(after, "3") == the(IDLE, "3")
    assert (the(after, "1").title, the(after, "1").planned_ms, the(after, "1").kind) == ("Khai mạc", 1, "opening")
    assert the(after, "4").title == ITEM["title"]


def test_what_has_begun_stays_above_the_list() -> None:
    after = replace(JUMPED, {"item_id": "4"}, ITEM, {"item_id": "2"})

    assert [item.id for item in after.items] == ["1", "3", "4", "5", "2"]
    assert (the(after, "1"), the(after, "3")) == (the(JUMPED, "1"), the(JUMPED, "3"))
    assert [item.id for item in after.pending] == ["4", "5", "2"]


def test_a_skipped_item_is_kept_skipped_or_goes() -> None:
    kept = replace(SKIPPED, {"item_id": "3"}, {"item_id": "2", "title": "Tên khác"})
    gone = replace(SKIPPED, {"item_id": "3"})
    passed = replace(done(SKIPPED, (c.Next("3"), 5)), ITEM)

    assert states(kept) == {"1": "live", "3": "pending", "2": "skipped"}
    assert states(gone) == {"1": "live", "3": "pending"}
    assert states(passed) == {"1": "done", "2": "skipped", "3": "live", "4": "pending"}


def test_a_new_paper_has_the_cap_of_the_conference_and_the_plan_stays_the_measure() -> None:
    after = replace(FIRST_LIVE, PAPER, {**PAPER, "cap_ms": MINUTE_MS})

    assert [item.cap_ms for item in after.pending] == [PAPER_CAP_MS, MINUTE_MS]
    assert [item.baseline_start_at_ms for item in after.pending] == [None, None]
    assert after.facts.baseline_end_at_ms == FIRST_LIVE.facts.baseline_end_at_ms


def test_one_undo_takes_all_of_it_back_and_no_id_comes_twice() -> None:
    after = replace(FIRST_LIVE, ITEM, PAPER)
    undone = do(after, c.Undo(), at(7))

    assert undone.items == FIRST_LIVE.items
    assert states(replace(undone, ITEM)) == {"1": "live", "6": "pending"}


def test_what_is_left_out_can_be_brought_back() -> None:
    after = replace(FIRST_LIVE, {"item_id": "3"}, ITEM)

    assert [item.id for item in after.bin] == ["2"]
    assert [item.id for item in do(after, c.Restore("2"), at(7)).items] == ["1", "2", "3", "4"]


def test_of_very_many_none_fills_the_bin() -> None:
    after = replace(make_order(*[1] * 300), ITEM)

    assert (len(after.items), after.bin) == (1, ())


def test_when_all_is_over_more_may_come() -> None:
    assert replace(FINISHED, ITEM).phase == "between"


def test_the_log_tells_the_same() -> None:
    command = c.ReplacePending((ITEM, {"item_id": "2", "cap_ms": None}))
    written = [to_data(event) for event in decide(IDLE, command, at(0))]

    told = fold(IDLE, [("replace_pending", at(0), [from_data(data) for data in json.loads(json.dumps(written))])])

    assert told == do(IDLE, command, at(0))
