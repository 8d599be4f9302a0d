"""One command that gives everything still to come another shape: what an imported programme does.

What has begun, and what was skipped above it, stays as it is and where it is; the rest is exactly the given list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from giaoban.domain.commands import LENGTH_FIELDS
from giaoban.domain.items import Item

if TYPE_CHECKING:
    from giaoban.domain.running_order import RunningOrder

BINNED_MOST: Final = 200  # each remembers what stood before it
Entries = Sequence[Mapping[str, Any]]


def still_to_come(order: "RunningOrder") -> dict[str, Item]:
    """What the command replaces, by id and in order: the pending items, and those skipped below what has begun."""
    free = order.first_free_position
    return {
        item.id: item
        for position, item in enumerate(order.items, 1)
        if item.state == "pending" or (item.state == "skipped" and position >= free)
    }


def refusal(order: "RunningOrder", entries: Entries) -> str | None:
    """Why that list may not take the place of what is to come; None when it may."""
    ahead = still_to_come(order)
    for entry in entries:
        item_id = entry.get("item_id")
        if item_id is None:
            continue
        item = ahead.get(item_id)
        if item is None:
            there = order.item(item_id)
            return (
                f"Không còn mục mang mã {item_id} trong chương trình."
                if there is None
                else f"Mục “{there.title}” đã qua, không thay được nữa."
            )
        if item.state == "skipped" and any(key in LENGTH_FIELDS for key in entry):
            return f"Mục “{item.title}” đang bỏ qua, không đổi được thời lượng."
    return None


def numbered(order: "RunningOrder", entries: Entries) -> list[dict[str, Any]]:
    """The list as the event holds it: `{"item_id", "fields"}` each, new items with ids of their own."""
    numbers = count(order.next_item_number)
    return [
        {
            "item_id": entry.get("item_id") or str(next(numbers)),
            "fields": {key: value for key, value in entry.items() if key != "item_id"},
        }
        for entry in entries
    ]


def left_out(order: "RunningOrder", listed: Entries) -> list[Item]:
    """The items that have no place in the list and go to the bin.

    Of very many none does: Undo alone brings them back.
    """
    kept = {entry["item_id"] for entry in listed}
    gone = [item for item_id, item in still_to_come(order).items() if item_id not in kept]
    return gone if len(gone) <= BINNED_MOST else []


def replaced(order: "RunningOrder", listed: Entries) -> "RunningOrder":
    """The order once what is to come is exactly the listed items."""
    ahead = still_to_come(order)
    stays = [item for item in order.items if item.id not in ahead]
    follows = [
        replace(ahead[entry["item_id"]], **entry["fields"])
        if entry["item_id"] in ahead
        else Item(id=entry["item_id"], **entry["fields"])
        for entry in listed
    ]
    new = [int(item.id) + 1 for item in follows if item.id not in ahead]
    return replace(
        order,
        facts=replace(order.facts, items=(*stays, *follows)),
        next_item_number=max([order.next_item_number, *new]),
    )
