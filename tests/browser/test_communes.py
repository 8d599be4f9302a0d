"""A district's list of its communes in a browser: with scripts, without them, and while the line is down."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import bar
from tests.browser.phones import check_ins, connected, send_again
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

Phone = Callable[..., Page]
DISTRICT = "180"


def rest(page: Page) -> str:
    return page.locator("[data-rest-count]").inner_text()


def test_one_tap_says_that_a_room_is_there(phone: Phone, server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    before = int(rest(page))
    first = page.locator("#communes [data-tap]").first
    code = first.get_attribute("data-check-in")

    first.get_by_role("button").click()

    expect(page.locator(f'[data-room="{code}"]')).to_contain_text("Có mặt (cấp huyện báo thay)")
    expect(page.locator("[data-rest-count]")).to_have_text(str(before - 1))
    expect(page.locator(f'[data-room="{code}"] [data-tap]')).to_have_count(0)


def test_what_came_between_the_page_and_its_line_is_shown(phone: Phone, server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    code = page.locator("#communes [data-tap]").first.get_attribute("data-check-in")
    assert code

    def late(route: Route) -> None:
        server.check_in(code)
        route.continue_()

    page.route("**/js/endpoint.js", late)
    page.reload()

    expect(page.locator(f'[data-room="{code}"]')).to_contain_text("Có mặt, 5 đại biểu")


def test_all_that_are_left_wait_in_the_device_and_arrive_as_records_of_their_own(
    phone: Phone, server: LiveServer
) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    left = int(rest(page))
    expect(page.locator("#communes [data-find]")).to_be_visible()  # what the list needs has come as well

    open_again = bar(page, "**/check-in")
    page.get_by_role("button", name="Tất cả còn lại có mặt").click()
    expect(page.locator("#communes [data-sending]")).to_have_count(left)
    expect(page.locator("[data-all-left]")).to_be_hidden()
    assert check_ins(server) == []

    open_again()
    send_again(page)

    expect(page.locator("#communes .lead").first).to_contain_text(f"{left}/{left} có mặt")  # one after the other
    sent = check_ins(server)
    assert len({record["endpoint_code"] for record in sent}) == len(sent) == left


def test_a_commune_that_falls_off_the_line_says_so_beside_its_attendance(phone: Phone, server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    code = page.locator("#communes [data-tap]").first.get_attribute("data-check-in")
    assert code
    row = page.locator(f'[data-room="{code}"]')
    server.check_in(code)
    expect(row).to_contain_text("Có mặt, 5 đại biểu")

    room = phone()
    room.goto(f"{server.url}/vao/{server.code(code)}")
    connected(room)
    room.context.close()

    expect(row).to_contain_text("mất kết nối từ", ignore_case=True)
    expect(row).to_contain_text("Có mặt, 5 đại biểu")
    back = phone()
    back.goto(f"{server.url}/vao/{server.code(code)}")
    expect(row).not_to_contain_text("mất kết nối từ", ignore_case=True)


def test_without_scripts_one_press_is_one_form(phone: Phone, server: LiveServer) -> None:
    page = phone(java_script_enabled=False)
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    left = int(rest(page))

    page.locator("#communes [data-tap] button").first.click()
    expect(page.locator("[data-rest-count]")).to_have_text(str(left - 1))
    page.get_by_role("button", name="Tất cả còn lại có mặt").click()

    expect(page.locator("#communes .lead").first).to_contain_text(f"{left}/{left} có mặt")
    sent = check_ins(server)
    assert len({record["endpoint_code"] for record in sent}) == len(sent) == left


def test_a_long_list_is_filtered_and_searched(phone: Phone, server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    rows = page.locator("#communes [data-room]:visible")
    every = rows.count()
    page.locator("#communes [data-tap] button").first.click()
    expect(page.locator("[data-rest-count]")).to_have_text(str(every - 1))

    page.get_by_role("link", name="Có mặt 1").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Tất cả").click()
    page.get_by_label("Tìm điểm cầu cấp xã").fill("zzz")
    expect(rows).to_have_count(0)
    expect(page.get_by_text("Không có điểm cầu nào như vậy.")).to_be_visible()
    page.get_by_label("Tìm điểm cầu cấp xã").fill("")
    expect(rows).to_have_count(every)
