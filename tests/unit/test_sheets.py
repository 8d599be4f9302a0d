"""Files as people send them are read as rows of texts; what is none is told in a sentence."""

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import FORMULA, Row, from_data, to_data
from giaoban.sheets import FILE_MOST, limits, read

FILES = Path(__file__).parents[1] / "files" / "agenda"


def file(name: str) -> bytes:
    return (FILES / name).read_bytes()


def rows(data: bytes) -> dict[int, Row]:
    return {row.number: row for row in read(data)[0].rows}


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(data)
    return caught.value.message


# ---- workbooks of LibreOffice


def test_letters_are_composed_and_blanks_are_single() -> None:
    there = rows(file("chuong-trinh.xlsx"))

    assert there[7].cells[5] == "Phát biểu khai mạc"
    assert there[8].cells[5] == "Báo cáo kết quả hoạt động năm 2021"


def test_what_is_merged_downwards_stands_in_each_row_and_says_that_it_came_from_above() -> None:
    there = rows(file("chuong-trinh.xlsx"))

    assert there[11].cells[3] == "Tham luận"
    assert there[11].filled == {3, 5}
    assert there[12].filled == {3}
    assert there[1].cells == ("THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN",)


def test_hidden_rows_and_sheets_are_marked_and_hidden_sheets_come_last() -> None:
    sheets = read(file("chuong-trinh.xlsx"))

    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [
        ("Chương trình", False),
        ("Ghi chú", False),
        ("Danh bạ", True),
    ]
    assert [row.number for row in sheets[0].rows if row.hidden] == [13]


@pytest.mark.parametrize("name", ["ngay-gio.xlsx", "ngay-gio-1904.xlsx"])
def test_times_durations_and_dates_are_those_that_the_sheet_shows(name: str) -> None:
    there = rows(file(name))

    assert there[2].cells == ("Giờ trong ô", "00:10:00", "08:05:00")
    assert there[3].cells == ("Khoảng thời gian", "1:30:00")
    assert there[4].cells == ("Ngày và giờ", "7.5", "26/11/2021 09:45:00")
    assert there[5].cells == ("Ngày hôm sau", "15 phút", "27/11/2021 00:15:00")


def test_a_formula_is_its_result_and_says_when_it_has_none() -> None:
    computed, never = rows(file("cong-thuc.xlsx")), rows(file("cong-thuc-chua-tinh.xlsx"))

    assert computed[3].cells == ("Tham luận một", "15")
    assert computed[4].faults == {1: "#DIV/0!"}
    assert never[3].faults == {1: FORMULA}


def test_five_thousand_rows_are_read() -> None:
    there = read(file("nam-nghin-dong.xlsx"))[0].rows

    assert len(there) == 5001
    assert there[-1].cells == ("5000", "7", "Tham luận", "Thường trực HĐND xã 53", "Chuyên đề số 5000")


def test_sheets_survive_being_kept() -> None:
    sheets = read(file("chuong-trinh.xlsx")) + read(file("cong-thuc.xlsx"))

    assert from_data(to_data(sheets)) == sheets


# ---- files that are none


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("trong.xlsx", "không có dòng nào có chữ"),
        ("anh-doi-ten.xlsx", "tệp hình ảnh"),
        ("kieu-cu.xls", "kiểu cũ (XLS)"),
        ("opendocument.ods", "OpenDocument (ODS)"),
    ],
)
def test_what_a_file_really_is_is_said(name: str, sentence: str) -> None:
    assert sentence in refusal(file(name))


