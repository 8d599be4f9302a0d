"""The result of the roll call that is read aloud, without a browser."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from giaoban.models import Conference
from giaoban.services import Services
from tests.conftest import COMMUNE, DISTRICT, identity_of
from tests.integration.forms import HTMX, Browser, form_values, send


def words(html: str) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def say(caller: Any, code: str, **body: Any) -> None:
    answer = caller("secretary").check_in(code, check_in_id=str(uuid4()), **body)
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "over the console"])
def test_the_result_is_read_from_one_place(signed_in: Browser, caller: Any, headers: Any) -> None:
    say(caller, DISTRICT, status="present", headcount=12)
    say(caller, COMMUNE, status="absent", reason="Mất điện")

    page = signed_in("mc").get("/diem-danh/ket-qua", headers=headers).text

    assert ("<html" in page) is (headers is None)
    assert (
        "Tổng số 211 điểm cầu: có mặt 1; vắng 1, trong đó có lý do 1; chưa báo cáo 209. "
        "Cấp huyện: có mặt 1/11, chưa báo cáo 10; cấp xã: có mặt 0/200, vắng 1, chưa báo cáo 199. "
        "Tổng số đại biểu dự tại các điểm cầu: 12, trong đó cấp huyện 12, cấp xã 0."
    ) in words(page)


def test_board_and_reader_say_the_same(signed_in: Browser, caller: Any) -> None:
    say(caller, DISTRICT, status="present", headcount=12)
    client = signed_in("secretary")

    read = re.search(r"Tính đến .*? Tổng số đại biểu[^.]*\.", words(client.get("/diem-danh/ket-qua").text))

    assert read is not None
    assert read[0] in words(client.get("/diem-danh").text)


def test_whoever_reads_is_told_that_something_is_new(
    signed_in: Browser, services: Services, conference: Conference, caller: Any
) -> None:
    client = signed_in("mc")
    asked = re.search(r'hx-get="([^"]*/moi[^"]*)"', client.get("/diem-danh/ket-qua").text)
    assert asked is not None
    before = client.get(unescape(asked[1]), headers=HTMX)

    say(caller, COMMUNE, status="present", headcount=4)
    after = client.get(unescape(asked[1]), headers=HTMX).text
    asked = re.search(r'hx-get="([^"]*/moi[^"]*)"', after)
    assert asked is not None
    again = client.get(unescape(asked[1]), headers=HTMX)

    assert (before.status_code, again.status_code) == (204, 204)
    assert "Có số liệu mới: có mặt 1/211." in words(after)


def test_another_conference_keeps_its_address(signed_in: Browser, conference: Conference) -> None:
    page = signed_in("mc").get(f"/diem-danh/ket-qua?hoi-nghi={conference.slug}").text

    assert f"/diem-danh/ket-qua?hoi-nghi={conference.slug}" in page


def test_the_console_opens_it_in_one_press(signed_in: Browser, caller: Any) -> None:
    assert 'href="/diem-danh/ket-qua"' in signed_in("mc").get("/dieu-hanh").text


# ---- frozen counts


def freeze(client: FlaskClient, **more: Any) -> Any:
    at = "/diem-danh/ket-qua"
    return send(client, at, at, **{"count_id": str(uuid4()), **more})


def test_freezing_leads_to_the_count_that_is_read(signed_in: Browser, caller: Any) -> None:
    say(caller, DISTRICT, status="present", headcount=12)
    client = signed_in("secretary")

    answer = freeze(client)

    assert (answer.status_code, answer.location) == (303, "/diem-danh/ket-qua/1")
    say(caller, COMMUNE, status="present", headcount=4)
    page = words(client.get("/diem-danh/ket-qua/1").text)
    assert "Chốt lần 1 lúc 07:30" in page
    assert "có mặt 1;" in page
    assert "secretary (Thư ký) chốt lúc 07:30:00" in page
    assert "Mã chốt" in page


def test_over_the_console_the_count_comes_in_its_place(signed_in: Browser) -> None:
    answer = freeze(signed_in("mc"), headers=HTMX)

    assert answer.status_code == 200
    assert 'id="drawer"' in answer.text
    assert "<html" not in answer.text
    assert "Chốt lần 1 lúc 07:30" in words(answer.text)


def test_the_same_form_sent_twice_freezes_once(signed_in: Browser, services: Services, conference: Conference) -> None:
    client, count_id = signed_in("secretary"), str(uuid4())

    places = {freeze(client, count_id=count_id).location for _ in range(2)}

    assert places == {"/diem-danh/ket-qua/1"}
    assert len(services.counts.list(conference)) == 1


def test_the_hall_is_shown_a_count_by_the_mc_alone(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    freeze(signed_in("secretary"))
    at = "/diem-danh/ket-qua/man-chieu"
    mc = signed_in("mc")

    refused = send(signed_in("secretary"), at, "/diem-danh/ket-qua", number="1")
    shown = send(mc, at, "/diem-danh/ket-qua", number="1")

    assert refused.status_code == 403
    assert (shown.status_code, shown.location) == (303, "/diem-danh/ket-qua/1")
    assert services.running_order.snapshot(conference)["scene"] == {"name": "roll_call", "mode": "manual"}
    held = services.counts.shown(conference)
    assert held is not None
    assert held["number"] == 1
    assert "Đang lên màn chiếu" in mc.get("/diem-danh/ket-qua/1").text
    assert "Đang lên màn chiếu" not in mc.get("/diem-danh/ket-qua").text
    send(mc, at, "/diem-danh/ket-qua", number="")
    assert services.counts.shown(conference) is None


def test_the_log_tells_of_counts(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("mc")
    freeze(client)
    send(client, "/diem-danh/ket-qua/man-chieu", "/diem-danh/ket-qua", number="1")

    page = words(client.get("/dieu-hanh/nhat-ky").text)

    assert "Chốt điểm danh lần 1: có mặt 0/211" in page
    assert "Màn chiếu: điểm danh chốt lần 1" in page


def test_a_closed_conference_says_why_it_counts_no_more(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("secretary")
    page = form_values(client.get("/diem-danh/ket-qua").text)
    services.conference_life.close(conference, identity_of(services, "admin"))

    answer = client.post("/diem-danh/ket-qua", data=page)

    assert answer.status_code == 409
    assert "Không chốt điểm danh nữa." in answer.text


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "over the console"])
@pytest.mark.parametrize("on_scene", [True, False], ids=["on the scene", "another scene"])
def test_who_does_not_hold_control_changes_nothing_in_the_hall(
    signed_in: Browser, services: Services, conference: Conference, headers: Any, on_scene: bool
) -> None:
    at = "/diem-danh/ket-qua/man-chieu"
    mc, other = signed_in("mc"), signed_in("admin")
    freeze(mc)
    if on_scene:
        send(mc, at, "/diem-danh/ket-qua", number="")
    before = services.running_order.snapshot(conference)["scene"]
    send(mc, "/dieu-hanh/quyen/take")

    answer = send(other, at, "/diem-danh/ket-qua", headers=headers, number="1")

    assert answer.status_code == 409
    assert "mc (Điều hành) đang giữ quyền điều hành." in words(answer.text)
    assert services.counts.shown(conference) is None
    assert services.running_order.snapshot(conference)["scene"] == before
    assert send(mc, at, "/diem-danh/ket-qua", number="1").status_code == 303
    assert services.counts.shown(conference) is not None


def test_a_count_that_there_is_not_leaves_the_hall_as_it_is(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    before = services.running_order.snapshot(conference)["scene"]

    answer = send(signed_in("mc"), "/diem-danh/ket-qua/man-chieu", "/diem-danh/ket-qua", number="7")

    assert answer.status_code == 404
    assert services.running_order.snapshot(conference)["scene"] == before


@pytest.mark.parametrize("number", ["0", "-1", "-99999999999999999999", "99999999999999999999"])
def test_a_sheet_of_no_count_is_not_found(signed_in: Browser, number: str) -> None:
    assert signed_in("mc").get(f"/diem-danh/ket-qua/bang.xlsx?lan={number}").status_code == 404
