"""How rooms are given their way in: sheets, the table for mail merge, new codes."""

import csv
import io
import re
from typing import Any
from urllib.parse import quote

import pytest
import segno
from flask import Flask
from pypdf import PdfReader

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, HALL, ITS_DISTRICT, code_of, identity_of
from tests.integration.forms import Browser, send
from tests.integration.test_counts_pages import words

AT = "/quan-tri/ma-truy-cap"
ME = cli_identity("test")


def sheets(answer: Any) -> list[str]:
    """The words of each page of a PDF."""
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages]


# ---- the sheets


def test_a_room_has_one_a5_sheet_with_all_that_it_needs(
    app: Flask, signed_in: Browser, services: Services, conference: Conference
) -> None:
    app.config["PUBLIC_URL"] = "https://giaoban.langson.gov.vn"
    services.conferences.set_hotline(conference, "0205 3812 345", ME)

    answer = signed_in("admin").get(f"{AT}/phieu.pdf?diem-cau={COMMUNE}")

    (said,) = sheets(answer)
    box = PdfReader(io.BytesIO(answer.data)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (148, 210)
    for part in (
        "Xã Cao Minh",
        "huyện Tràng Định",
        code_of(app, COMMUNE),
        "giaoban.langson.gov.vn/vao",
        "1 Mở trang",
        "2 Từ 07:30, nhập số đại biểu rồi bấm Có mặt.",
        "3 Để trang mở đến khi bế mạc.",
        "Khai mạc 08:00",
        "26/11/2021",
        "0205 3812 345",
        "Tham luận 14, kế hoạch lúc",
    ):
        assert part in said


def test_a_district_s_sheets_come_with_its_communes_own_room_first(app: Flask, signed_in: Browser) -> None:
    pages = sheets(signed_in("admin").get(f"{AT}/phieu.pdf?huyen={ITS_DISTRICT}"))

    assert len(pages) == 23
    assert code_of(app, ITS_DISTRICT) in pages[0]
    assert "phiếu 1/23" in pages[0]
    assert sum(code_of(app, COMMUNE) in page for page in pages) == 1


def test_all_sheets_are_as_many_as_rooms(signed_in: Browser, services: Services, conference: Conference) -> None:
    pages = sheets(signed_in("admin").get(f"{AT}/phieu.pdf"))

    codes = {code for _, code in services.access.codes(conference)}
    printed = {match for page in pages for match in re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", page)}
    assert len(pages) == len(codes)
    assert printed == codes


def test_the_qr_code_holds_the_link(services: Services, conference: Conference) -> None:
    link = f"https://x.vn/vao/{next(code for room, code in services.access.codes(conference) if room.code == COMMUNE)}"

    (sheet,) = services.access_sheets.document(conference, lambda path: f"https://x.vn{path}", [COMMUNE])["sheets"]

    drawn = [[0] * sheet["size"] for _ in range(sheet["size"])]
    for x, y, length in sheet["runs"]:
        drawn[y][x : x + length] = [1] * length
    assert drawn == [list(line) for line in segno.make(link, error="m", boost_error=False, micro=False).matrix]


@pytest.mark.parametrize("asked", [f"diem-cau={HALL}", "diem-cau=x", "huyen=x"])
def test_who_has_no_code_has_no_sheet(signed_in: Browser, asked: str) -> None:
    assert signed_in("admin").get(f"{AT}/phieu.pdf?{asked}").status_code == 404


# ---- the table


@pytest.mark.parametrize(("asked", "mark"), [("", b""), ("?excel=1", b"\xef\xbb\xbf")])
def test_the_table_is_that_of_the_command_line(
    app: Flask, signed_in: Browser, asked: str, mark: bytes, tmp_path: Any
) -> None:
    app.config["PUBLIC_URL"] = "https://giaoban.langson.gov.vn"
    file = tmp_path / "codes.csv"

    answer = signed_in("admin").get(f"{AT}/ma.csv{asked}")
    assert app.test_cli_runner().invoke(args=["giaoban", "access", "--csv", str(file)]).exit_code == 0

    assert answer.data == mark + file.read_bytes()
    rows = [*csv.reader(io.StringIO(file.read_text("utf-8")))]
    assert rows[0] == ["code", "name", "join_code", "link"]
    assert [COMMUNE, "Xã Cao Minh, huyện Tràng Định", code_of(app, COMMUNE)] in [row[:3] for row in rows]


# ---- new codes


def test_who_renews_is_told_first_what_will_happen(app: Flask, signed_in: Browser) -> None:
    before = code_of(app, DISTRICT)

    one = words(signed_in("admin").get(f"{AT}/doi-ma/{DISTRICT}").text)
    every = words(signed_in("admin").get(f"{AT}/doi-ma/tat-ca").text)

    assert "Mã cũ, đường vào cũ và phiếu đã in hết hiệu lực ngay." in one
    assert "211 điểm cầu có mã mới." in every
    assert code_of(app, DISTRICT) == before


def test_one_code_is_renewed(app: Flask, signed_in: Browser, services: Services, conference: Conference) -> None:
    before, other = code_of(app, DISTRICT), code_of(app, COMMUNE)
    at = f"{AT}/doi-ma/{DISTRICT}"

    answer = send(signed_in("admin"), at, at)

    assert (answer.status_code, answer.location) == (303, f"{AT}#room-{DISTRICT}")
    assert code_of(app, DISTRICT) != before
    assert code_of(app, COMMUNE) == other


def test_all_codes_are_renewed_and_the_log_does_not_tell_them(
    app: Flask, signed_in: Browser, services: Services, conference: Conference, caller: Any
) -> None:
    before = {code for _, code in services.access.codes(conference)}
    at = f"{AT}/doi-ma/tat-ca"

    assert send(signed_in("admin"), at, at).status_code == 303

    after = {code for _, code in services.access.codes(services.conferences.current())}
    assert len(after) == 211
    assert not before & after
    line = caller("admin").get("/log")[-1]
    assert (line["kind"], line["version"], line["actor"]) == ("codes_renewed", None, "admin:admin")
    assert not any(code in str(line) for code in before | after)
    assert "Đổi mã truy cập của 211 điểm cầu" in words(signed_in("mc").get("/dieu-hanh/nhat-ky").text)


def test_a_room_whose_code_was_renewed_is_asked_for_the_new_one(
    app: Flask, signed_in: Browser, services: Services, conference: Conference
) -> None:
    room = signed_in(endpoint=COMMUNE)
    before = code_of(app, COMMUNE)
    services.access.renew(conference, identity_of(services, "admin"), COMMUNE)

    led = room.get("/diem-cau")
    page = words(room.get("/vao").text)

    assert (led.status_code, led.location) == (303, "/vao")
    assert "Mã đã đổi. Xin nhập mã mới" in page
    assert "Mã của điểm cầu xã Cao Minh, huyện Tràng Định đã được cấp lại" in page
    assert "Mã đã đổi" not in words(app.test_client().get("/vao").text)
    assert "Mã này đã đổi. Xin nhập mã mới." in words(room.get(f"/vao/{quote(before)}").text)
    assert room.get(f"/vao/{code_of(app, COMMUNE)}").location == "/diem-cau"
