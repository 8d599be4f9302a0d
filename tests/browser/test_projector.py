"""The projector in a real browser: it follows, counts by the server's clock, and says when it has lost the line."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import bar
from tests.live_server import LiveServer
from tests.waiting import asked_until

pytestmark = pytest.mark.browser

"""How long a test waits for what the line brings; the promise is 5 s for its loss and 3 s for its return."""

# The machine's clock as a script sees it, shifted by as much as window.shiftMs says at the moment.
WRONG_CLOCK = """
(() => {
  const Right = Date;
  window.shiftMs = %d;
  window.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + window.shiftMs); }
    static now() { return Right.now() + window.shiftMs; }
  };
})();
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A screen of 1920×1080 on which no script fails."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    page.context.close()
    assert errors == []


def scene(page: Page, name: str) -> None:
    expect(page.locator(f"[data-name={name}]")).to_have_attribute("data-on", "")
    expect(page.locator("[data-on]")).to_have_count(1)


def paper(server: LiveServer, endpoint_code: str) -> str:
    """The id of that room's paper."""
    items = requests.get(f"{server.url}/api/v1/conferences/{server.slug}/running-order", timeout=30).json()["items"]
    return str(next(item["id"] for item in items if item["endpoint_code"] == endpoint_code))


def seconds_left(page: Page) -> int:
    text = page.locator(".timer__digits").inner_text()
    minutes, seconds = text.lstrip("+").split(":")
    return (-1 if text.startswith("+") else 1) * (int(minutes) * 60 + int(seconds))


def test_it_switches_itself_when_the_mc_starts_an_item(page: Page, server: LiveServer) -> None:
    page.goto(server.url + "/man-chieu")
    scene(page, "maket")

    server.command("start", {"item_id": paper(server, "180")})
    scene(page, "speaker")
    expect(page.locator(".speak__unit")).to_have_text("Huyện Tràng Định")
    expect(page.locator(".strip [data-put=number]")).to_have_text("8/14")
    expect(page.locator(".timer__state")).to_have_text("Còn lại")

    server.command("add_time", {"delta_ms": -485_000})
    expect(page.locator(".timer")).to_have_attribute("data-state", "warning")
    server.command("pause")
    expect(page.locator(".timer__state")).to_have_text("Tạm dừng")
    server.command("finish")
    scene(page, "maket")


@pytest.mark.own_server
def test_it_keeps_counting_when_the_line_is_lost_and_knows_everything_when_it_is_back(
    page: Page, server: LiveServer
) -> None:
    server.command("start", {"item_id": paper(server, "180")})
    page.goto(server.url + "/man-chieu")
    scene(page, "speaker")
    lost = page.get_by_text("Mất kết nối")
    expect(lost).to_be_hidden()

    server.freeze()  # nothing is closed: only the silence can tell
    expect(lost).to_be_visible()
    before = seconds_left(page)
    page.wait_for_function(
        "before => document.querySelector('.timer__digits').textContent !== before", arg=clock(before)
    )
    assert seconds_left(page) < before
    expect(page.locator(".speak__unit")).to_have_text("Huyện Tràng Định")
    server.thaw()
    expect(lost).to_be_hidden()

    server.kill()
    expect(lost).to_be_visible()
    server.start()
    server.command("next", {"item_id": paper(server, "189")})
    expect(page.locator(".speak__unit")).to_have_text("Huyện Đình Lập")
    expect(lost).to_be_hidden()


def clock(seconds: int) -> str:
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def test_a_wrong_clock_of_the_machine_changes_nothing(browser: Browser, server: LiveServer) -> None:
    server.command("start", {"item_id": paper(server, "180")})
    right = browser.new_page()
    wrong = [browser.new_page() for _ in range(3)]
    for page, shift_ms in zip(wrong, (3_600_000, -3_600_000, 30_000), strict=True):
        page.add_init_script(WRONG_CLOCK % shift_ms)
    for page in (right, *wrong):
        page.goto(server.url + "/man-chieu")
        scene(page, "speaker")

    def as_right(page: Page) -> bool:
        earlier, shown, later = seconds_left(right), seconds_left(page), seconds_left(right)
        before, told, after = time_of_day(right), time_of_day(page), time_of_day(right)
        return earlier + 1 >= shown >= later - 1 and told in (before, after)  # a second apart at the moment of the tick

    def agree() -> None:
        for page in wrong:
            asked_until(partial(as_right, page), "the same time on all")

    agree()
    for page in wrong:
        page.evaluate("window.shiftMs = -window.shiftMs")  # somebody sets the clock meanwhile
    server.command("add_time", {"delta_ms": 60_000})
    for page in (right, *wrong):
        expect(page.locator(".timer__note")).to_have_text("Thời lượng 11 phút")
    agree()
    for page in (right, *wrong):
        page.context.close()


