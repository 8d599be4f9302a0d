"""Many lengths at once: what is previewed is what is applied, as one command, or nothing."""

from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.models import Conference
from giaoban.services import Services
from tests.integration.forms import HTMX, Browser, form_values, press, token

MINUTE_MS = 60_000
BOTH = pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
Fields = dict[str, Any]


def lengths(services: Services, conference: Conference) -> dict[str, float]:
    """Planned minutes by id."""
    return {item["id"]: item["planned_ms"] / MINUTE_MS for item in services.running_order.view(conference)["items"]}


def looked_at(client: FlaskClient) -> Fields:
    """The hidden fields of the form as it was opened."""
    shown = form_values(client.get("/dieu-hanh/thoi-luong").text)
    return {
        name: value
        for name, value in shown.items()
        if name.startswith("was_") or name in ("command_id", "expected_version")
    }


def send(client: FlaskClient, path: str, fields: Fields, headers: Any = None) -> TestResponse:
    return client.post(path, data={"csrf_token": token(client, "/dieu-hanh"), **fields}, headers=headers)


def save(client: FlaskClient, fields: Fields, headers: Any = None) -> TestResponse:
    return send(client, "/dieu-hanh/lenh/set_lengths", fields, headers)


def preview(client: FlaskClient, fields: Fields, headers: Any = None) -> TestResponse:
    return send(client, "/dieu-hanh/thoi-luong/xem", fields, headers)


@BOTH
def test_chosen_items_get_one_length_by_one_command(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    client = signed_in("secretary")
    before = lengths(services, conference)

    answer = save(client, looked_at(client) | {"item": ["6", "8"], "how": "set", "minutes": "7:30"}, headers)

    assert answer.status_code == (200 if headers else 303)
    assert lengths(services, conference) == before | {"6": 7.5, "8": 7.5}
    assert services.running_order.view(conference)["version"] == 1


@pytest.mark.parametrize(("how", "minutes", "after"), [("add", "2", 12), ("take", "2", 8), ("set", "5", 5)])
def test_a_kind_is_chosen_whole(
    signed_in: Browser, services: Services, conference: Conference, how: str, minutes: str, after: int
) -> None:
    client = signed_in("mc")
    papers = [item["id"] for item in services.running_order.view(conference)["items"] if item["kind"] == "paper"]
    before = lengths(services, conference)

    save(client, looked_at(client) | {"kind": "paper", "how": how, "minutes": minutes})

    assert lengths(services, conference) == before | dict.fromkeys(papers, after)


@BOTH
def test_the_preview_shows_old_and_new_and_the_end_and_stores_nothing(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    client = signed_in("secretary")

    answer = preview(client, looked_at(client) | {"kind": "paper", "how": "take", "minutes": "2"}, headers)

    assert answer.status_code == 200
    assert ("<html" in answer.text) is (headers is None)
    assert answer.text.count("<b>8 phút</b>") == 14
    assert "11:50" in answer.text
    assert "11:22" in answer.text
    assert services.running_order.view(conference)["version"] == 0


def test_a_length_over_the_cap_is_marked_beforehand(signed_in: Browser) -> None:
    client = signed_in("secretary")

    answer = preview(client, looked_at(client) | {"item": "6", "how": "set", "minutes": "12"})

    assert "Quá mức 10 phút" in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"how": "set", "minutes": "8"}, "Chưa chọn mục nào."),
        ({"item": "6", "how": "set", "minutes": "tám"}, "Thời lượng ghi bằng phút"),
        ({"item": "6", "how": "set", "minutes": ""}, "Thời lượng ghi bằng phút"),
        ({"item": "6", "how": "set", "minutes": "2000"}, "Thời lượng phải từ 1 giây đến 24 giờ."),
        ({"item": "6", "how": "take", "minutes": "10"}, "sẽ không còn thời lượng"),
        ({"item": "6", "how": "set", "minutes": "10"}, "đều đã có thời lượng này"),
        ({"item": "6", "minutes": "8"}, "Xin chọn đặt thành, thêm hay bớt."),
    ],
)
@BOTH
def test_what_is_wrong_comes_back_with_what_was_chosen(
    signed_in: Browser, services: Services, conference: Conference, headers: Any, fields: Fields, sentence: str
) -> None:
    client = signed_in("secretary")

    answer = save(client, looked_at(client) | fields, headers)

    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert f'name="minutes" value="{fields["minutes"]}"' in answer.text
    if "item" in fields:
        assert 'value="6" data-kind="paper" checked' in answer.text
    assert services.running_order.view(conference)["version"] == 0


def test_others_presses_do_not_hold_it_up(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("secretary")
    fields = looked_at(client) | {"item": "6", "how": "set", "minutes": "8"}
    press(signed_in("mc"), "start", version=0, item_id="1")

    assert save(client, fields).status_code == 303
    assert lengths(services, conference)["6"] == 8


@BOTH
def test_a_length_that_somebody_else_changed_is_shown_first(
    signed_in: Browser, services: Services, conference: Conference, headers: Any
) -> None:
    client = signed_in("secretary")
    fields = looked_at(client) | {"item": "6", "how": "take", "minutes": "2"}
    press(signed_in("mc"), "edit", version=0, item_id="6", planned="5")

    answer = save(client, fields, headers)

    assert answer.status_code == 409
    assert "Chương trình vừa đổi trong lúc quý vị chọn" in answer.text
    assert "<b>3 phút</b>" in answer.text
    assert lengths(services, conference)["6"] == 5

    again = {name: value for name, value in form_values(answer.text).items() if name.startswith(("was_", "expected"))}
    save(client, again | {"item": "6", "how": "take", "minutes": "2", "command_id": str(uuid4())})

    assert lengths(services, conference)["6"] == 3


def test_an_item_that_has_begun_is_not_left_out_silently(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("secretary")
    fields = looked_at(client) | {"item": ["6", "7"], "how": "set", "minutes": "8"}
    press(signed_in("mc"), "start", version=0, item_id="6")

    answer = save(client, fields)

    assert answer.status_code == 409
    assert lengths(services, conference)["7"] == 10


def test_an_item_of_the_kind_that_came_meanwhile_is_shown_first(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client, mc = signed_in("secretary"), signed_in("mc")
    fields = looked_at(client) | {"kind": "break", "how": "set", "minutes": "8"}
    press(mc, "insert", version=0, position=20, kind="break", title="Giải lao thêm", planned="5")

    answer = save(client, fields)

    assert answer.status_code == 409
    assert "Giải lao thêm" in answer.text
