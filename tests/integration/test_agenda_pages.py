"""The agenda editor: its table, what it lists as broken, its presses, with and without scripts."""

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.integration.forms import HTMX, Browser, send

MINUTE_MS = 60_000
SLUG = "giao-ban-2022"
PAGE = f"/quan-tri/hoi-nghi/{SLUG}/chuong-trinh"
HERE = f"?hoi-nghi={SLUG}&soan=1"


@pytest.fixture
def draft(services: Services, conference: Conference) -> Conference:
    new = NewConference(SLUG, "Giao ban năm 2022", 1_669_336_200_000, (), draft=True)  # 25/11/2022 07:30
    return services.conferences.clone(conference, new, cli_identity("test"))


def do(client: FlaskClient, name: str, /, *, version: int = 0, htmx: bool = False, **fields: str) -> TestResponse:
    """Press something on the page of the draft's agenda."""
    sent = {"command_id": str(uuid4()), "expected_version": str(version), **fields}
    return send(client, f"/dieu-hanh/lenh/{name}{HERE}", PAGE, headers=HTMX if htmx else None, **sent)


def titles(services: Services, conference: Conference) -> list[str]:
    return [item["title"] for item in services.running_order.view(conference)["items"]]


def faults(page: str) -> list[str]:
    """The sentences above the table."""
    inside = re.findall(r'<div class="fault">.*?<p>(.*?)</p>', page, re.S)
    return [re.sub(r"<[^>]+>", "", words).strip() for words in inside]


@pytest.mark.usefixtures("draft")
def test_the_table_shows_the_computed_hours_numbers_and_units(signed_in: Browser) -> None:
    page = signed_in("secretary").get(PAGE).text

    rows = re.findall(r'<tr class="row".*?</tr>', page, re.S)
    cells = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]
    assert len(cells) == 23
    assert cells[0][1:5] == ["", "07:30", "30", "Kiểm tra kỹ thuật"]
    assert cells[5][1:6] == ["5", "08:45", "10", "Tham luận", "Huyện Bắc Sơn"]
    assert cells[11][1:5] == ["", "09:45", "10", "Giải lao"]
    assert "23 mục, 07:30 đến 11:50, dài 4 giờ 20 phút" in page
    assert faults(page) == []


@pytest.mark.usefixtures("draft")
def test_a_press_without_scripts_comes_back_to_the_page(signed_in: Browser) -> None:
    assert do(signed_in("secretary"), "skip", item_id="7").location == PAGE


def test_a_press_with_htmx_brings_the_table_back(
    signed_in: Browser, services: Services, draft: Conference, conference: Conference
) -> None:
    answer = do(signed_in("secretary"), "move", htmx=True, item_id="7", before="end")

    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#console"
    assert 'class="tbl"' in answer.text
    assert "<html" not in answer.text
    assert titles(services, draft)[-1] == titles(services, conference)[6]
    assert services.running_order.view(conference)["version"] == 0


@pytest.mark.usefixtures("draft")
def test_the_forms_of_an_item_belong_to_this_page(signed_in: Browser) -> None:
    client = signed_in("secretary")
    page = client.get(PAGE).text
    for path in re.findall(r'hx-get="(/dieu-hanh/muc[^"]*)"', page)[:2]:
        form = client.get(path.replace("&amp;", "&"), headers=HTMX).text
        assert f'href="{PAGE}" data-close-drawer' in form
        action = re.search(r'action="([^"]+)"', form)
        assert action is not None
        assert action[1].replace("&amp;", "&").endswith(HERE)


@pytest.mark.usefixtures("draft")
def test_a_paper_over_its_cap_is_listed_boxed_and_put_right_in_one_press(signed_in: Browser) -> None:
    client = signed_in("secretary")
    do(client, "edit", item_id="11", planned="12")
    page = client.get(PAGE).text

    assert faults(page) == ["1 điểm cần xem lại: “Huyện Cao Lộc” dài hơn mức tối đa 10 phút là 2 phút."]
    assert re.search(r'id="row-11".*?class="wrong" title="tối đa 10 phút"', page, re.S)
    form = re.search(r'<div class="fault">.*?(<form.*?</form>)', page, re.S)
    assert form is not None
    hidden = dict(re.findall(r'name="(item_id|planned)" value="([^"]*)"', form[1]))
    answer = do(client, "edit", version=1, htmx=True, **hidden)
    assert answer.status_code == 200
    assert faults(answer.text) == []


