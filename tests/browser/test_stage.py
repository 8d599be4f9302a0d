"""The hall's picture at every shape and size, with the longest texts that the server takes: nothing is cut, nothing is
too small for the last row, and no change of scenes shows a frame without its picture."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.browser.conftest import resize
from tests.browser.hall import Hall
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.rosters import three_levels, two_levels

pytestmark = [pytest.mark.browser, pytest.mark.no_database]

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1920, 1200), (1024, 768), (1080, 1920))
SHAPES = ((1920, 1080), (1024, 768), (1080, 1920))
MINUTE_MS = 60_000
TITLE = ("Kinh nghiệm, giải pháp nâng cao chất lượng ban hành Nghị quyết của HĐND cấp huyện; Ẳng Nẵm, Ỗ, Ặ; " * 4)[
    :300
].strip()
SPEAKER = "Thường trực HĐND thị trấn Nông Trường Thái Bình, huyện Đình Lập, cùng các Ban của Hội đồng nhân dân huyện ấy"
MESSAGE = ("Đề nghị các điểm cầu tắt micro khi chưa được mời phát biểu và giữ trật tự trong Hội nghị; " * 4)[
    :300
].strip()
CAPITALS = "W" * 300
ACCENTED = "Ẵ" * 300

# What is wrong with the scene that is seen: texts cut by their box or by the picture, too small, without room for the
# marks above their first line; lines closer than letters with marks are high; a clock that is not whole.
FAULTS = """
() => {
  const scene = document.querySelector("[data-on]");
  const wide = innerWidth / innerHeight > 1;
  const unit = wide ? Math.min(innerWidth / 1920, innerHeight / 1080) : Math.min(innerWidth / 1080, innerHeight / 1920);
  const faults = [];
  const clip = (el) => { // the nearest box that cuts its contents, else the picture
    for (let box = el.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return box.getBoundingClientRect();
    }
    return new DOMRect(0, 0, innerWidth, innerHeight);
  };
  const outside = (box, rim) => box.left < rim.left - 1.5 || box.right > rim.right + 1.5
    || box.top < rim.top - 1.5 || box.bottom > rim.bottom + 1.5;
  const walker = document.createTreeWalker(scene, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (!node.data.trim() || !el.getClientRects().length || !range.getClientRects().length) continue;
    const style = getComputedStyle(el);
    const size = parseFloat(style.fontSize);
    const name = (el.className || el.dataset.put || el.tagName) + ": " + node.data.slice(0, 20);
    if (size < 40 * unit - 0.1 && !el.closest(".rc__n small")) faults.push("small " + name);
    const own = style.overflowX === "visible" ? null : el;
    const block = own || el.closest(".clamp, p, h1, h2, li, div, footer");
    const shut = getComputedStyle(block).overflowX !== "visible";
    if (shut && parseFloat(getComputedStyle(block).paddingTop) < 0.25 * size
        && !block.classList.contains("timer")) faults.push("no room for marks " + name);
    if (outside(block.getBoundingClientRect(), clip(block))) faults.push("cut " + name);
    if (!shut && outside(range.getBoundingClientRect(), clip(el))
        && !el.closest(".num, .timer__digits, .brk__d")) faults.push("beyond its box " + name);
    const line = parseFloat(style.lineHeight);
    const figures = el.closest(".num, .clock, .timer__digits, .brk__d, .rc__big");
    if (line < 1.25 * size && !figures) faults.push("close " + name);
  }
  for (const el of scene.querySelectorAll("ol")) {
    const rows = Array.from(el.children).filter((row) => row.offsetHeight);
    for (const row of rows) {
      const size = parseFloat(getComputedStyle(row).fontSize);
      if (row.offsetHeight < 1.25 * size - 1) faults.push("low row " + row.textContent);
    }
  }
  for (const el of scene.querySelectorAll(".speak, .next, .brk, .maket__text, .ag ol, .rc, .rc__sum, .rc__rows")) {
    if (el.getClientRects().length && (el.scrollHeight > el.clientHeight + 1 || el.scrollWidth > el.clientWidth + 1)) {
      faults.push("overflows: " + el.className);
    }
  }
  const whole = new DOMRect(0, 0, innerWidth, innerHeight);
  for (const el of scene.querySelectorAll(".timer__digits, .brk__d, .strip .clock")) {
    const range = document.createRange();
    range.selectNodeContents(el);
    const box = range.getBoundingClientRect();
    const plate = (el.closest(".timer") || scene).getBoundingClientRect();
    if (!box.width) continue;
    if (box.left < plate.left || box.right > plate.right || outside(plate, whole)) faults.push("clock " + el.className);
    if (el.matches(".timer__digits") && el.offsetHeight > el.parentElement.clientHeight) faults.push("low plate");
    const size = parseFloat(getComputedStyle(el).fontSize);
    if (el.matches(".timer__digits, .brk__d") && size < 110 * unit) faults.push("small clock");
  }
  return faults;
}
"""

# Each frame from now on: what of each scene is seen, and what stands in those that are being covered.
RECORD = """
() => {
  window.frames_seen = [];
  const look = () => {
    const scenes = Array.from(document.querySelectorAll("[data-name]"));
    window.frames_seen.push(scenes.filter((el) => getComputedStyle(el).visibility === "visible").map((el) => ({
      name: el.dataset.name,
      opacity: Number(getComputedStyle(el).opacity),
      ground: getComputedStyle(el).backgroundColor,
      leaving: el.hasAttribute("data-leaving") ? el.innerText : null,
    })));
    requestAnimationFrame(look);
  };
  look();
}
"""
# Hand the page a snapshot and wait for its scene, without waiting for a frame.
TELL = """
(snapshot) => new Promise((done) => {
  window.told.snapshot(snapshot);
  const look = () => (document.body.dataset.scene === snapshot.scene.name ? done() : setTimeout(look, 5));
  look();
})
"""
GROUNDS = {"rgb(154, 10, 15)", "rgb(0, 0, 0)"}


@pytest.fixture
def hall(app: Flask, clock: FakeClock) -> Callable[..., Hall]:
    """`hall(units=…, items=…)`: the hall of a conference that differs so from the demo."""

    def make(**differs: Any) -> Hall:
        if differs:
            with app.app_context():
                services: Services = app.extensions["giaoban"]
                new = replace(demo.conference(OPENING_AT_MS), slug=f"khac-{len(made)}", **differs)
                services.conferences.create(new, cli_identity("test"))
                made.append(new.slug)
        return Hall(app, clock, made[-1] if differs else None)

    made: list[str] = []
    return make


@pytest.fixture
def screen(browser: Browser) -> Iterator[Callable[[Hall], Page]]:
    """`screen(hall)`: its page, on which no script fails."""
    pages: list[Page] = []
    errors: list[Any] = []

    def open_screen(hall: Hall) -> Page:
        pages.append(hall.open(browser))
        pages[-1].on("pageerror", lambda error: errors.append(error))
        return pages[-1]

    yield open_screen
    for page in pages:
        page.context.close()
    assert errors == []


def at_every_size(page: Page, what: str, sizes: tuple[tuple[int, int], ...]) -> None:
    for width, height in sizes:
        resize(page, width, height)
        assert page.evaluate(FAULTS) == [], f"{what} at {width}×{height}"


def test_the_longest_texts_leave_the_clock_whole(
    hall: Callable[..., Hall], screen: Callable[[Hall], Page], clock: FakeClock
) -> None:
    place = hall()
    page = screen(place)
    paper = "22"
    for title, speaker, message, minutes in (
        (TITLE, SPEAKER, MESSAGE, 3.4),
        (CAPITALS, ACCENTED[:200], CAPITALS, 9.7),
        (ACCENTED, "Thường trực HĐND " + CAPITALS[:180], ACCENTED, 140.0),
        ("Ngắn", "Thường trực HĐND huyện Tràng Định", "", 8.5),
    ):
        place.command("edit", {"item_id": paper, "fields": {"title": title, "speaker": speaker}})
        if minutes == 3.4:
            place.command("start", {"item_id": paper})
        clock.at_ms = OPENING_AT_MS + round(minutes * MINUTE_MS)
        place.command("set_message", {"text": message, "to": "all"})
        place.load(page)
        at_every_size(page, f"{title[:5]} after {minutes} minutes", SIZES if message == CAPITALS else SHAPES)
    for name in ("break", "message", "maket"):
        place.command("set_message", {"text": ACCENTED, "to": "all"})
        place.command("set_scene", {"name": name})
        place.load(page)
        at_every_size(page, name, SHAPES)


def test_any_programme_roster_and_maket_fit(hall: Callable[..., Hall], screen: Callable[[Hall], Page]) -> None:
    lines = [
        {"kind": "paper" if number % 25 > 3 else "report", "title": f"{TITLE[:200]} {number}", "planned_ms": 300_000}
        for number in range(200)
    ]
    lines = [{**line, "speaker": SPEAKER if line["kind"] == "paper" else None} for line in lines]
    page: Page | None = None
    picture = {"org": TITLE[:120].upper(), "kind": CAPITALS[:120], "title": [ACCENTED[:120]] * 4, "year": TITLE[:120]}
    for differs, scenes in (
        ({}, ("agenda", "roll_call", "maket")),
        ({"items": lines, "maket": {**picture, "place": TITLE[:120]}}, ("agenda", "maket")),
        ({"units": two_levels(65), "maket": {}, "title": TITLE}, ("roll_call", "maket")),
        ({"units": three_levels()}, ("roll_call",)),
        ({"units": three_levels((3,) * 34)}, ("roll_call",)),
    ):
        place = hall(**differs)
        if "items" in differs:
            place.command("start", {"item_id": "90"})
        if "roll_call" in scenes:
            place.check_in(0.05)
        told = []
        for name in scenes:
            place.command("set_scene", {"name": name})
            told += [place.command("set_message", {"text": message, "to": "all"}) for message in ("", MESSAGE)]
        page = page or screen(place)
        place.load(page)
        for width, height in SHAPES:
            resize(page, width, height)
            for snapshot in told:
                name = snapshot["scene"]["name"]
                page.evaluate(TELL, snapshot)
                assert name != "agenda" or page.locator(".ag__it .now").count() == ("items" in differs)
                word = " with a word" if snapshot["message"] else ""
                assert page.evaluate(FAULTS) == [], f"{name} of {[*differs]}{word} at {width}×{height}"


# A fade lasts long enough to be seen however few frames a busy machine draws.
SLOWLY = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":root { --motion-scene: 3s }");
    document.adoptedStyleSheets = [sheet];
}"""


