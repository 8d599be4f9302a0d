"""The running order of one conference: its state, and what each command does to it.

Pure in every respect: `decide(order, command, now_ms)` says what happens, `apply(order, …)` makes it so, `fold` replays
a log. What is legal in which state is `legality`'s business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from giaoban.domain import commands as c
from giaoban.domain import compress, replacing
from giaoban.domain import events as e
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.items import PAPER_CAP_MS, Item
from giaoban.domain.legality import refusal
from giaoban.domain.messages import ALL, Message, stands
from giaoban.domain.replan import replanned
from giaoban.domain.timer import Forecast, expected_length_ms, forecast, plan

NOT_UNDOABLE: Final = frozenset({"undo", "set_scene", "set_message"})
ABSORBED_REASON: Final = "Rút ngắn giải lao để bù giờ"
DEFAULT_OVER_CAP_REASON: Final = "Chủ tọa cho phép"


@dataclass(frozen=True, slots=True)
class Binned:
    """A removed item as it was, and the ids of what stood before it, in the order or already in the bin."""

    item: Item
    before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What undo takes back: the items with their clocks, the frozen plan's end (None before the first start), the bin.

    The bin holds removed items in the order in which they were removed; only the log keeps it.
    """

    items: tuple[Item, ...]
    baseline_end_at_ms: int | None
    bin: tuple[Binned, ...] = ()


