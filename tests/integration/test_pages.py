"""The working pages as a whole: who may open them, the front page, refusals."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.integration.forms import HTMX, Browser, press

MINUTE_MS = 60_000


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
