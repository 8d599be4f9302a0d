"""The lower third in a real browser: transparent, in and out with the parts, silent about the line."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.any_server]

PICTURE: Any = {"width": 1920, "height": 1080}
SAFE = (96, 54)  # px from the sides and from the foot: five per cent
LONG_SPEAKER = "Thường trực HĐND thị trấn Nông Trường Thái Bình, huyện Đình Lập, tỉnh Lạng Sơn và các xã lân cận"
LONG_TITLE = ("Kinh nghiệm, giải pháp nâng cao chất lượng ban hành Nghị quyết của HĐND cấp huyện, " * 4)[:300].strip()
GROUND = "[document.documentElement, document.body].map((el) => getComputedStyle(el).backgroundColor)"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_context(viewport=PICTURE).new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    page.context.close()
    assert errors == []


def plate(page: Page) -> Locator:
    return page.locator("[data-lower-third]")


def paper(server: LiveServer, position: int = 1, **fields: Any) -> None:
    """A paper goes on air."""
    item = {
        "kind": "paper",
        "title": "Kinh nghiệm",
        "speaker": "Thường trực HĐND huyện Văn Quan",
        "planned_ms": 600_000,
    }
    inserted = server.command("insert", {"position": position, "item": {**item, **fields}})
    server.command("next", {"item_id": inserted["events"][0]["item_id"]})


def test_it_comes_with_a_part_changes_with_the_next_and_goes_with_the_last(page: Page, server: LiveServer) -> None:
    page.goto(server.url + "/phat-bieu/lop-phu")
    expect(plate(page)).to_be_hidden()
    paper(server)
    expect(plate(page)).to_be_visible()
    expect(plate(page)).to_contain_text("THƯỜNG TRỰC HĐND")
    expect(plate(page)).to_contain_text("Huyện Văn Quan")
    expect(page.locator("[data-put=left]")).to_have_count(0)
    paper(server, position=2, speaker="Thường trực HĐND huyện Cao Lộc")
    expect(page.get_by_text("Huyện Cao Lộc")).to_be_visible()
    server.command("finish")
    expect(plate(page)).to_be_hidden()
    server.command("next")  # the technical check: nobody speaks
    paper(server, position=4, speaker="Thường trực HĐND huyện Chi Lăng")
    expect(page.get_by_text("Huyện Chi Lăng")).to_be_visible()


@pytest.mark.parametrize("query", ["?dong-ho=1", "?dong-ho=1&canh=giua"])
def test_the_ground_is_transparent_and_long_names_stay_within_the_safe_picture(
    page: Page, server: LiveServer, query: str
) -> None:
    page.goto(server.url + "/phat-bieu/lop-phu" + query)
    paper(server, speaker=LONG_SPEAKER, title=LONG_TITLE)
    expect(plate(page)).to_be_visible()
    assert page.evaluate(GROUND) == ["rgba(0, 0, 0, 0)"] * 2
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "normal"
    expect(plate(page)).to_have_css("opacity", "1")
    box = plate(page).bounding_box()
    assert box is not None
    assert box["x"] >= SAFE[0]
    assert box["x"] + box["width"] <= PICTURE["width"] - SAFE[0] + 1
    assert box["y"] + box["height"] <= PICTURE["height"] - SAFE[1]
    cut = "(el) => el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1"
    assert not page.locator("[data-put=unit]").evaluate(cut)
    assert not page.locator("[data-put=topic]").evaluate(cut)


def test_with_reduced_motion_nothing_moves(browser: Browser, server: LiveServer) -> None:
    page = browser.new_page(viewport=PICTURE, reduced_motion="reduce")
    page.goto(server.url + "/phat-bieu/lop-phu")
    paper(server)
    expect(plate(page)).to_be_visible()
    moves = "(el) => [getComputedStyle(el).transform, getComputedStyle(el).transitionDuration]"
    assert plate(page).evaluate(moves) == ["none", "0s"]
    page.context.close()


def test_for_some_seconds_it_goes_by_itself_and_a_mixers_blue_is_cut_not_faded(page: Page, server: LiveServer) -> None:
    page.goto(server.url + "/phat-bieu/lop-phu?giay=30&nen=xanh")
    assert page.evaluate(GROUND) == ["rgb(0, 71, 187)"] * 2
    assert plate(page).evaluate("(el) => getComputedStyle(el).transitionDuration") == "0s"
    paper(server, title="Tham luận của Thường trực HĐND huyện Văn Quan")
    expect(plate(page)).to_be_visible()
    expect(page.get_by_text("Huyện Văn Quan")).to_have_count(1)
    expect(page.locator("[data-put=topic]")).to_have_text("Tham luận")
    expect(plate(page)).to_be_hidden()
    page.reload()
    page.evaluate("document.fonts.ready")
    expect(plate(page)).to_be_hidden()


@pytest.mark.own_server
def test_a_lost_line_is_told_to_nobody_and_what_came_meanwhile_is_shown_after_it(
    page: Page, server: LiveServer
) -> None:
    page.goto(server.url + "/phat-bieu/lop-phu?dong-ho=1")
    paper(server)
    expect(page.get_by_text("Huyện Văn Quan")).to_be_visible()
    title = page.context.new_page()
    title.goto(server.url + "/phat-bieu/toan-man")
    expect(title.get_by_text("Huyện Văn Quan")).to_be_visible()
    words = page.locator("body").inner_text().replace("\n", " ")
    titled = title.locator("body").inner_text()
    server.kill()
    left = page.locator("[data-put=left]")
    for _ in range(8):  # seconds of the clock, which goes on: longer than any other screen takes to say so
        expect(left).not_to_have_text(left.inner_text())
    assert page.locator("body").inner_text().replace("\n", " ").split(" ")[:-1] == words.split(" ")[:-1]
    assert title.locator("body").inner_text() == titled
    server.start()
    paper(server, position=2, speaker="Thường trực HĐND huyện Cao Lộc")
    expect(page.get_by_text("Huyện Cao Lộc")).to_be_visible()
    expect(title.get_by_text("Huyện Cao Lộc")).to_be_visible()
