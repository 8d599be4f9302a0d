"""The running order as a file: XLSX, CSV, JSON, iCalendar, and PDF in the style of official documents."""

import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any, Final

from giaoban.documents import typeset
from giaoban.documents.calendar import Entry, calendar
from giaoban.documents.workbook import TEXT, TIME, Cell, Column, Sheet, in_minutes, venue_time, workbook
from giaoban.domain.items import Item
from giaoban.domain.order_table import COLUMNS, Row, rows, table
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.spreadsheets import as_csv
from giaoban.domain.timer import ItemTimes
from giaoban.models import Conference
from giaoban.models.conference import endpoint_names
from giaoban.services.conferences import conference_json
from giaoban.services.ports import Clock
from giaoban.services.programme import label, paper_numbers, programme
from giaoban.services.running_order import RunningOrders
from giaoban.services.snapshot import running_order_json
from giaoban.threads import while_others_go_on

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Width in characters and form of each column of COLUMNS; the wide ones wrap.
_WIDTHS: Final = (5, 8, 8, 18, 34, 70, 14, 12, 12, 16, 9)
_FORMS: Final = {"Giờ": TIME, "Không sớm hơn": TIME, "Điểm cầu (mã)": TEXT, "Mã mục": TEXT}
_WIDE: Final = ("Đơn vị / người trình bày", "Nội dung")


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out."""

    name: str
    mimetype: str
    data: bytes


class Documents:
    """Files of a conference's running order, as it stands now."""

    def __init__(self, clock: Clock, running_order: RunningOrders) -> None:
        self._clock = clock
        self._running_order = running_order
        self._forms: dict[str, tuple[str, Callable[[Conference, RunningOrder, int], bytes]]] = {
            "xlsx": (XLSX, _xlsx),
            "csv": ("text/csv", _csv),
            "json": ("application/json", _json),
            "ics": ("text/calendar", _ics),
            "pdf": ("application/pdf", _pdf),
        }

    def running_order(self, conference: Conference, form: str) -> File:
        """The file in that form, one of xlsx, csv, json, ics and pdf."""
        mimetype, make = self._forms[form]
        data = make(conference, self._running_order.load(conference), self._clock.now_ms())
        return File(f"chuong-trinh-{conference.slug}.{form}", mimetype, data)

    def programme(self, conference: Conference) -> dict[str, Any]:
        """What the PDF says, for the page that is printed from a browser."""
        order = self._running_order.load(conference)
        return programme(conference, order, endpoint_names(conference.id), self._clock.now_ms())


def _pdf(conference: Conference, order: RunningOrder, now_ms: int) -> bytes:
    data = programme(conference, order, endpoint_names(conference.id), now_ms)
    return typeset.pdf("running_order.typ", data, now_ms)


def _json(conference: Conference, order: RunningOrder, now_ms: int) -> bytes:
    whole = {"conference": conference_json(conference), **running_order_json(order, now_ms)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _rows(order: RunningOrder, now_ms: int) -> list[Row]:
    return rows(order.items, order.forecast(now_ms).times)


def _csv(conference: Conference, order: RunningOrder, now_ms: int) -> bytes:
    return as_csv(table(_rows(order, now_ms), conference.timezone, conference.starts_at_ms))


# ---- workbook


def _xlsx(conference: Conference, order: RunningOrder, now_ms: int) -> bytes:
    columns = [
        Column(head, width, _FORMS.get(head, "General"), wide=head in _WIDE)
        for head, width in zip(COLUMNS, _WIDTHS, strict=True)
    ]

    def instant(at_ms: int | None) -> Cell:
        return venue_time(at_ms, conference.timezone, conference.starts_at_ms)

    def cells(row: Row) -> list[Cell]:
        named = zip(Row.__slots__, astuple(row), strict=True)
        return [_cell(name, value, instant) for name, value in named]

    sheet = Sheet("Chương trình", columns, [cells(row) for row in _rows(order, now_ms)])
    return while_others_go_on(workbook, [sheet], conference.title, now_ms)


def _cell(name: str, value: Any, instant: Callable[[int | None], Cell]) -> Cell:
    if name.endswith("at_ms"):
        return instant(value)
    if name.endswith("_ms"):
        return in_minutes(value)
    return value or None if isinstance(value, str) else value


# ---- calendar


def _ics(conference: Conference, order: RunningOrder, now_ms: int) -> bytes:
    rooms, numbers = endpoint_names(conference.id), paper_numbers(order)
    entries = [
        _entry(conference, item, times, rooms, numbers)
        for item, times in zip(order.items, order.forecast(now_ms).times, strict=True)
    ]
    return calendar([entry for entry in entries if entry], conference.title, conference.timezone, order.version, now_ms)


def _entry(
    conference: Conference, item: Item, times: ItemTimes, rooms: dict[str, str], numbers: dict[str, int]
) -> Entry | None:
    """When the item is expected, or was; a skipped one is cancelled where it was planned. None for no time at all."""
    begins_at_ms = times.expected_start_at_ms or times.planned_start_at_ms
    if begins_at_ms is None:
        return None
    ends_at_ms = times.expected_end_at_ms or begins_at_ms + item.planned_ms
    unit = speaker_parts(item.speaker)[1] if item.kind == "paper" else ""
    return Entry(
        uid=f"{conference.slug}.{item.id}@giaoban",
        begins_at_ms=begins_at_ms,
        ends_at_ms=ends_at_ms,
        summary=f"{label(item, numbers)}: {unit}" if unit else item.title,
        description="\n".join(part for part in (item.title if unit else "", item.speaker or "") if part),
        location=rooms.get(item.endpoint_code or "", ""),
        cancelled=item.state == "skipped",
    )
