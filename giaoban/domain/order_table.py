"""The running order as the table that people exchange: the same columns in every file, out and in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Final

from giaoban.domain.items import KIND_WORDS, Item
from giaoban.domain.offsets import MINUTE_MS
from giaoban.domain.timer import ItemTimes
from giaoban.domain.times import clock, clock_s, day

COLUMNS: Final = (
    "TT",
    "Giờ",
    "Phút",
    "Loại",
    "Đơn vị / người trình bày",
    "Nội dung",
    "Điểm cầu (mã)",
    "Tối đa (phút)",
    "Ít nhất (phút)",
    "Không sớm hơn",
    "Mã mục",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One item, its values in the order of COLUMNS. Instants are ms since the epoch, lengths ms.

    `at_ms` is when it is planned to begin; of an item that came later, when it is expected to; None when neither is
    known.
    """

    number: int
    at_ms: int | None
    planned_ms: int
    kind: str
    speaker: str
    title: str
    endpoint_code: str
    cap_ms: int | None
    min_ms: int | None
    not_before_at_ms: int | None
    item_id: str


def rows(items: Iterable[Item], times: Iterable[ItemTimes]) -> list[Row]:
    """One row an item, in order; `times` are those of the forecast."""
    return [
        Row(
            number=number,
            at_ms=at.expected_start_at_ms if at.planned_start_at_ms is None else at.planned_start_at_ms,
            planned_ms=item.planned_ms,
            kind=KIND_WORDS[item.kind],
            speaker=item.speaker or "",
            title=item.title,
            endpoint_code=item.endpoint_code or "",
            cap_ms=item.cap_ms,
            min_ms=item.min_ms,
            not_before_at_ms=item.not_before_at_ms,
            item_id=item.id,
        )
        for number, (item, at) in enumerate(zip(items, times, strict=True), 1)
    ]


def as_texts(row: Row, zone: str, starts_at_ms: int) -> list[str]:
    """The row in words, for files of texts. An instant on another day than the conference's has its date."""
    first_day = day(starts_at_ms, zone)
    cells = []
    for field in fields(row):
        value = getattr(row, field.name)
        if value is None:
            cells.append("")
        elif field.name.endswith("at_ms"):
            on, at = day(value, zone), clock_s(value, zone) if value % MINUTE_MS else clock(value, zone)
            cells.append(at if on == first_day else f"{at} {on}")
        elif field.name.endswith("_ms"):
            cells.append(minutes(value))
        else:
            cells.append(str(value))
    return cells


def minutes(ms: int) -> str:
    """A length in minutes, "10"; with seconds, and thousandths, only when there are some: "7:30", "7:30.250".

    Never a decimal: half the spreadsheets of the country take its comma, or its point, for a thousand's.
    """
    whole, rest = divmod(ms, MINUTE_MS)
    if not rest:
        return str(whole)
    seconds, thousandths = divmod(rest, 1000)
    return f"{whole}:{seconds:02d}" + (f".{thousandths:03d}" if thousandths else "")


def table(all_rows: Sequence[Row], zone: str, starts_at_ms: int) -> list[Sequence[str]]:
    """Head and rows in words."""
    return [COLUMNS, *(as_texts(row, zone, starts_at_ms) for row in all_rows)]
