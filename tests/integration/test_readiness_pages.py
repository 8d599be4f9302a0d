"""The readiness gate on the working pages: what the MC sees, the swap in one press, answers taken by telephone."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from giaoban.domain.readiness import SWAP_REASON
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import Identity
from giaoban.services.proof import prove
from giaoban.services.report_json import report_json
from tests.conftest import identity_of
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, form_values, press, send

FIRST, SECOND, THIRD = "6", "7", "8"  # papers of the demo, once the items before them are over


@pytest.fixture
def mc(signed_in: Browser) -> FlaskClient:
    """An MC who has a report on; the next two are papers."""
    client = signed_in("mc")
    press(client, "start", version=0, item_id="5")
    for number, item_id in enumerate(("1", "2", "3", "4"), 1):
        press(client, "skip", version=number, item_id=item_id)
    return client


def room_of(services: Services, conference: Conference, item_id: str) -> str:
    item = services.running_order.load(conference).item(item_id)
    assert item is not None
    assert item.endpoint_code is not None
    return item.endpoint_code


def says(
    services: Services, conference: Conference, item_id: str, status: str, reason: str | None = None, who: Any = None
) -> None:
    body = {
        "readiness_id": str(uuid4()),
        "item_id": item_id,
        "status": status,
        "reason": reason,
        "happened_at_ms": services.clock.now_ms(),
    }
    code = room_of(services, conference, item_id)
    services.readiness.answer(conference.slug, code, body, who or secretary(services))


def secretary(services: Services) -> Identity:
    return identity_of(services, "secretary")


def cards(client: FlaskClient) -> list[str]:
    """The text of the cards of the next two items, without markup."""
    html = client.get("/dieu-hanh").text
    part = html[html.index("Hai mục kế tiếp") : html.index("card--tally")]
    texts = re.split(r'<div class="ready(?: ready--bad)?"', part)[1:]
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split()) for text in texts]


def order(services: Services, conference: Conference) -> list[str]:
    return [item.id for item in services.running_order.load(conference).pending]


def test_the_mc_sees_what_the_next_two_rooms_answer(
    mc: FlaskClient, services: Services, conference: Conference, clock: FakeClock
) -> None:
    assert ["Đã hỏi, chưa trả lời" in card for card in cards(mc)] == [True, True]
    says(services, conference, FIRST, "not_ready", "Camera")
    says(services, conference, SECOND, "ready")
    first, second = cards(mc)
    assert "Chưa sẵn sàng: Camera, 07:30, theo điện thoại" in first
    assert "Sẵn sàng, 07:30, theo điện thoại" in second
    assert "Chưa kết nối" in first
    assert "Chưa điểm danh" in first
    clock.advance(30 * 60_000)
    assert ["Đã hỏi lại, chưa trả lời" in card for card in cards(mc)] == [True, True]


def swap_form(client: FlaskClient, item_id: str) -> dict[str, str]:
    """The fields of the form whose button swaps that item with the following one."""
    html = client.get("/dieu-hanh").text
    form = next(part for part in html.split("<form")[1:] if f'id="swap-{item_id}"' in part.split("</form>")[0])
    assert 'action="/dieu-hanh/lenh/move"' in form
    return form_values(form.split("</form>")[0])


@pytest.mark.parametrize("headers", [None, HTMX])
def test_one_press_swaps_a_room_that_is_not_ready_with_the_following_one_and_one_takes_it_back(
    mc: FlaskClient, services: Services, conference: Conference, headers: Any
) -> None:
    says(services, conference, FIRST, "not_ready", "Mic")
    form = swap_form(mc, FIRST)
    assert form["reason"] == SWAP_REASON
    answer = mc.post("/dieu-hanh/lenh/move", data=form, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert order(services, conference)[:3] == [SECOND, FIRST, THIRD]
    assert "Chưa sẵn sàng: Mic" in cards(mc)[1]
    assert "Đổi thứ tự" in mc.get("/dieu-hanh").text
    (line,) = [line for line in services.running_order.log(conference, 0) if line["kind"] == "move"]
    assert line["data"]["events"] == [
        {"type": "item_moved", "item_id": FIRST, "position": 7, "reason": SWAP_REASON},
    ]
    press(mc, "undo", version=line["version"])
    assert order(services, conference)[:3] == [FIRST, SECOND, THIRD]


def test_what_is_skipped_in_between_does_not_hinder_the_swap(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    press(mc, "skip", version=5, item_id=SECOND)
    mc.post("/dieu-hanh/lenh/move", data=swap_form(mc, FIRST))
    assert order(services, conference)[:2] == [THIRD, FIRST]


def test_the_swap_is_offered_unless_the_room_is_ready_and_there(
    mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser
) -> None:
    html = mc.get("/dieu-hanh").text
    assert f'id="swap-{FIRST}"' in html
    assert f'id="swap-{SECOND}"' in html
    says(services, conference, FIRST, "ready")
    assert f'id="swap-{FIRST}"' in mc.get("/dieu-hanh").text  # it has no line


def test_a_swap_of_what_somebody_has_moved_meanwhile_does_nothing(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    form = swap_form(mc, FIRST)
    press(mc, "move", version=5, item_id=THIRD, position=6)
    answer = mc.post("/dieu-hanh/lenh/move", data=form)
    assert answer.status_code == 409
    assert "“Đổi thứ tự” chưa được thực hiện" in answer.text
    assert order(services, conference)[:3] == [THIRD, FIRST, SECOND]


def test_who_holds_control_does_not_hinder_the_secretary_s_swap(
    mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser
) -> None:
    send(mc, "/dieu-hanh/quyen/take")
    other = signed_in("secretary")
    assert other.post("/dieu-hanh/lenh/move", data=swap_form(other, FIRST)).status_code == 303
    assert order(services, conference)[:2] == [SECOND, FIRST]


# ---- the reason


def test_the_reason_of_a_swap_is_reworded_and_the_report_tells_it(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    mc.post("/dieu-hanh/lenh/move", data=swap_form(mc, FIRST))
    seq = services.running_order.log(conference, 0)[-1]["seq"]
    form = mc.get(f"/dieu-hanh/qua-muc/{seq}").text
    assert "Lý do đổi thứ tự" in form
    send(mc, f"/dieu-hanh/qua-muc/{seq}", seen=SWAP_REASON, reason="Mất kết nối với điểm cầu")

    assert "(Mất kết nối với điểm cầu)" in mc.get("/dieu-hanh/nhat-ky").text
    report = report_json(services.reports.report(conference))
    (swap,) = next(item["swaps"] for item in report["items"] if item["id"] == FIRST)
    assert (swap["reason"], swap["first_reason"]) == ("Mất kết nối với điểm cầu", SWAP_REASON)
    assert "đổi thứ tự, mc (Điều hành): Mất kết nối với điểm cầu" in mc.get("/dieu-hanh/bao-cao").text
    prove(conference)


def test_an_empty_wording_is_the_usual_reason_of_a_swap(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    mc.post("/dieu-hanh/lenh/move", data={**swap_form(mc, FIRST), "reason": "Chủ tọa đề nghị đổi"})
    seq = services.running_order.log(conference, 0)[-1]["seq"]
    send(mc, f"/dieu-hanh/qua-muc/{seq}", seen="Chủ tọa đề nghị đổi", reason="", own_reason=" ")
    assert services.caps.press(conference, seq)[1].text == SWAP_REASON


def test_a_move_without_a_reason_has_none_to_reword(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    press(mc, "move", version=5, item_id=FIRST, position=7)
    line = services.running_order.log(conference, 0)[-1]
    assert line["data"]["events"] == [{"type": "item_moved", "item_id": FIRST, "position": 7}]
    assert mc.get(f"/dieu-hanh/qua-muc/{line['seq']}").status_code == 404
    prove(conference)


def test_a_reason_that_moved_an_item_is_none_for_its_time_once_it_is_on(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    mc.post("/dieu-hanh/lenh/move", data=swap_form(mc, SECOND))
    press(mc, "next", version=6, item_id=SECOND)
    assert 'class="btn btn--sm cap__e"' not in mc.get("/dieu-hanh").text


# ---- by telephone


@pytest.mark.parametrize("headers", [None, HTMX])
def test_an_answer_by_telephone_is_noted(
    mc: FlaskClient, services: Services, conference: Conference, headers: Any
) -> None:
    form = mc.get(f"/dieu-hanh/san-sang/{FIRST}", headers=headers)
    assert ("<html" in form.text) == (headers is None)
    sent = {**form_values(form.text), "status": "not_ready", "reason": "", "own_reason": "Mất điện"}
    answer = mc.post(f"/dieu-hanh/san-sang/{FIRST}", data=sent, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert "Chưa sẵn sàng: Mất điện, 07:30, theo điện thoại" in cards(mc)[0]


def test_a_double_click_notes_it_once_and_a_change_of_mind_again(
    mc: FlaskClient, services: Services, conference: Conference, clock: FakeClock
) -> None:
    form = form_values(mc.get(f"/dieu-hanh/san-sang/{FIRST}").text)
    for status in ("ready", "ready", "not_ready", "ready"):
        clock.advance(1_000)
        assert mc.post(f"/dieu-hanh/san-sang/{FIRST}", data={**form, "status": status}).status_code == 303
    lines = [line for line in services.running_order.log(conference, 0) if line["kind"] == "readiness"]
    assert [line["data"]["answer"]["status"] for line in lines] == ["ready", "not_ready", "ready"]


def test_what_is_wrong_comes_back_with_what_was_typed(mc: FlaskClient) -> None:
    form = form_values(mc.get(f"/dieu-hanh/san-sang/{FIRST}").text)
    sent = {**form, "status": "not_ready", "reason": "", "own_reason": "x" * 101}
    answer = mc.post(f"/dieu-hanh/san-sang/{FIRST}", data=sent)
    assert answer.status_code == 422
    assert "x" * 101 in answer.text
    assert mc.get("/dieu-hanh/san-sang/999").status_code == 404
    assert mc.get("/dieu-hanh/san-sang/1").status_code == 404


# ---- the small page


def test_the_small_page_has_a_short_sign(mc: FlaskClient, services: Services, conference: Conference) -> None:
    says(services, conference, SECOND, "ready")
    html = mc.get("/dieu-hanh/nho").text
    signs = re.findall(r'<span class="one-line">([^<]*)</span>', html[html.index("sm__ready") :])
    names = services.readiness.asked(conference)
    assert signs[:2] == [f"{names[0]['full_name']}: chưa trả lời", f"{names[1]['full_name']}: sẵn sàng"]


# ---- the room's own page


def answer_of(services: Services, conference: Conference) -> list[tuple[str, str | None, str]]:
    lines = [line for line in services.running_order.log(conference, 0) if line["kind"] == "readiness"]
    answers = [line["data"]["answer"] for line in lines]
    return [(answer["status"], answer["reason"], answer["source"]) for answer in answers]


def question(client: FlaskClient) -> str:
    """The part of the page that asks."""
    html = client.get("/diem-cau").text
    return html[html.index('id="readiness"') : html.index('id="attendance"')]


def asked_form(client: FlaskClient) -> dict[str, str]:
    return form_values(question(client).split("</form>")[0])


def test_a_room_is_asked_on_its_page_and_answers_without_scripts(
    mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser
) -> None:
    room = signed_in(endpoint=room_of(services, conference, FIRST))
    assert "Mic và camera đã sẵn sàng?" in question(room)
    assert "Tham luận 1/14, dự kiến mời lúc" in question(room)
    form = asked_form(room)
    assert form["status"] == "ready"
    for _ in range(2):
        assert room.post("/diem-cau/san-sang", data=form).status_code == 303
    assert answer_of(services, conference) == [("ready", None, "self")]
    assert "lúc 07:30" in question(room)
    sent = {**form, "status": "not_ready", "reason": "Camera"}
    assert room.post("/diem-cau/san-sang", data=sent).status_code == 303
    assert "Chưa sẵn sàng: Camera" in question(room)


def test_nobody_else_is_asked(mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser) -> None:
    assert "đã sẵn sàng?" not in question(signed_in(endpoint=room_of(services, conference, THIRD)))
    press(mc, "move", version=5, item_id=THIRD, position=6)
    assert "đã sẵn sàng?" in question(signed_in(endpoint=room_of(services, conference, THIRD)))
    assert "đã sẵn sàng?" not in question(signed_in(endpoint=room_of(services, conference, SECOND)))


def test_the_fragment_is_what_stands_in_the_page(
    mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser
) -> None:
    code = room_of(services, conference, FIRST)
    room = signed_in(endpoint=code)
    html = room.get("/diem-cau/san-sang").text
    assert "<html" not in html
    assert f'data-key="{FIRST}@{code}"' in html
    assert f'data-key="{FIRST}@{code}"' in question(room)
    assert f'data-rooms="{code} ' in html


def test_what_a_room_cannot_answer_comes_back_with_why_and_what_was_typed(
    mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser
) -> None:
    room = signed_in(endpoint=room_of(services, conference, FIRST))
    form = asked_form(room)
    typed = "x" * 101
    answer = room.post("/diem-cau/san-sang", data={**form, "status": "not_ready", "reason": typed})
    assert answer.status_code == 422
    assert typed in answer.text
    assert room.post("/diem-cau/san-sang", data={**form, "item_id": SECOND}).status_code == 409
    assert room.post("/diem-cau/san-sang", data={**form, "item_id": "999"}).status_code == 409
    other = room_of(services, conference, SECOND)
    assert room.post("/diem-cau/san-sang", data={**form, "endpoint_code": other}).status_code == 403
    assert answer_of(services, conference) == []


def test_an_answer_that_comes_when_the_part_has_begun_is_taken_quietly(
    mc: FlaskClient, services: Services, conference: Conference, signed_in: Browser
) -> None:
    room = signed_in(endpoint=room_of(services, conference, FIRST))
    form = asked_form(room)
    press(mc, "next", version=5)
    assert room.post("/diem-cau/san-sang", data=form).status_code == 303
    assert "đã sẵn sàng?" not in question(room)
