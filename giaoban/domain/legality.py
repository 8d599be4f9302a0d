"""What is legal in a running order: one rule for the server that takes a press and for the buttons on a console."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from giaoban.domain import commands as c
from giaoban.domain import replacing
from giaoban.domain.items import KINDS, Item

if TYPE_CHECKING:
    from giaoban.domain.running_order import RunningOrder

_ABSENT = "Không còn mục này trong chương trình."
_NOTHING_ON = "Chưa có mục nào đang diễn ra."


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the rules ask of an order, looked up once: a console asks them of every item."""

    places: Mapping[str, tuple[int, Item]]
    live: Item | None
    first_free_position: int

    @classmethod
    def of(cls, order: "RunningOrder") -> "_Sight":
        places = {item.id: (position, item) for position, item in enumerate(order.items, 1)}
        return cls(places, order.live, order.first_free_position)

    def item(self, item_id: str) -> Item | None:
        return self.places[item_id][1] if item_id in self.places else None

    def unless_free(self, position: int, moving: str | None = None) -> str | None:
        """Why an item may not be put there that is not in the order, or leaves its place; it may stand last at most."""
        most, free = len(self.places) + 1, self.first_free_position
        if moving is not None:
            most -= 1
            free -= self.places[moving][0] < free
        if position < free:
            return "Không đặt được lên trên mục đã bắt đầu."
        return None if position <= most else "Chương trình không có vị trí này."


def refusal(order: "RunningOrder", command: c.Command) -> str | None:
    """Why the command is not legal in this state, as a Vietnamese sentence; None when it is legal."""
    return _refusal(order, command, _Sight.of(order))


def _refusal(order: "RunningOrder", command: c.Command, seen: _Sight) -> str | None:
    if isinstance(command, c.Restore):
        if not any(item.id == command.item_id for item in order.bin):
            return "Mục này không có trong số các mục đã xóa."
        return None if command.position is None else seen.unless_free(command.position)
    item_id: str | None = getattr(command, "item_id", None)
    item = None if item_id is None else seen.item(item_id)
    if item_id is not None and item is None:
        return _ABSENT
    live = seen.live
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
            return _unless_pending(item) or seen.unless_free(position, moving=item.id)
        case c.Insert(position=position):
            return seen.unless_free(position)
        case c.Edit(fields=fields):
            assert item is not None
            if item.state != "pending" and any(key in c.LENGTH_FIELDS for key in fields):
                return "Chỉ đổi được thời lượng của mục đang chờ; với mục đang diễn ra, xin dùng Thêm hoặc Bớt phút."
            return None
        case c.Remove():
            assert item is not None
            return None if item.state in ("pending", "skipped") else "Mục đã bắt đầu thì không gỡ được."
        case c.ReplacePending(items=items):
            return replacing.refusal(order, items)
        case c.SetLengths(lengths=lengths):
            return _unless_all_pending(seen, lengths)
        case c.Compress(floors=floors):
            if not order.pending:
                return "Không còn mục nào chờ để dồn."
            return _unless_all_pending(seen, (key for key in floors if key not in KINDS))
        case c.Undo():
            return None if order.undoable else "Không còn lệnh nào để hoàn tác."
        case c.SetPlan(starts_at_ms=starts_at_ms):
            begun = order.facts.baseline_end_at_ms is not None
            return (
                "Hội nghị đã bắt đầu, không dời giờ bắt đầu được nữa." if begun and starts_at_ms is not None else None
            )
        case _:
            return None


def _unless_pending(item: Item) -> str | None:
    return None if item.state == "pending" else "Mục này không còn ở trạng thái chờ."


def _unless_all_pending(seen: _Sight, item_ids: Iterable[str]) -> str | None:
    for item_id in item_ids:
        item = seen.item(item_id)
        if item is None:
            return _ABSENT
        if item.state != "pending":
            return f"Chỉ đổi được thời lượng của mục đang chờ, mà mục “{item.title}” không còn chờ."
    return None


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

    def without(self, names: Iterable[str]) -> "Legal":
        """The same where none of those commands is taken."""
        gone = frozenset(names)
        by_item = {item_id: own - gone for item_id, own in self.by_item.items()}
        return Legal(self.commands - gone, self.minute_less and "add_time" not in gone, by_item)


def legal(order: "RunningOrder") -> Legal:
    """Every button's state, by the same rule that the server applies to the press.

    "move" for an item says that it may move at all, "edit" that its lengths may be edited too (texts always may).
    """
    seen = _Sight.of(order)
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
        by_item[item.id] = frozenset(command.name for command in own if _refusal(order, command, seen) is None)
    commands = frozenset(command.name for command in general if _refusal(order, command, seen) is None)
    return Legal(commands, _refusal(order, c.AddTime(-60_000), seen) is None, by_item)
