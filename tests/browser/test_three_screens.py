"""The three screens together: a press in the console shows in the hall and in a room."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import press_twice, sign_in
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
HALL = {"width": 1920, "height": 1080}
DESK = {"width": 1366, "height": 768}


def test_next_in_the_console_shows_in_the_hall_and_in_the_room(browser: Browser, server: LiveServer) -> None:
    for item_id in "12345":
        server.command("skip", {"item_id": item_id})
    server.command("start", {"item_id": "6"})  # Huyện Bắc Sơn, the first paper
    contexts = [browser.new_context(viewport=size) for size in (DESK, HALL, PHONE)]  # type: ignore[arg-type]
    console, hall, room = (context.new_page() for context in contexts)
    sign_in(console, server, "mc", "/dieu-hanh")
    hall.goto(f"{server.url}/man-chieu")
    room.goto(f"{server.url}/vao/{server.code('182')}")
    for page in (console, hall, room):
        expect(page.get_by_text("Huyện Bắc Sơn").first).to_be_visible()

    press_twice(console)

    expect(console.locator(".now__unit")).to_have_text("Thành phố Lạng Sơn")
    for page in (hall, room):
        expect(page.get_by_text("Huyện Bắc Sơn").filter(visible=True)).to_have_count(0)
        expect(page.get_by_text("Thành phố Lạng Sơn").filter(visible=True).first).to_be_visible()
    for context in contexts:
        context.close()
