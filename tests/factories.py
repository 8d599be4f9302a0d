"""Small makers of domain objects; a test names only what matters to it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from giaoban.domain.commands import Command
from giaoban.domain.items import Item
from giaoban.domain.line_tests import LineTest
from giaoban.domain.roll_call import Headcount, Record
from giaoban.domain.running_order import RunningOrder, apply, decide, new_order

BEGINS_AT_MS = 1_637_886_600_000  # 26/11/2021 07:30 at the venue
MINUTE_MS = 60_000
SHARED_CASES = Path(__file__).parent / "cases"


def shared_cases(name: str) -> Any:
    """The cases that Python and JavaScript both have to meet."""
    return json.loads((SHARED_CASES / f"{name}.json").read_text("utf-8"))


def at(minutes: float) -> int:
    """The instant so many minutes after the planned beginning."""
    return BEGINS_AT_MS + round(minutes * MINUTE_MS)


def make_item(item_id: str = "1", **fields: Any) -> Item:
    return Item(**{"id": item_id, "kind": "opening", "title": f"Mục {item_id}", "planned_ms": 10 * MINUTE_MS, **fields})


def plan_of(*minutes: float, **fields: Any) -> list[dict[str, Any]]:
    """The plan's fields of items of those lengths."""
    return [
        {"kind": "opening", "title": f"Mục {number}", "planned_ms": round(length * MINUTE_MS), **fields}
        for number, length in enumerate(minutes, 1)
    ]


def make_order(*minutes: float, **fields: Any) -> RunningOrder:
    """An order of items "1", "2", … of those lengths; three of ten minutes when none is given."""
    return new_order(BEGINS_AT_MS, plan_of(*(minutes or (10, 10, 10)), **fields))


def do(order: RunningOrder, command: Command, now_ms: int = BEGINS_AT_MS) -> RunningOrder:
    """The order after the command, given at `now_ms`. Raises InvalidTransition."""
    return apply(order, command.name, now_ms, decide(order, command, now_ms))


def done(order: RunningOrder, *steps: tuple[Command, float]) -> RunningOrder:
    """The order after commands given at those minutes after the beginning."""
    for command, minute in steps:
        order = do(order, command, at(minute))
    return order


def states(order: RunningOrder) -> dict[str, str]:
    """The state of each item by its id, in order."""
    return {item.id: item.state for item in order.items}


def the(order: RunningOrder, item_id: str) -> Item:
    item = order.item(item_id)
    assert item is not None
    return item


def make_record(
    check_in_id: str = "a", *, source: str = "self", status: str = "present", heads: int = 0, **fields: Any
) -> Record:
    values: Mapping[str, Any] = {
        "endpoint_code": "06010",
        "headcount": Headcount(heads),
        "reason": "Mất điện" if status == "absent" else None,
        "late": False,
        "happened_at_ms": BEGINS_AT_MS,
        "received_at_ms": BEGINS_AT_MS,
        "actor": "endpoint:06010",
        "arrival": 1,
        **fields,
    }
    return Record(check_in_id=check_in_id, source=source, status=status, **values)


def make_line_test(**fields: Any) -> LineTest:
    values: Mapping[str, Any] = {
        "line_test_id": "a",
        "endpoint_code": "06010",
        "at_ms": BEGINS_AT_MS,
        "received_at_ms": BEGINS_AT_MS,
        "source": "self",
        "actor": "endpoint:06010",
        "network": None,
        "picture": None,
        "sound": None,
        "mic": None,
        "note": "",
        **fields,
    }
    return LineTest(**values)
