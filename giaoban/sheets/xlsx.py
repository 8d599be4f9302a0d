"""XLSX as rows of texts, in one pass over the markup.

openpyxl knows either values or formulas, and nothing of merged cells and hidden rows unless it holds the whole workbook
in memory; here all four are needed at once, of files that anybody may send. So the markup streams through a handler
that keeps texts alone, within limits. What a number format means and how days are counted is openpyxl's knowledge.
"""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from posixpath import join, normpath
from typing import Any, Final
from xml.sax import ContentHandler
from zipfile import ZipFile

from defusedxml.expatreader import DefusedExpatParser
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_datetime, is_timedelta_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import FORMULA, Row, Sheet, tidy
from giaoban.sheets.limits import (
    COLUMNS_MOST,
    PART_MOST,
    SHEETS_MOST,
    TEXT_MOST,
    Budget,
    TooMuch,
    check_columns,
    check_rows,
)

_PIECE: Final = 64 * 1024
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MERGES_MOST: Final = 20_000


def read(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of a workbook, in its order. Raises InvalidInput, and anything at all for a damaged file."""
    with ZipFile(io.BytesIO(data)) as archive:
        _refuse_others(archive)
        book = _Workbook(archive)
        budget = Budget()
        return tuple(_sheet(book, name, path, hidden, budget) for name, path, hidden in book.sheets[:SHEETS_MOST])


def _refuse_others(archive: ZipFile) -> None:
    names = set(archive.namelist())
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise InvalidInput("Tệp có mật khẩu, không mở được. Xin bỏ mật khẩu rồi lưu lại.")
    if "word/document.xml" in names:
        raise InvalidInput("Đây là tệp Word, không phải bảng tính. Xin chép bảng sang Excel rồi lưu thành XLSX.")
    if "ppt/presentation.xml" in names:
        raise InvalidInput("Đây là tệp trình chiếu, không phải bảng tính.")
    if "xl/workbook.bin" in names:
        raise InvalidInput("Đây là tệp XLSB. Xin mở bằng Excel rồi lưu thành tệp XLSX.")
    if "content.xml" in names and "mimetype" in names:
        raise InvalidInput("Đây là tệp OpenDocument (ODS). Xin mở bằng LibreOffice rồi lưu thành tệp XLSX.")
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        raise InvalidInput("Đây là tệp nén ZIP, không phải bảng tính XLSX.")


class _Handler(ContentHandler):
    """Calls `begin(name, attributes)` and `end(name, text)` with names freed of their prefixes.

    The text is what stood directly in an element named in `texts`, cut to what a cell may hold.
    """

    def __init__(
        self,
        begin: Callable[[str, dict[str, str]], None] = lambda name, attributes: None,
        end: Callable[[str, str], None] = lambda name, text: None,
        texts: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self._begin, self._end, self._texts = begin, end, texts
        self._held: list[str] | None = None
        self._room = 0

    def startElement(self, name: str, attrs: Any) -> None:
        name = name.rpartition(":")[2]
        if name in self._texts:
            self._held, self._room = [], TEXT_MOST
        self._begin(name, {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def characters(self, content: str) -> None:
        if self._held is not None and self._room > 0:
            self._held.append(content[: self._room])
            self._room -= len(content)

    def endElement(self, name: str) -> None:
        name = name.rpartition(":")[2]
        text = ""
        if name in self._texts and self._held is not None:
            text, self._held = "".join(self._held), None
        self._end(name, text)


def _walk(archive: ZipFile, path: str, handler: _Handler) -> None:
    """Stream a part of the archive through the handler. Raises TooMuch, KeyError when there is no such part."""
    info = archive.getinfo(path)
    if info.file_size > PART_MOST:
        raise TooMuch("Tệp giải nén ra quá lớn.")
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    with archive.open(info) as part:  # reads no more than it says it holds
        while piece := part.read(_PIECE):
            parser.feed(piece)
    parser.close()


class _Workbook:
    """What all sheets share: names and places, shared texts, kinds of number formats, the first day."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.sheets: list[tuple[str, str, bool]] = []
        self.epoch = CALENDAR_WINDOWS_1900
        self.strings: list[str] = []
        self.formats: list[str] = []
        place = next(target for kind, target in self._relations("").values() if kind == "officeDocument")
        relations = self._relations(place)
        self._read_workbook(place, {key: target for key, (_, target) in relations.items()})
        for kind, target in relations.values():
            if kind == "sharedStrings":
                self._read_strings(target)
            elif kind == "styles":
                self._read_styles(target)

    def _relations(self, of: str) -> dict[str, tuple[str, str]]:
        """(kind, path) by id of what a part of the archive points at; `of` "" is the archive itself."""
        folder, _, name = of.rpartition("/")
        found: dict[str, tuple[str, str]] = {}

        def begin(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"]
                path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], path)

        _walk(self.archive, join(folder, "_rels", f"{name}.rels"), _Handler(begin))
        return found

    def _read_workbook(self, path: str, targets: dict[str, str]) -> None:
        def begin(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true", "on"):
                self.epoch = CALENDAR_MAC_1904
            elif tag == "sheet" and attributes.get("id") in targets:
                hidden = attributes.get("state", "visible") != "visible"
                self.sheets.append((tidy(attributes.get("name", "")), targets[attributes["id"]], hidden))

        _walk(self.archive, path, _Handler(begin))

    def _read_strings(self, path: str) -> None:
        parts: list[str] = []
        phonetic = False
        budget = Budget()

        def begin(tag: str, _attributes: dict[str, str]) -> None:
            nonlocal phonetic
            if tag == "si":
                budget.take()
                parts.clear()
            elif tag == "rPh":
                phonetic = True

        def end(tag: str, text: str) -> None:
            nonlocal phonetic
            if tag == "t" and not phonetic:
                parts.append(text)
            elif tag == "rPh":
                phonetic = False
            elif tag == "si":
                self.strings.append(_plain("".join(parts)))

        _walk(self.archive, path, _Handler(begin, end, frozenset({"t"})))

    def _read_styles(self, path: str) -> None:
        codes = dict(BUILTIN_FORMATS)
        of_cells = False

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal of_cells
            if tag == "numFmt":
                codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif tag == "cellXfs":
                of_cells = True
            elif tag == "xf" and of_cells:
                self.formats.append(_kind_of_number(codes.get(int(attributes.get("numFmtId", "0")), "General")))

        def end(tag: str, _text: str) -> None:
            nonlocal of_cells
            if tag == "cellXfs":
                of_cells = False

        _walk(self.archive, path, _Handler(begin, end))

    def text(self, kind: str, style: str, raw: str) -> str:
        """A cell's value as people read it: "10", "26/11/2021", "08:05:00" (hours first, as the seconds tell)."""
        if kind == "s":
            return self.strings[int(raw)]
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if kind == "d":
            return _moment(from_ISO8601(raw), "datetime")
        if kind == "str":
            return _plain(raw)
        index = int(style or "0")
        number_kind = self.formats[index] if 0 <= index < len(self.formats) else ""
        value = float(raw)
        if number_kind:
            return _moment(from_excel(value, self.epoch, timedelta=number_kind == "duration"), number_kind)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _kind_of_number(code: str) -> str:
    """ "date", "time", "datetime", "duration", or "" for a mere number."""
    if is_timedelta_format(code):
        return "duration"
    return str(is_datetime(code) or "")


def _moment(value: Any, kind: str) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(value, datetime):
        value += timedelta(microseconds=500_000)
        at: str = value.strftime("%H:%M:%S")
        if kind == "time":
            return at
        day = f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
        return day if at == "00:00:00" else f"{day} {at}"
    if isinstance(value, time):
        return _moment(datetime.combine(date(2000, 1, 1), value), "time")
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}" if isinstance(value, date) else str(value)


