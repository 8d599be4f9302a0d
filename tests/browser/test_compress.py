"""Dồn lịch in a browser: from the suggestion to the order that ends on time; rows that follow a delay by themselves."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

MINUTE_MS = 60_000
LATE = re.compile(r"trễ \d\d phút")  # the server may have opened a few minutes early


def make_late(server: LiveServer) -> None:
    """The first item is on, and the second is going to take a quarter of an hour longer than planned."""
    server.command("start", {"item_id": "1"})
    server.command("set_lengths", {"lengths": {"2": 25 * MINUTE_MS}})


def test_from_the_suggestion_to_an_order_that_ends_on_time_and_back(console: Open, server: LiveServer) -> None:
    make_late(server)
    page = console()
    expect(page.locator("[data-slip]")).to_have_text(LATE)
    expect(page.locator(".squeeze")).to_contain_text("tham luận còn")

    page.get_by_role("link", name="Dồn lịch").click()
    expect(page.locator("#squeeze-plan")).to_contain_text("mục đổi thời lượng")
    page.locator("#floor-paper").fill("9:30")
    page.locator("#floor-paper").press("Enter")
    expect(page.locator(".squeeze-table")).to_contain_text("09:30")
    expect(page.locator("#floor-paper")).to_have_value("9:30")
    page.get_by_role("button", name="Áp dụng").click()

    expect(page.locator("[data-slip]")).to_have_text("đúng giờ")
    expect(page.locator("#squeeze-plan")).to_have_count(0)
    expect(page.locator(".squeeze")).to_have_count(0)

    page.keyboard.press("u")
    expect(page.locator("[data-slip]")).to_have_text(LATE)


def test_what_does_not_fit_is_skipped_from_the_drawer(console: Open, server: LiveServer) -> None:
    make_late(server)
    page = console()
    page.get_by_role("link", name="Dồn lịch").click()
    page.locator("#floor-paper").fill("10")
    page.locator("#floor-discussion").fill("20")
    page.locator("#floor-opening").fill("25")
    page.locator("#floor-report").fill("15")
    with page.expect_response(lambda answer: "san_report=15" in answer.url):
        page.locator("#squeeze-again").click()
    expect(page.locator("#squeeze-plan")).to_contain_text("Không kịp")

    skip = page.locator(".squeezed__skip button")
    for left in range(skip.count(), 0, -1):
        expect(skip).to_have_count(left)
        skip.first.click()

    expect(page.locator("#squeeze-apply")).to_be_visible()
    expect(page.locator('[data-item-state="skipped"]').first).to_be_attached()
