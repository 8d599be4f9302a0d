"""A page whose sign-in has ended does not go on as if nothing were: it leads to where one signs in."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open, bar, sign_in
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


def test_a_room_whose_code_is_renewed_is_asked_for_the_new_one_and_keeps_what_it_had_to_say(
    browser: Browser, server: LiveServer, console: Open
) -> None:
    room = browser.new_page(service_workers="block")  # what goes by it is out of reach of `route`
    room.goto(f"{server.url}/vao/{server.code('180')}")
    room.get_by_text("Đã kết nối").wait_for()
    open_again = bar(room, "**/check-in")
    room.get_by_label("Số đại biểu").first.fill("12")
    room.get_by_role("button", name="Có mặt", exact=True).first.click()
    room.get_by_text("đang chờ gửi").first.wait_for()
    admin = console("admin", "/quan-tri/ma-truy-cap")
    admin.goto(f"{server.url}/quan-tri/ma-truy-cap/doi-ma/180?hoi-nghi={server.slug}")

    admin.get_by_role("button", name="Đổi mã").click()
    room.wait_for_url(re.compile("/vao$"))

    expect(room.get_by_text("Mã đã đổi. Xin nhập mã mới")).to_be_visible()
    open_again()
    room.get_by_label("Mã điểm cầu").fill(server.code("180"))
    room.get_by_role("button", name="Vào điểm cầu").click()
    expect(room.get_by_text("12 đại biểu, lúc")).to_be_visible()
    room.close()


@pytest.mark.parametrize("path", ["/dieu-hanh", "/diem-danh"])
def test_a_console_left_open_is_led_to_the_sign_in_and_comes_back(
    browser: Browser, server: LiveServer, path: str
) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    sign_in(page, server, "secretary", path)
    other.goto(server.url)
    other.get_by_role("button", name="Đăng xuất").click()

    page.wait_for_url(re.compile(rf"/dang-nhap\?next={path}"))

    context.close()
