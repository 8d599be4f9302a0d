"""Whom to phone: who may see it and change it, what of it is kept, and that it stands nowhere else."""

import logging
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from giaoban.domain.contacts import checked
from giaoban.domain.errors import InvalidInput, NotAllowed, NotFound
from giaoban.domain.phone_queue import MINUTE_MS
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.contacts import NOBODY
from tests.conftest import COMMUNE, DISTRICT, HALL, ITS_DISTRICT, Caller, identity_for, identity_of
from tests.fakes import FakeClock
from tests.integration.backups import ME, backed_up, check_in, restored, tables
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]

OFFICE = "Văn phòng HĐND và UBND huyện Tràng Định"
NUMBER = "0912.939.739"
OFF_THE_AGENDA = "06001"


def set_contact(api: Caller, code: str = COMMUNE, telephone: str = NUMBER, office: str = OFFICE) -> None:
    answer = api.call("PUT", f"/endpoints/{code}/contact", {"office": office, "telephone": telephone})
    assert answer.status_code == 200, answer.text


# ---- who


def test_a_number_is_set_read_and_taken_away(caller: Make) -> None:
    secretary = caller("secretary")
    path = f"/endpoints/{COMMUNE}/contact"
    assert secretary.get(path)["telephone"] == ""

    set_contact(secretary, telephone=" 0912.939.739 ,0205 3811.484")

    told = secretary.get(path)
    assert told["endpoint_code"] == COMMUNE
    assert told["office"] == OFFICE
    assert told["numbers"] == [
        {"written": "0912.939.739", "dialled": "0912939739"},
        {"written": "0205 3811.484", "dialled": "02053811484"},
    ]
    set_contact(secretary, telephone="", office="")
    assert secretary.get(path)["changed_at_ms"] is None


@pytest.mark.parametrize(
    ("asker", "code", "status"),
    [
        ({"role": "technician"}, COMMUNE, 200),
        ({"role": "mc"}, HALL, 200),
        ({"endpoint": ITS_DISTRICT}, COMMUNE, 200),
        ({"endpoint": ITS_DISTRICT}, ITS_DISTRICT, 200),
        ({"endpoint": ITS_DISTRICT}, DISTRICT, 403),
        ({"endpoint": ITS_DISTRICT}, HALL, 403),
        ({"endpoint": ITS_DISTRICT}, "no-such", 403),
        ({"endpoint": COMMUNE}, COMMUNE, 200),
        ({"endpoint": COMMUNE}, ITS_DISTRICT, 403),
        ({"endpoint": COMMUNE}, "06634", 403),
        ({"role": "admin"}, "no-such", 404),
        ({}, COMMUNE, 401),
    ],
)
def test_nobody_sees_a_number_that_is_not_theirs_to_see(
    caller: Make, asker: dict[str, str], code: str, status: int
) -> None:
    if code not in ("no-such",):
        set_contact(caller("secretary"), code)

    answer = caller(**asker).call("GET", f"/endpoints/{code}/contact")

    assert answer.status_code == status
    assert (NUMBER in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("asker", "may"),
    [
        ({"role": "technician"}, False),
        ({"endpoint": ITS_DISTRICT}, False),
        ({"endpoint": COMMUNE}, False),
        ({"role": "mc"}, True),
    ],
)
def test_the_staff_alone_set_numbers_and_note_calls(caller: Make, asker: dict[str, str], may: bool) -> None:
    api = caller(**asker)
    contact = api.call("PUT", f"/endpoints/{COMMUNE}/contact", {"telephone": NUMBER})
    call = api.call("POST", f"/endpoints/{COMMUNE}/calls", {"call_id": str(uuid4()), "outcome": "busy"})

    assert (contact.status_code, call.status_code) == ((200, 200) if may else (403, 403))


@pytest.mark.parametrize(
    "body", [{"telephone": "không có"}, {"telephone": "1"}, {"telephone": NUMBER, "office": "x" * 151}]
)
def test_what_is_no_number_is_refused_and_the_old_one_stays(caller: Make, body: dict[str, str]) -> None:
    secretary = caller("secretary")
    set_contact(secretary)

    refused(secretary.call("PUT", f"/endpoints/{COMMUNE}/contact", body), 422, "invalid_input")

    assert secretary.get(f"/endpoints/{COMMUNE}/contact")["telephone"] == NUMBER


