"""Workbooks (XLSX): a table with a head that stays in sight, real times and numbers, and texts that stay texts."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from giaoban.domain.offsets import MINUTE_MS
from giaoban.domain.spreadsheets import runs

TEXT: Final = "@"  # what is typed into such a cell stays as typed: codes keep their zeros
WHOLE: Final = "0"
TIME: Final = "hh:mm"
DATE_AND_TIME: Final = "dd/mm/yyyy hh:mm"

_THIN: Final = Side(style="thin", color="FF808080")
_LINES: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD: Final = PatternFill("solid", fgColor="FFE8E8E8")

Cell = str | int | float | date | time | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its head, its width in characters and the form of its cells; `wide` ones wrap, others are centred."""

    head: str
    width: float
    form: str = "General"
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows hold a value a column. Printed on A4, in as many pages as it is long but one wide."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    landscape: bool = True


def venue_time(at_ms: int | None, zone: str, day_of_ms: int) -> datetime | time | None:
    """An instant for a cell: a time of day, as it is typed in; with its date only on another day than `day_of_ms`."""
    if at_ms is None:
        return None
    at, first = (datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).replace(tzinfo=None) for ms in (at_ms, day_of_ms))
    return at.time() if at.date() == first.date() else at


def in_minutes(ms: int | None) -> int | float | None:
    """A length for a cell, in minutes."""
    if ms is None:
        return None
    return ms // MINUTE_MS if ms % MINUTE_MS == 0 else ms / MINUTE_MS


def workbook(sheets: Sequence[Sheet], title: str, made_at_ms: int) -> bytes:
    """The file with those sheets. Texts are never formulas, whatever they begin with."""
    book = Workbook()
    book.remove(book.worksheets[0])
    made_at = datetime.fromtimestamp(made_at_ms / 1000, UTC).replace(tzinfo=None)
    book.properties.title, book.properties.creator = title, "giaoban"
    book.properties.created = book.properties.modified = made_at
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet, title)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(page: Any, sheet: Sheet, title: str) -> None:
    for at, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(at)].width = column.width
        head = _write(page.cell(1, at), column.head)
        head.font, head.fill, head.border = Font(bold=True), _HEAD, _LINES
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for row_at, row in enumerate(sheet.rows, 2):
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=True), 1):
            cell = _write(page.cell(row_at, at), value)
            cell.number_format = DATE_AND_TIME if isinstance(value, datetime) else column.form
            cell.border = _LINES
            cell.alignment = Alignment(
                horizontal="left" if column.wide else "center", vertical="top", wrap_text=column.wide
            )
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.5  # inches
    page.oddHeader.center.text = title.replace("&", "&&")[:200]
    page.oddFooter.center.text = "Trang &P/&N"


def _write(cell: Any, value: Cell) -> Any:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would take one that begins with = for a formula, and #N/A for an error
        if runs(value):
            cell.style = "Normal"
            cell._style.quotePrefix = 1  # stays a text also when somebody edits the cell
    return cell
