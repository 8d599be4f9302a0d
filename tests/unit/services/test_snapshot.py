"""The running order as programs see it: the shapes of the contract, and a snapshot that fits every telephone."""

import json
from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.running_order import RunningOrder, new_order
from giaoban.seed import demo
from giaoban.services.snapshot import running_order_json, snapshot_json
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, do, done, make_order

ITEM_KEYS = [
    "id",
    "position",
    "kind",
    "title",
    "speaker",
    "endpoint_code",
    "planned_ms",
    "cap_ms",
    "added_ms",
    "state",
    "planned_start_at_ms",
    "started_at_ms",
    "ended_at_ms",
    "expected_start_at_ms",
    "expected_end_at_ms",
    "not_before_at_ms",
    "min_ms",
]
LIVE_KEYS = ["item_id", "state", "started_at_ms", "paused_at_ms", "paused_total_ms", "planned_ms", "added_ms"]
MOST_BYTES = 2048

TOPIC = (
    "Kinh nghiệm, giải pháp nâng cao chất lượng ban hành Nghị quyết của HĐND cấp huyện về kế hoạch phát triển kinh tế "
    "- xã hội, đảm bảo quốc phòng – an ninh hàng năm; việc thống nhất giải quyết các vấn đề phát sinh giữa hai kỳ họp "
    "Hội đồng nhân dân của Thường trực HĐND tỉnh và những kiến nghị, đề xuất với cấp có thẩm quyền"
)
LONGEST = TOPIC.ljust(300, "ệ")[:300]


def on_the_wire(snapshot: dict[str, Any]) -> int:
    """Bytes of the frame in which a screen gets it."""
    payload = json.dumps(["order_snapshot", snapshot], ensure_ascii=False, separators=(",", ":"))
    return len(f"42/live,{payload}".encode())


def papers(count: int = 20) -> RunningOrder:
    """Papers with titles as long as they may be, in a unit with a long name."""
    speaker = "Thường trực HĐND thành phố Lạng Sơn"
    paper = {"kind": "paper", "title": LONGEST, "planned_ms": 600_000, "speaker": speaker, "endpoint_code": "178"}
    return new_order(BEGINS_AT_MS, [paper] * count)


# ---- the whole running order


def test_the_running_order_has_the_contract_s_shape() -> None:
    order = done(make_order(10, 20), (c.Start("1"), 2))

    view = running_order_json(order, at(3))

    assert list(view) == ["version", "server_now_ms", "phase", "live", "items", "forecast", "scene"]
    assert (view["version"], view["server_now_ms"], view["phase"]) == (1, at(3), "live")
    assert view["live"] == {
        "item_id": "1",
        "state": "live",
        "started_at_ms": at(2),
        "paused_at_ms": None,
        "paused_total_ms": 0,
        "planned_ms": 10 * MINUTE_MS,
        "added_ms": 0,
    }
    assert [list(item) for item in view["items"]] == [ITEM_KEYS] * 2
    assert [item["position"] for item in view["items"]] == [1, 2]
    assert view["items"][1] == {
        "id": "2",
        "position": 2,
        "kind": "opening",
        "title": "Mục 2",
        "speaker": None,
        "endpoint_code": None,
        "planned_ms": 20 * MINUTE_MS,
        "cap_ms": None,
        "added_ms": 0,
        "state": "pending",
        "planned_start_at_ms": at(10),
        "started_at_ms": None,
        "ended_at_ms": None,
        "expected_start_at_ms": at(12),
        "expected_end_at_ms": at(32),
        "not_before_at_ms": None,
        "min_ms": None,
    }
    assert view["forecast"] == {
        "planned_end_at_ms": at(30),
        "expected_end_at_ms": at(32),
        "offset_ms": 2 * MINUTE_MS,
    }
    assert view["scene"] == {"name": "speaker", "mode": "auto"}


def test_nothing_on_is_null() -> None:
    assert running_order_json(make_order(10), at(0))["live"] is None
    assert snapshot_json(make_order(10), at(0))["live"] is None


def test_titles_are_whole_in_the_running_order() -> None:
    assert {item["title"] for item in running_order_json(papers(), at(0))["items"]} == {LONGEST}


def test_a_chosen_scene_is_manual() -> None:
    order = do(make_order(10), c.SetScene("maket"))

    assert running_order_json(order, at(0))["scene"] == {"name": "maket", "mode": "manual"}
    assert snapshot_json(order, at(0))["scene"] == {"name": "maket", "mode": "manual"}


# ---- the snapshot


