"""Who may do what: every route and command there is, for every role (contract §3); test_access_live.py has the socket.

The tables are compared with what the application has: whoever adds a route, a command or a role has to say
here who may use it. Where somebody may, what is sent is harmless and incomplete, so that nothing changes: what counts
is that it was not refused for who asks.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.domain.commands import NAMES
from giaoban.seed import demo
from giaoban.services.identity import STAFF, cli_identity
from tests.conftest import COMMUNE, DISTRICT, HALL, ITS_DISTRICT, Caller
from tests.fakes import OPENING_AT_MS
from tests.integration.forms import HTMX, Browser, token
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]

pytestmark = pytest.mark.no_database  # who may is decided before anything is asked of it

ASKERS: Final = ("nobody", "commune", "district", "technician", "secretary", "mc", "admin")
NO_CHECK_IN: Final = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")

# In the order of ASKERS. Strangers are led to the sign-in (303), rooms to their own way in.
Statuses = tuple[int, int, int, int, int, int, int]


def everybody(status: int = 200) -> Statuses:
    return (status,) * 7


def signed_in_only(status: int = 200) -> Statuses:
    return (401, *(status,) * 6)


def rooms(status: int = 200) -> Statuses:
    return (303, status, status, 403, 403, 403, 403)


def staff(status: int = 200) -> Statuses:
    return (303, 403, 403, status, status, status, status)


def running(status: int = 200) -> Statuses:
    return (303, 403, 403, 403, status, status, status)


def drivers(status: int = 200) -> Statuses:
    return (303, 403, 403, 403, 403, status, status)


def admin(status: int = 200) -> Statuses:
    return (303, 403, 403, 403, 403, 403, status)


def technicians(status: int = 200) -> Statuses:
    return (303, 403, 403, status, 403, 403, status)


def projectionists(status: int = 200) -> Statuses:
    return (303, 403, 403, status, 403, status, status)


CONFERENCE: Final = "/api/v1/conferences/<slug>"
PAGES: Final[dict[tuple[str, str], Statuses]] = {
    ("GET", "/"): everybody(),
    ("GET", "/healthz"): everybody(),
    ("GET", "/readyz"): everybody(),
    ("GET", "/metrics"): everybody(),
    ("GET", "/static/<path:filename>"): everybody(),
    ("GET", "/api/v1/docs"): everybody(),
    ("GET", "/api/v1/openapi.json"): everybody(),
    ("GET", "/dang-nhap"): everybody(),
    ("POST", "/dang-nhap"): everybody(401),
    ("POST", "/dang-xuat"): everybody(303),
    ("GET", "/doi-mat-khau"): staff(),
    ("POST", "/doi-mat-khau"): staff(422),
    ("GET", "/vao"): everybody(),
    ("POST", "/vao"): everybody(422),
    ("GET", "/vao/<code>"): everybody(401),
    ("GET", "/bao-chi"): everybody(),
    ("GET", "/bao-chi/moi"): everybody(),
    ("GET", "/bao-chi/tai-lieu/<material_id>"): everybody(404),
    ("GET", "/man-chieu"): everybody(),
    ("GET", "/man-chieu/chuong-trinh"): everybody(),
    ("GET", "/man-chieu/diem-danh"): everybody(),
    ("GET", "/man-chieu/mau"): everybody(),
    ("GET", "/man-chieu/ghep"): everybody(),
    ("POST", "/man-chieu/ghep"): everybody(303),
    ("GET", "/man-chieu/ghep/cho"): everybody(),
    ("GET", "/man-chieu/hien-tai"): everybody(),
    ("GET", "/man-chieu/ngoai-tuyen.js"): everybody(),
    ("GET", "/phat-bieu"): (303, *(200,) * 6),
    ("GET", "/phat-bieu/lop-phu"): everybody(),
    ("GET", "/phat-bieu/toan-man"): everybody(),
    ("POST", "/phat-bieu/da-ro"): (303, *(422,) * 6),
    ("GET", "/diem-cau"): rooms(),
    ("GET", "/diem-cau/cap-xa"): rooms(),
    ("POST", "/diem-cau/cap-xa/co-mat"): (303, 403, 422, 403, 403, 403, 403),
    ("GET", "/diem-cau/ngoai-tuyen.js"): everybody(),
    ("POST", "/diem-cau/diem-danh"): rooms(422),
    ("GET", "/diem-cau/ky-thuat"): rooms(),
    ("GET", "/diem-cau/ky-thuat/phieu"): rooms(),
    ("POST", "/diem-cau/ky-thuat"): rooms(422),
    ("POST", "/diem-cau/ky-thuat/<ticket_id>"): rooms(403),
    ("GET", "/diem-cau/ma-ket"): rooms(),
    ("GET", "/diem-cau/ma-ket/chieu"): rooms(),
    ("GET", "/diem-cau/ma-ket/<code>.<any(pdf, svg, png):form>"): rooms(),
    ("GET", "/diem-cau/san-sang"): rooms(),
    ("POST", "/diem-cau/san-sang"): rooms(422),
    ("GET", "/diem-cau/thu-duong-truyen"): rooms(),
    ("GET", "/diem-cau/thu-duong-truyen/ket-qua"): rooms(),
    ("GET", "/diem-cau/thu-duong-truyen/o"): rooms(),
    ("POST", "/diem-cau/thu-duong-truyen"): rooms(422),
    ("GET", "/diem-danh"): staff(),
    ("GET", "/diem-danh/<code>"): staff(),
    ("GET", "/diem-danh/ket-qua"): staff(),
    ("GET", "/diem-danh/ket-qua/moi"): staff(),
    ("GET", "/diem-danh/ket-qua/<int:number>"): staff(404),
    ("GET", "/diem-danh/ket-qua/bang.<any(pdf, xlsx):form>"): staff(),
    ("POST", "/diem-danh/ket-qua"): running(422),
    ("POST", "/diem-danh/ket-qua/man-chieu"): drivers(303),
    ("GET", "/diem-danh/thanh-phan"): staff(),
    ("POST", "/diem-danh/<code>/ban-ghi/<check_in_id>/huy"): running(422),
    ("POST", "/diem-danh/<code>/quyet-dinh"): running(404),
    ("POST", "/diem-danh/<code>"): running(422),
    ("GET", "/diem-danh/goi"): staff(),
    ("GET", "/diem-danh/goi/danh-sach"): staff(),
    ("POST", "/diem-danh/goi/<code>"): running(422),
    ("POST", "/diem-danh/goi/<code>/lien-he"): running(303),
    ("GET", "/dieu-hanh"): running(),
    ("GET", "/dieu-hanh/ban-giay"): staff(),
    ("GET", "/dieu-hanh/don-lich"): running(),
    ("POST", "/dieu-hanh/don-lich"): running(422),
    ("POST", "/dieu-hanh/don-lich/bo-qua"): running(422),
    ("GET", "/dieu-hanh/nhat-ky"): running(),
    ("GET", "/dieu-hanh/nhat-ky/tep"): running(),
    ("GET", "/dieu-hanh/bao-cao"): running(),
    ("GET", "/dieu-hanh/bao-cao/tep.<any(xlsx, pdf):form>"): running(),
    ("GET", "/dieu-hanh/nho"): drivers(),
    ("GET", "/dieu-hanh/nho/tiep-quan"): drivers(),
    ("POST", "/dieu-hanh/nho/lenh/<name>"): drivers(422),
    ("POST", "/dieu-hanh/nho/quyen/<action>"): drivers(303),
    ("GET", "/dieu-hanh/quyen/tiep-quan"): drivers(),
    ("POST", "/dieu-hanh/quyen/<action>"): drivers(303),
    ("GET", "/dieu-hanh/muc/moi"): running(),
    ("GET", "/dieu-hanh/muc/<item_id>/sua"): running(),
    ("POST", "/dieu-hanh/muc/<item_id>/dang-sua"): running(),
    ("GET", "/dieu-hanh/qua-muc/<int:seq>"): running(404),
    ("POST", "/dieu-hanh/qua-muc/<int:seq>"): running(404),
    ("GET", "/dieu-hanh/san-sang/<item_id>"): running(),
    ("POST", "/dieu-hanh/san-sang/<item_id>"): running(422),
    ("POST", "/dieu-hanh/lenh/<name>"): running(422),
    ("POST", "/dieu-hanh/lenh/insert"): running(409),
    ("POST", "/dieu-hanh/lenh/edit"): running(409),
    ("POST", "/dieu-hanh/lenh/move"): running(422),
    ("POST", "/dieu-hanh/lenh/restore"): running(422),
    ("POST", "/dieu-hanh/lenh/set_lengths"): running(422),
    ("POST", "/dieu-hanh/muc/<item_id>/nhan-ban"): running(422),
    ("GET", "/dieu-hanh/thoi-luong"): running(),
    ("POST", "/dieu-hanh/thoi-luong/xem"): running(),
    ("GET", "/ky-thuat/duong-truyen/<code>"): staff(),
    ("POST", "/ky-thuat/duong-truyen/<code>"): (303, 403, 403, 422, 403, 403, 422),
    ("GET", "/ky-thuat"): staff(),
    ("GET", "/ky-thuat/diem-cau/<code>"): staff(),
    ("POST", "/ky-thuat/diem-cau/<code>/phieu"): technicians(422),
    ("POST", "/ky-thuat/phieu/<ticket_id>"): technicians(404),
    ("GET", "/ky-thuat/man-chieu"): staff(),
    ("GET", "/ky-thuat/man-chieu/ghep"): projectionists(),
    ("POST", "/ky-thuat/man-chieu/ghep"): projectionists(422),
    ("GET", "/ky-thuat/man-chieu/<projector_id>"): staff(404),
    ("POST", "/ky-thuat/man-chieu/<projector_id>/ten"): projectionists(404),
    ("POST", "/ky-thuat/man-chieu/<projector_id>/canh"): projectionists(404),
    ("POST", "/ky-thuat/man-chieu/<projector_id>/nhan-dien"): projectionists(404),
    ("POST", "/ky-thuat/man-chieu/<projector_id>/bo"): projectionists(404),
    ("GET", "/ky-thuat/viec"): staff(),
    ("POST", "/ky-thuat/viec"): technicians(422),
    ("POST", "/ky-thuat/viec/<item_id>"): technicians(422),
    ("POST", "/ky-thuat/viec/<item_id>/bo"): technicians(404),
    ("POST", "/ky-thuat/viec/<item_id>/sua"): technicians(422),
    ("GET", "/quan-tri"): admin(),
    ("GET", "/quan-tri/ma-truy-cap"): admin(),
    ("GET", "/quan-tri/ma-truy-cap/phieu.pdf"): admin(),
    ("GET", "/quan-tri/ma-truy-cap/ma.csv"): admin(),
    ("GET", "/quan-tri/ma-truy-cap/doi-ma/<code>"): admin(404),
    ("POST", "/quan-tri/ma-truy-cap/doi-ma/<code>"): admin(404),
    ("GET", "/quan-tri/hoi-nghi/<slug>/in"): staff(),
    ("GET", "/quan-tri/hoi-nghi/<slug>/xuat/chuong-trinh.<any(xlsx, csv, json, ics, pdf):form>"): staff(),
    ("POST", "/quan-tri/danh-sach"): admin(422),
    ("POST", "/quan-tri/duong-day-nong"): admin(303),
    ("POST", "/quan-tri/hoi-nghi/<slug>/hien-hanh"): admin(303),
    ("GET", "/quan-tri/hoi-nghi-moi"): admin(),
    ("POST", "/quan-tri/hoi-nghi-moi"): admin(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>"): admin(),
    ("POST", "/quan-tri/hoi-nghi/<slug>"): admin(303),
    ("GET", "/quan-tri/hoi-nghi/<slug>/chuong-trinh"): running(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/chuong-trinh/thoi-luong/<rule>"): running(409),
    ("POST", "/quan-tri/hoi-nghi/<slug>/cong-bo"): running(409),
    ("POST", "/quan-tri/hoi-nghi/<slug>/ket-thuc"): admin(303),
    ("POST", "/quan-tri/hoi-nghi/<slug>/hinh-thuc"): admin(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca"): staff(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca"): staff(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca/<job_id>.zip"): staff(404),
    ("POST", "/quan-tri/hoi-nghi/<slug>/ma-ket/tat-ca/<job_id>/huy"): staff(404),
    ("GET", "/quan-tri/hoi-nghi/<slug>/ma-ket"): staff(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/ma-ket"): admin(303),
    ("POST", "/quan-tri/hoi-nghi/<slug>/ma-ket/xem"): staff(),
    ("GET", "/quan-tri/hoi-nghi/<slug>/ma-ket/<code>.<any(pdf, svg, png):form>"): staff(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/mo-lai"): admin(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>/nhan-ban"): admin(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/nhan-ban"): admin(422),
    ("POST", "/quan-tri/hoi-nghi/<slug>/tong-duyet"): running(303),
    ("POST", "/quan-tri/hoi-nghi/<slug>/xoa"): admin(409),
    ("GET", "/quan-tri/hoi-nghi/<slug>/dien-thoai"): running(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/dien-thoai"): running(422),
    ("POST", "/quan-tri/hoi-nghi/<slug>/dien-thoai/luu"): running(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>/dien-thoai/tep.csv"): running(),
    ("GET", "/quan-tri/hoi-nghi/<slug>/tai-lieu"): staff(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/tai-lieu"): running(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>/tai-lieu/<material_id>/tep"): staff(404),
    ("POST", "/quan-tri/hoi-nghi/<slug>/tai-lieu/<material_id>/<action>"): running(404),
    ("GET", "/quan-tri/hoi-nghi/<slug>/nhap"): running(),
    ("POST", "/quan-tri/hoi-nghi/<slug>/nhap"): running(422),
    ("GET", "/quan-tri/hoi-nghi/<slug>/nhap/<draft>"): running(404),
    ("POST", "/quan-tri/hoi-nghi/<slug>/nhap/<draft>"): running(404),
    ("GET", "/quan-tri/hoi-nghi/<slug>/nhap/<draft>/xem"): running(404),
    ("POST", "/quan-tri/hoi-nghi/<slug>/nhap/<draft>/xem"): running(404),
    ("POST", "/quan-tri/hoi-nghi/<slug>/nhap/<draft>/ap-dung"): running(404),
    ("POST", "/quan-tri/tai-khoan"): admin(422),
    ("POST", "/quan-tri/tai-khoan/<username>/mat-khau"): admin(422),
}
API: Final[dict[tuple[str, str], Statuses]] = {
    ("POST", "/api/v1/sessions"): everybody(422),
    ("DELETE", "/api/v1/sessions"): signed_in_only(204),
    ("GET", "/api/v1/conferences"): everybody(),
    ("GET", CONFERENCE): everybody(),
    ("GET", CONFERENCE + "/running-order"): everybody(),
    ("GET", CONFERENCE + "/running-order/bin"): (401, 403, 403, 403, 200, 200, 200),
    ("POST", CONFERENCE + "/running-order/commands"): signed_in_only(422),
    ("GET", CONFERENCE + "/endpoints"): signed_in_only(),
    ("PUT", CONFERENCE + "/endpoints/<code>/check-in"): signed_in_only(422),
    ("GET", CONFERENCE + "/endpoints/<code>/words"): signed_in_only(),
    ("GET", CONFERENCE + "/endpoints/<code>/contact"): signed_in_only(),
    ("PUT", CONFERENCE + "/endpoints/<code>/contact"): signed_in_only(422),
    ("GET", CONFERENCE + "/endpoints/<code>/calls"): (401, 403, 403, 200, 200, 200, 200),
    ("POST", CONFERENCE + "/endpoints/<code>/calls"): signed_in_only(422),
    ("POST", CONFERENCE + "/endpoints/<code>/check-ins/<check_in_id>/annul"): signed_in_only(422),
    ("GET", CONFERENCE + "/roll-call"): signed_in_only(),
    ("GET", CONFERENCE + "/readiness"): signed_in_only(),
    ("PUT", CONFERENCE + "/endpoints/<code>/readiness/<readiness_id>"): signed_in_only(422),
    ("GET", CONFERENCE + "/line-tests"): signed_in_only(),
    ("GET", CONFERENCE + "/endpoints/<code>/line-tests"): signed_in_only(),
    ("PUT", CONFERENCE + "/endpoints/<code>/line-tests/<line_test_id>"): signed_in_only(422),
    ("GET", CONFERENCE + "/counts"): (401, 403, 403, 200, 200, 200, 200),
    ("GET", CONFERENCE + "/counts/<int:number>"): (401, 403, 403, 404, 404, 404, 404),
    ("POST", CONFERENCE + "/counts"): signed_in_only(422),
    ("GET", CONFERENCE + "/messages"): signed_in_only(),
    ("POST", CONFERENCE + "/messages/acknowledge"): signed_in_only(422),
    ("GET", CONFERENCE + "/control"): (401, 403, 403, 403, 200, 200, 200),
    ("POST", CONFERENCE + "/control"): signed_in_only(422),
    ("GET", CONFERENCE + "/tickets"): signed_in_only(),
    ("POST", CONFERENCE + "/tickets"): signed_in_only(422),
    ("POST", CONFERENCE + "/tickets/<ticket_id>/<action>"): signed_in_only(422),
    ("GET", CONFERENCE + "/projectors"): (401, 403, 403, 200, 200, 200, 200),
    ("POST", CONFERENCE + "/projectors"): signed_in_only(422),
    ("PUT", CONFERENCE + "/projectors/<projector_id>/name"): signed_in_only(422),
    ("PUT", CONFERENCE + "/projectors/<projector_id>/scene"): signed_in_only(422),
    ("POST", CONFERENCE + "/projectors/<projector_id>/identify"): (401, 403, 403, 404, 403, 404, 404),
    ("DELETE", CONFERENCE + "/projectors/<projector_id>"): (401, 403, 403, 404, 403, 404, 404),
    ("GET", CONFERENCE + "/log"): (401, 403, 403, 403, 200, 200, 200),
    ("GET", CONFERENCE + "/report"): (401, 403, 403, 403, 200, 200, 200),
}
EXAMPLES: Final = {
    "<any(xlsx, pdf):form>": "xlsx",
    "<any(pdf, xlsx):form>": "xlsx",
    "<any(pdf, svg, png):form>": "pdf",
    "<any(xlsx, csv, json, ics, pdf):form>": "pdf",
    "<slug>": demo.SLUG,
    "/vao/<code>": "/vao/AAAA-AAAA",
    "/doi-ma/<code>": "/doi-ma/khong-co",
    "<code>": COMMUNE,
    "<check_in_id>": NO_CHECK_IN,
    "<line_test_id>": "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b",
    "<item_id>": "9",
    "<readiness_id>": str(uuid4()),
    "<draft>": "x" * 32,
    "<job_id>": "0" * 16,
    "<ticket_id>/<action>": "6d7a1c9e-8f0b-4c2d-9a3e-5b1f7c8d9e0a/take",
    "<ticket_id>": "6d7a1c9e-8f0b-4c2d-9a3e-5b1f7c8d9e0a",
    "<material_id>": "2f1d6c0a-5b7e-4f3d-8a9c-0e1b2d3c4f5a",
    "<int:seq>": "999",
    "<int:number>": "9",
    "/nho/lenh/<name>": "/nho/lenh/next",
    "/lenh/<name>": "/lenh/set_message",
    "<action>": "release",
    "<username>": "mc",
    "<rule>": "over_cap",
    "<projector_id>": "khong-co",
    "<path:filename>": "css/tokens.css",
}


def example(rule: str) -> str:
    """A path of that rule."""
    for part, instead in EXAMPLES.items():
        rule = rule.replace(part, instead)
    return rule


def test_every_route_has_its_row(app: Flask) -> None:
    there = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert not PAGES.keys() & API.keys()
    assert there == PAGES.keys() | API.keys()
    assert set(ASKERS) - {"nobody", "commune", "district"} == set(STAFF)


def caller_for(caller: Make, asker: str) -> Caller:
    return caller() if asker == "nobody" else caller(*role_and_room(asker)[:1], endpoint=role_and_room(asker)[1])


def role_and_room(asker: str) -> tuple[str | None, str | None]:
    room = {"commune": COMMUNE, "district": ITS_DISTRICT}.get(asker)
    return (None if room else asker), room


@pytest.fixture
def browser_of(client: FlaskClient, signed_in: Browser) -> Callable[[str], FlaskClient]:
    def make(asker: str) -> FlaskClient:
        role, room = role_and_room(asker)
        return client if asker == "nobody" else signed_in(role, endpoint=room)

    return make


@pytest.mark.parametrize(("method", "rule"), PAGES)
def test_pages(browser_of: Callable[[str], FlaskClient], method: str, rule: str) -> None:
    found = []
    for asker in ASKERS:
        browser = browser_of(asker)
        data = {"csrf_token": token(browser, "/vao")} if method in WRITES else None
        with browser.open(example(rule), method=method, data=data) as answer:
            found.append(answer.status_code)
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, PAGES[method, rule], strict=True))


@pytest.mark.parametrize(("method", "rule"), API)
def test_the_api_by_token(caller: Make, method: str, rule: str) -> None:
    body = {} if method in ("POST", "PUT") else None
    found = [caller_for(caller, asker).call(method, example(rule), body).status_code for asker in ASKERS]
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, API[method, rule], strict=True))


@pytest.mark.parametrize(("method", "rule"), API)
def test_the_api_by_cookie_is_the_same_and_writes_need_their_proof(
    browser_of: Callable[[str], FlaskClient], method: str, rule: str
) -> None:
    found = []
    for asker in ASKERS:
        browser = browser_of(asker)
        proof = {"X-CSRFToken": token(browser, "/vao")}
        body = {} if method in ("POST", "PUT") else None
        if method in WRITES and asker != "nobody":
            refused(browser.open(example(rule), method=method, json=body), 400, "csrf")
        found.append(browser.open(example(rule), method=method, json=body, headers=proof).status_code)
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, API[method, rule], strict=True))


@pytest.mark.parametrize("rule", [rule for method, rule in PAGES if method in WRITES])
@pytest.mark.parametrize("asker", ["nobody", "commune", "admin"])
def test_a_form_without_its_token_is_refused(browser_of: Callable[[str], FlaskClient], rule: str, asker: str) -> None:
    answer = browser_of(asker).post(example(rule))
    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


# ---- what a stranger is told


# They lead to where a room types its code.
ROOMS_OWN: Final = (
    "/diem-cau",
    "/diem-cau/ky-thuat",
    "/diem-cau/ma-ket",
    "/diem-cau/ma-ket/chieu",
    f"/diem-cau/ma-ket/{COMMUNE}.pdf",
    "/diem-cau/thu-duong-truyen",
)


@pytest.mark.parametrize("rule", [rule for (method, rule), who in PAGES.items() if method == "GET" and who[0] == 303])
def test_a_stranger_is_led_to_the_sign_in_and_will_come_back(client: FlaskClient, rule: str) -> None:
    path = example(rule)
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location == ("/vao" if path in ROOMS_OWN else f"/dang-nhap?next={path}")


def test_a_fragment_for_a_stranger_is_refused_not_led_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/dieu-hanh", headers=HTMX)
    assert answer.status_code == 401
    assert "Phiên đăng nhập đã hết hạn" in answer.text
    assert "<html" not in answer.text


# ---- commands

RUN: Final = ("start", "pause", "resume", "finish", "next", "add_time", "undo", "set_scene")
EDIT: Final = (
    "insert",
    "edit",
    "move",
    "remove",
    "skip",
    "unskip",
    "restore",
    "set_lengths",
    "compress",
    "restore",
    "skip",
    "unskip",
    "set_lengths",
    "replace_pending",
    "set_message",
    "set_plan",
    "replace_pending",
    "set_message",
    "set_plan",
    "restore",
    "set_lengths",
)
ARGS: Final[dict[str, dict[str, Any]]] = {
    "start": {"item_id": "1"},
    "add_time": {"delta_ms": 1},
    "set_scene": {"name": "auto"},
    "insert": {"position": 1, "item": {"kind": "paper", "title": "x", "planned_ms": 1}},
    "edit": {"item_id": "1", "fields": {"title": "x"}},
    "move": {"item_id": "1", "position": 1},
    "remove": {"item_id": "1"},
    "restore": {"item_id": "1"},
    "set_lengths": {"lengths": {"1": 1}},
    "compress": {"end_at_ms": OPENING_AT_MS},
    "skip": {"item_id": "1"},
    "unskip": {"item_id": "1"},
    "replace_pending": {"items": [{"kind": "paper", "title": "x", "planned_ms": 1}]},
    "set_message": {"text": "", "to": "all"},
    "set_plan": {"paper_cap_ms": 420_000},
}


def test_every_command_has_its_row() -> None:
    assert set(RUN + EDIT) == set(NAMES.values())


@pytest.mark.parametrize("name", RUN + EDIT)
@pytest.mark.parametrize("asker", ASKERS)
def test_commands(caller: Make, asker: str, name: str) -> None:
    answer = caller_for(caller, asker).command(name, ARGS.get(name, {}))
    if asker == "nobody":
        refused(answer, 401, "unauthorized")
    elif asker in ("admin", "mc") or (asker == "secretary" and name in EDIT):
        assert answer.status_code in (200, 409), answer.text
    else:
        refused(answer, 403, "forbidden")


# ---- what each sees, and for whom each may speak


@pytest.mark.parametrize(
    ("asker", "rooms"),
    [("admin", 212), ("mc", 212), ("secretary", 212), ("technician", 212), ("district", 23), ("commune", 1)],
)
def test_endpoints_and_roll_call(caller: Make, asker: str, rooms: int) -> None:
    api = caller_for(caller, asker)
    endpoints = api.get("/endpoints")
    roll_call = api.get("/roll-call")
    in_figures = [row for row in endpoints if row["level"] != "province"]
    assert len(endpoints) == rooms
    assert [row["code"] for row in roll_call["rows"]] == [row["code"] for row in in_figures]
    assert roll_call["totals"]["expected"] == len(in_figures)


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("code", [COMMUNE, ITS_DISTRICT, DISTRICT, HALL, "06634", "no-such-code"])
def test_check_ins(caller: Make, asker: str, code: str) -> None:
    answer = caller_for(caller, asker).check_in(code)
    own = {"district": {ITS_DISTRICT, COMMUNE}, "commune": {COMMUNE}}
    if asker == "nobody":
        refused(answer, 401, "unauthorized")
    elif asker in ("admin", "mc", "secretary"):
        assert answer.status_code == (404 if code == "no-such-code" else 200), answer.text
    elif asker in own and code in own[asker]:
        assert answer.status_code == 200, answer.text
    else:
        refused(answer, 403, "forbidden")


@pytest.mark.parametrize("asker", ASKERS)
def test_annulling_is_for_those_who_may_check_in_any_room(caller: Make, asker: str) -> None:
    path = f"/endpoints/{COMMUNE}/check-ins/{NO_CHECK_IN}/annul"
    expected = {"nobody": (401, "unauthorized"), "technician": (403, "forbidden")}
    others = (403, "forbidden") if asker in ("district", "commune") else (404, "not_found")
    answer = caller_for(caller, asker).call("POST", path, {"reason": "Ghi nhầm"})
    refused(answer, *expected.get(asker, others))


@pytest.mark.parametrize("asker", ["district", "commune"])
def test_a_room_s_form_speaks_for_no_other_room(browser_of: Callable[[str], FlaskClient], asker: str) -> None:
    browser = browser_of(asker)
    form = {"csrf_token": token(browser, "/vao"), "form_id": str(uuid4()), "status": "present", "headcount": "3"}
    assert browser.post("/diem-cau/diem-danh", data={**form, "endpoint_code": DISTRICT}).status_code == 403
    assert browser.post("/diem-cau/diem-danh", data={**form, "endpoint_code": COMMUNE}).status_code == 303


def test_a_room_of_another_conference_is_a_stranger(caller: Make, app: Flask) -> None:
    with app.app_context():
        services = app.extensions["giaoban"]
        services.conferences.copy_for_rehearsal(services.conferences.current(), cli_identity("test"))
        slug = services.conferences.list()[-1].slug
    api = caller(endpoint=COMMUNE)
    refused(api.call("GET", f"/api/v1/conferences/{slug}/endpoints"), 403, "forbidden")
    body = {"check_in_id": str(uuid4()), "status": "present", "headcount": 1, "happened_at_ms": OPENING_AT_MS}
    refused(api.call("PUT", f"/api/v1/conferences/{slug}/endpoints/{COMMUNE}/check-in", body), 403, "forbidden")
