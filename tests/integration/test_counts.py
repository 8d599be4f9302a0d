"""Frozen counts: kept as they were, once for each id, provable from the log alone."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from giaoban.domain import counts, log_file
from giaoban.domain.errors import InvalidLog
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.counts import count_row
from giaoban.models.database import writing
from giaoban.services import Services
from giaoban.services.proof import prove
from tests.conftest import COMMUNE, DISTRICT, Caller, identity_of
from tests.fakes import FakeClock


def freeze(caller: Caller, count_id: str | None = None) -> Any:
    return caller.call("POST", "/counts", {"count_id": count_id or str(uuid4())})


def frozen(caller: Caller) -> Any:
    answer = freeze(caller)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_count_holds_what_counted_at_that_moment(caller: Any, clock: FakeClock) -> None:
    secretary = caller("secretary")
    said = secretary.check_in(DISTRICT, headcount={"total": 12, "groups": {"UBND": 4}}).json["record"]
    secretary.check_in(COMMUNE, status="absent", reason="Mất điện", headcount=0)
    clock.advance(60_000)

    count = frozen(secretary)

    view = secretary.get("/roll-call")
    assert (count["number"], count["at_ms"], count["actor"]) == (1, clock.now_ms(), "secretary:secretary")
    assert (count["totals"], count["by_level"]) == (view["totals"], view["by_level"])
    assert [row["code"] for row in count["rows"]] == [row["code"] for row in view["rows"]]
    by_code = {row["code"]: row for row in count["rows"]}
    assert by_code[DISTRICT]["headcount"] == {"total": 12, "groups": {"UBND": 4}}
    assert by_code[DISTRICT]["check_in_id"] == said["check_in_id"]
    assert (by_code[COMMUNE]["status"], by_code[COMMUNE]["reason"]) == ("absent", "Mất điện")
    assert sum(each["totals"]["expected"] for each in count["by_district"]) == count["totals"]["expected"]
    assert "Tổng số 211 điểm cầu: có mặt 1; vắng 1" in count["sentence"]


def test_a_later_count_keeps_the_first(caller: Any, clock: FakeClock) -> None:
    secretary = caller("secretary")
    first = frozen(secretary)
    clock.advance(1_800_000)
    secretary.check_in(COMMUNE)

    second = frozen(caller("mc"))

    assert [each["number"] for each in secretary.get("/counts")] == [1, 2]
    assert secretary.get("/counts/1") == first
    assert (first["totals"]["present"], second["totals"]["present"]) == (0, 1)
    assert first["hash"] != second["hash"]


@pytest.mark.parametrize("number", [0, 2, 2**31 - 1, 2**31, 2**64])
def test_a_count_of_a_number_that_was_not_given_is_not_there(caller: Any, number: int) -> None:
    frozen(caller("secretary"))
    assert caller("mc").call("GET", f"/counts/{number}").status_code == 404


def test_the_same_id_is_one_count(caller: Any) -> None:
    secretary, count_id = caller("secretary"), str(uuid4())

    answers = [freeze(secretary, count_id).json for _ in range(3)]
    again = freeze(caller("mc"), count_id.upper()).json

    assert answers == [again] * 3
    assert len(secretary.get("/counts")) == 1
    assert [line["kind"] for line in secretary.get("/log")].count("count") == 1


def test_a_count_is_a_line_of_the_log_without_a_version(caller: Any) -> None:
    mc = caller("mc")
    mc.command("next")

    made = frozen(mc)

    line = mc.get("/log")[-1]
    assert (line["kind"], line["version"], line["seq"]) == ("count", None, made["seq"] + 1)
    assert line["data"]["hash"] == made["hash"] == counts.seal(line["data"]["count"])
    assert made["version"] == 1 == mc.get("/running-order")["version"]


@pytest.mark.parametrize("given", ["", "1", "7c9e6679"])
def test_an_id_that_is_none_is_refused(caller: Any, given: str) -> None:
    answer = caller("secretary").call("POST", "/counts", {"count_id": given})

    assert answer.status_code == 422
    assert caller("secretary").get("/counts") == []


@pytest.mark.parametrize("who", [{"role": "technician"}, {"endpoint": DISTRICT}, {"endpoint": COMMUNE}])
def test_only_who_takes_check_ins_counts_them(caller: Any, who: dict[str, str]) -> None:
    assert freeze(caller(**who)).status_code == 403


def test_a_closed_conference_is_counted_no_more(caller: Any, services: Services, conference: Conference) -> None:
    kept = frozen(caller("secretary"))
    services.conference_life.close(conference, identity_of(services, "admin"))

    answer = freeze(caller("secretary"))

    assert answer.status_code == 409
    assert "Không chốt điểm danh nữa" in answer.json["error"]["message"]
    assert caller("secretary").get("/counts/1") == kept


# ---- proof


def test_the_log_alone_proves_each_count(
    caller: Any, services: Services, conference: Conference, clock: FakeClock
) -> None:
    secretary = caller("secretary")
    first = frozen(secretary)
    secretary.check_in(COMMUNE)
    clock.advance(1000)
    second = frozen(secretary)
    secretary.check_in(DISTRICT)

    proof = log_file.read(services.log_export.lines(conference.slug))

    assert [each.seal for each in proof.counts] == [first["hash"], second["hash"]]
    assert [each.count["totals"]["present"] for each in proof.counts] == [0, 1]


def test_a_telephone_number_in_a_reason_is_in_no_count_and_not_in_the_log(
    caller: Any, services: Services, conference: Conference
) -> None:
    secretary = caller("secretary")
    secretary.check_in(COMMUNE, status="absent", reason="Mất điện, gọi 0912.939.739", headcount=0)

    count = frozen(secretary)

    row = next(row for row in count["rows"] if row["code"] == COMMUNE)
    assert row["reason"] == "Mất điện, gọi (số điện thoại)"
    assert "939.739" not in str(secretary.get("/log"))
    assert [each.seal for each in prove(conference).counts] == [count["hash"]]


def test_tables_that_tell_another_count_than_the_log_are_found_out(
    caller: Any, services: Services, conference: Conference
) -> None:
    frozen(caller("secretary"))
    prove(conference)
    with writing():
        row = count_row(conference.id, 1)
        assert row is not None
        row.count = {**row.count, "sentence": "Đủ cả."}
    db.session.expire_all()

    with pytest.raises(InvalidLog):
        prove(conference)


def test_verify_says_that_a_count_follows_from_the_log(app: Flask, caller: Any, tmp_path: Any) -> None:
    made = frozen(caller("secretary"))
    run = app.test_cli_runner().invoke
    file = str(tmp_path / "log.jsonl")
    assert run(args=["giaoban", "export-log", file]).exit_code == 0

    said = run(args=["giaoban", "verify", file])

    assert said.exit_code == 0, said.output
    words = " ".join(said.output.split())
    assert "Chốt điểm danh lần 1 lúc 07:30:00: có mặt 0/211, khớp với các lần điểm danh trước đó." in words
    assert f"Mã chốt: {made['hash'][:4]} {made['hash'][4:8]}" in words


def test_the_log_proves_which_count_the_hall_sees(caller: Any, services: Services, conference: Conference) -> None:
    frozen(caller("mc"))
    services.counts.show(conference.slug, 1, identity_of(services, "mc"))
    assert prove(conference).shown == 1

    with writing():
        row = count_row(conference.id, 1)
        assert row is not None
        row.shown = False

    with pytest.raises(InvalidLog):
        prove(conference)
