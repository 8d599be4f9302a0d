"""The roll-call board as a secretary works on it: by keyboard, filtered, while check-ins come in."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from giaoban.domain.roster import Unit
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.browser.conftest import Open
from tests.conftest import COMMUNE, make_app
from tests.live_server import LiveServer
from tests.rosters import three_levels, two_levels

pytestmark = pytest.mark.browser

PRESENT, ABSENT, WAITING = re.compile("cell--present"), re.compile("cell--absent"), re.compile("cell--waiting")
OF_ITS_DISTRICT = 23
ASKED = re.compile(r"/diem-danh\?.*\bo=")  # for what has changed


def opened(console: Open, query: str = "", role: str = "secretary", **options: Any) -> Page:
    """The board, once it has caught up: what it fetches after joining stands on it."""
    page = console(role, "/diem-danh" + query, **options)
    expect(page.locator("[data-link=ok]")).to_be_visible()
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(each => each.initiatorType === 'xmlhttprequest'"
        " && new URL(each.name).pathname === '/diem-danh')"
    )
    return page


def shown(page: Page) -> Any:
    return page.locator("#board .cell:not(.cell--out)")


def test_it_follows_check_ins_and_lines_and_goes_on_filtering(
    console: Open, server: LiveServer, browser: Browser
) -> None:
    board = opened(console)
    board.get_by_label("Tìm điểm cầu").fill("hoang van thu")
    expect(shown(board)).to_have_count(3)
    expect(board.locator(".find__n")).to_have_text("3 điểm cầu")

    room = browser.new_context().new_page()
    room.goto(f"{server.url}/vao/{server.code(COMMUNE)}")

    cell = board.locator(f"#cell-{COMMUNE}")
    expect(cell).to_have_attribute("aria-label", re.compile("Chưa điểm danh · đã kết nối"))
    expect(shown(board)).to_have_count(3)
    server.check_in(COMMUNE)
    expect(cell).to_have_class(PRESENT)
    room.context.close()

    expect(cell).to_have_attribute("aria-label", re.compile("Có mặt · mất kết nối từ"))
    expect(cell.locator(".lostmark")).to_be_attached()
    expect(cell).to_have_class(PRESENT)
    board.get_by_role("link", name="Bỏ lọc").click()
    board.locator("#show-mat-ket-noi").click()
    expect(shown(board)).to_have_count(1)
    expect(board.locator("#board-sum")).to_contain_text("1 điểm cầu có mặt đang mất kết nối; vẫn tính là có mặt.")


def test_it_is_worked_by_keyboard(console: Open, server: LiveServer) -> None:
    board = opened(console)
    board.locator("#cell-178").focus()
    board.keyboard.press("ArrowRight")
    expect(board.locator("#cell-180")).to_be_focused()
    board.keyboard.press("v")
    expect(board.get_by_label("Lý do vắng")).to_be_focused()
    board.keyboard.type("mất điện")
    board.keyboard.press("Enter")

    expect(board.locator("#cell-180")).to_have_class(ABSENT)
    expect(board.locator(".why")).to_contain_text("Huyện Tràng Định mất điện")
    expect(board.locator("#cell-180")).to_be_focused()

    board.keyboard.press("ArrowDown")
    board.keyboard.press("c")
    below = board.locator("#board [data-column]").nth(2).locator(".cell").nth(1)
    expect(below).to_have_class(PRESENT)
    expect(below).to_be_focused()
    expect(board.locator("#notice")).to_contain_text("Có mặt")
    board.keyboard.press("c")
    expect(board.locator("#notice")).to_contain_text("đã ghi có mặt")

    board.keyboard.press("Enter")
    expect(board.locator("#drawer")).to_be_visible()
    expect(board.get_by_label("Số đại biểu")).to_be_focused()  # not what closes it: Enter would
    expect(below).to_have_attribute("aria-expanded", "true")
    board.keyboard.press("Escape")
    expect(below).to_be_focused()
    board.keyboard.press("/")
    expect(board.get_by_label("Tìm điểm cầu")).to_be_focused()
    board.keyboard.type("cao minh")
    board.keyboard.press("ArrowDown")
    expect(board.locator(f"#cell-{COMMUNE}")).to_be_focused()
    board.keyboard.press("/")
    board.keyboard.press("Escape")
    expect(board.get_by_label("Tìm điểm cầu")).to_have_value("")
    board.keyboard.press("Escape")
    expect(board.locator(f"#cell-{COMMUNE}")).to_be_focused()


def test_the_cells_are_one_stop_of_tab(console: Open) -> None:
    board = opened(console)
    assert board.locator("#board .cell[tabindex='0']").count() == 1
    assert board.locator("#board .cell").count() == board.locator("#board .cell[tabindex]").count()


def test_a_technician_only_looks(console: Open) -> None:
    board = opened(console, role="technician")
    board.locator("#cell-180").focus()
    board.keyboard.press("c")
    expect(board.locator("#notice")).to_contain_text("chỉ xem")
    expect(board.locator("#cell-180")).to_have_class(WAITING)


def test_filters_go_together_and_stay_with_the_address(console: Open, server: LiveServer) -> None:
    server.check_in(COMMUNE)
    board = opened(console)
    board.get_by_label("Đơn vị").select_option("180")
    expect(shown(board)).to_have_count(OF_ITS_DISTRICT)
    board.locator("#show-chua-diem-danh").click()
    expect(shown(board)).to_have_count(OF_ITS_DISTRICT - 1)
    expect(board.locator(f"#cell-{COMMUNE}")).to_be_hidden()

    board.reload()

    expect(shown(board)).to_have_count(OF_ITS_DISTRICT - 1)
    expect(board.locator("#show-chua-diem-danh")).to_have_attribute("aria-current", "true")
    board.get_by_role("link", name="Bỏ lọc").click()
    expect(shown(board)).to_have_count(211)
    assert board.url == f"{server.url}/diem-danh"


def test_what_somebody_does_stays_while_check_ins_come_in(console: Open, server: LiveServer) -> None:
    board = opened(console)
    board.set_viewport_size({"width": 1024, "height": 500})
    board.locator("#cell-06634").click()
    board.get_by_label("Lý do vắng").fill("mất điện từ ")
    board.evaluate("document.querySelector('.rb__grid').scrollTop = 300")

    server.check_in(COMMUNE)

    expect(board.locator(f"#cell-{COMMUNE}")).to_have_class(PRESENT)
    board.keyboard.type("6 giờ")
    expect(board.get_by_label("Lý do vắng")).to_have_value("mất điện từ 6 giờ")
    assert board.evaluate("document.querySelector('.rb__grid').scrollTop") == 300


def test_the_keyboard_stays_on_a_cell_that_changes(console: Open, server: LiveServer) -> None:
    board = opened(console)
    board.locator(f"#cell-{COMMUNE}").focus()

    server.check_in(COMMUNE)

    expect(board.locator(f"#cell-{COMMUNE}")).to_have_class(PRESENT)
    expect(board.locator(f"#cell-{COMMUNE}")).to_be_focused()


def test_a_storm_of_check_ins_is_fetched_in_two_answers_while_the_first_is_held(
    console: Open, server: LiveServer
) -> None:
    """However many announcements come while an answer is under way, one more question follows it, and asks for all."""
    board = opened(console)
    board.evaluate("document.body.addEventListener('roll-call-changed', () => (asked = (window.asked || 0) + 1))")
    rooms = ["178", "180", "181", "182", "183", "184", "185", "186", "187", "188", "189"]
    held: list[Route] = []
    board.route(ASKED, lambda route: held.append(route), times=1)
    told: list[str] = []
    board.on("request", lambda request: told.append(request.url) if ASKED.search(request.url) else None)

    server.check_in(rooms[0])
    board.wait_for_function("() => window.asked > 0")
    for code in rooms[1:]:
        asked = board.evaluate("window.asked")
        server.check_in(code)
        board.wait_for_function("before => window.asked > before", arg=asked)
    assert len(told) == 1
    held[0].continue_()

    for code in rooms:
        expect(board.locator(f"#cell-{code}")).to_have_class(PRESENT)
    assert len(told) == 2
    assert all(f"o={code}" in told[1] for code in rooms[1:])


def test_an_answer_that_is_lost_is_asked_for_again(console: Open, server: LiveServer) -> None:
    board = opened(console)
    board.route(ASKED, lambda route: route.abort(), times=1)

    server.check_in(COMMUNE)

    expect(board.locator(f"#cell-{COMMUNE}")).to_have_class(PRESENT)


def test_an_answer_closes_no_other_rooms_panel(console: Open, server: LiveServer) -> None:
    board = opened(console)
    board.locator("#cell-178").click()
    board.get_by_label("Lý do vắng").fill("đang gọi")

    board.locator("#cell-180").focus()
    board.keyboard.press("c")

    expect(board.locator("#cell-180")).to_have_class(PRESENT)
    expect(board.get_by_label("Lý do vắng")).to_have_value("đang gọi")


@pytest.mark.own_server
@pytest.mark.parametrize(
    ("units", "size", "scrolls"),
    [
        (None, (1366, 768), False),
        (None, (1366, 657), False),
        (two_levels(65), (1366, 657), False),
        (three_levels(), (1366, 768), True),
        (three_levels(), (1024, 768), True),
    ],
    ids=["211", "211 in a window", "65", "700", "700 narrow"],
)
def test_all_rooms_stand_in_one_view_or_scroll_beside_the_calls(
    console: Open, server: LiveServer, units: tuple[Unit, ...] | None, size: tuple[int, int], scrolls: bool
) -> None:
    query = ""
    if units:
        make_conference(server, units)
        query = "?hoi-nghi=khac"
    board = opened(console, query)
    board.set_viewport_size({"width": size[0], "height": size[1]})
    board.evaluate("document.fonts.ready")

    laid_out = """([width, height, scrolls]) => {
        const page = document.documentElement, grid = document.querySelector(".rb__grid");
        return innerWidth === width && innerHeight === height
            && grid.scrollHeight > grid.clientHeight === scrolls && grid.scrollWidth <= grid.clientWidth
            && page.scrollWidth <= width && page.scrollHeight <= height
            && grid.querySelector(".cell").offsetHeight >= 19;
    }"""
    board.wait_for_function(laid_out, arg=[*size, scrolls])
    expect(board.locator("#board-sentence")).to_be_in_viewport()
    expect(board.locator("#board-calls")).to_be_in_viewport()


def make_conference(server: LiveServer, units: tuple[Unit, ...]) -> None:
    app = make_app(server.database)
    services = app.extensions["giaoban"]
    with app.app_context():
        new = NewConference("khac", "Hội nghị khác", services.clock.now_ms(), units)
        services.conferences.create(new, cli_identity("test"))
