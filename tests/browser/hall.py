"""The projector's page without a server: the application in this process answers the browser, by a clock that stands.

No line: `hall.told(page)` hands the page what its line would have brought. So each picture is the same at each run.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask
from playwright.sync_api import Browser, Page, Route

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import Identity
from giaoban.services.running_order import CommandRequest
from tests.conftest import identity_of
from tests.fakes import FakeClock

_files: dict[str, tuple[int, dict[str, str], bytes]] = {}  # the same for all: their addresses name their release
ADDRESS = "http://man-chieu.test"
NO_LINE = """
export function connectLive({ on }) {
  window.told = on;
  return { listen() {}, request: () => new Promise(() => {}), onPing() {}, up: () => true, connected: () => true,
    version: () => -1, transport: () => null };
}
"""


class Hall:
    """One conference of `app`, driven through the services at the time of `clock`; `slug` None is the current one."""

    def __init__(self, app: Flask, clock: FakeClock, slug: str | None = None) -> None:
        self.app, self.clock, self.slug = app, clock, slug

    def _with(self, act: Callable[[Services, Conference], Any]) -> Any:
        with self.app.app_context():
            services: Services = self.app.extensions["giaoban"]
            conferences = services.conferences
            return act(services, conferences.find(self.slug) if self.slug else conferences.current())

    def snapshot(self) -> dict[str, Any]:
        """As the line brings it."""
        return dict(self._with(lambda services, conference: services.running_order.snapshot(conference)))

    def command(self, name: str, args: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Give a command on the present version; the snapshot after it."""

        def give(services: Services, conference: Conference) -> None:
            version = services.running_order.load(conference).version
            request = CommandRequest(str(uuid4()), version, name, dict(args or {}))
            services.running_order.dispatch(conference.slug, request, identity_of(services, "mc"))

        self._with(give)
        return self.snapshot()

    def check_in(self, share: float = 1.0) -> None:
        """So much of the rooms, spread over the roster; see `check_in_rooms`."""
        self._with(
            lambda services, conference: check_in_rooms(services, conference, identity_of(services, "secretary"), share)
        )

    def open(self, browser: Browser, width: int = 1920, height: int = 1080, **options: Any) -> Page:
        """A screen of that size, with the projector's page on it. Close its context."""
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, service_workers="block", **options)  # type: ignore[arg-type]
        context.route("**/*", self._answer)
        page = context.new_page()
        self.load(page)
        return page

    def load(self, page: Page) -> None:
        """The page anew, with its faces."""
        page.goto(f"{ADDRESS}/man-chieu" + (f"?hoi-nghi={self.slug}" if self.slug else ""))
        page.evaluate("document.fonts.ready")

    def told(self, page: Page) -> None:
        """Hand the page the present snapshot."""
        page.evaluate("snapshot => window.told.snapshot(snapshot)", self.snapshot())

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.path.endswith("/js/live.js"):
            route.fulfill(body=NO_LINE, content_type="text/javascript")
            return
        if path not in _files:
            answer = self.app.test_client().get(path)
            kept = answer.status_code, dict(answer.headers), answer.get_data()
            answer.close()
            if not parts.path.startswith("/static/"):
                route.fulfill(status=kept[0], headers=kept[1], body=kept[2])
                return
            _files[path] = kept
        status, headers, body = _files[path]
        route.fulfill(status=status, headers=headers, body=body)


def check_in_rooms(services: Services, conference: Conference, secretary: Identity, share: float = 1.0) -> None:
    """All rooms of that share but a few are present, some of them say why they are not."""
    rooms = [row["code"] for row in services.roll_call.endpoints(conference) if row["level"] != "province"]
    for number, code in enumerate(rooms):
        if number % 17 == 16 or number % 100 >= 100 * share:
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
