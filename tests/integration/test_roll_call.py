"""Check-ins over HTTP: kept for ever, one of them effective, and totals that always add up."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from marshmallow import RAISE

from giaoban.api.roll_call import CheckInAnswerSchema, RollCallSchema
from giaoban.domain.errors import IdReused, NotAllowed, NotFound
from giaoban.domain.roll_call import Record, conflicting, effective, last_words, parse_check_in, record_from_json
from giaoban.extensions import db
from giaoban.models import roll_call as rows
from giaoban.models.conference import endpoint_by_code
from giaoban.models.roll_call import CheckInRow
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.check_ins import Arrival
from giaoban.services.identity import Identity
from giaoban.services.scope import Scope
from tests.conftest import COMMUNE, HALL, ITS_DISTRICT, Caller, identity_for
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]
MINUTE_MS = 60_000


def row(api: Caller, code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in api.get("/endpoints") if row["code"] == code)
    return found


def test_a_room_checks_itself_in(caller: Make, clock: FakeClock) -> None:
    clock.advance(MINUTE_MS)
    room = caller(endpoint=COMMUNE)
    answer = room.check_in(COMMUNE, headcount={"total": 30, "groups": {"Đại biểu HĐND": 25, "Khách mời": 5}})
    body = answer.get_json()
    CheckInAnswerSchema(unknown=RAISE).load(body)
    assert body["record"] == body["effective"] == row(room, COMMUNE)["effective"]
    assert body["record"]["source"] == "self"
    assert body["record"]["headcount"] == {"total": 30, "groups": {"Đại biểu HĐND": 25, "Khách mời": 5}}
    assert (body["record"]["happened_at_ms"], body["record"]["received_at_ms"]) == (OPENING_AT_MS, clock.now_ms())
    assert body["record"]["actor"] == f"endpoint:{COMMUNE}"


def test_a_headcount_is_always_answered_as_an_object(caller: Make) -> None:
    answer = caller(endpoint=COMMUNE).check_in(COMMUNE, headcount=7).get_json()
    assert answer["record"]["headcount"] == {"total": 7, "groups": {}}


def test_an_absence_needs_a_reason_and_counts_nobody(caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    refused(room.check_in(COMMUNE, status="absent"), 422, "invalid_input")
    refused(room.check_in(COMMUNE, status="absent", reason="  "), 422, "invalid_input")
    record = room.check_in(COMMUNE, status="absent", reason="Mất điện", headcount=9).get_json()["record"]
    assert (record["reason"], record["headcount"]["total"]) == ("Mất điện", 0)


@pytest.mark.parametrize(
    "change",
    [
        {"check_in_id": "no-uuid"},
        {"status": "perhaps"},
        {"headcount": -1},
        {"headcount": "5"},
        {"headcount": 1.5},
        {"headcount": True},
        {"headcount": {"total": 5, "groups": {"a": 6}}},
        {"headcount": {"sum": 5}},
        {"happened_at_ms": "now"},
        {"happened_at_ms": None},
        {"happened_at_ms": -1},
        {"happened_at_ms": 10**30},
        {"happened_at_ms": OPENING_AT_MS + 60_001},
        {"reason": 7},
        {"reason": "x" * 301},
        {"late": False},
    ],
)
def test_bad_check_ins_are_422_and_store_nothing(caller: Make, change: dict[str, Any]) -> None:
    room = caller(endpoint=COMMUNE)
    refused(room.check_in(COMMUNE, **change), 422, "invalid_input")
    assert row(room, COMMUNE)["effective"] is None


def test_up_to_a_minute_ahead_is_accepted(caller: Make) -> None:
    assert caller(endpoint=COMMUNE).check_in(COMMUNE, happened_at_ms=OPENING_AT_MS + 60_000).status_code == 200


def test_the_same_id_answers_the_same(caller: Make, clock: FakeClock) -> None:
    room = caller(endpoint=COMMUNE)
    check_in_id = str(uuid4())
    first = room.check_in(COMMUNE, check_in_id=check_in_id)
    clock.advance(MINUTE_MS)
    room.check_in(COMMUNE, headcount=9)
    for written in (check_in_id, check_in_id.upper()):  # a UUID is the same in capitals
        again = room.check_in(COMMUNE, check_in_id=written)
        assert again.status_code == 200
        assert again.get_json() == first.get_json()
    assert sum(line["kind"] == "check_in" for line in caller("mc").get("/log")) == 2


def test_the_same_id_with_another_body_is_refused(caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    check_in_id = str(uuid4())
    room.check_in(COMMUNE, check_in_id=check_in_id)
    refused(room.check_in(COMMUNE, check_in_id=check_in_id, headcount=6), 422, "check_in_id_reused")


def test_check_ins_are_log_lines_without_a_version(caller: Make) -> None:
    mc = caller("mc")
    mc.command("next")
    caller(endpoint=COMMUNE).check_in(COMMUNE)
    mc.command("pause")
    log = mc.get("/log")
    assert [(line["seq"], line["version"], line["kind"]) for line in log] == [
        (1, None, "conference_created"),
        (2, 1, "next"),
        (3, None, "check_in"),
        (4, 2, "pause"),
    ]
    assert mc.get("/running-order")["version"] == 2


@pytest.mark.parametrize(
    ("records", "effective"),
    [
        ([("district", "absent")], "district"),
        ([("self", "present"), ("district", "absent")], "self"),
        ([("district", "absent"), ("self", "present")], "self"),
        ([("secretary", "absent"), ("self", "present")], "secretary"),
        ([("self", "present"), ("secretary", "absent"), ("district", "present")], "secretary"),
    ],
)
def test_whose_word_counts(caller: Make, clock: FakeClock, records: list[tuple[str, str]], effective: str) -> None:
    callers = {
        "district": caller(endpoint=ITS_DISTRICT),
        "self": caller(endpoint=COMMUNE),
        "secretary": caller("secretary"),
    }
    for source, status in records:
        clock.advance(1_000)
        answer = callers[source].check_in(COMMUNE, status=status, reason="Bão", happened_at_ms=clock.now_ms())
        assert answer.get_json()["record"]["source"] == source
    roll_call = caller("mc").get("/roll-call")
    RollCallSchema(unknown=RAISE).load(roll_call)
    told = next(row for row in roll_call["rows"] if row["code"] == COMMUNE)["effective"]
    assert told["source"] == effective
    disagree = len({status for _, status in records}) > 1
    assert [conflict["code"] for conflict in roll_call["conflicts"]] == ([COMMUNE] if disagree else [])
    if disagree:
        assert len(roll_call["conflicts"][0]["records"]) == len(records)


def test_the_last_word_of_a_room_counts(caller: Make, clock: FakeClock) -> None:
    room = caller(endpoint=COMMUNE)
    room.check_in(COMMUNE, headcount=5)
    clock.advance(MINUTE_MS)
    room.check_in(COMMUNE, headcount=12, happened_at_ms=clock.now_ms())
    assert row(room, COMMUNE)["effective"]["headcount"]["total"] == 12


def test_whoever_comes_after_the_opening_is_late(caller: Make, clock: FakeClock) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    mc.command("next")
    assert not room.check_in(COMMUNE).get_json()["record"]["late"]
    clock.advance(10 * MINUTE_MS)
    mc.command("next")
    clock.advance(MINUTE_MS)
    # said late, but it was there before: a queued check-in keeps its own time
    assert not room.check_in(COMMUNE, happened_at_ms=OPENING_AT_MS).get_json()["record"]["late"]
    assert room.check_in(COMMUNE, happened_at_ms=clock.now_ms()).get_json()["record"]["late"]


def test_totals_add_up_and_the_hall_is_in_none(caller: Make) -> None:
    secretary = caller("secretary")
    secretary.check_in(HALL, headcount=100)
    secretary.check_in(ITS_DISTRICT, headcount=20)
    secretary.check_in(COMMUNE, headcount=8)
    secretary.check_in("06001", status="absent", reason="Mất điện")
    roll_call = secretary.get("/roll-call")
    totals = roll_call["totals"]
    assert totals == {"expected": 211, "present": 2, "absent": 1, "pending": 208, "headcount": 28}
    for key, value in totals.items():
        assert value == sum(level[key] for level in roll_call["by_level"].values())
    assert roll_call["by_level"].keys() == {"district", "commune"}
    assert HALL not in {row["code"] for row in roll_call["rows"]}
    assert row(secretary, HALL)["effective"]["headcount"]["total"] == 100


def test_a_district_sees_the_figures_of_its_own(caller: Make) -> None:
    caller("secretary").check_in("178")
    district = caller(endpoint=ITS_DISTRICT)
    district.check_in(COMMUNE)
    totals = district.get("/roll-call")["totals"]
    assert (totals["expected"], totals["present"]) == (23, 1)


@pytest.mark.parametrize("scope", [Scope(), Scope(district=ITS_DISTRICT), Scope(commune=COMMUNE)])
def test_the_screens_totals_are_the_roll_call_s(caller: Make, app: Flask, scope: Scope) -> None:
    secretary = caller("secretary")
    secretary.check_in(HALL, headcount=100)
    secretary.check_in(ITS_DISTRICT, headcount=20)
    secretary.check_in(COMMUNE, headcount=8)
    secretary.check_in("06001", status="absent", reason="Mất điện")
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        conference = services.conferences.current()
        view = services.roll_call.view(conference, scope)
        codes = [row["code"] for row in services.roll_call.endpoints(conference, scope)]

        assert services.roll_call.totals(conference.id, scope) == view["totals"]
        everybody = [row["code"] for row in services.roll_call.endpoints(conference)]
        assert services.roll_call.in_scope(conference.id, everybody, scope) == sorted(codes)


def test_endpoints_come_with_their_parents(caller: Make) -> None:
    names = {row["code"]: row["full_name"] for row in caller("mc").get("/endpoints")}
    assert names[COMMUNE] == "Xã Cao Minh, huyện Tràng Định"
    assert names[ITS_DISTRICT] == "Huyện Tràng Định"
    assert len(set(names.values())) == len(names)


def test_one_bad_check_in_does_not_spoil_the_others(caller: Make, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    insert = rows.insert_records

    def insert_records(new: list[dict[str, Any]]) -> None:
        insert(new)
        if any(row["endpoint_code"] == COMMUNE for row in new):
            raise ValueError("broken after its rows were written")

    monkeypatch.setattr(rows, "insert_records", insert_records)
    secretary = caller("secretary")
    outcomes = taken(app, [arrival(app, code) for code in (ITS_DISTRICT, COMMUNE, "185")])
    assert [isinstance(outcome, ValueError) for outcome in outcomes] == [False, True, False]
    assert secretary.get("/roll-call")["totals"]["present"] == 2
    log = secretary.get("/log")
    assert [line["seq"] for line in log] == list(range(1, len(log) + 1))
    assert sum(line["kind"] == "check_in" for line in log) == 2


def test_those_who_are_refused_do_not_disturb_the_others_of_their_batch(caller: Make, app: Flask) -> None:
    with app.app_context():
        stranger = identity_for(app, None, COMMUNE)
    outcomes = taken(
        app,
        [
            arrival(app, COMMUNE),
            arrival(app, "no-such-room"),
            arrival(app, "185", identity=stranger),
            arrival(app, "185", slug="no-such-conference"),
            arrival(app, "185"),
        ],
    )
    assert [type(outcome) for outcome in outcomes] == [dict, NotFound, NotAllowed, NotFound, dict]
    assert caller("mc").get("/roll-call")["totals"]["present"] == 2


def test_a_room_that_speaks_twice_in_one_batch_is_heard_twice(caller: Make, app: Flask, clock: FakeClock) -> None:
    first = arrival(app, COMMUNE, headcount=5)
    clock.advance(MINUTE_MS)
    second = arrival(app, COMMUNE, headcount=9, happened_at_ms=clock.now_ms())
    other_body = arrival(app, COMMUNE, check_in_id=first.said.check_in_id, headcount=6)
    one, two, again, reused = taken(app, [first, second, first, other_body])
    assert one["effective"] == one["record"]
    assert two["effective"] == two["record"]
    assert again == one
    assert isinstance(reused, IdReused)
    log = [line["data"] for line in caller("mc").get("/log") if line["kind"] == "check_in"]
    assert [{**line["record"], "annulled": None} for line in log] == [one["record"], two["record"]]
    assert row(caller("mc"), COMMUNE)["effective"]["headcount"]["total"] == 9


def test_batches_end_where_the_same_check_ins_one_by_one_end(caller: Make, app: Flask, clock: FakeClock) -> None:
    """Whatever was in a batch before, each answer and each room's standing is the rule's over all its records."""
    with app.app_context():
        secretary = identity_for(app, "secretary", None)
        rooms = [identity_for(app, None, code) for code in (COMMUNE, ITS_DISTRICT)]
    told: list[Record] = []
    for number in range(1, 13):
        clock.advance(1_000)
        batch = [
            arrival(
                app,
                COMMUNE,
                identity=(secretary, *rooms)[(number + place) % 3],
                status=("present", "absent")[(number * place) % 2],
                reason="Bão",
                happened_at_ms=clock.now_ms() - 700 * ((number * 7 + place * 5) % 4),
            )
            for place in range(3)
        ]
        for answer in taken(app, batch):
            assert isinstance(answer, dict)
            said = {**answer["record"]}
            said.pop("annulled")
            told.append(record_from_json(said, arrival=len(told)))
            word = effective(told)
            assert word is not None
            assert answer["effective"] == word.as_json()
    roll_call = caller("mc").get("/roll-call")
    assert [conflict["code"] for conflict in roll_call["conflicts"]] == ([COMMUNE] if conflicting(told) else [])
    with app.app_context():
        room = endpoint_by_code(1, COMMUNE)
        assert room is not None
        words = {source: word.check_in_id for source, word in last_words(told).items()}
        stored = {source: db.session.get(CheckInRow, getattr(room, f"last_{source}_id")) for source in words}
        assert {source: word.check_in_id for source, word in stored.items() if word} == words


def test_a_memory_that_is_full_still_knows_what_it_is_asked_for(caller: Make, app: Flask) -> None:
    caller(endpoint=COMMUNE).check_in(COMMUNE)
    caller("secretary").check_in(COMMUNE)
    with app.app_context():
        words = rows.Memory().rooms(1, {COMMUNE})[COMMUNE].words
        memory = rows.Memory(most=1)
        memory.remember(1, [words["self"]])

        assert memory.rooms(1, {COMMUNE})[COMMUNE].words == words


def arrival(app: Flask, code: str, *, identity: Identity | None = None, slug: str = demo.SLUG, **told: Any) -> Arrival:
    """A check-in on its way, by the secretary unless told otherwise."""
    body = {"check_in_id": str(uuid4()), "status": "present", "headcount": 5, "happened_at_ms": OPENING_AT_MS, **told}
    identity = identity or Identity(key="staff:0:0", name="secretary", role="secretary")
    return Arrival(slug, code, parse_check_in(body, app.extensions["giaoban"].clock.now_ms()), body, identity)


def taken(app: Flask, arrivals: list[Arrival]) -> list[Any]:
    """What one batch of them is told."""
    with app.app_context():
        return app.extensions["giaoban"].roll_call._check_ins.write(arrivals)
