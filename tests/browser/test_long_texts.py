"""The longest words that the server takes, on the narrowest screen: no page becomes wider than its window."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import sign_in
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

UNBROKEN = "Ẵ" * 300


def test_words_without_a_blank_widen_no_page(browser: Browser, server: LiveServer) -> None:
    item = {"kind": "paper", "title": UNBROKEN, "planned_ms": 600_000}
    for position in (1, 2):
        server.command("insert", {"position": position, "item": item})
    server.command("set_message", {"text": UNBROKEN, "to": "all"})
    server.command("next")
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, server, "mc", "/dieu-hanh")
    for path in ("/dieu-hanh", "/dieu-hanh?sua=1", "/dieu-hanh/nhat-ky", "/diem-danh", "/man-chieu"):
        page.goto(server.url + path)
        expect(page.get_by_text("Ẵ").first if path != "/diem-danh" else page.locator("#cell-178")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    context.close()
    context = browser.new_context(viewport={"width": 360, "height": 740})
    room = context.new_page()
    room.goto(f"{server.url}/vao/{server.code('178')}")
    expect(room.locator("[data-put=now]")).to_have_text(UNBROKEN)
    assert room.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
