"""The technician's board without a browser."""

import re
from collections.abc import Callable
from importlib import resources
from typing import Any
from uuid import uuid4

import pytest

from giaoban.domain.roster import read_roster
from giaoban.domain.tickets import Ticket
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from tests.conftest import COMMUNE, HALL, ITS_DISTRICT, Caller, identity_of
from tests.factories import BEGINS_AT_MS
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, form_values, send
from tests.integration.test_live import Join
from tests.integration.test_live import join as join

Make = Callable[..., Caller]
AT = "/ky-thuat"
ROOM_AT = f"{AT}/diem-cau/{COMMUNE}"


@pytest.fixture
def ticket(services: Services, conference: Conference) -> Ticket:
    body = {"ticket_id": str(uuid4()), "endpoint_code": COMMUNE, "kind": "mic", "text": "Micro không có tiếng"}
    return services.tickets.open(conference.slug, body, identity_of(services, "technician"))


def press(client: Any, ticket: Ticket, action: str, *, headers: Any = None, **fields: str) -> Any:
    """Press a button of a ticket as its form was shown on the room's page."""
    values = {"change_id": str(uuid4()), "expected_revision": "1", "text": "", **fields}
    return send(client, f"{AT}/phieu/{ticket.ticket_id}", ROOM_AT, headers=headers, action=action, **values)


