"""Line tests over HTTP and the probe over the socket: stored once, seen by whom they concern, told to the staff."""

from collections.abc import Callable
from importlib import resources
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from marshmallow import RAISE
from werkzeug.test import TestResponse

from giaoban.api.line_tests import LineTestSchema, RoomTestSchema
from giaoban.domain.line_tests import GRADES
from giaoban.domain.roster import read_roster
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.line_tests import LineTestRow
from giaoban.realtime import events
from giaoban.realtime.flood import DEBT_MOST
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.scope import Scope
from tests.conftest import COMMUNE, DISTRICT, HALL, ITS_DISTRICT, Caller, identity_of, make_app
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.forms import HTMX, Browser, token
from tests.integration.test_live import Join, ask, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused
from tests.waiting import asked_until

Make = Callable[..., Caller]
MEASURED: dict[str, Any] = {"round_trips_ms": [30, 34, None, 41], "transport": "websocket"}


def send(api: Caller, code: str, *, line_test_id: str | None = None, **body: Any) -> TestResponse:
    said = {"happened_at_ms": OPENING_AT_MS, "picture": "good", **body}
    return api.call("PUT", f"/endpoints/{code}/line-tests/{line_test_id or uuid4()}", said)


def last(api: Caller, code: str) -> Any:
    return next(row["test"] for row in api.get("/line-tests") if row["code"] == code)


# ---- taking


def test_a_room_sends_its_test_and_is_told_what_to_do(caller: Make, clock: FakeClock) -> None:
    clock.advance(60_000)
    room = caller(endpoint=COMMUNE)

    answer = send(room, COMMUNE, **MEASURED, sound="poor", mic=None, note="Loa cũ")

    assert answer.status_code == 200
    test = answer.get_json()
    LineTestSchema(unknown=RAISE).load(test)
    assert (test["rtt_median_ms"], test["rtt_worst_ms"], test["jitter_ms"]) == (34, 41, 6)
    assert (test["sent"], test["lost"], test["transport"]) == (4, 1, "websocket")
    assert (test["source"], test["actor"]) == ("self", f"endpoint:{COMMUNE}")
    assert (test["at_ms"], test["received_at_ms"]) == (OPENING_AT_MS, clock.now_ms())
    assert test["verdict"]["grade"] == "poor"  # one of four is lost
    assert test["verdict"]["untested"] == ["mic"]
    assert len(test["verdict"]["advice"]) == 2
    assert last(room, COMMUNE) == test


def test_the_same_id_counts_once(caller: Make, clock: FakeClock) -> None:
    room = caller(endpoint=COMMUNE)
    line_test_id = str(uuid4())
    first = send(room, COMMUNE, line_test_id=line_test_id, **MEASURED)
    clock.advance(60_000)

    for written in (line_test_id, line_test_id.upper()):
        again = send(room, COMMUNE, line_test_id=written, **MEASURED)
        assert (again.status_code, again.get_json()) == (200, first.get_json())
    refused(send(room, COMMUNE, line_test_id=line_test_id, picture="none"), 422, "line_test_id_reused")
    assert len(room.get(f"/endpoints/{COMMUNE}/line-tests")) == 1


