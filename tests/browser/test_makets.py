"""The maket as it is typed, and on a room's screen."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import sign_in
from tests.conftest import COMMUNE
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]


def test_the_maket_is_seen_as_it_is_typed_and_what_is_wrong_leaves_the_form_alone(
    browser: Browser, server: LiveServer
) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    sign_in(page, server, "admin", f"/quan-tri/hoi-nghi/{server.slug}/ma-ket")
    view = page.locator("#maket-view")
    expect(view).to_contain_text("Tỉnh Lạng Sơn")

    page.get_by_label("Điểm cầu", exact=True).press_sequentially("xa cao minh")
    expect(view.get_by_role("img", name="Ma két: Xã Cao Minh, huyện Tràng Định")).to_be_visible()
    before = view.locator("svg").first.inner_html()
    page.get_by_label("Loại hội nghị").fill("HỘI NGHỊ THỬ")
    expect(view).to_contain_text("Nội dung đang gõ chưa lưu")
    assert view.locator("svg").first.inner_html() != before
    page.get_by_label("Rộng × cao, milimét").press_sequentially("800x18000")
    expect(view).to_contain_text("Mỗi cạnh của ma két dài từ 100 đến 5000 mm.")
    expect(page.get_by_label("Loại hội nghị")).to_have_value("HỘI NGHỊ THỬ")
    page.get_by_label("Rộng × cao, milimét").fill("800x1800")
    expect(view).to_contain_text("Khổ 800 × 1800 mm")
    box = view.locator(".makets__picture > svg").bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 800 / 1800) < 0.01
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải PDF để in").click()
    assert download.value.suggested_filename == f"ma-ket-{COMMUNE}-xa-cao-minh-huyen-trang-dinh-800x1800.pdf"
    page.get_by_role("button", name="Lưu ma két").click()
    expect(page.get_by_text("Đã lưu ma két.")).to_be_visible()
    expect(page.get_by_label("Loại hội nghị")).to_have_value("HỘI NGHỊ THỬ")
    context.close()


def test_a_room_shows_its_maket_on_its_screen(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    page.get_by_role("link", name="Tải ma két").click()
    picture = page.get_by_role("img", name="Ma két của điểm cầu xã Cao Minh")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Chiếu ma két").click()
    expect(page.get_by_role("button", name="Toàn màn hình (phím F)")).to_be_visible()
    assert page.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    context.close()
