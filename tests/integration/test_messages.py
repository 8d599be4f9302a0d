"""The MC's messages: for whom they stand, that they were read, and what the log says of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from giaoban.domain import log_file
from giaoban.extensions import db
from giaoban.realtime import events
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, Caller, make_app
from tests.fakes import FakeClock
from tests.integration.test_live import Join, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]

MINUTE_MS = 60_000
MESSAGES = f"/api/v1/conferences/{demo.SLUG}/messages"


def say(mc: Caller, text: str, to: str, **more: Any) -> dict[str, Any]:
    """Send a message and return `{to, at_ms}`, by which it is acknowledged."""
    answer = mc.command("set_message", {"text": text, "to": to, **more})
    assert answer.status_code == 200, answer.text
    (event,) = answer.get_json()["events"]
    return {"to": to, "at_ms": event["at_ms"]}


def texts(api: Caller) -> set[str]:
    return {message["text"] for message in api.get("/messages")}


def acknowledge(api: Caller, message: dict[str, Any]) -> Any:
    return api.call("POST", MESSAGES + "/acknowledge", message)


def speaking(mc: Caller, code: str) -> None:
    """A part of that room goes on air."""
    item = {"kind": "paper", "title": "Tham luận", "planned_ms": 10 * MINUTE_MS, "endpoint_code": code}
    order = mc.get("/running-order")
    inserted = mc.command("insert", {"position": len(order["items"]) + 1, "item": item}).get_json()
    mc.command("next", {"item_id": inserted["events"][0]["item_id"]})


def lines(api: Caller) -> list[dict[str, Any]]:
    return [line for line in api.get("/log?after=0") if line["kind"] == "message_acknowledged"]


def test_each_screen_gets_what_was_meant_for_it(caller: Make) -> None:
    mc = caller("mc")
    room, district = caller(endpoint=COMMUNE), caller(endpoint=ITS_DISTRICT)
    speaking(mc, COMMUNE)
    say(mc, "Còn 2 phút", "speaker")
    say(mc, "Xin bật micro", ITS_DISTRICT)
    say(mc, "Xin ổn định", "all")

    assert texts(room) == {"Xin ổn định", "Còn 2 phút"}
    assert texts(district) == {"Xin ổn định", "Xin bật micro"}
    assert texts(caller(endpoint=DISTRICT)) == {"Xin ổn định"}
    assert texts(caller("technician")) == {"Xin ổn định", "Còn 2 phút"}

    mc.command("finish")
    assert texts(room) == {"Xin ổn định"}
    say(mc, "", "all")
    assert texts(room) == set()


def test_a_timed_message_goes_by_itself_everywhere(caller: Make, clock: FakeClock) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    to_all = say(mc, "Nghỉ 1 phút", "all", for_ms=MINUTE_MS)
    say(mc, "Xin bật micro", COMMUNE, for_ms=MINUTE_MS)
    snapshot = mc.command("set_scene", {"name": "message"}).get_json()["snapshot"]
    until_at_ms = to_all["at_ms"] + MINUTE_MS
    assert snapshot["message"] == {"text": "Nghỉ 1 phút", "at_ms": to_all["at_ms"], "until_at_ms": until_at_ms}
    assert [message["until_at_ms"] for message in room.get("/messages")] == [until_at_ms] * 2

    clock.advance(MINUTE_MS - 1)
    assert texts(room) == {"Xin bật micro", "Nghỉ 1 phút"}
    clock.advance(1)
    assert texts(room) == set()
    assert mc.command("set_scene", {"name": "auto"}).get_json()["snapshot"]["message"] is None


def test_without_a_time_the_snapshot_and_the_notice_are_as_they_always_were(join: Join, caller: Make) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    screen = join(room)
    message = mc.command("set_message", {"text": "Xin ổn định", "to": "all", "for_ms": None}).get_json()
    assert message["snapshot"]["message"] == {"text": "Xin ổn định", "at_ms": message["events"][0]["at_ms"]}
    sent = say(mc, "Xin bật micro", COMMUNE)
    timed = say(mc, "Xin tắt micro", COMMUNE, for_ms=5_000)
    assert received(screen, events.ENDPOINT_NOTICE) == [
        {"text": "Xin bật micro", **sent},
        {"text": "Xin tắt micro", **timed, "until_at_ms": timed["at_ms"] + 5_000},
    ]


def test_read_once_and_the_log_says_by_whom(caller: Make, clock: FakeClock) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    message = say(mc, "Xin bật micro", COMMUNE)
    version = mc.get("/running-order")["version"]
    assert room.get("/messages")[0]["acknowledged_at_ms"] is None
    clock.advance(5_000)

    first = acknowledge(room, message)
    clock.advance(5_000)
    again = acknowledge(room, message)

    assert first.get_json() == again.get_json() == room.get("/messages")[0]
    assert first.get_json()["acknowledged_at_ms"] == message["at_ms"] + 5_000
    (line,) = lines(mc)
    assert line["version"] is None
    assert line["data"] == {**message, "by": COMMUNE}
    assert line["actor"] == f"endpoint:{COMMUNE}"
    assert mc.get("/running-order")["version"] == version


def test_the_consoles_are_told_at_once_and_nobody_else(join: Join, caller: Make) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    console, screen, public = join(mc), join(room), join()
    message = say(mc, "Xin bật micro", COMMUNE)
    acknowledge(room, message)
    assert received(console, events.CONSOLE_CHANGED) == [{}]
    assert received(screen, events.CONSOLE_CHANGED) == received(public, events.CONSOLE_CHANGED) == []
    acknowledge(room, message)
    assert received(console, events.CONSOLE_CHANGED) == []


def test_a_new_message_is_a_new_one_to_read(caller: Make, clock: FakeClock) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    acknowledge(room, say(mc, "Xin bật micro", COMMUNE))
    clock.advance(1)
    say(mc, "Xin bật micro", COMMUNE)
    assert room.get("/messages")[0]["acknowledged_at_ms"] is None


@pytest.mark.parametrize(
    ("to", "who", "status"),
    [
        (COMMUNE, {"endpoint": COMMUNE}, 200),
        (COMMUNE, {"endpoint": ITS_DISTRICT}, 403),
        (COMMUNE, {"role": "mc"}, 403),
        ("speaker", {"endpoint": COMMUNE}, 200),
        ("speaker", {"endpoint": ITS_DISTRICT}, 403),
        ("speaker", {"role": "technician"}, 200),
        ("speaker", {"role": "mc"}, 200),
        ("all", {"endpoint": DISTRICT}, 200),
        ("all", {"role": "secretary"}, 200),
    ],
)
def test_who_may_say_that_it_was_read(caller: Make, to: str, who: dict[str, str], status: int) -> None:
    mc = caller("mc")
    speaking(mc, COMMUNE)
    message = say(mc, "Xin nói gần micro", to)
    asker = caller(who["role"]) if "role" in who else caller(endpoint=who["endpoint"])
    assert acknowledge(asker, message).status_code == status
    assert len(lines(mc)) == (status == 200)


def test_what_no_longer_stands_is_read_by_nobody(caller: Make) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    message = say(mc, "Xin bật micro", COMMUNE)
    refused(acknowledge(room, {**message, "at_ms": 1}), 404, "not_found")
    say(mc, "", COMMUNE)
    refused(acknowledge(room, message), 404, "not_found")
    refused(acknowledge(caller(), message), 401, "unauthorized")
    assert lines(mc) == []


def test_a_room_of_another_conference_reads_nothing(caller: Make, services: Services) -> None:
    services.conferences.copy_for_rehearsal(services.conferences.current(), cli_identity("test"))
    other = f"/api/v1/conferences/{services.conferences.list()[-1].slug}/messages"
    room = caller(endpoint=COMMUNE)
    refused(room.call("GET", other), 403, "forbidden")
    refused(room.call("POST", other + "/acknowledge", {"to": "all", "at_ms": 1}), 403, "forbidden")


def test_another_process_reads_it_from_the_log_and_the_log_proves_itself(
    app: Flask, caller: Make, services: Services, clock: FakeClock
) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    for text in ("Xin bật micro", "Xin tắt micro"):
        clock.advance(1_000)
        acknowledge(room, say(mc, text, COMMUNE, for_ms=MINUTE_MS))
    acknowledge(caller(endpoint=DISTRICT), say(mc, "Xin ổn định", "all"))

    with app.app_context():
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        here = services.messages.last_ones(services.conferences.current())
        db.session.remove()
    other = make_app(url, FakeClock(services.clock.now_ms()))
    with other.app_context():
        its = other.extensions["giaoban"]
        assert its.messages.last_ones(its.conferences.current()) == here
        proof = log_file.read(its.log_export.lines(demo.SLUG))
        assert proof.order.notices == its.running_order.load(its.conferences.current()).notices

    assert {message["to"]: [read["by"] for read in message["read_by"]] for message in here} == {
        "all": [DISTRICT],
        COMMUNE: [COMMUNE],
    }
