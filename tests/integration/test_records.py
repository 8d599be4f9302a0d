"""Taking a check-in back: the record stays, what counts is worked out anew, and the log says by whom and why."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from marshmallow import RAISE
from werkzeug.test import TestResponse

from giaoban.api.roll_call import AnnulAnswerSchema, RollCallSchema
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.services import Services, proof
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, Caller
from tests.fakes import FakeClock
from tests.integration.test_roll_call import row
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]
SECOND_MS = 1_000


def said(api: Caller, code: str = COMMUNE, **body: Any) -> dict[str, Any]:
    """A stored check-in's record."""
    answer = api.check_in(code, **body)
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.get_json()["record"]
    return record


def annul(api: Caller, record: dict[str, Any], reason: Any = "Ghi nhầm điểm cầu") -> TestResponse:
    return api.call(
        "POST", f"/endpoints/{record['endpoint_code']}/check-ins/{record['check_in_id']}/annul", {"reason": reason}
    )


def test_an_annulled_record_stays_and_says_nothing_any_more(caller: Make, clock: FakeClock) -> None:
    record = said(caller(endpoint=COMMUNE), headcount={"total": 9, "groups": {"Khách mời khác": 2}})
    clock.advance(SECOND_MS)
    secretary = caller("secretary")

    answer = annul(secretary, record, "  Ghi nhầm\nđiểm cầu ")

    assert answer.status_code == 200
    body = answer.get_json()
    AnnulAnswerSchema(unknown=RAISE).load(body)
    annulled = {"at_ms": clock.now_ms(), "actor": "secretary:secretary", "reason": "Ghi nhầm điểm cầu"}
    assert body == {"record": {**record, "annulled": annulled}, "effective": None}
    roll_call = secretary.get("/roll-call")
    assert (roll_call["totals"]["present"], roll_call["totals"]["headcount"]) == (0, 0)
    assert roll_call["groups_by_level"]["commune"] == {}
    assert row(secretary, COMMUNE)["effective"] is None
    line = secretary.get("/log")[-1]
    assert (line["kind"], line["version"], line["actor"]) == ("annul", None, "secretary:secretary")
    assert line["data"] == {
        "endpoint_code": COMMUNE,
        "check_in_id": record["check_in_id"],
        "reason": "Ghi nhầm điểm cầu",
        "effective_id": None,
    }


def test_the_word_before_counts_again_and_the_conflict_is_gone(caller: Make, clock: FakeClock) -> None:
    secretary = caller("secretary")
    first = said(caller(endpoint=COMMUNE), headcount=4)
    clock.advance(SECOND_MS)
    second = said(caller(endpoint=COMMUNE), headcount=5, happened_at_ms=clock.now_ms())
    wrong = said(secretary, status="absent", headcount=0, reason="Mất điện", happened_at_ms=clock.now_ms())
    assert [one["code"] for one in secretary.get("/roll-call")["conflicts"]] == [COMMUNE]

    assert annul(secretary, wrong).get_json()["effective"] == second

    assert secretary.get("/roll-call")["conflicts"] == []
    assert annul(secretary, second).get_json()["effective"] == first
    assert secretary.get("/roll-call")["totals"]["headcount"] == 4


def test_what_came_after_an_annulment_is_compared_with_what_stands(caller: Make, clock: FakeClock) -> None:
    """The writer of check-ins remembers last words; the annulled one must not be among them."""
    room, secretary = caller(endpoint=COMMUNE), caller("secretary")
    wrong = said(secretary, status="absent", headcount=0, reason="Mất điện")
    annul(secretary, wrong)

    answer = room.check_in(COMMUNE, headcount=3).get_json()

    assert answer["effective"] == answer["record"]
    assert secretary.get("/roll-call")["conflicts"] == []


def test_annulling_again_changes_nothing_and_keeps_the_first_reason(caller: Make, clock: FakeClock) -> None:
    secretary = caller("secretary")
    record = said(caller(endpoint=COMMUNE))
    first = annul(secretary, record).get_json()
    clock.advance(SECOND_MS)
    later = said(caller(endpoint=ITS_DISTRICT), COMMUNE)
    lines = secretary.get("/log")

    again = annul(caller("mc"), {**record, "check_in_id": record["check_in_id"].upper()}, "Lý do khác")

    assert again.status_code == 200
    assert again.get_json() == {"record": first["record"], "effective": later}
    assert secretary.get("/log") == lines


def test_the_same_check_in_sent_again_is_answered_as_before_and_stays_annulled(caller: Make) -> None:
    room, secretary = caller(endpoint=COMMUNE), caller("secretary")
    body = {"check_in_id": str(uuid4()), "headcount": 7}
    first = room.check_in(COMMUNE, **body).get_json()
    annul(secretary, first["record"])

    assert room.check_in(COMMUNE, **body).get_json() == first

    assert row(secretary, COMMUNE)["effective"] is None


