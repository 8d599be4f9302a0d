"""Two browsers fight over control of one conference."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import press_twice, sign_in
from tests.conftest import running
from tests.databases import Databases
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser

FREED_S = 20

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def impatient(
    databases: Databases, database_of_today: str, new_server: Callable[..., LiveServer]
) -> Iterator[LiveServer]:
    """A server that frees control after ten seconds of silence."""
    settings = {"GIAOBAN_CONTROL_FREED_S": str(FREED_S)}
    database: str | Path = databases.copy(database_of_today)
    with running(database, settings=settings, new_server=new_server) as (live, _):
        yield live


@pytest.fixture
def console(browser: Browser, impatient: LiveServer) -> Iterator[Open]:
    """`console("mc")`: a browser of its own with that person's console. Fails on any script error."""
    contexts = []
    errors: list[str] = []

    def open_console(role: str, to: str = "/dieu-hanh", width: int = 1366, height: int = 768) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
        sign_in(page, impatient, role, to)
        expect(page.locator('[data-link="ok"]')).to_be_visible()
        return page

    yield open_console
    for context in contexts:
        context.close()
    assert errors == []


def press(page: Page, action: str) -> None:
    page.locator(f"#control-{action}").click()


def says(page: Page, words: str) -> None:
    expect(page.locator("#control")).to_contain_text(words)


IS_THERE = (
    """go => JSON.stringify(document.getElementById("press-go").getBoundingClientRect()) === JSON.stringify(go)"""
)


def where_go_is(page: Page) -> Any:
    """In one step of the page: it may be exchanged between two."""
    expect(page.locator("#press-go")).to_be_visible()
    return page.evaluate("() => document.getElementById('press-go').getBoundingClientRect().toJSON()")


def free(*pages: Page) -> None:
    """Whoever holds control lets go, so that the next test begins where this one did."""
    for page in pages:
        button = page.locator("#control-release")
        if button.is_visible():
            button.click()
            says(page, "Chưa ai giữ quyền")


def test_two_browsers_take_ask_give_and_take_over(console: Open) -> None:
    lan, nam = console("mc"), console("admin")
    says(nam, "Chưa ai giữ quyền điều hành")

    press(lan, "take")

    says(lan, "Quý vị đang giữ quyền điều hành")
    says(nam, "Quyền điều hành: mc")
    expect(nam.locator("#held")).to_contain_text("mc đang giữ quyền điều hành")
    expect(nam.locator("#press-go")).to_have_count(0)
    expect(nam.locator("#press-pause")).to_be_disabled()

    go = where_go_is(lan)
    press(nam, "ask")

    says(lan, "admin xin quyền điều hành")
    says(nam, "đang chờ trả lời")
    lan.wait_for_function(IS_THERE, arg=go)  # what somebody asks moves and covers nothing
    expect(lan.locator("#spoken")).to_have_text("admin xin quyền điều hành")

    press(lan, "refuse")
    says(nam, "chưa chuyển quyền")
    press(nam, "ask")
    says(lan, "admin xin quyền điều hành")
    press(lan, "give")

    says(nam, "Quý vị đang giữ quyền điều hành")
    expect(nam.locator("#press-go")).to_be_enabled()
    expect(lan.locator("#held")).to_be_visible()

    press(lan, "take-over")
    expect(lan.get_by_label("Lý do", exact=True)).to_have_value("Máy điều hành gặp sự cố")
    lan.locator("#drawer").get_by_role("button", name="Tiếp quản", exact=True).click()

    says(lan, "Quý vị đang giữ quyền điều hành")
    says(nam, "Quyền điều hành: mc")
    expect(lan.locator("#drawer")).to_be_empty()
    expect(nam.locator(".card--log")).to_contain_text("mc tiếp quản quyền điều hành từ admin (Máy điều hành gặp sự cố)")
    free(lan)


def test_the_form_to_take_over_comes_though_its_link_is_replaced_meanwhile(console: Open) -> None:
    lan, nam = console("mc"), console("admin")
    press(lan, "take")
    says(nam, "Quyền điều hành: mc")
    held: list[Route] = []
    nam.route("**/quyen/tiep-quan*", lambda route: held.append(route))

    with nam.expect_request("**/quyen/tiep-quan*"):
        press(nam, "take-over")
    says(lan, "Quý vị đang giữ quyền điều hành")
    press(lan, "release")
    says(nam, "Chưa ai giữ quyền")
    held[0].continue_()

    expect(nam.locator("#drawer")).to_contain_text("Lúc này chưa ai khác giữ quyền điều hành.")


