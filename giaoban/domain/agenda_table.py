"""The rows of a table of a programme as items: what each says, and what about it cannot be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from giaoban.domain.agenda_cells import clock_s, clock_span, day_and_clock, kind_key, kind_of, length_ms, span_ms
from giaoban.domain.agenda_columns import body, head_key, heads
from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import FORMULA, Row, Sheet
from giaoban.domain.items import SPEAKER_LONGEST, TITLE_LONGEST
from giaoban.domain.room_names import RoomNames
from giaoban.domain.texts import fold_for_search

NONE: Final = "-"  # chosen for a name that is to stand for no endpoint
_SUMS: Final = ("tong", "tong cong", "tong so", "cong", "tong thoi gian", "total")
_KIND_TITLES: Final = ("break", "discussion", "conclusion", "closing", "opening", "technical_check")


@dataclass(frozen=True, slots=True)
class Choices:
    """How a table is to be read. `head` 0 is no row of heads; `columns` maps fields to columns.

    `rooms` says for names (as `room_key` writes them) which code is meant, or NONE; `kinds` the same for kinds.
    `default_ms` is the length of rows that tell none.
    """

    head: int
    columns: Mapping[str, int]
    hidden_too: bool = False
    default_ms: int | None = None
    rooms: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, as a sentence without its place; `column` None is the row as a whole.

    `unknown` is ("rooms" | "kinds", key) where somebody may say what the word stands for, `candidates` what it may
    mean.
    """

    row: int
    column: int | None
    sentence: str
    unknown: tuple[str, str] | None = None
    word: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One row that is an item. `fields` holds what it says by the keys of an item; a column that is not there says
    nothing, an empty cell None.

    `from_s` and `to_s` are times of day in seconds since midnight. `day` is the date of `not_before_s`, ISO, or None.
    """

    row: int
    fields: Mapping[str, Any]
    item_id: str = ""
    from_s: int | None = None
    to_s: int | None = None
    not_before: tuple[str | None, int] | None = None
    kind_told: bool = True
    problems: tuple[Problem, ...] = ()

    def with_problem(self, column: int | None, sentence: str) -> "ReadItem":
        return replace(self, problems=(*self.problems, Problem(self.row, column, sentence)))


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The items of a table, and what else there is to say about it: rows left out, by reason."""

    items: tuple[ReadItem, ...]
    headings: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()


def room_key(text: str) -> str:
    """How a choice names a word of the table."""
    return fold_for_search(text)[:80]


def read_table(sheet: Sheet, choices: Choices, rooms: RoomNames) -> ReadTable:
    """Every row below the head as an item with its problems. Raises nothing, whatever the cells hold."""
    reader = _Reader(sheet, choices, rooms)
    items: list[ReadItem] = []
    left: dict[str, list[int]] = {"heading": [], "sum": [], "hidden": []}
    seen: dict[str, int] = {}
    for row in body(sheet, choices.head):
        if not _says_something(row, choices):
            if any(text and column not in row.filled and not text.isdigit() for column, text in enumerate(row.cells)):
                left["heading"].append(row.number)  # the title of a part may stand in a column that is not used
            continue
        reason = "hidden" if row.hidden and not choices.hidden_too else reader.left_out(row)
        if reason:
            left[reason].append(row.number)
            continue
        item = reader.item(row)
        if item.item_id and item.item_id in seen:
            column = choices.columns.get("item_id")
            item = item.with_problem(column, f"mã mục {item.item_id} đã có ở dòng {seen[item.item_id]}")
        elif item.item_id:
            seen[item.item_id] = row.number
        items.append(item)
    lengths = _with_lengths(items, choices)
    return ReadTable(tuple(lengths), tuple(left["heading"]), tuple(left["sum"]), tuple(left["hidden"]))


def _says_something(row: Row, choices: Choices) -> bool:
    """Whether the row has a word of its own, in a column that counts."""
    return any(
        (row.cell(column) and column not in row.filled) or column in row.faults for column in choices.columns.values()
    )


