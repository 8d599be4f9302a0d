"""The roll-call board without a browser."""

import re
from typing import Any
from uuid import uuid4

import pytest

from giaoban.models import Conference
from giaoban.services import Services
from tests.conftest import COMMUNE
from tests.integration.forms import HTMX, Browser, form_values, send


def test_the_board_has_a_cell_for_every_room_of_the_roll_call(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    codes = {row["code"] for row in services.roll_call.view(conference)["rows"]}

    page = signed_in("technician").get("/diem-danh").text

    assert set(re.findall(r'id="cell-(\w+)"', page)) == codes


def test_a_room_is_said_to_be_there_without_scripts(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("secretary")
    at = f"/diem-danh/{COMMUNE}"

    answer = send(client, at, at, check_in_id=str(uuid4()), status="present", headcount="7")

    assert (answer.status_code, answer.location) == (303, "/diem-danh")
    assert services.roll_call.totals(conference.id)["headcount"] == 7
    assert "Xã Cao Minh, huyện Tràng Định. Có mặt. 7 đại biểu. Chưa kết nối" in client.get("/diem-danh").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "absent", "reason": " "}, "Điểm cầu vắng phải ghi lý do."),
        ({"status": "present", "headcount": "mười"}, "Số đại biểu ghi bằng chữ số, ví dụ 12."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_wrong_check_in_comes_back_with_its_reason(
    signed_in: Browser, services: Services, conference: Conference, headers: Any, fields: dict[str, str], sentence: str
) -> None:
    at = f"/diem-danh/{COMMUNE}"

    answer = send(signed_in("mc"), at, at, check_in_id=str(uuid4()), headers=headers, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("<html" in answer.text) is (headers is None)
    assert form_values(answer.text)["headcount"] == fields.get("headcount", "")
    assert services.roll_call.totals(conference.id)["pending"] == services.roll_call.totals(conference.id)["expected"]


def test_a_refusal_that_is_about_no_field_to_be_seen_is_told_too(signed_in: Browser) -> None:
    at = f"/diem-danh/{COMMUNE}"
    answer = send(signed_in("secretary"), at, at, check_in_id=str(uuid4()))
    assert answer.status_code == 422
    assert "Trạng thái phải là có mặt hoặc vắng." in answer.text


def test_a_form_that_was_sent_already_changes_nothing_and_says_so(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client, at, check_in_id = signed_in("mc"), f"/diem-danh/{COMMUNE}", str(uuid4())
    send(client, at, at, check_in_id=check_in_id, status="present", headcount="7")

    answer = send(client, at, at, check_in_id=check_in_id, status="absent", reason="mất điện")

    assert answer.status_code == 422
    assert "đã gửi một lần rồi" in answer.text
    assert services.roll_call.totals(conference.id)["present"] == 1


def test_a_technician_sees_rooms_but_says_nothing_for_them(signed_in: Browser) -> None:
    client, at = signed_in("technician"), f"/diem-danh/{COMMUNE}"

    assert "<form" not in client.get(at).text
    assert send(client, at, "/", check_in_id=str(uuid4()), status="present").status_code == 403


def test_absences_are_listed_by_reason_with_the_district(signed_in: Browser) -> None:
    client, at = signed_in("secretary"), f"/diem-danh/{COMMUNE}"
    send(client, at, at, check_in_id=str(uuid4()), status="absent", reason="mất điện")

    fragment = client.get("/diem-danh", headers=HTMX).text

    assert "<html" not in fragment
    assert "<b>Cao Minh, Tràng Định</b> mất điện" in fragment
