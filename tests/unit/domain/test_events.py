"""Events as they stand in the log for ever."""

import json

import pytest

from giaoban.domain import events as e
from tests.factories import MINUTE_MS, at

FIELDS = {"kind": "paper", "title": "Giám sát", "planned_ms": MINUTE_MS, "speaker": None, "cap_ms": 600_000}

IN_THE_LOG = [
    (e.ItemStarted("7", at(0)), {"type": "item_started", "item_id": "7", "at_ms": at(0)}),
    (e.ItemEnded("7", at(0)), {"type": "item_ended", "item_id": "7", "at_ms": at(0)}),
    (e.ItemPaused("7", at(0)), {"type": "item_paused", "item_id": "7", "at_ms": at(0)}),
    (e.ItemResumed("7", at(0)), {"type": "item_resumed", "item_id": "7", "at_ms": at(0)}),
    (
        e.TimeAdded("7", -60_000, None, False),
        {"type": "time_added", "item_id": "7", "delta_ms": -60_000, "reason": None, "over_cap": False},
    ),
    (
        e.TimeAdded("7", 60_000, "Chủ tọa cho phép", True),
        {"type": "time_added", "item_id": "7", "delta_ms": 60_000, "reason": "Chủ tọa cho phép", "over_cap": True},
    ),
    (e.ItemSkipped("7"), {"type": "item_skipped", "item_id": "7"}),
    (e.ItemUnskipped("7"), {"type": "item_unskipped", "item_id": "7"}),
    (e.ItemMoved("7", 2), {"type": "item_moved", "item_id": "7", "position": 2}),
    (e.ItemInserted("21", 2, FIELDS), {"type": "item_inserted", "item_id": "21", "position": 2, "fields": FIELDS}),
    (e.ItemEdited("7", FIELDS), {"type": "item_edited", "item_id": "7", "fields": FIELDS}),
    (e.ItemRemoved("7"), {"type": "item_removed", "item_id": "7"}),
    (
        e.PendingReplaced([{"item_id": "7", "fields": {}}, {"item_id": "21", "fields": FIELDS}]),
        {
            "type": "pending_replaced",
            "items": [{"item_id": "7", "fields": {}}, {"item_id": "21", "fields": FIELDS}],
        },
    ),
    (e.ItemRestored("7", 2), {"type": "item_restored", "item_id": "7", "position": 2}),
    (e.LengthsSet({"7": 1, "8": 2}), {"type": "lengths_set", "lengths": {"7": 1, "8": 2}}),
    (e.OrderCompressed(at(90), {"7": 1}), {"type": "order_compressed", "end_at_ms": at(90), "lengths": {"7": 1}}),
    (e.CommandUndone("next", at(0)), {"type": "command_undone", "undone": "next", "given_at_ms": at(0)}),
    (e.SceneSet("black"), {"type": "scene_set", "scene": "black"}),
    (e.MessageSet("Nghỉ", "all", at(0)), {"type": "message_set", "text": "Nghỉ", "to": "all", "at_ms": at(0)}),
    (e.PlanSet(at(0), 600_000), {"type": "plan_set", "starts_at_ms": at(0), "paper_cap_ms": 600_000}),
]


@pytest.mark.parametrize(("event", "data"), IN_THE_LOG, ids=lambda value: type(value).__name__)
def test_an_event_is_written_and_read_back(event: e.Event, data: dict[str, object]) -> None:
    assert e.to_data(event) == data
    assert e.from_data(json.loads(json.dumps(data))) == event


def test_every_event_is_among_the_cases() -> None:
    assert {type(event).__name__ for event, _ in IN_THE_LOG} == {kind.__name__ for kind in e.Event.__subclasses__()}


@pytest.mark.parametrize(
    "data",
    [
        {"type": "item_exploded", "item_id": "7"},
        {"item_id": "7"},
        {"type": "item_skipped"},
        {"type": "item_skipped", "item_id": "7", "more": 1},
    ],
)
def test_a_line_that_was_never_written_is_not_guessed_at(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        e.from_data(data)


def test_reading_leaves_the_stored_line_as_it_was() -> None:
    data = {"type": "item_skipped", "item_id": "7"}

    e.from_data(data)

    assert data == {"type": "item_skipped", "item_id": "7"}