@pytest.mark.usefixtures("draft")
def test_gaps_lost_breaks_and_a_late_end_are_listed(signed_in: Browser) -> None:
    client = signed_in("secretary")
    do(client, "edit", item_id="12", not_before="10:00")
    do(client, "edit", version=1, item_id="20", endpoint_code="")
    page = client.get(PAGE).text

    assert faults(page) == [
        "3 điểm cần xem lại: Trước “Giải lao” trống 15 phút, vì mục này hẹn không sớm hơn 10:00.",
        "Tham luận “Xã Cao Minh, huyện Tràng Định” chưa gắn điểm cầu.",
        "Chương trình kết thúc sau 12:00, quá 5 phút.",
    ]
    do(client, "remove", version=2, item_id="12")
    later = client.get(PAGE).text
    assert any("đã ngồi quá 2 giờ chưa giải lao" in words for words in faults(later))
    found = re.search(r'<form[^>]*action="([^"]*/insert[^"]*)".*?</form>', later, re.S)
    assert found is not None
    hidden = dict(re.findall(r'name="(before|kind|planned|title)" value="([^"]*)"', found[0]))
    assert do(client, "insert", version=3, **hidden).status_code == 303
    assert "chưa giải lao" not in client.get(PAGE).text


def test_one_rule_broken_many_times_is_one_line_and_one_remedy(
    signed_in: Browser, services: Services, draft: Conference
) -> None:
    client = signed_in("secretary")
    for version, item_id in enumerate(("6", "7", "8", "9")):
        do(client, "edit", version=version, item_id=item_id, planned="11")
    page = client.get(PAGE).text
    assert faults(page)[0].startswith("4 điểm cần xem lại: 4 mục dài hơn mức tối đa: Huyện Bắc Sơn, ")

    where = f"{PAGE}/thoi-luong/over_cap"
    answer = send(client, where, PAGE, command_id=str(uuid4()), expected_version="4")

    assert answer.location == PAGE
    assert {item["planned_ms"] for item in services.running_order.view(draft)["items"][5:9]} == {10 * MINUTE_MS}
    assert services.running_order.view(draft)["version"] == 5
    again = send(client, where, PAGE, headers=HTMX, command_id=str(uuid4()), expected_version="5")
    assert again.status_code == 409
    assert 'class="tbl"' in again.text


@pytest.mark.usefixtures("draft")
def test_a_stale_press_brings_the_table_with_what_happened_instead(signed_in: Browser) -> None:
    client = signed_in("secretary")
    do(client, "skip", item_id="7")

    answer = do(client, "remove", htmx=True, item_id="7")

    assert answer.status_code == 409
    assert "chưa được thực hiện" in answer.text
    assert 'class="tbl"' in answer.text


def test_an_empty_agenda_says_what_to_do(signed_in: Browser, services: Services) -> None:
    new = NewConference("trong", "Hội nghị trống", 1_669_336_200_000, (), draft=True)
    services.conferences.create(new, cli_identity("test"))

    page = signed_in("mc").get("/quan-tri/hoi-nghi/trong/chuong-trinh").text

    assert "Chương trình chưa có mục nào." in page
    assert "chưa có mục nào" in page
    assert "cần xem lại" not in page


def test_a_closed_conference_is_only_shown(signed_in: Browser, services: Services, conference: Conference) -> None:
    services.conference_life.close(conference, cli_identity("test"))

    page = signed_in("admin").get(f"/quan-tri/hoi-nghi/{demo.SLUG}/chuong-trinh").text

    assert "đã kết thúc và khóa: chỉ xem" in page
    assert "/dieu-hanh/lenh/" not in page
    assert 'href="/dieu-hanh/muc' not in page


def test_it_is_published_from_here(signed_in: Browser, services: Services, draft: Conference) -> None:
    client = signed_in("secretary")

    answer = send(client, f"/quan-tri/hoi-nghi/{SLUG}/cong-bo", PAGE)

    assert answer.location == PAGE
    db.session.expire_all()
    assert services.conferences.find(SLUG).status == "ready"
    assert "Đã công bố" in client.get(PAGE).text
    assert send(client, f"/quan-tri/hoi-nghi/{SLUG}/cong-bo", PAGE).status_code == 409


@pytest.mark.usefixtures("draft")
def test_a_secretary_is_offered_only_what_a_secretary_may(signed_in: Browser) -> None:
    page = signed_in("secretary").get(PAGE).text

    assert "/dieu-hanh/lenh/undo" not in page
    assert f'href="/quan-tri/hoi-nghi/{SLUG}"' not in page
    assert "Tài khoản" not in page
    assert f'href="/dieu-hanh/nhat-ky?hoi-nghi={SLUG}"' in page
