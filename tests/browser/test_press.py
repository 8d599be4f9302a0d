"""The press page in a real browser: it follows without being loaded again, counts, and says when the server is gone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import faults
from tests.conftest import COMMUNE
from tests.live_server import LiveServer
from tests.papers import PDF
from tests.waiting import asked_until

pytestmark = pytest.mark.browser

Phone = Callable[..., Page]


def test_it_follows_the_conference_and_takes_what_is_released(phone: Phone, server: LiveServer) -> None:
    page = phone(bypass_csp=True)
    page.goto(server.url + "/bao-chi")
    now, programme = page.locator("#press-now"), page.locator("#press-programme")
    expect(now).to_contain_text("Chưa bắt đầu")
    expect(page.locator("#press-documents")).to_contain_text("Chưa có tài liệu")
    page.evaluate("window.first = document.getElementById('press-facts')")

    server.command("next")
    server.check_in(COMMUNE)
    expect(now).to_contain_text("Đang diễn ra")
    expect(programme.locator("[aria-current=step]")).to_contain_text("Kiểm tra đường truyền")
    expect(page.locator("[data-say]")).to_have_text("Đang diễn ra: Kiểm tra đường truyền, điểm danh các điểm cầu")
    expect(page.locator("#press-roll-call")).to_contain_text("trên 211 điểm cầu có mặt")
    before = page.locator("[data-put=left]").inner_text()
    expect(page.locator("[data-put=left]")).not_to_have_text(before)
    assert before.startswith(("29:", "30:00"))
    server.command("pause")
    expect(page.locator("[data-put=state]")).to_have_text("Tạm dừng")

    staff = phone(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    sign_in(staff, server, "secretary", f"/quan-tri/hoi-nghi/{server.slug}/tai-lieu")
    staff.locator("input[type=file]").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF})
    staff.get_by_label("Tên tài liệu").fill("Thông cáo báo chí số 1")
    staff.get_by_label("Phát hành ngay").check()
    staff.get_by_role("button", name="Thêm tài liệu").click()
    expect(staff.get_by_role("listitem").filter(has_text="Thông cáo báo chí số 1")).to_contain_text("Đã phát hành")
    link = page.get_by_role("link", name="Thông cáo báo chí số 1")
    expect(link).to_be_visible()
    with page.expect_download() as coming:
        link.click()
    assert coming.value.suggested_filename == "Thông cáo báo chí số 1.pdf"
    assert coming.value.path().read_bytes() == PDF

    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("typeof window.first === 'object'")  # it was never loaded again
    assert faults(page) + faults(staff) == []


def test_its_clock_runs_before_anything_is_answered(phone: Phone, server: LiveServer) -> None:
    server.command("next")
    page = phone()
    page.route("**/bao-chi/moi", lambda _route: None)  # on its way for ever
    left = page.locator("[data-put=left]")

    def counts() -> bool:  # what nginx has kept may be some seconds old
        page.goto(server.url + "/bao-chi")
        return left.is_visible()

    asked_until(counts, "the page of now")
    as_it_came = left.inner_text()

    expect(left).not_to_have_text(as_it_came)

    page.unroute_all()  # and what comes in the end puts it right
    expect(page.get_by_text("Mất kết nối")).to_be_hidden()
    expect(page.locator("#press-now")).to_contain_text("Kiểm tra đường truyền")


@pytest.mark.own_server
def test_it_says_that_the_server_is_gone_and_finds_it_again(phone: Phone, server: LiveServer) -> None:
    page = phone()
    server.command("next")
    page.goto(server.url + "/bao-chi")
    lost = page.get_by_text("Mất kết nối")
    expect(page.locator("[data-put=left]")).to_be_visible()
    as_it_came = page.locator("[data-put=left]").inner_text()
    expect(page.locator("[data-put=left]")).not_to_have_text(as_it_came)  # it has been told the time, and counts
    expect(lost).to_be_hidden()
    server.stop()
    expect(lost).to_be_visible()
    before = page.locator("[data-put=left]").inner_text()
    expect(page.locator("[data-put=left]")).not_to_have_text(before)  # the clock goes on
    server.start()
    expect(lost).to_be_hidden()
    server.command("next")
    expect(page.locator("#press-now")).to_contain_text("Ổn định tổ chức")
