"""Takes the pictures of README and guide again, into docs/images/: .venv/bin/python script/screenshots.py

From a server of its own on a fresh demo, in the middle of a morning: the third paper, most rooms present.
"""

import sys
import tempfile
from pathlib import Path
from typing import cast
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402  # after the path that finds tests/
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from giaoban.services import Services  # noqa: E402
from giaoban.services.clock import SystemClock  # noqa: E402
from giaoban.services.running_order import CommandRequest  # noqa: E402
from tests.browser.conftest import ARGUMENTS, CHROMIUM, sign_in  # noqa: E402
from tests.browser.hall import check_in_rooms  # noqa: E402
from tests.conftest import code_of, identity_of, make_app, seed  # noqa: E402
from tests.fakes import FakeClock  # noqa: E402
from tests.live_server import LiveServer  # noqa: E402

IMAGES = ROOT / "docs" / "images"
MINUTE_MS = 60_000
LASTED_MS = tuple(int(minutes * MINUTE_MS) for minutes in (31, 9, 11, 17, 12, 10.5, 11))
ON_FOR_MS = 217_000  # what is on has been on for


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        began_at_ms = SystemClock().now_ms() - sum(LASTED_MS) - ON_FOR_MS
        database = seed(f"sqlite:///{folder}/pictures.sqlite3", began_at_ms // (5 * MINUTE_MS) * 5 * MINUTE_MS)
        app = make_app(database, FakeClock(began_at_ms))
        play(app)
        server = LiveServer(database, lambda code: code_of(app, code))
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
                take(server, browser)
                browser.close()
        finally:
            server.stop()


def play(app: Flask) -> None:
    """The morning up to the third paper; all rooms but a few have checked in."""
    services: Services = app.extensions["giaoban"]
    clock = cast(FakeClock, services.clock)
    with app.app_context():
        conference = services.conferences.current()
        mc, secretary = identity_of(services, "mc"), identity_of(services, "secretary")
        for version, lasted_ms in enumerate((0, *LASTED_MS)):
            clock.advance(lasted_ms)
            services.running_order.dispatch(conference.slug, CommandRequest(str(uuid4()), version, "next", {}), mc)
            if version == 0:
                check_in_rooms(services, conference, secretary)


def take(server: LiveServer, browser: Browser) -> None:
    """One picture a screen, at its real size."""
    projector = page(browser, 1920, 1080)
    projector.goto(server.url + "/man-chieu")
    projector.get_by_text("Huyện Văn Lãng").first.wait_for()
    room = page(browser, 360, 740)
    room.goto(f"{server.url}/vao/{server.code('181')}")
    room.get_by_text("Đã kết nối").wait_for()
    console = page(browser, 1366, 768)
    sign_in(console, server, "mc", "/dieu-hanh")
    board = page(browser, 1366, 768)
    sign_in(board, server, "secretary", "/diem-danh")
    for name, screen in (("projector", projector), ("console", console), ("board", board), ("endpoint", room)):
        screen.evaluate("document.fonts.ready")
        screen.wait_for_load_state("networkidle")
        screen.screenshot(path=IMAGES / f"{name}.png")


def page(browser: Browser, width: int, height: int) -> Page:
    return browser.new_context(viewport={"width": width, "height": height}).new_page()


if __name__ == "__main__":
    main()
