"""What lies at the far end of a cable that is cut: screens that must go on by themselves and be right afterwards."""

import re
import time
from typing import Any

from playwright.sync_api import Browser, Page, expect

from giaoban.services.clock import SystemClock
from tests.conftest import COMMUNE
from tests.faults.cable import Cable
from tests.faults.conference import SteadyScreen
from tests.faults.measured import Measured
from tests.live_server import Caller, LiveServer
from tests.waiting import until

DIGITS = ".timer__digits"
LINE_MS = 60_000  # bounds what has to come back; what it really took is measured
RIGHT_MS = 1_000
# Whether a clock, which shows "+" once it has run out, stands at so many milliseconds or less.
HAS_COME_DOWN_TO = """([digits, ms]) => {
  const [minutes, seconds] = digits.innerText.replace("+", "").split(":").map(Number);
  return (minutes * 60 + seconds) * (digits.innerText.startsWith("+") ? -1000 : 1000) <= ms;
}"""


class Site:
    """The hall's projector, a room's telephone and another program, all at the far end of one cable."""

    def __init__(self, server: LiveServer, browser: Browser) -> None:
        self.server = server
        self.cable = Cable(server.port)
        self._pages: list[Page] = []
        server.command("start", {"item_id": paper(server, "180")})
        self.projector = self._page(browser, "/man-chieu")
        expect(self.projector.locator(".speak__unit")).to_have_text("Huyện Tràng Định")
        self.room = self._page(browser, f"/vao/{server.code(COMMUNE)}")
        expect(self.room.get_by_text("Đã kết nối")).to_be_visible()
        self.program = SteadyScreen(self.cable.url, slug=server.slug)

    def _page(self, browser: Browser, path: str) -> Page:
        self._pages.append(browser.new_context(locale="vi-VN").new_page())
        self._pages[-1].goto(self.cable.url + path)
        return self._pages[-1]

    def cut(self) -> None:
        """From now on the far end is alone; there a room checks in, and here the conference goes on."""
        self.cable.cut()
        self._left_at_cut_ms = self._left_ms()
        self.room.get_by_label("Số đại biểu tại điểm cầu").fill("12")
        self.pressed_at_ms = SystemClock().now_ms()
        self.room.get_by_role("button", name="Có mặt").click()
        expect(self.room.locator("[data-stat]")).to_contain_text(re.compile("đang (chờ )?gửi"))
        self.server.command("next", {"item_id": paper(self.server, "189")})
        self.server.command("add_time", {"delta_ms": 60_000})
        expect(self.projector.locator(".speak__unit")).to_have_text("Huyện Tràng Định")

    def mend_after(self, seconds: float, measured: Measured) -> None:
        """Wait until the projector, alone, has counted that far; then mend the cut and see everything right again."""
        counted_ms = self._left_at_cut_ms - (seconds + 1) * 1_000  # a clock that shows whole seconds may be one ahead
        clock = self.projector.locator(DIGITS).element_handle()
        self.projector.wait_for_function(HAS_COME_DOWN_TO, arg=[clock, counted_ms], timeout=seconds * 1_000 + LINE_MS)
        assert check_ins(self.server) == []
        mended_at_ms = SystemClock().now_ms()
        self.cable.mend()
        began_s = time.monotonic()
        version = self.server_order()["version"]
        until(lambda: self.program.connected and self.program.snapshot["version"] == version, "the program is right")
        expect(self.projector.locator(".speak__unit")).to_have_text("Huyện Đình Lập", timeout=LINE_MS)
        expect(self.projector.get_by_text("Mất kết nối")).to_be_hidden(timeout=LINE_MS)
        measured.add(f"network cut for {seconds:g} s: screens right", time.monotonic() - began_s)
        self._assert_the_timer_is_right()
        expect(self.room.locator("[data-stat]")).to_contain_text("12 đại biểu, lúc", timeout=LINE_MS)
        measured.add(f"network cut for {seconds:g} s: queued check-in stored", time.monotonic() - began_s)
        expect(self.room.get_by_text(re.compile("đang (chờ )?gửi"))).to_be_hidden()
        [record] = check_ins(self.server)
        assert abs(record["happened_at_ms"] - self.pressed_at_ms) <= RIGHT_MS
        assert record["received_at_ms"] >= mended_at_ms - RIGHT_MS

    def server_order(self) -> dict[str, Any]:
        with Caller(self.server, self.server.token(role="mc")) as caller:
            order: dict[str, Any] = caller.get("/running-order")
        return order

    def _assert_the_timer_is_right(self) -> None:
        """What the projector shows lies between what it had to show before and after it was looked at, to a second."""
        live = self.server_order()["live"]
        [item] = [item for item in self.server_order()["items"] if item["id"] == live["item_id"]]
        ends_at_ms = live["started_at_ms"] + item["planned_ms"] + item["added_ms"]
        before_ms = ends_at_ms - SystemClock().now_ms()
        shown_ms = self._left_ms()
        after_ms = ends_at_ms - SystemClock().now_ms()
        assert after_ms - RIGHT_MS <= shown_ms <= before_ms + RIGHT_MS

    def _left_ms(self) -> int:
        """What the projector's clock shows; negative once the time has run out."""
        digits = self.projector.locator(DIGITS).inner_text()
        minutes, seconds = digits.lstrip("+").split(":")
        return (int(minutes) * 60 + int(seconds)) * (-1_000 if digits.startswith("+") else 1_000)

    def close(self) -> None:
        self.program.close()
        for page in self._pages:
            page.context.close()
        self.cable.close()


def paper(server: LiveServer, code: str) -> str:
    """The id of that room's paper."""
    with Caller(server, server.token(role="mc")) as caller:
        items = caller.get("/running-order")["items"]
    return next(str(item["id"]) for item in items if item["endpoint_code"] == code)


def check_ins(server: LiveServer) -> list[dict[str, Any]]:
    with Caller(server, server.token(role="secretary")) as caller:
        return [line["data"]["record"] for line in caller.get("/log") if line["kind"] == "check_in"]
