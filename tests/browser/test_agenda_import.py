"""Importing a programme in a browser: with scripts and without, step by step, and nothing that axe finds grave."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.test_accessibility import context as context
from tests.browser.test_accessibility import faults
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

FILE = Path(__file__).parents[1] / "files" / "agenda" / "chuong-trinh.xlsx"
BAD = b"Phut;Loai;Noi dung;Diem cau\n10;Tham luan;Mot;Chi Lang\n10;Linh tinh;Hai;Noi la\nmuoi;Tham luan;Ba;\n"


def choose(page: Page, file: Path | dict[str, object]) -> None:
    page.get_by_label("Tệp XLSX hoặc CSV").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Đọc tệp").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_programme_comes_in_and_one_press_takes_it_back(console: Open, server: LiveServer, scripts: bool) -> None:
    at = f"/quan-tri/hoi-nghi/{server.slug}/chuong-trinh"
    page = console("mc", at=at, java_script_enabled=scripts)
    page.get_by_role("link", name="Nhập từ tệp").click()
    choose(page, FILE)
    expect(page.locator("select[name='title']")).to_have_value("5")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_role("heading", name="Tệp “chuong-trinh.xlsx” so với chương trình hiện tại")).to_be_visible()
    assert page.url.endswith("/xem")

    if scripts:
        page.wait_for_load_state()
        page.context.set_offline(True)
        page.get_by_role("button", name="Áp dụng").click()
        expect(page.locator("#notice")).to_contain_text("Máy chủ chưa trả lời")
        page.context.set_offline(False)
    page.get_by_role("button", name="Áp dụng").click()
    page.wait_for_url(f"**{at}")
    expect(page.get_by_role("link", name="Sửa: Tiếp xúc cử tri", exact=True)).to_be_visible()

    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("link", name="Sửa: Tiếp xúc cử tri", exact=True)).to_have_count(0)


def test_unclear_words_are_chosen_and_every_step_is_open_to_all(context: BrowserContext, server: LiveServer) -> None:
    page = context.new_page()
    sign_in(page, server, "secretary", f"/quan-tri/hoi-nghi/{server.slug}/nhap")
    choose(page, {"name": "loi.csv", "mimeType": "text/csv", "buffer": BAD})
    expect(page.get_by_role("heading", name="Cột nào ghi thông tin nào")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_text("có 5 điểm cầu cùng tên").first).to_be_visible()
    assert faults(page) == []

    page.get_by_label("“Chi Lang” (dòng 2) là").select_option("Thị trấn Chi Lăng, huyện Chi Lăng")
    page.get_by_label("“Linh tinh” (dòng 3) là").select_option("Thảo luận")
    page.get_by_label("“Noi la” (dòng 3) là").fill("-")
    page.get_by_role("button", name="Xem lại").click()
    expect(page.locator(".import__bad li")).to_have_count(1)
    expect(page.locator(".import__bad")).to_contain_text("không đọc được thời lượng “muoi”")
