"""Every scene of the projector at one moment of a made-up morning, drawn without a server.

The browser's requests are answered by the application in this process, whose clock stands; the page's own clock and
timers stand too, and nothing moves. So a picture is the same on every run.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import Identity
from giaoban.services.running_order import CommandRequest
from tests.conftest import identity_of
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


class Morning:
    """The conference on a clock that only moves when told."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._services: Services = app.extensions["giaoban"]
        self._clock = cast(FakeClock, self._services.clock)

    def pass_s(self, seconds: float) -> None:
        self._clock.advance(int(seconds * 1000))

    def command(self, name: str, /, **args: Any) -> None:
        with self._app.app_context():
            order = self._services.running_order
            conference = self._services.conferences.current()
            version = order.view(conference)["version"]
            mc = identity_of(self._services, "mc")
            order.dispatch(conference.slug, CommandRequest(str(uuid4()), version, name, args), mc)

    def kind(self) -> str:
        """Of the item that is on."""
        with self._app.app_context():
            snapshot = self._services.running_order.snapshot(self._services.conferences.current())
        return str(snapshot["live"]["item"]["kind"])

    def rooms_come(self) -> None:
        with self._app.app_context():
            conference = self._services.conferences.current()
            check_in_rooms(self._services, conference, identity_of(self._services, "secretary"))


def check_in_rooms(services: Services, conference: Conference, secretary: Identity) -> None:
    """All rooms but a few are present, some of them say why they are not."""
    rooms = [row["code"] for row in services.roll_call.endpoints(conference) if row["level"] != "province"]
    for number, code in enumerate(rooms):
        if number % 17 == 16:
            continue
        absent = number % 41 == 40
        said = {
            "check_in_id": str(uuid4()),
            "status": "absent" if absent else "present",
            "reason": "Mất điện" if absent else None,
            "headcount": 8 + number % 13,
            "happened_at_ms": services.clock.now_ms(),
        }
        services.roll_call.check_in(conference.slug, code, said, secretary)


def scenes(app: Flask) -> Iterator[str]:
    """The name of each scene, at the moment when it is on. Clocks stand in the middle of a second."""
    morning = Morning(app)
    morning.rooms_come()
    yield "maket"
    for lasted_min in LASTED_MIN:
        morning.command("next")
        rest_s = 60 * lasted_min
        if morning.kind() == "break":
            morning.pass_s(147.5)
            yield "break"
            rest_s -= 147.5
        morning.pass_s(rest_s)
    morning.command("next")
    morning.pass_s(216.5)
    yield "speaker-normal"
    morning.command("pause")
    yield "speaker-paused"
    morning.command("resume")
    morning.pass_s(277)
    yield "speaker-warning"
    morning.pass_s(83)
    yield "speaker-danger"
    morning.pass_s(98)
    yield "speaker-over"
    for name in ("agenda", "roll_call", "black"):
        morning.command("set_scene", name=name)
        yield name
    morning.command("set_message", text=MESSAGE, to="all")
    morning.command("set_scene", name="message")
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
