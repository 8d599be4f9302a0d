"""Check-ins that wait in the telephone: what is refused, several tabs, no storage, a clock that is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import bar
from tests.browser.phones import check_ins, connected, send_again, status_card
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

COMMUNE, DISTRICT = "06634", "180"
HOUR_MS = 3_600_000


def enter(page: Page, server: LiveServer, code: str = COMMUNE) -> None:
    page.goto(f"{server.url}/vao/{server.code(code)}")
    connected(page)


def say_present(page: Page, heads: int) -> None:
    page.get_by_label("Số đại biểu tại điểm cầu").first.fill(str(heads))
    page.get_by_role("button", name="Có mặt").first.click()


def answer_with(page: Page, status: int, code: str, message: str, **details: Any) -> Callable[[], None]:
    """The server refuses every check-in like that, until the function that comes back is called."""
    body = {"error": {"code": code, "message": message, "details": details}}
    return bar(page, "**/check-in", lambda route: route.fulfill(status=status, json=body))


def test_a_refusal_stays_until_somebody_has_dealt_with_it(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    enter(page, server)
    take_again = answer_with(page, 409, "invalid_transition", "Hội nghị đã kết thúc và khóa. Không nhận điểm danh nữa.")
    say_present(page, 14)

    refusal = page.locator("[data-refusals] li")
    expect(refusal).to_contain_text("Chưa được ghi: có mặt, 14 đại biểu, bấm lúc")
    expect(refusal).to_contain_text("Hội nghị đã kết thúc và khóa.")
    expect(refusal).to_contain_text("xin báo thư ký")
    expect(status_card(page)).to_be_hidden()

    page.reload()
    connected(page)
    expect(refusal).to_contain_text("Chưa được ghi: có mặt, 14 đại biểu, bấm lúc")
    assert check_ins(server) == []

    take_again()
    refusal.get_by_role("button", name="Gửi lại").click()
    expect(status_card(page)).to_contain_text("14 đại biểu, lúc")
    expect(refusal).to_be_hidden()
    assert len(check_ins(server)) == 1


def test_what_was_wrong_goes_back_into_its_form(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    enter(page, server)
    say_present(page, 300_000)

    refusal = page.locator("[data-refusals] li")
    expect(refusal).to_contain_text("Số đại biểu phải là số nguyên từ 0 đến")
    page.reload()
    refusal.get_by_role("button", name="Sửa").click()
    expect(page.get_by_label("Số đại biểu tại điểm cầu")).to_have_value("300000")
    say_present(page, 30)

    expect(status_card(page)).to_contain_text("30 đại biểu, lúc")
    expect(refusal).to_be_hidden()


def test_a_refused_commune_is_named_and_can_be_put_away(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    enter(page, server, DISTRICT)
    row = page.locator("#communes li").first
    name = row.locator(".communes__n").inner_text().splitlines()[0]
    answer_with(page, 403, "forbidden", "Điểm cầu này không thuộc phạm vi của tài khoản.")
    row.locator("summary").first.click()
    row.get_by_role("button", name="Có mặt").click()

    refusal = page.locator("[data-refusals] li")
    expect(refusal).to_contain_text(f"Chưa được ghi: {name} có mặt")
    expect(refusal.get_by_role("link", name="Nhập lại mã điểm cầu")).to_be_visible()
    expect(row).to_contain_text("Chưa điểm danh")
    refusal.get_by_role("button", name="Bỏ lần này").click()
    expect(refusal).to_be_hidden()
    page.reload()
    connected(page)
    expect(refusal).to_be_hidden()


@pytest.mark.parametrize("has_locks", [True, False], ids=["locks", "no locks"])
def test_two_tabs_send_once_what_both_know(phone: Callable[..., Page], server: LiveServer, has_locks: bool) -> None:
    first = phone()
    context = first.context
    if not has_locks:  # as over plain HTTP, and in old browsers
        context.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    enter(first, server)
    second = context.new_page()
    second.goto(f"{server.url}/diem-cau")
    connected(second)
    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.post_data_json["check_in_id"])
        route.continue_()

    context.route("**/check-in", count)
    open_again = bar(context, "**/check-in")  # asked before the one above
    say_present(first, 8)
    expect(status_card(second)).to_contain_text("Có mặt, đang")
    second.evaluate("document.querySelector('[data-form]').hidden = false")
    say_present(second, 9)
    expect(status_card(first)).to_contain_text("9 đại biểu, bấm lúc")

    open_again()
    send_again(first)
    for page in (first, second):
        expect(status_card(page)).to_contain_text("9 đại biểu, lúc")
        expect(page.locator("[data-queued]")).to_be_hidden()
    assert [record["headcount"]["total"] for record in check_ins(server)] == [8, 9]
    if has_locks:
        assert len(set(sent)) == 2


def test_a_telephone_that_keeps_nothing_says_so(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };")
    enter(page, server)
    open_again = bar(page, "**/check-in")
    say_present(page, 7)

    expect(page.get_by_text("Máy này không lưu được điểm danh")).to_be_visible()
    open_again()
    send_again(page)
    expect(status_card(page)).to_contain_text("7 đại biểu, lúc")


@pytest.mark.parametrize("wrong_by_ms", [HOUR_MS, -HOUR_MS], ids=["ahead", "behind"])
def test_the_clock_of_a_telephone_does_not_count(
    phone: Callable[..., Page], server: LiveServer, wrong_by_ms: int
) -> None:
    page = phone()
    page.add_init_script(f"const now = Date.now; Date.now = () => now() + {wrong_by_ms};")
    enter(page, server)
    say_present(page, 7)

    expect(status_card(page)).to_contain_text("7 đại biểu, lúc")
    [record] = check_ins(server)
    assert abs(record["received_at_ms"] - record["happened_at_ms"]) < 60_000


def test_the_same_record_sent_three_times_counts_once(phone: Callable[..., Page], server: LiveServer) -> None:
    """Two answers get lost, in between the page is loaded anew, and another check-in overtakes."""
    page = phone()
    enter(page, server)
    sent: list[dict[str, Any]] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fetch()  # the server takes it
        route.abort()

    answer_again = bar(page.context, "**/check-in", lose)
    say_present(page, 9)
    expect(status_card(page)).to_contain_text("đang chờ gửi")
    page.reload()
    connected(page)
    expect(status_card(page)).to_contain_text("đang chờ gửi")
    server_says = {"check_in_id": "6b0f6cbb-0b36-4a6e-9d8e-6f5c1c7f0f11", "status": "present", "headcount": 4}
    with Caller(server, server.token(endpoint=COMMUNE)) as other:  # another telephone of the room, earlier than both
        body = {**server_says, "happened_at_ms": sent[0]["happened_at_ms"] - 60_000}
        status, _ = other.request("PUT", f"/endpoints/{COMMUNE}/check-in", body)
        assert status == 200
    answer_again()
    send_again(page)

    expect(status_card(page)).to_contain_text("9 đại biểu, lúc")
    assert len(sent) >= 2
    assert all(body == sent[0] for body in sent)
    assert [record["headcount"]["total"] for record in check_ins(server)] == [9, 4]
