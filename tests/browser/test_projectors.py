"""Several projectors in real browsers: named by a code typed on the console, pinned, marked when they stand still."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page, expect

from giaoban.domain.projectors import NAME_LONGEST
from tests.browser.conftest import Open, resize
from tests.browser.conftest import console as console
from tests.live_server import Caller, LiveServer
from tests.waiting import asked_until

pytestmark = pytest.mark.browser

Screen = Callable[[], Page]


@pytest.fixture
def screen(browser: Browser) -> Iterator[Screen]:
    """`screen()`: a projector's browser of its own. Fails on any script error."""
    contexts = []
    errors: list[str] = []

    def make() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 720}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def pair(console: Page, screen: Page, server: LiveServer, name: str) -> None:
    """As people do it: the screen shows a code, somebody types it on the console; the new one's form stays open."""
    screen.goto(server.url + "/man-chieu/ghep")
    code = screen.locator(".pair__code").inner_text()
    console.locator("#open-screens").click()
    console.locator("#drawer #pair-screen").click()
    console.get_by_label("Mã trên màn chiếu").fill(code)
    console.get_by_label("Tên màn chiếu").fill(name)
    console.locator("#drawer").get_by_role("button", name="Ghép").click()
    expect(console.locator("#drawer h2")).to_have_text(name)
    screen.wait_for_url("**/man-chieu")


def shows(screen: Page, scene: str) -> None:
    expect(screen.locator("body")).to_have_attribute("data-scene", scene)


def test_a_pinned_projector_keeps_its_scene_while_the_others_follow(
    console: Open, screen: Screen, server: LiveServer
) -> None:
    desk, hall, foyer = console("mc"), screen(), screen()
    pair(desk, hall, server, "Hội trường")
    pair(desk, foyer, server, "Sảnh")
    desk.get_by_label("Cảnh của màn này").select_option("agenda")
    desk.locator("#pin-save").click()
    shows(foyer, "agenda")
    expect(desk.locator("#projector-facts")).to_contain_text("Chương trình")
    desk.locator("#identify").click()
    expect(foyer.locator("[data-identify]")).to_have_text("Sảnh")
    expect(hall.locator("[data-identify]")).to_be_hidden()
    desk.locator("#drawer [data-close-drawer]").first.click()

    desk.locator("#press-go").click()

    shows(hall, "speaker")
    shows(foyer, "agenda")
    expect(desk.locator("#screens")).to_contain_text("2 màn khớp")
    foyer.reload()
    shows(foyer, "agenda")

    # A page that nobody has given a name is as it ever was, and is counted.
    stranger = screen()
    stranger.goto(server.url + "/man-chieu")
    shows(stranger, "speaker")
    expect(desk.locator("#screens")).to_contain_text("1 chưa ghép")
    desk.locator("#open-screens").click()
    desk.locator("#drawer").get_by_role("link", name="Sảnh").click()
    desk.locator("#forget").click()
    shows(foyer, "speaker")
    expect(desk.locator("#screens")).to_contain_text("1 màn khớp")


def test_a_projector_that_stands_still_is_marked_and_so_is_one_that_is_gone(
    console: Open, screen: Screen, server: LiveServer
) -> None:
    desk, hall = console("mc"), screen()
    pair(desk, hall, server, "Hội trường")
    desk.locator("#drawer [data-close-drawer]").first.click()
    expect(desk.locator("#screens")).to_contain_text("1 màn khớp")
    shows(hall, "maket")
    debugger = hall.context.new_cdp_session(hall)
    debugger.send("Debugger.enable")

    debugger.send("Runtime.evaluate", {"expression": "setTimeout(() => { debugger; })"})

    chip = desk.locator("#screens .scr__1--late")
    expect(chip).to_contain_text(re.compile(r"Hội trường\s*chậm \d+ giây"))
    debugger.send("Debugger.resume")
    expect(desk.locator("#screens")).to_contain_text("1 màn khớp")

    hall.goto("about:blank")

    lost = desk.locator("#screens .scr__1--away")
    expect(lost).to_contain_text(re.compile(r"Hội trường\s*mất kết nối"))