def test_the_keyboard_of_a_locked_console_starts_nothing(console: Open) -> None:
    lan, nam = console("mc"), console("admin")
    press(lan, "take")
    expect(nam.locator("#held")).to_be_visible()
    before = nam.locator(".now__unit").inner_text()

    nam.locator("body").press("Space")
    nam.locator("body").press("n")
    press(lan, "release")

    expect(nam.locator("#press-go")).to_be_visible()
    assert nam.locator(".now__unit").inner_text() == before


def test_a_hold_lasts_while_its_browser_is_there_and_no_longer(console: Open) -> None:
    lan, nam = console("mc"), console("admin")
    renewed: list[str] = []
    lan.on("response", lambda answer: renewed.append(answer.url) if answer.url.endswith("/control") else None)
    press(lan, "take")
    says(nam, "Quyền điều hành: mc")

    for _ in range(6):  # at a quarter of the silence that frees it each, so for longer than that
        lan.wait_for_event("response", lambda answer: answer.url.endswith("/control"))
    says(nam, "Quyền điều hành: mc")
    assert len(renewed) >= 6

    lan.context.close()

    expect(nam.locator("#control")).to_contain_text("Chưa ai giữ quyền")
    expect(nam.locator("#press-go")).to_be_enabled()


def test_signing_out_frees_at_once(console: Open) -> None:
    lan, nam = console("mc"), console("admin")
    press(lan, "take")
    says(nam, "Quyền điều hành: mc")

    lan.goto(lan.url.replace("/dieu-hanh", "/"))
    lan.get_by_role("button", name="Đăng xuất").click()

    says(nam, "Chưa ai giữ quyền")


def test_who_edits_an_item_is_shown_to_the_others_until_the_form_is_closed(console: Open) -> None:
    lan, hoa = console("mc", "/dieu-hanh?sua=1"), console("secretary", "/dieu-hanh?sua=1")
    hoa.locator("#edit-5").click()

    expect(lan.locator("#row-5 .row__who")).to_have_text("secretary đang sửa")
    lan.locator("#edit-5").click()
    expect(lan.locator("#drawer .also")).to_contain_text("secretary cũng đang sửa mục này")
    expect(hoa.locator("#drawer .also")).to_contain_text("mc cũng đang sửa mục này")

    hoa.locator("#drawer [data-close-drawer]").first.click()

    expect(lan.locator("#row-5 .row__who")).to_have_count(0)
    expect(lan.locator("#drawer .also")).to_be_hidden()
    expect(hoa.locator("#row-5 .row__who")).to_have_text("mc đang sửa")
    lan.context.close()
    expect(hoa.locator("#row-5 .row__who")).to_have_count(0)


def test_the_small_page_runs_the_conference_with_the_same_care(console: Open) -> None:
    pocket, lan = console("mc", "/dieu-hanh/nho", 360, 740), console("admin")
    if pocket.locator("#press-pause").is_disabled():
        pocket.locator("#press-go").click()
        expect(pocket.locator("#press-pause")).to_be_enabled()
    before = pocket.locator(".sm__unit").inner_text()

    press_twice(pocket)

    expect(pocket.locator(".sm__unit")).not_to_have_text(before)
    expect(lan.locator(".now__unit")).to_have_text(pocket.locator(".sm__unit").inner_text())
    pocket.locator("#press-pause").click()
    expect(lan.locator("[data-timer]")).to_have_attribute("data-state", "paused")
    press(lan, "take")
    says(lan, "Quý vị đang giữ quyền điều hành")
    expect(pocket.locator("#held")).to_contain_text("admin đang giữ quyền điều hành")
    expect(pocket.locator("#press-plus")).to_be_disabled()
    assert pocket.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut at the right"
    free(lan)
    pocket.locator("#press-undo").click()
    expect(lan.locator("[data-timer]")).to_have_attribute("data-state", "normal")

    pocket.context.set_offline(True)

    expect(pocket.locator('[data-link="lost"]')).to_be_visible()
    expect(pocket.locator("#press-go")).to_be_disabled()
    expect(pocket.locator("#press-go")).to_contain_text("Lệnh tạm khóa")
