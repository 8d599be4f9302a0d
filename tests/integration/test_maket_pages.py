"""The page of makets for staff, and a room's own."""

import re

import pytest
from flask.testing import FlaskClient

from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT
from tests.integration.forms import HTMX, Browser, form_values, send

PAGE = f"/quan-tri/hoi-nghi/{demo.SLUG}/ma-ket"
LOOK = f"{PAGE}/xem"
LINES = {
    "org": "HĐND TỈNH",
    "prefix": "",
    "kind": "HỘI NGHỊ",
    "lines": "GIAO BAN\nQUÝ I",
    "year": "",
    "place": "Lạng Sơn",
}


def test_staff_see_the_room_that_they_look_for_and_get_its_files(signed_in: Browser) -> None:
    client = signed_in("technician")

    found = client.get(PAGE, query_string={"diem-cau": "cao minh", "kho": "a3"}).text

    assert 'aria-label="Ma két: Xã Cao Minh, huyện Tràng Định"' in found
    assert "<svg" in found
    assert "Chỉ quản trị sửa được nội dung này." in found
    files = re.findall(rf'href="({PAGE}/{COMMUNE}\.\w+\?kho=a3)"', found)
    assert len(files) == 3
    for at in files:
        answer = client.get(at)
        assert answer.status_code == 200
        assert f"ma-ket-{COMMUNE}-xa-cao-minh-huyen-trang-dinh-a3" in answer.headers["Content-Disposition"]
    assert client.get(f"{PAGE}/khong-co.pdf").status_code == 404
    assert client.get(f"{PAGE}/%00.pdf").status_code == 404
    refused = client.get(f"{PAGE}/{COMMUNE}.pdf?kho=1x1")
    assert (refused.status_code, "từ 100 đến 5000 mm" in refused.text) == (422, True)


