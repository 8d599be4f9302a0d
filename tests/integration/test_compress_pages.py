"""Dồn lịch without a browser: the suggestion, the proposal, applying it, what stands in the way, bad input."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.models import Conference
from giaoban.services import Services
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, form_values, press, send

MINUTE_MS = 60_000
PAGE = "/dieu-hanh/don-lich"


@pytest.fixture
def late(signed_in: Browser, clock: FakeClock) -> FlaskClient:
    """The MC's browser, twelve minutes after the first item should have ended."""
    client = signed_in("mc")
    press(client, "start", version=0, item_id="1")
    clock.advance(42 * MINUTE_MS)
    return client


def planned(services: Services, conference: Conference) -> dict[str, int]:
    return {item["id"]: item["planned_ms"] for item in services.running_order.view(conference)["items"]}


def words(html: str) -> str:
    """The text that a person reads, without tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)))


def apply_form(html: str) -> dict[str, str]:
    """What the form with the button Áp dụng sends."""
    match = re.search(r'<form class="squeeze-apply".*?</form>', html, re.S)
    assert match is not None
    return form_values(match[0])


def test_a_late_order_is_suggested_what_would_have_to_give(late: FlaskClient) -> None:
    page = words(late.get("/dieu-hanh").text)

    assert "trễ 12 phút" in page
    assert "Kịp 11:50 nếu 14 tham luận còn 9'" in page
    assert "Dồn lịch" in page


def test_an_order_on_time_is_suggested_nothing(signed_in: Browser) -> None:
    assert "open-compress" not in signed_in("mc").get("/dieu-hanh").text


def test_the_proposal_is_a_page_of_its_own_and_is_applied_by_one_press_and_undone_by_one(
    late: FlaskClient, services: Services, conference: Conference
) -> None:
    before = planned(services, conference)
    page = late.get(PAGE)
    assert (page.status_code, "<html" in page.text) == (200, True)
    assert "Kết thúc 11:50 thay vì 12:02" in words(page.text)

    answer = late.post(PAGE, data=apply_form(page.text))

    assert (answer.status_code, answer.location) == (303, "/dieu-hanh")
    view = services.running_order.view(conference)
    assert view["forecast"]["offset_ms"] == 0
    assert "Dồn lịch: đổi thời lượng" in words(late.get("/dieu-hanh").text)
    press(late, "undo", version=view["version"])
    assert planned(services, conference) == before


def test_with_htmx_it_is_a_drawer_and_applying_brings_the_console_back(late: FlaskClient) -> None:
    drawer = late.get(PAGE, headers=HTMX)
    assert "<html" not in drawer.text
    assert drawer.text.lstrip().startswith('<div id="drawer"')

    answer = late.post(PAGE, data=apply_form(drawer.text), headers=HTMX)

    assert answer.headers["HX-Retarget"] == "#console"
    assert '<div id="drawer" hx-swap-oob="true"></div>' in answer.text


def test_the_fields_are_heeded_and_stay_as_typed(late: FlaskClient) -> None:
    page = late.get(PAGE, query_string={"ket_thuc": "11:55", "san_paper": "9:30", "san_8": "10"}).text
    values = form_values(page)

    assert (values["ket_thuc"], values["san_paper"], values["san_8"]) == ("11:55", "9:30", "10")
    assert "Kết thúc 11:55 thay vì 12:02" in words(page)
    assert re.search(r"09:30 10:00 09:\d\d", words(page))
    assert "10:00 10:00 10:00 –" in words(page)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ket_thuc": "trưa"}, "Kết thúc lúc: giờ ghi theo dạng 24 giờ"),
        ({"ket_thuc": "25:00"}, "Kết thúc lúc: giờ ghi theo dạng 24 giờ"),
        ({"ket_thuc": ""}, "Kết thúc lúc: giờ ghi theo dạng 24 giờ"),
        ({"san_paper": "năm"}, "Tham luận: mức ít nhất ghi bằng phút"),
        ({"san_break": "-5"}, "Giải lao: mức ít nhất ghi bằng phút"),
        ({"san_6": "5:75"}, "mức ít nhất ghi bằng phút"),
    ],
)
def test_bad_fields_are_named_stay_as_typed_and_change_nothing(
    late: FlaskClient, services: Services, conference: Conference, typed: dict[str, str], sentence: str
) -> None:
    good = apply_form(late.get(PAGE).text)
    for answer in (late.get(PAGE, query_string=typed), late.post(PAGE, data={**good, **typed})):
        assert answer.status_code == 422
        assert sentence in words(answer.text)
        assert form_values(answer.text).items() >= {k: v for k, v in typed.items() if v}.items()
    assert services.running_order.view(conference)["version"] == 1


def test_what_is_stale_is_counted_anew_and_said(late: FlaskClient, services: Services, conference: Conference) -> None:
    shown = apply_form(late.get(PAGE).text)
    press(late, "skip", version=1, item_id="20")

    answer = late.post(PAGE, data=shown, headers=HTMX)

    assert answer.status_code == 409
    assert "Chương trình vừa đổi nên phương án đã được tính lại" in words(answer.text)
    assert apply_form(answer.text)["expected_version"] == "2"
    assert services.running_order.view(conference)["version"] == 2


def test_what_does_not_fit_says_by_how_much_and_skipping_makes_it_fit(
    late: FlaskClient, services: Services, conference: Conference
) -> None:
    page = late.get(PAGE, query_string={"ket_thuc": "10:15"})
    assert "Không kịp 10:15. Rút hết đến mức ít nhất vẫn thiếu" in words(page.text)
    assert "squeeze-apply" not in page.text

    answer = page
    while (skip := re.search(r'<form method="post" action="[^"]*bo-qua".*?</form>', answer.text, re.S)) is not None:
        answer = late.post(f"{PAGE}/bo-qua", data=form_values(skip[0]), headers=HTMX)
        assert answer.status_code == 200

    assert "Kết thúc 10:15" in words(answer.text)
    skipped = [item["id"] for item in services.running_order.view(conference)["items"] if item["state"] == "skipped"]
    assert skipped
    assert late.post(PAGE, data=apply_form(answer.text)).status_code == 303
    assert services.running_order.view(conference)["forecast"]["expected_end_at_ms"] <= end_of(conference, 165)


def end_of(conference: Conference, minutes: int) -> int:
    return conference.starts_at_ms + minutes * MINUTE_MS


def test_skipping_without_scripts_leads_back_to_the_proposal(late: FlaskClient) -> None:
    fields: dict[str, Any] = {"command_id": str(uuid4()), "expected_version": 1, "item_id": "20", "ket_thuc": "10:15"}

    answer: TestResponse = send(late, f"{PAGE}/bo-qua", **fields)

    assert answer.status_code == 303
    assert answer.location is not None
    assert "ket_thuc=10:15" in unescape(answer.location).replace("%3A", ":")


def test_what_is_in_time_has_nothing_to_apply(signed_in: Browser) -> None:
    page = signed_in("secretary").get(PAGE)

    assert "Đã kịp 11:50." in words(page.text)
    assert "squeeze-apply" not in page.text


def test_with_nothing_left_there_is_nothing_to_squeeze(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("mc")
    for version, item in enumerate(services.running_order.view(conference)["items"]):
        press(client, "skip", version=version, item_id=item["id"])

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Không còn mục nào chờ để dồn." in words(page.text)
    assert client.get("/dieu-hanh").status_code == 200


# ---- the rows of the console


def test_a_row_shows_planned_expected_and_real_times(late: FlaskClient, clock: FakeClock) -> None:
    page = late.get("/dieu-hanh").text
    assert row(page, "1").startswith("07:30 đến – 08:12 KH 07:30")
    assert "<s>07:30</s>" in page
    assert row(page, "2").startswith("08:12 đến – 08:22 KH 08:00")

    press(late, "next", version=1)
    clock.advance(5 * MINUTE_MS)
    page = late.get("/dieu-hanh").text

    assert row(page, "1").startswith("07:30 đến – 08:12")
    assert "42' +12" in row(page, "1")
    assert row(page, "2").startswith("08:12 đến – 08:22 KH 08:00")
    assert "<s>08:00</s>" in page


def test_a_row_says_what_is_pinned_skipped_and_shortened(
    late: FlaskClient, services: Services, conference: Conference
) -> None:
    items = services.running_order.view(conference)["items"]
    pause = next(item["id"] for item in items if item["kind"] == "break")
    edit(late, 1, pause, min="5")
    edit(late, 2, "20", not_before="11:30")
    press(late, "skip", version=3, item_id="19")

    page = late.get("/dieu-hanh").text

    assert "rút ngắn còn 5 phút" in row(page, pause)
    assert "không sớm hơn 11:30" in row(page, "20")
    assert row(page, "19").startswith("Bỏ qua")


def edit(client: FlaskClient, version: int, item_id: str, **changed: str) -> None:
    form = client.get(f"/dieu-hanh/muc/{item_id}/sua").text
    typed = {**form_values(form), **changed}
    kind = re.search(r'<option value="([a-z_]+)" selected', form)
    title = re.search(r'name="title"[^>]*>([^<]*)</textarea>', form)
    assert kind is not None
    assert title is not None
    typed |= {"kind": kind[1], "title": unescape(title[1]), "expected_version": str(version)}
    assert client.post("/dieu-hanh/lenh/edit", data=typed).status_code == 303


def row(page: str, item_id: str) -> str:
    """What a row says, in one line."""
    match = re.search(rf'id="row-{item_id}".*?(?=<div class="row |</details>|<div class="forecast)', page, re.S)
    assert match is not None
    return words(match[0].partition(">")[2]).strip()
