"""What a room sees of what others say about it, and what it is told without scripts and on a slow telephone."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from giaoban.services.clock import SystemClock
from tests.browser.conftest import bar
from tests.browser.phones import PHONE, check_ins, connected, send_again, status_card
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

COMMUNE = "06634"


def say_present(page: Page, heads: int) -> None:
    page.get_by_label("Số đại biểu tại điểm cầu").first.fill(str(heads))
    page.get_by_role("button", name="Có mặt").first.click()


def put(server: LiveServer, token: str, **said: Any) -> None:
    body = {"check_in_id": str(uuid4()), "happened_at_ms": SystemClock().now_ms(), **said}
    with Caller(server, token) as caller:
        status, answer = caller.request("PUT", f"/endpoints/{COMMUNE}/check-in", body)
    assert status == 200, answer


def test_a_room_sees_at_once_what_the_secretary_says_of_it(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)
    say_present(page, 14)
    expect(status_card(page)).to_contain_text("14 đại biểu, lúc")
    note = page.locator("[data-put=room-note]")
    expect(note).to_be_hidden()

    put(server, server.token(role="secretary"), status="absent", reason="Mất điện")

    expect(note).to_contain_text("Vắng (Mất điện). Điểm cầu đã báo lúc")
    expect(note).to_contain_text("xin gọi thư ký")
    expect(status_card(page)).to_contain_text("Vắng")
    page.reload()
    expect(note).to_contain_text("Ban tổ chức ghi lúc")


def test_what_is_said_of_a_room_while_its_line_is_broken_for_a_moment_is_not_lost(
    phone: Callable[..., Page], server: LiveServer
) -> None:
    page = phone()
    lines: list[WebSocketRoute] = []
    deaf: set[WebSocketRoute] = set()  # what the server says there does not arrive any more

    def through(line: WebSocketRoute) -> None:
        there = line.connect_to_server()
        there.on_message(lambda said: None if line in deaf else line.send(said))
        lines.append(line)

    page.route_web_socket("**/socket.io/**", through)
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)

    deaf.update(lines)
    put(server, server.token(role="secretary"), status="absent", reason="Mất điện")
    lines[-1].close()

    expect(status_card(page)).to_contain_text("Vắng")
    assert lines[-1] not in deaf


def test_a_room_whose_word_was_taken_back_is_asked_again(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)
    say_present(page, 14)
    expect(status_card(page)).to_contain_text("14 đại biểu, lúc")
    [record] = check_ins(server)

    with Caller(server, server.token(role="secretary")) as secretary:
        path = f"/endpoints/{COMMUNE}/check-ins/{record['check_in_id']}/annul"
        status, answer = secretary.request("POST", path, {"reason": "Ghi nhầm điểm cầu"})
        assert status == 200, answer

    note = page.locator("[data-put=room-note]")
    expect(note).to_contain_text("đã bị hủy: Ghi nhầm điểm cầu. Xin điểm danh lại.")
    expect(status_card(page)).to_be_hidden()
    say_present(page, 15)
    expect(status_card(page)).to_contain_text("15 đại biểu, lúc")
    expect(note).to_be_hidden()


def test_without_scripts_the_page_says_whether_it_arrived(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone(java_script_enabled=False)
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    say_present(page, 14)

    told = page.get_by_role("status").filter(has_text="Máy chủ đã nhận lúc")
    expect(told).to_contain_text(re.compile(r"Máy chủ đã nhận lúc \d\d:\d\d:\d\d\s+Có mặt, 14 đại biểu"))
    put(server, server.token(role="secretary"), status="absent", reason="Mất điện")
    page.goto(f"{server.url}/diem-cau?sua=1")
    expect(page.get_by_text("Ban tổ chức ghi lúc")).to_contain_text("Vắng (Mất điện)")

    page.context.clear_cookies()
    say_present(page, 15)
    expect(page.get_by_text("Máy chủ chưa nhận lần điểm danh này.")).to_be_visible()
    expect(page.get_by_text("Quý vị đã ghi: Có mặt, 15 đại biểu")).to_be_visible()
    assert len(check_ins(server)) == 2


def test_a_slow_telephone_takes_a_press_while_the_line_is_down(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone(has_touch=True, is_mobile=True, device_scale_factor=2)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)
    open_again = bar(page, "**/check-in")
    page.get_by_label("Số đại biểu tại điểm cầu").fill("9")
    page.get_by_role("button", name="Có mặt").tap()

    expect(status_card(page)).to_contain_text("Có mặt, đang chờ gửi")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    open_again()
    send_again(page)
    expect(status_card(page)).to_contain_text("9 đại biểu, lúc")
