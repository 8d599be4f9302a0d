"""Time over the cap on the console: the press is never held up, and its reason is the one on the screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, LocatorAssertions, Page, expect

from tests.browser.conftest import sign_in, unhurry
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

PAPER = "6"


@pytest.fixture
def console(browser: Browser, server: LiveServer) -> Iterator[Page]:
    """The MC's console with the first paper on."""
    server.command("start", {"item_id": PAPER})
    context = browser.new_context(viewport={"width": 1366, "height": 657})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    unhurry(page)
    sign_in(page, server, "mc", "/dieu-hanh")
    yield page
    context.close()
    assert errors == []


def done(page: Page) -> LocatorAssertions:
    """What was done last, as the console tells it."""
    return expect(page.locator(".card--log li").first)


def test_an_untouched_press_goes_at_once_with_the_usual_reason(console: Page) -> None:
    console.keyboard.press("+")

    done(console).to_contain_text("Thêm 1 phút: Huyện Bắc Sơn (Chủ tọa cho phép)")
    expect(console.locator(f"#row-{PAPER} .overcap")).to_have_text("Quá mức 10 phút")


def test_a_tapped_reason_goes_with_the_next_key_and_leaves_the_keys_to_the_console(console: Page) -> None:
    console.get_by_text("Đề nghị nói thêm").click()
    console.keyboard.press("+")

    done(console).to_contain_text("(Chủ tọa đề nghị nói thêm)")
    expect(console.get_by_role("radio", name="Đề nghị nói thêm")).to_be_checked()


def test_a_typed_reason_survives_what_others_do_and_enter_gives_the_minute(console: Page, server: LiveServer) -> None:
    console.get_by_text("Khác", exact=True).click()
    console.keyboard.type("Đại biểu hỏi thêm")
    server.command("set_message", {"to": "all", "text": "Nghỉ 10 phút"})
    done(console).to_contain_text("Nhắn tất cả “Nghỉ 10 phút”")
    expect(console.locator("#cap-own")).to_be_focused()

    console.keyboard.press("Enter")

    done(console).to_contain_text("(Đại biểu hỏi thêm)")


def test_the_next_paper_begins_with_the_usual_reason(console: Page, server: LiveServer) -> None:
    console.get_by_text("Bù gián đoạn").click()
    server.command("next", {"item_id": "7"})
    expect(console.locator(".now__unit")).to_have_text("Thành phố Lạng Sơn")

    expect(console.get_by_role("radio", name="Chủ tọa cho phép")).to_be_checked()


def test_the_reason_is_reworded_in_the_drawer(console: Page) -> None:
    console.keyboard.press("+")
    console.locator(".card--log").get_by_text("Sửa lý do").click()

    console.get_by_role("textbox", name="Lý do khác").last.fill("Trả lời chất vấn")
    console.get_by_role("button", name="Lưu").click()

    expect(console.locator("#drawer form")).to_have_count(0)
    done(console).to_contain_text("(Trả lời chất vấn)")


def test_the_go_button_stays_in_view_with_the_field_open(console: Page) -> None:
    console.keyboard.press("+")
    done(console).to_contain_text("Chủ tọa cho phép")
    console.get_by_text("Khác", exact=True).click()

    expect(console.locator("#cap-own")).to_be_visible()
    expect(console.locator("#press-go")).to_be_in_viewport(ratio=1)
