"""A room's test of its line in a real browser: with and without scripts, devices, permission, and a line."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import bar, sign_in
from tests.browser.phones import PHONE, connected
from tests.live_server import Caller, LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

COMMUNE, DISTRICT = "06634", "180"
PAGE = "/diem-cau/thu-duong-truyen"
DEVICES = ["camera", "microphone"]
Phone = Callable[..., Page]


@pytest.fixture
def tested(phone: Phone, server: LiveServer) -> Phone:
    """`tested()`: the page of the test on a telephone of its own."""

    def make(code: str = COMMUNE, script: str = "", **options: Any) -> Page:
        page = phone(**options)
        if script:
            page.context.add_init_script(script)
        page.goto(f"{server.url}/vao/{server.code(code)}")
        page.goto(server.url + PAGE)
        if options.get("java_script_enabled", True):  # else what is pressed early is sent by the page's form alone
            connected(page)
        return page

    return make


def stored(server: LiveServer, code: str = COMMUNE) -> list[dict[str, Any]]:
    with Caller(server, server.token(role="technician")) as technician:
        found: list[dict[str, Any]] = technician.get(f"/endpoints/{code}/line-tests")
    return found


def choose(page: Page, group: str, answer: str) -> None:
    page.get_by_role("group", name=group).get_by_role("radio", name=answer).check()


def measure(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Đo (mạng|lại)$")).click()
    expect(page.get_by_text("Đã đo xong")).to_be_visible()


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi kết quả").click()


def test_the_answers_are_sent_without_scripts(tested: Phone, server: LiveServer) -> None:
    page = tested(java_script_enabled=False)
    expect(page.get_by_text("không tự đo được mạng")).to_be_visible()
    expect(page.get_by_role("button", name="Đo mạng")).to_be_hidden()

    send(page)
    expect(page.get_by_text("Xin thử ít nhất một bước")).to_be_visible()
    choose(page, "Hình tại điểm cầu", "Giật")
    choose(page, "Loa tại điểm cầu", "Nghe rõ")
    page.get_by_label("Ghi chú").fill("Camera cũ")
    send(page)

    expect(page.get_by_text("Đường truyền tạm được")).to_be_visible()
    expect(page.get_by_text("Chưa thử: mạng, micro")).to_be_visible()
    expect(page.get_by_text("Hình bị giật")).to_be_visible()
    [test] = stored(server)
    assert (test["picture"], test["sound"], test["mic"], test["note"]) == ("poor", "good", None, "Camera cũ")


def test_a_whole_test(tested: Phone, server: LiveServer) -> None:
    page = tested(permissions=DEVICES)

    def as_on_a_good_line(route: Route) -> None:
        said = route.request.post_data_json
        assert len(said["round_trips_ms"]) == 20
        route.continue_(post_data=json.dumps({**said, "round_trips_ms": [20] * 20}))

    page.route("**/line-tests/*", as_on_a_good_line)  # what is measured on a busy machine may be any line
    measure(page)
    page.get_by_role("button", name="Xem thử camera").click()
    expect(page.locator("video")).to_be_visible()
    page.wait_for_function("() => document.querySelector('video').videoWidth > 0")
    choose(page, "Hình tại điểm cầu", "Tốt")
    page.get_by_role("button", name="Phát tiếng thử").click()
    expect(page.get_by_text("Đã phát xong")).to_be_visible()
    choose(page, "Loa tại điểm cầu", "Nghe rõ")
    page.get_by_role("button", name="Thử micro").click()
    # the browser's false microphone beeps
    level = "() => Number(document.querySelector('[data-level] svg').getAttribute('width').replace('%', '')) > 5"
    page.wait_for_function(level)
    choose(page, "Micro tại điểm cầu", "Tốt")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    send(page)

    expect(page.get_by_text("Đường truyền tốt")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    [test] = stored(server)
    assert (test["sent"], test["lost"], test["transport"]) == (20, 0, "websocket")
    assert 0 <= test["rtt_median_ms"] <= test["rtt_worst_ms"]
    assert test["verdict"] == {"grade": "good", "untested": [], "advice": []}
    page.goto(server.url + "/diem-cau")
    expect(page.get_by_role("link", name="Đường truyền: tốt")).to_be_visible()


def test_without_permission_people_say_what_they_see(tested: Phone, server: LiveServer) -> None:
    page = tested()
    page.get_by_role("button", name="Xem thử camera").click()
    page.get_by_role("button", name="Thử micro").click()
    expect(page.get_by_text("Không cần cho phép")).to_have_count(2)
    choose(page, "Hình tại điểm cầu", "Tốt")
    choose(page, "Micro tại điểm cầu", "Không có")
    send(page)

    expect(page.get_by_text("Đường truyền kém")).to_be_visible()
    expect(page.get_by_text("bật công tắc micro")).to_be_visible()
    assert [test["mic"] for test in stored(server)] == ["none"]


def test_the_transport_is_told(tested: Phone, server: LiveServer) -> None:
    page = tested(script="delete window.WebSocket")
    measure(page)
    expect(page.get_by_text("qua cách truyền dự phòng")).to_be_visible()
    send(page)

    expect(page.get_by_text("Mạng ở đây chặn kết nối trực tiếp")).to_be_visible()
    assert [test["transport"] for test in stored(server)] == ["polling"]


@pytest.mark.own_server
def test_a_line_without_answers_has_lost_everything(tested: Phone, server: LiveServer) -> None:
    page = tested()
    server.freeze()
    page.get_by_role("button", name="Đo mạng").click()
    send(page)
    expect(page.get_by_text("Xin đợi đo xong rồi gửi")).to_be_visible()
    expect(page.get_by_text("Đã đo xong")).to_be_visible()
    expect(page.get_by_text("20/20")).to_be_visible()
    expect(page.get_by_text("Mất kết nối")).to_be_visible()
    server.thaw()
    send(page)

    expect(page.get_by_text("Mạng không thông: mất cả 20 lượt hỏi")).to_be_visible()
    [test] = stored(server)
    assert (test["sent"], test["lost"], test["rtt_median_ms"]) == (20, 20, None)


def test_a_result_waits_in_the_device_through_a_reload_and_counts_once(tested: Phone, server: LiveServer) -> None:
    page = tested()
    open_again = bar(page, "**/line-tests/*")
    choose(page, "Loa tại điểm cầu", "Nghe rõ")
    send(page)
    expect(page.get_by_text("Kết quả đang chờ gửi")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Kết quả đang chờ gửi")).to_be_visible()
    assert stored(server) == []

    open_again()
    page.locator("[data-retry]").dispatch_event("click")  # it may have gone by itself in the meantime
    expect(page.get_by_text("Đường truyền tốt")).to_be_visible()
    expect(page.get_by_text("đang chờ gửi")).to_be_hidden()
    assert len(stored(server)) == 1
    page.reload()
    expect(page.get_by_text("Đã kết nối")).to_be_visible()
    assert len(stored(server)) == 1


def test_an_answer_lost_on_the_way_back_doubles_nothing(tested: Phone, server: LiveServer) -> None:
    page = tested()
    arrived: list[int] = []

    def swallow(route: Any) -> None:
        arrived.append(route.fetch().status)
        route.abort()

    page.route("**/line-tests/*", swallow, times=1)
    choose(page, "Loa tại điểm cầu", "Nghe rõ")
    send(page)

    expect(page.get_by_text("Đường truyền tốt")).to_be_visible()
    assert arrived == [200]
    assert len(stored(server)) == 1


def test_what_waits_is_sent_from_the_room_s_own_page_too(tested: Phone, server: LiveServer) -> None:
    page = tested()
    open_again = bar(page, "**/line-tests/*")
    choose(page, "Micro tại điểm cầu", "Nhỏ, rè")
    send(page)
    expect(page.get_by_text("Kết quả đang chờ gửi")).to_be_visible()
    page.goto(server.url + "/diem-cau")
    expect(page.get_by_text("Thử đường truyền: đang chờ gửi")).to_be_visible()

    open_again()
    expect(page.get_by_text("Đường truyền: tạm được")).to_be_visible()
    assert [test["mic"] for test in stored(server)] == ["poor"]


def test_a_refusal_stays_with_what_was_chosen(tested: Phone, server: LiveServer) -> None:
    page = tested()
    send(page)
    expect(page.get_by_text("Xin thử ít nhất một bước")).to_be_visible()
    choose(page, "Hình tại điểm cầu", "Tốt")
    page.evaluate("document.getElementById('note').maxLength = 400")
    page.get_by_label("Ghi chú").fill("x" * 301)
    send(page)

    expect(page.get_by_text("phải dài từ 0 đến 300 ký tự")).to_be_visible()
    expect(page.get_by_role("group", name="Hình tại điểm cầu").get_by_role("radio", name="Tốt")).to_be_checked()
    expect(page.get_by_label("Ghi chú")).to_have_value("x" * 301)
    assert stored(server) == []


def test_the_technician_s_page_follows_the_room(tested: Phone, browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    desk = context.new_page()
    sign_in(desk, server, "technician", f"/ky-thuat/duong-truyen/{DISTRICT}")
    desk.get_by_label("Ghi chú").fill("Đang gọi")

    page = tested(DISTRICT)
    choose(page, "Loa tại điểm cầu", "Không có")
    send(page)

    expect(desk.get_by_text("điểm cầu gửi")).to_be_visible()
    expect(desk.get_by_label("Ghi chú")).to_have_value("Đang gọi")
    desk.get_by_role("group", name="Tiếng").get_by_label("Nghe rõ").check()
    desk.get_by_role("button", name="Ghi kết quả").click()
    expect(desk.get_by_text("kỹ thuật ghi")).to_be_visible()
    expect(desk.get_by_label("Ghi chú")).to_have_value("")
    expect(page.get_by_text("Kỹ thuật ghi")).to_be_visible()  # and the room's page the technician
    page.goto(server.url + "/diem-cau")
    expect(page.get_by_text("Đã kết nối")).to_be_visible()
    desk.get_by_role("group", name="Hình").get_by_label("Không có").check()
    desk.get_by_role("button", name="Ghi kết quả").click()
    expect(page.get_by_role("link", name="Đường truyền: kém")).to_be_visible()
    context.close()
    assert [test["note"] for test in stored(server, DISTRICT)] == ["", "Đang gọi", ""]
