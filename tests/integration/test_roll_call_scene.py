"""The roll call in the hall: any roster, as things stand or as they were frozen."""

import re
from importlib import resources
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, identity_of
from tests.fakes import OPENING_AT_MS
from tests.integration.test_counts_pages import words

ME = cli_identity("test")
SCENE = "/man-chieu/diem-danh"


def roster(districts: int, communes: int) -> bytes:
    """A roster of three levels with so many communes a district."""
    lines = ["code,level,kind,name,parent_code", "00,province,tinh,Tỉnh Mẫu,"]
    for number in range(districts):
        lines.append(f"D{number},district,huyen,Huyện số {number},00")
        lines += [f"C{number}.{own},commune,xa,Xã số {own},D{number}" for own in range(communes)]
    return "\n".join(lines).encode()


def rows_of(html: str) -> list[tuple[str, int, int]]:
    """(name, present, expected) of each row."""
    found = re.findall(r'rc__name">([^<]+)</span>.*?rc__n num">(\d+)<small>/(\d+)', html)
    return [(name, int(present), int(expected)) for name, present, expected in found]


@pytest.mark.parametrize(
    ("data", "layout", "rows", "first"),
    [
        pytest.param(roster(13, 2), "bars", 13, "Huyện số 0", id="as many as have bars"),
        pytest.param(roster(28, 24), "two", 28, "Huyện số 0", id="700 rooms"),
        pytest.param(roster(36, 1), "three", 36, "Huyện số 0", id="three columns"),
        pytest.param(roster(60, 1), "bands", 12, "Huyện số 0 – Huyện số 4", id="neighbouring districts together"),
        pytest.param(
            resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes(),
            "bands",
            13,
            "Ba Sơn – Cai Kinh",
            id="no districts",
        ),
    ],
)
def test_every_roster_fits_and_its_rows_add_up(
    client: FlaskClient, services: Services, data: bytes, layout: str, rows: int, first: str
) -> None:
    conference, _ = services.conferences.import_roster(data, "khac", "Hội nghị khác", OPENING_AT_MS, ME)
    totals = services.roll_call.totals(conference.id)

    html = client.get(f"{SCENE}?hoi-nghi=khac").text

    found = rows_of(html)
    assert f'class="rc rc--{layout}"' in html
    assert (len(found), found[0][0]) == (rows, first)
    assert sum(expected for _, _, expected in found) == totals["expected"]


def test_rooms_beside_the_districts_are_a_row_too(client: FlaskClient, services: Services) -> None:
    data = roster(2, 1) + b"\nX,commune,phuong,T\xe1\xbb\xb1 Do,00"
    services.conferences.import_roster(data, "khac", "Hội nghị khác", OPENING_AT_MS, ME)

    assert rows_of(client.get(f"{SCENE}?hoi-nghi=khac").text)[-1] == ("Điểm cầu khác", 0, 1)


def test_a_conference_without_rooms_has_no_sentence(client: FlaskClient, services: Services) -> None:
    services.conferences.import_roster(roster(0, 0), "khac", "Hội nghị khác", OPENING_AT_MS, ME)

    html = client.get(f"{SCENE}?hoi-nghi=khac").text

    assert "rc--whole" in html
    assert "rc__say" not in html


def test_the_hall_reads_the_sentence(client: FlaskClient, caller: Any) -> None:
    caller("secretary").check_in(COMMUNE, headcount=7)

    said = words(client.get(SCENE).text)

    assert "Tổng số 211 điểm cầu: có mặt 1; không có điểm cầu vắng; chưa báo cáo 210." in said
    assert "Tính đến" not in said


def test_a_frozen_count_stays_on_the_screen_until_another_is_chosen(
    client: FlaskClient, services: Services, conference: Conference, caller: Any
) -> None:
    secretary, mc = caller("secretary"), identity_of(services, "mc")
    secretary.check_in(COMMUNE)
    made = services.counts.freeze(conference.slug, str(uuid4()), identity_of(services, "secretary"))
    secretary.check_in(DISTRICT)
    secretary.check_in(ITS_DISTRICT)

    services.counts.show(conference.slug, made["number"], mc)
    frozen = client.get(SCENE).text
    services.counts.show(conference.slug, None, mc)
    live = client.get(SCENE).text

    assert "Chốt lúc 07:30, lần 1" in words(frozen)
    assert (sum(row[1] for row in rows_of(frozen)), sum(row[1] for row in rows_of(live))) == (1, 3)
    assert "có mặt 1;" in words(frozen)
    assert "Chốt lúc" not in words(live)
