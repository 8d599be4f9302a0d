"""The running order of one conference: its state, what is legal in it, and what each command does to it.

Pure in every respect: `decide(order, command, now_ms)` says what happens, `apply(order, …)` makes it so, `fold` replays
a log. The same `refusal` answers for the server and for the buttons on a console.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from giaoban.domain import commands as c
from giaoban.domain import events as e
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.items import PAPER_CAP_MS, Item
from giaoban.domain.timer import Forecast, forecast, plan

NOT_UNDOABLE: Final = frozenset({"undo", "set_scene", "set_message"})
DEFAULT_OVER_CAP_REASON: Final = "Chủ tọa cho phép"


@dataclass(frozen=True, slots=True)
class Facts:
    """What undo takes back: the items with their clocks, and the frozen plan's end (None before the first start)."""

    items: tuple[Item, ...]
    baseline_end_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Undoable:
    """One accepted command and the facts from before it."""

    name: str
    at_ms: int
    before: Facts


@dataclass(frozen=True, slots=True)
class Message:
    """A text shown to everybody; `at_ms` is when it was set."""

    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """The whole state after `version` accepted commands. `next_item_number` names inserted items, never going back."""

    starts_at_ms: int
    facts: Facts
    next_item_number: int
    paper_cap_ms: int = PAPER_CAP_MS
    version: int = 0
    chosen_scene: str = "auto"
    message: Message | None = None
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

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

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


# ---- legality -------------------------------------------------------------------------------------------------------

_ABSENT = "Không còn mục này trong chương trình."
_NOTHING_ON = "Chưa có mục nào đang diễn ra."


def refusal(order: RunningOrder, command: c.Command) -> str | None:
    """Why the command is not legal in this state, as a Vietnamese sentence; None when it is legal."""
    item_id: str | None = getattr(command, "item_id", None)
    item = None if item_id is None else order.item(item_id)
    if item_id is not None and item is None:
        return _ABSENT
    live = order.live
    match command:
        case c.Start():
            assert item is not None
            if live is not None:
                return "Đang có một mục diễn ra. Xin kết thúc mục đó trước, hoặc bấm Tiếp theo."
            return _unless_pending(item)
        case c.Next():
            if item is not None:
                return _unless_pending(item)
            return None if order.pending else "Không còn mục nào chờ ở phía sau."
        case c.Finish():
            return None if live is not None else _NOTHING_ON
        case c.Pause():
            if live is None:
                return _NOTHING_ON
            return "Đồng hồ đã tạm dừng rồi." if live.state == "paused" else None
        case c.Resume():
            if live is None:
                return _NOTHING_ON
            return "Đồng hồ đang chạy, không cần tiếp tục." if live.state == "live" else None
        case c.AddTime(delta_ms=delta_ms):
            if live is None:
                return _NOTHING_ON
            too_short = live.planned_ms + live.added_ms + delta_ms < 0
            return "Không bớt được nữa: thời lượng sẽ xuống dưới 0." if too_short else None
        case c.Skip():
            assert item is not None
            return _unless_pending(item)
        case c.Unskip():
            assert item is not None
            return None if item.state == "skipped" else "Mục này không ở trạng thái bỏ qua."
        case c.Move(position=position):
            assert item is not None
            return _unless_pending(item) or _unless_free(_without(order, item), position)
        case c.Insert(position=position):
            return _unless_free(order, position)
        case c.Edit(fields=fields):
            assert item is not None
            if item.state != "pending" and any(key in c.LENGTH_FIELDS for key in fields):
                return "Chỉ đổi được thời lượng của mục đang chờ; với mục đang diễn ra, xin dùng Thêm hoặc Bớt phút."
            return None
        case c.Remove():
            assert item is not None
            return None if item.state in ("pending", "skipped") else "Mục đã bắt đầu thì không gỡ được."
        case c.Undo():
            return None if order.undoable else "Không còn lệnh nào để hoàn tác."
        case _:
            return None


def _unless_pending(item: Item) -> str | None:
    return None if item.state == "pending" else "Mục này không còn ở trạng thái chờ."


def _unless_free(order: RunningOrder, position: int) -> str | None:
    """Why an item that is not in the order may not be put there; it may stand last at most."""
    if position < order.first_free_position:
        return "Không đặt được lên trên mục đã bắt đầu."
    return None if position <= len(order.items) + 1 else "Chương trình không có vị trí này."