def test_the_last_one_is_that_which_was_made_last(caller: Make, clock: FakeClock) -> None:
    clock.advance(600_000)
    room = caller(endpoint=COMMUNE)
    send(room, COMMUNE, picture="none", happened_at_ms=clock.now_ms() + 50_000)  # a clock a little ahead
    clock.advance(10_000)
    send(room, COMMUNE, picture="good", happened_at_ms=clock.now_ms())
    send(room, COMMUNE, picture="poor")  # was queued on the device since the opening

    assert last(room, COMMUNE)["picture"] == "good"
    assert [test["picture"] for test in room.get(f"/endpoints/{COMMUNE}/line-tests")] == ["good", "none", "poor"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"picture": None}, "invalid_input"),
        ({"picture": "fine"}, "invalid_input"),
        ({"rtt_median_ms": 3}, "invalid_input"),
        ({"round_trips_ms": [2001], "transport": "websocket"}, "invalid_input"),
        ({"happened_at_ms": OPENING_AT_MS + 60_001}, "invalid_input"),
        ({"happened_at_ms": "7:30"}, "invalid_input"),
        ({"note": "x" * 301}, "invalid_input"),
        ({"line_test_id": "no-uuid"}, "invalid_input"),
    ],
)
def test_bad_tests_are_422_and_store_nothing(caller: Make, change: dict[str, Any], code: str) -> None:
    room = caller(endpoint=COMMUNE)

    refused(send(room, COMMUNE, **change), 422, code)

    assert last(room, COMMUNE) is None


def test_a_closed_conference_takes_none_but_answers_what_it_has(
    caller: Make, services: Services, conference: Conference
) -> None:
    room = caller(endpoint=COMMUNE)
    line_test_id = str(uuid4())
    first = send(room, COMMUNE, line_test_id=line_test_id)
    services.conference_life.close(conference, identity_of(services, "admin"))

    refused(send(room, COMMUNE), 409, "invalid_transition")
    assert send(room, COMMUNE, line_test_id=line_test_id).get_json() == first.get_json()


def test_tests_are_no_lines_of_the_log(caller: Make) -> None:
    send(caller(endpoint=COMMUNE), COMMUNE, note="gọi 0912 345 678")

    assert [line["kind"] for line in caller("mc").get("/log")] == ["conference_created"]


# ---- who

ROLES = ("technician", "secretary", "mc", "admin")


@pytest.mark.parametrize("code", [COMMUNE, ITS_DISTRICT, DISTRICT, HALL, "no-such-code"])
@pytest.mark.parametrize("asker", ["nobody", "commune", "district", *ROLES])
def test_who_may_record_one(caller: Make, asker: str, code: str) -> None:
    rooms = {"commune": COMMUNE, "district": ITS_DISTRICT}
    api = caller() if asker == "nobody" else caller(endpoint=rooms[asker]) if asker in rooms else caller(asker)

    answer = send(api, code)

    if asker == "nobody":
        refused(answer, 401, "unauthorized")
    elif asker in ("technician", "admin"):
        assert answer.status_code == (404 if code == "no-such-code" else 200), answer.text
        if answer.status_code == 200:
            assert answer.get_json()["source"] == "technician"
    elif rooms.get(asker) == code:
        assert answer.get_json()["source"] == "self"
    else:
        refused(answer, 403, "forbidden")


@pytest.mark.parametrize(("asker", "count"), [("commune", 1), ("district", 23), *((role, 212) for role in ROLES)])
def test_who_sees_which(caller: Make, asker: str, count: int) -> None:
    rooms = {"commune": COMMUNE, "district": ITS_DISTRICT}
    api = caller(endpoint=rooms[asker]) if asker in rooms else caller(asker)
    send(caller(endpoint=COMMUNE), COMMUNE)

    rows = api.get("/line-tests")

    RoomTestSchema(many=True, unknown=RAISE).load(rows)
    assert len(rows) == count
    assert [row["code"] for row in rows if row["test"]] == [COMMUNE]
    elsewhere = api.call("GET", f"/endpoints/{DISTRICT}/line-tests")
    if asker in rooms:
        refused(elsewhere, 403, "forbidden")
        refused(api.call("GET", "/endpoints/none/line-tests"), 403, "forbidden")
    else:
        assert elsewhere.get_json() == []
        refused(api.call("GET", "/endpoints/none/line-tests"), 404, "not_found")


# ---- for the technician


