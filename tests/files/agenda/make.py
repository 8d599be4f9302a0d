"""Makes the spreadsheets beside this file anew, with LibreOffice: python tests/files/agenda/make.py

Each is written here as a flat OpenDocument sheet and saved by LibreOffice in the form that people send. Needs `soffice`
on the path; the tests need only the files.
"""

import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable
from html import escape
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffffff7f0009fb03fd05"
    "43ca2e0000000049454e44ae426082"
)

Cell = str | int | float | None
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:time-style style:name="n-clock"><number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/></number:time-style>
<number:time-style style:name="n-length" number:truncate-on-overflow="false"><number:hours/><number:text>:</number:text><number:minutes number:style="long"/></number:time-style>
<number:date-style style:name="n-day"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<style:style style:name="clock" style:family="table-cell" style:data-style-name="n-clock"/>
<style:style style:name="length" style:family="table-cell" style:data-style-name="n-length"/>
<style:style style:name="day" style:family="table-cell" style:data-style-name="n-day"/>
<style:style style:name="away" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>
"""  # noqa: E501
FOOT = "</office:spreadsheet></office:body></office:document>\n"


def text(value: str, *, across: int = 1, down: int = 1) -> str:
    spans = f' table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
    paragraphs = "".join(f"<text:p>{escape(part)}</text:p>" for part in value.split("\n"))
    return f'<table:table-cell office:value-type="string"{spans}>{paragraphs}</table:table-cell>'


def number(value: float) -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def at(hour: int, minute: int, style: str = "clock") -> str:
    value = f"PT{hour:02d}H{minute:02d}M00S"
    return f'<table:table-cell table:style-name="{style}" office:value-type="time" office:time-value="{value}"/>'


def day(iso: str) -> str:
    return f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{iso}"/>'


def formula(code: str) -> str:
    return f'<table:table-cell table:formula="of:={escape(code)}"/>'


EMPTY = "<table:table-cell/>"
COVERED = "<table:covered-table-cell/>"


def row(*cells: str, hidden: bool = False) -> str:
    how = ' table:visibility="collapse"' if hidden else ""
    return f"<table:table-row{how}>{''.join(cells)}</table:table-row>"


def sheet(name: str, rows: Iterable[str], *, hidden: bool = False) -> str:
    style = ' table:style-name="away"' if hidden else ""
    return f'<table:table table:name="{escape(name)}"{style}>{"".join(rows)}</table:table>'


def book(*sheets: str, first_day: str = "1899-12-30") -> str:
    settings = (
        f'<table:calculation-settings><table:null-date table:date-value="{first_day}"/></table:calculation-settings>'
    )
    return HEAD + settings + "".join(sheets) + FOOT


def as_sent() -> str:
    """A programme as an office sends it: titles above, two rows of heads, merged cells, all letters decomposed."""
    return unicodedata.normalize(
        "NFD",
        book(
            sheet(
                "Chương trình",
                [
                    row(text("THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN", across=7), *[COVERED] * 6),
                    row(text("CHƯƠNG TRÌNH HỘI NGHỊ GIAO BAN", across=7), *[COVERED] * 6),
                    row(EMPTY),
                    row(
                        text("TT", down=2),
                        text("Thời gian", across=2),
                        COVERED,
                        text("Hình thức", down=2),
                        text("Đơn vị trình bày", down=2),
                        text("Nội dung", down=2),
                        text("Điểm cầu", down=2),
                    ),
                    row(COVERED, text("Từ"), text("Đến"), *[COVERED] * 4),
                    row(text("PHIÊN KHAI MẠC", across=7), *[COVERED] * 6),
                    row(
                        number(1),
                        at(7, 30),
                        at(7, 40),
                        text("Khai mạc"),
                        text("Thường trực HĐND tỉnh"),
                        text("Phát biểu   khai mạc\u00a0"),
                        EMPTY,
                    ),
                    row(
                        number(2),
                        at(7, 40),
                        at(7, 50),
                        text("Báo cáo"),
                        text("Thường trực HĐND tỉnh"),
                        text("Báo cáo kết quả\nhoạt động năm 2021"),
                        EMPTY,
                    ),
                    row(text("PHIÊN THAM LUẬN", across=7), *[COVERED] * 6),
                    row(
                        number(3),
                        at(7, 50),
                        at(8, 0),
                        text("Tham luận", down=3),
                        text("Thường trực HĐND huyện Bắc Sơn"),
                        text("Kinh nghiệm hoạt động giám sát", down=2),
                        text("Huyện Bắc Sơn"),
                    ),
                    row(
                        number(4),
                        at(8, 0),
                        at(8, 10),
                        COVERED,
                        text("Thường trực HĐND thành phố Lạng Sơn"),
                        COVERED,
                        text("178"),
                    ),
                    row(
                        number(5),
                        at(8, 10),
                        at(8, 20),
                        COVERED,
                        text("HĐND xã Cao Minh, huyện Tràng Định"),
                        text("Tiếp xúc cử tri"),
                        text("Xã Cao Minh, Tràng Định"),
                    ),
                    row(
                        number(6),
                        at(8, 20),
                        at(8, 30),
                        text("Tham luận"),
                        text("Đơn vị dự phòng"),
                        text("Tham luận dự phòng"),
                        EMPTY,
                        hidden=True,
                    ),
                    row(number(7), at(8, 30), at(8, 40), text("Nghỉ"), EMPTY, text("Giải lao"), EMPTY),
                    row(number(8), at(8, 45), at(8, 50), text("Bế mạc"), EMPTY, text("Bế mạc"), EMPTY),
                    row(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, text("Tổng cộng"), EMPTY),
                ],
            ),
            sheet("Ghi chú", [row(text("Bản dự thảo lần 2"))]),
            sheet("Danh bạ", [row(text("Nội dung"), text("Phút")), row(text("Không dùng"), number(5))], hidden=True),
        ),
    )


def dates_and_times(first_day: str) -> str:
    """Lengths and pins as a spreadsheet's own times, durations and dates."""
    rows = [
        row(text("Nội dung"), text("Thời lượng"), text("Không sớm hơn")),
        row(text("Giờ trong ô"), at(0, 10), at(8, 5)),
        row(text("Khoảng thời gian"), at(1, 30, "length"), EMPTY),
        row(text("Ngày và giờ"), number(7.5), day("2021-11-26T09:45:00")),
        row(text("Ngày hôm sau"), text("15 phút"), day("2021-11-27T00:15:00")),
    ]
    return book(sheet("Ngày giờ", rows), first_day=first_day)


