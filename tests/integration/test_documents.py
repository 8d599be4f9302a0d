"""The running order as files and on paper: every form read back with what others read it with."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.test import TestResponse

from giaoban.domain.order_table import COLUMNS
from giaoban.domain.roster import Unit
from giaoban.domain.spreadsheets import unguarded
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, Caller, identity_of
from tests.fakes import OPENING_AT_MS
from tests.integration.forms import Browser
from tests.integration.printed import bare, words

FORMS = ("xlsx", "csv", "json", "ics", "pdf")
SIGNS = ["=1+1", "+84", "-2", "@x", "＝1", "'=1"]
MINUTE_MS = 60_000
Make = Callable[..., Caller]


def exported(client: FlaskClient, form: str, slug: str = demo.SLUG) -> TestResponse:
    answer = client.get(f"/quan-tri/hoi-nghi/{slug}/xuat/chuong-trinh.{form}")
    assert answer.status_code == 200, answer.text
    return answer


def made(services: Services, *items: dict[str, Any], **fields: Any) -> str:
    """Another conference with those items; its slug."""
    whole = [{"kind": "paper", "title": "Mục", "planned_ms": 10 * MINUTE_MS, "speaker": None, **item} for item in items]
    new = {"slug": "khac", "title": "Hội nghị khác", "starts_at_ms": OPENING_AT_MS, "units": (), **fields}
    services.conferences.create(NewConference(items=whole, **new), cli_identity("test"))
    return str(new["slug"])


# ---- each form


def test_a_workbook_has_real_times_and_lengths(signed_in: Browser) -> None:
    answer = exported(signed_in("secretary"), "xlsx")

    page = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = list(page.values)
    assert rows[0] == COLUMNS
    assert rows[6][:4] == (6, time(8, 45), 10, "Tham luận")
    assert rows[6][4:9] == ("Thường trực HĐND huyện Bắc Sơn", demo.items()[5]["title"], "185", 10, None)
    assert page["G19"].value == "06634"
    assert len(rows) == 1 + len(demo.items())
    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1"
    assert (page.page_setup.paperSize, page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (9, 1, 0)
    assert f"chuong-trinh-{demo.SLUG}.xlsx" in answer.headers["Content-Disposition"]


def test_a_csv_file_says_the_same_in_words(signed_in: Browser) -> None:
    data = exported(signed_in("mc"), "csv").data

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert data.startswith("\ufeff".encode())
    assert rows[0] == list(COLUMNS)
    assert rows[6][:4] == ["6", "08:45", "10", "Tham luận"]
    assert [row[5] for row in rows[1:]] == [item["title"] for item in demo.items()]


def test_json_is_the_running_order_with_its_conference(signed_in: Browser, caller: Make) -> None:
    whole = json.loads(exported(signed_in("admin"), "json").data)

    assert whole.pop("conference") == caller().get("")
    assert whole == caller().get("/running-order")


def test_a_calendar_has_an_event_an_item_and_replaces_itself(signed_in: Browser, caller: Make) -> None:
    client = signed_in("secretary")
    before = events(client)
    caller("mc").command("start", {"item_id": "1"})
    caller("mc").command("skip", {"item_id": "7"})

    after = events(client)

    assert len(before) == len(demo.items())
    assert before.keys() == after.keys()
    assert {int(event["sequence"]) for event in before.values()} == {0}
    assert {int(event["sequence"]) for event in after.values()} == {2}
    paper = before[f"{demo.SLUG}.6@giaoban"]
    assert paper["dtstart"].dt == datetime(2021, 11, 26, 1, 45, tzinfo=UTC)
    assert paper["dtend"].dt == datetime(2021, 11, 26, 1, 55, tzinfo=UTC)
    assert paper["summary"] == "Tham luận 1: Huyện Bắc Sơn"
    assert paper["location"] == "Huyện Bắc Sơn"
    assert str(demo.items()[5]["title"]) in paper["description"]
    assert after[f"{demo.SLUG}.7@giaoban"]["status"] == "CANCELLED"
    assert {str(event["status"]) for event in before.values()} == {"CONFIRMED"}


def events(client: FlaskClient) -> dict[str, Any]:
    whole = Calendar.from_ical(exported(client, "ics").data)
    assert whole["x-wr-timezone"] == "Asia/Ho_Chi_Minh"
    assert whole["method"] == "PUBLISH"
    return {str(event["uid"]): event for event in whole.walk("VEVENT")}


def test_the_pdf_is_an_official_document_with_every_item(signed_in: Browser) -> None:
    answer = exported(signed_in("technician"), "pdf")

    said = words(answer.data)
    for must in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        demo.MAKET["org"],
        "Lạng Sơn, ngày 26 tháng 11 năm 2021",
        "CHƯƠNG TRÌNH",
        demo.TITLE,
        demo.HOTLINE,
        "07:30 đến 11:50, ngày 26 tháng 11 năm 2021",
        "08:45 – 08:55",
        "Thường trực HĐND xã Cường Lợi, huyện Đình Lập",
        *(item["title"] for item in demo.items()),
    ):
        assert bare(must) in said
    assert answer.headers["Content-Disposition"].startswith("inline")
    first = PdfReader(io.BytesIO(answer.data)).pages[0].mediabox
    assert (round(first.width), round(first.height)) == (595, 842)


def test_the_page_to_print_says_what_the_pdf_says(signed_in: Browser) -> None:
    page = signed_in("mc").get(f"/quan-tri/hoi-nghi/{demo.SLUG}/in").text

    for must in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", demo.MAKET["org"], demo.TITLE, "08:45 – 08:55", "Tham luận 14."):
        assert must in page
    assert page.count("<tr>") == 1 + len(demo.items())


# ---- what people type


@pytest.mark.parametrize("text", SIGNS)
def test_no_cell_is_ever_a_formula(signed_in: Browser, services: Services, text: str) -> None:
    client, slug = signed_in("secretary"), made(services, {"title": text, "speaker": text})

    cells = load_workbook(io.BytesIO(exported(client, "xlsx", slug).data)).worksheets[0][2]
    raw = exported(client, "csv", slug).data.decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(raw, newline="")))[1]

    assert {cell.data_type for cell in (cells[4], cells[5])} == {"s"}
    assert [cells[4].value, cells[5].value] == [text, text]
    assert [row[4], row[5]] == ["'" + text, "'" + text]
    assert [unguarded(row[4]), unguarded(row[5])] == [text, text]


@pytest.mark.parametrize("text", ['#import "x": *', "*", "$x$", "\\", "@nguồn", "<nhãn>", "<script>alert(1)</script>"])
def test_no_title_is_ever_a_source(signed_in: Browser, services: Services, text: str) -> None:
    client, slug = signed_in("secretary"), made(services, {"title": text}, title=f"Hội nghị {text}")

    said = words(exported(client, "pdf", slug).data)

    assert said.count(bare(text)) >= 2
    assert "<script>alert" not in client.get(f"/quan-tri/hoi-nghi/{slug}/in").text


def test_the_longest_texts_are_whole(signed_in: Browser, services: Services) -> None:
    title = ("Nghị quyết " * 30)[:299] + "."
    speaker = ("Thường trực HĐND " * 12)[:199] + "."
    slug = made(services, {"title": title, "speaker": speaker}, title=title)

    said = words(exported(signed_in("secretary"), "pdf", slug).data)

    assert said.count(bare(title)) == 2
    assert bare(speaker) in said


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_programme_of_a_conference_without_rooms_is_a_file_too(
    signed_in: Browser, services: Services, form: str
) -> None:
    data = exported(signed_in("secretary"), form, made(services)).data

    assert data
    if form == "pdf":
        assert bare("Chương trình chưa có mục nào.") in words(data)


def test_what_came_after_the_start_is_marked_as_expected(signed_in: Browser, caller: Make) -> None:
    caller("mc").command("start", {"item_id": "1"})
    item = {"kind": "report", "title": "Báo cáo bổ sung", "planned_ms": 5 * MINUTE_MS}
    assert caller("mc").command("insert", {"position": 2, "item": item}).status_code == 200
    caller("mc").command("skip", {"item_id": "7"})

    said = words(exported(signed_in("mc"), "pdf").data)

    assert bare("dự kiến 08:00 – 08:05") in said
    assert bare("(không tiến hành)") in said


# ---- out and in again


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_went_out_comes_in_again_without_a_change(services: Services, conference: Conference, form: str) -> None:
    units = [Unit(e.code, e.level, e.kind, e.name, e.parent_code) for e in conference.endpoints]
    odd = [
        {"title": text, "speaker": text, "planned_ms": length_ms}
        for text, length_ms in zip(SIGNS, (450_000, 1_000, 60_250, 3_600_000, 7_261_001, 90_000), strict=True)
    ]
    pinned = {"title": "Ghim", "not_before_at_ms": OPENING_AT_MS + 180 * MINUTE_MS, "min_ms": 90_000, "cap_ms": 450_000}
    tomorrow = {"title": "Mai", "kind": "break", "not_before_at_ms": OPENING_AT_MS + 24 * 60 * MINUTE_MS, "min_ms": 0}
    room = {"title": "Điểm cầu", "endpoint_code": COMMUNE, "cap_ms": None}
    slug = made(services, *odd, pinned, room, tomorrow, units=units)
    other, secretary = services.conferences.find(slug), identity_of(services, "secretary")

    file = services.documents.running_order(other, form)
    draft_id = services.agenda_import.take(other, file.name, file.data, {}, secretary)
    draft = services.agenda_import.find(other, draft_id, secretary)
    seen = services.agenda_import.changes(other, draft)

    assert [problem.sentence for problem in seen.problems] == []
    assert [(line.status, line.changes) for line in seen.lines] == [("same", ())] * 9
    assert seen.command is None


# ---- who and what


def test_a_conference_or_a_form_that_is_not_there_is_404(signed_in: Browser) -> None:
    client = signed_in("admin")

    assert client.get("/quan-tri/hoi-nghi/khong-co/xuat/chuong-trinh.pdf").status_code == 404
    assert client.get(f"/quan-tri/hoi-nghi/{demo.SLUG}/xuat/chuong-trinh.docx").status_code == 404
    assert client.get("/quan-tri/hoi-nghi/khong-co/in").status_code == 404
