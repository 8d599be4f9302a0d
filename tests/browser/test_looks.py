"""The choice of the stage's looks in a real browser: seen in small before it is saved, and on open screens at once."""

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import Open, complaint, sign_in
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

PLUM = "rgb(124, 10, 46)"
DARKEST_PLUM = "rgb(61, 4, 22)"
CRIMSON = "rgb(154, 10, 15)"


def frame(page: Page, title: str) -> FrameLocator:
    found = page.frame_locator(f'iframe[title="Xem trước: {title}"]')
    found.locator("[data-on]").wait_for()
    return found


def test_a_choice_is_seen_in_small_and_once_saved_on_every_open_screen(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    said: list[str] = []
    context.on("console", lambda line: said.extend(filter(None, [complaint(line)])))
    hall, overlay, admin = context.new_page(), context.new_page(), context.new_page()
    hall.goto(f"{server.url}/man-chieu")
    overlay.goto(f"{server.url}/phat-bieu/lop-phu")
    maket = hall.locator(".scene--maket")
    expect(maket).to_have_css("background-color", CRIMSON)
    expect(hall.locator(".scene--maket .drum__whole")).to_be_visible()
    sign_in(admin, server, "admin", "/quan-tri")
    admin.goto(f"{server.url}/quan-tri/hoi-nghi/{server.slug}")

    for choice in ("Đỏ mận", "Mặt trời", "Dịu"):
        admin.get_by_label(choice).check()
    admin.get_by_role("button", name="Lưu hình thức").scroll_into_view_if_needed()

    small, over = frame(admin, "Ma két"), frame(admin, "Người phát biểu quá giờ")
    expect(small.locator(".scene")).to_have_css("background-color", PLUM)
    expect(small.locator(".drum__sun")).to_be_visible()
    expect(over.locator(".timer")).to_have_css("background-color", DARKEST_PLUM)
    expect(over.get_by_text("Quá giờ")).to_be_visible()
    expect(maket).to_have_css("background-color", CRIMSON)  # nothing has been saved

    admin.get_by_role("button", name="Lưu hình thức").click()
    admin.get_by_text("Đã lưu hình thức màn chiếu.").wait_for()

    expect(maket).to_have_css("background-color", PLUM)
    expect(hall.locator(".scene--maket .drum__whole")).to_be_hidden()
    expect(hall.locator("html")).to_have_attribute("data-overtime", "gentle")
    expect(overlay.locator(".lt__plate")).to_have_css("background-color", PLUM)
    expect(admin.get_by_label("Đỏ mận")).to_be_checked()
    context.close()
    assert said == []


def test_a_sample_that_has_only_begun_to_come_keeps_nobody_from_choosing(console: Open, server: LiveServer) -> None:
    admin = console("admin", f"/quan-tri/hoi-nghi/{server.slug}")
    over = frame(admin, "Người phát biểu quá giờ")
    frame(admin, "Ma két")
    admin.locator('iframe[title="Xem trước: Ma két"]').evaluate(
        "sample => sample.contentDocument.documentElement.remove()"
    )

    for choice in ("Đỏ mận", "Dịu"):
        admin.get_by_label(choice).check()

    expect(over.locator(".timer")).to_have_css("background-color", DARKEST_PLUM)