def test_long_names_of_lost_projectors_leave_the_console_whole(
    console: Open, screen: Screen, server: LiveServer
) -> None:
    server.command("next")  # this item has the fullest line over its name
    with Caller(server, server.token(role="mc")) as caller:
        for name in (
            "Hội trường tầng hai, bên phải sân khấu",
            "Sảnh tầng một, trước phòng họp báo",
            "Ẵ" * NAME_LONGEST,
        ):
            hall = screen()
            hall.goto(server.url + "/man-chieu/ghep")
            new = {"code": hall.locator(".pair__code").inner_text(), "name": name}
            status, made = caller.request("POST", "/projectors", new)
            assert status == 200
            assert caller.request("PUT", f"/projectors/{made['id']}/scene", {"scene": "agenda"})[0] == 200
            asked_until(lambda: caller.get("/projectors")["rows"][-1]["last_seen_at_ms"] is not None, "it reports")
            hall.goto("about:blank")
        asked_until(lambda: {row["state"] for row in caller.get("/projectors")["rows"]} == {"away"}, "all are lost")
    desk = console("mc")
    corner = desk.locator("#screens")

    expect(corner).to_contain_text("và 2 màn nữa")

    expect(corner.locator(".scr__1").first).to_contain_text("mất kết nối")
    desk.evaluate("document.fonts.ready")
    for width, height in ((1366, 768), (1024, 768), (360, 740)):
        resize(desk, width, height)
        cut, parts = desk.evaluate(
            """() => {
              const line = document.querySelector(".now__k");
              const cut = (part) => part.scrollWidth > part.clientWidth;
              const parts = [line, ...line.querySelectorAll(".scr, .scr__1, .scr__s, .pill")];
              const place = (part) => [Math.round(part.top), part.left, part.right];
              return [
                parts.filter(cut).map((part) => part.className),
                [...line.children].map((part) => place(part.getBoundingClientRect())),
              ];
            }"""
        )
        assert cut == [], width
        for (top, left, right), (other_top, other_left, other_right) in combinations(parts, 2):
            assert abs(top - other_top) >= 24 or other_left >= right or left >= other_right, (width, parts)
        assert desk.evaluate("document.documentElement.scrollWidth") == width


def test_every_tab_of_a_browser_shows_the_code_that_is_good(screen: Screen, server: LiveServer) -> None:
    older = screen()
    newer = older.context.new_page()
    older.goto(server.url + "/man-chieu/ghep")
    before = older.locator(".pair__code").inner_text()
    newer.goto(server.url + "/man-chieu/ghep")
    expect(newer.locator(".pair__code")).to_have_text(before)  # one browser is one screen

    newer.get_by_role("button", name="Lấy mã khác").click()

    expect(newer.locator(".pair__code")).not_to_have_text(before)
    expect(older.locator(".pair__code")).to_have_text(newer.locator(".pair__code").inner_text())


def test_a_double_click_on_the_plain_form_pairs_once(console: Open, screen: Screen, server: LiveServer) -> None:
    desk, hall = console("technician", "/ky-thuat/man-chieu", java_script_enabled=False), screen()
    hall.goto(server.url + "/man-chieu/ghep")
    desk.get_by_label("Mã trên màn chiếu").fill(hall.locator(".pair__code").inner_text())
    desk.get_by_label("Tên màn chiếu").fill("Hội trường")

    desk.get_by_role("button", name="Ghép").dblclick()

    expect(desk.get_by_text("Đã ghép. Màn chiếu tự chuyển sang hình")).to_have_count(1)
    expect(desk.locator("#projectors tbody tr")).to_have_count(1)
    expect(desk.get_by_role("alert").filter(visible=True)).to_have_count(0)
    hall.wait_for_url("**/man-chieu")
