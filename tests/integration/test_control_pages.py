"""Control on the console without a browser: who holds it is shown, buttons are locked, each press is a form; and who
else is editing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.models import Conference
from giaoban.realtime import events
from giaoban.services import Services
from tests.conftest import Caller
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, press, send
from tests.integration.test_live import Join, received
from tests.integration.test_live import join as join


def hand(client: FlaskClient, action: str, headers: Any = None, **fields: Any) -> TestResponse:
    """Press one of the buttons beside who holds control."""
    return send(client, f"/dieu-hanh/quyen/{action}", headers=headers, **fields)


def shown(client: FlaskClient) -> str:
    """What the head of the console says of control, without its marks."""
    found = re.search(r'<div class="ctrl.*?</div>', client.get("/dieu-hanh").text, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_taking_control_is_one_press(signed_in: Browser, headers: Any) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    assert shown(lan) == "Chưa ai giữ quyền điều hành Nhận quyền"

    answer = hand(lan, "take", headers)

    assert answer.status_code == (200 if headers else 303)
    assert "Quý vị đang giữ quyền điều hành" in shown(lan)
    assert re.fullmatch(r"Quyền điều hành: mc , từ 07:30 Xin quyền Tiếp quản", shown(nam))


def test_a_fragment_brings_the_head_of_the_console_along(signed_in: Browser) -> None:
    lan = signed_in("mc")

    assert 'id="control"' in lan.get("/dieu-hanh", headers=HTMX).text
    assert lan.get("/dieu-hanh", headers=HTMX).text.count('hx-swap-oob="true"') == 1
    assert lan.get("/dieu-hanh").text.count('id="control"') == 1
    assert "hx-swap-oob" not in lan.get("/dieu-hanh").text


def test_buttons_that_run_the_conference_are_locked_with_the_reason_and_edits_stay_open(signed_in: Browser) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    press(lan, "start", version=0, item_id="1")
    hand(lan, "take")

    page = nam.get("/dieu-hanh?sua=1").text

    assert "mc đang giữ quyền điều hành" in page
    assert 'id="press-go"' not in page
    for locked in (
        "press-plus",
        "press-minus",
        "press-pause",
        "press-finish",
        "press-undo",
        "scene-auto",
        "scene-maket",
    ):
        assert re.search(rf'id="{locked}"[^>]* disabled', page), locked
    assert not re.search(r'action="/dieu-hanh/lenh/(start|next)', page)
    assert 'id="press-go"' in lan.get("/dieu-hanh").text
    assert press(nam, "skip", version=1, item_id="5").status_code == 303


def test_a_press_that_came_too_late_is_told_who_holds_control(signed_in: Browser) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    hand(lan, "take")

    answer = press(nam, "start", version=0, item_id="1", headers=HTMX)

    assert answer.status_code == 409
    assert "“Bắt đầu” chưa được thực hiện. mc (Điều hành) đang giữ quyền điều hành." in answer.text


def test_asking_and_answering(signed_in: Browser) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    hand(lan, "take")
    hand(nam, "ask")
    assert shown(lan) == "admin xin quyền điều hành Chuyển quyền Từ chối"
    assert "đang chờ trả lời" in shown(nam)

    hand(lan, "refuse")
    assert "chưa chuyển quyền" in shown(nam)
    hand(nam, "ask")
    hand(lan, "give")

    assert "Quý vị đang giữ quyền điều hành" in shown(nam)


def test_nobody_is_left_to_hand_over_to(signed_in: Browser) -> None:
    lan = signed_in("mc")
    hand(lan, "take")

    answer = hand(lan, "give", HTMX)

    assert answer.status_code == 409
    assert "Không còn ai đang xin quyền điều hành." in answer.text


def test_taking_over_gives_the_usual_reason_unless_another_is_typed(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    hand(lan, "take")
    form = nam.get("/dieu-hanh/quyen/tiep-quan").text
    assert 'value="Máy điều hành gặp sự cố"' in form
    assert "<html" in form
    asked = nam.get("/dieu-hanh/quyen/tiep-quan", headers={**HTMX, "HX-Target": "drawer"})
    assert "HX-Retarget" not in asked.headers

    refused = hand(nam, "take", HTMX, reason=" ")
    assert refused.status_code == 422
    assert refused.headers["HX-Retarget"] == "#drawer"
    assert "Xin ghi lý do tiếp quản" in refused.text

    assert hand(nam, "take", reason="Máy điều hành gặp sự cố").status_code == 303
    hand(lan, "take", usual="Chủ tọa yêu cầu", reason="Máy điều hành gặp sự cố")

    reasons = [line["data"]["reason"] for line in services.running_order.log(conference, 0)[-2:]]
    assert reasons == ["Máy điều hành gặp sự cố", "Chủ tọa yêu cầu"]


def test_taking_what_somebody_else_has_just_taken_asks_for_the_reason(signed_in: Browser) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    hand(lan, "take")

    answer = hand(nam, "take")

    assert answer.status_code == 422
    assert "mc đang giữ quyền điều hành. Xin ghi lý do tiếp quản." in answer.text


def test_a_holder_who_has_gone_is_no_longer_shown(signed_in: Browser, clock: FakeClock) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    hand(lan, "take")
    clock.advance(30_000)

    assert shown(nam) == "Chưa ai giữ quyền điều hành Nhận quyền"
    assert press(nam, "start", version=0, item_id="1").status_code == 303


def test_a_page_without_scripts_that_loads_itself_again_keeps_its_hold(signed_in: Browser, clock: FakeClock) -> None:
    lan = signed_in("mc")
    hand(lan, "take")
    for _ in range(4):
        clock.advance(15_000)
        assert "Quý vị đang giữ quyền điều hành" in shown(lan)


def test_the_secretary_sees_who_holds_control_and_has_no_button(signed_in: Browser) -> None:
    hand(signed_in("mc"), "take")

    assert shown(signed_in("secretary")) == "Quyền điều hành: mc , từ 07:30"
    assert hand(signed_in("secretary"), "take").status_code == 403


def test_the_log_page_tells_who_had_control(signed_in: Browser) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    hand(lan, "take")
    press(lan, "start", version=0, item_id="1")
    hand(nam, "take", reason="Máy hỏng")

    page = nam.get("/dieu-hanh/nhat-ky").text

    words = re.findall(r"<td>([^<]*quyền điều hành[^<]*|Bắt đầu[^<]*)</td>", page)
    assert [text.split(" Kiểm")[0] for text in words] == [
        "admin tiếp quản quyền điều hành từ mc (Máy hỏng)",
        "Bắt đầu",
        "mc nhận quyền điều hành",
    ]


def test_what_is_no_action_is_no_address(signed_in: Browser) -> None:
    assert hand(signed_in("mc"), "keep").status_code == 404
    assert hand(signed_in("mc"), "grab").status_code == 404


# ---- who edits what


def edits(client: FlaskClient, item_id: str, **fields: Any) -> str:
    answer = send(client, f"/dieu-hanh/muc/{item_id}/dang-sua", **fields)
    assert answer.status_code == 200
    return answer.text


def on_rows(client: FlaskClient) -> list[str]:
    page = client.get("/dieu-hanh").text
    return re.findall(r'row__who">.*?</svg>([^<]+)<', page, re.S)


def test_whoever_opens_an_item_is_shown_to_the_others(signed_in: Browser) -> None:
    lan, hoa = signed_in("mc"), signed_in("secretary")

    hoa.get("/dieu-hanh/muc/5/sua")

    assert on_rows(lan) == ["secretary đang sửa"]
    assert on_rows(hoa) == []
    assert "secretary cũng đang sửa mục này, từ 07:30." in lan.get("/dieu-hanh/muc/5/sua", headers=HTMX).text
    assert edits(hoa, "5", open="1") == "mc cũng đang sửa mục này, từ 07:30."


def test_a_form_that_was_closed_or_saved_is_shown_no_longer(signed_in: Browser) -> None:
    lan, hoa = signed_in("mc"), signed_in("secretary")
    for item_id in ("5", "6"):
        hoa.get(f"/dieu-hanh/muc/{item_id}/sua")
    assert len(on_rows(lan)) == 2

    edits(hoa, "5", open="0")
    assert on_rows(lan) == ["secretary đang sửa"]
    press(hoa, "edit", version=0, item_id="6", title="Khác")

    assert on_rows(lan) == []


def test_a_form_whose_page_is_silent_is_shown_no_longer(signed_in: Browser, clock: FakeClock) -> None:
    lan, hoa = signed_in("mc"), signed_in("secretary")
    hoa.get("/dieu-hanh/muc/5/sua")
    clock.advance(29_999)
    edits(hoa, "5", open="1")
    clock.advance(29_999)
    assert on_rows(lan) == ["secretary đang sửa"]
    clock.advance(1)

    assert on_rows(lan) == []


def test_signing_out_closes_the_forms(signed_in: Browser) -> None:
    lan, hoa = signed_in("mc"), signed_in("secretary")
    hoa.get("/dieu-hanh/muc/5/sua")

    send(hoa, "/dang-xuat")

    assert on_rows(lan) == []


def test_who_edits_is_told_to_the_consoles_once_and_leaves_no_line(
    app: Flask, caller: Callable[..., Caller], signed_in: Browser, join: Join, clock: FakeClock
) -> None:
    hoa, console = signed_in("secretary"), join(caller("mc"))
    lines = len(caller("mc").get("/log"))

    hoa.get("/dieu-hanh/muc/5/sua")
    assert received(console, events.CONSOLE_CHANGED) == [{}]
    edits(hoa, "5", open="1")
    assert received(console, events.CONSOLE_CHANGED) == []
    clock.advance(30_000)
    app.extensions["giaoban.live"].watcher.look()

    assert received(console, events.CONSOLE_CHANGED) == [{}]
    assert len(caller("mc").get("/log")) == lines


def test_an_item_that_is_not_there_is_edited_by_nobody(signed_in: Browser) -> None:
    assert send(signed_in("mc"), "/dieu-hanh/muc/nothing/dang-sua", open="1").status_code == 404
