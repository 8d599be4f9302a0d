"""Projector and rooms' pages as HTML: what they show, to whom, and the plain forms without scripts."""

import re
from collections.abc import Callable
from importlib import resources

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.domain.items import LONGEST_MS
from giaoban.domain.replan import FAR_FUTURE_AT_MS
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, Caller, code_of
from tests.fakes import OPENING_AT_MS, FakeClock

SIBLING = "06634"  # a commune of another district
FORM = "/diem-cau/diem-danh"


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, f"no {name} on the page"
    return found.group(1)


def send(client: FlaskClient, **fields: str) -> TestResponse:
    """Fill in the form of the room's page and send it, as a browser without scripts does."""
    page = client.get("/diem-cau")
    form = {"csrf_token": hidden(page, "csrf_token"), "form_id": hidden(page, "form_id"), "status": "present"}
    return client.post(FORM, data={**form, **fields})


def effective(caller: Callable[..., Caller], code: str) -> dict | None:
    rows = caller("secretary").get("/endpoints")
    return next(row["effective"] for row in rows if row["code"] == code)


# ---- projector


def test_the_maket_is_the_plans_word_for_word(client: FlaskClient) -> None:
    text = client.get("/man-chieu").text.replace("\xa0", " ")
    for line in (
        "THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN",
        "HỘI NGHỊ TRỰC TUYẾN",
        "GIAO BAN THƯỜNG TRỰC HĐND TỈNH VỚI THƯỜNG TRỰC <br>HĐND CẤP HUYỆN, THƯỜNG TRỰC HĐND CẤP XÃ",
        "NĂM 2021",
        "Lạng Sơn, ngày 26 tháng 11 năm 2021",
    ):
        assert line in text


def scene_on(client: FlaskClient) -> str:
    found = re.search(r'data-name="(\w+)" data-on', client.get("/man-chieu").text)
    assert found is not None
    return found.group(1)


def test_the_picture_is_that_of_the_present_scene(client: FlaskClient, caller: Callable[..., Caller]) -> None:
    mc = caller("mc")
    assert scene_on(client) == "maket"
    mc.command("next")
    assert scene_on(client) == "speaker"
    for scene in ("agenda", "roll_call", "break", "black", "maket"):
        mc.command("set_scene", {"name": scene})
        assert scene_on(client) == scene
    mc.command("set_scene", {"name": "message"})
    assert scene_on(client) == "maket"  # nothing to say yet
    mc.command("set_message", {"text": "Xin ổn định chỗ ngồi", "to": "all"})
    assert scene_on(client) == "message"


def test_the_speaker_scene_stands_without_scripts(
    client: FlaskClient, caller: Callable[..., Caller], clock: FakeClock
) -> None:
    mc = caller("mc")
    paper = next(item for item in mc.get("/running-order")["items"] if item["endpoint_code"] == ITS_DISTRICT)
    mc.command("start", {"item_id": paper["id"]})
    clock.advance(9 * 60_000)

    text = client.get("/man-chieu").text

    assert "Huyện Tràng Định" in text
    assert '<b data-put="number">8/14</b>' in text
    assert 'data-put="left">01:00</div>' in text
    assert "Sắp hết giờ" in text


def test_the_projector_shows_no_telephone_and_no_reason(client: FlaskClient, caller: Callable[..., Caller]) -> None:
    caller("secretary").check_in(COMMUNE, status="absent", headcount=0, reason="Bà Nguyễn Thị Mẫu bận việc riêng")
    for path in ("/man-chieu", "/man-chieu/chuong-trinh", "/man-chieu/diem-danh"):
        text = client.get(path).text
        assert "Mẫu" not in text
        assert "0912" not in text


def test_figures_of_districts_add_up_to_the_whole(client: FlaskClient, caller: Callable[..., Caller]) -> None:
    for code in (COMMUNE, ITS_DISTRICT, DISTRICT):
        caller("secretary").check_in(code)

    text = client.get("/man-chieu/diem-danh").text

    rows = re.findall(r'rc__name">([^<]+)</span>.*?rc__n num">(\d+)<small>/(\d+)', text)
    assert ("Tràng Định", "2", "23") in rows
    assert sum(int(present) for _, present, _ in rows) == 3
    assert sum(int(expected) for _, _, expected in rows) == 211
    assert '<p class="rc__big num">3</p>' in text


