"""Editing by several people at once: where a place named by its neighbour is now, and what two versions of one item
differ in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.items import Item
from giaoban.domain.running_order import RunningOrder, Undoable

LAST: Final = "end"  # the place behind everything, where another place is named by the item that it is before


def place_before(order: RunningOrder, before: str, moving: str | None = None) -> int:
    """The position that puts an item directly before the item `before`, or last for LAST; from 1.

    `moving` is the item that is moved there, which leaves its own place. Raises InvalidTransition when `before`
    is gone.
    """
    ids = [item.id for item in order.items if item.id != moving]
    if before == LAST:
        return len(ids) + 1
    if before not in ids:
        raise InvalidTransition("Mục ở chỗ đã chọn không còn trong chương trình.")
    return ids.index(before) + 1


def place_behind(order: RunningOrder, item_id: str) -> int:
    """The first position behind that item that an item to come may take. Raises StopIteration when there is none."""
    return max(order.position(item_id) + 1, order.first_free_position)


def removals(order: RunningOrder) -> dict[str, Undoable]:
    """The command that put each item of the bin there, by the item's id."""
    found: dict[str, Undoable] = {}
    later, left = None, {item.id for item in order.bin}
    for command in reversed(order.undoable):
        if not left:
            break
        if command.before.bin is not later:  # few commands touch the bin
            later = command.before.bin
            stays = {binned.item.id for binned in later}
            found |= dict.fromkeys(left - stays, command)
            left &= stays
    return found


def copied(item: Item) -> dict[str, Any]:
    """The fields of a new item that is planned like that one. Not its hour: two items cannot keep the same."""
    fields = {name: getattr(item, name) for name in c.ITEM_FIELDS if name != "not_before_at_ms"}
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Rival:
    """A field that somebody else has changed since a form was opened, to something else than the form now holds."""

    mine: str
    theirs: str
    touched: bool  # whether who has the form changed the field too


def rivals(opened: Mapping[str, str], typed: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Rival]:
    """By field, where saving `typed` would go over what somebody saved in between; all as a form shows them.

    `opened` is the item when the form was opened. A field that it does not tell of may have been changed by anybody.
    """
    found = {}
    for name, theirs in now.items():
        before, mine = opened.get(name), typed[name]
        if theirs not in (before, mine):
            found[name] = Rival(mine, theirs, mine != before)
    return found


def new_lengths(items: Iterable[Item], how: str, length_ms: int) -> dict[str, int]:
    """The `planned_ms` of each of these items that changes: "set" to that length, "add" or "take" so much.

    Raises InvalidInput when nothing of an item would be left.
    """
    found = {}
    for item in items:
        new_ms = {"set": length_ms, "add": item.planned_ms + length_ms, "take": item.planned_ms - length_ms}[how]
        if new_ms <= 0:
            raise InvalidInput(f"“{item.title}” sẽ không còn thời lượng. Xin bớt ít hơn.", field="planned_ms")
        if new_ms != item.planned_ms:
            found[item.id] = new_ms
    return found
