"""What an administrator has typed and not sent outlives the other forms of the page, and is not left behind unasked."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.live_server import PASSWORD, ROOT, LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_press_keeps_what_is_typed_elsewhere_on_the_page(console: Open, server: LiveServer) -> None:
    page = console("admin", f"/quan-tri/hoi-nghi/{server.slug}")
    title, cap = page.get_by_label("Tên hội nghị"), page.get_by_label("Tham luận tối đa (phút)")
    tone = page.get_by_role("radio", name="Đỏ nhung")
    title.fill("Hội nghị giao ban quý IV")
    cap.fill("mười")

    # another form is saved
    tone.check()
    press(page, "Lưu hình thức")

    expect(page.get_by_text("Đã lưu hình thức màn chiếu")).to_be_visible()
    expect(tone).to_be_checked()
    expect(title).to_have_value("Hội nghị giao ban quý IV")

    # the form itself is refused, and then another one is pressed
    page.get_by_role("radio", name="Không có").check()
    press(page, "Lưu")
    expect(page.get_by_text("ghi bằng phút")).to_be_visible()
    expect(page.get_by_role("radio", name="Không có")).to_be_checked()
    press(page, "Lưu hình thức")
    expect(page.get_by_text("Đã lưu hình thức màn chiếu")).to_be_visible()
    expect(title).to_have_value("Hội nghị giao ban quý IV")
    expect(cap).to_have_value("mười")

    # a way off the page asks first, until everything is saved
    away = page.get_by_role("navigation").get_by_role("link", name="Tài liệu")
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        away.click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    cap.fill("12")
    press(page, "Lưu")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hội nghị giao ban quý IV")
    expect(title).to_have_value("Hội nghị giao ban quý IV")
    away.click()
    expect(page.get_by_role("heading", name="Tài liệu của hội nghị")).to_be_visible()


def test_the_keyboard_stays_and_what_is_typed_while_an_answer_is_under_way_too(
    console: Open, server: LiveServer
) -> None:
    page = console("admin", f"/quan-tri/hoi-nghi/{server.slug}")
    title, held, at = page.get_by_label("Tên hội nghị"), list[Route](), f"**/quan-tri/hoi-nghi/{server.slug}"
    page.route(at, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    title.fill("Hội nghị quý")
    with page.expect_request(at):
        press(page, "Lưu")

    expect(page.get_by_role("button", name="Lưu", exact=True)).to_be_disabled()
    title.fill("Hội nghị quý ba")
    title.evaluate("field => field.setSelectionRange(4, 4)")
    held[0].continue_()

    expect(page.get_by_role("heading", level=1)).to_have_text("Hội nghị quý")
    expect(title).to_be_focused()
    expect(title).to_have_value("Hội nghị quý ba")
    assert title.evaluate("field => field.selectionStart") == 4


def test_a_word_of_the_server_goes_away_by_itself(console: Open, server: LiveServer) -> None:
    page = console("admin", f"/quan-tri/hoi-nghi/{server.slug}")
    page.clock.install()
    press(page, "Lưu hình thức")
    expect(page.get_by_text("Đã lưu hình thức màn chiếu")).to_be_visible()

    page.clock.fast_forward(12_000)

    expect(page.locator("#notice")).to_be_empty()


def test_accounts_are_added_beside_what_is_typed(console: Open, server: LiveServer) -> None:
    page = console("admin", "/quan-tri")
    hotline = page.get_by_label("Đường dây nóng của hội nghị")
    other, own = page.get_by_label("Mật khẩu mới của technician"), page.get_by_label("Mật khẩu", exact=True)
    hotline.fill("0205 3811 000")
    other.fill(PASSWORD)
    page.get_by_label("Tên đăng nhập").fill("Thư ký")
    page.get_by_label("Vai trò").select_option(label="Thư ký")
    own.fill(PASSWORD)

    press(page, "Thêm")  # no name for an account
    expect(page.get_by_text("Tên đăng nhập gồm")).to_be_visible()
    expect(own).to_have_value(PASSWORD)
    name = f"thu-ky-{server.slug}"[:40]
    page.get_by_label("Tên đăng nhập").fill(name)
    press(page, "Thêm")

    expect(page.get_by_label(f"Mật khẩu mới của {name}")).to_be_visible()
    expect(own).to_have_value("")
    expect(other).to_have_value(PASSWORD)
    expect(hotline).to_have_value("0205 3811 000")


def test_a_press_on_one_document_keeps_what_is_typed_for_another(console: Open, server: LiveServer) -> None:
    page = console("admin", f"/quan-tri/hoi-nghi/{server.slug}/tai-lieu")
    png = {"name": "so-do.png", "mimeType": "image/png", "buffer": (ROOT / "docs/images/board.png").read_bytes()}
    page.get_by_label("Tệp", exact=False).first.set_input_files(png)  # type: ignore[arg-type]
    press(page, "Thêm tài liệu")
    expect(page.get_by_text("Đã thêm “so-do”.")).to_be_visible()
    page.locator("summary").click()
    page.get_by_label("Tên tài liệu").first.fill("Sơ đồ hội trường")
    page.get_by_label("Tên tài liệu").last.fill("Báo cáo")
    page.get_by_label("Tệp", exact=False).first.set_input_files(png)  # type: ignore[arg-type]

    press(page, "Phát hành ngay: so-do")

    expect(page.get_by_text("Đã phát hành cho báo chí.")).to_be_visible()
    expect(page.get_by_label("Tên tài liệu").first).to_be_visible()
    expect(page.get_by_label("Tên tài liệu").first).to_have_value("Sơ đồ hội trường")
    expect(page.get_by_label("Tên tài liệu").last).to_have_value("Báo cáo")
    expect(page.get_by_label("Tệp", exact=False).first).to_have_value(re.compile("so-do.png"))
