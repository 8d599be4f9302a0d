"""Chromium under the pages' own policy: nothing on any page is refused, and nothing is said on its console."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import complaint, sign_in, unhurry
from tests.conftest import COMMUNE, ITS_DISTRICT
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

COMPLAIN = "document.addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective, e.blockedURI))"
PUBLIC = ("/", "/man-chieu", "/man-chieu/ghep", "/vao", "/dang-nhap", "/api/v1/docs")
STAFF = (
    "/doi-mat-khau",
    "/diem-danh",
    f"/diem-danh/{COMMUNE}",
    f"/ky-thuat/duong-truyen/{COMMUNE}",
    "/diem-danh/goi",
    "/ky-thuat/man-chieu",
)
RUNNING = ("/dieu-hanh", "/dieu-hanh?sua=1", "/dieu-hanh/muc/moi", "/dieu-hanh/muc/9/sua", "/dieu-hanh/nhat-ky")
PAGES = {
    "technician": STAFF,
    "secretary": STAFF + RUNNING,
    "mc": STAFF + RUNNING,
    "admin": (*STAFF, *RUNNING, "/quan-tri", "/quan-tri/ma-truy-cap"),
}
Visit = Callable[[str], Page]


def listener(context: BrowserContext) -> list[str]:
    """What any page of that browser complains of, from now on."""
    said: list[str] = []
    context.add_init_script(COMPLAIN)
    context.on("console", lambda line: said.extend(filter(None, [complaint(line)])))
    context.on("weberror", lambda error: said.append(str(error.error)))
    return said


def visit(page: Page, server: LiveServer, path: str) -> None:
    answer = page.goto(server.url + path)
    assert answer is not None
    assert answer.status == 200, path
    assert "'self'" in answer.headers["content-security-policy"]
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("role", PAGES)
def test_the_pages_of_the_staff(browser: Browser, server: LiveServer, role: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    said = listener(context)
    page = context.new_page()
    sign_in(page, server, role, "/diem-danh")
    for path in PAGES[role]:
        visit(page, server, path)
    context.close()
    assert said == []


def test_the_pages_of_everybody(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    said = listener(context)
    page = context.new_page()
    for path in PUBLIC:
        visit(page, server, path)
    expect(page.locator(".swagger-ui .opblock").first).to_be_visible()  # its script ran, on its own description
    server.command("next")
    server.command("set_message", {"text": "Xin giữ trật tự", "to": "all"})
    for scene in ("speaker", "agenda", "roll_call", "break", "message", "black", "maket"):
        server.command("set_scene", {"name": scene})
        visit(page, server, "/man-chieu")
        expect(page.locator(f".scene--{scene}")).to_have_css("visibility", "visible")
    context.close()
    assert said == []


@pytest.mark.parametrize("code", [COMMUNE, ITS_DISTRICT])
def test_the_pages_of_a_room(browser: Browser, server: LiveServer, code: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    said = listener(context)
    page = context.new_page()
    visit(page, server, f"/vao/{server.code(code)}")
    page.get_by_text("Đã kết nối").wait_for()
    page.locator('[data-status="present"]').first.get_by_role("button", name="Có mặt").click()
    expect(page.locator('[data-put="stat"]')).to_have_text("Có mặt")
    visit(page, server, "/diem-cau/thu-duong-truyen")
    page.get_by_role("button", name="Phát tiếng thử").click()
    expect(page.get_by_text("Đã phát xong")).to_be_visible()
    visit(page, server, f"/vao/{server.code('181')}")  # asks first
    context.close()
    assert said == []


def test_what_is_swapped_in_is_alive_too(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    said = listener(context)
    page = context.new_page()
    unhurry(page)
    sign_in(page, server, "mc", "/dieu-hanh")
    page.locator("#press-go").click()
    page.locator("#press-go").click()
    expect(page.locator("[data-timer]")).to_be_visible()
    visit(page, server, "/dieu-hanh?sua=1")
    page.locator("#grip-6").hover()
    page.mouse.down()
    page.mouse.move(400, 500, steps=8)
    expect(page.locator(".row--held")).to_be_visible()
    page.keyboard.press("+")  # the list is swapped under the row in the air
    expect(page.locator("#press-undo")).to_contain_text("Thêm, bớt phút")
    expect(page.locator("#notice")).to_contain_text("Chương trình vừa đổi trong lúc kéo")
    expect(page.locator(".row--held")).to_have_count(0)
    page.mouse.up()
    server.command("edit", {"item_id": "8", "fields": {"speaker": "Văn phòng"}}, role="secretary")
    expect(page.locator("#row-8")).to_contain_text("Văn phòng")  # it still follows
    visit(page, server, "/diem-danh")
    page.locator(f"#cell-{COMMUNE}").click()
    expect(page.locator("#drawer")).to_be_visible()
    context.close()
    assert said == []


def test_an_inline_script_would_be_refused(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context()
    said = listener(context)
    page = context.new_page()
    visit(page, server, "/vao")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'ran = 1'}))")
    assert page.evaluate("typeof ran") == "undefined"
    assert any("script-src" in line for line in said)
    context.close()
