"""Several people edit one running order: forms that were opened before somebody else saved, places, copies."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from giaoban.models import Conference
from giaoban.services import Services
from tests.conftest import Caller
from tests.integration.forms import HTMX, Browser, form_values, press, send

MINUTE_MS = 60_000
BOTH = pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])


def item(services: Services, conference: Conference, item_id: str) -> dict[str, Any]:
    return next(item for item in services.running_order.view(conference)["items"] if item["id"] == item_id)


def ids(services: Services, conference: Conference) -> list[str]:
    return [item["id"] for item in services.running_order.view(conference)["items"]]


def opened(client: FlaskClient, item_id: str) -> dict[str, str]:
    """The fields of an item's form as a browser would send them back."""
    return fields_of(client.get(f"/dieu-hanh/muc/{item_id}/sua").text)


def fields_of(page: str) -> dict[str, str]:
    form = page[page.index("data-draft=") :]
    found = {name: value for name, value in form_values(form).items() if not name.startswith("pick_")}
    for tag in re.findall(r"<input[^>]*checked>", form):
        found |= form_values(tag)
    text = re.search(r'<textarea[^>]*name="title"[^>]*>([^<]*)</textarea>', form)
    assert text is not None
    found["title"] = unescape(text[1])
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def save(client: FlaskClient, name: str, fields: dict[str, str], headers: Any = None) -> Any:
    return send(client, f"/dieu-hanh/lenh/{name}", headers=headers, **fields)


