"""A room asks for the technician, without scripts."""

import re
from typing import Any
from uuid import uuid4

import pytest

from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.conftest import COMMUNE, ITS_DISTRICT, identity_of
from tests.integration.forms import Browser, form_values, send

AT = "/diem-cau/ky-thuat"


def report(client: Any, **fields: str) -> Any:
    """The form as the page shows it, filled in."""
    values = {"ticket_id": form_values(client.get(AT).text)["ticket_id"], "kind": "mic", "text": "Mất tiếng", **fields}
    return send(client, AT, AT, **values)


def act(client: Any, ticket_id: str, action: str, revision: int, text: str = "") -> Any:
    fields = {"change_id": str(uuid4()), "expected_revision": str(revision), "text": text}
    return send(client, f"{AT}/{ticket_id}", AT, action=action, **fields)


def looked_after(services: Services, conference: Conference, action: str, **fields: Any) -> str:
    """The technician does that to the first ticket there is; its id."""
    technician = identity_of(services, "technician")
    ticket = services.tickets.list(conference, technician)[0]
    body = {"change_id": str(uuid4()), "expected_revision": ticket.revision, "text": "", **fields}
    return services.tickets.change(conference.slug, ticket.ticket_id, action, body, technician).ticket_id


def test_a_report_sent_twice_is_one_and_is_answered_on_the_page(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    room = signed_in(endpoint=COMMUNE)
    again = str(uuid4())

    for _ in range(2):
        answer = report(room, ticket_id=again)
        assert (answer.status_code, answer.location) == (303, f"{AT}#phieu")
    looked_after(services, conference, "take", text="Sẽ gọi ngay")
    looked_after(services, conference, "note", text="Máy này hay hỏng")

    page = room.get(AT).text
    assert page.count('class="rt rt--') == 1
    assert "Micro: đang xử lý" in page
    assert "Sẽ gọi ngay" in page
    assert "Máy này hay hỏng" not in page
    assert "technician" not in page
    assert re.sub(r"\D", "", demo.HOTLINE)[:9] in page  # the hotline stands below
    assert "Kỹ thuật đang xử lý" in room.get("/diem-cau").text


def test_a_room_says_that_it_is_over_and_opens_it_again(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    room = signed_in(endpoint=COMMUNE)
    report(room)
    (ticket,) = services.tickets.list(conference, identity_of(services, "mc"))

    assert act(room, ticket.ticket_id, "finish", 1, "Đã có tiếng").status_code == 303
    assert "Micro: đã xong" in room.get(AT).text
    assert act(room, ticket.ticket_id, "reopen", 2).status_code == 303

    assert services.tickets.find(conference, ticket.ticket_id).state == "reopened"
    assert "Micro: đã báo, chờ kỹ thuật nhận" in room.get(AT).text


def test_what_came_too_late_keeps_what_was_typed(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    room = signed_in(endpoint=COMMUNE)
    report(room)
    ticket_id = looked_after(services, conference, "finish")

    answer = act(room, ticket_id, "finish", 1, "Đã hết")

    assert answer.status_code == 409
    assert "Phiếu vừa được người khác thay đổi" in answer.text
    assert "Đã hết</textarea>" in answer.text
    assert act(room, ticket_id, "answer", 1, " ").status_code == 422


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "Xin chọn loại sự cố."),
        ({"kind": "other", "text": " "}, "Xin ghi rõ sự cố gì."),
        ({"text": "dài" * 200}, "phải dài từ 0 đến 500 ký tự"),
    ],
)
def test_a_wrong_report_comes_back_with_its_reason(signed_in: Browser, fields: dict[str, str], sentence: str) -> None:
    answer = report(signed_in(endpoint=COMMUNE), **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f"{fields.get('text', 'Mất tiếng').strip()}</textarea>" in answer.text.replace(" </textarea>", "</textarea>")


def test_a_district_sees_the_tickets_of_its_communes_and_touches_none(signed_in: Browser) -> None:
    room = signed_in(endpoint=COMMUNE)
    report(room, text="Mất tiếng từ đầu giờ")
    ticket_id = re.findall(r"ky-thuat/([0-9a-f-]{36})", room.get(AT).text)[0]
    district = signed_in(endpoint=ITS_DISTRICT)

    page = district.get(AT).text

    assert "Mất tiếng từ đầu giờ" in page
    assert ticket_id not in page
    assert act(district, ticket_id, "finish", 1).status_code == 403
    assert "Mất tiếng từ đầu giờ" not in signed_in(endpoint="185").get(AT).text


def test_nobody_is_led_to_the_way_in_and_staff_to_their_own_page(client: Any, signed_in: Browser) -> None:
    assert (client.get(AT).status_code, client.get(AT).location) == (303, "/vao")
    assert signed_in("technician").get(AT).status_code == 403
