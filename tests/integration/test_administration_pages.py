"""Administration: conferences, rosters, accounts, the list of codes."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.admin.access import from_outside
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.integration.forms import Browser, form_values, send


def test_an_account_that_is_gone_is_said_to_be_whatever_the_password(signed_in: Browser) -> None:
    answer = send(signed_in("admin"), "/quan-tri/tai-khoan/gone/mat-khau", "/quan-tri", password="short")
    assert answer.status_code == 404
    assert "Không có tài khoản “gone”." in answer.text


def test_a_roster_of_two_levels_makes_a_conference_that_the_board_shows_whole(signed_in: Browser) -> None:
    client = signed_in("admin")
    roster = demo.resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes()
    rooms = roster.decode().count("\n") - 2  # the header and the province

    answer = import_roster(client, roster, slug="giao-ban-moi", title="Giao ban", starts_at="2025-11-26T08:00")

    assert answer.status_code == 303
    page = client.get("/diem-danh?hoi-nghi=giao-ban-moi").text
    assert page.count('class="cell ') == rooms
    assert f"<small>/{rooms}</small>" in page
    assert "/diem-danh/" in page
    assert set(re.findall(r'href="/diem-danh/[\w-]+([^"]*)"', page)) == {"?hoi-nghi=giao-ban-moi"}


def test_a_bad_roster_is_refused_whole_with_its_lines(signed_in: Browser, services: Services) -> None:
    bad = b"code,level,kind,name,parent_code\n20,province,tinh,A,\n1,commune,xa,B,77\n1,commune,xa,C,20\n"

    answer = import_roster(signed_in("admin"), bad, slug="moi", title="Tên", starts_at="")

    assert answer.status_code == 422
    assert "Dòng 3: không có đơn vị cấp trên mang mã 77." in answer.text
    assert "Dòng 4: mã 1 đã có ở dòng 3." in answer.text
    assert form_values(answer.text)["slug"] == "moi"
    assert not services.conferences.exists("moi")


def import_roster(client: FlaskClient, data: bytes, **fields: str) -> TestResponse:
    file = (io.BytesIO(data), "danh-sach.csv")
    return send(client, "/quan-tri/danh-sach", "/quan-tri", file=file, **fields)


def test_another_conference_is_made_the_current_one(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("admin")
    roster = b"code,level,kind,name,parent_code\n20,province,tinh,A,\n1,commune,xa,B,20\n"
    import_roster(client, roster, slug="khac", title="Hội nghị khác", starts_at="")

    send(client, "/quan-tri/hoi-nghi/khac/hien-hanh", "/quan-tri")

    assert "Hội nghị khác" in client.get("/").text
    assert conference.title in client.get(f"/?hoi-nghi={demo.SLUG}").text


def test_the_hotline_is_a_setting(signed_in: Browser, services: Services) -> None:
    send(signed_in("admin"), "/quan-tri/duong-day-nong", "/quan-tri", hotline="0205 000 111")

    assert services.conferences.current().hotline == "0205 000 111"


def test_an_account_is_added_and_its_password_changed(app: Flask, signed_in: Browser) -> None:
    client, new = signed_in("admin"), app.test_client()
    send(client, "/quan-tri/tai-khoan", "/quan-tri", username="lan", role="mc", password="mat-khau-mot")
    send(client, "/quan-tri/tai-khoan/lan/mat-khau", "/quan-tri", password="mat-khau-hai")

    old = send(new, "/dang-nhap", "/dang-nhap", username="lan", password="mat-khau-mot").status_code
    right = send(new, "/dang-nhap", "/dang-nhap", username="lan", password="mat-khau-hai").status_code

    assert (old, right) == (401, 303)


def test_who_sets_a_new_password_for_oneself_goes_to_where_one_signs_in(signed_in: Browser) -> None:
    client = signed_in("admin")
    page = client.get("/quan-tri").text
    sent = re.findall(r'<form[^>]*(hx-post|action)="/quan-tri/tai-khoan/(\w+)/mat-khau"', page)
    assert dict(reversed(pair) for pair in sent)["mc"] == "hx-post"
    assert dict(reversed(pair) for pair in sent)["admin"] == "action"

    answer = send(client, "/quan-tri/tai-khoan/admin/mat-khau", "/quan-tri", password="mat-khau-hai")

    page = client.get(answer.location, follow_redirects=True)
    assert page.request.path == "/dang-nhap"
    assert "Đã đặt mật khẩu mới cho admin" in page.text


def test_a_bad_account_comes_back_with_its_reason_and_without_the_password(signed_in: Browser) -> None:
    typed = {"username": "lan", "role": "secretary", "password": "ngan"}

    answer = send(signed_in("admin"), "/quan-tri/tai-khoan", "/quan-tri", **typed)

    assert answer.status_code == 422
    assert "Mật khẩu phải dài từ 8" in answer.text
    assert form_values(answer.text)["username"] == "lan"
    assert "ngan" not in form_values(answer.text).values()


def test_the_access_list_gives_every_room_but_the_hall_its_code(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    page = signed_in("admin").get("/quan-tri/ma-truy-cap").text

    codes = [code for _, code in services.access.codes(conference)]
    assert re.findall(r'<td class="num access__c">([^<]+)</td>', page) == codes
    assert all(f"/vao/{code}" in page for code in codes)


@pytest.mark.parametrize(
    ("public", "shown"),
    [
        ("https://giaoban.langson.gov.vn/", "https://giaoban.langson.gov.vn"),
        ("http://0.0.0.0:8000", "http://10.1.2.3:8000"),
    ],
)
def test_links_of_the_access_list_lead_in_from_outside(app: Flask, public: str, shown: str) -> None:
    app.config["PUBLIC_URL"] = public

    with app.test_request_context("/quan-tri/ma-truy-cap", base_url="http://10.1.2.3:8000"):
        assert from_outside("/vao/K7QF-2M9D") == f"{shown}/vao/K7QF-2M9D"