def time_of_day(page: Page) -> str:
    return page.locator("[data-on] .strip .clock").inner_text()


def test_every_scene_has_its_time_or_can_be_chosen(page: Page, server: LiveServer) -> None:
    server.command("insert", {"position": 1, "item": {"kind": "break", "title": "Giải lao", "planned_ms": 600_000}})
    page.goto(server.url + "/man-chieu")
    server.command("next")
    scene(page, "break")
    expect(page.locator(".brk__d")).to_contain_text("09:")
    expect(page.locator(".brk__t")).to_contain_text("Hội nghị tiếp tục lúc")

    server.command("set_message", {"text": "Xin mời quý vị ổn định chỗ ngồi", "to": "all"})
    for name in ("agenda", "roll_call", "break", "message", "black", "maket"):
        server.command("set_scene", {"name": name})
        scene(page, name)
    expect(page.locator(".scene--maket .notice")).to_have_text("Xin mời quý vị ổn định chỗ ngồi")
    server.command("set_message", {"text": "", "to": "all"})
    expect(page.locator(".scene--maket .notice")).to_be_hidden()


def test_the_agenda_counts_expected_times_by_itself(page: Page, server: LiveServer) -> None:
    server.command("start", {"item_id": "1"})
    server.command("set_scene", {"name": "agenda"})
    page.goto(server.url + "/man-chieu")
    scene(page, "agenda")
    open_again = bar(page, "**/man-chieu/chuong-trinh**")
    part = page.locator("#agenda [data-expected-of]").first
    told = part.inner_text()

    part.evaluate("place => (place.textContent = 'nothing')")

    expect(part).to_have_text(told)
    open_again()
    server.command("add_time", {"delta_ms": 20 * 60_000})
    expect(part).not_to_have_text(told)


def test_the_roll_call_follows_the_check_ins(page: Page, server: LiveServer) -> None:
    server.command("set_scene", {"name": "roll_call"})
    page.goto(server.url + "/man-chieu")
    big = page.locator(".rc__big")
    expect(big).to_have_text("0")

    server.check_in("06010")
    expect(big).to_have_text("1")
    expect(page.locator(".rc__row", has_text="Tràng Định").locator(".rc__n")).to_have_text("1/23")
    server.command("set_scene", {"name": "agenda"})
    expect(page.locator(".scene--agenda .strip__figure")).to_have_text("1/211 điểm cầu có mặt")


def test_it_is_a_picture_by_itself(browser: Browser, server: LiveServer) -> None:
    """Red before any style arrives, complete before any script does."""
    server.command("start", {"item_id": paper(server, "180")})
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(server.url + "/man-chieu")
    expect(page.locator(".speak__unit")).to_be_visible()
    expect(page.locator(".timer__digits")).to_contain_text(":")
    expect(page.get_by_text("Mất kết nối")).to_be_hidden()

    bare = browser.new_page()
    bare.route("**/*.css", lambda route: route.abort())
    bare.goto(server.url + "/man-chieu")
    assert bare.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(154, 10, 15)"
    for one in (page, bare):
        one.context.close()


def test_the_hall_sees_the_count_that_the_mc_froze(
    console: Callable[..., Page], browser: Browser, server: LiveServer
) -> None:
    mc = console("mc")
    with closing(browser.new_page()) as hall:  # a screen that is left over would follow the next test's conference
        _freeze_and_show(mc, hall, server)


def _freeze_and_show(mc: Page, hall: Page, server: LiveServer) -> None:
    hall.goto(f"{server.url}/man-chieu")
    mc.locator("#open-reader").click()
    mc.get_by_role("button", name="Chốt điểm danh").click()
    expect(mc.locator(".pill--frozen")).to_contain_text("Chốt lần")

    mc.get_by_role("button", name="Đưa lên màn chiếu").click()

    expect(hall.locator(".rc__frozen")).to_contain_text("lần")
    expect(hall.locator(".rc__frozen")).to_be_visible()
    mc.get_by_role("link", name="Hiện tại").click()
    held: list[Route] = []
    mc.route("**/ket-qua/man-chieu*", lambda route: held.append(route))
    mc.get_by_role("button", name="Đưa lên màn chiếu").click()
    asked_until(lambda: bool(mc.evaluate("1") and held), "the press is on its way")
    mc.keyboard.press("Escape")
    expect(mc.locator("#drawer.reader")).to_have_count(0)
    with mc.expect_response("**/ket-qua/man-chieu*") as answer:
        held[0].continue_()
    answer.value.finished()
    mc.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => true)")
    expect(hall.locator(".rc__frozen")).to_have_count(0)
    expect(mc.locator("#drawer.reader")).to_have_count(0)  # what was closed stays so when the answer comes
