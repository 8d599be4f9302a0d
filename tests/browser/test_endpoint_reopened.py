"""A room's telephone that is closed and opened again: with the network, without it, and after it has left the room."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.phones import PHONE, check_ins, connected, status_card
from tests.live_server import ClusterServer, LiveServer
from tests.waiting import asked_until

pytestmark = [pytest.mark.browser, pytest.mark.own_server, pytest.mark.any_server]

COMMUNE, OTHER = "06634", "06010"
# The worker would answer, and what it would answer with is the page that is open: no other render has the same facts.
KEPT = """
async () => {
  const registration = await navigator.serviceWorker.getRegistration("/diem-cau");
  const kept = await (await caches.open("giaoban-diem-cau")).match("/diem-cau");
  const facts = document.getElementById("page").textContent;
  return registration?.active?.state === "activated" && Boolean(kept) && (await kept.text()).includes(facts);
}
"""


@pytest.fixture
def telephone(browser: Any, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """`telephone()`: its browser is opened, after it was closed if it was open; it keeps what browsers keep."""
    opened: list[BrowserContext] = []

    def open_it() -> BrowserContext:
        if opened:
            opened.pop().close()
        opened.append(
            browser.browser_type.launch_persistent_context(
                tmp_path / "profile",
                executable_path=CHROMIUM,
                headless=True,
                args=list(ARGUMENTS),
                viewport=PHONE,
                locale="vi-VN",
            )
        )
        return opened[0]

    yield open_it
    for context in opened:
        context.close()


def enter(context: BrowserContext, server: LiveServer, code: str = COMMUNE) -> Page:
    page = context.pages[0]
    page.goto(f"{server.url}/vao/{server.code(code)}")
    connected(page)
    return page


def kept(page: Page) -> None:
    """This very page has laid itself by, and the worker that will open it is there."""
    asked_until(lambda: page.evaluate(KEPT), "the page in its browser's keeping")


def say_present(page: Page, heads: int) -> None:
    page.get_by_label("Số đại biểu tại điểm cầu").fill(str(heads))
    page.get_by_role("button", name="Có mặt").click()


def says_that_it_is_kept(page: Page, server: LiveServer) -> None:
    """Behind nginx something does answer: that the server does not."""
    why = "Máy chủ chưa trả lời." if isinstance(server, ClusterServer) else "Không có mạng."
    expect(page.locator("p[data-kept]:not([hidden])")).to_contain_text(f"{why} Trang lưu lúc")


def lose(page: Page, server: LiveServer) -> None:
    server.kill()
    expect(page.get_by_text("Mất kết nối")).to_be_visible()


def test_what_waits_outlives_the_browser(telephone: Callable[[], BrowserContext], server: LiveServer) -> None:
    page = enter(telephone(), server)
    lose(page, server)
    say_present(page, 12)
    expect(status_card(page)).to_contain_text("Có mặt, đang chờ gửi")
    pressed = re.search(r"bấm lúc (\d\d:\d\d)", status_card(page).inner_text())
    assert pressed is not None

    context = telephone()
    server.start()
    page = context.pages[0]
    page.goto(f"{server.url}/diem-cau")

    expect(status_card(page)).to_contain_text(f"12 đại biểu, lúc {pressed[1]}")
    [record] = check_ins(server)
    assert record["happened_at_ms"] < record["received_at_ms"]


def test_it_opens_without_a_network_and_takes_a_check_in(
    telephone: Callable[[], BrowserContext], server: LiveServer
) -> None:
    page = enter(telephone(), server)
    kept(page)
    lose(page, server)

    page = telephone().pages[0]
    page.goto(f"{server.url}/diem-cau")
    says_that_it_is_kept(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Điểm cầu xã Cường Lợi")
    expect(page.get_by_text("Mất kết nối")).to_be_visible()
    say_present(page, 14)
    expect(status_card(page)).to_contain_text("Có mặt, đang chờ gửi")

    page = telephone().pages[0]  # and closed once more, still without a network
    page.goto(f"{server.url}/diem-cau")
    expect(status_card(page)).to_contain_text("Có mặt, đang chờ gửi")

    server.start()
    expect(status_card(page)).to_contain_text("14 đại biểu, lúc")
    connected(page)
    expect(page.locator("p[data-kept]:not([hidden])")).to_have_count(0)
    [record] = check_ins(server)
    assert record["received_at_ms"] - 120_000 < record["happened_at_ms"] < record["received_at_ms"]
    kept(page)  # the fresh one


def test_after_a_check_in_the_present_page_comes_with_the_network(
    telephone: Callable[[], BrowserContext], server: LiveServer
) -> None:
    page = enter(telephone(), server)
    kept(page)
    lose(page, server)
    page = telephone().pages[0]
    page.goto(f"{server.url}/diem-cau")
    say_present(page, 14)

    server.start()

    expect(page.locator("p[data-kept]:not([hidden])")).to_have_count(0)
    expect(status_card(page)).to_contain_text("14 đại biểu, lúc")
    assert len(check_ins(server)) == 1


def test_it_shows_what_it_knew_last(telephone: Callable[[], BrowserContext], server: LiveServer) -> None:
    page = enter(telephone(), server)
    kept(page)
    say_present(page, 9)
    expect(status_card(page)).to_contain_text("9 đại biểu, lúc")
    lose(page, server)

    page = telephone().pages[0]
    page.goto(f"{server.url}/diem-cau")

    says_that_it_is_kept(page, server)
    expect(status_card(page)).to_contain_text("9 đại biểu, lúc")
    expect(page.get_by_role("button", name="Có mặt")).to_be_hidden()


def test_with_a_network_it_is_never_an_old_page(telephone: Callable[[], BrowserContext], server: LiveServer) -> None:
    page = enter(telephone(), server)
    kept(page)
    server.check_in(COMMUNE)

    page = telephone().pages[0]
    page.goto(f"{server.url}/diem-cau")

    expect(page.locator("p[data-kept]:not([hidden])")).to_have_count(0)
    expect(status_card(page)).to_contain_text("5 đại biểu, lúc")
    connected(page)


def test_after_another_room_has_come_nothing_of_the_first_is_left(
    telephone: Callable[[], BrowserContext], server: LiveServer
) -> None:
    page = enter(telephone(), server)
    kept(page)
    page.goto(f"{server.url}/vao/{server.code(OTHER)}")
    page.get_by_role("button", name="Đổi sang").click()
    connected(page)
    name = page.get_by_role("heading", level=1).inner_text()
    kept(page)
    lose(page, server)

    page = telephone().pages[0]
    page.goto(f"{server.url}/diem-cau")

    says_that_it_is_kept(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_after_signing_out_nothing_is_left(telephone: Callable[[], BrowserContext], server: LiveServer) -> None:
    page = enter(telephone(), server)
    kept(page)
    page.goto(f"{server.url}/vao")
    page.get_by_role("button", name="Thoát khỏi điểm cầu").click()
    page.wait_for_url("**/vao")
    asked_until(lambda: page.evaluate("async () => (await caches.keys()).length === 0"), "an empty keeping")
    assert page.evaluate("localStorage.getItem('giaoban-last')") is None


def test_the_worker_is_of_this_release_and_reaches_no_further(server: LiveServer) -> None:
    answer = requests.get(f"{server.url}/diem-cau/ngoai-tuyen.js", timeout=30)

    assert answer.headers["Service-Worker-Allowed"] == "/diem-cau"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    assert re.search(r'RELEASE = "[0-9a-f]{12}"', answer.text)
    assert f"ws://127.0.0.1:{server.port}" in answer.text  # the page that it opens may connect as the server's may
