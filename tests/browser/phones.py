"""What tests of a room's page share: a telephone's size, and what is looked for on it."""

from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.live_server import Caller, LiveServer

PHONE: Final[Any] = {"width": 360, "height": 740}


def check_ins(server: LiveServer) -> list[dict[str, Any]]:
    """The records of all check-ins in the log."""
    with Caller(server, server.token(role="secretary")) as secretary:
        return [line["data"]["record"] for line in secretary.get("/log?after=0") if line["kind"] == "check_in"]


def connected(page: Page) -> None:
    expect(page.get_by_text("Đã kết nối")).to_be_visible()


def status_card(page: Page) -> Any:
    return page.locator("[data-stat]")


def send_again(page: Page) -> None:
    """Press "Gửi lại ngay"; it is hidden by now where what waits has just been sent by itself."""
    page.locator("[data-retry]").evaluate("(button) => button.click()")
