"""The telephone desk in a browser: the list follows, the card stays."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


def test_a_call_is_made_and_another_secretary_sees_it(console: Open, server: LiveServer) -> None:
    lan, minh = console("secretary", "/diem-danh/goi"), console("mc", "/diem-danh/goi")
    first = lan.locator("#call-code").input_value()
    expect(minh.locator("#call-code")).to_have_value(first)
    lan.get_by_label("Số đại biểu").fill("12")

    minh.get_by_role("button", name="Nhận gọi điểm cầu này").click()

    expect(lan.locator("#call-news")).to_contain_text("đang gọi điểm cầu này")
    expect(lan.get_by_label("Số đại biểu")).to_have_value("12")  # what was being typed stays
    lan.locator("#call-news a").click()
    expect(lan.locator("#call-code")).not_to_have_value(first)


def test_rooms_are_found_as_somebody_types_and_enter_opens_the_best(console: Open, server: LiveServer) -> None:
    desk = console("secretary", "/diem-danh/goi")

    desk.get_by_role("searchbox").fill("xã hoà thắng")
    expect(desk.locator("#queue")).to_contain_text("Tìm thấy")
    expect(desk.locator("#queue li").first).to_contain_text("Xã Hòa Thắng")
    desk.get_by_role("searchbox").press("Enter")

    expect(desk.locator(".call__t")).to_contain_text("Xã Hòa Thắng")
    expect(desk.get_by_label("Số đại biểu")).to_be_focused()
    desk.keyboard.type("9")
    desk.keyboard.press("Enter")
    expect(desk.locator("#notice")).to_contain_text("Xã Hòa Thắng, huyện Hữu Lũng: có mặt.")
    expect(desk.locator("#queue li").first.locator(".mark--present")).to_be_visible()


def test_whoever_dials_has_taken_the_room_on(console: Open, server: LiveServer) -> None:
    desk, other = console("secretary", "/diem-danh/goi"), console("mc", "/diem-danh/goi")
    desk.get_by_text("Ghi số điện thoại").click()
    desk.get_by_label("Số điện thoại").fill("0912.939.739")
    desk.get_by_role("button", name="Lưu số điện thoại").click()
    number = desk.get_by_role("link", name="0912.939.739")
    expect(number).to_have_attribute("href", "tel:0912939739")

    number.evaluate("link => link.addEventListener('click', (event) => event.preventDefault())")
    number.click()

    expect(other.locator("#call-news")).to_contain_text("secretary (Thư ký) đang gọi")