@pytest.mark.parametrize("reason", ["", "   ", None, 7, "x" * 301])
def test_no_reason_no_annulment(caller: Make, reason: Any) -> None:
    record = said(caller(endpoint=COMMUNE))
    secretary = caller("secretary")

    refused(annul(secretary, record, reason), 422, "invalid_input")

    assert row(secretary, COMMUNE)["effective"] == record


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint_code": DISTRICT},  # another room's record
        {"endpoint_code": "no-such-code"},
        {"endpoint_code": "a%00b"},
        {"check_in_id": "41ae6a48-4aa0-4fe9-987b-ec2446776628"},
        {"check_in_id": "no-uuid"},
        {"check_in_id": "a%00b"},
    ],
    ids=str,
)
def test_what_is_not_there_cannot_be_annulled(caller: Make, change: dict[str, str]) -> None:
    record = said(caller(endpoint=COMMUNE))

    refused(annul(caller("secretary"), {**record, **change}), 404, "not_found")

    assert row(caller("secretary"), COMMUNE)["effective"] == record


def test_a_closed_conference_keeps_its_records(caller: Make, app: Flask) -> None:
    secretary = caller("secretary")
    gone, record = said(caller(endpoint=DISTRICT), DISTRICT), said(caller(endpoint=COMMUNE))
    told = annul(secretary, gone).get_json()
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        services.conference_life.close(services.conferences.current(), cli_identity("test"))

    refused(annul(secretary, record), 409, "invalid_transition")

    assert row(secretary, COMMUNE)["effective"] == record
    assert annul(secretary, gone).get_json() == told  # it was answered before


def test_a_decision_of_the_secretary_leaves_the_conflict_listed_as_decided(caller: Make, clock: FakeClock) -> None:
    secretary = caller("secretary")
    said(caller(endpoint=ITS_DISTRICT), status="absent", headcount=0, reason="Mất điện")
    said(caller(endpoint=COMMUNE))
    roll_call = secretary.get("/roll-call")
    RollCallSchema(unknown=RAISE).load(roll_call)
    assert [one["decided"] for one in roll_call["conflicts"]] == [False]
    clock.advance(SECOND_MS)

    said(secretary, happened_at_ms=clock.now_ms(), note="Đã gọi điện")

    (conflict,) = secretary.get("/roll-call")["conflicts"]
    assert conflict["decided"]
    assert [record["note"] for record in conflict["records"]] == [None, None, "Đã gọi điện"]
    clock.advance(SECOND_MS)
    said(caller(endpoint=COMMUNE), status="absent", headcount=0, reason="Mất mạng", happened_at_ms=clock.now_ms())
    assert [one["decided"] for one in secretary.get("/roll-call")["conflicts"]] == [False]


def test_the_log_and_the_tables_agree_on_what_was_annulled(caller: Make, app: Flask) -> None:
    record = said(caller(endpoint=COMMUNE))
    said(caller(endpoint=ITS_DISTRICT), COMMUNE)
    annul(caller("secretary"), record)
    with app.app_context():
        conference = db.session.get_one(Conference, 1)

        proved = proof.prove(conference)

        assert proved.annulled == {record["check_in_id"]}
        assert proved.words[COMMUNE].source == "district"


def test_the_people_present_are_summed_by_level_and_group(caller: Make) -> None:
    leaders, guests = "Đại diện lãnh đạo Đảng ủy, HĐND, UBND, Ủy ban MTTQ", "Khách mời khác"
    secretary = caller("secretary")
    for code, groups in ((COMMUNE, {guests: 1, leaders: 4, "Báo xã": 1}), ("06634", {leaders: 3})):
        said(secretary, code, headcount={"total": 8, "groups": groups})
    said(secretary, DISTRICT, headcount=6)

    found = secretary.get("/roll-call")["groups_by_level"]

    assert found == {"district": {}, "commune": {leaders: 7, guests: 1, "Báo xã": 1}}
    assert list(found["commune"]) == [leaders, guests, "Báo xã"]


def test_a_note_is_kept_and_belongs_to_what_an_id_means(caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    body = {"check_in_id": str(uuid4()), "note": " Đến  sau 5 phút\n"}

    answer = room.check_in(COMMUNE, **body)

    assert answer.get_json()["record"]["note"] == "Đến  sau 5 phút"
    assert room.check_in(COMMUNE, **body).get_json() == answer.get_json()
    refused(room.check_in(COMMUNE, **{**body, "note": "khác"}), 422, "check_in_id_reused")
    assert caller("mc").get("/log")[-1]["data"]["record"]["note"] == "Đến  sau 5 phút"


@pytest.mark.parametrize("note", [7, ["a"], "x" * 301, "a\0b"])
def test_a_note_that_is_none_is_refused(caller: Make, note: Any) -> None:
    refused(caller(endpoint=COMMUNE).check_in(COMMUNE, note=note), 422, "invalid_input")


def test_a_telephone_number_in_a_note_or_a_reason_is_not_in_the_log(caller: Make, conference: Conference) -> None:
    secretary = caller("secretary")
    record = said(caller(endpoint=COMMUNE), note="Cần thì gọi 0912.939.739")

    annulled = annul(secretary, record, "Anh trực 0205 3811 484 báo nhầm").get_json()["record"]

    assert (record["note"], annulled["annulled"]["reason"]) == (
        "Cần thì gọi 0912.939.739",
        "Anh trực 0205 3811 484 báo nhầm",
    )
    heard, taken_back = secretary.get("/log")[-2:]
    assert heard["data"]["record"] == {**_as_logged(record), "note": "Cần thì gọi (số điện thoại)"}
    assert taken_back["data"]["reason"] == "Anh trực (số điện thoại) báo nhầm"
    assert proof.prove(conference).annulled == {record["check_in_id"]}


def _as_logged(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "annulled"}
