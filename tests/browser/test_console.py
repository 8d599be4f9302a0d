"""The console in a browser: the Go button, arming, the keyboard, a second console, stale presses, a lost line."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

FIRST = "Kiểm tra đường truyền, điểm danh các điểm cầu"
SECOND = "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu"


def go(page: Page) -> Locator:
    return page.locator("#press-go")


def unit(page: Page) -> Locator:
    return page.locator(".now__unit")


def notice(page: Page) -> Locator:
    return page.locator("#notice")


def test_the_go_button_starts_and_then_offers_the_next(console: Open) -> None:
    page = console()
    expect(go(page)).to_contain_text(f"Bắt đầu: {FIRST}")

    go(page).click()

    expect(unit(page)).to_have_text(FIRST)
    expect(go(page)).to_contain_text(f"Tiếp theo: {SECOND}")
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"2[89]:\d\d"))


def test_ending_an_item_early_takes_two_presses(console: Open) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)

    go(page).click()

    expect(go(page)).to_contain_text("Bấm lần nữa để kết thúc sớm")
    expect(unit(page)).to_have_text(FIRST)

    go(page).click()

    expect(unit(page)).to_have_text(SECOND)


def test_a_double_click_is_one_press(console: Open) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)

    go(page).dblclick()

    expect(go(page)).to_contain_text("Bấm lần nữa để kết thúc sớm")

    go(page).click()

    expect(unit(page)).to_have_text(SECOND)


def test_ending_without_the_next_also_takes_two_presses(console: Open) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)
    finish = page.locator("#press-finish")

    finish.click()
    expect(finish).to_have_text("Bấm lần nữa")
    expect(unit(page)).to_have_text(FIRST)
    finish.click()

    expect(go(page)).to_contain_text("Bắt đầu")


def test_an_armed_button_forgets(console: Open) -> None:
    page = console()
    page.clock.install()
    page.reload()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)
    go(page).click()
    expect(go(page)).to_have_attribute("data-armed", "")

    page.clock.fast_forward(60_000)  # for three seconds, see `unhurry`

    expect(go(page)).not_to_have_attribute("data-armed", "")
    expect(go(page)).to_contain_text(f"Tiếp theo: {SECOND}")


def test_the_keyboard_drives_the_conference(console: Open) -> None:
    page = console()
    page.keyboard.press("Space")
    expect(unit(page)).to_have_text(FIRST)
    page.keyboard.press("p")
    expect(page.locator("[data-timer]")).to_have_attribute("data-state", "paused")
    page.keyboard.press("p")
    expect(page.locator("[data-timer]")).to_have_attribute("data-state", "normal")
    page.keyboard.press("+")
    expect(page.locator(".row--now .row__d")).to_contain_text("31'")
    page.keyboard.press("-")
    expect(page.locator(".row--now .row__d")).to_contain_text("30'")
    page.keyboard.press("u")
    expect(page.locator(".row--now .row__d")).to_contain_text("31'")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_keys_are_letters_while_somebody_types(console: Open) -> None:
    page = console()

    page.get_by_label("Lời nhắn khác").press_sequentially("np u +")

    expect(page.get_by_label("Lời nhắn khác")).to_have_value("np u +")
    expect(go(page)).to_contain_text(f"Bắt đầu: {FIRST}")


def test_what_others_do_between_two_presses_costs_no_third(console: Open, server: LiveServer) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)
    go(page).click()
    expect(go(page)).to_contain_text("Bấm lần nữa để kết thúc sớm")

    server.command("edit", {"item_id": "2", "fields": {"speaker": "Văn phòng"}}, role="secretary")
    expect(page.locator("#row-2")).to_contain_text("Văn phòng")

    expect(go(page)).to_contain_text("Bấm lần nữa để kết thúc sớm")
    go(page).click()
    expect(unit(page)).to_have_text(SECOND)


def test_nor_on_the_small_page(console: Open, server: LiveServer) -> None:
    page = console(at="/dieu-hanh/nho")
    go(page).click()
    expect(page.locator(".sm__unit")).to_have_text(FIRST)
    go(page).click()
    expect(go(page)).to_contain_text("Bấm lần nữa để kết thúc sớm")

    server.command("edit", {"item_id": "2", "fields": {"speaker": "Văn phòng"}}, role="secretary")
    expect(page.locator("#console")).to_have_attribute("data-order", re.compile(r'"version": ?2\b'))

    expect(go(page)).to_contain_text("Bấm lần nữa để kết thúc sớm")
    go(page).click()
    expect(page.locator(".sm__unit")).to_have_text(SECOND)


def test_a_second_console_follows_and_keeps_what_is_typed_there(console: Open) -> None:
    mine, other = console("mc"), console("admin")
    other.get_by_label("Lời nhắn khác").fill("Xin nói gần mi")

    go(mine).click()

    expect(unit(other)).to_have_text(FIRST)
    expect(other.get_by_label("Lời nhắn khác")).to_have_value("Xin nói gần mi")
    expect(other.get_by_label("Lời nhắn khác")).to_be_focused()
    other.keyboard.type("cro")
    expect(other.get_by_label("Lời nhắn khác")).to_have_value("Xin nói gần micro")


def test_a_stale_press_says_what_happened_instead_of_acting(console: Open, server: LiveServer) -> None:
    page = console()
    page.route("**/dieu-hanh?*", lambda route: route.abort())  # this console does not hear of it in time
    page.route("**/dieu-hanh", lambda route: route.abort())
    server.command("start", {"item_id": "1"}, role="admin")

    go(page).click()

    expect(notice(page)).to_contain_text(f"“Bắt đầu” chưa được thực hiện, vì chương trình vừa đổi: Bắt đầu {FIRST}")
    expect(notice(page)).to_contain_text("admin (Quản trị)")
    expect(unit(page)).to_have_text(FIRST)
    expect(go(page)).to_contain_text(f"Tiếp theo: {SECOND}")


def test_a_button_is_not_taken_from_under_the_finger(console: Open, server: LiveServer) -> None:
    page = console()
    with Caller(server, server.token(role="admin")) as elsewhere:
        go(page).hover()
        page.mouse.down()
        status, _ = elsewhere.command(0, "set_scene", {"name": "black"})
        page.mouse.up()

    assert status == 200
    expect(notice(page)).to_contain_text("“Bắt đầu” chưa được thực hiện, vì chương trình vừa đổi: Màn chiếu: Màn đen")


def test_presses_wait_for_the_answer_to_the_one_before(console: Open) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)
    held: list[Route] = []
    page.route("**/lenh/add_time*", lambda route: held.append(route), times=1)
    with page.expect_request("**/lenh/add_time*"):
        page.locator("#press-plus").click()

    page.keyboard.press("+")
    page.locator("#press-pause").click()
    held[0].continue_()

    expect(page.locator("#press-pause")).to_have_text("Tiếp tục")
    expect(page.locator(".row--now .row__d")).to_contain_text("32'")
    expect(notice(page)).to_be_empty()


def test_a_press_that_would_now_mean_something_else_is_not_carried_out(console: Open) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)
    held: list[Route] = []
    page.route("**/lenh/next*", lambda route: held.append(route), times=1)
    go(page).click()
    expect(go(page)).to_contain_text("Bấm lần nữa")
    with page.expect_request("**/lenh/next*"):
        go(page).click()

    page.keyboard.press("p")
    held[0].continue_()

    expect(notice(page)).to_contain_text("“Tạm dừng” chưa được thực hiện, vì chương trình vừa đổi")
    expect(unit(page)).to_have_text(SECOND)
    expect(page.locator("#press-pause")).to_have_text("Tạm dừng")


def test_whom_a_message_is_for_leaves_the_keys_to_the_console(console: Open) -> None:
    page = console()
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)

    page.locator('[for="say-to-all"]').click()
    page.keyboard.press("p")

    expect(page.locator("#press-pause")).to_have_text("Tiếp tục")


def test_a_usual_message_leaves_what_is_half_typed(console: Open) -> None:
    page = console()
    page.locator('[for="say-to-all"]').click()
    page.get_by_label("Lời nhắn khác").fill("Xin các điểm cầu")

    page.locator("#quick-all-1").click()

    expect(page.locator(".said__r")).to_have_count(1)
    expect(page.get_by_label("Lời nhắn khác")).to_have_value("Xin các điểm cầu")


@pytest.mark.own_server
def test_a_lost_line_locks_the_commands_while_the_clock_goes_on(console: Open, server: LiveServer) -> None:
    page = console(hurried=True)
    go(page).click()
    expect(unit(page)).to_have_text(FIRST)

    server.freeze()

    expect(page.get_by_text("Mất kết nối", exact=True)).to_be_visible()
    expect(go(page)).to_be_disabled()
    expect(go(page)).to_contain_text("Lệnh tạm khóa")
    shown = page.locator("[data-clock]").inner_text()
    expect(page.locator("[data-clock]")).not_to_have_text(shown)
    page.keyboard.press("Space")
    page.get_by_label("Lời nhắn khác").press_sequentially("Xin ")

    server.thaw()

    expect(page.get_by_text("Mất kết nối", exact=True)).to_be_hidden()
    expect(go(page)).to_be_enabled()
    page.keyboard.type("phép nghỉ")  # letters still, not presses
    expect(page.get_by_label("Lời nhắn khác")).to_have_value("Xin phép nghỉ")
    expect(unit(page)).to_have_text(FIRST)


def test_items_are_edited_in_a_panel_that_keeps_mistakes(console: Open) -> None:
    page = console("secretary")
    expect(page.locator("#press-go")).to_have_count(0)
    page.get_by_role("link", name="Sửa", exact=True).click()
    page.wait_for_url("**/dieu-hanh?sua=1*")
    page.get_by_role("link", name="Thêm mục").click()
    page.get_by_role("heading", name="Thêm mục").click()
    expect(page.locator("#drawer")).to_be_focused()  # not the page, whose keys would run the conference
    page.get_by_label("Nội dung").fill("Báo cáo bổ sung")
    page.get_by_label("Thời lượng (phút)").fill("mười")
    page.get_by_role("button", name="Thêm vào chương trình").click()

    expect(page.locator("#drawer .bad")).to_contain_text("Thời lượng ghi bằng phút")
    expect(page.get_by_label("Nội dung")).to_have_value("Báo cáo bổ sung")

    page.get_by_label("Thời lượng (phút)").fill("12")
    page.get_by_role("button", name="Thêm vào chương trình").click()

    expect(page.locator("#drawer form")).to_have_count(0)
    expect(page.locator(".row").last).to_contain_text("Báo cáo bổ sung")


def test_the_console_works_without_scripts(console: Open) -> None:
    page = console(java_script_enabled=False)

    go(page).click()

    expect(unit(page)).to_have_text(FIRST)
    expect(page).to_have_url(re.compile("/dieu-hanh$"))


def test_a_room_is_called_on_the_board_and_the_console_counts_it(console: Open) -> None:
    board, mine = console("secretary"), console("mc")
    board.get_by_role("link", name="Mở bảng").click()
    board.wait_for_url("**/diem-danh*")
    cell = board.locator("#cell-06010")
    expect(cell).to_have_class(re.compile("cell--waiting"))

    cell.click()
    board.get_by_label("Số đại biểu").fill("7")
    board.get_by_role("button", name="Có mặt").click()

    expect(cell).to_have_class(re.compile("cell--present"))
    expect(notice(board)).to_contain_text("Xã Cao Minh, huyện Tràng Định: Có mặt")
    expect(mine.locator('.tally [data-total="present"]')).to_have_text("1")