def test_the_snapshot_has_the_contract_s_shape() -> None:
    order = done(make_order(10, 20, 30, 40), (c.Start("1"), 2), (c.SetMessage("Xin ổn định", "all"), 3))

    snapshot = snapshot_json(order, at(4))

    assert list(snapshot) == [
        "version",
        "server_now_ms",
        "phase",
        "live",
        "next",
        "forecast",
        "scene",
        "message",
        "undo",
    ]
    assert list(snapshot["live"]) == [*LIVE_KEYS, "item"]
    assert list(snapshot["live"]["item"]) == ITEM_KEYS
    assert [list(item) for item in snapshot["next"]] == [ITEM_KEYS] * 2
    assert [(item["id"], item["position"]) for item in snapshot["next"]] == [("2", 2), ("3", 3)]
    assert snapshot["message"] == {"text": "Xin ổn định", "at_ms": at(3)}
    assert snapshot["undo"] == {"name": "start", "at_ms": at(2)}


def test_the_snapshot_agrees_with_the_running_order() -> None:
    order = done(make_order(10, 20, 30), (c.Start("1"), 2), (c.Pause(), 4))

    view, snapshot = running_order_json(order, at(9)), snapshot_json(order, at(9))

    shared = ("version", "server_now_ms", "phase", "forecast", "scene")
    assert {key: snapshot[key] for key in shared} == {key: view[key] for key in shared}
    assert snapshot["live"] == {**view["live"], "item": view["items"][0]}
    assert snapshot["next"] == view["items"][1:]


def test_next_are_the_two_that_next_would_take() -> None:
    order = done(make_order(1, 1, 1, 1, 1), (c.Start("1"), 0), (c.Next("3"), 1), (c.Skip("4"), 2))
    last = done(make_order(1), (c.Start("1"), 0))

    assert [item["id"] for item in snapshot_json(order, at(3))["next"]] == ["2", "5"]
    assert snapshot_json(last, at(3))["next"] == []


def test_without_message_and_undo_both_are_null() -> None:
    snapshot = snapshot_json(make_order(10), at(0))

    assert (snapshot["message"], snapshot["undo"]) == (None, None)


@pytest.mark.parametrize("length", [79, 80, 81, 300])
def test_only_titles_to_come_are_cut_at_80_characters(length: int) -> None:
    order = new_order(BEGINS_AT_MS, [{"kind": "paper", "title": LONGEST[:length], "planned_ms": 1}] * 3)
    order = do(order, c.Start("1"))

    snapshot = snapshot_json(order, at(0))

    title = snapshot["next"][0]["title"]
    assert snapshot["live"]["item"]["title"] == LONGEST[:length]
    if length <= 80:
        assert title == LONGEST[:length]
    else:
        assert len(title) <= 80
        assert title.endswith("…")
        assert LONGEST.startswith(title.removesuffix("…"))


def test_a_cut_leaves_no_blank_before_the_ellipsis() -> None:
    order = new_order(BEGINS_AT_MS, [{"kind": "paper", "title": "a" * 78 + " " + "b" * 50, "planned_ms": 1}])

    assert snapshot_json(order, at(0))["next"][0]["title"] == "a" * 78 + "…"


# ---- its size


def test_the_demo_fits_whole_at_every_step() -> None:
    order = new_order(BEGINS_AT_MS, demo.items())

    for minute in range(0, 10 * len(order.items), 10):
        order = done(order, (c.Next(), minute), (c.Pause(), minute + 1))
        snapshot = snapshot_json(order, at(minute + 2))
        assert on_the_wire(snapshot) < MOST_BYTES


def test_the_longest_titles_fit_by_leaving_out_what_is_null() -> None:
    order = done(papers(), (c.Next(), 0), (c.Next(), 10), (c.Pause(), 12))

    snapshot = snapshot_json(order, at(20))

    whole = running_order_json(order, at(20))["items"]
    assert on_the_wire(snapshot) < MOST_BYTES
    assert snapshot["live"]["item"] == {key: value for key, value in whole[1].items() if value is not None}
    assert list(snapshot["live"]) == [*LIVE_KEYS, "item"]


def test_the_longest_message_fits_beside_the_longest_titles() -> None:
    order = done(papers(), (c.Next(), 0), (c.Next(), 10), (c.SetMessage(LONGEST, "all"), 11))

    snapshot = snapshot_json(order, at(20))

    assert snapshot["message"]["text"] == LONGEST
    assert snapshot["live"]["item"]["title"] == LONGEST
    assert on_the_wire(snapshot) < MOST_BYTES