def test_no_change_of_scenes_shows_a_frame_without_its_picture(
    hall: Callable[..., Hall], screen: Callable[[Hall], Page], clock: FakeClock
) -> None:
    place = hall()
    rest = place.command("start", {"item_id": "1"})["next"]
    page = screen(place)
    page.evaluate(SLOWLY)
    page.evaluate(RECORD)

    def turn(name: str, command: str, args: dict[str, Any]) -> None:
        clock.advance(1000)
        place.command(command, args)
        place.told(page)
        page.locator(f"[data-name={name}][data-on]").wait_for()

    # The item and the scene change together, then the scene alone; faster than a fade, and after it.
    turn("speaker", "next", {"item_id": rest[0]["id"]})
    turn("maket", "finish", {})
    page.locator("[data-leaving]").first.wait_for(state="detached")
    turn("break", "start", {"item_id": "12"})
    turn("speaker", "next", {"item_id": "13"})
    page.locator("[data-leaving]").first.wait_for(state="detached")
    turn("speaker", "set_message", {"text": "Xin mời quý vị ổn định chỗ ngồi", "to": "all"})
    for name in ("message", "agenda", "roll_call", "black"):
        turn(name, "set_scene", {"name": name})
    page.locator("[data-leaving]").first.wait_for(state="detached")
    turn("message", "set_scene", {"name": "message"})
    turn("maket", "set_message", {"text": "", "to": "all"})
    page.locator("[data-leaving]").first.wait_for(state="detached")

    frames = page.evaluate("window.frames_seen")
    faded = [scene["opacity"] for frame in frames for scene in frame if 0 < scene["opacity"] < 1]
    assert faded, "they are cross-faded"
    texts: dict[str, str] = {}
    for frame in frames:
        assert any(scene["opacity"] >= 0.999 for scene in frame), f"nothing covers the picture: {frame}"
        assert {scene["ground"] for scene in frame} <= GROUNDS
        texts = {
            scene["name"]: texts.get(scene["name"], scene["leaving"]) for scene in frame if scene["leaving"] is not None
        }
        for scene in frame:
            assert scene["leaving"] in (None, texts.get(scene["name"])), "what goes stays as it was"
