"""The secretary's telephone desk, as a page without scripts and by its fragments."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from giaoban.domain.phone_queue import MINUTE_MS
from giaoban.models import Conference
from giaoban.services import Services
from tests.conftest import COMMUNE, ITS_DISTRICT, identity_of
from tests.fakes import FakeClock
from tests.integration.backups import ME, check_in
from tests.integration.forms import HTMX, Browser, form_values, send

DESK = "/diem-danh/goi"
NUMBER = "0912.939.739"


def say(client: FlaskClient, code: str, outcome: str, headers: Any = None, **fields: str) -> Any:
    return send(client, f"{DESK}/{code}", DESK, headers=headers, form_id=str(uuid4()), outcome=outcome, **fields)


def on_the_card(html: str) -> str:
    found = re.search(r'id="call-code" name="the" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def listed(html: str) -> list[str]:
    return re.findall(r'id="queue-(\w+)"', html)


@pytest.fixture
def secretary(signed_in: Browser) -> FlaskClient:
    return signed_in("secretary")


# ---- the list


def test_the_next_to_phone_is_on_the_card_with_its_number(
    secretary: FlaskClient, services: Services, conference: Conference
) -> None:
    services.contacts.set(conference, COMMUNE, "Văn phòng HĐND và UBND xã Cao Minh", NUMBER, ME)

    page = secretary.get(DESK).text

    assert on_the_card(page) == COMMUNE == listed(page)[0]  # the only one that can be phoned
    assert 'href="tel:0912939739"' in page
    assert "Văn phòng HĐND và UBND xã Cao Minh" in page
    assert "Chưa ai gọi điểm cầu này." in page


@pytest.mark.parametrize(
    "typed", ["cao minh trang dinh", "Cao Minh, Tràng Định", "xa cao minh", COMMUNE, "ca\u0302o min", "minh cao"]
)
def test_a_room_is_found_by_name_or_code(secretary: FlaskClient, typed: str) -> None:
    page = secretary.get(DESK, query_string={"tim": typed}).text
    fragment = secretary.get(f"{DESK}/danh-sach", query_string={"tim": typed}, headers=HTMX).text

    assert COMMUNE in listed(page)
    assert listed(fragment) == listed(page)
    assert "<html" not in fragment
    assert f'value="{typed}"' in unescape(page)


def test_a_room_that_is_there_can_be_found_too(secretary: FlaskClient, services: Services) -> None:
    check_in(services, COMMUNE)

    assert listed(secretary.get(DESK, query_string={"tim": COMMUNE}).text) == [COMMUNE]


def test_what_nobody_is_called_is_said(secretary: FlaskClient) -> None:
    page = secretary.get(DESK, query_string={"tim": "zzz"}).text

    assert listed(page) == []
    assert "Không có điểm cầu nào như vậy" in page


def test_the_list_is_cut_and_says_so(secretary: FlaskClient, services: Services, conference: Conference) -> None:
    rooms = services.roll_call.view(conference)["totals"]["expected"]

    page = secretary.get(DESK).text

    assert len(listed(page)) == 40
    assert f'và <span class="num">{rooms - 40}</span> điểm cầu nữa' in page


# ---- what came of a call


@pytest.mark.parametrize(
    ("outcome", "fields", "words"),
    [
        ("no_answer", {}, "không nghe máy"),
        ("busy", {}, "máy bận"),
        ("call_again", {"minutes": "15"}, "hẹn gọi lại lúc"),
        ("present", {"headcount": "7"}, "có mặt"),
        ("absent", {"reason": "Mất điện"}, "vắng"),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_each_outcome_is_one_press_and_the_next_room_comes(
    secretary: FlaskClient, headers: Any, outcome: str, fields: dict[str, str], words: str
) -> None:
    first, second, *_ = listed(secretary.get(DESK).text)

    answer = say(secretary, first, outcome, headers, **fields)
    shown = answer.text if headers else secretary.get(answer.location).text

    assert answer.status_code == (200 if headers else 303)
    assert on_the_card(shown) == second
    assert f": {words}" in secretary.get(DESK, query_string={"diem-cau": first}).text


def test_what_was_heard_is_a_check_in_of_the_secretary(
    secretary: FlaskClient, services: Services, conference: Conference
) -> None:
    say(secretary, COMMUNE, "present", headcount="7")
    say(secretary, ITS_DISTRICT, "absent", reason="Mất điện")

    rows = {row["code"]: row["effective"] for row in services.roll_call.endpoints(conference)}
    assert (rows[COMMUNE]["status"], rows[COMMUNE]["headcount"]["total"]) == ("present", 7)
    assert (rows[ITS_DISTRICT]["status"], rows[ITS_DISTRICT]["reason"]) == ("absent", "Mất điện")
    assert rows[COMMUNE]["source"] == rows[ITS_DISTRICT]["source"] == "secretary"


def test_people_are_told_by_the_groups_of_the_plan(
    secretary: FlaskClient, services: Services, conference: Conference
) -> None:
    page = secretary.get(DESK, query_string={"diem-cau": COMMUNE}).text
    fields = [name for name in form_values(page) if name.startswith("groups.")]

    say(secretary, COMMUNE, "present", **{fields[0]: "3", fields[1]: "2", "note": "chị Lan nghe máy"})

    word = next(row for row in services.roll_call.endpoints(conference) if row["code"] == COMMUNE)["effective"]
    assert word["headcount"]["total"] == 5
    assert word["note"] == "chị Lan nghe máy"


def test_a_form_sent_twice_is_one_word_and_one_call(
    secretary: FlaskClient, services: Services, conference: Conference, clock: FakeClock
) -> None:
    form = {"form_id": str(uuid4()), "outcome": "present", "headcount": "7"}
    for _ in range(2):
        assert send(secretary, f"{DESK}/{COMMUNE}", DESK, **form).status_code == 303
        clock.advance(1000)

    assert len(services.phone_desk.calls(conference, COMMUNE, ME)) == 1
    assert services.roll_call.totals(conference.id)["headcount"] == 7


@pytest.mark.parametrize(
    ("outcome", "fields", "sentence"),
    [
        ("absent", {"reason": " "}, "Điểm cầu vắng phải ghi lý do."),
        ("present", {"headcount": "mười"}, "Số đại biểu ghi bằng chữ số"),
        ("call_again", {"minutes": "7"}, "Xin chọn sau bao nhiêu phút"),
        ("asleep", {}, "Xin chọn kết quả cuộc gọi."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_what_is_wrong_comes_back_and_nothing_is_stored(
    secretary: FlaskClient,
    services: Services,
    conference: Conference,
    headers: Any,
    outcome: str,
    fields: dict[str, str],
    sentence: str,
) -> None:
    answer = say(secretary, COMMUNE, outcome, headers, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("<html" in answer.text) is (headers is None)
    assert on_the_card(answer.text) == COMMUNE
    assert form_values(answer.text)["headcount"] == fields.get("headcount", "")
    assert services.phone_desk.calls(conference, COMMUNE, ME) == []
    assert services.roll_call.totals(conference.id)["present"] == 0


def test_who_is_phoning_is_told_to_the_others(
    secretary: FlaskClient, signed_in: Browser, services: Services, conference: Conference, clock: FakeClock
) -> None:
    first = listed(secretary.get(DESK).text)[0]
    mc = signed_in("mc")

    say(secretary, first, "calling")

    assert "Quý vị đang gọi điểm cầu này." in secretary.get(DESK).text
    assert on_the_card(secretary.get(DESK).text) == first
    assert on_the_card(mc.get(DESK).text) != first
    news = mc.get(f"{DESK}/danh-sach", query_string={"the": first}).text
    assert "secretary (Thư ký) đang gọi điểm cầu này." in news
    clock.advance(5 * MINUTE_MS)
    assert "đang gọi điểm cầu này" not in mc.get(DESK, query_string={"diem-cau": first}).text


def test_the_card_is_told_when_its_room_has_spoken(secretary: FlaskClient, services: Services) -> None:
    before = secretary.get(f"{DESK}/danh-sach", query_string={"the": COMMUNE, "had": ""}).text
    check_in(services, COMMUNE)
    after = secretary.get(f"{DESK}/danh-sach", query_string={"the": COMMUNE, "had": ""}).text

    assert "vừa có báo" not in before
    assert "Điểm cầu này vừa có báo: Có mặt, 3 đại biểu." in after


def test_a_technician_looks_on(signed_in: Browser, services: Services, conference: Conference) -> None:
    services.contacts.set(conference, COMMUNE, "", NUMBER, ME)
    technician = signed_in("technician")

    page = technician.get(DESK, query_string={"diem-cau": COMMUNE}).text

    assert NUMBER in page
    assert "<form" not in page.split('id="call"')[1].split("</section>")[0]
    assert technician.get(f"{DESK}?diem-cau=no-such").status_code == 404


# ---- numbers


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_number_is_written_down_at_the_desk(
    secretary: FlaskClient, services: Services, conference: Conference, headers: Any
) -> None:
    path = f"{DESK}/{COMMUNE}/lien-he"

    wrong = send(secretary, path, DESK, headers=headers, telephone="máy bàn", office="Văn phòng")
    right = send(secretary, path, DESK, headers=headers, telephone=NUMBER, office="Văn phòng")

    assert wrong.status_code == 422
    assert ("<html" in wrong.text) is (headers is None)
    assert 'value="máy bàn"' in wrong.text
    assert right.status_code == (200 if headers else 303)
    assert headers is None or 'href="tel:0912939739"' in right.text
    who = identity_of(services, "secretary")
    assert services.contacts.one(conference, COMMUNE, who).telephone == NUMBER


def test_the_panel_of_the_board_has_the_number_too(
    secretary: FlaskClient, services: Services, conference: Conference
) -> None:
    room = f"/diem-danh/{COMMUNE}"

    answer = send(secretary, f"{DESK}/{COMMUNE}/lien-he", DESK, telephone=NUMBER, office="", back="bang")

    assert answer.location == room
    assert 'href="tel:0912939739"' in secretary.get(room, headers=HTMX).text
