"""The agenda editor in a browser: from a copy of last year's to what is published, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_editing import expect_order, in_air_to, row
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]


def test_last_years_agenda_is_copied_rearranged_edited_and_published(console: Open, server: LiveServer) -> None:
    page = console("admin", at=f"/quan-tri/hoi-nghi/{server.slug}/nhan-ban")
    slug = f"{server.slug}-moi"
    page.get_by_role("textbox", name="Tên hội nghị", exact=True).fill("Giao ban Thường trực HĐND năm 2022")
    expect(page.get_by_label("Tên ngắn")).to_have_value("giao-ban-thuong-truc-hdnd-nam-2022")
    page.get_by_label("Tên ngắn").fill(slug)
    page.get_by_label("Ngày").fill("2022-11-25")
    page.get_by_label("Buổi").select_option("Buổi chiều, 13:30")
    page.get_by_role("button", name="Tạo bản nháp").click()

    page.wait_for_url(f"**/{slug}/chuong-trinh")
    expect(page.locator(".stage")).to_have_text("Bản nháp")
    expect(row(page, "1")).to_contain_text("13:30")

    in_air_to(page, "2", "4")
    expect_order(page, "1", "3", "4", "2", "5")
    page.mouse.up()
    expect(page.locator("#spoken")).to_contain_text("Chỗ thứ 4 trong 23 mục")
    expect_order(page, "1", "3", "4", "2", "5")
    expect(row(page, "2")).to_contain_text("14:25")

    page.locator("#grip-2").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(row(page, "2")).to_contain_text("14:10")
    expect_order(page, "1", "3", "2", "4", "5")
    expect(page.locator("#grip-2")).to_be_focused()

    page.locator("#edit-11").click()
    expect(row(page, "11")).to_have_class(re.compile("row--open"))
    page.get_by_label("Thời lượng (phút)").fill("12")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".faults")).to_contain_text("“Huyện Cao Lộc” dài hơn mức tối đa 10 phút là 2 phút")
    expect(page.locator("#drawer")).to_be_empty()

    page.get_by_role("button", name="Đặt về 10 phút").click()
    expect(page.locator(".faults")).to_have_text(
        re.compile(r"1 điểm cần xem lại: Chương trình kết thúc sau 17:30, quá 20 phút")
    )
    expect(row(page, "11").locator(".wrong")).to_have_count(0)

    page.locator("#remove-7").click()
    expect(row(page, "7")).to_have_count(0)
    page.get_by_text("1 mục đã xóa").click()
    page.locator("#restore-7").click()
    expect(row(page, "7")).to_be_visible()

    page.get_by_role("button", name="Công bố").click()
    expect(page.locator(".stage")).to_have_text("Đã công bố")


def test_another_person_s_change_comes_by_itself(console: Open, server: LiveServer) -> None:
    where = f"/quan-tri/hoi-nghi/{server.slug}/chuong-trinh"
    page = console("secretary", at=where)

    server.command("skip", {"item_id": "7"})

    expect(row(page, "7")).to_contain_text("Bỏ qua")
