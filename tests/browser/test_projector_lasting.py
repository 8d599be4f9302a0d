"""A projector that nobody touches for half a day: it lasts through reloads, dead servers, other conferences and
releases, and does not grow."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.clock import SystemClock
from giaoban.services.identity import cli_identity
from tests.browser.conftest import bar, stretch
from tests.browser.test_projector import WRONG_CLOCK, paper, scene, seconds_left
from tests.live_server import Caller, LiveServer
from tests.waiting import asked_until

pytestmark = pytest.mark.browser

HOUR_MS = 3_600_000
# `wait_for_function` takes the promise itself for an answer.
KEPT = """
async (words) => {
  for (let times = 0; times < 600; times += 1) {
    const kept = await caches.open("giaoban-man-chieu").then((cache) => cache.match("/man-chieu"));
    if (kept && (await kept.text()).includes(words)) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
"""
# A window that was loaded anew has no such mark, however alike it looks.
MARK = "window.untouched = true"
AWAKE = """
(() => {
  window.asked = 0;
  const wakeLock = { request: () => { window.asked += 1; return Promise.resolve({}); } };
  Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
})();
"""


@pytest.fixture
def hall(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`hall()`: a screen on which no script fails; it may keep pages unless told otherwise."""
    contexts: list[BrowserContext] = []
    errors: list[Any] = []

    def make(**options: Any) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 720}, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(error))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def kept(page: Page, words: str) -> None:
    """The picture that the browser keeps has these words by now, and there is somebody to hand it out."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert page.evaluate(KEPT, words)


def lost(page: Page) -> Any:
    return page.get_by_text("Mất kết nối máy chủ, vẫn đếm giờ")


@pytest.mark.own_server
def test_a_reload_without_a_network_shows_the_last_picture_which_goes_on_by_itself(
    hall: Callable[..., Page], server: LiveServer
) -> None:
    page = hall()
    page.add_init_script(WRONG_CLOCK % HOUR_MS)
    page.goto(server.url + "/man-chieu")
    scene(page, "maket")
    server.command("start", {"item_id": paper(server, "180")})
    scene(page, "speaker")
    kept(page, '"version":1')
    server.kill()
    page.reload()

    expect(lost(page)).to_be_visible()
    scene(page, "speaker")
    expect(page.locator(".speak__unit")).to_have_text("Huyện Tràng Định")
    assert 0 < seconds_left(page) <= 600  # the machine's clock is wrong by an hour
    assert page.evaluate("document.fonts.check('800 20px \"Be Vietnam Pro\"', 'Ễ')")
    expect(page.locator("[data-on] .strip__figure")).to_be_hidden()  # nobody knows who has come meanwhile
    before = page.locator(".timer__digits").inner_text()
    expect(page.locator(".timer__digits")).not_to_have_text(before)
    page.reload()  # and once more
    expect(lost(page)).to_be_visible()

    page.evaluate(MARK)
    server.start()
    expect(lost(page)).to_be_hidden()
    server.command("next", {"item_id": paper(server, "189")})
    expect(page.locator(".speak__unit")).to_have_text("Huyện Đình Lập")
    server.command("finish")
    scene(page, "maket")
    assert page.evaluate("window.untouched")

    server.command("set_scene", {"name": "agenda"})
    page.reload()  # while the server answers nothing is ever old
    scene(page, "agenda")
    expect(lost(page)).to_be_hidden()


@pytest.mark.own_server
def test_what_it_was_pinned_to_while_it_was_open_outlives_a_reload_without_a_network(
    hall: Callable[..., Page], server: LiveServer
) -> None:
    page = hall()
    page.goto(server.url + "/man-chieu/ghep")
    code = page.locator(".pair__code").inner_text()
    with Caller(server, server.token(role="mc")) as mc:
        screen = mc.request("POST", "/projectors", {"code": code, "name": "Sảnh"})[1]
        page.wait_for_url("**/man-chieu")
        scene(page, "maket")
        assert mc.request("PUT", f"/projectors/{screen['id']}/scene", {"scene": "agenda"})[0] == 200
    scene(page, "agenda")
    kept(page, '"projector":{"name":"Sảnh","scene":"agenda"}')
    server.kill()
    page.reload()

    expect(lost(page)).to_be_visible()
    scene(page, "agenda")


def test_it_follows_the_current_conference_and_stays_full(
    hall: Callable[..., Page], server: LiveServer, beside: Flask
) -> None:
    page, named = hall(service_workers="block"), hall(service_workers="block")
    page.add_init_script(AWAKE)
    page.goto(server.url + "/man-chieu")
    named.goto(f"{server.url}/man-chieu?hoi-nghi={server.slug}")
    hint = page.get_by_role("button", name="Nhấn phím F để xem toàn màn hình")
    expect(page.locator("body")).to_have_attribute("data-idle", "")
    expect(hint).to_be_hidden()

    def moved_and_seen() -> bool:  # it is there for three seconds
        page.mouse.move(40, 40)
        page.mouse.move(90, 90)
        return hint.is_visible()

    asked_until(moved_and_seen, "the hint")
    page.keyboard.press("f")
    expect(page.locator(":fullscreen")).to_have_count(1)
    expect(hint).to_be_hidden()
    assert page.evaluate("window.asked") == 1
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("window.asked") == 2
    page.evaluate(MARK)

    services: Services = beside.extensions["giaoban"]
    begins_at_ms = demo.starts_at_ms(None, "now", SystemClock().now_ms())
    other = replace(demo.conference(begins_at_ms), slug=f"khac-{uuid4().hex[:8]}", title="Hội nghị khác", maket={})
    services.conferences.make_current(services.conferences.create(other, cli_identity("t")), cli_identity("t"))

    expect(page.locator(".maket__title--own")).to_have_text("HỘI NGHỊ KHÁC")
    expect(page).to_have_title("Màn chiếu – Hội nghị khác")
    assert page.evaluate("[window.untouched, document.querySelectorAll('body').length]") == [True, 1]
    expect(page.locator(":fullscreen")).to_have_count(1)
    server.slug, first = other.slug, server.slug
    server.command("start", {"item_id": paper(server, "180")})
    scene(page, "speaker")
    scene(named, "maket")
    expect(named.locator(".maket__org")).to_have_text("THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN")
    server.slug = first
    # Its words are corrected while it hangs there.
    services.conference_life.set_maket(services.conferences.find(first), {"org": "VĂN PHÒNG"}, cli_identity("t"))
    expect(named.locator(".maket__org")).to_have_text("VĂN PHÒNG")


def test_what_it_was_not_told_of_it_notices_by_itself(
    hall: Callable[..., Page], server: LiveServer, beside: Flask
) -> None:
    page = hall(service_workers="block")
    stretch(page, "projector/run.js", 'live.listen("current_changed", address.ask);', "")
    stretch(page, "renewal.js", "ASK_EVERY_MS = 30000;", "ASK_EVERY_MS = 1000;")
    page.goto(server.url + "/man-chieu")
    expect(page.locator(".maket__org")).to_have_text("THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN")
    services: Services = beside.extensions["giaoban"]

    services.conference_life.set_maket(services.conferences.find(server.slug), {"org": "VĂN PHÒNG"}, cli_identity("t"))

    expect(page.locator(".maket__org")).to_have_text("VĂN PHÒNG")


def test_another_release_is_taken_when_nobody_speaks(hall: Callable[..., Page], server: LiveServer) -> None:
    page = hall(service_workers="block")

    def another(route: Route) -> None:
        route.fulfill(json={"conference": server.slug, "release": "0" * 12})

    page.route("**/man-chieu/hien-tai", another)
    server.command("start", {"item_id": paper(server, "180")})
    with page.expect_response("**/man-chieu/hien-tai"):
        page.goto(server.url + "/man-chieu")
    scene(page, "speaker")
    page.evaluate(MARK)
    page.evaluate("document.body.dataset.old = 'yes'")
    server.command("add_time", {"delta_ms": 60_000})
    expect(page.locator(".timer__note")).to_have_text("Thời lượng 11 phút")
    expect(page.locator("body[data-old]")).to_have_count(1)

    # Its styles come from a server that is not of that release yet: nothing is put up without them.
    sheet = "**/css/stage.css?next"
    page.route(
        "**/man-chieu", lambda route: route.fulfill(body=route.fetch().text().replace("/stage.css", "/stage.css?next"))
    )
    come = bar(page, sheet, lambda route: route.fulfill(status=404))
    with page.expect_response(sheet):
        server.command("finish")
    scene(page, "maket")
    expect(page.locator("body[data-old]")).to_have_count(1)
    come()

    expect(page.locator("body[data-old]")).to_have_count(0)
    scene(page, "maket")
    assert page.evaluate("window.untouched")
    assert page.evaluate("getComputedStyle(document.querySelector('.scene')).position") == "absolute"
    assert page.evaluate("[...document.querySelectorAll('link[href*=\"/stage.css\"]')].length") == 1
    server.command("next", {"item_id": paper(server, "189")})
    scene(page, "speaker")  # what came follows as well


TIMES = 12
COUNTS = ("Nodes", "JSEventListeners", "Documents")


def counts(page: Page) -> dict[str, float]:
    """How much there is of what must not grow, each the least of some looks after collecting what is not used any more.

    A part of the page may just be on its way, or its picture be kept: there is more for a moment.
    """
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    looks = []
    for _ in range(TIMES):
        devtools.send("HeapProfiler.collectGarbage")
        looks.append({one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]})
    devtools.detach()
    return {name: min(look[name] for look in looks) for name in COUNTS}


def test_nothing_grows_with_the_scenes_that_were_shown(hall: Callable[..., Page], server: LiveServer) -> None:
    page = hall()
    page.goto(server.url + "/man-chieu")

    with Caller(server, server.token(role="mc")) as mc:
        version = mc.get("/running-order")["version"]

        def command(named: str, /, **args: Any) -> None:
            nonlocal version
            version = mc.command(version, named, args)[1]["version"]

        def round_of_scenes() -> None:
            command("set_message", text="Xin mời quý vị ổn định chỗ ngồi", to="all")
            for name in ("agenda", "roll_call", "break", "black"):
                command("set_scene", name=name)
                scene(page, name)
            command("set_message", text="", to="all")
            command("set_scene", name="auto")
            scene(page, "maket")

        round_of_scenes()
        round_of_scenes()
        before = counts(page)
        for _ in range(4):
            for _ in range(3):
                round_of_scenes()
            after = counts(page)
            if all(
                after[name] <= before[name] for name in COUNTS
            ):  # what grows with the scenes grows every time; another minute may have other words
                return
            before = after
        pytest.fail(f"still growing: {after}")