@dataclass(frozen=True, slots=True)
class Undoable:
    """One accepted command, with the facts and the plan's beginning and cap from before it."""

    name: str
    at_ms: int
    before: Facts
    starts_at_ms: int
    paper_cap_ms: int


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """The whole state after `version` accepted commands. `next_item_number` names inserted items, never going back.

    `message` is the last one to all, `notices` holds the last one to the speaker and to each room, newest last; whether
    they are still to be shown is `message_at`'s and `messages.stands`' business.
    """

    starts_at_ms: int
    facts: Facts
    next_item_number: int
    paper_cap_ms: int = PAPER_CAP_MS
    version: int = 0
    chosen_scene: str = "auto"
    message: Message | None = None
    notices: tuple[Message, ...] = ()
    undoable: tuple[Undoable, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return self.facts.items

    @property
    def live(self) -> Item | None:
        """The item that is on, live or paused."""
        return next((item for item in self.items if item.on_air), None)

    @property
    def pending(self) -> tuple[Item, ...]:
        """The items still to come, in the order in which `next` takes them."""
        return tuple(item for item in self.items if item.state == "pending")

    @property
    def phase(self) -> str:
        """idle, live, paused, between or finished (contract §4)."""
        live = self.live
        if live is not None:
            return live.state
        if not any(item.begun for item in self.items):
            return "idle"
        return "between" if self.pending else "finished"

    @property
    def scene(self) -> str:
        """The scene to show: the chosen one, or the one that fits what is on."""
        if self.chosen_scene != "auto":
            return self.chosen_scene
        live = self.live
        if live is None:
            return "maket"
        return "break" if live.kind == "break" else "speaker"

    def message_at(self, now_ms: int) -> Message | None:
        """What is said to all at that time."""
        message = self.message
        return message if message is not None and stands(message, None, now_ms) else None

    @property
    def bin(self) -> tuple[Item, ...]:
        """The removed items that can be brought back, the last removed last."""
        return tuple(binned.item for binned in self.facts.bin)

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def place_in_bin(self, item_id: str) -> int:
        """The position to which a removed item would come back: behind what it stood behind, below what has begun.

        Raises StopIteration when it is not in the bin.
        """
        before = next(binned.before for binned in self.facts.bin if binned.item.id == item_id)
        stood = 1 + max((index for index, item in enumerate(self.items, 1) if item.id in before), default=0)
        return max(stood, self.first_free_position)

    def position(self, item_id: str) -> int:
        """Where the item stands, counted from 1. Raises StopIteration when there is none."""
        return next(index for index, item in enumerate(self.items, 1) if item.id == item_id)

    @property
    def first_free_position(self) -> int:
        """The lowest position that an item still to come may take: below everything that has begun."""
        return 1 + max((index for index, item in enumerate(self.items, 1) if item.begun), default=0)

    def forecast(self, now_ms: int) -> Forecast:
        return forecast(self.items, self.starts_at_ms, self.facts.baseline_end_at_ms, now_ms)


def new_order(
    starts_at_ms: int, items: Iterable[Mapping[str, Any]], *, paper_cap_ms: int = PAPER_CAP_MS
) -> RunningOrder:
    """A running order at version 0; `items` hold the plan's fields as `commands.item_fields` returns them."""
    made = tuple(
        Item(id=str(number), **_with_cap(fields, paper_cap_ms)) for number, fields in enumerate(items, start=1)
    )
    return RunningOrder(starts_at_ms, Facts(made, None), len(made) + 1, paper_cap_ms)


def _with_cap(fields: Mapping[str, Any], paper_cap_ms: int) -> dict[str, Any]:
    """A paper for which no cap was given, or null, has the conference's (the plan, IV.2)."""
    if fields["kind"] == "paper" and fields.get("cap_ms") is None:
        return {**fields, "cap_ms": paper_cap_ms}
    return dict(fields)


# ---- deciding -------------------------------------------------------------------------------------------------------


def decide(order: RunningOrder, command: c.Command, now_ms: int) -> tuple[e.Event, ...]:
    """What the command makes happen at `now_ms`. Raises InvalidTransition when it is not legal in this state."""
    reason = refusal(order, command)
    if reason is not None:
        raise InvalidTransition(reason)
    live = order.live
    match command:
        case c.Start(item_id=item_id):
            return _started(order, item_id, now_ms)
        case c.Next(item_id=item_id):
            started = _started(order, item_id or order.pending[0].id, now_ms)
            return started if live is None else (e.ItemEnded(live.id, now_ms), *started)
        case c.Finish():
            assert live is not None
            return (e.ItemEnded(live.id, now_ms),)
        case c.Pause():
            assert live is not None
            return (e.ItemPaused(live.id, now_ms),)
        case c.Resume():
            assert live is not None
            return (e.ItemResumed(live.id, now_ms),)
        case c.AddTime(delta_ms=delta_ms, reason=why):
            assert live is not None
            total_ms = live.planned_ms + live.added_ms + delta_ms
            over_cap = delta_ms > 0 and live.cap_ms is not None and total_ms > live.cap_ms
            return (e.TimeAdded(live.id, delta_ms, why or (DEFAULT_OVER_CAP_REASON if over_cap else None), over_cap),)
        case c.Skip(item_id=item_id):
            return (e.ItemSkipped(item_id),)
        case c.Unskip(item_id=item_id):
            return (e.ItemUnskipped(item_id),)
        case c.Move(item_id=item_id, position=position, reason=why):
            return (e.ItemMoved(item_id, position, why),)
        case c.Insert(position=position, fields=fields):
            return (e.ItemInserted(str(order.next_item_number), position, _with_cap(fields, order.paper_cap_ms)),)
        case c.Edit(item_id=item_id, fields=fields):
            return (e.ItemEdited(item_id, dict(fields)),)
        case c.Remove(item_id=item_id):
            return (e.ItemRemoved(item_id),)
        case c.ReplacePending(items=items):
            whole = (item if "item_id" in item else _with_cap(item, order.paper_cap_ms) for item in items)
            return (e.PendingReplaced(replacing.numbered(order, list(whole))),)
        case c.Restore(item_id=item_id, position=wanted):
            return (e.ItemRestored(item_id, wanted or order.place_in_bin(item_id)),)
        case c.SetLengths(lengths=lengths):
            return (e.LengthsSet(dict(lengths)),)
        case c.Compress(end_at_ms=end_at_ms, floors=floors):
            return (e.OrderCompressed(end_at_ms, dict(compress.decided(order, end_at_ms, floors, now_ms))),)
        case c.Undo():
            last = order.undoable[-1]
            return (e.CommandUndone(last.name, last.at_ms),)
        case c.SetScene(scene=scene):
            return (e.SceneSet(scene),)
        case c.SetMessage(text=text, to=to, for_ms=for_ms):
            return (e.MessageSet(text, to, now_ms, now_ms + for_ms if text and for_ms is not None else None),)
        case c.SetPlan(starts_at_ms=starts_at_ms, paper_cap_ms=paper_cap_ms):
            return (e.PlanSet(_or(starts_at_ms, order.starts_at_ms), _or(paper_cap_ms, order.paper_cap_ms)),)
    raise AssertionError(f"no decision for {command!r}")


def _started(order: RunningOrder, item_id: str, now_ms: int) -> tuple[e.Event, ...]:
    """A break that starts late is shortened with the same press, as the forecast said all along."""
    item = _the(_freeze_plan(order), item_id)
    absorbed_ms = item.planned_ms - expected_length_ms(item, item.baseline_start_at_ms, now_ms)
    if not absorbed_ms:
        return (e.ItemStarted(item_id, now_ms),)
    return (e.ItemStarted(item_id, now_ms), e.TimeAdded(item_id, -absorbed_ms, ABSORBED_REASON, over_cap=False))


# ---- evolving -------------------------------------------------------------------------------------------------------


def apply(order: RunningOrder, name: str, at_ms: int, happened: Iterable[e.Event]) -> RunningOrder:
    """The order after one accepted command: its events, one more version, and what undo will need."""
    after = order
    for event in happened:
        after = evolve(after, event)
    if name not in NOT_UNDOABLE:
        after = replace(after, undoable=(*after.undoable, _undoable(order, name, at_ms)))
    return replace(after, version=order.version + 1)


def evolve(order: RunningOrder, event: e.Event) -> RunningOrder:
    """The order after one event. Total over what `decide` returns; a log that holds anything else is corrupt."""
    match event:
        case e.ItemStarted(item_id=item_id, at_ms=at_ms):
            return _change(_freeze_plan(order), item_id, state="live", started_at_ms=at_ms)
        case e.ItemEnded(item_id=item_id, at_ms=at_ms):
            return _end(order, item_id, at_ms)
        case e.ItemPaused(item_id=item_id, at_ms=at_ms):
            return _change(order, item_id, state="paused", paused_at_ms=at_ms)
        case e.ItemResumed(item_id=item_id, at_ms=at_ms):
            return _change(order, item_id, state="live", **_pause_closed(_the(order, item_id), at_ms))
        case e.TimeAdded(item_id=item_id, delta_ms=delta_ms):
            return _change(order, item_id, added_ms=_the(order, item_id).added_ms + delta_ms)
        case e.ItemSkipped(item_id=item_id):
            return _change(order, item_id, state="skipped")
        case e.ItemUnskipped(item_id=item_id):
            return _change(order, item_id, state="pending")
        case e.ItemMoved(item_id=item_id, position=position):
            moved = _the(order, item_id)
            rest = list(_without(order, moved).items)
            rest.insert(position - 1, moved)
            return _with_items(order, rest)
        case e.ItemInserted(item_id=item_id, position=position, fields=fields):
            items = list(order.items)
            items.insert(position - 1, Item(id=item_id, **fields))
            return replace(_with_items(order, items), next_item_number=int(item_id) + 1)
        case e.ItemEdited(item_id=item_id, fields=fields):
            return _change(order, item_id, **fields)
        case e.ItemRemoved(item_id=item_id):
            return _binned(order, _the(order, item_id))
        case e.PendingReplaced(items=listed):
            for gone in replacing.left_out(order, listed):
                order = _binned(order, gone)
            return replacing.replaced(order, listed)
        case e.ItemRestored(item_id=item_id, position=position):
            return _restored(order, item_id, position)
        case e.LengthsSet(lengths=lengths) | e.OrderCompressed(lengths=lengths):
            return _with_items(
                order, (replace(item, planned_ms=lengths.get(item.id, item.planned_ms)) for item in order.items)
            )
        case e.CommandUndone():
            return _undone(order, order.undoable[-1])
        case e.SceneSet(scene=scene):
            return replace(order, chosen_scene=scene)
        case e.MessageSet():
            return _say(order, event)
        case e.PlanSet(starts_at_ms=starts_at_ms, paper_cap_ms=paper_cap_ms):
            return _replanned(order, starts_at_ms, paper_cap_ms)
    raise AssertionError(f"unknown event {event!r}")


def _say(order: RunningOrder, said: e.MessageSet) -> RunningOrder:
    """A new text takes the place of the last one to the same; an empty one leaves none."""
    if said.to == ALL:
        return replace(order, message=Message(said.text, said.at_ms, said.until_at_ms) if said.text else None)
    others = tuple(notice for notice in order.notices if notice.to != said.to)
    if not said.text:
        return replace(order, notices=others)
    on_air = order.live.id if order.live is not None else None
    return replace(order, notices=(*others, Message(said.text, said.at_ms, said.until_at_ms, said.to, on_air)))


def _undoable(before: RunningOrder, name: str, at_ms: int) -> Undoable:
    return Undoable(name, at_ms, before.facts, before.starts_at_ms, before.paper_cap_ms)


def _undone(order: RunningOrder, last: Undoable) -> RunningOrder:
    return replace(
        order,
        facts=last.before,
        starts_at_ms=last.starts_at_ms,
        paper_cap_ms=last.paper_cap_ms,
        undoable=order.undoable[:-1],
    )


def fold(start: RunningOrder, log: Iterable[tuple[str, int, Iterable[e.Event]]]) -> RunningOrder:
    """The state after a log of (command name, at_ms, events), from the order at version 0."""
    order = start
    for name, at_ms, happened in log:
        order = apply(order, name, at_ms, happened)
    return order


def _the(order: RunningOrder, item_id: str) -> Item:
    item = order.item(item_id)
    if item is None:
        raise AssertionError(f"the log speaks of an item that is not there: {item_id}")
    return item


def _with_items(order: RunningOrder, items: Iterable[Item]) -> RunningOrder:
    return replace(order, facts=replace(order.facts, items=tuple(items)))


def _without(order: RunningOrder, gone: Item) -> RunningOrder:
    return _with_items(order, (item for item in order.items if item.id != gone.id))


def _binned(order: RunningOrder, gone: Item) -> RunningOrder:
    ahead = {item.id for item in order.items[: order.position(gone.id) - 1]}
    ahead |= {binned.item.id for binned in order.facts.bin if gone.id not in binned.before}
    left = _without(order, gone)
    return replace(left, facts=replace(left.facts, bin=(*left.facts.bin, Binned(gone, frozenset(ahead)))))


def _restored(order: RunningOrder, item_id: str, position: int) -> RunningOrder:
    back = next(binned.item for binned in order.facts.bin if binned.item.id == item_id)
    items = list(order.items)
    items.insert(position - 1, back)
    left = tuple(binned for binned in order.facts.bin if binned.item.id != item_id)
    return replace(order, facts=replace(order.facts, items=tuple(items), bin=left))


def _change(order: RunningOrder, item_id: str, **fields: Any) -> RunningOrder:
    changed = replace(_the(order, item_id), **fields)
    return _with_items(order, (changed if item.id == item_id else item for item in order.items))


def _or(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given


def _replanned(order: RunningOrder, starts_at_ms: int, paper_cap_ms: int) -> RunningOrder:
    shift_ms = starts_at_ms - order.starts_at_ms
    items = (replanned(item, shift_ms, order.paper_cap_ms, paper_cap_ms) for item in order.items)
    return replace(_with_items(order, items), starts_at_ms=starts_at_ms, paper_cap_ms=paper_cap_ms)


def _pause_closed(item: Item, at_ms: int) -> dict[str, Any]:
    """The facts of a clock whose pause, if it is in one, ends at `at_ms`; a clock set back adds nothing."""
    if item.paused_at_ms is None:
        return {}
    return {"paused_at_ms": None, "paused_total_ms": item.paused_total_ms + max(0, at_ms - item.paused_at_ms)}


def _end(order: RunningOrder, item_id: str, at_ms: int) -> RunningOrder:
    item = _the(order, item_id)
    closed = _pause_closed(item, at_ms)
    paused_total_ms = closed.get("paused_total_ms", item.paused_total_ms)
    earliest_ms = (item.started_at_ms or 0) + paused_total_ms
    return _change(order, item_id, state="done", ended_at_ms=max(at_ms, earliest_ms), **closed)


def _freeze_plan(order: RunningOrder) -> RunningOrder:
    """The first start turns the plan into the baseline that everything later is measured against."""
    if order.facts.baseline_end_at_ms is not None:
        return order
    starts, end_at_ms = plan(order.items, order.starts_at_ms)
    items = tuple(replace(item, baseline_start_at_ms=start) for item, start in zip(order.items, starts, strict=True))
    return replace(order, facts=replace(order.facts, items=items, baseline_end_at_ms=end_at_ms))


def is_late(order: RunningOrder, happened_at_ms: int) -> bool:
    """Whether a room that was present only from that instant missed the opening.

    The opening is the first item that is more than a technical check; as long as it has not begun nobody is late.
    """
    opening = next((item for item in order.items if item.kind != "technical_check" and item.state != "skipped"), None)
    return opening is not None and opening.started_at_ms is not None and happened_at_ms > opening.started_at_ms
