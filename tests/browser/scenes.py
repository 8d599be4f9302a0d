"""Every scene of the projector at one moment of a made-up morning, drawn without a server.

The browser's requests are answered by the application in this process, whose clock stands; the page's own clock and
timers stand too, and nothing moves. So a picture is the same on every run.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from tests.browser.hall import Hall
from tests.fakes import FakeClock
from tests.live_server import ROOT

SIZES: Final = ((1920, 1080), (1440, 1080), (1080, 1920))
"""A projector of today, one of yesterday, a screen on its side."""
KEPT: Final = ROOT / "tests" / "files" / "scenes"
RELEASE: Final = re.compile(r"^/static/~[^/]+/")  # the folder of a release, which is none on the disk
HOST: Final = "http://giaoban.test"
MESSAGE: Final = "Đề nghị các điểm cầu tắt micro, giữ trật tự trong suốt Hội nghị"
LASTED_MIN: Final = (31, 9, 11, 17, 12, 10.5, 11, 9, 10, 10.5, 9.5, 10, 11)
"""How long the parts before the eighth paper took."""


def scenes(app: Flask) -> Iterator[str]:
    """The name of each scene, at the moment when it is on. Clocks stand in the middle of a second."""
    clock = cast(FakeClock, app.extensions["giaoban"].clock)
    hall = Hall(app, clock)

    def pass_s(seconds: float) -> None:
        clock.advance(int(seconds * 1000))

    hall.check_in()
    yield "maket"
    for lasted_min in LASTED_MIN:
        snapshot = hall.command("next")
        rest_s = 60 * lasted_min
        if snapshot["live"]["item"]["kind"] == "break":
            pass_s(147.5)
            yield "break"
            rest_s -= 147.5
        pass_s(rest_s)
    hall.command("next")
    pass_s(216.5)
    yield "speaker-normal"
    hall.command("pause")
    yield "speaker-paused"
    hall.command("resume")
    pass_s(277)
    yield "speaker-warning"
    pass_s(83)
    yield "speaker-danger"
    pass_s(98)
    yield "speaker-over"
    for name in ("agenda", "roll_call", "black"):
        hall.command("set_scene", {"name": name})
        yield name
    hall.command("set_message", {"text": MESSAGE, "to": "all"})
    hall.command("set_scene", {"name": "message"})
    yield "message"


@contextmanager
def still_page(browser: Browser, client: FlaskClient) -> Iterator[Page]:
    """A page whose requests the application answers at once, on which no time passes and nothing moves."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block", locale="vi-VN")
    page = context.new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.route("**/*", answered_by(client))
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    yield page
    context.close()
    assert errors == []


def answered_by(client: FlaskClient) -> Callable[[Route], None]:
    """Static files as they lie there, pages from the application, no live connection."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if not path.startswith("/") or path.startswith("/socket.io/"):
            route.abort()
        elif path.startswith("/static/"):
            route.fulfill(path=ROOT / RELEASE.sub("/static/", path.partition("?")[0]).lstrip("/"))
        else:
            with client.open(path, method=route.request.method) as answered:
                headers = dict(answered.headers)
                route.fulfill(status=answered.status_code, headers=headers, body=answered.get_data())

    return answer


def show(page: Page, path: str) -> None:
    """The page at that path, with its letters."""
    page.goto(HOST + path)
    page.evaluate("document.fonts.ready")


def pictures(page: Page) -> Iterator[tuple[str, bytes]]:
    """`("1920x1080", png)` of the page as it stands, for each size."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        yield f"{width}x{height}", page.screenshot(animations="disabled")


def kept_picture(name: str, size: str) -> Path:
    """Where the reviewed one is."""
    return KEPT / f"{name}-{size}.png"