def test_the_board_has_a_row_for_every_room_and_the_hall(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    codes = {row["code"] for row in services.roll_call.endpoints(conference)}
    page = signed_in("secretary").get(AT).text
    assert set(re.findall(r'id="room-(\w+)"', page)) == codes
    assert HALL in codes


def test_a_present_room_whose_line_drops_stays_present_and_is_listed(
    signed_in: Browser, join: Join, caller: Make, services: Services, conference: Conference
) -> None:
    caller(endpoint=COMMUNE).check_in(COMMUNE)
    screen = join(caller(endpoint=COMMUNE))
    client = signed_in("technician")
    assert "Có mặt · mất kết nối" not in client.get(AT).text

    screen.disconnect("/live")

    page = client.get(AT).text
    assert re.findall(r'id="look-(\w+)"', page)[0] == COMMUNE  # before those that have only sent no test
    assert "Có mặt · mất kết nối từ 07:30" in page
    assert f'id="room-{COMMUNE}"' in client.get(f"{AT}?loc=mat-ket-noi").text
    assert f'id="room-{ITS_DISTRICT}"' not in client.get(f"{AT}?loc=mat-ket-noi").text
    assert services.roll_call.totals(conference.id)["present"] == 1


def test_rooms_without_a_test_stand_out_from_half_an_hour_before(
    signed_in: Browser, caller: Make, clock: FakeClock
) -> None:
    client = signed_in("technician")
    clock.at_ms = BEGINS_AT_MS - 30 * 60_000 - 1
    assert "Chưa thử đường truyền</small>" not in client.get(AT).text
    test = {"picture": "poor", "happened_at_ms": clock.now_ms()}
    for code, picture in ((COMMUNE, "good"), (ITS_DISTRICT, "none")):
        body = {**test, "picture": picture}
        assert caller(endpoint=code).call("PUT", f"/endpoints/{code}/line-tests/{uuid4()}", body).status_code == 200

    clock.advance(1)

    page = client.get(AT).text
    looked = re.findall(r'id="look-(\w+)"', page)
    assert (len(looked), looked[0]) == (30, ITS_DISTRICT)
    assert not {COMMUNE, HALL} & {*looked}
    assert '<span class="num">210</span> điểm cầu' in page
    assert f'href="{AT}?loc=can-xu-ly">Xem tất cả' in page
    shown = re.findall(r'id="room-(\w+)"', client.get(f"{AT}?loc=chua-thu").text)
    assert not {COMMUNE, HALL, ITS_DISTRICT} & {*shown}
    assert len(shown) == 209


def test_the_number_of_a_room_is_at_hand(signed_in: Browser, services: Services, conference: Conference) -> None:
    services.contacts.set(conference, COMMUNE, "Văn phòng", "0205 3811 484", identity_of(services, "secretary"))
    assert 'href="tel:02053811484"' in signed_in("technician").get(ROOM_AT).text


def test_open_tickets_come_first_and_may_be_taken_from_the_board(
    signed_in: Browser, services: Services, conference: Conference, ticket: Ticket, clock: FakeClock
) -> None:
    client = signed_in("technician")
    clock.advance(180_000)
    page = client.get(AT).text
    assert f'data-waiting="{ticket.ticket_id}"' in page
    assert "chờ 3 phút" in page

    answer = send(
        client,
        f"{AT}/phieu/{ticket.ticket_id}",
        AT,
        action="take",
        change_id=str(uuid4()),
        expected_revision="1",
        tu="bang",
    )

    assert (answer.status_code, answer.location) == (303, AT)
    assert services.tickets.find(conference, ticket.ticket_id).holder == "technician:technician"
    page = client.get(AT).text
    assert 'data-waiting=""' in page
    assert "Đang xử lý, technician (Kỹ thuật)" in page


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_press_on_what_a_colleague_has_taken_shows_both_states_and_keeps_what_was_typed(
    signed_in: Browser, services: Services, conference: Conference, ticket: Ticket, headers: Any
) -> None:
    body = {"change_id": str(uuid4()), "expected_revision": 1, "text": ""}
    services.tickets.change(conference.slug, ticket.ticket_id, "take", body, identity_of(services, "admin"))

    answer = press(signed_in("technician"), ticket, "finish", text="Đã thay pin", headers=headers)

    assert answer.status_code == 409
    assert "Lúc mở: <b>Mới</b>. Bây giờ: <b>Đang xử lý, admin (Quản trị)</b>" in answer.text
    assert "Đã thay pin</textarea>" in answer.text
    assert form_values(answer.text)["expected_revision"] == "2"
    assert services.tickets.find(conference, ticket.ticket_id).state == "working"
    assert ("<html" in answer.text) is (headers is None)


def test_what_is_missing_is_said_in_the_form(signed_in: Browser, ticket: Ticket) -> None:
    client = signed_in("technician")
    assert "Xin ghi nội dung trả lời." in press(client, ticket, "answer").text
    opened = send(client, f"{ROOM_AT}/phieu", ROOM_AT, ticket_id=str(uuid4()), kind="other", text="")
    assert (opened.status_code, "Xin ghi rõ sự cố gì." in opened.text) == (422, True)
    opened = send(client, f"{ROOM_AT}/phieu", ROOM_AT, ticket_id=str(uuid4()), text="Mất hình")
    assert (opened.status_code, "Xin chọn loại sự cố." in opened.text) == (422, True)
    assert "Mất hình</textarea>" in opened.text


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_what_was_typed_before_the_conference_was_closed_is_refused_and_stays(
    signed_in: Browser, services: Services, conference: Conference, ticket: Ticket, headers: Any
) -> None:
    client, fresh = signed_in("technician"), {"ticket_id": str(uuid4()), "kind": "other", "headers": headers}
    services.conference_life.close(conference, identity_of(services, "admin"))
    opened = send(client, f"{ROOM_AT}/phieu", "/doi-mat-khau", text="Mất hình", **fresh)
    finished = send(
        client,
        f"{AT}/phieu/{ticket.ticket_id}",
        "/doi-mat-khau",
        action="finish",
        change_id=str(uuid4()),
        expected_revision="1",
        text="Đã thay pin",
        headers=headers,
    )

    for answer, typed in ((opened, "Mất hình"), (finished, "Đã thay pin")):
        assert answer.status_code == 409
        assert 'role="alert"' in answer.text
        assert f"{typed}</textarea>" in answer.text
    assert [one.ticket_id for one in services.tickets.list(conference, identity_of(services, "mc"))] == [
        ticket.ticket_id
    ]


def test_a_technician_opens_a_ticket_for_any_room(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    answer = send(
        signed_in("technician"), f"{ROOM_AT}/phieu", ROOM_AT, ticket_id=str(uuid4()), kind="sound", text="Tiếng rè"
    )
    assert (answer.status_code, answer.location) == (303, ROOM_AT)
    (one,) = services.tickets.list(conference, identity_of(services, "mc"))
    assert (one.endpoint_code, one.kind, one.text) == (COMMUNE, "sound", "Tiếng rè")


def test_the_console_tells_how_many_faults_are_open(signed_in: Browser, ticket: Ticket) -> None:
    page = signed_in("mc").get("/dieu-hanh").text
    assert re.search(r"Kỹ thuật: <span[^>]*>1</span> sự cố đang mở<a href=\"/ky-thuat\"", page)


@pytest.mark.parametrize("role", ["mc", "secretary"])
def test_who_only_looks_sees_no_button(signed_in: Browser, ticket: Ticket, role: str) -> None:
    client = signed_in(role)
    for page in (client.get(AT).text, client.get(ROOM_AT).text):
        assert "Micro không có tiếng" in page
        assert f'action="{AT}' not in page


def test_the_board_of_a_roster_without_districts_goes_by_level(signed_in: Browser, services: Services) -> None:
    units = read_roster(resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes())
    new = NewConference("nam-2025", "Giao ban 2025", BEGINS_AT_MS, units)
    services.conferences.create(new, identity_of(services, "admin"))

    page = signed_in("technician").get(f"{AT}?hoi-nghi=nam-2025").text

    assert re.findall(r'class="tgroup[^"]*" aria-label="([^"]*)"', page) == ["Hội trường", "Cấp xã"]
    assert len(re.findall(r'id="room-', page)) == 66
