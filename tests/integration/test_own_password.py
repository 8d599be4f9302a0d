"""Changing the own password on the page."""

import pytest
from flask.testing import FlaskClient

from giaoban.services import Services
from tests.integration.forms import Browser, send
from tests.live_server import PASSWORD

PAGE = "/doi-mat-khau"
NEW = "mot-mat-khau-khac-han"


def test_the_present_password_is_asked_for_and_the_others_signed_out(
    client: FlaskClient, signed_in: Browser, services: Services
) -> None:
    mine, elsewhere = signed_in("mc"), signed_in("mc")
    assert f'href="{PAGE}"' in mine.get("/").text

    answer = send(mine, PAGE, PAGE, present=PASSWORD, new=NEW, again=NEW)

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Đã đổi mật khẩu." in mine.get("/").text
    assert mine.get("/dieu-hanh").status_code == 200
    assert elsewhere.get("/dieu-hanh").status_code == 303
    assert send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD).status_code == 401
    assert services.accounts.authenticate("mc", NEW).role == "mc"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "khong-phai", "new": NEW, "again": NEW}, "Mật khẩu hiện tại không đúng."),
        ({"present": PASSWORD, "new": NEW, "again": NEW + "x"}, "Hai lần nhập không giống nhau."),
        ({"present": PASSWORD, "new": "ngắn", "again": "ngắn"}, "Mật khẩu phải dài từ 8 đến 200 ký tự."),
        ({"present": PASSWORD, "new": "matkhau123", "again": "matkhau123"}, "quá dễ đoán"),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_field_and_changes_nothing(
    signed_in: Browser, services: Services, fields: dict[str, str], said: str
) -> None:
    answer = send(signed_in("mc"), PAGE, PAGE, **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert fields["new"] not in answer.text
    assert services.accounts.authenticate("mc", PASSWORD).role == "mc"


def test_guesses_at_an_open_laptop_count_like_any_other(signed_in: Browser) -> None:
    mc = signed_in("mc")
    wrong = {"present": "khong-phai", "new": NEW, "again": NEW}
    for _ in range(10):
        assert send(mc, PAGE, PAGE, **wrong).status_code == 422

    stopped = send(mc, PAGE, PAGE, **wrong)

    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
