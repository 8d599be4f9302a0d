"""Every page there is, in the states that people meet them in.

Axe, the accessibility checker, finds nothing on a desk's screen; on a telephone's nothing is wider than the window and
nothing in the top bar lies over something else.

The pages are those of the access table, so that whoever adds a page has it looked at. What lies over a picture is
beyond its "color-contrast"; tests/js/contrast.test.js has the figures of the stage.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from giaoban.seed import demo
from tests.browser.conftest import sign_in
from tests.conftest import COMMUNE, ITS_DISTRICT
from tests.integration.test_access import ASKERS, PAGES, example
from tests.live_server import PASSWORD, ROOT, LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server, pytest.mark.timeout(300)]

AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"  # the set-up of the browser packages puts it there
GRAVE: Final = ("serious", "critical")
DESK: Final = {"width": 1366, "height": 768}
PHONE: Final = {"width": 360, "height": 740}
# The console and what is opened from it, in the middle of a morning.
STATES: Final = ("/dieu-hanh?sua=1", "/quan-tri?sua=1")
LONG_TITLE: Final = ("Hội nghị giao ban Thường trực Hội đồng nhân dân các huyện, thành phố; " * 5)[:300]
# In the top bar what shows of one piece lies over none of another's.
OVERLAPS: Final = """() => {
  const shown = [...document.querySelectorAll(".topbar > *")].filter((one) => one.checkVisibility());
  const boxes = shown.map((one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    const box = getComputedStyle(one).overflowX === "visible" ? words : one;
    return [one.className, box.getBoundingClientRect()];
  });
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return boxes.flatMap(([name, box], index) =>
    boxes.slice(index + 1).filter(([, its]) => meet(box, its)).map(([other]) => `${name} lies over ${other}`)
  );
}"""
NO_PAGES: Final = ("/healthz", "/readyz", "/metrics", "/static/")
NOT_OURS: Final = ("/api/v1/docs",)  # drawn by the package that shows the API's description


def paths(asker: str) -> list[str]:
    """A path of every page that this asker is shown."""
    column = ASKERS.index(asker)
    shown = [
        rule
        for (method, rule), statuses in PAGES.items()
        if method == "GET" and statuses[column] == 200 and not rule.startswith(NO_PAGES) and rule not in NOT_OURS
    ]
    return [example(rule) for rule in shown]


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical: rule, place and why."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def squeezed(page: Page) -> list[str]:
    """What a telephone's width does to the page, with all that is folded away in it."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    wide = page.evaluate("Math.max(document.documentElement.scrollWidth - innerWidth, 0)")
    overlaps: list[str] = page.evaluate(OVERLAPS)
    return [*([f"{wide} px wider than a telephone"] if wide else []), *overlaps]


def seen(context: BrowserContext, server: LiveServer, path: str) -> list[str]:
    """The faults of the page at that path; nothing where what comes is a file or a part of a page."""
    answer = context.request.get(server.url + path)
    assert answer.status == 200, path
    if not answer.headers["content-type"].startswith("text/html") or "<html" not in answer.text():
        return []
    page = context.new_page()
    page.goto(server.url + path)
    if path.startswith("/man-chieu/ghep"):  # sends its form by itself
        page.locator(".pair__code").wait_for()
        page.wait_for_load_state()
    found = [f"{path} {fault}" for fault in (*faults(page), *squeezed(page))]
    page.close()
    return found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which axe may be put into pages, whose policy would refuse it."""
    context = browser.new_context(viewport=DESK, bypass_csp=True, reduced_motion="reduce")  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def morning(server: LiveServer) -> LiveServer:
    """The first item is on, a message stands, one room is there."""
    server.command("next")
    server.command("set_message", {"text": "Đề nghị các điểm cầu tắt micro", "to": "all"})
    server.check_in(COMMUNE)
    return server


def test_what_everybody_sees(context: BrowserContext, morning: LiveServer) -> None:
    assert [fault for path in paths("nobody") for fault in seen(context, morning, path)] == []


@pytest.mark.parametrize("room", [COMMUNE, ITS_DISTRICT])
def test_a_rooms_pages(context: BrowserContext, morning: LiveServer, room: str) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{morning.url}/vao/{morning.code(room)}")
    page.wait_for_url("**/diem-cau")
    found = faults(page)
    asker = "commune" if room == COMMUNE else "district"
    assert found + [fault for path in paths(asker) for fault in seen(context, morning, path)] == []


def test_the_staffs_pages_with_the_longest_names(context: BrowserContext, morning: LiveServer) -> None:
    page = context.new_page()
    sign_in(page, morning, "admin", f"/quan-tri/hoi-nghi/{morning.slug}")
    page.get_by_label("Tên hội nghị").fill(LONG_TITLE)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG_TITLE)
    page.goto(f"{morning.url}/quan-tri")
    page.get_by_label("Tên đăng nhập").fill("can-bo-van-phong-doan-dbqh-hdnd-" + uuid4().hex[:8])
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(page.get_by_text("Đã thêm tài khoản")).to_be_visible()
    own = [path.replace(f"/{demo.SLUG}", f"/{morning.slug}") for path in paths("admin")]
    shown = [path for path in own if path not in paths("nobody")]
    assert [fault for path in (*shown, *STATES) for fault in seen(context, morning, path)] == []


def test_the_console_with_its_drawer_open(context: BrowserContext, morning: LiveServer) -> None:
    page = context.new_page()
    sign_in(page, morning, "mc", "/dieu-hanh?sua=1")
    page.locator("#new-item").click()
    expect(page.locator("#drawer-title")).to_be_visible()
    assert faults(page) == []
