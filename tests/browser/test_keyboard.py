"""The whole console by keyboard alone: no test here touches the mouse, and nothing is reached but by Tab and keys."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import unhurry
from tests.live_server import PASSWORD, LiveServer

pytestmark = pytest.mark.browser

TABS_MOST = 150
FIRST = "Kiểm tra đường truyền, điểm danh các điểm cầu"
SECOND = "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu"


def reach(page: Page, selector: str, key: str = "Tab") -> None:
    """Go on with Tab until that element has the keyboard; it has to show that it has."""
    for _ in range(TABS_MOST):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            shown = page.evaluate("document.activeElement.matches(':focus-visible')")
            assert shown, f"{selector} does not show that it has the keyboard"
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


def use(page: Page, selector: str, key: str = "Enter") -> None:
    reach(page, selector)
    page.keyboard.press(key)


@pytest.fixture
def console(browser: Browser, server: LiveServer) -> Iterator[Callable[[], Page]]:
    """The MC's console, signed in by keyboard."""
    contexts = []

    def sign_in() -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        page = context.new_page()
        unhurry(page)
        page.goto(f"{server.url}/dang-nhap?next=/dieu-hanh")
        reach(page, "[name=username]")
        page.keyboard.type("mc")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dieu-hanh*")
        expect(page.locator("[data-line-up]").or_(page.get_by_text("Đã kết nối")).first).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def version(page: Page, number: int) -> None:
    """The console shows that version: the press before is done."""
    expect(page.locator(f"#console[data-order*='\"version\": {number}']")).to_be_attached()


def unit(page: Page, text: str) -> None:
    expect(page.locator(".now__unit")).to_have_text(text)


def test_a_conference_is_run(console: Callable[[], Page]) -> None:
    page = console()
    page.keyboard.press("Space")
    unit(page, FIRST)
    page.keyboard.press("+")
    version(page, 2)
    page.keyboard.press("-")
    version(page, 3)
    page.keyboard.press("p")
    expect(page.locator("#press-pause")).to_have_text("Tiếp tục")
    page.keyboard.press("p")
    expect(page.locator("#press-pause")).to_have_text("Tạm dừng")
    page.keyboard.press("n")  # more than a minute is left: the first press only asks
    expect(page.locator("#press-go")).to_contain_text("Bấm lần nữa để kết thúc sớm")
    page.keyboard.press("n")
    unit(page, SECOND)
    page.keyboard.press("u")
    unit(page, FIRST)


def test_what_only_tab_reaches(console: Callable[[], Page]) -> None:
    """The buttons without a key of their own: scenes, messages, the end of an item, help, who holds control."""
    page = console()
    page.keyboard.press("Space")
    unit(page, FIRST)
    use(page, "#scene-agenda")
    expect(page.locator("#scene-agenda")).to_have_attribute("aria-pressed", "true")
    use(page, "#scene-auto")
    expect(page.locator("#scene-auto")).to_have_attribute("aria-pressed", "true")
    reach(page, "#say-text")
    page.keyboard.type("Đề nghị nói gần micro")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đề nghị nói gần micro").first).to_be_visible()
    use(page, "#control-take")
    expect(page.locator("#control")).to_have_attribute("data-part", "holder")
    use(page, "#control-release")
    expect(page.locator("#control-take")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    use(page, "#press-finish")
    expect(page.locator("#press-finish")).to_contain_text("Bấm lần nữa")
    page.keyboard.press("Enter")
    unit(page, "Chưa mời mục kế tiếp")


def test_the_order_is_edited(console: Callable[[], Page]) -> None:
    page = console()
    use(page, "#edit-mode")
    page.wait_for_url("**/dieu-hanh?sua=1*")
    use(page, "#new-item")
    reach(page, "#drawer [name=title]")
    page.keyboard.type("Chụp ảnh lưu niệm")
    reach(page, "#drawer .btn--primary")
    page.keyboard.press("Enter")
    row = page.locator(".row", has_text="Chụp ảnh lưu niệm")
    expect(row).to_be_visible()
    expect(page.locator("#drawer form")).to_have_count(0)
    added = row.get_attribute("id").removeprefix("row-")  # type: ignore[union-attr]
    reach(page, "[data-grip]")
    page.keyboard.press("End")
    expect(page.locator(f"#grip-{added}")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    last = page.locator(".row").last
    expect(last).not_to_contain_text("Chụp ảnh lưu niệm")
    version(page, 2)
    expect(page.locator(f"#grip-{added}")).to_be_focused()
    use(page, f"#skip-{added}")
    expect(row).to_contain_text("Bỏ qua")
    version(page, 3)
    use(page, f"#unskip-{added}")
    expect(page.locator(f"#skip-{added}")).to_be_visible()
    use(page, f"#remove-{added}")
    expect(row).to_have_count(0)
    page.keyboard.press("u")
    expect(row).to_be_visible()
    reach(page, "[data-grip]")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    use(page, f"#edit-{added}")
    reach(page, "#drawer [name=title]")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer form")).to_have_count(0)
    expect(page.locator(f"#edit-{added}")).to_be_focused()
