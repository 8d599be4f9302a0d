"""The console without a browser: presses and items as forms and as fragments, refusals that say what happened."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from giaoban.models import Conference
from giaoban.services import Services
from tests.conftest import DISTRICT
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.forms import HTMX, Browser, form_values, press, send

MINUTE_MS = 60_000


def test_a_press_without_scripts_is_done_and_leads_back(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    answer = press(signed_in("mc"), "start", version=0, item_id="1")

    assert (answer.status_code, answer.location) == (303, "/dieu-hanh")
    assert services.running_order.view(conference)["live"]["item_id"] == "1"


def test_a_press_with_htmx_brings_the_console_back(signed_in: Browser) -> None:
    answer = press(signed_in("mc"), "start", version=0, item_id="1", headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.count('id="console"') == 1
    assert "HX-Request" in answer.headers["Vary"]


def test_the_go_button_says_what_comes(signed_in: Browser, clock: FakeClock) -> None:
    client = signed_in("mc")
    labels = []
    for version, name in enumerate(("start", "next", "finish")):
        labels.append(go_label(client))
        press(client, name, version=version, **({"item_id": "1"} if name == "start" else {}))
        clock.advance(MINUTE_MS)
    labels.append(go_label(client))

    assert labels == [
        "Bắt đầu: Kiểm tra đường truyền, điểm danh các điểm cầu",
        "Tiếp theo: Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu",
        "Tiếp theo: Phát biểu khai mạc",
        "Bắt đầu: Phát biểu khai mạc",
    ]


def go_label(client: FlaskClient) -> str:
    match = re.search(r"go__t[^>]*><b[^>]*data-label>([^<]*)", client.get("/dieu-hanh").text)
    assert match is not None
    return unescape(match[1])


def test_the_last_item_is_ended_by_the_go_button(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("mc")
    *others, last = [item["id"] for item in services.running_order.view(conference)["items"]]
    press(client, "start", version=0, item_id=last)
    for version, item_id in enumerate(others, start=1):
        press(client, "skip", version=version, item_id=item_id)

    assert go_label(client) == "Kết thúc Hội nghị"

    press(client, "finish", version=len(others) + 1)

    assert "Hội nghị đã kết thúc" in client.get("/dieu-hanh").text
    assert 'id="press-go"' not in client.get("/dieu-hanh").text


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_stale_press_does_nothing_and_says_what_happened(signed_in: Browser, headers: Any) -> None:
    press(signed_in("admin"), "start", version=0, item_id="1")

    answer = press(signed_in("mc"), "skip", version=0, item_id="2", headers=headers)

    assert answer.status_code == 409
    assert ("<html" in answer.text) is (headers is None)
    assert "“Bỏ qua” chưa được thực hiện, vì chương trình vừa đổi" in unescape(answer.text)
    assert "Bắt đầu Kiểm tra đường truyền, điểm danh các điểm cầu, lúc 07:30, admin (Quản trị)" in answer.text
    assert form_values(answer.text)["expected_version"] == "1"
    assert 'id="row-2" data-item-state="pending"' in answer.text


def test_a_press_that_is_not_legal_says_why(signed_in: Browser) -> None:
    answer = press(signed_in("mc"), "pause", version=0, headers=HTMX)

    assert answer.status_code == 409
    assert "Chưa có mục nào đang diễn ra." in answer.text


def test_the_same_form_sent_twice_acts_once(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("mc")
    same = {"command_id": str(uuid4()), "expected_version": 0, "item_id": "1"}

    answers = [send(client, "/dieu-hanh/lenh/start", **same).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert services.running_order.view(conference)["version"] == 1


def test_planned_and_expected_times_stand_side_by_side(signed_in: Browser, clock: FakeClock) -> None:
    client = signed_in("mc")
    press(client, "start", version=0, item_id="1")
    clock.advance(42 * MINUTE_MS)
    press(client, "next", version=1)

    page = client.get("/dieu-hanh").text
    row = page[page.index('id="row-3"') : page.index('id="row-4"')]

    assert ">08:22<" in row
    assert "KH 08:10" in row
    assert ">+12<" in row
    assert "trễ 12 phút" in page


def test_a_message_that_is_too_long_stays_in_its_field(signed_in: Browser) -> None:
    text = "Mời kết luận. " * 30

    answer = press(signed_in("mc"), "set_message", version=0, text=text, to="all", headers=HTMX)

    assert answer.status_code == 422
    assert "không quá 300 ký tự" in answer.text
    assert form_values(answer.text)["text"] == text


def test_a_message_to_everybody_is_shown_until_it_is_taken_back(signed_in: Browser) -> None:
    client = signed_in("secretary")
    press(client, "set_message", version=0, text="Nghỉ 5 phút", to="all")

    assert "“Nghỉ 5 phút”</p>" in client.get("/dieu-hanh").text

    press(client, "set_message", version=1, text="", to="all")

    assert "“Nghỉ 5 phút”</p>" not in client.get("/dieu-hanh").text


def test_an_unknown_command_is_not_found(signed_in: Browser) -> None:
    assert press(signed_in("mc"), "dance", version=0).status_code == 404


# ---- items


def test_an_item_is_inserted_from_the_form(signed_in: Browser, services: Services, conference: Conference) -> None:
    answer = press(
        signed_in("secretary"),
        "insert",
        version=0,
        position=2,
        kind="report",
        title="Báo cáo bổ sung",
        speaker="Ban Pháp chế HĐND tỉnh",
        endpoint_code=DISTRICT,
        planned="7:30",
        not_before="09:55",
    )

    assert answer.status_code == 303
    item = services.running_order.view(conference)["items"][1]
    assert (item["title"], item["planned_ms"]) == ("Báo cáo bổ sung", 450_000)
    assert item["not_before_at_ms"] == OPENING_AT_MS + 145 * MINUTE_MS


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Tên mục dài từ 1 đến 300 ký tự."),
        ("title", "ấ" * 301, "Tên mục dài từ 1 đến 300 ký tự."),
        ("planned", "mười", "Thời lượng ghi bằng phút"),
        ("planned", "0", "Thời lượng phải từ 1 giây đến 24 giờ."),
        ("not_before", "25:00", "Giờ ghi theo dạng 24 giờ"),
        ("kind", "speech", "Loại mục không có trong danh sách."),
        ("endpoint_code", "99999", "Không có điểm cầu mang mã 99999."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_wrong_item_comes_back_with_what_was_typed(
    signed_in: Browser, headers: Any, field: str, value: str, sentence: str
) -> None:
    typed = {"kind": "report", "title": "Nội dung", "speaker": "Ban Dân tộc", "planned": "12", field: value}

    answer = press(signed_in("mc"), "insert", version=0, position=3, headers=headers, **typed)

    assert answer.status_code == 422
    assert ("<html" in answer.text) is (headers is None)
    assert sentence in answer.text
    values = form_values(answer.text)
    assert values["speaker"] == "Ban Dân tộc"
    assert values["planned"] == typed["planned"]
    assert f">{typed['title']}</textarea>" in answer.text


def test_only_what_was_changed_is_edited(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("secretary")
    shown = form_values(client.get("/dieu-hanh/muc/6/sua").text)
    before = services.running_order.view(conference)["items"][5]

    press(
        client,
        "edit",
        version=0,
        **{**shown, "planned": "9"},
        kind="paper",
        title=before["title"],
        endpoint_code=DISTRICT,
    )

    line = services.running_order.recent_commands(conference, 1)[0]
    assert line["data"]["events"][0]["fields"] == {"planned_ms": 540_000}
