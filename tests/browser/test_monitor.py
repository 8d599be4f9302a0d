"""The speaker's monitor in a real browser: its states, the MC's messages and their answer, the bell, the lost line."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from giaoban.services.clock import SystemClock
from tests.browser.conftest import sign_in
from tests.conftest import COMMUNE
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

HALL: Any = {"width": 1280, "height": 720}
PHONE: Any = {"width": 360, "height": 740}
MINUTE_MS = 60_000
LONG_UNIT = "Thường trực HĐND thị trấn Nông Trường Thái Bình, huyện Đình Lập"
LONG_TOPIC = ("Kinh nghiệm, giải pháp nâng cao chất lượng ban hành Nghị quyết của HĐND cấp huyện, " * 4)[:300].strip()

MISFITS = """
() => Array.from(document.querySelectorAll(".mon p, .mon h1, .mon button")).filter((el) => {
  const box = el.getBoundingClientRect();
  return box.width && (box.left < 0 || box.right > innerWidth + 1 || box.top < 0 || box.bottom > innerHeight + 1);
}).map((el) => el.className)
"""
STROKES = """
let strokes = 0;
const made = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  document.documentElement.dataset.strokes = String((strokes += 1));
  return made.call(this);
};
"""


@pytest.fixture
def screen(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`screen(HALL)`: a page of a machine of its own, on which no script fails."""
    contexts: list[BrowserContext] = []
    errors: list[Any] = []

    def make(size: Any = HALL, **options: Any) -> Page:
        contexts.append(browser.new_context(viewport=size, locale="vi-VN", **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(error))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def room(page: Page, server: LiveServer, path: str = "/diem-cau", code: str = COMMUNE) -> None:
    page.goto(f"{server.url}/vao/{server.code(code)}")
    if path != "/diem-cau":
        page.goto(server.url + path)


def speak(server: LiveServer, position: int = 1, **fields: Any) -> None:
    """A paper of the room goes on air."""
    item = {"kind": "paper", "title": "Kinh nghiệm", "planned_ms": 10 * MINUTE_MS, "endpoint_code": COMMUNE}
    inserted = server.command("insert", {"position": position, "item": {**item, **fields}})
    server.command("start", {"item_id": inserted["events"][0]["item_id"]})


def say(server: LiveServer, text: str, to: str = "speaker", **more: Any) -> None:
    server.command("set_message", {"text": text, "to": to, **more})


def card(page: Page, text: str) -> Locator:
    return page.locator("form[data-message]", has_text=text)


def state(page: Page) -> Locator:
    return page.locator("[data-monitor]")


def leave(server: LiveServer, left_ms: int) -> None:
    """Give or take so much time that what is on has that much left, however long it has been on; or, where it has not
    been on for long enough, that it has no time at all."""
    with Caller(server, server.token(role="mc")) as mc:
        order = mc.get("/running-order")
        live = order["live"]
        ran_ms = SystemClock().now_ms() - live["started_at_ms"] - live["paused_total_ms"]
        length_ms = live["planned_ms"] + live["added_ms"]
        delta_ms = max(left_ms + ran_ms, 0) - length_ms
        status, answer = mc.command(order["version"], "add_time", {"delta_ms": delta_ms})
    assert status == 200, answer


def test_it_waits_then_counts_and_each_state_changes_ground_word_and_shape(
    screen: Callable[..., Page], server: LiveServer
) -> None:
    page = screen()
    sign_in(page, server, "technician", "/phat-bieu")
    expect(state(page)).to_have_attribute("data-state", "waiting")
    expect(page.get_by_text("Kiểm tra đường truyền")).to_be_visible()

    speak(server, speaker=LONG_UNIT, title=LONG_TOPIC)
    grounds = []
    for name, word, left_ms in (
        ("normal", "Còn lại", None),
        ("warning", "Sắp hết giờ", 115_000),
        ("danger", "Mời kết luận", 29_000),
        ("over", "Quá giờ", -5_000),
    ):
        if left_ms is not None:
            leave(server, left_ms)
        expect(state(page)).to_have_attribute("data-state", name)
        expect(page.locator("[data-put=state]")).to_have_text(word)
        grounds.append(state(page).evaluate("el => getComputedStyle(el).backgroundColor"))
        assert page.evaluate(MISFITS) == []
    assert len(set(grounds)) == 4
    expect(page.locator("[data-put=left]")).to_contain_text("+0")
    server.command("pause")
    expect(page.locator("[data-put=state]")).to_have_text("Tạm dừng")
    server.command("finish")
    expect(state(page)).to_have_attribute("data-state", "waiting")


def test_a_message_reaches_monitor_and_room_and_is_read_there(screen: Callable[..., Page], server: LiveServer) -> None:
    speak(server)
    hall, phone, elsewhere = screen(), screen(PHONE), screen(PHONE)
    sign_in(hall, server, "technician", "/phat-bieu")
    room(phone, server)
    room(elsewhere, server, code="185")
    expect(phone.get_by_text("Đã kết nối")).to_be_visible()
    expect(elsewhere.get_by_text("Đã kết nối")).to_be_visible()

    say(server, "Nói gần micro hơn")
    expect(card(hall, "Nói gần micro hơn")).to_be_visible()
    expect(card(phone, "Nói gần micro hơn")).to_be_visible()
    phone.get_by_role("button", name="Đã rõ").click()
    expect(card(phone, "Nói gần micro hơn")).to_contain_text("Đã xác nhận lúc")
    expect(phone.get_by_role("button", name="Đã rõ")).to_be_hidden()

    phone.reload()
    expect(card(phone, "Nói gần micro hơn")).to_contain_text("Đã xác nhận lúc")
    expect(elsewhere.locator("form[data-message]:visible")).to_have_count(0)

    say(server, "")
    expect(card(phone, "Nói gần micro hơn")).to_be_hidden()
    expect(hall.locator("form[data-message]")).to_be_hidden()


def test_from_the_console_to_the_room_and_back(screen: Callable[..., Page], server: LiveServer) -> None:
    speak(server)
    desk, hall, phone = screen({"width": 1366, "height": 768}), screen(), screen(PHONE)
    sign_in(desk, server, "mc", "/dieu-hanh")
    sign_in(hall, server, "technician", "/phat-bieu")
    room(phone, server)
    expect(phone.get_by_text("Đã kết nối")).to_be_visible()

    desk.get_by_role("button", name="Còn 2 phút").click()
    expect(card(hall, "Còn 2 phút")).to_be_visible()
    expect(card(phone, "Còn 2 phút")).to_be_visible()
    told = desk.locator(".said__r", has_text="Còn 2 phút")
    expect(told).to_contain_text("Chưa xác nhận")

    desk.get_by_text("Một điểm cầu").click()
    name = desk.get_by_label("Tên điểm cầu nhận lời nhắn")
    name.press_sequentially("cao minh")
    expect(desk.locator("#say-rooms li")).to_have_text(["Xã Cao Minh, huyện Tràng Định"])
    phone.get_by_role("button", name="Đã rõ").click()  # the console is drawn anew while somebody types
    expect(told).to_contain_text("Đã nhận lúc")
    expect(name).to_have_value("cao minh")
    expect(name).to_be_focused()
    name.press("Enter")
    expect(name).to_have_value("Xã Cao Minh, huyện Tràng Định")
    desk.get_by_label("Lời nhắn khác").fill("Xin bật camera")
    desk.keyboard.press("Enter")
    expect(card(phone, "Xin bật camera")).to_be_visible()
    expect(desk.locator(".said__r", has_text="Xin bật camera")).to_contain_text("Xã Cao Minh")
    expect(desk.get_by_label("Lời nhắn khác")).to_have_value("")
    expect(hall.get_by_text("Xin bật camera")).to_have_count(0)

    desk.get_by_role("button", name="Gỡ lời nhắn tới xã Cao Minh").click()
    expect(card(phone, "Xin bật camera")).to_be_hidden()


def test_a_timed_message_goes_by_itself_on_every_screen(screen: Callable[..., Page], server: LiveServer) -> None:
    hall, phone, projector = screen(), screen(PHONE), screen()
    sign_in(hall, server, "technician", "/phat-bieu")
    room(phone, server)
    projector.goto(server.url + "/man-chieu")
    say(server, "Xin ổn định chỗ ngồi", "all", for_ms=30_000)
    shown = [card(hall, "Xin ổn định"), card(phone, "Xin ổn định"), projector.locator("[data-on] [data-notice]")]
    for place in shown:
        expect(place).to_be_visible()
    for place in shown:
        expect(place).to_be_hidden()


def test_without_scripts_the_message_stands_and_is_read(screen: Callable[..., Page], server: LiveServer) -> None:
    speak(server)
    say(server, "Còn 2 phút")
    for path in ("/diem-cau", "/phat-bieu"):
        page = screen(PHONE, java_script_enabled=False)
        room(page, server, path)
        expect(card(page, "Còn 2 phút")).to_be_visible()
    page.get_by_role("button", name="Đã rõ").click()
    page.wait_for_url("**/phat-bieu")
    expect(card(page, "Còn 2 phút")).to_contain_text("Đã xác nhận lúc")


@pytest.mark.own_server
def test_what_was_said_while_the_line_was_down_is_there_when_it_is_back(
    screen: Callable[..., Page], server: LiveServer
) -> None:
    speak(server)
    say(server, "Còn 2 phút")
    page = screen()
    room(page, server, "/phat-bieu")
    expect(card(page, "Còn 2 phút")).to_be_visible()

    server.freeze()
    lost = page.get_by_text("Mất kết nối")
    expect(lost).to_be_visible()
    left = page.locator("[data-put=left]").inner_text()
    expect(page.locator("[data-put=left]")).not_to_have_text(left)
    expect(card(page, "Còn 2 phút")).to_be_visible()
    page.get_by_role("button", name="Đã rõ").click()
    server.kill()
    expect(page.get_by_text("Chưa gửi được, xin bấm lại.")).to_be_visible()

    server.start()
    say(server, "Đề nghị kết luận")
    expect(card(page, "Đề nghị kết luận")).to_be_visible()
    expect(lost).to_be_hidden()


def test_a_rooms_bell_rings_for_its_own_time_once_it_is_switched_on(
    screen: Callable[..., Page], server: LiveServer
) -> None:
    page = screen(PHONE)
    page.add_init_script(STROKES)
    room(page, server)
    switch, strokes = page.get_by_role("button", name="Chuông"), page.locator("html")
    expect(switch).to_have_text("Chuông: tắt")
    switch.click()
    expect(switch).to_have_text("Chuông: bật")
    expect(strokes).to_have_attribute("data-strokes", "3")  # the trial: one stroke of three partials

    server.command("next")  # somebody else's part
    server.command("add_time", {"delta_ms": -28 * MINUTE_MS - 20_000})
    expect(page.locator("[data-put=left]")).to_have_attribute("data-state", "warning")
    server.command("finish")
    expect(strokes).to_have_attribute("data-strokes", "3")

    speak(server, position=2)
    expect(page.locator("[data-part=speaking]")).to_have_attribute("data-state", "normal")
    leave(server, 115_000)
    expect(strokes).to_have_attribute("data-strokes", "6")
    leave(server, 29_000)
    expect(strokes).to_have_attribute("data-strokes", re.compile("12|21"))  # on a slow machine the end rings too

    leave(server, 85_000)
    page.reload()
    expect(page.get_by_role("button", name="Chuông")).to_have_text("Chuông: bật")
    expect(page.locator("[data-part=speaking]")).to_have_attribute("data-state", "warning")
    assert strokes.get_attribute("data-strokes") is None


def test_the_monitors_key_fills_the_screen(screen: Callable[..., Page], server: LiveServer) -> None:
    page = screen()
    sign_in(page, server, "mc", "/phat-bieu")
    page.keyboard.press("f")
    expect(page.locator(":fullscreen")).to_have_count(1)
    page.keyboard.press("F")
    expect(page.locator(":fullscreen")).to_have_count(0)
