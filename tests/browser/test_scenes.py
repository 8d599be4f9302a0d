"""How the stage looks: each scene as it was reviewed by eye, letters that everybody can read, and nothing that moves
for those who asked for that. script/scene_pictures.py renews the pictures."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from giaoban.domain.looks import OVERTIMES, TONES
from tests.browser.scenes import kept_picture, pictures, scenes, show, still_page
from tests.pictures import same, small, wrong_together

pytestmark = [pytest.mark.browser, pytest.mark.no_database]

AAA: Final = 7
# Every text that is seen, with its contrast to what is painted behind it: "2.31 timer__note Còn dưới 2 phút". The
# ornament counts as the ground, which is lighter; hollow figures are as good as their outline.
CONTRASTS: Final = """
(least) => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const opaque = (colour) => colour.length < 4 || colour[3] === 1;
  const luminance = (colour) => colour.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const said = texts.currentNode.textContent.trim();
    if (!said || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) {
      continue;
    }
    const style = getComputedStyle(element);
    let front = parts(style.color);
    front = front[3] === 0 ? parts(style.webkitTextStrokeColor) : front;
    let behind = element;
    let seen = opaque(front);
    while (behind.parentElement && !opaque(parts(getComputedStyle(behind).backgroundColor))) {
      seen = seen && parts(getComputedStyle(behind).backgroundColor)[3] === 0;
      behind = behind.parentElement;
    }
    for (let at = element; at; at = at.parentElement) {
      seen = seen && getComputedStyle(at).opacity === "1";
    }
    const [light, dark] = [front, parts(getComputedStyle(behind).backgroundColor)].map(luminance)
      .sort((a, b) => b - a);
    const ratio = seen ? (light + 0.05) / (dark + 0.05) : 0;
    found.push([ratio, ratio.toFixed(2) + " " + element.className + " " + said]);
  }
  return { texts: found.length, faint: found.filter(([ratio]) => ratio < least).map(([, text]) => text) };
}
"""
IN_EVERY_LOOK: Final = f"""
(asked) => asked.looks.flatMap((look) => {{
  Object.assign(document.documentElement.dataset, look);
  return ({CONTRASTS.strip()})(asked.least).faint.map((text) => Object.values(look).join(" ") + " " + text);
}})
"""
LOOKS: Final = [{"tone": tone.name, "overtime": overtime.name} for tone in TONES for overtime in OVERTIMES]
SEEN_IN_EVERY_LOOK: Final = ("speaker-normal", "speaker-over", "roll_call")  # all grounds: strip, plates, bands
# What takes time to move, to fade or to turn.
MOVING: Final = """
() => Array.from(document.querySelectorAll("*")).filter((el) => ["", "::before", "::after"].some((part) => {
  const style = getComputedStyle(el, part || null);
  return [style.transitionDuration, style.animationDuration].some((all) => all.split(", ").some((one) => one !== "0s"))
    && style.animationName + style.transitionProperty !== "nonenone";
})).map((el) => el.tagName + "." + el.className)
"""
CHANGED: Final = {
    "the clock three in a hundred to the right": ".timer__digits { position: relative; left: 3vw }",
    "the time of day a little higher": ".strip .clock { position: relative; top: -8px }",
    "the body in yellow": ".speak__org { color: #fff04a }",
    "the topic in white": ".speak__topic { color: #fff }",
    "a ground of another red": ".strip { background: #6a0609 }",
    "the topic's second line clipped": ".speak__topic { height: 62px; overflow: hidden }",
    "the marks of the capitals clipped": ".speak__unit { overflow: hidden; line-height: 1 }",
    "the upper half of a word clipped": ".next__v { clip-path: inset(45% 0 0 0) }",
    "a word gone": ".strip [data-put=kind] { visibility: hidden }",
    "an icon gone": ".strip .ic { visibility: hidden }",
    "a shorter bar": ".timer__bar { width: 380px }",
    "bolder letters": ".speak__topic { font-weight: 600 }",
    "letters two in a hundred larger": ".speak__topic { font-size: 53px }",
}
UNCHANGED: Final = {
    "half a pixel": ".speak { position: relative; left: .5px; top: .5px }",
    "a pixel": ".timer__digits { position: relative; left: 1px }",
    "other kerning and hinting": "body { text-rendering: geometricPrecision }",
}


def wear(page: Page, css: str) -> None:
    """The page with these rules and none of those worn before."""
    page.evaluate(
        """(css) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet];
        }""",
        css,
    )


def faint(page: Page, looks: Sequence[dict[str, str]]) -> list[str]:
    """Texts under AAA in one of those looks."""
    found: list[str] = page.evaluate(IN_EVERY_LOOK, {"least": AAA, "looks": looks})
    return found


def test_every_scene_looks_as_it_was_reviewed_and_is_read_by_everybody(browser: Browser, app: Flask) -> None:
    unlike, unread = [], []
    with still_page(browser, app.test_client()) as page:
        for name in scenes(app):
            show(page, "/man-chieu")
            unlike += [kept.name for size, png in pictures(page) if not same(png, kept := kept_picture(name, size))]
            assert page.evaluate(CONTRASTS, AAA)["texts"] or name == "black"
            looks = LOOKS if name in SEEN_IN_EVERY_LOOK else LOOKS[:1]
            unread += [f"{name} {text}" for text in faint(page, looks)]
    assert unread == []
    assert unlike == [], "look at NAME.seen.png beside each; if it is meant: .venv/bin/python script/scene_pictures.py"


def test_what_moves_is_clipped_or_changes_colour_is_seen_and_the_edges_of_letters_are_not(
    browser: Browser, app: Flask
) -> None:
    with still_page(browser, app.test_client()) as page:
        next(name for name in scenes(app) if name == "speaker-normal")
        show(page, "/man-chieu")
        _, png = next(pictures(page))
        usual = small(png)
        together = {}
        for what, css in {**CHANGED, **UNCHANGED}.items():
            wear(page, css)
            together[what] = wrong_together(small(page.screenshot()), usual)
    assert [what for what in CHANGED if together[what] == 0] == []
    assert [what for what in UNCHANGED if together[what] != 0] == []


UPPER: Final = """
() => {
  const word = document.body.appendChild(document.createElement("p"));
  word.textContent = "thành phố Lạng Sơn ắằẳẵặ đừng";
  word.style.textTransform = "uppercase";
  const shown = word.innerText;
  word.remove();
  return [document.documentElement.lang, shown];
}
"""


def test_nothing_moves_for_whom_movement_disturbs(
    browser: Browser, app: Flask, signed_in: Callable[..., FlaskClient]
) -> None:
    next(name for name in scenes(app) if name == "speaker-over")
    with still_page(browser, signed_in("technician")) as page:
        for path in ("/man-chieu", "/phat-bieu", "/phat-bieu/lop-phu?dong-ho=1", "/phat-bieu/toan-man"):
            show(page, path)
            page.clock.run_for(300)
            assert page.evaluate(UPPER) == ["vi", "THÀNH PHỐ LẠNG SƠN ẮẰẲẴẶ ĐỪNG"]
            told: dict[str, Any] = page.evaluate(CONTRASTS, AAA)
            assert (path, told["texts"] > 2, told["faint"], page.evaluate(MOVING)) == (path, True, [], [])
