"""An administrator ends a conference and opens it again: every open screen of the staff follows without a press."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import COMMUNE
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


def test_open_screens_are_locked_when_it_is_closed_and_open_when_it_is_opened_again(
    console: Open, server: LiveServer
) -> None:
    with Caller(server, server.token(endpoint=COMMUNE)) as room:
        status, _ = room.request(
            "POST", "/tickets", {"ticket_id": str(uuid4()), "endpoint_code": COMMUNE, "kind": "mic"}
        )
        assert status == 200
    admin = console("admin", f"/quan-tri/hoi-nghi/{server.slug}")
    mc, small, board = console("mc"), console("mc", "/dieu-hanh/nho"), console("secretary", "/diem-danh")
    agenda = console("secretary", f"/quan-tri/hoi-nghi/{server.slug}/chuong-trinh")
    phone = console("secretary", "/diem-danh/goi")
    technical = console("technician", "/ky-thuat")
    line = console("technician", f"/ky-thuat/duong-truyen/{COMMUNE}")
    screens = console("technician", "/ky-thuat/man-chieu")
    for page in (mc, small, board, agenda, phone, technical, screens):
        expect(page.locator('[data-link="ok"]')).to_be_visible()
    follows = [
        mc.locator("#press-go"),
        mc.locator("#control-take"),
        mc.locator("[data-message-box]"),
        small.locator("#press-go"),
        board.locator("#board[data-may-say]"),
        agenda.locator("#new-item"),
        phone.locator("#call").get_by_role("button", name="Có mặt"),
        technical.locator(".tkt__f button"),
        line.get_by_role("button", name="Ghi kết quả"),
        screens.get_by_role("button", name="Ghép"),
    ]
    for part in follows:
        expect(part).to_be_visible()
    expect(mc.locator("#scene-maket")).to_be_enabled()

    admin.get_by_role("button", name="Kết thúc hội nghị và khóa").click()

    for page in (mc, small):
        expect(page.locator("[data-go]")).to_contain_text("Hội nghị đã kết thúc và khóa")
        expect(page.locator("[data-go]")).to_be_disabled()
    for page in (board, phone):
        expect(page.get_by_text("Không nhận điểm danh nữa.")).to_be_visible()
    expect(agenda.locator("#stage-pill")).to_have_text("Đã kết thúc")
    for part in follows:
        expect(part).to_be_hidden()
    expect(mc.locator("#scene-maket")).to_be_disabled()

    admin.get_by_label("Lý do mở lại").fill("Bổ sung ý kiến kết luận")
    admin.get_by_role("button", name="Mở lại").click()

    for part in follows:
        expect(part).to_be_visible()
    expect(mc.locator("#scene-maket")).to_be_enabled()
