"""A room's page in a real browser: without scripts, with them, and while the line is down."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.browser.phones import PHONE, check_ins, connected, status_card
from tests.live_server import Caller, LiveServer

pytestmark = pytest.mark.browser

COMMUNE, DISTRICT = "06634", "180"
WEIGHT_MOST = 60_000  # bytes on the wire of a first visit, fonts aside


def test_a_room_checks_in_without_scripts(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone(java_script_enabled=False)
    page.goto(f"{server.url}/vao")
    page.get_by_label("Mã điểm cầu").fill("k7qf2m9d")
    page.get_by_role("button", name="Vào điểm cầu").click()
    expect(page.get_by_text("Mã không đúng")).to_be_visible()
    expect(page.get_by_label("Mã điểm cầu")).to_have_value("k7qf2m9d")

    page.get_by_label("Mã điểm cầu").fill(server.code(COMMUNE).lower())
    page.get_by_role("button", name="Vào điểm cầu").click()
    page.wait_for_url("**/diem-cau")
    page.get_by_label("Số đại biểu tại điểm cầu").fill("mười")
    page.get_by_role("button", name="Có mặt").click()
    expect(page.get_by_text("bằng chữ số")).to_be_visible()
    expect(page.get_by_label("Số đại biểu tại điểm cầu")).to_have_value("mười")

    page.get_by_label("Số đại biểu tại điểm cầu").fill("14")
    page.get_by_role("button", name="Có mặt").click()
    page.wait_for_url("**/diem-cau?da_nhan=*")
    expect(status_card(page)).to_contain_text("14 đại biểu")
    expect(page.get_by_role("button", name="Có mặt")).to_be_hidden()
    assert [record["headcount"]["total"] for record in check_ins(server)] == [14]


def test_a_room_checks_in_and_corrects_itself(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)
    for _ in range(3):
        page.get_by_role("button", name="Thêm một đại biểu").first.click()
    page.get_by_role("button", name="Có mặt").click()
    expect(status_card(page)).to_contain_text("3 đại biểu, lúc")
    expect(page.get_by_role("button", name="Có mặt")).to_be_hidden()
    expect(status_card(page)).not_to_contain_text("gửi")

    page.get_by_role("link", name="Sửa").click()
    page.get_by_text("Vắng (lý do)").click()
    page.get_by_role("button", name="Báo vắng").click()
    expect(page.get_by_text("Điểm cầu vắng phải ghi lý do.")).to_be_visible()
    page.get_by_label("Lý do vắng").fill("Mất điện")
    page.keyboard.press("Enter")  # sends what was being typed, not the other answer
    expect(status_card(page)).to_contain_text("Mất điện, lúc")
    assert [record["status"] for record in check_ins(server)] == ["present", "absent"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.own_server
def test_a_check_in_made_while_the_line_is_down_is_sent_once(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)

    server.kill()
    expect(page.get_by_text("Mất kết nối")).to_be_visible()
    page.get_by_label("Số đại biểu tại điểm cầu").fill("12")
    before_ms = int(time.time() * 1000)
    page.get_by_role("button", name="Có mặt").click()
    expect(status_card(page)).to_contain_text("Có mặt, đang chờ gửi")
    after_ms = int(time.time() * 1000)
    expect(page.get_by_text("Điểm danh đã lưu trong máy này")).to_be_visible()

    server.start()
    expect(status_card(page)).to_contain_text("12 đại biểu, lúc")
    expect(page.get_by_text("đang chờ gửi")).to_be_hidden()
    connected(page)
    [record] = check_ins(server)
    # The page's clock may be off by half of what its making took; the server was away for longer.
    assert before_ms - 5_000 <= record["happened_at_ms"] <= after_ms + 5_000
    assert record["happened_at_ms"] < record["received_at_ms"]


def test_a_check_in_after_the_sign_in_has_ended_waits_for_the_next(
    phone: Callable[..., Page], server: LiveServer
) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)
    page.context.clear_cookies()

    page.get_by_label("Số đại biểu tại điểm cầu").fill("12")
    page.get_by_role("button", name="Có mặt").click()
    expect(status_card(page)).to_contain_text("Có mặt, đang chờ gửi")
    expect(page.get_by_text("Xin nhập lại mã điểm cầu")).to_be_visible()

    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    expect(status_card(page)).to_contain_text("12 đại biểu, lúc")
    expect(status_card(page)).not_to_contain_text("gửi")
    assert [record["headcount"]["total"] for record in check_ins(server)] == [12]


def test_an_answer_lost_on_the_way_back_doubles_nothing(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(COMMUNE)}")
    connected(page)
    sent: list[Any] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data_json)
        if len(sent) == 1:
            route.fetch()  # the server takes it
            route.abort()
        else:
            route.continue_()

    page.route("**/check-in", lose)
    page.get_by_label("Số đại biểu tại điểm cầu").fill("9")
    page.get_by_role("button", name="Có mặt").click()

    expect(status_card(page)).to_contain_text("9 đại biểu, lúc")
    assert len(sent) >= 2  # what is not answered within ten seconds is sent once more
    assert all(body == sent[0] for body in sent)
    assert len(check_ins(server)) == 1


def test_a_room_is_told_when_its_turn_comes(phone: Callable[..., Page], server: LiveServer) -> None:
    page = phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    own = page.locator("[data-part=later]")
    expect(own).to_contain_text("Tham luận 8/14")
    with Caller(server, server.token(role="mc")) as mc:
        items = mc.get("/running-order")["items"]
    papers = [item["id"] for item in items if item["kind"] == "paper"]
    for item_id in (papers[7], papers[6]):
        server.command("move", {"item_id": item_id, "position": 1})

    server.command("start", {"item_id": papers[6]})
    turn = page.locator("[data-part=next]")
    expect(turn).to_contain_text("Sắp đến lượt quý vị")
    expect(turn).to_contain_text("Đang trình bày: Huyện Chi Lăng")
    expect(own).to_be_hidden()

    server.command("next")
    speaking = page.locator("[data-part=speaking]")
    expect(speaking).to_contain_text("Điểm cầu đang phát biểu")
    expect(turn).to_be_hidden()
    server.command("set_message", {"text": "Nói gần micro hơn", "to": "speaker"})
    expect(page.get_by_text("Nói gần micro hơn")).to_be_visible()
    server.command("add_time", {"delta_ms": -485_000})
    expect(speaking).to_have_attribute("data-state", "warning")
    expect(speaking).to_contain_text("Sắp hết giờ")

    server.command("next")
    expect(speaking).to_be_hidden()
    expect(page.locator("[data-part=now]")).to_contain_text("Kiểm tra đường truyền")


def test_a_district_sees_its_communes_and_attests_for_them(phone: Callable[..., Page], server: LiveServer) -> None:
    page, commune = phone(), phone()
    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    rooms = page.locator("#communes")
    expect(rooms).to_contain_text("0/22 có mặt")

    commune.goto(f"{server.url}/vao/{server.code('06010')}")
    commune.get_by_label("Số đại biểu tại điểm cầu").fill("8")
    commune.get_by_role("button", name="Có mặt").click()
    row = page.locator('[data-room="06010"]')
    expect(row).to_contain_text("Có mặt, 8 đại biểu")

    other = rooms.locator("li", has_text="Chưa điểm danh").first
    code = other.get_attribute("data-room")
    other.locator("summary").first.click()
    other.get_by_role("button", name="Có mặt").click()
    expect(page.locator(f'[data-room="{code}"]')).to_contain_text("cấp huyện báo thay")
    expect(rooms).to_contain_text("2/22 có mặt")


def test_a_first_visit_is_light(phone: Callable[..., Page], server: LiveServer) -> None:
    """A district's page, the heaviest one: everything as it went over the wire, headers included, fonts aside."""
    page = phone(service_workers="allow")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    urls: dict[str, str] = {}
    weights: dict[str, int] = {}
    wire.on("Network.responseReceived", lambda told: urls.update({told["requestId"]: told["response"]["url"]}))
    wire.on("Network.loadingFinished", lambda told: weights.update({told["requestId"]: told["encodedDataLength"]}))

    page.goto(f"{server.url}/vao/{server.code(DISTRICT)}")
    connected(page)
    page.wait_for_load_state("networkidle")

    names = [url.rsplit("/", 1)[-1] for url in urls.values()]
    assert "endpoint.js" in names
    assert "socket.io.esm.min.js" in names
    loaded = [(weight, urls[key]) for key, weight in weights.items() if key in urls and "/fonts/" not in urls[key]]
    assert sum(weight for weight, _ in loaded) < WEIGHT_MOST, sorted(loaded)
    for url in {url for _, url in loaded}:
        if url.endswith((".js", ".css")):  # over plain HTTP, unlike here, browsers do not offer Brotli
            plain = requests.get(url, headers={"Accept-Encoding": "gzip, deflate"}, timeout=30)
            assert plain.headers["Content-Encoding"] == "gzip", url
