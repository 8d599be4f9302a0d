"""A page whose sign-in has ended does not go on as if nothing were: it leads to where one signs in."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.browser.conftest import sign_in
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


def test_a_room_whose_code_was_renewed_is_asked_for_the_new_one(
    browser: Browser, server: LiveServer, shared_server: Any
) -> None:
    page = browser.new_page()
    page.goto(f"{server.url}/vao/{server.code('180')}")
    page.get_by_text("Đã kết nối").wait_for()
    with shared_server[1].app_context():
        services: Services = shared_server[1].extensions["giaoban"]
        services.access.renew(services.conferences.find(server.slug), cli_identity("test"), "180")

    page.wait_for_url(re.compile("/vao$"))

    expect(page.get_by_label("Mã điểm cầu")).to_be_visible()
    page.close()


@pytest.mark.parametrize("path", ["/dieu-hanh", "/diem-danh"])
def test_a_console_left_open_is_led_to_the_sign_in_and_comes_back(
    browser: Browser, server: LiveServer, path: str
) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    sign_in(page, server, "secretary", path)
    other.goto(server.url)
    other.get_by_role("button", name="Đăng xuất").click()

    page.wait_for_url(re.compile(rf"/dang-nhap\?next={path}"))

    context.close()
