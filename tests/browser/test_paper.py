"""The paper fallback from the console: one click, and also with the line lost."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pypdf import PdfReader

from tests.browser.conftest import sign_in
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

PAPER = "**/dieu-hanh/ban-giay*"


@pytest.fixture
def page(browser: Browser, server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def shows(answer: Response, version: int) -> bool:
    """Whether it brings the paper of that version; one of the version before may still be on its way."""
    return "/dieu-hanh/ban-giay" in answer.url and f'"{version}-' in answer.headers.get("etag", "")


def version(data: bytes) -> str:
    """The order's version that is printed on it: "bản 1/214"."""
    first = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    return first.split("bản")[1].split("/")[0].strip()


@pytest.mark.own_server
def test_the_last_paper_is_at_hand_when_the_server_is_gone(page: Page, server: LiveServer, tmp_path: Path) -> None:
    with page.expect_response(PAPER):
        sign_in(page, server, "mc", "/dieu-hanh")
    with page.expect_response(lambda answer: shows(answer, 1), timeout=60_000) as renewed:
        page.locator("#press-go").click()
    renewed.value.finished()
    server.stop()
    expect(page.locator("[data-offline]")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Bản giấy").click()

    download.value.save_as(tmp_path / "paper.pdf")
    assert download.value.suggested_filename == f"ban-giay-{server.slug}.pdf"
    assert version((tmp_path / "paper.pdf").read_bytes()) == "1"
    expect(page.locator(".now__unit")).to_be_visible()


def test_one_click_asks_the_server_and_every_form_is_one_click_away(page: Page, server: LiveServer) -> None:
    sign_in(page, server, "secretary", "/dieu-hanh")

    paper = page.request.get(f"{server.url}{page.get_by_role('link', name='Bản giấy').get_attribute('href')}")
    assert version(paper.body()) == "0"
    for name, kind in {
        "Bản in": "text/html",
        "PDF": "application/pdf",
        "XLSX": "spreadsheetml",
        "CSV": "text/csv",
        "Lịch": "text/calendar",
        "JSON": "application/json",
    }.items():
        link = page.get_by_role("group", name="Xuất chương trình").get_by_role("link", name=name, exact=True)
        answer = page.request.get(f"{server.url}{link.get_attribute('href')}")
        assert kind in answer.headers["content-type"], name