@dataclass(frozen=True, slots=True)
class Legal:
    """What may be pressed now: `commands` need no item, `by_item` maps an item's id to its own commands.

    "add_time" stands for a minute more, `minute_less` for a minute less.
    """

    commands: frozenset[str]
    minute_less: bool
    by_item: Mapping[str, frozenset[str]]

    def item(self, item_id: str) -> frozenset[str]:
        return self.by_item.get(item_id, frozenset())


def legal(order: RunningOrder) -> Legal:
    """Every button's state, by the same rule that the server applies to the press.

    "move" for an item says that it may move at all, "edit" that its lengths may be edited too (texts always may).
    """
    general: list[c.Command] = [c.Next(), c.Finish(), c.Pause(), c.Resume(), c.AddTime(60_000), c.Undo()]
    by_item = {}
    for item in order.items:
        own: list[c.Command] = [
            c.Start(item.id),
            c.Skip(item.id),
            c.Unskip(item.id),
            c.Move(item.id, len(order.items)),
            c.Edit(item.id, {"planned_ms": item.planned_ms}),
            c.Remove(item.id),
        ]
        by_item[item.id] = frozenset(command.name for command in own if refusal(order, command) is None)
    commands = frozenset(command.name for command in general if refusal(order, command) is None)
    return Legal(commands, refusal(order, c.AddTime(-60_000)) is None, by_item)


# ---- deciding -------------------------------------------------------------------------------------------------------


def decide(order: RunningOrder, command: c.Command, now_ms: int) -> tuple[e.Event, ...]:
    """What the command makes happen at `now_ms`. Raises InvalidTransition when it is not legal in this state."""
    reason = refusal(order, command)
    if reason is not None:
        raise InvalidTransition(reason)
    live = order.live
    match command:
        case c.Start(item_id=item_id):
            return (e.ItemStarted(item_id, now_ms),)
        case c.Next(item_id=item_id):
            started = e.ItemStarted(item_id or order.pending[0].id, now_ms)
            return (started,) if live is None else (e.ItemEnded(live.id, now_ms), started)
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
        case c.Move(item_id=item_id, position=position):
            return (e.ItemMoved(item_id, position),)
        case c.Insert(position=position, fields=fields):
            return (e.ItemInserted(str(order.next_item_number), position, _with_cap(fields, order.paper_cap_ms)),)
        case c.Edit(item_id=item_id, fields=fields):
            return (e.ItemEdited(item_id, dict(fields)),)
        case c.Remove(item_id=item_id):
            return (e.ItemRemoved(item_id),)
        case c.Undo():
            last = order.undoable[-1]
            return (e.CommandUndone(last.name, last.at_ms),)
        case c.SetScene(scene=scene):
            return (e.SceneSet(scene),)
        case c.SetMessage(text=text, to=to):
            return (e.MessageSet(text, to, now_ms),)
    raise AssertionError(f"no decision for {command!r}")


# ---- evolving -------------------------------------------------------------------------------------------------------


def apply(order: RunningOrder, name: str, at_ms: int, happened: Iterable[e.Event]) -> RunningOrder:
    """The order after one accepted command: its events, one more version, and what undo will need."""
    after = order
    for event in happened:
        after = evolve(after, event)
    if name not in NOT_UNDOABLE:
        after = replace(after, undoable=(*after.undoable, Undoable(name, at_ms, order.facts)))
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
            return _without(order, _the(order, item_id))
        case e.CommandUndone():
            return replace(order, facts=order.undoable[-1].before, undoable=order.undoable[:-1])
        case e.SceneSet(scene=scene):
            return replace(order, chosen_scene=scene)
        case e.MessageSet(text=text, to=to, at_ms=at_ms):
            if to != "all":
                return order
            return replace(order, message=Message(text, at_ms) if text else None)
    raise AssertionError(f"unknown event {event!r}")


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


def _change(order: RunningOrder, item_id: str, **fields: Any) -> RunningOrder:
    changed = replace(_the(order, item_id), **fields)
    return _with_items(order, (changed if item.id == item_id else item for item in order.items))


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
    return replace(order, facts=Facts(items, end_at_ms))


def is_late(order: RunningOrder, happened_at_ms: int) -> bool:
    """Whether a room that was present only from that instant missed the opening.

    The opening is the first item that is more than a technical check; as long as it has not begun nobody is late.
    """
    opening = next((item for item in order.items if item.kind != "technical_check" and item.state != "skipped"), None)
    return opening is not None and opening.started_at_ms is not None and happened_at_ms > opening.started_at_ms
