"""The small control page without a browser: the same presses as on the console, and nothing else."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.integration.forms import HTMX, Browser, send

AT = "/dieu-hanh/nho"


def press(client: FlaskClient, name: str, version: int, headers: Any = None, **args: Any) -> TestResponse:
    fields = {"command_id": str(uuid4()), "expected_version": version, **args}
    return send(client, f"{AT}/lenh/{name}", AT, headers=headers, **fields)


def test_it_runs_the_conference(signed_in: Browser, services: Services, conference: Conference) -> None:
    lan = signed_in("mc")
    assert "Bắt đầu: Kiểm tra đường truyền" in lan.get(AT).text

    answer = press(lan, "start", 0, item_id="1")
    assert (answer.status_code, answer.location) == (303, AT)
    for version, (name, args) in enumerate(
        (("pause", {}), ("resume", {}), ("add_time", {"delta_ms": 60_000}), ("undo", {}), ("next", {}), ("finish", {})),
        start=1,
    ):
        assert press(lan, name, version, HTMX, **args).status_code == 200

    assert services.running_order.view(conference)["version"] == 7


def test_a_press_brings_the_panel_back_and_not_the_console(signed_in: Browser) -> None:
    text = press(signed_in("mc"), "start", 0, HTMX, item_id="1").text

    assert text.count('id="console"') == text.count('id="control"') == 1
    assert "<html" not in text
    assert set(re.findall(r'action="(/dieu-hanh[^"]*)/', text)) == {f"{AT}/lenh", f"{AT}/quyen"}


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_stale_press_does_nothing_and_says_why(signed_in: Browser, headers: Any) -> None:
    press(signed_in("admin"), "start", 0, item_id="1")

    answer = press(signed_in("mc"), "start", 0, headers, item_id="1")

    assert answer.status_code == 409
    assert "chưa được thực hiện" in answer.text


def test_another_holder_locks_it_and_it_can_take_over(signed_in: Browser) -> None:
    lan, nam = signed_in("mc"), signed_in("admin")
    send(lan, f"{AT}/quyen/take", AT)

    assert "mc đang giữ quyền điều hành" in nam.get(AT).text
    assert press(nam, "start", 0, HTMX, item_id="1").status_code == 409
    assert send(nam, f"{AT}/quyen/take", AT, headers=HTMX).status_code == 422
    form = nam.get(f"{AT}/tiep-quan").text
    assert f'action="{AT}/quyen/take"' in form

    answer = send(nam, f"{AT}/quyen/take", AT, reason="Máy điều hành gặp sự cố")
    assert (answer.status_code, answer.location) == (303, AT)

    assert "Quý vị đang giữ" in nam.get(AT).text


def test_it_takes_no_other_commands(signed_in: Browser) -> None:
    assert press(signed_in("mc"), "skip", 0, item_id="1").status_code == 404
    assert signed_in("secretary").get(AT).status_code == 403


def test_it_keeps_to_the_conference_that_was_asked_for(signed_in: Browser, conference: Conference) -> None:
    page = signed_in("mc").get(f"{AT}?hoi-nghi={conference.slug}").text

    targets = re.findall(r'(?:action|hx-get|hx-post)="(/dieu-hanh[^"]*)"', page)
    assert targets
    assert all(f"hoi-nghi={conference.slug}" in target for target in targets)


def test_the_front_page_leads_to_it_who_may_run_the_conference(signed_in: Browser) -> None:
    assert f'href="{AT}"' in signed_in("mc").get("/").text
    assert f'href="{AT}"' not in signed_in("secretary").get("/").text


def test_a_draft_is_called_one(signed_in: Browser, services: Services, conference: Conference) -> None:
    new = NewConference("giao-ban-2022", "Giao ban năm 2022", 1_669_336_200_000, (), draft=True)
    services.conferences.clone(conference, new, cli_identity("test"))

    assert "Hội nghị còn là bản nháp" in signed_in("mc").get(f"{AT}?hoi-nghi=giao-ban-2022").text