def test_the_projector_shows_the_conference_that_is_named(client: FlaskClient, services: Services) -> None:
    """A bare one at that: a roster of two levels, no maket, no items."""
    roster = resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes()
    services.conferences.import_roster(roster, "nam-2026", "Hội nghị năm 2026", OPENING_AT_MS, cli_identity("test"))

    text = client.get("/man-chieu?hoi-nghi=nam-2026").text.replace("\xa0", " ")

    assert "HỘI NGHỊ NĂM 2026" in text
    assert "Ngày 26 tháng 11 năm 2021" in text
    assert "trên 65 điểm cầu" in text
    assert "hoi-nghi=nam-2026" in text  # so that its fragments are of the same conference
    assert "NĂM 2021" not in text


def test_an_unknown_conference_is_404(client: FlaskClient) -> None:
    assert client.get("/man-chieu?hoi-nghi=khong-co").status_code == 404


def test_screens_are_never_kept(client: FlaskClient) -> None:
    for path in ("/man-chieu", "/man-chieu/diem-danh", "/vao"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


# ---- way in


def test_a_link_signs_in_at_once(app: Flask, client: FlaskClient) -> None:
    answer = client.get(f"/vao/{code_of(app, COMMUNE)}")
    assert (answer.status_code, answer.location) == (303, "/diem-cau")
    assert "Điểm cầu xã Cao Minh" in client.get("/diem-cau").text


def test_a_link_of_the_same_room_again_asks_nothing(app: Flask, signed_in: Callable[..., FlaskClient]) -> None:
    client = signed_in(endpoint=COMMUNE)
    assert client.get(f"/vao/{code_of(app, COMMUNE)}").status_code == 303


@pytest.mark.parametrize("who", [{"role": "mc"}, {"endpoint": SIBLING}], ids=["staff", "another room"])
def test_a_link_asks_before_it_replaces_a_sign_in(
    app: Flask, signed_in: Callable[..., FlaskClient], who: dict[str, str]
) -> None:
    client = signed_in(**who)
    code = code_of(app, COMMUNE)

    question = client.get(f"/vao/{code}")
    assert question.status_code == 200
    assert "Đổi sang điểm cầu xã Cao Minh" in question.text
    assert "Điểm cầu xã Cao Minh" not in client.get("/diem-cau").text

    form = {"csrf_token": hidden(question, "csrf_token"), "code": code, "confirmed": "1"}
    assert client.post("/vao", data=form).status_code == 303
    assert "Điểm cầu xã Cao Minh" in client.get("/diem-cau").text


def test_a_wrong_code_is_told_and_kept(client: FlaskClient) -> None:
    token = hidden(client.get("/vao"), "csrf_token")
    answer = client.post("/vao", data={"csrf_token": token, "code": "K7QF-2M9<"})
    assert answer.status_code == 401
    assert "Mã không đúng" in answer.text
    assert 'value="K7QF-2M9&lt;"' in answer.text
    assert 'href="tel:0912939739"' in answer.text


def test_the_whole_link_can_be_typed_where_the_code_belongs(app: Flask, client: FlaskClient) -> None:
    token = hidden(client.get("/vao"), "csrf_token")
    link = f"https://giaoban.example/vao/{code_of(app, COMMUNE)}"

    answer = client.post("/vao", data={"csrf_token": token, "code": link})

    assert (answer.status_code, answer.location) == (303, "/diem-cau")


def test_a_code_that_is_too_short_is_told_how_long_one_is(client: FlaskClient) -> None:
    token = hidden(client.get("/vao"), "csrf_token")
    answer = client.post("/vao", data={"csrf_token": token, "code": "K7QF-2M"})
    assert answer.status_code == 401
    assert "Mã có 8 chữ và số, quý vị vừa nhập 6." in answer.text


def test_no_code_is_told_without_counting_as_an_attempt(client: FlaskClient) -> None:
    token = hidden(client.get("/vao"), "csrf_token")
    for _ in range(30):
        assert client.post("/vao", data={"csrf_token": token, "code": " "}).status_code == 422


def test_many_wrong_codes_are_told_to_wait_and_a_right_one_passes(app: Flask, client: FlaskClient) -> None:
    answers = [client.get("/vao/AAAA-AAAA") for _ in range(app.config["WRONG_ATTEMPTS"] + 1)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Nhập sai quá nhiều lần" in answers[-1].text
    assert client.get(f"/vao/{code_of(app, COMMUNE)}").status_code == 303


# ---- a room's page


def test_strangers_go_to_the_way_in_and_staff_have_no_room(
    client: FlaskClient, signed_in: Callable[..., FlaskClient]
) -> None:
    assert client.get("/diem-cau").location == "/vao"
    assert signed_in("mc").get("/diem-cau").status_code == 403
    assert signed_in("mc").get("/diem-cau/cap-xa").status_code == 403


def test_the_form_checks_in_and_the_page_says_so(
    signed_in: Callable[..., FlaskClient], caller: Callable[..., Caller]
) -> None:
    client = signed_in(endpoint=COMMUNE)

    answer = send(client, headcount="14")

    assert answer.status_code == 303
    assert re.fullmatch(rf"/diem-cau\?da_nhan=[0-9a-f-]{{36}}&cua={COMMUNE}", answer.location)
    assert "Máy chủ đã nhận lúc 07:30:00" in client.get(answer.location).text
    assert "14 đại biểu, lúc 07:30" in client.get("/diem-cau").text
    word = effective(caller, COMMUNE)
    assert word is not None
    assert (word["status"], word["headcount"]["total"], word["source"]) == ("present", 14, "self")
    assert word["happened_at_ms"] == OPENING_AT_MS


def test_one_press_is_enough_and_no_number_is_made_up(signed_in: Callable[..., FlaskClient]) -> None:
    client = signed_in(endpoint=COMMUNE)
    send(client, headcount="")
    assert "chưa báo số đại biểu, lúc 07:30" in client.get("/diem-cau").text


def test_an_absence_is_told_with_its_reason(signed_in: Callable[..., FlaskClient]) -> None:
    client = signed_in(endpoint=COMMUNE)
    send(client, status="absent", reason="Mất điện toàn xã")
    text = client.get("/diem-cau").text
    assert "stat--absent" in text
    assert "Mất điện toàn xã, lúc 07:30" in text


@pytest.mark.parametrize(
    ("fields", "message", "kept"),
    [
        ({"headcount": "mười"}, "Xin ghi số đại biểu bằng chữ số, ví dụ 14.", 'value="mười"'),
        ({"headcount": "999999"}, "Số đại biểu phải là số nguyên", 'value="999999"'),
        ({"status": "absent", "reason": ""}, "Điểm cầu vắng phải ghi lý do.", '<details class="away" open>'),
        ({"status": "absent", "reason": "l" * 301}, "phải dài từ", f'value="{"l" * 301}"'),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_message(
    signed_in: Callable[..., FlaskClient],
    caller: Callable[..., Caller],
    fields: dict[str, str],
    message: str,
    kept: str,
) -> None:
    answer = send(signed_in(endpoint=COMMUNE), **fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert kept in answer.text
    assert effective(caller, COMMUNE) is None


def check_ins(caller: Callable[..., Caller]) -> int:
    return sum(line["kind"] == "check_in" for line in caller("secretary").get("/log?after=0"))


def test_the_same_form_sent_twice_is_one_check_in(
    signed_in: Callable[..., FlaskClient], caller: Callable[..., Caller], clock: FakeClock
) -> None:
    client = signed_in(endpoint=COMMUNE)
    page = client.get("/diem-cau")
    form = {name: hidden(page, name) for name in ("csrf_token", "form_id")}

    client.post(FORM, data={**form, "status": "present", "headcount": "5"})
    clock.advance(200)
    again = client.post(FORM, data={**form, "status": "present", "headcount": "5"})

    assert again.status_code == 303
    assert check_ins(caller) == 1


def test_a_form_changed_after_going_back_is_a_new_check_in(
    signed_in: Callable[..., FlaskClient], caller: Callable[..., Caller], clock: FakeClock
) -> None:
    client = signed_in(endpoint=COMMUNE)
    page = client.get("/diem-cau")
    form = {name: hidden(page, name) for name in ("csrf_token", "form_id")}

    client.post(FORM, data={**form, "status": "present", "headcount": "5"})
    clock.advance(5000)
    client.post(FORM, data={**form, "status": "present", "headcount": "6"})

    assert effective(caller, COMMUNE)["headcount"]["total"] == 6  # type: ignore[index]
    assert check_ins(caller) == 2


def test_a_district_attests_its_communes_and_no_others(
    signed_in: Callable[..., FlaskClient], caller: Callable[..., Caller]
) -> None:
    client = signed_in(endpoint=ITS_DISTRICT)
    assert send(client, endpoint_code=COMMUNE, headcount="7").status_code == 303
    assert send(client, endpoint_code=SIBLING, headcount="7").status_code == 403
    assert effective(caller, COMMUNE)["source"] == "district"  # type: ignore[index]
    fragment = client.get("/diem-cau/cap-xa").text
    assert "<b>1/22</b> có mặt" in fragment
    assert "Có mặt, 7 đại biểu (cấp huyện báo thay)" in fragment
    assert "<html" not in fragment


def test_a_commune_sees_no_other_rooms(signed_in: Callable[..., FlaskClient]) -> None:
    text = signed_in(endpoint=COMMUNE).get("/diem-cau").text
    assert 'data-room="' not in text
    assert "Điểm cầu cấp xã" not in text


def test_a_form_without_its_token_is_refused(signed_in: Callable[..., FlaskClient]) -> None:
    client = signed_in(endpoint=COMMUNE)
    assert client.post(FORM, data={"status": "present"}).status_code == 400


def test_a_room_is_told_its_turn(signed_in: Callable[..., FlaskClient], caller: Callable[..., Caller]) -> None:
    client, mc = signed_in(endpoint=ITS_DISTRICT), caller("mc")
    papers = [item for item in mc.get("/running-order")["items"] if item["kind"] == "paper"]
    mine = next(item for item in papers if item["endpoint_code"] == ITS_DISTRICT)

    def phase() -> str:
        found = re.search(r'<body data-phase="(\w*)">', client.get("/diem-cau").text)
        assert found is not None
        return found.group(1)

    assert phase() == "later"
    mc.command("move", {"item_id": mine["id"], "position": 1})
    assert phase() == "next"
    mc.command("start", {"item_id": mine["id"]})
    assert phase() == "speaking"
    mc.command("finish")
    assert phase() == ""


def test_the_latest_pin_there_is_leaves_every_page_whole(
    signed_in: Callable[..., FlaskClient], caller: Callable[..., Caller], client: FlaskClient
) -> None:
    fields = {"not_before_at_ms": FAR_FUTURE_AT_MS, "planned_ms": LONGEST_MS}
    assert caller("secretary").command("edit", {"item_id": "20", "fields": fields}).status_code == 200

    files = [f"/quan-tri/hoi-nghi/{demo.SLUG}/xuat/chuong-trinh.{form}" for form in ("csv", "xlsx", "ics")]
    mc = signed_in("mc")
    pages = ["/", "/man-chieu", "/man-chieu/chuong-trinh", "/dieu-hanh", "/dieu-hanh/bao-cao", "/dieu-hanh/don-lich"]
    assert {path: mc.get(path).status_code for path in (*pages, *files)} == dict.fromkeys((*pages, *files), 200)
    assert client.get("/man-chieu").status_code == 200
    later = {"item_id": "20", "fields": {"not_before_at_ms": FAR_FUTURE_AT_MS + 1}}
    assert caller("secretary").command("edit", later).status_code == 422
