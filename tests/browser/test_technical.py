"""The technician's pages in a real browser: two technicians, a room without scripts, the keyboard."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import DESK, PHONE, faults
from tests.conftest import COMMUNE, DISTRICT
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Phone = Callable[..., Page]
NAME = "Xã Cao Minh, huyện Tràng Định"


def report(server: LiveServer, code: str = COMMUNE, **fields: Any) -> str:
    """A fault of that room, reported by the technician; the id of its ticket."""
    ticket_id = str(uuid4())
    body = {"ticket_id": ticket_id, "endpoint_code": code, "kind": "mic", "text": "Micro không có tiếng", **fields}
    with Caller(server, server.token(role="technician")) as technician:
        assert technician.request("POST", "/tickets", body)[0] == 200
    return ticket_id


def board(console: Open, role: str = "technician", at: str = "/ky-thuat", **options: Any) -> Page:
    page = console(role, at=at, **options)
    expect(page.locator('[data-link="ok"]')).to_be_visible()
    return page


def test_a_room_asks_without_scripts_and_is_answered(console: Open, phone: Phone, server: LiveServer) -> None:
    technician = board(console)
    room = phone(java_script_enabled=False)
    room.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    room.get_by_role("link", name="Cần kỹ thuật").click()
    room.get_by_label("Micro").check()
    room.get_by_label("Mô tả").fill("Hội trường không nghe được")
    room.get_by_role("button", name="Gửi cho kỹ thuật").click()
    expect(room.get_by_role("heading", name="Micro: đã báo, chờ kỹ thuật nhận")).to_be_visible()

    # It is seen at once: on the page, in its title, in a word.
    expect(technician.locator("#tech .tkt")).to_contain_text("Hội trường không nghe được")
    expect(technician).to_have_title("(1) Kỹ thuật")
    expect(technician.locator("#notice")).to_contain_text("Có sự cố mới chờ nhận.")

    technician.locator("#tech .tkt__a").click()
    technician.get_by_label("Lời kèm theo").first.fill("Sẽ gọi trong hai phút")
    technician.locator("#drawer").get_by_role("button", name="Nhận xử lý").click()
    expect(technician.locator("#drawer .tcard--working")).to_be_visible()
    expect(technician.locator("#tech .tkt--working")).to_be_visible()
    expect(technician).to_have_title("Kỹ thuật")

    room.get_by_role("link", name="Tải lại").click()
    expect(room.get_by_role("heading", name="Micro: đang xử lý")).to_be_visible()
    expect(room.get_by_text("Sẽ gọi trong hai phút")).to_be_visible()


def test_a_room_sees_by_itself_how_far_its_report_is(phone: Phone, server: LiveServer) -> None:
    room, desk = phone(), phone()
    for page in (room, desk):
        page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    desk.get_by_role("link", name="Cần kỹ thuật").click()
    for page in (room, desk):
        expect(page.get_by_text("Đã kết nối")).to_be_visible()

    ticket_id = report(server)
    expect(desk.get_by_role("heading", name="Micro: đã báo, chờ kỹ thuật nhận")).to_be_visible()
    expect(room.locator("[data-ticket]")).to_contain_text("Đã báo, chờ kỹ thuật nhận")

    # What is being typed is not taken away.
    desk.get_by_text("Nhắn thêm hoặc báo đã hết").click()
    desk.get_by_label("Nhắn kỹ thuật").fill("Đã thay pin rồi")
    with Caller(server, server.token(role="technician")) as technician:
        body = {"change_id": str(uuid4()), "expected_revision": 1, "text": ""}
        assert technician.request("POST", f"/tickets/{ticket_id}/take", body)[0] == 200
    expect(room.locator("[data-ticket]")).to_contain_text("Kỹ thuật đang xử lý")
    expect(desk.get_by_label("Nhắn kỹ thuật")).to_have_value("Đã thay pin rồi")
    desk.get_by_role("button", name="Gửi lời nhắn").click()
    expect(desk.get_by_text("Đã thay pin rồi")).to_be_visible()
    expect(desk.get_by_role("heading", name="Micro: đang xử lý")).to_be_visible()


def test_two_technicians_at_one_ticket(console: Open, server: LiveServer) -> None:
    report(server)
    first, second = board(console), board(console, "admin")
    for page in (first, second):
        page.locator("#tech .tkt__a").click()
        expect(page.locator("#drawer-title")).to_have_text(NAME)
    second.get_by_label("Lời kèm theo").first.fill("Đã gọi, đang thay pin")

    first.locator("#drawer").get_by_role("button", name="Nhận xử lý").click()
    expect(first.locator("#drawer .tcard--working")).to_be_visible()
    expect(second.locator("#tech .tkt--working")).to_be_visible()
    expect(second.get_by_label("Lời kèm theo").first).to_have_value("Đã gọi, đang thay pin")
    second.locator("#drawer").get_by_role("button", name="Nhận xử lý").click()

    said = second.locator("#drawer [role=alert]")
    expect(said).to_contain_text("Lúc mở: Mới. Bây giờ: Đang xử lý, technician (Kỹ thuật)")
    expect(second.get_by_label("Lời kèm theo").first).to_have_value("Đã gọi, đang thay pin")
    second.locator("#drawer").get_by_role("button", name="Nhận thay").click()
    expect(second.locator("#drawer .tcard--working")).to_contain_text("admin (Quản trị)")
    expect(first.locator("#tech .tkt--working")).to_contain_text("admin (Quản trị)")


def test_the_board_by_keyboard(console: Open, server: LiveServer) -> None:
    page = board(console)
    page.keyboard.press("/")
    page.keyboard.type("cao minh")
    expect(page.locator(".find__n")).to_have_text("1 điểm cầu")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-title")).to_have_text(NAME)
    page.keyboard.press("Escape")
    expect(page.locator(f"#room-{COMMUNE}")).to_be_focused()

    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.id")
    report(server, DISTRICT)  # the board comes anew
    expect(page.locator("#tech .tkt")).to_have_count(1)
    expect(page.locator(f"#{below}")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#room-{COMMUNE}")).to_be_focused()


def test_the_checklist_is_ticked_by_two_and_keeps_what_is_typed(console: Open) -> None:
    first, second = board(console, at="/ky-thuat/viec"), board(console, "admin", at="/ky-thuat/viec")
    note = second.locator(".cli__o input.in").nth(1)
    note.fill("Còn thiếu dây")
    second.locator("h1").click()

    tick = first.locator("#checklist .cli__t button").first
    tick.focus()
    first.keyboard.press("Enter")

    for page in (first, second):
        expect(page.locator("#checklist .cli").first).to_have_class(re.compile("cli--done"))
        expect(page.locator("#checklist .cli").first).to_contain_text("technician (Kỹ thuật)")
    expect(second.locator(".cli__o input.in").nth(1)).to_have_value("Còn thiếu dây")
    expect(first.locator("#checklist .cli__t button").first).to_be_focused()
    first.keyboard.press("Enter")
    expect(second.locator("#checklist .cli").first).not_to_have_class(re.compile("cli--done"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_and_nothing_runs_off_the_side(browser: Browser, server: LiveServer, size: Any) -> None:
    report(server, text="Đ" * 500)
    context = browser.new_context(viewport=size, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, server, "technician", "/ky-thuat")
    found = []
    for path in ("/ky-thuat/viec", "/ky-thuat/viec?sua=1", f"/ky-thuat/diem-cau/{COMMUNE}", "/ky-thuat"):
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        found += faults(page)
    context.close()
    assert found == []
