"""The screens beside the projector go over to another current conference in place; no frame of it is half made."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.clock import SystemClock
from giaoban.services.identity import cli_identity
from tests.browser.conftest import sign_in
from tests.browser.test_projector import paper
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

FIRST, SECOND = "Huyện Tràng Định", "Huyện Đình Lập"
# What each frame shows: whether the picture is there, how opaque it is, and whom it names. A window that is loaded anew
# forgets it.
WATCH = """
() => {
  window.seen = [];
  const look = () => {
    const picture = document.querySelector("[data-lower-third], [data-title-card], [data-monitor]");
    const { visibility, opacity } = getComputedStyle(picture);
    const now = [visibility, opacity, picture.querySelector("[data-put=unit]").textContent];
    if (String(window.seen.at(-1)) !== String(now)) {
      window.seen.push(now);
    }
    window.requestAnimationFrame(look);
  };
  look();
}
"""


@pytest.fixture
def pages(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Two windows of one machine on which no script fails."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    errors: list[Any] = []
    context.on("weberror", lambda error: errors.append(error.error))
    yield context.new_page(), context.new_page()
    context.close()
    assert errors == []


@pytest.mark.parametrize("path", ["/phat-bieu/lop-phu", "/phat-bieu/toan-man", "/phat-bieu"])
def test_it_goes_over_to_the_current_conference_unless_its_address_names_one(
    pages: tuple[Page, Page], server: LiveServer, beside: Flask, path: str
) -> None:
    page, named = pages
    sign_in(page, server, "technician", path)
    named.goto(f"{server.url}{path}?hoi-nghi={server.slug}")
    server.command("start", {"item_id": paper(server, "180")})
    unit, its_unit = (each.locator("[data-put=unit]") for each in pages)
    for shown in (unit, its_unit):
        expect(shown).to_have_text(FIRST)
        expect(shown).to_be_visible()
    expect(page.locator("[data-lower-third], [data-title-card], [data-monitor]")).to_have_css("opacity", "1")
    services: Services = beside.extensions["giaoban"]
    begins_at_ms = demo.starts_at_ms(None, "now", SystemClock().now_ms())
    other = replace(demo.conference(begins_at_ms), slug=f"khac-{uuid4().hex[:8]}", title="Hội nghị khác", maket={})
    created = services.conferences.create(other, cli_identity("t"))
    first, server.slug = server.slug, other.slug
    server.command("start", {"item_id": paper(server, "189")})
    page.bring_to_front()  # a page behind draws no frames
    page.evaluate(WATCH)

    services.conferences.make_current(created, cli_identity("t"))

    expect(unit).to_have_text(SECOND)
    expect(unit).to_be_visible()
    expect(page).to_have_title(re.compile("Hội nghị khác"))
    expect(page.locator("[data-lower-third], [data-title-card], [data-monitor]")).to_have_css("opacity", "1")
    page.wait_for_function(  # drawn at least once
        "name => window.seen.some(([visibility, , unit]) => visibility === 'visible' && unit === name)", arg=SECOND
    )
    seen = page.evaluate("window.seen")
    assert {name for visibility, _, name in seen if visibility == "visible"} == {FIRST, SECOND}
    if path != "/phat-bieu/lop-phu":  # whose names go out before the others come in
        assert {(visibility, opacity) for visibility, opacity, _ in seen} == {("visible", "1")}
    # It is that conference's screen from now on, and the other one has stayed what it is.
    server.command("next", {"item_id": paper(server, "180")})
    expect(unit).to_have_text(FIRST)
    server.slug = first
    server.command("next", {"item_id": paper(server, "189")})
    expect(its_unit).to_have_text(SECOND)
    expect(unit).to_have_text(FIRST)


@pytest.mark.parametrize("path", ["/phat-bieu/toan-man?giu=hoi-nghi", "/phat-bieu"])
def test_corrected_words_are_taken_in_place_when_nobody_speaks(
    pages: tuple[Page, Page], server: LiveServer, beside: Flask, path: str
) -> None:
    page = pages[0]
    sign_in(page, server, "technician", "/phat-bieu")
    page.goto(server.url + path)
    expect(page.locator(".tc__body" if "giu" in path else "[data-put=unit]")).to_be_visible()
    page.evaluate("window.untouched = true")
    services: Services = beside.extensions["giaoban"]
    conference = services.conferences.find(server.slug)

    services.conference_life.set_maket(conference, {"org": "VĂN PHÒNG"}, cli_identity("t"))
    services.conference_life.retitle(conference, "Hội nghị quý IV", cli_identity("t"))

    expect(page).to_have_title(re.compile("Hội nghị quý IV"))
    if "giu" in path:
        expect(page.locator(".tc__body")).to_have_text("VĂN PHÒNG")
    assert page.evaluate("window.untouched")