def archive(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def changed(name: str, part: str, content: bytes) -> bytes:
    """A workbook in which one part is another."""
    with zipfile.ZipFile(io.BytesIO(file(name))) as source:
        parts: dict[str, str | bytes] = {entry: source.read(entry) for entry in source.namelist()}
    return archive(parts | {part: content})


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (archive({"readme.txt": "x"}), "tệp nén ZIP"),
        (archive({"word/document.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "tệp Word"),
        (archive({"xl/workbook.bin": b"\0"}), "XLSB"),
        (archive({"[Content_Types].xml": "<x/>", "_rels/.rels": "<x/>"}), "bị hỏng"),
        (changed("trong.xlsx", SHEET, b"<worksheet><sheetData><row r='1'>"), "bị hỏng"),
        (changed("trong.xlsx", SHEET, b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"), "bị hỏng"),
        (
            changed("trong.xlsx", SHEET, b"<worksheet><row><c t='s'><v>99</v></c></row></worksheet>"),
            "bị hỏng",
        ),
        (
            changed(
                "trong.xlsx",
                SHEET,
                b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><worksheet>&b;</worksheet>",
            ),
            "bị hỏng",
        ),
        (file("chuong-trinh.xlsx")[:4000], "bị hỏng"),
        (b"x" * (FILE_MOST + 1), "lớn quá 4 MB"),
        ("Nội dung;Phút\nKhai mạc;10\n".encode("utf-16")[:-1], "không đọc được"),
    ],
)
def test_damaged_and_dangerous_files_are_refused(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_what_unpacks_without_end_is_not_unpacked() -> None:
    bomb = changed("trong.xlsx", SHEET, b"<worksheet>" + b" " * (limits.PART_MOST + 1) + b"</worksheet>")

    assert len(bomb) < FILE_MOST
    assert "giải nén ra quá lớn" in refusal(bomb)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (b"<row>" + b"<c/>" * (limits.CELLS_MOST + 1) + b"</row>", "quá nhiều ô"),
        (b"<row><c t='n'><v>1</v></c></row>" * (limits.ROWS_MOST + 1), "quá nhiều dòng"),
        (b"<row><c r='XFD1'><v>1</v></c></row>", "quá nhiều cột"),
    ],
)
def test_a_sheet_of_endless_cells_is_refused(cells: bytes, sentence: str) -> None:
    data = changed("trong.xlsx", SHEET, b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>")

    assert sentence in refusal(data)


def test_one_text_in_endless_cells_is_refused() -> None:
    text = b"<c t='inlineStr'><is><t>" + b"x" * limits.TEXT_MOST + b"</t></is></c>"
    rows = b"<row>" + text + b"</row>"
    shared = b"<mergeCells><mergeCell ref='A1:A2200'/></mergeCells>"
    few = b"<row><c r='B2'><v>1</v></c></row>" * 2100
    below = b"<row>" + text + b"</row>" + few
    many = changed("trong.xlsx", SHEET, b"<worksheet><sheetData>" + rows * 2100 + b"</sheetData></worksheet>")
    merged = changed(
        "trong.xlsx", SHEET, b"<worksheet><sheetData>" + below + b"</sheetData>" + shared + b"</worksheet>"
    )

    assert len(many) < FILE_MOST
    assert "quá nhiều chữ" in refusal(many)
    assert "quá nhiều chữ" in refusal(merged)


def test_one_sheet_too_large_leaves_the_others() -> None:
    book = Workbook()
    book.create_sheet("Dùng được").append(["Nội dung", "Phút"])
    wide = book.worksheets[0]
    wide.cell(1, limits.COLUMNS_MOST + 1, "x")
    made = io.BytesIO()
    book.save(made)

    first, second = read(made.getvalue())

    assert "quá nhiều cột" in first.problem
    assert second.rows[0].cells == ("Nội dung", "Phút")


def test_marks_of_other_programs_are_read_too() -> None:
    """Prefixed names, texts in the cells, cells without a place, booleans, escaped characters."""
    cells = (
        b"<x:worksheet xmlns:x='u'><x:sheetData><x:row>"
        b"<x:c t='inlineStr'><x:is><x:r><x:t>Khai </x:t></x:r><x:r><x:t>m_x1EA1_c</x:t></x:r></x:is></x:c>"
        b"<x:c t='b'><x:v>1</x:v></x:c><x:c t='str'><x:f>A1</x:f><x:v></x:v></x:c>"
        b"<x:c t='d'><x:v>2021-11-26T08:05:00</x:v></x:c><x:c><x:v>0.1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )

    assert rows(changed("trong.xlsx", SHEET, cells))[1].cells == (
        "Khai mạc",
        "TRUE",
        "",
        "26/11/2021 08:05:00",
        "0.1",
    )


# ---- text


TABLE = [("TT", "Nội dung", "Phút"), ("1", "Khai mạc; tuyên bố lý do", "10"), ("2", "Hỏi, đáp", "7,5")]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
def test_a_table_of_text_is_read_whatever_its_encoding_and_separator(separator: str, encoding: str) -> None:

    lines = [separator.join(f'"{cell}"' for cell in line) for line in TABLE]
    text = "\r\n".join(lines)
    if encoding == "cp1258":  # has letters and marks apart
        text = "".join(_for_windows(char) for char in unicodedata.normalize("NFC", text))

    assert [row.cells for row in read(text.encode(encoding))[0].rows] == TABLE


def _for_windows(char: str) -> str:
    """A letter as the old code page writes it: a base of its own, and the tone after it."""

    try:
        char.encode("cp1258")
        return char
    except UnicodeEncodeError:
        first, *marks = unicodedata.normalize("NFD", char)
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shape = [mark for mark in marks if mark not in tones]
        return unicodedata.normalize("NFC", first + "".join(shape)) + "".join(tones)


def test_the_separator_may_be_told_and_lines_are_counted_as_spreadsheets_do() -> None:
    there = rows('sep=|\nNội dung|Phút\n\n"Hai\ndòng"|10\n'.encode())

    assert {number: row.cells for number, row in there.items()} == {1: ("Nội dung", "Phút"), 3: ("Hai dòng", "10")}


def test_texts_that_an_export_kept_from_being_formulas_are_themselves_again() -> None:
    there = rows(b"Noi dung;Phut\n'=SUM(A1);10\n'ngoac;5\n")

    assert (there[2].cells[0], there[3].cells[0]) == ("=SUM(A1)", "'ngoac")