def test_what_stands_of_a_room_is_the_last_word_on_each_part(caller: Make, clock: FakeClock) -> None:
    room, technician = caller(endpoint=COMMUNE), caller("technician")
    send(room, COMMUNE, **MEASURED, picture="none")
    for number in range(8):
        clock.advance(1_000)
        send(technician, COMMUNE, happened_at_ms=clock.now_ms(), picture=None, sound="poor", note=str(number))
    clock.advance(1_000)
    send(room, COMMUNE, happened_at_ms=clock.now_ms(), picture="good")

    test = last(technician, COMMUNE)

    assert (test["sent"], test["lost"], test["picture"], test["sound"], test["mic"]) == (4, 1, "good", "poor", None)
    assert (test["at_ms"], test["source"], test["note"]) == (clock.now_ms(), "self", "")
    assert (test["verdict"]["grade"], test["verdict"]["untested"]) == ("poor", ["mic"])
    assert len(room.get(f"/endpoints/{COMMUNE}/line-tests")) == 10


def test_a_room_and_its_district_hear_of_its_test(caller: Make, join: Join, clock: FakeClock) -> None:
    room, district, other = (join(caller(endpoint=code)) for code in (COMMUNE, ITS_DISTRICT, DISTRICT))

    send(caller("technician"), COMMUNE)

    heard = [{"kind": "line_test", "code": COMMUNE, "at_ms": clock.now_ms()}]
    assert received(room, events.ENDPOINT_NOTICE) == received(district, events.ENDPOINT_NOTICE) == heard
    assert received(other, events.ENDPOINT_NOTICE) == []


def test_rooms_without_a_test_are_there_without_one(services: Services, conference: Conference, caller: Make) -> None:
    send(caller(endpoint=ITS_DISTRICT), ITS_DISTRICT, sound="poor")
    send(caller("technician"), HALL, mic="none")

    rows = services.line_tests.latest(conference)

    grades = {row["code"]: row["test"]["verdict"]["grade"] for row in rows if row["test"]}
    assert grades == {HALL: GRADES[-1], ITS_DISTRICT: GRADES[1]}
    assert len(rows) == 212
    assert len(services.line_tests.latest(conference, Scope(district=ITS_DISTRICT))) == 23
    hall = services.line_tests.last(conference, HALL)
    assert hall == next(row["test"] for row in rows if row["code"] == HALL)
    assert services.line_tests.last(conference, DISTRICT) is None


def test_a_roster_without_districts_does_as_well(services: Services) -> None:
    units = read_roster(resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes())
    new = NewConference("nam-2025", "Giao ban 2025", OPENING_AT_MS, units)
    conference = services.conferences.create(new, identity_of(services, "admin"))
    code = units[-1].code
    body = {"happened_at_ms": OPENING_AT_MS, "mic": "poor"}
    services.line_tests.record(conference.slug, code, str(uuid4()), body, identity_of(services, "technician"))

    rows = services.line_tests.latest(conference)

    assert [row["code"] for row in rows] == [unit.code for unit in units]
    assert [row["code"] for row in rows if row["test"]] == [code]


def test_the_staff_are_told_and_the_rooms_are_not(caller: Make, join: Join) -> None:
    technician, room, public = join(caller("technician")), join(caller(endpoint=COMMUNE)), join()

    send(caller(endpoint=COMMUNE), COMMUNE)

    assert told(technician) == [{"codes": [COMMUNE]}]
    assert received(room, events.TECHNICAL_CHANGED) == received(public, events.TECHNICAL_CHANGED) == []


def test_a_test_that_comes_again_tells_nobody(caller: Make, join: Join) -> None:
    technician, room, line_test_id = join(caller("technician")), caller(endpoint=COMMUNE), str(uuid4())
    send(room, COMMUNE, line_test_id=line_test_id)
    assert told(technician) == [{"codes": [COMMUNE]}]

    send(room, COMMUNE, line_test_id=line_test_id)
    send(caller(endpoint=ITS_DISTRICT), ITS_DISTRICT)

    assert told(technician) == [{"codes": [ITS_DISTRICT]}]


