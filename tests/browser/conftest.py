"""Chromium for the tests: the system's, driven by Playwright, with nothing kept between tests."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.phones import PHONE
from tests.live_server import PASSWORD, ROOT, LiveServer

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
)

COMES_MS = 60_000  # bounds what has to come, however busy the machine is
expect.set_options(timeout=COMES_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(ARGUMENTS))
        browser.on("context", lambda context: context.set_default_timeout(COMES_MS))
        yield browser
        browser.close()


def sign_in(page: Page, server: LiveServer, role: str, to: str) -> None:
    """Sign in as a person does, on the page, and go on to `to`."""
    page.goto(f"{server.url}/dang-nhap?next={to}")
    page.get_by_label("Tên đăng nhập").fill(role)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"**{to}*")


def complaint(line: ConsoleMessage) -> str | None:
    """What the browser complains of in its console; not of a connection that took so long that it was given up."""
    told = line.type in ("error", "warning") and not line.text.startswith("WebSocket connection to")
    return line.text if told else None


def resize(page: Page, width: int, height: int) -> None:
    """The page knows of its new size, and has been told, when this returns."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("([width, height]) => innerWidth === width && innerHeight === height", arg=[width, height])
    page.evaluate("window.dispatchEvent(new Event('resize'))")


def stretch(page: Page, script: str, was: str, now: str) -> None:
    """On pages that are opened from here on, that script of ours has `now` in place of `was`."""
    before, found, after = (ROOT / "static/js" / script).read_text("utf-8").partition(was)
    assert found, f"{script} has no {was} any more"

    def stretched(route: Route) -> None:
        with suppress(PlaywrightError):  # the page is gone already
            route.fulfill(body=before + now + after, content_type="text/javascript")

    page.route(f"**/js/{script}", stretched)


def unhurry(page: Page) -> None:
    """What a page gives somebody or the server some seconds for lasts a minute on pages that are opened from here on:
    the second press, a press that waits for another, a button that is held down, an answer, and the silence after which
    the line counts as lost."""
    stretch(page, "console/presses.js", "ARMED_MS = 3000;", "ARMED_MS = 60000;")
    stretch(page, "console/hold.js", "LONGEST_MS = 3000;", "LONGEST_MS = 60000;")
    stretch(page, "live.js", "SILENCE_MS = 4500;", "SILENCE_MS = 60000;")
    stretch(page, "follow.js", "HELD_MS = 1500;", "HELD_MS = 60000;")
    page.add_init_script("addEventListener('load', () => window.htmx && (htmx.config.timeout = 0))")


def press_twice(page: Page) -> None:
    """Go, and again, which ends an item that has time left. In one step of the page, as the button may be exchanged for
    another at any time."""
    expect(page.locator("#press-go")).to_be_enabled()
    page.evaluate("() => [1, 2].forEach(() => document.getElementById('press-go').click())")


def bar(
    place: Page | BrowserContext, url: str, answer: Callable[[Route], object] = lambda route: route.abort()
) -> Callable[[], None]:
    """What is asked of `url` gets that answer, or none, until the function that this one gives is called.

    The route itself stays: taking one away lets through what its handler is still busy with, and the handler fails.
    """
    opened = threading.Event()
    place.route(url, lambda route: route.fallback() if opened.is_set() else answer(route))
    return opened.set


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`phone()`, `phone(java_script_enabled=False)`: a page of a telephone of its own, on which no script fails.

    Without the service worker unless asked for: what goes by it is out of reach of `route`.
    """
    contexts: list[BrowserContext] = []
    errors: list[Any] = []

    def make(**options: Any) -> Page:
        contexts.append(
            browser.new_context(**{"viewport": PHONE, "locale": "vi-VN", "service_workers": "block", **options})
        )
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(error))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


Open = Callable[..., Page]


@pytest.fixture
def console(browser: Browser, server: LiveServer) -> Iterator[Open]:
    """`console("mc")`: that person's console on a screen of its own, once its line is up. Fails on any script error.

    `hurried`: its seconds are seconds, however busy the machine is; else see `unhurry`.
    """
    contexts = []
    errors: list[str] = []

    def open_console(role: str = "mc", at: str = "/dieu-hanh", *, hurried: bool = False, **options: object) -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
        if not hurried:
            unhurry(page)
        sign_in(page, server, role, at)
        return page

    yield open_console
    for context in contexts:
        context.close()
    assert errors == []
