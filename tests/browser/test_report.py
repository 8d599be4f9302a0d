"""The report and the cap's line in a browser: nothing that axe finds serious, nothing wider than its page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import faults
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]


@pytest.fixture
def morning(server: LiveServer) -> LiveServer:
    """Two papers, the first over its cap, the second paused just now; one command was undone."""
    server.command("start", {"item_id": "6"})
    server.command("add_time", {"delta_ms": 60_000})
    server.command("add_time", {"delta_ms": 60_000})
    server.command("undo")
    server.command("next", {"item_id": "7"})
    server.command("pause")
    return server


@pytest.fixture
def page(browser: Browser, morning: LiveServer) -> Iterator[Page]:
    """Axe may be put into this one, though the pages' policy would refuse it."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, morning, "mc", "/dieu-hanh")
    yield page
    context.close()


def test_the_report_is_reached_from_the_console_and_has_no_serious_fault(page: Page) -> None:
    page.locator(".card--log").get_by_text("Báo cáo").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo điều hành")
    expect(page.get_by_role("img")).to_be_visible()
    expect(page.get_by_text("Lệnh đã hoàn tác, không tính vào báo cáo")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("width", [1366, 1024, 360])
def test_the_report_is_no_wider_than_its_page(page: Page, morning: LiveServer, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(morning.url + "/dieu-hanh/bao-cao")

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_line_of_the_cap_and_the_form_of_a_reason_have_no_serious_fault(page: Page) -> None:
    page.locator(".cap__r", has_text="Khác").click()
    expect(page.locator("#cap-own")).to_be_focused()
    assert faults(page) == []

    page.locator(".card--log").get_by_text("Sửa lý do").click()
    expect(page.locator("#drawer form")).to_be_visible()
    assert faults(page) == []

    page.goto(page.url.replace("/dieu-hanh", "/dieu-hanh/nhat-ky"))
    page.get_by_text("Sửa lý do").click()
    expect(page.get_by_text("Ghi lý do")).to_be_visible()
    assert faults(page) == []