def test_what_is_typed_is_seen_and_not_stored(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("admin")
    before = dict(conference.maket)

    own_size = {"size": "other", "own_size": "800x1800"}
    view = send(client, LOOK, PAGE, headers=HTMX, room="cao minh", **own_size, **LINES)
    page = send(client, LOOK, PAGE, room="cao minh", **own_size, **LINES)

    assert (view.status_code, page.status_code) == (200, 200)
    assert "<html" not in view.text
    for answer in (view, page):
        assert "Nội dung đang gõ chưa lưu" in answer.text
        assert f"{PAGE}/{COMMUNE}.pdf?kho=800x1800" in answer.text
    assert form_values(page.text)["kind"] == "HỘI NGHỊ"
    assert services.conferences.current().maket == before


def test_what_cannot_be_made_is_said_and_what_was_typed_stays(signed_in: Browser) -> None:
    client = signed_in("admin")
    for change, words in (
        ({"room": "Hà Nội"}, "Không có điểm cầu nào tên như vậy."),
        ({"size": "other", "own_size": "5x5"}, "Mỗi cạnh của ma két dài từ 100 đến 5000 mm."),
        ({"size": "other", "own_size": "to"}, "Khổ ghi bằng rộng × cao"),
        ({"kind": "A" * 121}, "Mỗi dòng của ma két dài không quá 120 ký tự"),
    ):
        answer = send(client, LOOK, PAGE, headers=HTMX, **{**LINES, **change})
        assert (answer.status_code, words in answer.text) == (422, True), answer.text
        page = send(client, LOOK, PAGE, **{**LINES, **change})
        assert words in page.text
        assert all(form_values(page.text)[name] == typed for name, typed in change.items() if name != "size")


def test_saved_lines_are_on_every_makets_and_the_day_may_be_left_out(signed_in: Browser, services: Services) -> None:
    client = signed_in("admin")

    answer = send(
        client, PAGE, PAGE, **{**LINES, "prefix": "ĐẢNG ỦY - HĐND", "day": "dots", "room": COMMUNE, "size": "a4"}
    )

    assert (answer.status_code, answer.location) == (303, f"{PAGE}?diem-cau={COMMUNE}&kho=a4")
    saved = services.conferences.current().maket
    assert (saved["prefix"], saved["day"]) == ("ĐẢNG ỦY - HĐND", "dots")
    page = client.get(answer.location).text
    assert 'name="day" value="dots" checked' in page
    assert "Nội dung đang gõ chưa lưu" not in page
    send(client, PAGE, PAGE, **LINES)
    assert "day" not in services.conferences.current().maket
    assert send(client, PAGE, PAGE, headers=None, **{**LINES, "org": "\x00"}).status_code == 422


def test_a_closed_conference_keeps_its_lines(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("admin")
    send(client, f"/quan-tri/hoi-nghi/{demo.SLUG}/ket-thuc", f"/quan-tri/hoi-nghi/{demo.SLUG}")

    refused = send(client, PAGE, PAGE, **LINES)

    assert refused.status_code == 409
    assert "không sửa được nữa" in refused.text
    assert services.conferences.current().maket == demo.MAKET


def test_a_conference_without_rooms_says_so(signed_in: Browser, services: Services, conference: Conference) -> None:
    conference.endpoints.clear()
    db.session.commit()

    assert "Danh sách điểm cầu chưa có." in signed_in("secretary").get(PAGE).text


def test_a_room_gets_its_own_maket_and_a_district_its_communes(signed_in: Browser) -> None:
    commune, district, other = (signed_in(endpoint=code) for code in (COMMUNE, ITS_DISTRICT, DISTRICT))

    assert 'href="/diem-cau/ma-ket"' in commune.get("/diem-cau").text
    page = commune.get("/diem-cau/ma-ket").text
    assert "cấp xã" not in page
    files = re.findall(r'href="(/diem-cau/ma-ket/[^"]+)" download', page)
    assert len(files) == 5
    assert all(at.startswith(f"/diem-cau/ma-ket/{COMMUNE}.") for at in files)
    for at in files:
        answer = commune.get(at)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=ma-ket-06010-xa-cao-minh")
    drawn = commune.get(f"/diem-cau/ma-ket/{COMMUNE}.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert drawn.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert f'src="/diem-cau/ma-ket/{COMMUNE}.svg' in commune.get("/diem-cau/ma-ket/chieu").text

    assert f'href="/diem-cau/ma-ket?cua={COMMUNE}"' in district.get("/diem-cau/ma-ket").text
    assert district.get(f"/diem-cau/ma-ket/{COMMUNE}.pdf?kho=a4").status_code == 200
    assert "Điểm cầu xã Cao Minh" in district.get(f"/diem-cau/ma-ket?cua={COMMUNE}").text
    for at in (
        f"/diem-cau/ma-ket/{COMMUNE}.pdf",
        f"/diem-cau/ma-ket?cua={COMMUNE}",
        f"/diem-cau/ma-ket/chieu?cua={COMMUNE}",
    ):
        refused = other.get(at)
        assert (refused.status_code, "ma két của mình" in refused.text) == (403, True)
    assert commune.get(f"/diem-cau/ma-ket/{ITS_DISTRICT}.pdf").status_code == 403
    assert commune.get("/diem-cau/ma-ket/99999.pdf").status_code == 404
    assert commune.get("/diem-cau/ma-ket?cua=%00").status_code == 404
    assert commune.get(f"/diem-cau/ma-ket/{COMMUNE}.pdf?kho=5000x5000").status_code == 404


def test_the_page_of_a_rooms_maket_is_small(signed_in: Browser, client: FlaskClient) -> None:
    room = signed_in(endpoint=COMMUNE)
    packed = {"Accept-Encoding": "gzip"}

    page = room.get("/diem-cau/ma-ket", headers=packed).data
    picture = room.get(f"/diem-cau/ma-ket/{COMMUNE}.svg?kho=man-hinh", headers=packed).data

    assert len(page) + len(picture) < 60_000


def test_a_room_that_asks_for_one_after_the_other_waits(
    signed_in: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.makets, "draw", lambda *_: b"%PDF-")
    commune, other = signed_in(endpoint=COMMUNE), signed_in(endpoint=ITS_DISTRICT)
    at = f"/diem-cau/ma-ket/{COMMUNE}.pdf"

    answers = [commune.get(at) for _ in range(40)]

    assert [answer.status_code for answer in answers[:10]] == [200] * 10
    assert (answers[-1].status_code, "Retry-After" in answers[-1].headers) == (429, True)
    assert other.get(at).status_code == 200