def told(screen: SocketIOTestClient) -> list[dict[str, Any]]:
    """What that screen is told next: it is gathered, and comes a moment later."""
    found: list[dict[str, Any]] = []
    asked_until(lambda: bool(found.extend(received(screen, events.TECHNICAL_CHANGED)) or found), "a word to the staff")
    return found


# ---- the probe


def test_a_probe_is_answered_with_its_number_and_the_clock(caller: Make, join: Join, clock: FakeClock) -> None:
    screen = join(caller(endpoint=COMMUNE))

    for number in (1, 2, 20):
        answer = ask(screen, events.LINE_PROBE, {"n": number, "sent_at_ms": 0})
        assert answer == {"ok": True, "n": number, "server_now_ms": clock.now_ms()}


@pytest.mark.parametrize("payload", [{}, {"n": None}, {"n": "1"}, {"n": True}, {"n": 1.5}, [1], "1"])
def test_a_probe_without_a_number_is_refused(caller: Make, join: Join, payload: Any) -> None:
    answer = ask(join(caller(endpoint=COMMUNE)), events.LINE_PROBE, payload)

    assert answer["error"]["code"] == "invalid_input"


def test_probes_count_as_questions_of_the_connection(database: str, clock: FakeClock) -> None:
    app = make_app(database, clock, SOCKET_EVENTS_PER_S=1)
    key = {"_user_id": _session_of(app, "technician"), "_fresh": True}
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(key)
    screen = app.extensions["socketio"].test_client(app, namespace=events.NAMESPACE, flask_test_client=browser)

    answers = [ask(screen, events.LINE_PROBE, {"n": n}) for n in range(1, 8)]

    assert [answer["ok"] for answer in answers] == [True] * 5 + [False] * 2
    assert answers[-1]["error"]["code"] == "too_many_requests"
    assert DEBT_MOST > 2  # not cut off yet: it is told


def _session_of(app: Flask, role: str) -> str:
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        return services.accounts.begin(identity_of(services, role)).session_key


# ---- the pages


def form_of(browser: Any, path: str, **fields: str) -> dict[str, str]:
    return {"csrf_token": token(browser, path), "form_id": str(uuid4()), **fields}


PAGE = "/diem-cau/thu-duong-truyen"


def test_the_answers_alone_go_by_the_form(signed_in: Browser, services: Services, conference: Conference) -> None:
    room = signed_in(endpoint=COMMUNE)
    assert "Chưa thử đường truyền" in room.get(PAGE).text
    form = form_of(room, PAGE, picture="good", sound="poor", mic="", note="Loa cũ")

    answers = [room.post(PAGE, data=form) for _ in range(2)]  # a double click

    assert [answer.status_code for answer in answers] == [303, 303]
    [test] = services.line_tests.history(conference, COMMUNE, Scope())
    assert (test["picture"], test["sound"], test["mic"], test["sent"]) == ("good", "poor", None, None)
    text = room.get(PAGE).text
    assert "Đường truyền tạm được" in text
    assert "Chưa thử: mạng, micro" in text
    assert "Loa cũ" in text
    card = room.get(PAGE + "/o").text
    assert "Đường truyền: tạm được" in card
    assert card.strip() in room.get("/diem-cau").text
    room.post(PAGE, data={**form, "sound": "good"})  # went back and changed it
    assert len(services.line_tests.history(conference, COMMUNE, Scope())) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "ít nhất một bước"),
        ({"picture": "good", "note": "y" * 301}, "300 ký tự"),
        ({"sound": "loud"}, "Xin chọn lại"),
        ({"mic": "good", "form_id": "?"}, "Xin tải lại trang"),
    ],
)
def test_what_was_chosen_stays_when_it_is_refused(
    signed_in: Browser, services: Services, conference: Conference, fields: dict[str, str], words: str
) -> None:
    room = signed_in(endpoint=COMMUNE)

    answer = room.post(PAGE, data=form_of(room, PAGE, **fields))

    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count(" checked") == len({"picture", "mic"} & fields.keys())
    assert fields.get("note", "") in answer.text
    assert services.line_tests.last(conference, COMMUNE) is None


