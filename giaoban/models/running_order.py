"""The running order's rows, and its reading back from the log."""

from typing import Any, Final, cast

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.events import from_data
from giaoban.domain.items import Item
from giaoban.domain.messages import Message
from giaoban.domain.running_order import Facts, RunningOrder, apply, new_order
from giaoban.domain.witness import CREATED
from giaoban.extensions import Model, db
from giaoban.models.conference import Conference, Head
from giaoban.models.log import LogLine


class ItemRow(Model):
    """An item as it stands after the last command: for queries and reports; the log can make it anew."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'live', 'paused', 'done', 'skipped')", name="state_known"),
        CheckConstraint("planned_ms > 0 AND planned_ms + added_ms >= 0", name="length_not_negative"),
        CheckConstraint("(state = 'paused') = (paused_at_ms IS NOT NULL)", name="paused_has_an_instant"),
    )

    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    speaker: Mapped[str | None]
    endpoint_code: Mapped[str | None]
    planned_ms: Mapped[int]
    cap_ms: Mapped[int | None]
    min_ms: Mapped[int | None]
    not_before_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str]
    added_ms: Mapped[int] = mapped_column(BigInteger)
    started_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    ended_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    paused_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    paused_total_ms: Mapped[int] = mapped_column(BigInteger)
    baseline_start_at_ms: Mapped[int | None] = mapped_column(BigInteger)


_FACTS = tuple(name for name in Item.__slots__ if name != "id")


def read_items(conference_id: int) -> tuple[Item, ...]:
    """The stored items in their order."""
    rows = db.session.scalars(
        select(ItemRow)
        .where(ItemRow.conference_id == conference_id)
        .order_by(ItemRow.position)
        .execution_options(populate_existing=True)
    )
    return tuple(Item(id=row.item_id, **{name: getattr(row, name) for name in _FACTS}) for row in rows)


def replay(conference: Conference | Head, since: RunningOrder | None = None) -> RunningOrder:
    """The running order as the log tells it, from `since` (an earlier state of it) or from the beginning."""
    order = since or first_order(conference)
    lines = db.session.scalars(
        select(LogLine)
        .where(LogLine.conference_id == conference.id, LogLine.version > order.version)
        .order_by(LogLine.version)
    )
    for line in lines:
        order = apply(order, line.kind, line.at_ms, [from_data(event) for event in line.data["events"]])
    return order


def first_order(conference: Conference | Head) -> RunningOrder:
    """The running order at version 0, as the conference was made."""
    line = db.session.scalars(
        select(LogLine)
        .where(LogLine.conference_id == conference.id, LogLine.kind == CREATED)
        .order_by(LogLine.seq)
        .limit(1)
    ).one()
    return new_order(line.data["starts_at_ms"], line.data["items"], paper_cap_ms=line.data["paper_cap_ms"])


def order_columns(order: RunningOrder) -> dict[str, Any]:
    """What a conference's own row holds of its running order."""
    return {
        "version": order.version,
        "starts_at_ms": order.starts_at_ms,
        "paper_cap_ms": order.paper_cap_ms,
        "baseline_end_at_ms": order.facts.baseline_end_at_ms,
        "next_item_number": order.next_item_number,
        "chosen_scene": order.chosen_scene,
        "message_text": order.message.text if order.message else None,
        "message_at_ms": order.message.at_ms if order.message else None,
    }


_ITEMS: Final = cast(Table, ItemRow.__table__)
_ONE: Final = (_ITEMS.c.conference_id == bindparam("held")) & (_ITEMS.c.item_id == bindparam("one"))
_GONE: Final = delete(_ITEMS).where(_ONE)
_CHANGED: Final = update(_ITEMS).where(_ONE)


def save_items(conference_id: int, before: RunningOrder | None, after: RunningOrder) -> None:
    """Write what differs between two states of the order into the rows of a locked conference."""
    old = {item.id: (position, item) for position, item in enumerate(before.items if before else (), 1)}
    new = {item.id: (position, item) for position, item in enumerate(after.items, 1)}
    rows = {
        item_id: {"position": position, **{name: getattr(item, name) for name in _FACTS}}
        for item_id, (position, item) in new.items()
        if old.get(item_id) != (position, item)
    }
    connection = db.session.connection()
    if gone := old.keys() - new.keys():
        connection.execute(_GONE, [{"held": conference_id, "one": item_id} for item_id in gone])
    if changed := [item_id for item_id in rows if item_id in old]:
        connection.execute(_CHANGED, [{"held": conference_id, "one": item_id, **rows[item_id]} for item_id in changed])
    if added := [item_id for item_id in rows if item_id not in old]:
        connection.execute(
            insert(_ITEMS), [{"conference_id": conference_id, "item_id": item_id, **rows[item_id]} for item_id in added]
        )


def stored_order(conference: Conference, log_order: RunningOrder) -> RunningOrder:
    """The state that the rows hold, with what only the log knows taken from `log_order`; equal to it, or corrupt."""
    message = None
    if conference.message_text is not None and conference.message_at_ms is not None:
        until_at_ms = log_order.message.until_at_ms if log_order.message is not None else None
        message = Message(conference.message_text, conference.message_at_ms, until_at_ms)
    return RunningOrder(
        starts_at_ms=conference.starts_at_ms,
        facts=Facts(read_items(conference.id), conference.baseline_end_at_ms, log_order.facts.bin),
        next_item_number=conference.next_item_number,
        paper_cap_ms=conference.paper_cap_ms,
        version=conference.version,
        chosen_scene=conference.chosen_scene,
        message=message,
        notices=log_order.notices,
        undoable=log_order.undoable,
    )
