"""The network between the server and its screens is cut, silently, for 5, 60 and 600 seconds."""

import pytest
from playwright.sync_api import Browser, expect

from tests.faults.measured import Measured
from tests.faults.site import LINE_MS, Site
from tests.live_server import LiveServer

LONG_S = 600


@pytest.mark.browser
@pytest.mark.own_server
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seconds", [5, 60])
def test_after_a_cut_everything_is_as_at_the_server(
    seconds: int, server: LiveServer, browser: Browser, measured: Measured
) -> None:
    site = Site(server, browser)
    try:
        site.cut()
        if seconds > 10:
            expect(site.projector.get_by_text("Mất kết nối")).to_be_visible(timeout=LINE_MS)
            expect(site.room.locator("[data-stat]")).to_contain_text("đang chờ gửi", timeout=LINE_MS)
        site.mend_after(seconds, measured)
    finally:
        site.close()


@pytest.mark.browser
@pytest.mark.timeout(LONG_S + 300)
def test_after_ten_minutes_everything_is_as_at_the_server(cut_long_ago: Site, measured: Measured) -> None:
    expect(cut_long_ago.projector.get_by_text("Mất kết nối")).to_be_visible()
    cut_long_ago.mend_after(LONG_S, measured)