def test_a_district_sees_its_communes_and_speaks_for_none(
    signed_in: Browser, services: Services, conference: Conference, caller: Make
) -> None:
    district = signed_in(endpoint=ITS_DISTRICT)
    send(caller(endpoint=COMMUNE), COMMUNE, picture="none", note="Chưa có camera")

    page, fragment = district.get(PAGE).text, district.get(PAGE + "/ket-qua").text

    for text in (page, fragment):
        assert '<span class="num">1/22</span> đã thử' in text
        assert "Kém" in text
        assert text.count("Chưa thử</small>") == 21
    assert "<html" not in fragment
    district.post(PAGE, data=form_of(district, PAGE, picture="good", endpoint_code=COMMUNE))
    assert len(services.line_tests.history(conference, COMMUNE, Scope())) == 1
    assert services.line_tests.last(conference, ITS_DISTRICT) is not None
    assert "Điểm cầu cấp xã" not in signed_in(endpoint=COMMUNE).get(PAGE).text


def test_camera_and_microphone_are_open_on_this_page_alone(signed_in: Browser) -> None:
    room = signed_in(endpoint=COMMUNE)

    here = room.get(PAGE).headers["Permissions-Policy"]
    refused_form = room.post(PAGE, data=form_of(room, PAGE)).headers["Permissions-Policy"]

    assert here == refused_form
    assert "camera=(self)" in here
    assert "microphone=(self)" in here
    assert "geolocation=()" in here
    for path in ("/diem-cau", PAGE + "/ket-qua", PAGE + "/o", "/vao", "/nowhere"):
        assert "camera=()" in room.get(path).headers["Permissions-Policy"]
        assert "microphone=()" in room.get(path).headers["Permissions-Policy"]


def test_the_technician_records_what_a_room_says_on_the_telephone(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    technician = signed_in("technician")
    path = f"/ky-thuat/duong-truyen/{COMMUNE}"
    assert "Chưa thử" in technician.get(path).text

    answer = technician.post(path, data=form_of(technician, path, sound="none"))
    again = technician.post(path, data=form_of(technician, path, sound="good"), headers=HTMX)

    assert (answer.status_code, again.status_code) == (303, 200)
    assert "<html" not in again.text
    assert again.text.count("kỹ thuật ghi") == 2
    tests = services.line_tests.history(conference, COMMUNE, Scope())
    assert [(test["source"], test["actor"]) for test in tests] == [("technician", "technician:technician")] * 2
    empty = technician.post(path, data=form_of(technician, path), headers=HTMX)
    assert (empty.status_code, "ít nhất một bước" in empty.text) == (422, True)
    assert technician.get("/ky-thuat/duong-truyen/none").status_code == 404


def test_the_others_of_the_staff_only_read(signed_in: Browser, caller: Make) -> None:
    send(caller(endpoint=COMMUNE), COMMUNE, note="Loa cũ")
    for role in ("mc", "secretary"):
        text = signed_in(role).get(f"/ky-thuat/duong-truyen/{COMMUNE}").text
        assert "Loa cũ" in text
        assert "<form" not in text


def test_tests_are_gone_with_their_conference(services: Services, conference: Conference, caller: Make) -> None:
    copy = services.conferences.copy_for_rehearsal(conference, identity_of(services, "admin"))
    body = {"happened_at_ms": OPENING_AT_MS, "picture": "good"}
    services.line_tests.record(copy.slug, COMMUNE, str(uuid4()), body, identity_of(services, "technician"))
    assert db.session.query(LineTestRow).count() == 1

    services.conferences.delete(copy)

    assert db.session.query(LineTestRow).count() == 0
