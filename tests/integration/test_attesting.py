"""A district speaks for its communes: one tap each, or all that are left in one press."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from giaoban.domain.errors import NotAllowed
from giaoban.domain.roster import Unit
from giaoban.extensions import db
from giaoban.models import Conference, LogLine
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, identity_for
from tests.fakes import FakeClock
from tests.integration.backups import ME, check_in
from tests.integration.forms import Browser, form_values, send

PAGE = "/diem-cau"
REST = "/diem-cau/cap-xa/co-mat"


@pytest.fixture
def district(signed_in: Browser) -> FlaskClient:
    return signed_in(endpoint=ITS_DISTRICT)


def below(services: Services, conference: Conference) -> dict[str, Any]:
    """What counts for each commune of the district, by code."""
    rows = services.roll_call.endpoints(conference)
    return {row["code"]: row["effective"] for row in rows if row["parent_code"] == ITS_DISTRICT}


def records(services: Services, conference: Conference) -> list[dict[str, Any]]:
    """All check-ins of the conference's log."""
    lines = db.session.scalars(
        select(LogLine).where(LogLine.conference_id == conference.id, LogLine.kind == "check_in").order_by(LogLine.seq)
    )
    return [line.data["record"] for line in lines]


def press(client: FlaskClient, codes: list[str], form_id: str | None = None) -> Any:
    return send(client, REST, PAGE, form_id=form_id or str(uuid4()), codes=" ".join(codes))


