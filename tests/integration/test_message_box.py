"""The console's message box without a browser: whom a form means, for how long, and who has read it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import COMMUNE, Caller
from tests.integration.forms import HTMX, Browser, form_values, press, send

Make = Callable[..., Caller]


def said(api: Caller) -> list[tuple[str, str]]:
    """(to, text) of every message in the log."""
    events = [line["data"]["events"][0] for line in api.get("/log?after=0") if line["kind"] == "set_message"]
    return [(event["to"], event["text"]) for event in events]


@pytest.fixture
def mc(signed_in: Browser) -> FlaskClient:
    return signed_in("mc")


@pytest.mark.parametrize("typed", ["Xã Cao Minh, huyện Tràng Định", "cao minh", "  CAO   minh ", COMMUNE])
def test_a_room_is_found_by_name_without_diacritics_or_by_code(mc: FlaskClient, caller: Make, typed: str) -> None:
    answer = press(mc, "set_message", version=0, to="room", room=typed, text="Xin bật mic", headers=HTMX)
    assert answer.status_code == 200
    assert said(caller("mc")) == [(COMMUNE, "Xin bật mic")]
    assert "Xã Cao Minh, huyện Tràng Định</b>" in answer.text
    assert "Chưa xác nhận" in answer.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Xin chọn điểm cầu"), ("khong co", "Không có điểm cầu nào"), ("chi lang", "Xin ghi rõ hơn")],
)
def test_a_room_that_is_not_clear_is_asked_for_and_nothing_typed_is_lost(
    mc: FlaskClient, caller: Make, typed: str, told: str
) -> None:
    answer = press(
        mc, "set_message", version=0, to="room", room=typed, text="Xin bật mic", for_ms="60000", headers=HTMX
    )
    assert answer.status_code == 422
    assert told in answer.text
    values = form_values(answer.text)
    assert (values["room"], values["text"]) == (typed, "Xin bật mic") if typed else values["text"] == "Xin bật mic"
    assert '<option value="60000" selected>' in answer.text
    assert 'id="say-to-room" checked' in answer.text
    assert said(caller("mc")) == []


def test_a_usual_text_is_sent_by_its_button_whatever_stands_in_the_field(mc: FlaskClient, caller: Make) -> None:
    press(mc, "set_message", version=0, to="speaker", quick="Còn 2 phút", text="nửa câu", room="", for_ms="")
    assert said(caller("mc")) == [("speaker", "Còn 2 phút")]


def test_how_long_is_shown_and_its_end(mc: FlaskClient, caller: Make) -> None:
    page = press(mc, "set_message", version=0, to="all", text="Nghỉ", for_ms="300000", headers=HTMX).text
    assert ", đến 07:35" in page
    assert press(mc, "set_message", version=1, to="all", text="Nghỉ", for_ms="1", headers=HTMX).status_code == 422


def test_who_has_read_it_stands_beside_it(mc: FlaskClient, signed_in: Browser, caller: Make) -> None:
    press(mc, "set_message", version=0, to=COMMUNE, text="Xin bật mic")
    press(mc, "set_message", version=1, to="all", text="Xin ổn định")
    room = signed_in(endpoint=COMMUNE)
    for message in caller(endpoint=COMMUNE).get("/messages"):
        fields = {"to": message["to"], "at_ms": message["at_ms"], "back": "diem-cau"}
        answer = send(room, "/phat-bieu/da-ro", "/diem-cau", **fields)
        assert answer.status_code == 303
        assert answer.location == "/diem-cau"
    assert "Đã xác nhận lúc 07:30" in room.get("/diem-cau").text
    page = mc.get("/dieu-hanh").text
    assert "Đã nhận lúc 07:30" in page
    assert "Đã nhận 1/211 điểm cầu" in page


def test_what_was_taken_back_meanwhile_leads_back_to_the_page(signed_in: Browser) -> None:
    room = signed_in(endpoint=COMMUNE)
    answer = send(room, "/phat-bieu/da-ro", "/diem-cau", to=COMMUNE, at_ms="1", back="phat-bieu")
    assert answer.status_code == 303
    assert answer.location == "/phat-bieu"


def test_a_secretary_sends_and_a_technician_has_no_box(signed_in: Browser) -> None:
    assert press(signed_in("secretary"), "set_message", version=0, to="all", text="Nghỉ").status_code == 303
    assert signed_in("technician").get("/dieu-hanh").status_code == 403