def test_a_room_of_another_conference_sees_nothing_of_this_one(services: Services, app: Flask) -> None:
    room = identity_for(app, None, COMMUNE)
    other = services.conferences.copy_for_rehearsal(services.conferences.current(), ME)

    with pytest.raises(NotAllowed):
        services.contacts.seen_by(other, room)


# ---- where it stands and where not


def test_a_number_is_in_no_answer_to_others_no_log_and_no_line_of_the_process(
    caller: Make, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secretary = caller("secretary")
    set_contact(secretary)
    secretary.call("POST", f"/endpoints/{COMMUNE}/calls", {"call_id": str(uuid4()), "outcome": "no_answer"})

    paths = ["/endpoints", "/roll-call", "/running-order", "/log", "/report"]
    told = [secretary.call("GET", path).text for path in paths]
    public = app.test_client()
    told += [public.get(path).text for path in ("/man-chieu", "/man-chieu/diem-danh", "/", "/api/v1/conferences")]

    for text in [*told, caplog.text]:
        assert "939" not in text
        assert OFFICE not in text


def test_copies_of_a_conference_have_its_numbers_and_none_of_its_calls(services: Services) -> None:
    conference = services.conferences.current()
    services.contacts.set(conference, COMMUNE, OFFICE, NUMBER, ME)
    services.phone_desk.record(conference, COMMUNE, str(uuid4()), "busy", ME)

    rehearsal = services.conferences.copy_for_rehearsal(conference, ME)
    new = NewConference("giao-ban-sau", "Giao ban sau", conference.starts_at_ms, [])
    clone = services.conferences.clone(conference, new, ME)

    for copy in (rehearsal, clone):
        assert services.contacts.seen_by(copy, ME).keys() == {COMMUNE}
        assert services.contacts.one(copy, COMMUNE, ME).telephone == NUMBER
        assert services.phone_desk.calls(copy, COMMUNE, ME) == []


def test_numbers_and_calls_are_in_a_backup_and_gone_with_their_conference(
    app: Flask, elsewhere: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        copy = services.conferences.copy_for_rehearsal(services.conferences.current(), ME)
        services.contacts.set(copy, COMMUNE, OFFICE, NUMBER, ME)
        services.phone_desk.record(copy, COMMUNE, str(uuid4()), "busy", ME)

    restored(elsewhere, backed_up(app, tmp_path_factory.mktemp("b") / "b"))

    with elsewhere.app_context():
        there: Services = elsewhere.extensions["giaoban"]
        copied = there.conferences.find(copy.slug)
        assert there.contacts.one(copied, COMMUNE, ME).telephone == NUMBER
        assert [call.outcome for call in there.phone_desk.calls(copied, COMMUNE, ME)] == ["busy"]
        there.conferences.delete(copied)
    held = tables(elsewhere)
    assert (held["contacts"], held["calls"]) == ([], [])


def test_many_are_stored_together_or_not_at_all(services: Services, conference: Conference) -> None:
    with pytest.raises(NotFound):
        services.contacts.set_many(conference, [checked(COMMUNE, "", NUMBER), checked("no-such", "", NUMBER)], ME)

    assert services.contacts.one(conference, COMMUNE, ME) == NOBODY


# ---- calls


def test_a_call_is_noted_once_however_often_it_is_sent(caller: Make) -> None:
    secretary = caller("secretary")
    path = f"/endpoints/{COMMUNE}/calls"
    body = {"call_id": str(uuid4()), "outcome": "no_answer"}

    first = secretary.call("POST", path, body)
    again = secretary.call("POST", path, {**body, "call_id": body["call_id"].upper()})

    assert first.json == again.json
    assert secretary.get(path) == [first.json]
    refused(secretary.call("POST", path, {**body, "outcome": "busy"}), 422, "call_id_reused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"call_id": "x"},
        {"outcome": "asleep"},
        {"outcome": "call_again"},
        {"again_at_ms": 5},
        {"outcome": "call_again", "again_at_ms": 5},
    ],
)
def test_a_call_that_cannot_be_is_refused(caller: Make, wrong: dict[str, object]) -> None:
    body = {"call_id": str(uuid4()), "outcome": "busy", **wrong}
    refused(caller("secretary").call("POST", f"/endpoints/{COMMUNE}/calls", body), 422, "invalid_input")


def test_the_hall_is_not_phoned(caller: Make) -> None:
    body = {"call_id": str(uuid4()), "outcome": "busy"}
    refused(caller("secretary").call("POST", f"/endpoints/{HALL}/calls", body), 404, "not_found")


# ---- the desk


@pytest.fixture
def desk(services: Services, conference: Conference) -> Callable[[], list[str]]:
    def codes() -> list[str]:
        who = identity_of(services, "secretary")
        return [entry.row["code"] for entry in services.phone_desk.view(conference, who).queue]

    return codes


def test_who_has_said_something_is_not_phoned(
    desk: Callable[[], list[str]], services: Services, conference: Conference
) -> None:
    before = desk()
    assert len(before) == len(services.roll_call.view(conference)["rows"])

    check_in(services, COMMUNE)

    assert set(before) - set(desk()) == {COMMUNE}


def test_where_a_room_has_no_number_its_districts_is_dialled(services: Services, conference: Conference) -> None:
    services.contacts.set(conference, ITS_DISTRICT, OFFICE, NUMBER, ME)

    queue = services.phone_desk.view(conference, ME).queue
    entry = next(one for one in queue if one.row["code"] == COMMUNE)

    assert entry.contact == NOBODY
    assert entry.numbers == [(NUMBER, "0912939739")]
    assert entry.district is not None
    assert entry.district["code"] == ITS_DISTRICT
    assert queue[0].row["code"] == ITS_DISTRICT  # of all rooms, its own and its communes alone can be phoned


def test_who_did_not_answer_goes_back_and_comes_again(
    services: Services, conference: Conference, desk: Callable[[], list[str]], clock: FakeClock
) -> None:
    first, second, *_ = desk()
    services.phone_desk.record(conference, first, str(uuid4()), "no_answer", ME)
    clock.advance(MINUTE_MS)
    again_at_ms = clock.now_ms() + 10 * MINUTE_MS
    services.phone_desk.record(conference, second, str(uuid4()), "call_again", ME, again_at_ms)

    assert desk()[-2:] == [first, second]
    clock.advance(10 * MINUTE_MS)
    assert desk()[0] == second


def test_a_reminder_of_a_day_is_the_longest(services: Services, conference: Conference, clock: FakeClock) -> None:
    late = clock.now_ms() + 25 * 60 * MINUTE_MS
    with pytest.raises(InvalidInput):
        services.phone_desk.record(conference, COMMUNE, str(uuid4()), "call_again", ME, late)


def test_the_demo_has_no_numbers_of_anybody(services: Services, conference: Conference) -> None:
    assert conference.slug == demo.SLUG
    assert services.contacts.seen_by(conference, ME) == {}


def test_a_room_that_leaves_the_roster_takes_its_number_and_its_calls_along(
    services: Services, conference: Conference
) -> None:
    services.contacts.set(conference, OFF_THE_AGENDA, OFFICE, NUMBER, ME)
    services.phone_desk.record(conference, OFF_THE_AGENDA, str(uuid4()), "busy", ME)
    units = [unit for unit in services.conferences.units(conference) if unit.code != OFF_THE_AGENDA]
    lines = [",".join((u.code, u.level, u.kind, u.name, u.parent_code or "")) for u in units]

    roster = "\n".join(("code,level,kind,name,parent_code", *lines)).encode()
    services.conferences.import_roster(roster, conference.slug, None, 0, ME)

    assert services.contacts.seen_by(conference, ME) == {}
    with pytest.raises(NotFound):
        services.phone_desk.calls(conference, OFF_THE_AGENDA, ME)