def test_the_button_says_how_many_before_it_is_pressed(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    check_in(services, COMMUNE)
    left = [code for code, word in below(services, conference).items() if word is None]

    page = district.get(PAGE).text

    assert f"<span data-rest-count>{len(left)}</span> điểm cầu chưa báo" in page
    assert form_values(page)["codes"].split() == left


def test_all_that_are_left_are_there_each_with_a_record_of_its_own(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    check_in(services, COMMUNE)
    codes = form_values(district.get(PAGE).text)["codes"].split()

    answer = press(district, codes)

    assert (answer.status_code, answer.location) == (303, "/diem-cau#communes")
    words = below(services, conference)
    assert {word["status"] for word in words.values()} == {"present"}
    assert words[COMMUNE]["source"] == "secretary"  # who had a word was not touched
    new = [record for record in records(services, conference) if record["source"] == "district"]
    assert sorted(record["endpoint_code"] for record in new) == sorted(codes)
    assert len({record["check_in_id"] for record in new}) == len(codes)
    assert "data-rest-count" not in district.get(PAGE).text


def test_pressed_twice_nothing_happens_twice(
    district: FlaskClient, services: Services, conference: Conference, clock: FakeClock
) -> None:
    form = form_values(district.get(PAGE).text)
    for _ in range(2):
        assert press(district, form["codes"].split(), form["form_id"]).status_code == 303
        clock.advance(1000)

    assert len(records(services, conference)) == len(form["codes"].split())


def test_a_room_that_spoke_meanwhile_keeps_its_own_word(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    codes = form_values(district.get(PAGE).text)["codes"].split()
    check_in(services, COMMUNE)

    press(district, codes)

    assert [r["source"] for r in records(services, conference) if r["endpoint_code"] == COMMUNE] == ["secretary"]


def test_each_of_them_can_be_changed_afterwards(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    press(district, [COMMUNE])

    fields = {"form_id": str(uuid4()), "endpoint_code": COMMUNE, "status": "absent", "reason": "Mất điện"}
    answer = send(district, "/diem-cau/diem-danh", PAGE, **fields)

    assert re.fullmatch(rf"/diem-cau\?da_nhan=[0-9a-f-]{{36}}&cua={COMMUNE}#xa-{COMMUNE}", answer.location)
    assert below(services, conference)[COMMUNE]["status"] == "absent"


def test_what_is_not_its_own_is_named_and_the_rest_is_stored(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    answer = press(district, [COMMUNE, DISTRICT, "no-such"])

    assert answer.status_code == 409
    assert "Đã ghi 1 điểm cầu. Chưa ghi được:" in answer.text
    assert f"mã {DISTRICT}: Điểm cầu này không thuộc phạm vi của tài khoản." in answer.text
    assert below(services, conference)[COMMUNE]["status"] == "present"
    assert [record["endpoint_code"] for record in records(services, conference)] == [COMMUNE]


def test_after_the_end_each_room_is_named_with_why(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    codes = form_values(district.get(PAGE).text)["codes"].split()[:2]
    services.conference_life.close(conference, ME)

    answer = press(district, codes)

    assert answer.status_code == 409
    assert answer.text.count("<br>Xã") + answer.text.count("<br>Thị trấn") == 2
    assert records(services, conference) == []


def test_without_a_room_the_press_is_refused(district: FlaskClient) -> None:
    answer = press(district, [])

    assert answer.status_code == 422
    assert "Không còn điểm cầu nào chưa báo." in answer.text


def test_nobody_but_a_district_speaks_for_the_rest(app: Flask, services: Services, conference: Conference) -> None:
    for asker in ({"role": "secretary", "endpoint_code": None}, {"role": None, "endpoint_code": COMMUNE}):
        who = identity_for(app, asker["role"], asker["endpoint_code"])
        with pytest.raises(NotAllowed):
            services.attesting.rest_is_present(conference, [COMMUNE], str(uuid4()), who)


# ---- the list


def test_each_row_without_a_word_has_its_tap(district: FlaskClient, services: Services) -> None:
    check_in(services, COMMUNE)

    page = district.get(PAGE).text

    tapped = re.findall(r'<form class="tap"[^>]*data-check-in="(\w+)"', page)
    assert COMMUNE not in tapped
    assert len(tapped) == len(form_values(page)["codes"].split())


def test_a_district_finds_the_numbers_of_its_communes_and_a_commune_none(
    district: FlaskClient, signed_in: Browser, services: Services, conference: Conference
) -> None:
    services.contacts.set(conference, COMMUNE, "", "0987.654.321", ME)
    services.contacts.set(conference, DISTRICT, "", "0999.888.777", ME)

    page = district.get(PAGE).text

    assert 'href="tel:0987654321"' in page
    assert "0999" not in page
    assert "0987" not in signed_in(endpoint=COMMUNE).get(PAGE).text


def test_a_long_list_can_be_filtered_without_scripts(services: Services, app: Flask) -> None:
    units = [Unit("1", "province", "tinh", "Tỉnh", None), Unit("20", "district", "huyen", "Dài", "1")]
    units += [Unit(f"{n:03d}", "commune", "xa", f"Số {n}", "20") for n in range(40)]
    conference = services.conferences.create(NewConference("dai", "Danh sách dài", 0, units), ME)
    services.roll_call.check_in("dai", "007", said("present"), ME)
    services.roll_call.check_in("dai", "008", said("absent"), ME)
    client = app.test_client()
    endpoint = next(each for each in conference.endpoints if each.code == "20")
    client.get(f"/vao/{services.access.code(conference, endpoint)}")

    def shown(query: str) -> list[str]:
        rows = re.findall(r'<li id="xa-(\w+)"([^>]*)>', client.get(PAGE + query).text)
        return [code for code, more in rows if " hidden" not in more]

    assert len(shown("")) == len(shown("?loc=x")) == 40
    assert shown("?loc=co") == ["007"]
    assert shown("?loc=vang") == ["008"]
    assert len(shown("?loc=chua")) == 38
    assert "Chưa báo <b data-count>38</b>" in client.get(PAGE).text


def said(status: str) -> dict[str, Any]:
    reason = "Mất điện" if status == "absent" else None
    return {"check_in_id": str(uuid4()), "status": status, "headcount": 0, "reason": reason, "happened_at_ms": 0}


def test_a_tap_is_a_check_in_without_a_headcount(
    district: FlaskClient, services: Services, conference: Conference
) -> None:
    fields = {"form_id": str(uuid4()), "endpoint_code": COMMUNE, "status": "present", "headcount": ""}
    send(district, "/diem-cau/diem-danh", PAGE, **fields)

    word = below(services, conference)[COMMUNE]
    assert (word["status"], word["source"], word["headcount"]["total"]) == ("present", "district", 0)
