"""The rooms' telephones from a table: seen before they are stored, and stored whole."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook

from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT
from tests.integration.backups import ME
from tests.integration.forms import Browser, form_values, send

PAGE = f"/quan-tri/hoi-nghi/{demo.SLUG}/dien-thoai"


@pytest.fixture
def secretary(signed_in: Browser) -> FlaskClient:
    return signed_in("secretary")


def csv(*rows: str) -> bytes:
    return "\n".join(("Mã;Số điện thoại;Cơ quan", *rows)).encode()


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (("Mã", "Số điện thoại"), *rows):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def upload(client: FlaskClient, data: bytes, name: str = "danh-ba.csv") -> Any:
    return send(client, PAGE, PAGE, file=(io.BytesIO(data), name))


def stored(services: Services, conference: Conference) -> dict[str, tuple[str, str]]:
    known = services.contacts.seen_by(conference, ME)
    return {code: (contact.office, contact.telephone) for code, contact in known.items()}


def test_a_table_is_shown_before_it_is_stored(
    secretary: FlaskClient, services: Services, conference: Conference
) -> None:
    services.contacts.set(conference, ITS_DISTRICT, "Văn phòng huyện", "0205 1111", ME)
    table = csv(f"{COMMUNE};0205 2222;Văn phòng xã", f"{ITS_DISTRICT};0205 3333;", "09999;0205 4444;", f"{DISTRICT};;")

    preview = upload(secretary, table)

    assert preview.status_code == 200
    assert stored(services, conference) == {ITS_DISTRICT: ("Văn phòng huyện", "0205 1111")}
    assert "Dòng 4, 09999:</b> Không có điểm cầu mang mã “09999”." in preview.text
    for words in (">1</b> số mới", ">1</b> thay đổi", ">1</b> dòng không có số", ">1</b> dòng có lỗi"):
        assert words in preview.text

    answer = send(secretary, PAGE + "/luu", PAGE, packed=form_values(preview.text)["packed"])

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert stored(services, conference) == {
        COMMUNE: ("Văn phòng xã", "0205 2222"),
        ITS_DISTRICT: ("Văn phòng huyện", "0205 3333"),  # the table says nothing of the office
    }
    assert "Đã lưu số điện thoại của 2 điểm cầu." in secretary.get(PAGE).text


def test_an_excel_table_that_lost_its_zeros_gets_them_back(
    secretary: FlaskClient, services: Services, conference: Conference
) -> None:
    preview = upload(secretary, xlsx((int(COMMUNE), 987654321)), "danh-ba.xlsx")

    assert "đã thêm số 0 ở đầu" in preview.text
    send(secretary, PAGE + "/luu", PAGE, packed=form_values(preview.text)["packed"])
    assert stored(services, conference) == {COMMUNE: ("", "0987654321")}


def test_what_goes_out_comes_in_unchanged(secretary: FlaskClient, services: Services, conference: Conference) -> None:
    services.contacts.set(conference, COMMUNE, "=Văn phòng", "+84 987 654 321; 0205 1111", ME)

    file = secretary.get(PAGE + "/tep.csv")
    preview = upload(secretary, file.data)

    assert len(file.data.decode("utf-8-sig").splitlines()) == 1 + len(conference.endpoints)
    assert "Không có gì để lưu." in preview.text
    assert "dòng có lỗi" not in preview.text


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "Chưa chọn tệp."),
        (b"", "x.csv", "Tệp trống"),
        (b"%PDF-1.7", "x.csv", "Đây là tệp PDF"),
        (b"a;b\n1;2\n", "x.csv", "Không thấy dòng tiêu đề."),
    ],
)
def test_a_file_that_is_no_table_of_telephones_is_refused(
    secretary: FlaskClient, data: bytes, name: str, words: str
) -> None:
    answer = upload(secretary, data, name)

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("packed", ["", "x", "eJw=", "eNqLjlYyUNJRUEpUio0FABHsAtY="])
def test_a_preview_that_was_changed_stores_nothing(
    secretary: FlaskClient, services: Services, conference: Conference, packed: str
) -> None:
    answer = send(secretary, PAGE + "/luu", PAGE, packed=packed)

    assert answer.status_code == 422
    assert stored(services, conference) == {}
