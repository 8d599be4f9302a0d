"""The full-screen title in a real browser: the conference's and the parts', held or following, whole in any picture."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import resize
from tests.browser.test_lower_third import GROUND, LONG_SPEAKER, LONG_TITLE, paper
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

SIZES: Any = [(1920, 1080), (3840, 2160), (1280, 720), (1024, 768), (720, 576)]
# Words outside the title-safe picture (5 % from each side), cut ones, and ones that a line of letters cannot hold.
UNSAFE = """
() => Array.from(document.querySelectorAll("[data-in] > p, [data-in] > h1")).filter((el) => {
  const box = el.getBoundingClientRect();
  const high = parseFloat(getComputedStyle(el).lineHeight) / parseFloat(getComputedStyle(el).fontSize);
  return box.width && (box.left < innerWidth * 0.05 || box.right > innerWidth * 0.95 || box.top < innerHeight * 0.05
    || box.bottom > innerHeight * 0.95 || el.scrollWidth > el.clientWidth + 1 || high < 1.29);
}).map((el) => el.className + " " + JSON.stringify(el.getBoundingClientRect()))
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, service_workers="block")
    page = context.new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    context.close()
    assert errors == []


def part(page: Page, name: str) -> Any:
    return page.locator("[data-in] [data-put=" + name + "]")


def test_it_follows_the_order_and_every_text_is_whole_in_every_picture(page: Page, server: LiveServer) -> None:
    page.goto(server.url + "/phat-bieu/toan-man")
    expect(page.get_by_text("HỘI NGHỊ TRỰC TUYẾN")).to_be_visible()
    for width, height in SIZES:
        resize(page, width, height)
        assert page.evaluate(UNSAFE) == [], (width, height)

    paper(server)
    expect(part(page, "unit")).to_have_text("Huyện Văn Quan")
    expect(page.get_by_text("HỘI NGHỊ TRỰC TUYẾN")).to_be_hidden()
    expect(part(page, "label")).to_have_text("Tham luận 1/15")
    server.command("insert", {"position": 2, "item": {"kind": "paper", "title": "Thêm", "planned_ms": 60_000}})
    expect(part(page, "label")).to_have_text("Tham luận 1/16")  # in its place, nothing goes out

    paper(server, position=2, speaker=LONG_SPEAKER, title=LONG_TITLE)
    expect(part(page, "topic")).to_have_text(LONG_TITLE)
    for width, height in SIZES[-2:]:
        resize(page, width, height)
        assert page.evaluate(UNSAFE) == [], (width, height)

    rest = server.command(
        "insert", {"position": 3, "item": {"kind": "break", "title": "Giải lao", "planned_ms": 60_000}}
    )
    server.command("next", {"item_id": rest["events"][0]["item_id"]})
    expect(part(page, "topic")).to_contain_text("Hội nghị tiếp tục lúc")
    expect(part(page, "label")).to_be_hidden()
    server.command("finish")
    expect(page.get_by_text("HỘI NGHỊ TRỰC TUYẾN")).to_be_visible()


def test_it_is_held_or_goes_by_itself_over_a_ground_that_can_be_seen_through(page: Page, server: LiveServer) -> None:
    page.goto(server.url + "/phat-bieu/toan-man?giu=8&nen=trong")
    expect(part(page, "label")).to_have_text("Tham luận 8/14")
    assert page.evaluate(GROUND) == ["rgba(0, 0, 0, 0)"] * 2
    held = page.context.new_page()
    held.goto(server.url + "/phat-bieu/toan-man?giu=hoi-nghi")
    short = page.context.new_page()
    short.goto(server.url + "/phat-bieu/toan-man?giay=30")
    paper(server)
    picture = short.locator("[data-title-card]")
    expect(short.get_by_text("Huyện Văn Quan")).to_be_visible()
    expect(picture).to_be_hidden()
    expect(part(page, "label")).to_have_text("Tham luận 8/15")  # the programme has one more before it
    expect(part(page, "unit")).to_have_text("Huyện Chi Lăng")
    expect(held.get_by_text("HỘI NGHỊ TRỰC TUYẾN")).to_be_visible()