class _Reader:
    """Reads rows of one table."""

    def __init__(self, sheet: Sheet, choices: Choices, rooms: RoomNames) -> None:
        self._choices = choices
        self._rooms = rooms
        self._columns = choices.columns
        words = [head_key(text) for text in heads(sheet, choices.head)]
        planned = choices.columns.get("planned")
        told_minutes = planned is not None and planned < len(words) and words[planned] == "phut"
        self._minutes_first = told_minutes and "item_id" in choices.columns  # a file that we made ourselves

    def left_out(self, row: Row) -> str:
        """ "heading" for the title of a part, "sum" for the last line of a table, else ""."""
        title = row.cell(self._columns.get("title"))
        own = [column for column, text in enumerate(row.cells) if text and column not in row.filled]
        first = next((row.cells[column] for column in own), "")
        if head_key(title or first) in _SUMS and not row.cell(self._columns.get("speaker")):
            return "sum"
        times = [name for name in ("planned", "start") if name in self._columns]
        if (
            times
            and len(own) == 1
            and not row.faults
            and not row.filled
            and own[0] not in [self._columns[name] for name in times]
        ):
            return "" if kind_of(first) in ("break",) else "heading"
        return ""

    def item(self, row: Row) -> ReadItem:
        problems: list[Problem] = []
        fields: dict[str, Any] = {}
        more: dict[str, Any] = {}

        def told(name: str, read: Any) -> Any:
            """The value of a field's cell as `read` makes it; None for an empty one, or a problem."""
            column = self._columns.get(name)
            if column is None:
                return None
            if column in row.faults:
                problems.append(Problem(row.number, column, _fault(row.faults[column])))
                return None
            text = row.cell(column)
            try:
                return read(text) if text else None
            except InvalidInput as error:
                problems.append(_placed(error, row.number, column))
                return None

        kind = told("kind", self._kind)
        title = told("title", lambda text: _short_enough(text, TITLE_LONGEST, "nội dung"))
        speaker = told("speaker", lambda text: _short_enough(text, SPEAKER_LONGEST, "tên đơn vị, người trình bày"))
        more["kind_told"] = kind is not None
        guessed = kind or kind_of(title or "") or "paper"
        wrong = {problem.column for problem in problems}
        if title is None and guessed in _KIND_TITLES and kind and self._columns.get("title") not in wrong:
            title = row.cell(self._columns["kind"])
        if title is None and self._columns.get("title") not in wrong:
            problems.append(Problem(row.number, self._columns.get("title"), "thiếu nội dung"))
        fields["kind"], fields["title"] = guessed, title or ""
        if "speaker" in self._columns:
            fields["speaker"] = speaker
        if "endpoint" in self._columns:
            fields["endpoint_code"] = told("endpoint", self._room)
        for name, key in (("cap", "cap_ms"), ("min", "min_ms")):
            if name in self._columns:
                fields[key] = told(name, self._optional_length if name == "min" else self._length)
        more["not_before"] = told("not_before", _instant)
        more["item_id"] = told("item_id", lambda text: text[:20]) or ""
        self._read_times(row, told, problems, fields, more)
        return ReadItem(row.number, fields, problems=tuple(problems), **more)

    def _read_times(
        self, row: Row, told: Any, problems: list[Problem], fields: dict[str, Any], more: dict[str, Any]
    ) -> None:
        """The length as told, and the times of day by which it may be computed."""
        merged = [name for name in ("planned", "start", "end") if self._columns.get(name) in row.filled]
        if merged:
            sentence = "ô thời gian gộp cho nhiều dòng. Xin ghi riêng cho từng dòng"
            problems.append(Problem(row.number, self._columns[merged[0]], sentence))
            return
        planned = told("planned", self._length)
        spans = [
            span
            for name in ("planned", "start")
            if name in self._columns and (span := clock_span(row.cell(self._columns[name]))) and span[1] is not None
        ]
        start = told("start", lambda text: clock_span(text) or (day_and_clock(text)[1], None))
        end = told("end", clock_s)
        if spans:
            more["from_s"], more["to_s"] = spans[0]
        elif start is not None:
            more["from_s"], more["to_s"] = start[0], end
        if planned is not None and not spans:
            fields["planned_ms"] = planned
        elif more.get("to_s") is not None:
            try:
                fields["planned_ms"] = span_ms(more["from_s"], more["to_s"])
            except InvalidInput as error:
                problems.append(Problem(row.number, self._columns.get("end", self._columns.get("start")), str(error)))

    def _length(self, text: str) -> int:
        return length_ms(text, minutes_first=self._minutes_first)

    def _optional_length(self, text: str) -> int:
        return 0 if text in ("0", "0:00") else self._length(text)

    def _kind(self, text: str) -> str:
        kind = self._choices.kinds.get(kind_key(text)) or kind_of(text)
        if kind is None:
            raise InvalidInput(f"chưa rõ loại “{text[:60]}”", unknown=("kinds", kind_key(text)), word=text[:60])
        return kind

    def _room(self, text: str) -> str | None:
        chosen = self._choices.rooms.get(room_key(text))
        if chosen:
            return None if chosen == NONE else chosen
        found = self._rooms.find(text)
        if len(found) == 1:
            return found[0]
        sentence = (
            f"“{text[:60]}” có {len(found)} điểm cầu cùng tên"
            if found
            else f"không có điểm cầu nào tên là “{text[:60]}”"
        )
        raise InvalidInput(sentence, unknown=("rooms", room_key(text)), word=text[:60], candidates=tuple(found))


def _placed(error: InvalidInput, row: int, column: int) -> Problem:
    details = error.details
    return Problem(
        row, column, error.message, details.get("unknown"), details.get("word", ""), details.get("candidates", ())
    )


def _short_enough(text: str, longest: int, what: str) -> str:
    if len(text) > longest:
        raise InvalidInput(f"{what} dài {len(text)} ký tự, nhiều nhất {longest}")
    return text


def _instant(text: str) -> tuple[str | None, int]:
    on, at_s = day_and_clock(text)
    return (on.isoformat() if on else None), at_s


def _fault(fault: str) -> str:
    if fault == FORMULA:
        return "công thức chưa có kết quả. Xin mở tệp bằng Excel hoặc LibreOffice, lưu lại rồi nhập"
    return f"công thức báo lỗi {fault}"


def _with_lengths(items: Sequence[ReadItem], choices: Choices) -> Iterator[ReadItem]:
    """Lengths that no cell tells, from when the next one begins, or as chosen for all."""
    for item, follows in zip(items, [*items[1:], None], strict=False):
        if "planned_ms" in item.fields or item.problems:
            yield item
            continue
        found = choices.default_ms
        if item.from_s is not None and follows is not None and follows.from_s is not None:
            try:
                found = span_ms(item.from_s, follows.from_s)
            except InvalidInput:
                column = choices.columns.get("start", choices.columns.get("planned"))
                yield item.with_problem(column, f"giờ bắt đầu không trước giờ của dòng {follows.row}")
                continue
        yield item if found is None else replace(item, fields={**item.fields, "planned_ms": found})
