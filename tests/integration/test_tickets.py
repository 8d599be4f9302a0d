"""Faults as tickets by the API: who opens and sees which, what the log says, whom it is told."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from giaoban.domain.errors import InvalidLog
from giaoban.domain.tickets import ACTIONS, OPEN_MOST
from giaoban.extensions import db
from giaoban.models import Conference, TicketRow
from giaoban.models.database import writing
from giaoban.realtime import events
from giaoban.services import Services
from giaoban.services.proof import prove
from tests.conftest import COMMUNE, DISTRICT, HALL, ITS_DISTRICT, Caller, identity_of
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.test_live import Join, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]


def report(caller: Caller, code: str = COMMUNE, **fields: Any) -> TestResponse:
    body = {"ticket_id": str(uuid4()), "endpoint_code": code, "kind": "mic", "text": "Micro không có tiếng", **fields}
    return caller.call("POST", "/tickets", body)


def reported(caller: Caller, code: str = COMMUNE, **fields: Any) -> dict[str, Any]:
    answer = report(caller, code, **fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def do(caller: Caller, ticket: dict[str, Any], action: str, **fields: Any) -> TestResponse:
    body = {"change_id": str(uuid4()), "expected_revision": ticket["revision"], **fields}
    return caller.call("POST", f"/tickets/{ticket['ticket_id']}/{action}", body)


def lines(caller: Caller) -> list[dict[str, Any]]:
    return [line for line in caller.get("/log") if line["kind"] == "ticket"]


def test_a_room_reports_a_technician_looks_after_it_and_the_log_says_so(caller: Make, clock: FakeClock) -> None:
    room, technician = caller(endpoint=COMMUNE), caller("technician")

    ticket = reported(room, text="  Micro không có tiếng, xin gọi 0912.939.739 ")
    clock.advance(120_000)
    ticket = do(technician, ticket, "take").get_json()
    assert (ticket["state"], ticket["holder"], ticket["waited_ms"]) == ("working", "technician:technician", 120_000)
    ticket = do(technician, ticket, "note", text="Chờ thay pin").get_json()
    clock.advance(180_000)
    ticket = do(technician, ticket, "finish", text="Đã thay pin").get_json()
    clock.advance(60_000)

    (seen,) = room.get("/tickets")
    assert (seen["state"], seen["open_ms"], seen["revision"]) == ("done", 300_000, 4)
    assert seen["text"] == "Micro không có tiếng, xin gọi 0912.939.739"
    assert [change["action"] for change in seen["changes"]] == ["open", "take", "finish"]
    assert {change["actor"] for change in seen["changes"]} == {f"endpoint:{COMMUNE}", "technician"}
    assert seen["holder"] == "technician"
    told = lines(caller("mc"))
    assert [line["data"]["action"] for line in told] == ["open", "take", "note", "finish"]
    assert all(line["version"] is None for line in told)
    assert told[0]["data"]["text"] == "Micro không có tiếng, xin gọi (số điện thoại)"
    assert told[3] == {
        **told[3],
        "actor": "technician:technician",
        "at_ms": OPENING_AT_MS + 300_000,
        "data": {
            "ticket_id": ticket["ticket_id"],
            "endpoint_code": COMMUNE,
            "action": "finish",
            "kind": "mic",
            "state": "done",
            "text": "Đã thay pin",
        },
    }


def test_the_same_report_again_is_the_same_ticket(caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    again = str(uuid4())

    first = reported(room, ticket_id=again)
    second = reported(room, ticket_id=again.upper())

    assert first == second
    assert len(room.get("/tickets")) == len(lines(caller("mc"))) == 1
    refused(report(room, ticket_id=again, kind="sound"), 422, "ticket_id_reused")


def test_the_same_change_again_changes_nothing(caller: Make) -> None:
    technician = caller("technician")
    ticket, again = reported(technician), str(uuid4())

    first = do(technician, ticket, "take", change_id=again)
    second = do(technician, ticket, "take", change_id=again)

    assert first.get_json() == second.get_json()
    assert len(lines(caller("mc"))) == 2


def test_of_two_technicians_at_one_ticket_the_second_is_shown_how_it_stands(caller: Make) -> None:
    technician, admin = caller("technician"), caller("admin")
    ticket = reported(technician)
    do(admin, ticket, "take")

    details = refused(do(technician, ticket, "finish"), 409, "stale_version")

    assert details["ticket"]["holder"] == "admin:admin"
    assert (details["expected_revision"], details["revision"]) == (1, 2)
    assert do(technician, details["ticket"], "take").get_json()["holder"] == "technician:technician"


def test_what_is_only_said_never_comes_too_late(caller: Make) -> None:
    technician = caller("technician")
    ticket = reported(technician)
    do(caller("admin"), ticket, "take")

    assert do(technician, ticket, "answer", text="Sẽ gọi lại", expected_revision=None).status_code == 200
    refused(do(technician, ticket, "answer", text=" "), 422, "invalid_input")
    refused(do(technician, ticket, "take", expected_revision=None), 422, "invalid_input")


def test_what_the_state_does_not_allow_is_told_with_the_ticket(caller: Make) -> None:
    technician = caller("technician")
    details = refused(do(technician, reported(technician), "reopen"), 409, "invalid_transition")
    assert details["ticket"]["state"] == "new"


# ---- who


def test_each_sees_the_tickets_of_its_own_scope(caller: Make) -> None:
    technician = caller("technician")
    for code in (COMMUNE, ITS_DISTRICT, DISTRICT, HALL):
        reported(technician, code)

    def seen(**who: Any) -> set[str]:
        return {ticket["endpoint_code"] for ticket in caller(**who).get("/tickets")}

    assert seen(role="secretary") == seen(role="mc") == {COMMUNE, ITS_DISTRICT, DISTRICT, HALL}
    assert seen(endpoint=COMMUNE) == {COMMUNE}
    assert seen(endpoint=ITS_DISTRICT) == {COMMUNE, ITS_DISTRICT}
    assert seen(endpoint=DISTRICT) == {DISTRICT}


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ({"role": "technician"}, COMMUNE, 200),
        ({"role": "admin"}, HALL, 200),
        ({"role": "mc"}, COMMUNE, 403),
        ({"role": "secretary"}, COMMUNE, 403),
        ({"endpoint": COMMUNE}, COMMUNE, 200),
        ({"endpoint": COMMUNE}, ITS_DISTRICT, 403),
        ({"endpoint": ITS_DISTRICT}, COMMUNE, 403),  # it sees its communes' tickets; they themselves report
        ({"role": "technician"}, "99999", 404),
        ({"role": "technician"}, "\0", 404),
        ({}, COMMUNE, 401),
    ],
)
def test_who_reports_for_whom(caller: Make, who: dict[str, str], code: str, status: int) -> None:
    assert report(caller(**who), code).status_code == status


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "who", [{"role": "mc"}, {"role": "secretary"}, {"endpoint": ITS_DISTRICT}, {"endpoint": DISTRICT}], ids=str
)
def test_who_only_looks_changes_nothing(caller: Make, who: dict[str, str], action: str) -> None:
    ticket = reported(caller("technician"))
    assert do(caller(**who), ticket, action, text="x").status_code == 403
    assert len(lines(caller("mc"))) == 1


@pytest.mark.parametrize(("action", "status"), [("finish", 200), ("answer", 200), ("take", 403), ("note", 403)])
def test_what_a_room_does_to_its_own(caller: Make, action: str, status: int) -> None:
    ticket = reported(caller("technician"))
    assert do(caller(endpoint=COMMUNE), ticket, action, text="Đã có tiếng").status_code == status


def test_a_room_opens_again_what_was_called_done(caller: Make, clock: FakeClock) -> None:
    room, technician = caller(endpoint=COMMUNE), caller("technician")
    ticket = do(technician, reported(room), "finish").get_json()
    clock.advance(600_000)

    ticket = do(room, ticket, "reopen", text="Lại mất tiếng").get_json()

    assert (ticket["state"], ticket["holder"], ticket["since_at_ms"]) == ("reopened", None, OPENING_AT_MS + 600_000)


def test_an_unknown_ticket_or_action_is_none(caller: Make) -> None:
    technician = caller("technician")
    ticket = reported(technician)
    refused(do(technician, {**ticket, "ticket_id": str(uuid4())}, "take"), 404, "not_found")
    refused(do(technician, {**ticket, "ticket_id": "x"}, "take"), 404, "not_found")
    refused(do(technician, ticket, "close"), 404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "fire"}, {"kind": "other", "text": ""}, {"ticket_id": "1"}, {"text": "x" * 501}, {"more": 1}],
    ids=str,
)
def test_a_report_that_says_nothing_usable_is_refused(caller: Make, wrong: dict[str, Any]) -> None:
    assert report(caller(endpoint=COMMUNE), **wrong).status_code == 422


def test_a_finger_on_the_button_opens_no_hundred_tickets(caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    for _ in range(OPEN_MOST):
        reported(room)
    refused(report(room), 409, "invalid_transition")
    assert report(caller(endpoint=ITS_DISTRICT), ITS_DISTRICT).status_code == 200


def test_a_closed_conference_takes_no_more(caller: Make, services: Services, conference: Conference) -> None:
    technician = caller("technician")
    ticket = reported(technician)
    services.conference_life.close(conference, identity_of(services, "admin"))

    refused(report(technician), 409, "invalid_transition")
    refused(do(technician, ticket, "take"), 409, "invalid_transition")


# ---- whom it is told


def test_the_staff_and_the_rooms_concerned_are_told(join: Join, caller: Make) -> None:
    room, technician = caller(endpoint=COMMUNE), caller("technician")
    console, screen, district = join(caller("mc")), join(room), join(caller(endpoint=ITS_DISTRICT))
    other, public = join(caller(endpoint=DISTRICT)), join()

    reported(technician)

    notice = {"kind": "ticket", "code": COMMUNE, "at_ms": OPENING_AT_MS}
    assert received(screen, events.ENDPOINT_NOTICE) == received(district, events.ENDPOINT_NOTICE) == [notice]
    told = console.get_received(events.NAMESPACE)
    assert {event["name"] for event in told} >= {events.CONSOLE_CHANGED}
    assert events.ENDPOINT_NOTICE not in {event["name"] for event in told}
    for nobody in (other, public):
        names = {event["name"] for event in nobody.get_received(events.NAMESPACE)}
        assert not names & {events.ENDPOINT_NOTICE, events.TECHNICAL_CHANGED, events.CONSOLE_CHANGED}


def test_the_technicians_board_is_told_which_rooms(join: Join, caller: Make) -> None:
    board = join(caller("technician"))
    reported(caller(endpoint=COMMUNE))
    board.app.extensions["tests.afterwards"].wait()  # type: ignore[attr-defined]
    assert {"codes": [COMMUNE]} in received(board, events.TECHNICAL_CHANGED)


def test_openapi_describes_it(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    assert paths["/api/v1/conferences/{slug}/tickets"].keys() >= {"get", "post"}
    assert "409" in paths["/api/v1/conferences/{slug}/tickets/{ticket_id}/{action}"]["post"]["responses"]


def test_a_ticket_of_a_room_that_left_the_roster_does_not_stay_open(
    caller: Make, services: Services, conference: Conference
) -> None:
    on_agenda = {item["endpoint_code"] for item in caller("mc").get("/running-order")["items"]}
    units = services.conferences.units(conference)
    gone = next(unit.code for unit in units if unit.level == "commune" and unit.code not in on_agenda)
    reported(caller("technician"), gone)
    assert services.tickets.open_ones(conference) == 1

    rows = [",".join((u.code, u.level, u.kind, u.name, u.parent_code or "")) for u in units if u.code != gone]
    roster = "\n".join(("code,level,kind,name,parent_code", *rows)).encode()
    services.conferences.import_roster(roster, conference.slug, None, 0, identity_of(services, "admin"))

    assert services.tickets.open_ones(conference) == 0
    assert caller("technician").get("/tickets") == []


def test_the_log_proves_the_tickets(caller: Make, services: Services, conference: Conference) -> None:
    ticket = reported(caller(endpoint=COMMUNE))
    do(caller("technician"), ticket, "take")
    assert prove(conference).tickets == {ticket["ticket_id"]: (COMMUNE, "mic", "working", 2)}

    with writing():
        row = db.session.scalars(select(TicketRow)).one()
        row.changes = row.changes[:1]

    with pytest.raises(InvalidLog):
        prove(conference)
