"""Two consoles, one conference: the server lets one of them run it, and says who."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.realtime import Live, events
from giaoban.services import Services
from giaoban.services.identity import RUNNING
from giaoban.services.proof import prove
from tests.conftest import Caller, make_app
from tests.fakes import FakeClock
from tests.integration.test_live import Join, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]
FREED_MS = 30_000


def control(caller: Caller, action: str, **more: Any) -> dict[str, Any]:
    answer = caller.call("POST", "/control", {"action": action, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def kinds(caller: Caller) -> list[str]:
    return [line["kind"] for line in caller.get("/log") if line["kind"].startswith("control_")]


ARGS: dict[str, dict[str, Any]] = {
    "start": {"item_id": "1"},
    "add_time": {"delta_ms": 60_000},
    "set_scene": {"name": "maket"},
}


def test_nobody_holds_control_unless_it_was_asked_for(caller: Make) -> None:
    lan, nam = caller("mc"), caller("admin")

    assert lan.get("/control")["holder"] is None
    assert lan.command("next").status_code == 200
    assert nam.command("next").status_code == 200


@pytest.mark.parametrize("name", sorted(RUNNING))
def test_running_commands_of_all_others_are_refused(caller: Make, name: str) -> None:
    lan, nam = caller("mc"), caller("mc")
    since = control(lan, "take")["holder"]["since_at_ms"]

    details = refused(nam.command(name, ARGS.get(name)), 409, "control_held")

    assert details["holder"] == {"name": "mc", "role": "mc", "since_at_ms": since}
    assert details["snapshot"]["version"] == 0
    assert nam.get("/running-order")["version"] == 0


def test_a_stale_press_without_control_is_told_who_holds_it(caller: Make) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")

    refused(nam.command("next", version=17), 409, "control_held")


def test_edits_and_messages_stay_open_to_all(caller: Make) -> None:
    lan, nam, secretary = caller("mc"), caller("mc"), caller("secretary")
    control(lan, "take")

    assert nam.command("skip", {"item_id": "5"}).status_code == 200
    assert secretary.command("edit", {"item_id": "6", "fields": {"title": "Khác"}}).status_code == 200
    assert secretary.command("set_message", {"text": "Xin bật micro", "to": "all"}).status_code == 200
    assert lan.command("next").status_code == 200


def test_a_refused_command_is_not_remembered(caller: Make) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")
    command_id = "0f0e0d0c-0b0a-4908-8706-050403020100"
    refused(nam.command("next", command_id=command_id), 409, "control_held")
    control(lan, "release")

    assert nam.command("next", command_id=command_id).status_code == 200


def test_what_was_accepted_is_answered_again_whoever_holds_control_by_then(caller: Make) -> None:
    lan, nam = caller("mc"), caller("mc")
    command_id = "0f0e0d0c-0b0a-4908-8706-050403020100"
    first = nam.command("next", version=0, command_id=command_id)
    control(lan, "take")

    assert nam.command("next", version=0, command_id=command_id).json == first.json


def test_two_sign_ins_of_one_account_are_two(caller: Make) -> None:
    desk, pocket = caller("mc"), caller("mc")

    assert control(desk, "take")["holder"]["you"] is True
    assert pocket.get("/control")["holder"]["you"] is False


def test_asking_giving_refusing_and_letting_go_are_facts_of_the_log(caller: Make, clock: FakeClock) -> None:
    lan, nam = caller("mc"), caller("admin")
    control(lan, "take")
    asked = control(nam, "ask", reason="Đổi ca")["request"]
    assert (asked["name"], asked["reason"], asked["refused"], asked["you"]) == ("admin", "Đổi ca", False, True)
    assert control(lan, "refuse")["request"]["refused"] is True
    control(nam, "ask")
    given = control(lan, "give")
    assert (given["holder"]["name"], given["holder"]["you"], given["request"]) == ("admin", False, None)
    refused(lan.call("POST", "/control", {"action": "take"}), 422, "invalid_input")
    control(lan, "take", reason="Máy điều hành gặp sự cố")
    control(lan, "release")
    control(lan, "release")

    lines = [line for line in lan.get("/log") if line["kind"].startswith("control_")]
    assert [(line["kind"], line["actor"]) for line in lines] == [
        ("control_taken", "mc:mc"),
        ("control_asked", "admin:admin"),
        ("control_refused", "mc:mc"),
        ("control_asked", "admin:admin"),
        ("control_given", "mc:mc"),
        ("control_taken", "mc:mc"),
        ("control_released", "mc:mc"),
    ]
    assert lines[5]["data"] == {"from": "admin:admin", "reason": "Máy điều hành gặp sự cố"}
    assert {line["version"] for line in lines} == {None}
    assert lan.get("/running-order")["version"] == 0


def test_a_holder_whose_line_is_cut_keeps_nobody_out_after_thirty_seconds(caller: Make, clock: FakeClock) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")
    clock.advance(FREED_MS - 1)
    refused(nam.command("next"), 409, "control_held")
    clock.advance(1)

    assert nam.get("/control")["holder"] is None
    assert nam.command("next").status_code == 200
    assert kinds(nam) == ["control_taken", "control_lost"]
    assert control(nam, "take")["holder"]["you"] is True


def test_keeping_and_running_both_renew_the_hold(caller: Make, clock: FakeClock) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")
    clock.advance(FREED_MS - 1)
    assert control(lan, "keep")["holder"]["you"] is True
    clock.advance(FREED_MS - 1)
    assert lan.command("next").status_code == 200
    clock.advance(FREED_MS - 1)

    refused(nam.command("next"), 409, "control_held")


def test_who_was_silent_for_too_long_keeps_nothing(caller: Make, clock: FakeClock) -> None:
    lan = caller("mc")
    control(lan, "take")
    clock.advance(FREED_MS)

    assert control(lan, "keep")["holder"] is None


def test_a_keep_of_somebody_else_renews_nothing(caller: Make, clock: FakeClock) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")
    clock.advance(FREED_MS - 1)
    control(nam, "keep")
    clock.advance(1)

    assert nam.command("next").status_code == 200


def test_signing_out_frees_at_once(caller: Make) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")

    assert lan.call("DELETE", "/api/v1/sessions").status_code == 204

    assert nam.get("/control")["holder"] is None
    assert kinds(nam) == ["control_taken", "control_released"]


@pytest.mark.parametrize("role", ["secretary", "technician"])
def test_only_who_may_run_the_conference_may_have_control(caller: Make, role: str) -> None:
    for action in ("take", "ask", "keep", "release"):
        refused(caller(role).call("POST", "/control", {"action": action}), 403, "forbidden")


def test_what_is_closed_has_had_its_last_line(caller: Make, services: Services, conference: Conference) -> None:
    lan = caller("mc")
    control(lan, "take")
    who = services.accounts.identity_of_token(str(lan.token))
    services.conference_life.close(conference, who)
    sealed = services.conferences.current().last_hash

    control(lan, "release")
    refused(lan.call("POST", "/control", {"action": "take"}), 409, "invalid_transition")

    db.session.expire_all()
    assert services.conferences.current().last_hash == sealed
    assert lan.get("/control")["holder"] is None


@pytest.mark.parametrize("body", [{}, {"action": "grab"}, {"action": "take", "reason": 7}, {"action": "take", "by": 1}])
def test_what_is_no_action_is_refused(caller: Make, body: Any) -> None:
    refused(caller("mc").call("POST", "/control", body), 422, "invalid_input")


# ---- several processes, a restart


@pytest.fixture
def elsewhere(database: str, clock: FakeClock) -> Flask:
    """A second process on the same database."""
    return make_app(database, clock)


def test_another_process_knows_who_holds_control(caller: Make, elsewhere: Flask) -> None:
    lan, nam = caller("mc"), caller("mc")
    there = Caller(elsewhere, nam.token)
    control(lan, "take")

    refused(there.command("next"), 409, "control_held")
    control(there, "take", reason="Máy hỏng")

    refused(lan.command("next"), 409, "control_held")


def test_a_restart_forgets_nothing(caller: Make, database: str, clock: FakeClock) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")
    again = make_app(database, clock)

    refused(Caller(again, nam.token).command("next"), 409, "control_held")
    assert Caller(again, lan.token).command("next").status_code == 200


# ---- the consoles are told


def test_consoles_are_told_at_once_and_screens_are_not(caller: Make, join: Join) -> None:
    lan = caller("mc")
    console, technician, projector = join(caller("mc")), join(caller("technician")), join()

    control(lan, "take")

    assert received(console, events.CONSOLE_CHANGED) == [{}]
    assert received(technician, events.CONSOLE_CHANGED) == [{}]
    assert received(projector, events.CONSOLE_CHANGED) == []
    control(lan, "take")
    control(lan, "keep")
    assert received(console, events.CONSOLE_CHANGED) == []


def test_consoles_are_told_when_the_holder_has_fallen_silent(
    app: Flask, caller: Make, join: Join, clock: FakeClock
) -> None:
    live: Live = app.extensions["giaoban.live"]
    lan = caller("mc")
    control(lan, "take")
    console = join(caller("mc"))
    live.watcher.look()
    assert received(console, events.CONSOLE_CHANGED) == []
    clock.advance(FREED_MS)

    live.watcher.look()

    assert received(console, events.CONSOLE_CHANGED) == [{}]
    assert kinds(lan) == ["control_taken", "control_lost"]


def test_what_another_process_stored_is_found(app: Flask, elsewhere: Flask, caller: Make, join: Join) -> None:
    live: Live = app.extensions["giaoban.live"]
    console = join(caller("mc"))
    live.watcher.look()
    control(Caller(elsewhere, caller("mc").token), "take")

    live.watcher.look()  # a round of grace
    live.watcher.look()

    assert received(console, events.CONSOLE_CHANGED) == [{}]


def test_the_log_proves_itself_with_such_lines(caller: Make, services: Services, conference: Conference) -> None:
    lan, nam = caller("mc"), caller("mc")
    control(lan, "take")
    lan.command("next")
    control(nam, "take", reason="Máy hỏng")
    nam.command("next")
    db.session.expire_all()

    assert prove(services.conferences.current()).order.version == 2
