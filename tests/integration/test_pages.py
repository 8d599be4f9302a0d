"""The working pages as a whole: who may open them, the front page, refusals."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.conftest import COMMUNE, DISTRICT
from tests.integration.forms import HTMX, Browser, press

MINUTE_MS = 60_000

STAFF = ("admin", "mc", "secretary", "technician")
PAGES = {
    "/dieu-hanh": ("admin", "mc", "secretary"),
    "/dieu-hanh/nhat-ky": ("admin", "mc", "secretary"),
    "/dieu-hanh/muc/moi": ("admin", "mc", "secretary"),
    "/dieu-hanh/muc/1/sua": ("admin", "mc", "secretary"),
    "/diem-danh": STAFF,
    f"/diem-danh/{COMMUNE}": STAFF,
    "/quan-tri": ("admin",),
    "/quan-tri/ma-truy-cap": ("admin",),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_sign_in_and_will_come_back(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, f"/dang-nhap?next={path}")


def test_a_fragment_for_a_stranger_is_refused_not_led_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/dieu-hanh", headers=HTMX)

    assert answer.status_code == 401
    assert "Phiên đăng nhập đã hết hạn" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("endpoint", [DISTRICT, COMMUNE])
@pytest.mark.parametrize("path", PAGES)
def test_an_endpoint_is_refused_on_staff_pages(signed_in: Browser, path: str, endpoint: str) -> None:
    assert signed_in(endpoint=endpoint).get(path).status_code == 403


@pytest.mark.parametrize("role", STAFF)
def test_each_page_opens_for_its_roles_only(signed_in: Browser, role: str) -> None:
    client = signed_in(role)

    opened = {path: client.get(path).status_code for path in PAGES}

    assert opened == {path: 200 if role in roles else 403 for path, roles in PAGES.items()}


@pytest.mark.parametrize("name", ["start", "next", "finish", "pause", "resume", "add_time", "undo", "set_scene"])
def test_a_secretary_may_not_run_the_conference(
    signed_in: Browser, services: Services, conference: Conference, name: str
) -> None:
    answer = press(signed_in("secretary"), name, version=0, item_id="1", delta_ms=MINUTE_MS)

    assert answer.status_code == 403
    assert services.running_order.view(conference)["version"] == 0


def test_a_secretary_sees_no_button_that_would_be_refused(signed_in: Browser) -> None:
    page = signed_in("secretary").get("/dieu-hanh?sua=1").text

    assert set(re.findall(r'action="/dieu-hanh/lenh/(\w+)', page)) == {"move", "skip", "remove", "set_message"}


@pytest.mark.parametrize(
    "path",
    [
        "/dang-nhap",
        "/dang-xuat",
        "/dieu-hanh/lenh/next",
        f"/diem-danh/{COMMUNE}",
        "/quan-tri/duong-day-nong",
        "/quan-tri/danh-sach",
        "/quan-tri/tai-khoan",
        "/quan-tri/tai-khoan/mc/mat-khau",
        f"/quan-tri/hoi-nghi/{demo.SLUG}/hien-hanh",
    ],
)
def test_a_form_without_its_token_is_refused(signed_in: Browser, path: str) -> None:
    answer = signed_in("admin").post(path)

    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


# ---- the front page and refusals


def test_the_front_page_tells_what_is_on_and_names_nobody(signed_in: Browser, client: FlaskClient) -> None:
    press(signed_in("mc"), "start", version=0, item_id="6")

    page = client.get("/").text

    assert "Huyện Bắc Sơn" in page
    assert demo.HOTLINE not in page


def test_the_named_conference_is_carried_on(signed_in: Browser) -> None:
    page = signed_in("mc").get(f"/dieu-hanh?hoi-nghi={demo.SLUG}&sua=1").text

    targets = re.findall(r'(?:action|hx-get|hx-post)="(/dieu-hanh[^"]*)"', page)
    assert targets
    assert all(f"hoi-nghi={demo.SLUG}" in target for target in targets)
    assert f'class="brand" href="/?hoi-nghi={demo.SLUG}"' in page


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/khong-co", 404),
        ("GET", "/?hoi-nghi=khong-co", 404),
        ("DELETE", "/dang-nhap", 400),
        ("GET", "/dang-xuat", 405),
    ],
)
def test_a_refusal_is_a_vietnamese_page_with_a_way_back(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)

    assert answer.status_code == status
    assert '<html lang="vi">' in answer.text
    assert 'href="/"' in answer.text


def test_a_refusal_for_htmx_is_a_fragment(signed_in: Browser) -> None:
    answer = signed_in("technician").get("/dieu-hanh", headers=HTMX)

    assert answer.status_code == 403
    assert "<html" not in answer.text


def test_a_dead_database_is_told_by_a_page_that_needs_none(
    signed_in: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    client = signed_in("mc")
    monkeypatch.setattr(type(services.accounts), "identity_of", dead)

    answer = client.get("/dieu-hanh")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Cơ sở dữ liệu tạm thời không dùng được" in answer.text
