"""Tables as text: CSV as Excel, LibreOffice and others write it, whichever the encoding and the separator."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from typing import Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import Row, Sheet, tidy
from giaoban.domain.spreadsheets import unguarded
from giaoban.sheets.limits import TEXT_MOST, Budget, check_columns, check_rows

_SEPARATORS: Final = (";", "\t", ",")
_LOOKED_AT: Final = 30  # rows by which the separator is found


def read(data: bytes) -> Sheet:
    """The one sheet of a CSV file. Raises InvalidInput."""
    text = _decoded(data)
    told = text[:7].lower().split("\n")[0].strip()
    separator = ""
    if told.startswith("sep=") and len(told) == 5:  # Excel's own way to say it, no row of the table
        separator, text = told[4], text.split("\n", 1)[1] if "\n" in text else ""
    return Sheet("", tuple(_rows(text, separator or _separator(text))))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ["utf-16"]
    elif data[1:200:2].count(0) > 50:
        names = ["utf-16-le"]
    elif data[:200:2].count(0) > 50:
        names = ["utf-16-be"]
    else:
        names = ["utf-8-sig", "cp1258"]
    for name in names:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(char) == "Cc" and not char.isspace() for char in text[:20_000]):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InvalidInput(
        "Không phải tệp XLSX hay CSV, hoặc bảng mã chữ không đọc được. Xin lưu lại thành XLSX, hoặc CSV theo UTF-8."
    )


def _separator(text: str) -> str:
    """The one that gives most rows the same number of columns, more than one."""

    def fit(separator: str) -> int:
        widths = []
        try:
            for row in csv.reader(io.StringIO(text), delimiter=separator):
                widths.append(len(row))
                if len(widths) == _LOOKED_AT:
                    break
        except csv.Error:
            pass
        several = [width for width in widths if width > 1]
        return max((several.count(width) * width for width in several), default=0)

    return max(_SEPARATORS, key=fit)


def _rows(text: str, separator: str) -> Iterator[Row]:
    budget = Budget()
    number = count = 0
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            budget.take(len(values))
            cells = [tidy(unguarded(value[:TEXT_MOST])) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                count += 1
                check_rows(count)
                check_columns(len(cells))
                yield Row(number, tuple(cells))
    except csv.Error as error:
        raise InvalidInput(f"Dòng {number + 1}: không đọc được CSV (dấu ngoặc kép không khớp).") from error
