"""The readiness gate over HTTP and Socket.IO: who is asked, who may answer, and what the log keeps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from marshmallow import RAISE
from sqlalchemy import update

from giaoban.api.readiness import AskedSchema, ReadinessAnswerSchema
from giaoban.domain.errors import InvalidLog
from giaoban.domain.readiness import AWAY_MS, HOLDS_MS
from giaoban.extensions import db
from giaoban.models import ReadinessRow
from giaoban.realtime import Live, events
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from giaoban.services.proof import prove
from tests.conftest import COMMUNE, HALL, ITS_DISTRICT, Caller, make_app
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.backups import backed_up, restored, tables
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.test_live import Join, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused
from tests.waiting import asked_until

Make = Callable[..., Caller]

MINUTE_MS = 60_000
FIRST, SECOND = COMMUNE, ITS_DISTRICT  # the rooms of the next two items


@pytest.fixture
def items(caller: Make) -> tuple[str, str]:
    """The ids of the next two items, the commune's and its district's, which stand first in the running order."""
    mc = caller("mc")
    for position, code in ((1, FIRST), (2, SECOND)):
        item = {"kind": "paper", "title": "Tham luận", "planned_ms": 10 * MINUTE_MS, "endpoint_code": code}
        assert mc.command("insert", {"position": position, "item": item}).status_code == 200
    first, second = mc.get("/running-order")["items"][:2]
    return first["id"], second["id"]


def say(api: Caller, code: str, item_id: str, status: str = "ready", **more: Any) -> Any:
    body = {"item_id": item_id, "status": status, "happened_at_ms": OPENING_AT_MS, **more}
    readiness_id = body.pop("readiness_id", str(uuid4()))
    return api.call("PUT", f"/endpoints/{code}/readiness/{readiness_id}", body)


def statuses(api: Caller) -> dict[str, str]:
    return {row["endpoint_code"]: row["status"] for row in api.get("/readiness")}


def lines(api: Caller) -> list[dict[str, Any]]:
    return [line for line in api.get("/log?after=0") if line["kind"] == "readiness"]


# ---- who is asked


def test_nobody_is_asked_before_items_that_have_no_room(caller: Make) -> None:
    assert caller("mc").get("/readiness") == []


def test_the_rooms_of_the_next_two_items_are_asked(caller: Make, items: tuple[str, str]) -> None:
    caller(endpoint=SECOND).check_in(SECOND)
    rows = caller("technician").get("/readiness")
    for row in rows:
        AskedSchema(unknown=RAISE).load(row)
    assert [(row["item_id"], row["endpoint_code"]) for row in rows] == [(items[0], FIRST), (items[1], SECOND)]
    assert {row["status"] for row in rows} == {"asked"}
    assert [row["attendance"] for row in rows] == ["pending", "present"]
    assert [row["connected"] for row in rows] == [False, False]


def test_each_sees_its_own_and_its_communes(caller: Make, items: tuple[str, str]) -> None:
    assert set(statuses(caller(endpoint=FIRST))) == {FIRST}
    assert set(statuses(caller(endpoint=SECOND))) == {FIRST, SECOND}
    assert statuses(caller(endpoint="185")) == {}
    refused(caller().call("GET", "/readiness"), 401, "unauthorized")


def test_the_hall_and_the_room_that_speaks_are_not_asked(caller: Make, items: tuple[str, str]) -> None:
    mc = caller("mc")
    mc.command("edit", {"item_id": items[1], "fields": {"endpoint_code": HALL}})
    assert list(statuses(mc)) == [FIRST]
    mc.command("edit", {"item_id": items[1], "fields": {"endpoint_code": FIRST}})
    mc.command("start", {"item_id": items[0]})
    assert statuses(mc) == {}


# ---- answering


def test_a_room_says_that_it_is_ready(caller: Make, items: tuple[str, str], clock: FakeClock) -> None:
    mc, room = caller("mc"), caller(endpoint=FIRST)
    version = mc.get("/running-order")["version"]
    clock.advance(5_000)
    answer = say(room, FIRST, items[0])

    body = answer.get_json()
    ReadinessAnswerSchema(unknown=RAISE).load(body)
    assert (body["source"], body["status"], body["reason"]) == ("self", "ready", None)
    assert (body["happened_at_ms"], body["received_at_ms"]) == (OPENING_AT_MS, OPENING_AT_MS + 5_000)
    row = mc.get("/readiness")[0]
    assert (row["status"], row["answer"], row["outdated"]) == ("ready", body, None)
    assert row["holds_until_at_ms"] == OPENING_AT_MS + HOLDS_MS
    (line,) = lines(mc)
    assert (line["version"], line["actor"], line["data"]) == (None, f"endpoint:{FIRST}", {"answer": body})
    assert mc.get("/running-order")["version"] == version


def test_the_last_answer_counts_and_all_are_kept(caller: Make, items: tuple[str, str], clock: FakeClock) -> None:
    room = caller(endpoint=FIRST)
    say(room, FIRST, items[0], "not_ready", reason="Mic")
    assert room.get("/readiness")[0]["answer"]["reason"] == "Mic"
    clock.advance(MINUTE_MS)
    say(room, FIRST, items[0], happened_at_ms=clock.now_ms())
    say(room, FIRST, items[0], "not_ready", reason="Camera", happened_at_ms=OPENING_AT_MS + 1)  # waited in the device
    assert statuses(room) == {FIRST: "ready"}
    assert [line["data"]["answer"]["reason"] for line in lines(caller("mc"))] == ["Mic", None, "Camera"]


def test_sent_again_it_is_the_same_answer(caller: Make, items: tuple[str, str]) -> None:
    room, once = caller(endpoint=FIRST), str(uuid4())
    first = say(room, FIRST, items[0], readiness_id=once)
    again = say(room, FIRST, items[0], readiness_id=once.upper())
    assert first.get_json() == again.get_json()
    assert len(lines(caller("mc"))) == 1
    refused(say(room, FIRST, items[0], "not_ready", readiness_id=once), 422, "readiness_id_reused")
    refused(say(caller("secretary"), FIRST, items[0], readiness_id=once), 422, "readiness_id_reused")


@pytest.mark.parametrize(
    ("role", "endpoint", "source"),
    [("secretary", None, "secretary"), ("mc", None, "secretary"), (None, ITS_DISTRICT, "district")],
)
def test_others_answer_for_the_room(
    caller: Make, items: tuple[str, str], role: str | None, endpoint: str | None, source: str
) -> None:
    answer = say(caller(role, endpoint=endpoint), FIRST, items[0], "not_ready", reason="Người phát biểu chưa có mặt")
    assert answer.get_json()["source"] == source
    assert statuses(caller("mc"))[FIRST] == "not_ready"


def test_nobody_answers_for_a_room_that_is_not_theirs(caller: Make, items: tuple[str, str]) -> None:
    refused(say(caller("technician"), FIRST, items[0]), 403, "forbidden")
    refused(say(caller(endpoint="185"), FIRST, items[0]), 403, "forbidden")
    refused(say(caller(endpoint=FIRST), SECOND, items[1]), 403, "forbidden")
    refused(say(caller(), FIRST, items[0]), 401, "unauthorized")
    assert lines(caller("mc")) == []


def test_what_makes_no_sense_is_refused_and_nothing_stored(caller: Make, items: tuple[str, str]) -> None:
    room, secretary = caller(endpoint=FIRST), caller("secretary")
    refused(say(room, FIRST, items[0], "perhaps"), 422, "invalid_input")
    refused(say(room, FIRST, items[0], reason="Mic"), 422, "invalid_input")
    refused(say(room, FIRST, items[0], readiness_id="x"), 422, "invalid_input")
    refused(say(room, FIRST, items[0], happened_at_ms=OPENING_AT_MS + 2 * MINUTE_MS), 422, "invalid_input")
    refused(say(room, FIRST, items[0], odd=1), 422, "invalid_input")
    refused(say(room, FIRST, "999"), 404, "not_found")
    refused(say(room, FIRST, items[1]), 409, "invalid_transition")
    refused(say(secretary, "no-such-code", items[0]), 404, "not_found")
    refused(say(secretary, "a%00b", items[0]), 404, "not_found")
    assert lines(caller("mc")) == []


def test_an_answer_about_an_item_that_has_begun_is_kept_and_does_no_harm(caller: Make, items: tuple[str, str]) -> None:
    mc = caller("mc")
    mc.command("start", {"item_id": items[0]})
    assert say(caller(endpoint=FIRST), FIRST, items[0]).status_code == 200
    assert statuses(mc) == {SECOND: "asked"}
    assert len(lines(mc)) == 1


@pytest.mark.parametrize("stage", ["draft", "closed"])
def test_a_conference_that_is_not_open_asks_nobody(
    caller: Make, items: tuple[str, str], services: Services, stage: str
) -> None:
    conference = services.conferences.current()
    conference.stage = stage
    db.session.commit()
    secretary = caller("secretary")
    assert statuses(secretary) == {}
    refused(say(secretary, FIRST, items[0]), 409, "invalid_transition")


# ---- how long it holds


def test_after_half_an_hour_the_room_is_asked_again(caller: Make, items: tuple[str, str], clock: FakeClock) -> None:
    room = caller(endpoint=FIRST)
    answer = say(room, FIRST, items[0]).get_json()
    clock.advance(HOLDS_MS - 1)
    assert statuses(room) == {FIRST: "ready"}
    clock.advance(1)
    (row,) = room.get("/readiness")
    assert (row["status"], row["answer"], row["outdated"]) == ("asked", None, answer)
    assert row["holds_until_at_ms"] is None


def test_an_answer_ends_with_a_line_that_is_lost_for_long(
    join: Join, caller: Make, items: tuple[str, str], clock: FakeClock
) -> None:
    room, mc = caller(endpoint=FIRST), caller("mc")
    screen = join(room)
    say(room, FIRST, items[0])
    clock.advance(MINUTE_MS)
    screen.disconnect(events.NAMESPACE)
    clock.advance(AWAY_MS)
    assert statuses(mc)[FIRST] == "ready"
    clock.advance(1)
    assert statuses(mc)[FIRST] == "asked"
    join(room)
    assert statuses(mc)[FIRST] == "asked"
    say(room, FIRST, items[0], happened_at_ms=clock.now_ms() - MINUTE_MS)  # it was given while the line was away
    assert statuses(mc)[FIRST] == "ready"


# ---- who hears of it


def hears(socket: SocketIOTestClient, name: str) -> dict[str, Any]:
    """Wait for one such event; what it carries."""
    heard: list[dict[str, Any]] = []

    def came() -> bool:
        heard.extend(received(socket, name))
        return bool(heard)

    asked_until(came, name)
    assert len(heard) == 1
    return heard[0]


def test_consoles_and_the_rooms_concerned_hear_of_it(join: Join, caller: Make, items: tuple[str, str]) -> None:
    room = caller(endpoint=FIRST)
    console, technician = join(caller("mc")), join(caller("technician"))
    own, other_device, district = join(room), join(room), join(caller(endpoint=SECOND))
    public, stranger = join(), join(caller(endpoint="185"))
    for socket in (console, technician, own, other_device, district, public, stranger):
        socket.get_received(events.NAMESPACE)

    say(room, FIRST, items[0])

    assert hears(console, events.CONSOLE_CHANGED) == hears(technician, events.CONSOLE_CHANGED) == {}
    for socket in (own, other_device, district):
        assert hears(socket, events.ENDPOINT_NOTICE) == {"kind": "readiness"}
    for socket in (public, stranger):
        assert received(socket, events.CONSOLE_CHANGED) == received(socket, events.ENDPOINT_NOTICE) == []


def test_what_another_process_has_stored_reaches_the_screens_here(
    app: Flask, database: str, join: Join, caller: Make, items: tuple[str, str], clock: FakeClock
) -> None:
    live: Live = app.extensions["giaoban.live"]
    console, own = join(caller("mc")), join(caller(endpoint=FIRST))
    for _ in range(3):
        live.watcher.look()
    for socket in (console, own):
        socket.get_received(events.NAMESPACE)
    other = make_app(database, clock)
    with other.app_context():
        body = {"item_id": items[0], "status": "ready", "readiness_id": str(uuid4()), "happened_at_ms": OPENING_AT_MS}
        other_services: Services = other.extensions["giaoban"]
        slug = other_services.conferences.current().slug
        other_services.readiness.answer(slug, FIRST, body, cli_identity("test"))

    live.watcher.look()
    live.watcher.look()

    assert hears(console, events.CONSOLE_CHANGED) == {}
    assert hears(own, events.ENDPOINT_NOTICE) == {"kind": "readiness"}


# ---- the record


def test_the_log_proves_the_answers(caller: Make, items: tuple[str, str], services: Services) -> None:
    answer = say(caller(endpoint=FIRST), FIRST, items[0]).get_json()
    conference = services.conferences.current()
    proof = prove(conference)
    assert [each.as_json() for each in proof.answers.values()] == [answer]

    db.session.execute(update(ReadinessRow).values(status="not_ready"))
    with pytest.raises(InvalidLog):
        prove(conference)


def test_answers_come_back_with_a_backup(
    app: Flask, elsewhere: Flask, caller: Make, items: tuple[str, str], tmp_path: Path
) -> None:
    say(caller(endpoint=FIRST), FIRST, items[0], "not_ready", reason="Camera")
    said = restored(elsewhere, backed_up(app, tmp_path / "b"))
    assert "khớp với nhật ký" in said
    assert tables(elsewhere)["readiness_answers"] == tables(app)["readiness_answers"] != []
