"""The longest words that the server takes, on the narrowest screen: no page becomes wider than its window."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import sign_in
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

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


def test_the_lines_of_the_agenda_never_run_into_each_other(browser: Browser, server: LiveServer) -> None:
    paper = {"kind": "paper", "title": "Chuyên đề", "planned_ms": 600_000}
    paper["speaker"] = "Thường trực HĐND thị trấn Nông Trường Thái Bình, huyện Đình Lập"
    server.command("insert", {"position": 1, "item": paper})
    server.command("next")
    server.command("set_scene", {"name": "agenda"})
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    for message in ("", "Xin giữ trật tự.", ("Đề nghị các điểm cầu giữ trật tự; " * 10)[:300]):
        server.command("set_message", {"text": message, "to": "all"})
        page.goto(f"{server.url}/man-chieu")
        expect(page.locator("[data-name=agenda] .ag__it li")).to_have_count(14)
        page.evaluate("document.fonts.ready")
        rows, letters = page.evaluate(
            """() => {
              const lines = [...document.querySelectorAll(".ag__it li")];
              const texts = lines.map((line) => line.querySelector(".ag__two"));
              return [
                Math.min(...lines.map((line) => line.clientHeight / parseFloat(getComputedStyle(line).fontSize))),
                Math.max(...texts.map((text) => text.clientHeight / parseFloat(getComputedStyle(text).fontSize))),
              ];
            }"""
        )
        assert rows >= 1.25, message  # letters with two marks above and one below stay apart
        assert letters < 2, message  # one line each
    page.context.close()