def formulas() -> str:
    """Formulas with results, and one whose result is an error."""
    return book(
        sheet(
            "Công thức",
            [
                row(text("Nội dung"), text("Phút")),
                row(text("Khai mạc"), number(10)),
                row(formula('["Tham " & "luận một"]'.strip("[]")), formula("[.B2]+5")),
                row(text("Tham luận hai"), formula("[.B2]/0")),
                row(text("Bế mạc"), formula("SUM([.B2:.B2])/2")),
            ],
        )
    )


def many_rows() -> str:
    rows = [row(text("TT"), text("Phút"), text("Loại"), text("Đơn vị"), text("Nội dung"))]
    for place in range(1, 5001):
        unit = f"Thường trực HĐND xã {place % 97}"
        rows.append(
            row(number(place), number(5 + place % 7), text("Tham luận"), text(unit), text(f"Chuyên đề số {place}"))
        )
    return book(sheet("Năm nghìn", rows))


def without_results(path: Path) -> None:
    """A formula that no spreadsheet program has computed yet, as other programs write it."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    for values in (("Nội dung", "Phút"), ("Khai mạc", 10), ("Tham luận", "=B2+5"), ("Bế mạc", 5)):
        page.append(values)
    workbook.save(path)


def main() -> None:
    sources = {
        "chuong-trinh.xlsx": as_sent(),
        "ngay-gio.xlsx": dates_and_times("1899-12-30"),
        "ngay-gio-1904.xlsx": dates_and_times("1904-01-01"),
        "cong-thuc.xlsx": formulas(),
        "nam-nghin-dong.xlsx": many_rows(),
        "trong.xlsx": book(sheet("Trang 1", [row(EMPTY)])),
        "kieu-cu.xls": book(sheet("Cũ", [row(text("Nội dung"))])),
        "opendocument.ods": book(sheet("Mở", [row(text("Nội dung"))])),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources.items():
            path = Path(folder) / name
            flat = path.with_suffix(".fods")
            flat.write_text(source, "utf-8")
            subprocess.run(
                ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
                 path.suffix[1:], "--outdir", str(HERE), str(flat)],
                check=True,
                capture_output=True,
            )  # fmt: skip
            print(name, (HERE / name).stat().st_size)
    without_results(HERE / "cong-thuc-chua-tinh.xlsx")
    (HERE / "anh-doi-ten.xlsx").write_bytes(PNG)


if __name__ == "__main__":
    main()
