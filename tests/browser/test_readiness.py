"""The readiness gate in a browser: a room answers on its telephone, the MC sees it and swaps in one press."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from giaoban.services.clock import SystemClock
from tests.browser.conftest import Open, bar, resize
from tests.browser.phones import connected
from tests.browser.test_accessibility import faults
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

Phone = Callable[..., Page]
# The part that answers comes by itself, and may be later than the line.
ASKS = """() => {
    const script = document.querySelector('script[src$="/endpoint.js"]').src;
    return import(script.replace("endpoint.js", "endpoint/questions.js")).then(() => true);
}"""


@pytest.fixture
def coming(server: LiveServer) -> list[dict[str, Any]]:
    """The three items to come while a report is on: papers of districts."""
    for item_id in ("1", "2", "3", "4"):
        server.command("skip", {"item_id": item_id})
    server.command("start", {"item_id": "5"})
    return pending(server)[:3]


def pending(server: LiveServer) -> list[dict[str, Any]]:
    with Caller(server, server.token(role="mc")) as mc:
        return [item for item in mc.get("/running-order")["items"] if item["state"] == "pending"]


def room(phone: Phone, server: LiveServer, item: dict[str, Any], **options: Any) -> Page:
    page = phone(**options)
    page.goto(f"{server.url}/vao/{server.code(item['endpoint_code'])}")
    return page


def questions(page: Page) -> Locator:
    return page.locator("#readiness [data-ask]")


def ready(page: Page) -> Locator:
    return questions(page).get_by_role("button", name="Sẵn sàng", exact=True)


def card(page: Page, item: dict[str, Any]) -> Locator:
    return page.locator(f'.ready[data-room="{item["endpoint_code"]}"]')


def test_a_room_answers_and_the_mc_swaps_it_by_keyboard_and_takes_it_back(
    phone: Phone, console: Open, server: LiveServer, coming: list[dict[str, Any]]
) -> None:
    first, second = coming[:2]
    mc = console()
    page = room(phone, server, first)
    connected(page)
    expect(card(mc, first)).to_contain_text("Đã kết nối")
    expect(card(mc, first)).to_contain_text("Đã hỏi, chưa trả lời")

    questions(page).locator("summary").click()
    questions(page).get_by_role("button", name="Người phát biểu chưa có mặt").click()
    expect(questions(page)).to_contain_text("Chưa sẵn sàng: Người phát biểu chưa có mặt")
    expect(questions(page)).not_to_contain_text("gửi")
    expect(card(mc, first)).to_contain_text("Chưa sẵn sàng: Người phát biểu chưa có mặt")
    questions(page).locator("summary").click()
    assert faults(page) == []
    assert faults(mc) == []

    mc.locator(f"#swap-{first['id']}").focus()
    mc.keyboard.press("Enter")
    expect(mc.locator(".ready__u").first).to_contain_text(second["speaker"].partition("huyện ")[2])
    expect(mc.locator(".card--log")).to_contain_text("(Điểm cầu chưa sẵn sàng)")
    assert [item["id"] for item in pending(server)[:2]] == [second["id"], first["id"]]
    expect(page.locator('[data-part="later"]')).to_be_visible()

    ready(page).click()  # it is still among the next two
    expect(card(mc, first)).to_contain_text("Sẵn sàng,")
    mc.keyboard.press("u")
    expect(mc.locator(".ready__u").first).to_contain_text(first["speaker"].partition("huyện ")[2])
    assert [item["id"] for item in pending(server)[:2]] == [first["id"], second["id"]]


def test_the_question_comes_and_goes_by_itself_and_all_devices_of_a_room_agree(
    phone: Phone, server: LiveServer, coming: list[dict[str, Any]]
) -> None:
    third = coming[2]
    one, other = room(phone, server, third), room(phone, server, third)
    connected(one)
    connected(other)
    expect(questions(one)).to_have_count(0)

    server.command("skip", {"item_id": coming[0]["id"]})
    expect(questions(one)).to_contain_text("Mic và camera đã sẵn sàng?")
    ready(one).click()
    expect(questions(other)).to_contain_text("Sẵn sàng")
    expect(ready(other)).to_have_count(0)

    server.command("skip", {"item_id": coming[1]["id"]})
    server.command("next")
    expect(one.locator('[data-part="speaking"]')).to_be_visible()
    expect(questions(one)).to_have_count(0)


def test_an_answer_without_a_line_waits_in_the_device(
    phone: Phone, server: LiveServer, coming: list[dict[str, Any]]
) -> None:
    page = room(phone, server, coming[0])
    connected(page)
    expect(ready(page)).to_be_visible()
    page.evaluate(ASKS)
    page.context.set_offline(True)
    ready(page).click()
    expect(questions(page)).to_contain_text("Sẵn sàng, đang chờ gửi")
    expect(questions(page)).to_contain_text("đã lưu trong máy này")

    page.context.set_offline(False)
    expect(questions(page)).not_to_contain_text("gửi")
    expect(questions(page)).to_contain_text("Sẵn sàng")
    with Caller(server, server.token(role="mc")) as mc:
        (line,) = [line for line in mc.get("/log?after=0") if line["kind"] == "readiness"]
    assert line["data"]["answer"]["happened_at_ms"] <= line["data"]["answer"]["received_at_ms"]


def test_an_answer_that_waited_through_a_reload_is_sent(
    phone: Phone, server: LiveServer, coming: list[dict[str, Any]]
) -> None:
    page = room(phone, server, coming[0])
    connected(page)
    page.evaluate(ASKS)
    open_again = bar(page, "**/readiness/*")
    ready(page).click()
    expect(questions(page)).to_contain_text("đang chờ gửi")
    open_again()
    page.reload()
    expect(questions(page)).to_contain_text("lúc")
    expect(questions(page)).not_to_contain_text("gửi")


def test_a_room_answers_without_scripts(phone: Phone, server: LiveServer, coming: list[dict[str, Any]]) -> None:
    page = room(phone, server, coming[0], java_script_enabled=False)
    questions(page).locator("summary").click()
    questions(page).get_by_label("Lý do khác").fill("Chưa nối dây")
    page.keyboard.press("Enter")  # sends what was being typed, not one of the usual reasons
    page.wait_for_url("**/diem-cau")
    expect(questions(page)).to_contain_text("Chưa sẵn sàng: Chưa nối dây")
    ready(page).click()
    page.wait_for_url("**/diem-cau")
    expect(questions(page)).to_contain_text("lúc")
    expect(ready(page)).to_have_count(0)


def test_a_district_answers_for_its_commune(phone: Phone, server: LiveServer, coming: list[dict[str, Any]]) -> None:
    commune, district = "06634", "180"
    server.command("edit", {"item_id": coming[0]["id"], "fields": {"endpoint_code": commune}})
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(district)}")
    connected(page)
    expect(questions(page)).to_have_count(0)
    server.command("edit", {"item_id": coming[0]["id"], "fields": {"endpoint_code": "06010"}})
    expect(questions(page)).to_contain_text("Chỉ trả lời thay")
    ready(page).click()
    expect(questions(page)).to_contain_text("huyện báo thay")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1366, 657), (1024, 768)])
def test_go_and_the_swaps_are_in_view_when_nothing_is_ready(
    console: Open, server: LiveServer, coming: list[dict[str, Any]], width: int, height: int
) -> None:
    with Caller(server, server.token(role="secretary")) as secretary:
        for number, item in enumerate(coming[:2]):
            path = f"/endpoints/{item['endpoint_code']}/readiness/6f0e2c9e-7f52-4a55-9d3c-30f1dfb0a00{number}"
            said = {"item_id": item["id"], "status": "not_ready", "reason": "Người phát biểu chưa có mặt"}
            status, answer = secretary.request("PUT", path, {**said, "happened_at_ms": SystemClock().now_ms()})
            assert status == 200, answer
    page = console()
    resize(page, width, height)
    expect(page.locator(".ready--bad .ready__r--not_ready")).to_have_count(2)
    for selector in ("#press-go", f"#swap-{coming[0]['id']}", f"#swap-{coming[1]['id']}"):
        page.wait_for_function(
            """selector => {
                const box = document.querySelector(selector).getBoundingClientRect();
                return box.width > 0 && box.bottom <= innerHeight && box.right <= innerWidth;
            }""",
            arg=selector,
        )