def _plain(text: str) -> str:
    return tidy(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text)


class _Cells:
    """The handler of one sheet: gathers its rows."""

    def __init__(self, book: _Workbook, budget: Budget) -> None:
        self._book, self._budget = book, budget
        self.rows: dict[int, Row] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self._number = 0
        self._hidden = False
        self._cells: dict[int, str] = {}
        self._faults: dict[int, str] = {}
        self._column = -1
        self._kind = self._style = self._raw = ""
        self._formula = False
        self._inline: list[str] = []

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._budget.take()
            reference = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _column(reference[1]) if reference else self._column + 1
            self._kind, self._style, self._raw = attributes.get("t", "n"), attributes.get("s", ""), ""
            self._formula = False
            self._inline = []
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
            self._hidden = attributes.get("hidden") in ("1", "true")
            self._cells, self._faults, self._column = {}, {}, -1
        elif tag == "mergeCell" and len(self.merged) < _MERGES_MOST:
            left, top, right, bottom = range_boundaries(attributes["ref"])
            self.merged.append((left or 1, top or 1, right or 1, bottom or 1))

    def end(self, tag: str, text: str) -> None:
        if tag == "v":
            self._raw = text
        elif tag == "t":
            self._inline.append(text)
        elif tag == "c":
            self._take_cell()
        elif tag == "row" and (self._cells or self._faults):
            check_rows(len(self.rows) + 1)
            width = 1 + max([*self._cells, *self._faults])
            check_columns(width)
            cells = tuple(self._cells.get(column, "") for column in range(width))
            self.rows[self._number] = Row(self._number, cells, self._hidden, self._faults)

    def _take_cell(self) -> None:
        if self._column >= COLUMNS_MOST and (self._raw or self._inline):
            check_columns(self._column + 1)
        if self._kind == "e":
            self._faults[self._column] = tidy(self._raw) or "#N/A"
        elif self._kind == "inlineStr":
            self._keep(_plain("".join(self._inline)))
        elif self._raw or self._kind == "str":
            if self._formula and not self._raw:
                return  # a formula whose result is an empty text
            self._keep(self._book.text(self._kind, self._style, self._raw))
        elif self._formula:
            self._faults[self._column] = FORMULA

    def _keep(self, text: str) -> None:
        if text:
            self._budget.take_text(text)
            self._cells[self._column] = text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _sheet(book: _Workbook, name: str, path: str, hidden: bool, budget: Budget) -> Sheet:
    """A sheet, or why it is too large to be read; the others of the file may do."""
    cells = _Cells(book, budget)
    try:
        _walk(book.archive, path, _Handler(cells.begin, cells.end, frozenset({"v", "t"})))
        return Sheet(name, tuple(_filled(cells, budget)), hidden)
    except TooMuch as error:
        return Sheet(name, (), hidden, error.message)


def _filled(cells: _Cells, budget: Budget) -> Iterator[Row]:
    """The rows in order; what is merged downwards stands in each row that has something else to say."""
    more: dict[int, dict[int, str]] = {}
    for left, top, _right, bottom in cells.merged:
        above = cells.rows.get(top)
        text = above.cell(left - 1) if above else ""
        if text and bottom > top:
            below = [number for number in cells.rows if top < number <= bottom]
            budget.take(len(cells.rows) // 10 + len(below))
            for number in below:
                budget.take_text(text)
                more.setdefault(number, {})[left - 1] = text
    for number in sorted(cells.rows):
        row = cells.rows[number]
        added = {column: text for column, text in more.get(number, {}).items() if not row.cell(column)}
        if added:
            width = max(len(row.cells), 1 + max(added))
            texts = tuple(row.cell(column) or added.get(column, "") for column in range(width))
            row = Row(number, texts, row.hidden, row.faults, frozenset(added))
        yield row
