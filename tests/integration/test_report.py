"""The report on its page and in its files: the morning as it went, for those who may see the log."""

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.running_order import CommandRequest
from tests.conftest import Caller, identity_of
from tests.fakes import FakeClock
from tests.integration.forms import Browser

MINUTE_MS = 60_000
PAGE = "/dieu-hanh/bao-cao"
EVIL = "=HYPERLINK(1)"


@pytest.fixture
def morning(services: Services, conference: Conference, clock: FakeClock) -> Services:
    """Two papers of the demo: the first over its cap with a reworded reason, the second paused and then over."""
    mc, secretary = identity_of(services, "mc"), identity_of(services, "secretary")
    steps: list[tuple[float, str, dict[str, Any]]] = [
        (3, "start", {"item_id": "6"}),
        (9, "add_time", {"delta_ms": MINUTE_MS, "reason": EVIL}),
        (0.5, "add_time", {"delta_ms": MINUTE_MS}),
        (0.1, "undo", {}),
        (1.9, "next", {"item_id": "7"}),
        (4, "pause", {}),
        (2, "resume", {}),
        (8, "finish", {}),
        (1, "skip", {"item_id": "8"}),
    ]
    for version, (minutes, name, args) in enumerate(steps):
        clock.advance(round(minutes * MINUTE_MS))
        services.running_order.dispatch(conference.slug, CommandRequest(str(uuid4()), version, name, args), mc)
    seq = next(line["seq"] for line in services.running_order.log(conference, 0) if line["kind"] == "add_time")
    services.caps.reword(conference, seq, EVIL, "Trả lời chất vấn", secretary)
    return services


def words(html: str) -> str:
    """The page's text, blanks as one blank each."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_page_tells_what_was_planned_and_what_was(morning: Services, signed_in: Browser) -> None:
    page = signed_in("secretary").get(PAGE)

    assert page.status_code == 200
    text = words(page.text)
    assert "Huyện Bắc Sơn Tham luận 1 08:45 10' 07:33 07:44 11'30\" +1'30\" +1' Quá mức 10'" in text
    assert "Thành phố Lạng Sơn Tham luận 2 08:55 10' 07:44 07:58 12' +2' 1 lần, 2'" in text
    assert "Trả lời chất vấn (ghi lúc đầu: “=HYPERLINK(1)”; sửa 07:59, secretary (Thư ký))" in text
    assert "Thêm, bớt phút lúc 07:42:30 , mc (Điều hành); hoàn tác lúc 07:42:36" in text
    assert "Hội nghị đang diễn ra" in text


def test_before_the_start_there_is_only_the_plan(signed_in: Browser) -> None:
    text = words(signed_in("mc").get(PAGE).text)

    assert "Hội nghị chưa bắt đầu" in text
    assert "Chưa ai phát biểu." in text


def test_the_picture_has_a_bar_for_each_item_and_each_piece(morning: Services, signed_in: Browser) -> None:
    page = signed_in("mc").get(PAGE).text
    picture = re.findall(r'<div class="chart.*?</svg>', page, re.DOTALL)[0]

    assert picture.count('class="c-plan"') == len(morning.running_order.view(morning.conferences.current())["items"])
    assert [picture.count(f'class="c-{kind}"') for kind in ("run", "added", "over", "pause", "cap")] == [3, 1, 2, 1, 2]
    assert "style=" not in picture


def test_console_and_log_lead_to_the_report(signed_in: Browser) -> None:
    client = signed_in("mc")

    assert f'href="{PAGE}"' in client.get("/dieu-hanh").text
    assert f'href="{PAGE}"' in client.get("/dieu-hanh/nhat-ky").text


def test_the_report_is_one_of_the_pages_of_its_conference(signed_in: Browser) -> None:
    page = signed_in("mc").get(PAGE).text

    assert 'aria-current="page">Báo cáo</a>' in page
    assert 'href="/dieu-hanh/nhat-ky?' in page


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.rows] for sheet in book.worksheets}


def test_the_workbook_reads_back(morning: Services, signed_in: Browser) -> None:
    answer = signed_in("secretary").get(f"{PAGE}/tep.xlsx")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    book = sheets(answer.data)
    assert list(book) == ["Mục", "Huyện", "Đơn vị", "Tạm dừng", "Thêm giờ"]
    head, *rows = book["Mục"]
    first = dict(zip(head, next(row for row in rows if "Huyện Bắc Sơn" in row), strict=True))
    assert (first["Thực tế (phút)"], first["So với KH (phút)"], first["Thêm, bớt (phút)"]) == (11.5, 1.5, 1)
    assert first["Bắt đầu"].strftime("%H:%M") == "07:33"
    assert [row[head.index("Tình trạng")] for row in rows if "Huyện Văn Lãng" in row] == ["bỏ qua"]
    assert sum(row[book["Đơn vị"][0].index("Thực tế (phút)")] for row in book["Đơn vị"][1:]) == 23.5
    assert len(book["Tạm dừng"]) == 2


def test_no_text_of_the_workbook_is_a_formula(morning: Services, signed_in: Browser) -> None:
    data = signed_in("secretary").get(f"{PAGE}/tep.xlsx").data

    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book.worksheets for row in sheet.rows for cell in row]
    assert EVIL in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_the_document_tells_the_same(morning: Services, signed_in: Browser) -> None:
    answer = signed_in("mc").get(f"{PAGE}/tep.pdf")

    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Huyện Bắc Sơn" in text
    assert "Trả lời chất vấn" in text
    assert all(page.mediabox.width > page.mediabox.height for page in pages)


def test_what_is_empty_has_files_too(app: Flask, signed_in: Browser) -> None:
    client = signed_in("mc")

    assert client.get(f"{PAGE}/tep.pdf").status_code == 200
    assert len(sheets(client.get(f"{PAGE}/tep.xlsx").data)["Tạm dừng"]) == 1
    assert client.get(f"{PAGE}/tep.csv").status_code == 404


def test_programs_are_told_the_same(morning: Services, caller: Callable[..., Caller]) -> None:
    report = caller("secretary").get("/report")

    first = next(item for item in report["items"] if item["id"] == "6")
    assert (first["planned_ms"], first["length_ms"], first["over_ms"]) == (600_000, 690_000, 90_000)
    [added] = first["additions"]
    assert (added["over_cap"], added["reason"], added["first_reason"]) == (True, "Trả lời chất vấn", EVIL)
    assert added["rewordings"][0]["actor"] == "secretary:secretary"
    assert [gone["name"] for gone in report["undone"]] == ["add_time"]
    assert (report["finished"], report["start_offset_ms"], report["worst_item_id"]) == (False, 3 * MINUTE_MS, "7")
    assert sum(unit["length_ms"] for unit in report["units"]) == report["spoken_ms"] == 1_410_000
