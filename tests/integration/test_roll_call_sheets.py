"""The roll call to be signed, on paper and as a workbook."""

import io
from importlib import resources
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook, load_workbook

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, identity_of
from tests.fakes import OPENING_AT_MS
from tests.integration.forms import Browser
from tests.integration.test_access_sheets import sheets

AT = "/diem-danh/ket-qua/bang"
ME = cli_identity("test")


def book_of(answer: Any) -> Workbook:
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.data))


def rows_of(book: Workbook, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by the heads of their columns."""
    heads, *rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_paper_has_the_sentence_the_figures_and_a_page_a_district(signed_in: Browser, caller: Any) -> None:
    secretary = caller("secretary")
    secretary.check_in(ITS_DISTRICT, headcount=12)
    secretary.check_in(COMMUNE, status="absent", headcount=0, reason="Mất điện toàn xã")

    first, *districts = sheets(signed_in("secretary").get(f"{AT}.pdf"))

    assert "BẢNG ĐIỂM DANH CÁC ĐIỂM CẦU" in first
    assert "Tổng số 211 điểm cầu: có mặt 1; vắng 1, trong đó có lý do 1; chưa báo cáo 209." in first
    assert "Số liệu lúc 07:30:00 ngày 26 tháng 11 năm 2021, chưa chốt." in first
    assert "Huyện Tràng Định 23 1 1 21 12" in first
    assert "Tổng số 211 1 1 209 12" in first
    assert "THƯ KÝ (Ký, ghi rõ họ tên)" in first
    (its_page,) = [page for page in districts if "HUYỆN TRÀNG ĐỊNH" in page]
    assert "Điểm cầu huyện Có mặt 12 07:30 Ban tổ chức" in its_page
    assert "Xã Cao Minh Vắng Mất điện toàn xã 07:30 Ban tổ chức" in its_page
    assert "Chữ ký" in its_page
    assert len(districts) == 11


def test_a_frozen_count_is_printed_as_it_was_with_its_seal(
    signed_in: Browser, services: Services, conference: Conference, caller: Any
) -> None:
    caller("secretary").check_in(COMMUNE, headcount=4)
    made = services.counts.freeze(conference.slug, str(uuid4()), identity_of(services, "secretary"))
    caller("secretary").check_in(DISTRICT, headcount=9)

    answer = signed_in("technician").get(f"{AT}.pdf?lan=1")

    first, *_ = sheets(answer)
    digits = made["hash"]
    assert "lan-1.pdf" in answer.headers["Content-Disposition"]
    assert "có mặt 1;" in first
    assert "Chốt lần 1 lúc 07:30:00 ngày 26 tháng 11 năm 2021." in first
    assert f"Mã chốt: {digits[:4]} {digits[4:8]} {digits[8:12]} {digits[12:16]}." in first


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_count_that_there_is_not_has_no_sheet(signed_in: Browser, form: str) -> None:
    assert signed_in("mc").get(f"{AT}.{form}?lan=7").status_code == 404


def test_the_workbook_has_a_sheet_a_district_and_the_summary(signed_in: Browser, caller: Any) -> None:
    secretary = caller("secretary")
    secretary.check_in(ITS_DISTRICT, headcount={"total": 12, "groups": {"Khách mời khác": 2, "Báo chí": 3}})
    secretary.check_in(COMMUNE, status="absent", headcount=0, reason="Mất điện toàn xã")

    book = book_of(signed_in("secretary").get(f"{AT}.xlsx"))

    assert len(book.sheetnames) == 12
    summary = rows_of(book, "Tổng hợp")
    by_unit = {row["Đơn vị"]: row for row in summary}
    assert by_unit["Huyện Tràng Định"] | {"STT": 0} == {
        "STT": 0,
        "Đơn vị": "Huyện Tràng Định",
        "Điểm cầu": 23,
        "Có mặt": 1,
        "Vắng": 1,
        "Chưa báo cáo": 21,
        "Đại biểu": 12,
    }
    assert by_unit["Tổng số"]["Điểm cầu"] == 211 == sum(row["Điểm cầu"] for row in summary[:11])
    rooms = {row["Mã"]: row for row in rows_of(book, "Huyện Tràng Định")}
    head, absent = rooms[ITS_DISTRICT], rooms[COMMUNE]
    assert (head["Điểm cầu"], head["Có mặt/vắng"], head["Số đại biểu"]) == ("Điểm cầu huyện", "Có mặt", 12)
    assert (head["Khách mời khác"], head["Báo chí"], head["Giờ"].strftime("%H:%M")) == (2, 3, "07:30")
    assert (absent["Có mặt/vắng"], absent["Lý do"], absent["Số đại biểu"]) == ("Vắng", "Mất điện toàn xã", None)
    assert "Chữ ký" in head


@pytest.mark.parametrize("reason", ["=1+1", "+84", "-2", "@SUM(A1)", '=HYPERLINK("http://x.vn")', "\tx=1"])
def test_what_people_typed_is_never_a_formula(signed_in: Browser, caller: Any, reason: str) -> None:
    caller("secretary").check_in(COMMUNE, status="absent", headcount=0, reason=reason)

    book = book_of(signed_in("secretary").get(f"{AT}.xlsx"))

    cells = [cell for row in book["Huyện Tràng Định"].iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells].count(reason.strip()) == 1
    assert not any(cell.data_type == "f" for cell in cells)


def test_a_roster_without_districts_is_one_sheet(signed_in: Browser, services: Services) -> None:
    roster = resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes()
    services.conferences.import_roster(roster, "nam-2026", "Hội nghị năm 2026", OPENING_AT_MS, ME)
    client = signed_in("secretary")

    book = book_of(client.get(f"{AT}.xlsx?hoi-nghi=nam-2026"))
    pages = sheets(client.get(f"{AT}.pdf?hoi-nghi=nam-2026"))

    assert book.sheetnames == ["Tổng hợp", "Các điểm cầu"]
    assert len(rows_of(book, "Các điểm cầu")) == 65
    assert "Tổng số 65 điểm cầu cấp xã" in pages[0]
    assert "CÁC ĐIỂM CẦU" in pages[1]


def test_districts_of_one_name_have_sheets_of_their_own(signed_in: Browser, services: Services) -> None:
    long = "Huyện có tên dài hơn ba mươi mốt ký tự của một trang tính"
    lines = ["code,level,kind,name,parent_code", "00,province,tinh,Tỉnh Mẫu,"]
    lines += [f"D{number},district,huyen,{long}[{number}],00" for number in range(3)]
    services.conferences.import_roster("\n".join(lines).encode(), "khac", "Hội nghị khác", OPENING_AT_MS, ME)

    book = book_of(signed_in("mc").get(f"{AT}.xlsx?hoi-nghi=khac"))

    assert len(set(book.sheetnames)) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)
