"""The running order over HTTP: the contract's shapes, once-only commands, and what is refused how."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE
from werkzeug.test import TestResponse

from giaoban.api.running_order import AnswerSchema, RunningOrderSchema, SnapshotSchema
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.running_order import read_items, replay, stored_order
from giaoban.services import Services
from tests.conftest import Caller, make_app
from tests.fakes import OPENING_AT_MS, FakeClock

Make = Callable[..., Caller]
MINUTE_MS = 60_000


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The details of a refusal, after checking its status and the one error shape."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    body = answer.get_json()
    assert body.keys() == {"error"}
    error = body["error"]
    assert error.keys() == {"code", "message", "details"}
    assert error["code"] == code
    assert error["message"]
    assert isinstance(error["details"], dict)
    details: dict[str, Any] = error["details"]
    return details


def test_the_whole_order_as_nobody_sees_it(caller: Make) -> None:
    order = caller().get("/running-order")
    RunningOrderSchema(unknown=RAISE).load(order)
    assert (order["version"], order["phase"], order["live"]) == (0, "idle", None)
    assert order["scene"] == {"name": "maket", "mode": "auto"}
    assert [item["position"] for item in order["items"]] == list(range(1, len(order["items"]) + 1))
    assert order["items"][0]["planned_start_at_ms"] == OPENING_AT_MS
    assert order["forecast"]["offset_ms"] == 0


def test_a_command_answers_with_version_events_and_snapshot(caller: Make) -> None:
    answer = caller("mc").command("next")
    assert answer.status_code == 200
    body = answer.get_json()
    AnswerSchema(unknown=RAISE).load(body)
    assert body["version"] == body["snapshot"]["version"] == 1
    assert [event["type"] for event in body["events"]] == ["item_started"]
    assert body["snapshot"]["live"]["item"]["title"].startswith("Kiểm tra đường truyền")
    assert len(body["snapshot"]["next"]) == 2
    assert body["snapshot"]["undo"] == {"name": "next", "at_ms": OPENING_AT_MS}


def test_texts_travel_unescaped(caller: Make) -> None:
    answer = caller().call("GET", "/running-order")
    assert "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu" in answer.get_data(as_text=True)


def test_the_same_command_id_answers_the_same_and_does_nothing(caller: Make, clock: FakeClock) -> None:
    mc = caller("mc")
    command_id = str(uuid4())
    first = mc.command("next", version=0, command_id=command_id)
    clock.advance(5_000)
    again = mc.command("next", version=0, command_id=command_id)
    assert again.status_code == 200
    assert again.get_json() == first.get_json()
    assert mc.get("/running-order")["version"] == 1


def test_a_command_id_is_one_whatever_its_case(caller: Make) -> None:
    mc = caller("mc")
    command_id = str(uuid4())
    first = mc.command("next", version=0, command_id=command_id)
    assert mc.command("next", version=0, command_id=command_id.upper()).get_json() == first.get_json()


def test_a_command_id_with_another_body_is_refused(caller: Make) -> None:
    mc = caller("mc")
    command_id = str(uuid4())
    mc.command("next", version=0, command_id=command_id)
    refused(mc.command("finish", version=0, command_id=command_id), 422, "command_id_reused")
    refused(mc.command("next", version=1, command_id=command_id), 422, "command_id_reused")
    assert mc.get("/running-order")["version"] == 1


def test_a_refused_command_is_not_remembered(caller: Make) -> None:
    mc = caller("mc")
    command_id = str(uuid4())
    refused(mc.command("pause", version=0, command_id=command_id), 409, "invalid_transition")
    assert mc.command("next", version=0, command_id=command_id).status_code == 200


def test_a_stale_version_is_refused_with_the_present_snapshot(caller: Make) -> None:
    mc = caller("mc")
    mc.command("next")
    details = refused(mc.command("next", version=0), 409, "stale_version")
    SnapshotSchema(unknown=RAISE).load(details["snapshot"])
    assert details["snapshot"]["version"] == 1
    assert mc.get("/running-order")["version"] == 1


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("pause", {}),
        ("resume", {}),
        ("finish", {}),
        ("add_time", {"delta_ms": MINUTE_MS}),
        ("start", {"item_id": "no-such-item"}),
        ("edit", {"item_id": "no-such-item", "fields": {"title": "x"}}),
        ("unskip", {"item_id": "1"}),
        ("move", {"item_id": "1", "position": 9_999}),
        ("undo", {}),
    ],
)
def test_illegal_in_this_state_is_409_with_the_snapshot(caller: Make, name: str, args: dict[str, Any]) -> None:
    details = refused(caller("mc").command(name, args), 409, "invalid_transition")
    SnapshotSchema(unknown=RAISE).load(details["snapshot"])


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("dance", {}),
        ("compress", {"end_at_ms": "11:45"}),
        ("next", {"unknown": 1}),
        ("start", {}),
        ("add_time", {"delta_ms": 0}),
        ("add_time", {"delta_ms": 3_600_001}),
        ("add_time", {"delta_ms": 1.5}),
        ("add_time", {"delta_ms": True}),
        ("move", {"item_id": "1", "position": 0}),
        ("insert", {"position": 1, "item": {"kind": "paper", "title": "", "planned_ms": 1}}),
        ("insert", {"position": 1, "item": {"kind": "dance", "title": "x", "planned_ms": 1}}),
        ("insert", {"position": 1, "item": {"kind": "paper", "title": "x" * 301, "planned_ms": 1}}),
        ("insert", {"position": 1, "item": {"kind": "paper", "title": "x", "planned_ms": 1, "endpoint_code": "0"}}),
        ("edit", {"item_id": "1", "fields": {}}),
        ("edit", {"item_id": "1", "fields": {"state": "done"}}),
        ("set_scene", {"name": "disco"}),
        ("set_message", {"text": "x" * 301, "to": "all"}),
        ("set_message", {"text": "x", "to": "nowhere"}),
    ],
)
def test_what_no_state_could_make_legal_is_422(caller: Make, name: str, args: dict[str, Any]) -> None:
    refused(caller("mc").command(name, args), 422, "invalid_input")


@pytest.mark.parametrize(
    "change",
    [
        {"command_id": "not-a-uuid"},
        {"command_id": 7},
        {"expected_version": "0"},
        {"expected_version": None},
        {"name": 7},
        {"args": []},
        {"args": None},
        {"extra": 1},
    ],
)
def test_a_malformed_command_is_422(caller: Make, change: dict[str, Any]) -> None:
    body = {"command_id": str(uuid4()), "expected_version": 0, "name": "next", "args": {}, **change}
    refused(caller("mc").call("POST", "/running-order/commands", body), 422, "invalid_input")


@pytest.mark.parametrize("missing", ["command_id", "expected_version", "name", "args"])
def test_a_command_without_one_of_its_keys_is_422(caller: Make, missing: str) -> None:
    body = {"command_id": str(uuid4()), "expected_version": 0, "name": "next", "args": {}}
    del body[missing]
    refused(caller("mc").call("POST", "/running-order/commands", body), 422, "invalid_input")


def test_nothing_half_stored_when_a_command_is_refused(caller: Make) -> None:
    mc = caller("mc")
    before = mc.get("/running-order")
    log = caller("mc").get("/log")
    mc.command("insert", {"position": 9_999, "item": {"kind": "paper", "title": "x", "planned_ms": 1}})
    assert mc.get("/running-order") == before
    assert mc.get("/log") == log


def test_paused_time_does_not_count(caller: Make, clock: FakeClock) -> None:
    mc = caller("mc")
    mc.command("next")
    clock.advance(4 * MINUTE_MS)
    mc.command("pause")
    clock.advance(10 * MINUTE_MS)
    live = mc.command("resume").get_json()["snapshot"]["live"]
    assert (live["state"], live["paused_total_ms"]) == ("live", 10 * MINUTE_MS)


def test_undo_restores_the_facts_exactly(caller: Make, clock: FakeClock) -> None:
    mc = caller("mc")
    mc.command("next")
    clock.advance(4 * MINUTE_MS)
    mc.command("pause")
    clock.advance(MINUTE_MS)
    before = mc.get("/running-order")
    mc.command("next")
    clock.advance(30_000)
    after = mc.command("undo").get_json()
    assert after["events"][0]["type"] == "command_undone"
    assert after["snapshot"]["live"] == {**before["live"], "item": after["snapshot"]["live"]["item"]}
    assert after["version"] == before["version"] + 2


def test_undo_again_takes_back_the_one_before(caller: Make) -> None:
    mc = caller("mc")
    mc.command("next")
    mc.command("skip", {"item_id": "5"})
    mc.command("undo")
    snapshot = mc.command("undo").get_json()["snapshot"]
    assert (snapshot["phase"], snapshot["undo"]) == ("idle", None)


def test_over_the_cap_the_reason_is_in_the_log(caller: Make) -> None:
    mc = caller("mc")
    paper = next(item for item in mc.get("/running-order")["items"] if item["kind"] == "paper")
    assert paper["cap_ms"] == 10 * MINUTE_MS
    mc.command("start", {"item_id": paper["id"]})
    mc.command("add_time", {"delta_ms": MINUTE_MS})
    line = mc.get("/log")[-1]
    assert line["data"]["events"][0] == {
        "type": "time_added",
        "item_id": paper["id"],
        "delta_ms": MINUTE_MS,
        "reason": "Chủ tọa cho phép",
        "over_cap": True,
    }


def test_scenes_and_messages_are_not_undone(caller: Make) -> None:
    mc = caller("mc")
    mc.command("set_scene", {"name": "agenda"})
    snapshot = mc.command("set_message", {"text": "Mời quý vị ổn định", "to": "all"}).get_json()["snapshot"]
    assert snapshot["scene"] == {"name": "agenda", "mode": "manual"}
    assert snapshot["message"] == {"text": "Mời quý vị ổn định", "at_ms": OPENING_AT_MS}
    assert snapshot["undo"] is None
    assert mc.command("set_message", {"text": "", "to": "all"}).get_json()["snapshot"]["message"] is None


def test_a_message_for_one_is_not_in_the_snapshot(caller: Make) -> None:
    snapshot = caller("mc").command("set_message", {"text": "Nói gần micro", "to": "speaker"}).get_json()["snapshot"]
    assert snapshot["message"] is None


def test_a_composed_title_is_stored_as_nfc(caller: Make) -> None:
    mc = caller("mc")
    item = {"kind": "report", "title": "Ba\u0301o ca\u0301o", "planned_ms": MINUTE_MS}
    mc.command("insert", {"position": 1, "item": item})
    assert mc.get("/running-order")["items"][0]["title"] == "Báo cáo"


def test_the_log_tells_the_whole_story(caller: Make, services: Services, conference: Conference) -> None:
    mc = caller("mc")
    for name, args in (
        ("next", {}),
        ("pause", {}),
        ("insert", {"position": 4, "item": {"kind": "report", "title": "Thêm", "planned_ms": 1}}),
        ("move", {"item_id": "9", "position": 5}),
        ("edit", {"item_id": "9", "fields": {"planned_ms": 300_000, "speaker": None}}),
        ("remove", {"item_id": "10"}),
        ("set_lengths", {"lengths": {"11": 60_000, "12": 90_000}}),
        ("restore", {"item_id": "10"}),
        ("remove", {"item_id": "14"}),
        ("skip", {"item_id": "11"}),
        ("undo", {}),
        ("resume", {}),
        ("set_scene", {"name": "black"}),
        ("set_message", {"text": "Xin chờ", "to": "all"}),
        ("next", {"item_id": "7"}),
        ("finish", {}),
    ):
        assert mc.command(name, args).status_code == 200
    log = mc.get("/log")
    assert [line["seq"] for line in log] == list(range(1, 18))
    assert [line["version"] for line in log] == [None, *range(1, 17)]
    assert {line["actor"] for line in log[1:]} == {"mc:mc"}
    assert mc.get("/log?after=12") == log[12:]
    db.session.expire_all()
    folded = replay(conference)
    assert stored_order(conference, folded) == folded
    assert services.running_order.load(conference) == folded


def test_the_bin_says_what_can_come_back_and_where(caller: Make, conference: Conference) -> None:
    mc = caller("mc")
    before = mc.get("/running-order")["items"]
    assert mc.get("/running-order/bin") == []
    for item_id in ("3", "9"):
        assert mc.command("remove", {"item_id": item_id}).status_code == 200
    assert [(item["id"], item["position"]) for item in mc.get("/running-order/bin")] == [("9", 8), ("3", 3)]

    assert mc.command("restore", {"item_id": "9"}).status_code == 200
    assert mc.command("restore", {"item_id": "3"}).status_code == 200
    refused(mc.command("restore", {"item_id": "3"}), 409, "invalid_transition")

    assert mc.get("/running-order")["items"] == before
    assert (mc.get("/running-order/bin"), read_items(conference.id)[2].id) == ([], "3")


def test_several_lengths_are_one_command_one_line_and_one_undo(caller: Make) -> None:
    mc = caller("mc")
    answer = mc.command("set_lengths", {"lengths": {"5": MINUTE_MS, "6": 2 * MINUTE_MS}}).get_json()
    assert (answer["version"], answer["snapshot"]["undo"]["name"]) == (1, "set_lengths")
    assert answer["events"] == [{"type": "lengths_set", "lengths": {"5": MINUTE_MS, "6": 2 * MINUTE_MS}}]
    assert [item["planned_ms"] for item in mc.get("/running-order")["items"][4:6]] == [MINUTE_MS, 2 * MINUTE_MS]
    refused(mc.command("set_lengths", {"lengths": {"5": 1, "99": 1}}), 409, "invalid_transition")
    refused(mc.command("set_lengths", {"lengths": {"5": 0}}), 422, "invalid_input")
    assert [line["kind"] for line in mc.get("/log")][1:] == ["set_lengths"]


def test_the_order_is_squeezed_to_end_on_time_in_one_command(caller: Make) -> None:
    mc = caller("mc")
    before = mc.get("/running-order")
    end_at_ms = before["forecast"]["expected_end_at_ms"] - 20 * MINUTE_MS

    answer = mc.command("compress", {"end_at_ms": end_at_ms, "floors": {"report": 0, "20": 240_000}}).get_json()

    after = mc.get("/running-order")
    assert after["forecast"]["expected_end_at_ms"] == end_at_ms
    assert answer["snapshot"]["undo"]["name"] == "compress"
    (event,) = answer["events"]
    assert (event["type"], event["end_at_ms"]) == ("order_compressed", end_at_ms)
    planned = {item["id"]: item["planned_ms"] for item in after["items"]}
    assert event["lengths"].items() <= planned.items()
    assert mc.command("undo").status_code == 200
    assert mc.get("/running-order")["items"] == before["items"]


def test_what_cannot_be_squeezed_says_by_how_much_and_what_could_be_skipped(caller: Make) -> None:
    mc = caller("mc")
    order = mc.get("/running-order")
    papers = [item for item in order["items"] if item["kind"] == "paper"]
    end_at_ms = order["forecast"]["expected_end_at_ms"] - 135 * MINUTE_MS

    answer = mc.command("compress", {"end_at_ms": end_at_ms})

    details = refused(answer, 409, "invalid_transition")
    assert details["short_by_ms"] > 0
    assert details["snapshot"]["version"] == 0
    assert details["could_skip"][-1] == papers[-1]["id"]
    assert "thiếu" in answer.get_json()["error"]["message"]
    for item_id in details["could_skip"]:
        assert mc.command("skip", {"item_id": item_id}).status_code == 200
    assert mc.command("compress", {"end_at_ms": end_at_ms}).status_code == 200
    assert mc.get("/running-order")["forecast"]["expected_end_at_ms"] == end_at_ms


def test_with_time_enough_nothing_is_lengthened(caller: Make) -> None:
    mc = caller("mc")
    before = mc.get("/running-order")
    answer = mc.command("compress", {"end_at_ms": before["forecast"]["expected_end_at_ms"] + MINUTE_MS}).get_json()
    assert (answer["version"], answer["events"][0]["lengths"]) == (1, {})
    assert mc.get("/running-order")["items"] == before["items"]


def test_the_floor_of_papers_is_a_setting(database: str) -> None:
    orders = make_app(database, PAPER_FLOOR_MINUTES=7).extensions["giaoban"].running_order
    assert orders.floors_ms["paper"] == 7 * MINUTE_MS


def test_the_commands_reach_the_screens_only_after_they_are_stored(caller: Make, client: FlaskClient) -> None:
    assert caller("mc").command("next").status_code == 200
    assert client.get("/api/v1/conferences/giao-ban-2021/running-order").get_json()["version"] == 1


def test_conferences(caller: Make) -> None:
    listed = caller().call("GET", "/api/v1/conferences").get_json()
    assert isinstance(listed, list)
    assert (listed[0]["slug"], listed[0]["current"], listed[0]["starts_at_ms"]) == (
        "giao-ban-2021",
        True,
        OPENING_AT_MS,
    )
    assert caller().call("GET", "/api/v1/conferences/giao-ban-2021").get_json() == listed[0]
    refused(caller().call("GET", "/api/v1/conferences/nowhere"), 404, "not_found")
