"""Signing in and out on the page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.admin.sign_in import is_ours
from tests.integration.forms import Browser, form_values, send
from tests.live_server import PASSWORD


def test_signing_in_leads_to_where_the_person_wanted_to_go(client: FlaskClient) -> None:
    answer = send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD, next="/diem-danh?loc=x")

    assert (answer.status_code, answer.location) == (303, "/diem-danh?loc=x")
    assert client.get("/dieu-hanh").status_code == 200


@pytest.mark.parametrize(
    ("role", "page"),
    [("admin", "/quan-tri"), ("mc", "/dieu-hanh"), ("secretary", "/dieu-hanh"), ("technician", "/diem-danh")],
)
def test_signing_in_leads_to_the_page_of_the_role(client: FlaskClient, role: str, page: str) -> None:
    assert send(client, "/dang-nhap", "/dang-nhap", username=role, password=PASSWORD).location == page


@pytest.mark.parametrize(
    "target",
    [
        "",
        "dieu-hanh",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "/\n",
        "javascript:x",
    ],
)
def test_only_our_own_addresses_are_gone_on_to(client: FlaskClient, target: str) -> None:
    answer = send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD, next=target)

    assert (answer.status_code, answer.location) == (303, "/dieu-hanh")
    assert not is_ours(target)


def test_a_wrong_password_keeps_the_name_and_says_so(client: FlaskClient) -> None:
    answer = send(client, "/dang-nhap", "/dang-nhap", username="mc", password="khong-phai", next="/diem-danh")

    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert form_values(answer.text)["username"] == "mc"
    assert form_values(answer.text)["next"] == "/diem-danh"
    assert "khong-phai" not in answer.text


def test_many_wrong_passwords_are_stopped_and_a_right_one_still_passes(app: Flask, client: FlaskClient) -> None:
    wrong = {"username": "mc", "password": "khong-phai"}
    for _ in range(app.config["WRONG_ATTEMPTS"]):
        assert send(client, "/dang-nhap", "/dang-nhap", **wrong).status_code == 401

    stopped = send(client, "/dang-nhap", "/dang-nhap", **wrong)
    right = send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD)

    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert right.status_code == 303


def test_signing_out_ends_the_session(signed_in: Browser) -> None:
    client = signed_in("mc")

    answer = send(client, "/dang-xuat", "/")

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/dieu-hanh").status_code == 303
