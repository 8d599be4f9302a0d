"""Records on the board: people by group, contradictions decided by one press, records taken back."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from giaoban.domain.headcount_groups import groups_of
from giaoban.services.clock import SystemClock
from tests.browser.conftest import Open
from tests.conftest import COMMUNE, ITS_DISTRICT
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

LEADERS, _, _, GUESTS = groups_of("commune")


def say(server: LiveServer, speaker: str, **told: Any) -> None:
    """The room with the code `speaker` speaks for the commune."""
    body = {"check_in_id": str(uuid4()), "happened_at_ms": SystemClock().now_ms(), **told}
    with Caller(server, server.token(endpoint=speaker)) as caller:
        status, answer = caller.request("PUT", f"/endpoints/{COMMUNE}/check-in", body)
    assert status == 200, answer


def roll_call(server: LiveServer) -> Any:
    with Caller(server, server.token(role="secretary")) as caller:
        return caller.get("/roll-call")


def word(server: LiveServer) -> Any:
    return next(row["effective"] for row in roll_call(server)["rows"] if row["code"] == COMMUNE)


def test_the_total_follows_the_groups(browser: Browser, server: LiveServer) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    expect(page.get_by_text("Đã kết nối")).to_be_visible()
    total = page.get_by_label("Số đại biểu tại điểm cầu")
    page.get_by_text("Theo thành phần").click()
    page.get_by_label(LEADERS).fill("4")
    expect(total).to_have_value("4")
    page.get_by_label(GUESTS).fill("2")
    expect(total).to_have_value("6")

    total.fill("5")
    page.get_by_role("button", name="Có mặt").click()
    expect(page.get_by_text("Tổng số 5 nhỏ hơn cộng các thành phần (6).")).to_be_visible()
    expect(page.get_by_label(GUESTS)).to_have_value("2")

    total.fill("9")
    expect(page.get_by_text("Còn 3 đại biểu chưa ghi thành phần.")).to_be_visible()
    page.get_by_label("Ghi chú").fill("Đủ")
    page.get_by_role("button", name="Có mặt").click()
    expect(page.locator("[data-stat]")).to_contain_text("9 đại biểu, lúc")
    expect(page.locator("[data-stat]")).not_to_contain_text("gửi")
    told = word(server)
    assert (told["headcount"], told["note"]) == ({"total": 9, "groups": {LEADERS: 4, GUESTS: 2}}, "Đủ")
    page.context.close()


def test_a_contradiction_is_decided_by_one_press_and_a_record_taken_back(console: Open, server: LiveServer) -> None:
    say(server, COMMUNE, status="present", headcount=9)
    say(server, ITS_DISTRICT, status="absent", headcount=0, reason="Mất điện")
    board = console("secretary", "/diem-danh")
    listed = board.locator("#board-conflicts")
    expect(listed.get_by_role("button")).to_have_count(2)

    listed.get_by_role("button", name="Vắng").click()

    expect(listed).to_be_hidden()
    expect(board.locator(f"#cell-{COMMUNE}")).to_have_class("cell cell--absent")
    assert [one["decided"] for one in roll_call(server)["conflicts"]] == [True]

    board.locator(f"#cell-{COMMUNE}").click()
    records = board.get_by_label("Các bản ghi").get_by_role("listitem")
    expect(records).to_have_count(3)
    expect(records.first).to_contain_text("Ghi chú: Quyết định theo lời cấp huyện lúc")
    records.first.get_by_text("Hủy bản ghi").first.click()
    records.first.get_by_role("button", name="Hủy bản ghi").click()
    expect(records.first.get_by_role("alert")).to_have_text("Hủy bản ghi phải ghi lý do.")
    records.first.get_by_label("Lý do hủy").fill("Cấp huyện đính chính")
    records.first.get_by_role("button", name="Hủy bản ghi").click()

    expect(records.first).to_contain_text("Cấp huyện đính chính")
    expect(records.first).to_contain_text("Đã hủy")
    expect(board.locator(f"#cell-{COMMUNE}")).to_have_class("cell cell--present")
    assert word(server)["source"] == "self"