@BOTH
def test_a_form_that_is_older_than_a_press_is_saved_all_the_same(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    client = signed_in("secretary")
    form = opened(client, "6")
    press(signed_in("mc"), "start", version=0, item_id="1")

    answer = save(client, "edit", form | {"title": "Chủ đề đã sửa"}, headers)

    assert answer.status_code == (200 if headers else 303)
    assert item(services, conference, "6")["title"] == "Chủ đề đã sửa"


def test_two_people_edit_different_items(signed_in: Browser, services: Services, conference: Conference) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    sixth, seventh = opened(secretary, "6"), opened(mc, "7")

    save(secretary, "edit", sixth | {"title": "Thứ sáu"})
    save(mc, "edit", seventh | {"title": "Thứ bảy"})

    assert [item(services, conference, item_id)["title"] for item_id in ("6", "7")] == ["Thứ sáu", "Thứ bảy"]


@BOTH
def test_two_texts_of_one_item_are_both_shown_and_none_is_lost(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    mine, theirs = opened(mc, "6"), opened(secretary, "6")
    save(secretary, "edit", theirs | {"title": "Bản của thư ký"})

    answer = save(mc, "edit", mine | {"title": "Bản của điều hành", "planned": "8"}, headers)

    assert answer.status_code == 409
    assert ("<html" in answer.text) is (headers is None)
    page = unescape(answer.text)
    assert "Bản vừa lưu bởi secretary (Thư ký) lúc 07:30: <b>Bản của thư ký</b>" in page
    assert "Bản của quý vị" in page
    again = fields_of(answer.text)
    assert (again["title"], again["planned"], again["pick_title"]) == ("Bản của điều hành", "8", "mine")
    assert item(services, conference, "6")["title"] == "Bản của thư ký"

    assert save(mc, "edit", again).status_code == 303

    saved = item(services, conference, "6")
    assert (saved["title"], saved["planned_ms"]) == ("Bản của điều hành", 8 * MINUTE_MS)


def test_the_other_text_can_be_chosen(signed_in: Browser, services: Services, conference: Conference) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    mine, theirs = opened(mc, "6"), opened(secretary, "6")
    save(secretary, "edit", theirs | {"title": "Bản của thư ký"})
    again = fields_of(save(mc, "edit", mine | {"title": "Bản của điều hành", "planned": "8"}).text)

    save(mc, "edit", again | {"pick_title": "theirs"})

    saved = item(services, conference, "6")
    assert (saved["title"], saved["planned_ms"]) == ("Bản của thư ký", 8 * MINUTE_MS)


def test_what_only_somebody_else_changed_stays_theirs_unless_chosen(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    mine, theirs = opened(mc, "6"), opened(secretary, "6")
    save(secretary, "edit", theirs | {"planned": "7"})

    answer = save(mc, "edit", mine | {"title": "Chủ đề mới"})
    again = fields_of(answer.text)

    assert answer.status_code == 409
    assert (again["pick_planned"], "pick_title" in again) == ("theirs", False)

    save(mc, "edit", again)

    saved = item(services, conference, "6")
    assert (saved["title"], saved["planned_ms"]) == ("Chủ đề mới", 7 * MINUTE_MS)


def test_a_third_text_that_comes_meanwhile_is_shown_again(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    mine, theirs = opened(mc, "6"), opened(secretary, "6")
    save(secretary, "edit", theirs | {"title": "Hai"})
    again = fields_of(save(mc, "edit", mine | {"title": "Một"}).text)
    save(secretary, "edit", opened(secretary, "6") | {"title": "Ba"})

    answer = save(mc, "edit", again)

    assert answer.status_code == 409
    assert "<b>Ba</b>" in answer.text
    assert item(services, conference, "6")["title"] == "Ba"


def test_the_same_text_from_both_is_no_quarrel(signed_in: Browser, services: Services, conference: Conference) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    mine, theirs = opened(mc, "6"), opened(secretary, "6")
    save(secretary, "edit", theirs | {"title": "Như nhau"})

    assert save(mc, "edit", mine | {"title": "Như nhau"}).status_code == 303
    assert services.running_order.view(conference)["version"] == 1


@BOTH
def test_the_text_for_a_removed_item_can_become_a_new_one(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    mine = opened(mc, "6")
    press(secretary, "remove", version=0, item_id="6")

    answer = save(mc, "edit", mine | {"title": "Chữ đã gõ"}, headers)

    assert answer.status_code == 409
    assert "vừa được secretary (Thư ký) xóa khỏi chương trình lúc 07:30" in unescape(answer.text)
    again = fields_of(answer.text)
    assert 'action="/dieu-hanh/lenh/insert"' in answer.text

    assert save(mc, "insert", again).status_code == 303

    assert services.running_order.view(conference)["items"][-1]["title"] == "Chữ đã gõ"


def test_lengths_of_an_item_that_has_begun_are_refused_and_the_text_stays(signed_in: Browser) -> None:
    client = signed_in("secretary")
    mine = opened(client, "6")
    press(signed_in("mc"), "start", version=0, item_id="6")

    answer = save(client, "edit", mine | {"title": "Chữ mới", "planned": "8"})

    assert answer.status_code == 409
    assert "Chỉ đổi được thời lượng của mục đang chờ" in answer.text
    assert fields_of(answer.text)["title"] == "Chữ mới"


# ---- new items


@BOTH
def test_a_new_item_finds_its_place_although_others_pressed(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    client = signed_in("secretary")
    form = fields_of(client.get("/dieu-hanh/muc/moi?truoc=7").text)
    press(signed_in("mc"), "move", version=0, item_id="7", position=10)

    answer = save(client, "insert", form | {"title": "Xen vào", "kind": "report"}, headers)

    assert answer.status_code == (200 if headers else 303)
    made = services.running_order.view(conference)["items"][-1]["id"]
    assert made != "7"
    order = ids(services, conference)
    new = next(item_id for item_id in order if item(services, conference, item_id)["title"] == "Xen vào")
    assert order.index(new) == order.index("7") - 1


def test_a_place_that_is_gone_is_said_and_the_text_stays(signed_in: Browser) -> None:
    client = signed_in("secretary")
    form = fields_of(client.get("/dieu-hanh/muc/moi?truoc=7").text)
    press(signed_in("mc"), "remove", version=0, item_id="7")

    answer = save(client, "insert", form | {"title": "Xen vào"})

    assert answer.status_code == 409
    assert "Mục ở chỗ đã chọn không còn trong chương trình." in answer.text
    again = fields_of(answer.text)
    assert (again["title"], again["before"]) == ("Xen vào", "end")
    assert save(client, "insert", again).status_code == 303


def test_a_form_sent_twice_inserts_once_even_when_others_press_in_between(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("secretary")
    before = len(ids(services, conference))
    form = fields_of(client.get("/dieu-hanh/muc/moi").text) | {"title": "Một lần"}
    press(signed_in("mc"), "start", version=0, item_id="1")
    first = save(client, "insert", form).status_code
    press(signed_in("mc"), "pause", version=2)

    again = save(client, "insert", form).status_code
    other = save(client, "insert", form | {"title": "Khác"})

    assert (first, again, other.status_code) == (303, 303, 422)
    assert fields_of(other.text)["title"] == "Khác"
    assert len(ids(services, conference)) == before + 1


@BOTH
def test_an_item_is_copied_right_behind_itself(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    fields = {"command_id": str(uuid4()), "expected_version": 0}

    answer = send(signed_in("secretary"), "/dieu-hanh/muc/6/nhan-ban", headers=headers, **fields)

    assert answer.status_code == (200 if headers else 303)
    items = services.running_order.view(conference)["items"]
    original, copy = items[5], items[6]
    same = ("kind", "title", "speaker", "endpoint_code", "planned_ms", "cap_ms", "min_ms")
    assert [copy[name] for name in same] == [original[name] for name in same]
    if headers:
        assert f'"id": "{copy["id"]}"' in answer.headers["HX-Trigger-After-Settle"]


def test_a_copy_of_what_was_goes_behind_what_is_on(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("mc")
    press(client, "start", version=0, item_id="1")
    press(client, "next", version=1)

    send(client, "/dieu-hanh/muc/1/nhan-ban", command_id=str(uuid4()), expected_version=2)

    order = ids(services, conference)
    assert (order[:2], order[3]) == (["1", "2"], "3")


# ---- places


@BOTH
def test_a_place_is_named_by_what_stands_there_now(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    press(signed_in("mc"), "start", version=0, item_id="1")

    answer = press(signed_in("secretary"), "move", version=0, item_id="8", before="5", headers=headers)

    assert answer.status_code == (200 if headers else 303)
    assert ids(services, conference)[:6] == ["1", "2", "3", "4", "8", "5"]


def test_an_item_goes_last(signed_in: Browser, services: Services, conference: Conference) -> None:
    press(signed_in("secretary"), "move", version=0, item_id="8", before="end")

    assert ids(services, conference)[-1] == "8"


@pytest.mark.parametrize(
    ("item_id", "before", "sentence"),
    [
        ("8", "2", "Không đặt được lên trên mục đã bắt đầu."),
        ("2", "8", "Mục này không còn ở trạng thái chờ."),
        ("8", "99", "Mục ở chỗ đã chọn không còn trong chương trình."),
        ("99", "8", "Không còn mục này trong chương trình."),
    ],
)
def test_a_move_that_is_not_legal_brings_the_console_as_it_is(
    signed_in: Browser, services: Services, conference: Conference, item_id: str, before: str, sentence: str
) -> None:
    press(signed_in("mc"), "start", version=0, item_id="2")
    order = ids(services, conference)

    answer = press(signed_in("mc"), "move", version=1, item_id=item_id, before=before, headers=HTMX)

    assert answer.status_code == 409
    assert f"“Đổi thứ tự” chưa được thực hiện. {sentence}" in unescape(answer.text)
    assert 'id="console"' in answer.text
    assert ids(services, conference) == order


def test_the_buttons_name_the_neighbours(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("secretary")
    page = client.get("/dieu-hanh?sua=1").text
    row = page[page.index('id="row-5"') : page.index('id="row-6"')]

    befores = re.findall(r'name="before" value="(\w+)"', row)

    assert befores == ["4", "7"]
    last = page[page.rindex('id="row-') :]
    assert re.findall(r'name="before" value="(\w+)"', last) == [ids(services, conference)[-2]]


# ---- the bin


@BOTH
def test_a_removed_item_is_listed_and_brought_back(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    order = ids(services, conference)
    press(secretary, "remove", version=0, item_id="6")
    press(mc, "start", version=1, item_id="1")

    page = unescape(mc.get("/dieu-hanh?sua=1").text)

    assert "Đã xóa: 1 mục" in page
    assert "Tham luận · 10 phút · secretary (Thư ký) xóa lúc 07:30" in page
    assert "Đã xóa" not in mc.get("/dieu-hanh").text

    answer = press(mc, "restore", version=0, item_id="6", headers=headers)

    assert answer.status_code == (200 if headers else 303)
    assert ids(services, conference) == order
    assert "Đã xóa" not in mc.get("/dieu-hanh?sua=1").text


def test_what_is_no_longer_in_the_bin_is_not_brought_back_twice(signed_in: Browser) -> None:
    client = signed_in("secretary")
    press(client, "remove", version=0, item_id="6")
    press(client, "restore", version=1, item_id="6")

    answer = press(client, "restore", version=1, item_id="6", headers=HTMX)

    assert answer.status_code == 409
    assert "“Lấy lại mục” chưa được thực hiện." in unescape(answer.text)


def test_what_an_imported_programme_left_out_is_in_the_bin_with_who_imported_it(
    signed_in: Browser, caller: Callable[..., Caller], services: Services, conference: Conference
) -> None:
    press(signed_in("mc"), "remove", version=0, item_id="7")
    kept = [{"item_id": each} for each in ids(services, conference) if each != "6"]
    assert caller("secretary").command("replace_pending", {"items": kept}).status_code == 200

    page = signed_in("mc").get("/dieu-hanh?sua=1")

    assert page.status_code == 200
    assert "Đã xóa: 2 mục" in page.text
    assert re.findall(r"(\w+) \([^)]*\) xóa lúc", unescape(page.text)) == ["secretary", "mc"]
