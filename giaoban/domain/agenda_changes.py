"""What a read table would change in a running order: matched with what is there, shown side by side, as one command."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from giaoban.domain.agenda_cells import DAY_S
from giaoban.domain.agenda_matching import matches
from giaoban.domain.agenda_table import Choices, Problem, ReadItem, ReadTable
from giaoban.domain.commands import LENGTH_FIELDS, ReplacePending, item_fields
from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import tidy
from giaoban.domain.items import Item
from giaoban.domain.replacing import still_to_come
from giaoban.domain.room_names import RoomNames
from giaoban.domain.running_order import RunningOrder, apply, decide

Status = Literal["new", "changed", "same", "held", "begun", "bad", "gone"]
_BACK_S: Final = 6 * 3600  # so far back a time of day belongs to the next day


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a preview. "held" is an item that stays as it is because its row is bad, "begun" one that cannot
    change any more, "bad" a row that will not come in, "gone" an item that the table does not have.

    `changes` are (key of the item, old, new); `at_ms` and `was_at_ms` when it begins after and before.
    """

    status: Status
    before: Item | None
    after: Item | None
    row: int | None = None
    read: ReadItem | None = None
    changes: tuple[tuple[str, Any, Any], ...] = ()
    moved: bool = False
    at_ms: int | None = None
    was_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """A table against an order: `command` does it (None: nothing would change, or nothing is left)."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    command: ReplacePending | None
    before: RunningOrder
    after: RunningOrder
    now_ms: int
    counts: Mapping[str, int] = field(default_factory=dict)


def changes(
    order: RunningOrder,
    table: ReadTable,
    choices: Choices,
    rooms: RoomNames,
    *,
    zone: str,
    now_ms: int,
) -> Changes:
    """What importing the table would do to the order at `now_ms`; rows with problems stay out of it."""
    items = _pinned([*table.items], order, choices, zone)
    found = matches(order.items, items, kinds_told="kind" in choices.columns)
    ahead = still_to_come(order)
    entries: list[dict[str, Any]] = []
    drafts: list[tuple[Status, ReadItem, Item | None]] = []
    notes: list[str] = []
    problems: list[Problem] = []
    for item in items:
        known = found.get(item.row)
        entry: dict[str, Any] | None = None
        if known is not None and known.id not in ahead:
            drafts.append(("begun", item, known))
            continue
        if not item.problems:
            item, entry = _entry(item, known, choices, rooms)
        problems.extend(item.problems)
        if entry is None and known is not None:
            entry = {"item_id": known.id}
            drafts.append(("held", item, known))
        elif entry is None:
            drafts.append(("bad", item, None))
        else:
            drafts.append(("new" if known is None else "same", item, known))
        if entry is not None:
            entries.append(entry)
    kept = {entry["item_id"] for entry in entries if "item_id" in entry}
    same_order = [item_id for item_id in ahead if item_id in kept] == [entry.get("item_id") for entry in entries]
    idle = same_order and len(kept) == len(ahead) and all(len(entry) == 1 for entry in entries)
    command = None if idle or not entries else ReplacePending(tuple(entries))
    after = order
    if command is not None:
        after = apply(order, command.name, now_ms, decide(order, command, now_ms))
    lines = _lines(order, after if entries else order, drafts, ahead, kept, now_ms)
    notes += _notes(order, table, items, drafts, zone)
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.status] = counts.get(line.status, 0) + 1
    counts["moved"] = sum(line.moved for line in lines)
    return Changes(tuple(lines), tuple(problems), tuple(notes), command, order, after, now_ms, counts)


# ---- one row against one item


def _entry(
    item: ReadItem, known: Item | None, choices: Choices, rooms: RoomNames
) -> tuple[ReadItem, dict[str, Any] | None]:
    """The row's part of the command; None with a problem on the row when it cannot come in."""
    fields = dict(item.fields)
    try:
        if known is None:
            if "planned_ms" not in fields:
                column = choices.columns.get("planned", choices.columns.get("start"))
                return item.with_problem(column, "chưa rõ thời lượng"), None
            if "endpoint" not in choices.columns and fields["kind"] == "paper" and fields.get("speaker"):
                fields["endpoint_code"] = rooms.of_speaker(fields["speaker"])
            return item, item_fields(fields, whole=True)
        if not item.kind_told:
            fields.pop("kind")
        changed = {key: value for key, value in fields.items() if not _alike(getattr(known, key), value)}
        if known.state != "pending":
            changed = {key: value for key, value in changed.items() if key not in LENGTH_FIELDS}
        return item, {"item_id": known.id, **(item_fields(changed, whole=False) if changed else {})}
    except InvalidInput as error:
        return item.with_problem(None, error.message), None


def _alike(old: Any, new: Any) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        return tidy(old) == tidy(new)
    return bool(old == new)


# ---- times


def _pinned(items: list[ReadItem], order: RunningOrder, choices: Choices, zone: str) -> list[ReadItem]:
    """The rows with `not_before_at_ms`: as told, or where the table's own times leave a gap that lengths cannot."""
    told = "not_before" in choices.columns
    gaps = not told and "planned" not in choices.columns
    starts = datetime.fromtimestamp(order.starts_at_ms / 1000, ZoneInfo(zone))
    day = starts.date()
    ends_s: int | None = None
    if order.phase == "idle":
        ends_s = starts.hour * 3600 + starts.minute * 60 + starts.second
    pinned = []
    for item in items:
        fields = dict(item.fields)
        if told:
            fields["not_before_at_ms"] = None
            if item.not_before is not None:
                on, at_s = item.not_before
                fields["not_before_at_ms"] = _at_ms(date.fromisoformat(on) if on else day, at_s, zone)
        elif gaps and item.from_s is not None:
            if ends_s is not None and item.from_s < ends_s % DAY_S - _BACK_S:
                day, ends_s = day + timedelta(days=1), 0
            if ends_s is not None and item.from_s >= ends_s + 60:
                fields["not_before_at_ms"] = _at_ms(day, item.from_s, zone)
            ends_s = item.from_s + fields.get("planned_ms", 0) // 1000
        pinned.append(replace(item, fields=fields))
    return pinned


def _at_ms(day: date, at_s: int, zone: str) -> int:
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    return round((midnight + timedelta(seconds=at_s)).timestamp() * 1000)


# ---- what is shown


def _lines(
    order: RunningOrder,
    after: RunningOrder,
    drafts: Sequence[tuple[Status, ReadItem, Item | None]],
    ahead: Mapping[str, Item],
    kept: set[str],
    now_ms: int,
) -> list[Line]:
    was_at, at = _begins(order, now_ms), _begins(after, now_ms)
    follows = iter([item for item in after.items if item.id in kept or order.item(item.id) is None])
    stays = _unmoved([known.id for _, _, known in drafts if known is not None and known.id in ahead], [*ahead])
    lines = []
    for status, read, known in drafts:
        if status in ("begun", "bad"):
            lines.append(Line(status, known, known, read.row, read))
            continue
        item = next(follows)
        changed: tuple[tuple[str, Any, Any], ...] = ()
        if known is not None:
            changed = tuple(
                (key, getattr(known, key), getattr(item, key))
                for key in Item.__slots__
                if getattr(known, key) != getattr(item, key)
            )
            if status == "same" and changed:
                status = "changed"
        moved = known is not None and known.id not in stays
        lines.append(
            Line(
                status,
                known,
                item,
                read.row,
                read,
                changed,
                moved,
                at.get(item.id),
                was_at.get(known.id) if known else None,
            )
        )
    gone = [item for item_id, item in ahead.items() if item_id not in kept] if kept or after is not order else []
    return [*lines, *(Line("gone", item, None, was_at_ms=was_at.get(item.id)) for item in gone)]


def _begins(order: RunningOrder, now_ms: int) -> dict[str, int]:
    """When each item begins: by the plan before the conference, by the forecast during it."""
    times = order.forecast(now_ms).times
    idle = order.phase == "idle"
    return {
        item.id: at
        for item, known in zip(order.items, times, strict=True)
        if (at := known.planned_start_at_ms if idle else known.expected_start_at_ms) is not None
    }


def _unmoved(now: Sequence[str], before: Sequence[str]) -> set[str]:
    """The ids that keep their order among each other, as many as can be: everything else was moved."""
    place = {item_id: index for index, item_id in enumerate(before)}
    tails: list[int] = []
    last: list[str] = []
    came_from: dict[str, str | None] = {}
    for item_id in now:
        at = bisect_left(tails, place[item_id])
        came_from[item_id] = last[at - 1] if at else None
        if at == len(tails):
            tails.append(place[item_id])
            last.append(item_id)
        else:
            tails[at], last[at] = place[item_id], item_id
    kept: set[str] = set()
    walk = last[-1] if last else None
    while walk is not None:
        kept.add(walk)
        walk = came_from[walk]
    return kept


def _notes(
    order: RunningOrder,
    table: ReadTable,
    items: Sequence[ReadItem],
    drafts: Sequence[tuple[Status, ReadItem, Item | None]],
    zone: str,
) -> list[str]:
    """Sentences about the table as a whole."""
    notes = []
    for rows, words in (
        (table.headings, "chỉ có chữ tiêu đề hoặc ghi chú, không thành mục"),
        (table.sums, "là dòng tổng cộng, không thành mục"),
        (table.hidden, "đang ẩn trong tệp nên không nhận"),
    ):
        if rows:
            notes.append(f"Dòng {row_ranges(rows)}: {words}.")
    begun = [item for status, item, _ in drafts if status == "begun"]
    if begun:
        notes.append(f"Dòng {row_ranges([item.row for item in begun])}: mục đã bắt đầu hoặc đã qua, giữ nguyên.")
    told = next((item.from_s for item in items if item.from_s is not None), None)
    if told is not None and order.phase == "idle":
        starts = datetime.fromtimestamp(order.starts_at_ms / 1000, ZoneInfo(zone))
        if abs(starts.hour * 3600 + starts.minute * 60 - told) >= 60:
            notes.append(
                f"Chương trình trong tệp bắt đầu lúc {told // 3600:02d}:{told // 60 % 60:02d}, "
                f"còn Hội nghị bắt đầu lúc {starts:%H:%M}."
            )
    lost = [item for item in items if item.item_id and order.item(item.item_id) is None and not item.problems]
    if lost:
        notes.append(
            f"Dòng {row_ranges([item.row for item in lost])}: mã mục không có trong chương trình này, "
            "tìm theo nội dung hoặc coi là mục mới."
        )
    return notes


def row_ranges(rows: Sequence[int]) -> str:
    """ "3, 5–8, 12" for the numbers of rows."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)
