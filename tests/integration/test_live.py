"""The screens' connection: who may join, what they are given, and that they are told of every change."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from marshmallow import RAISE

from giaoban import realtime
from giaoban.api.running_order import SnapshotSchema
from giaoban.realtime import events, looked_at
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from giaoban.services.snapshot import wire_size
from tests.conftest import COMMUNE, ITS_DISTRICT, Caller
from tests.fakes import OPENING_AT_MS, FakeClock

Make = Callable[..., Caller]
Join = Callable[..., SocketIOTestClient]


@pytest.fixture
def join(app: Flask) -> Iterator[Join]:
    opened: list[SocketIOTestClient] = []

    def make(asker: Caller | None = None, **auth: Any) -> SocketIOTestClient:
        if asker is not None:
            auth["token"] = asker.token
        socket = app.extensions["socketio"].test_client(app, namespace=events.NAMESPACE, auth=auth or None)
        opened.append(socket)
        return socket

    yield make
    for socket in opened:
        if socket.is_connected(events.NAMESPACE):
            socket.disconnect(events.NAMESPACE)


def received(socket: SocketIOTestClient, name: str) -> list[dict[str, Any]]:
    return [event["args"][0] for event in socket.get_received(events.NAMESPACE) if event["name"] == name]


def ask(socket: SocketIOTestClient, name: str, *payload: Any) -> dict[str, Any]:
    answer: dict[str, Any] = socket.emit(name, *payload, namespace=events.NAMESPACE, callback=True)
    return answer


def test_everybody_gets_the_whole_snapshot_on_joining(join: Join, caller: Make) -> None:
    for asker in (None, caller("mc"), caller(endpoint=COMMUNE)):
        (snapshot,) = received(join(asker), events.ORDER_SNAPSHOT)
        SnapshotSchema(unknown=RAISE).load(snapshot)
        assert snapshot["version"] == 0
        assert wire_size(snapshot) < 2_000


@pytest.mark.parametrize("token", ["false", "", 7])
def test_a_false_token_is_refused(join: Join, token: Any) -> None:
    socket = join(token=token)
    assert not socket.is_connected(events.NAMESPACE)


def test_an_unknown_conference_is_refused(join: Join) -> None:
    assert not join(conference="nowhere").is_connected(events.NAMESPACE)


def test_a_screen_that_cannot_join_is_refused(join: Join, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(app.extensions["giaoban"].conferences, "current", fail)
    assert not join().is_connected(events.NAMESPACE)


@pytest.mark.parametrize("name", ["nothing", "message", "json", "__class__", ""])
def test_an_unknown_event_is_told_so(join: Join, name: str) -> None:
    answer = ask(join(), name, {})
    assert (answer["ok"], answer["error"]["code"]) == (False, "invalid_input")


@pytest.mark.parametrize("name", events.TO_SERVER)
def test_an_event_carries_one_object(join: Join, name: str) -> None:
    answer = ask(join(), name, {}, {})
    assert (answer["ok"], answer["error"]["code"]) == (False, "invalid_input")


def test_each_change_reaches_every_screen(join: Join, caller: Make) -> None:
    screens = [join(), join(caller(endpoint=COMMUNE)), join(caller("mc"))]
    for screen in screens:
        screen.get_received(events.NAMESPACE)
    answer = caller("mc").command("next").get_json()
    for screen in screens:
        assert received(screen, events.ORDER_SNAPSHOT) == [answer["snapshot"]]


def test_nothing_is_sent_when_nothing_changed(join: Join, caller: Make) -> None:
    mc, screen = caller("mc"), join()
    mc.command("next", command_id="6f0e2c9e-7f52-4a55-9d3c-30f1dfb0a001")
    screen.get_received(events.NAMESPACE)
    mc.command("next", version=0, command_id="6f0e2c9e-7f52-4a55-9d3c-30f1dfb0a001")
    mc.command("next", version=0)
    mc.command("resume")
    assert screen.get_received(events.NAMESPACE) == []


def test_another_conference_hears_nothing(join: Join, caller: Make, services: Services) -> None:
    rehearsal = services.conferences.copy_for_rehearsal(services.conferences.current(), cli_identity("test"))
    screen = join(conference=rehearsal.slug)
    screen.get_received(events.NAMESPACE)
    caller("mc").command("next")
    assert screen.get_received(events.NAMESPACE) == []


def test_the_clock_is_answered(join: Join) -> None:
    answer = ask(join(), events.SYNC_CLOCK, {"sent_at_ms": 1, "seen_version": 0})
    assert answer == {"ok": True, "server_now_ms": OPENING_AT_MS, "version": 0}


def test_a_screen_that_is_behind_gets_the_snapshot_again(join: Join, caller: Make) -> None:
    screen = join()
    caller("mc").command("next")
    screen.get_received(events.NAMESPACE)
    ask(screen, events.SYNC_CLOCK, {"sent_at_ms": 1, "seen_version": 0})
    assert [snapshot["version"] for snapshot in received(screen, events.ORDER_SNAPSHOT)] == [1]


@pytest.mark.parametrize("payload", [(), ({},), ("text",), ([],), ({"sent_at_ms": "x", "seen_version": "y"},)])
def test_an_odd_clock_question_is_answered_all_the_same(join: Join, payload: tuple[Any, ...]) -> None:
    assert ask(join(), events.SYNC_CLOCK, *payload)["ok"] is True


def test_a_message_for_a_room_reaches_that_room_and_the_staff(join: Join, caller: Make) -> None:
    room, other = join(caller(endpoint=COMMUNE)), join(caller(endpoint=ITS_DISTRICT))
    mc, public = join(caller("mc")), join()
    caller("mc").command("set_message", {"text": "Xin bật micro", "to": COMMUNE})
    notice = {"text": "Xin bật micro", "at_ms": OPENING_AT_MS, "to": COMMUNE}
    assert received(room, events.ENDPOINT_NOTICE) == received(mc, events.ENDPOINT_NOTICE) == [notice]
    assert received(other, events.ENDPOINT_NOTICE) == received(public, events.ENDPOINT_NOTICE) == []


def test_a_message_for_the_speaker_reaches_the_room_that_speaks(join: Join, caller: Make) -> None:
    mc = caller("mc")
    paper = next(item for item in mc.get("/running-order")["items"] if item["endpoint_code"] == ITS_DISTRICT)
    mc.command("start", {"item_id": paper["id"]})
    speaking, waiting = join(caller(endpoint=ITS_DISTRICT)), join(caller(endpoint=COMMUNE))
    mc.command("set_message", {"text": "Mời kết luận", "to": "speaker"})
    assert [notice["text"] for notice in received(speaking, events.ENDPOINT_NOTICE)] == ["Mời kết luận"]
    assert received(waiting, events.ENDPOINT_NOTICE) == []


# ---- the roll call


@pytest.mark.parametrize(("asker", "expected"), [("mc", 211), ("technician", 211), (None, 211)])
def test_watching_answers_with_the_totals(join: Join, caller: Make, asker: str | None, expected: int) -> None:
    answer = ask(join(caller(asker) if asker else None), events.WATCH, {"topics": ["roll_call"]})
    assert answer["ok"] is True
    assert answer["totals"]["expected"] == expected


def test_a_district_watches_its_own(join: Join, caller: Make) -> None:
    answer = ask(join(caller(endpoint=ITS_DISTRICT)), events.WATCH, {"topics": ["roll_call"]})
    assert answer["totals"]["expected"] == 23


def test_a_commune_may_not_watch(join: Join, caller: Make) -> None:
    answer = ask(join(caller(endpoint=COMMUNE)), events.WATCH, {"topics": ["roll_call"]})
    assert (answer["ok"], answer["error"]["code"]) == (False, "forbidden")


@pytest.mark.parametrize("payload", [(), ({},), ({"topics": "roll_call"},), ({"topics": ["looks", {}]},)])
def test_an_odd_watch_is_refused(join: Join, payload: tuple[Any, ...]) -> None:
    answer = ask(join(), events.WATCH, *payload)
    assert (answer["ok"], answer["error"]["code"]) == (False, "invalid_input")


def test_a_lost_line_never_clears_a_check_in(join: Join, caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    room.check_in(COMMUNE)
    screen = join(room)
    (before,) = room.get("/endpoints")
    screen.disconnect(events.NAMESPACE)
    (after,) = room.get("/endpoints")
    assert (before["connected"], after["connected"]) == (True, False)
    assert before["effective"] == after["effective"]
    assert after["last_seen_at_ms"] == OPENING_AT_MS


def test_a_room_is_on_the_line_as_long_as_one_of_its_screens_is(join: Join, caller: Make) -> None:
    room = caller(endpoint=COMMUNE)
    first, second = join(room), join(room)
    first.disconnect(events.NAMESPACE)
    assert room.get("/endpoints")[0]["connected"] is True
    second.disconnect(events.NAMESPACE)
    assert room.get("/endpoints")[0]["connected"] is False


# ---- names


def test_the_pages_know_the_events_that_the_server_sends() -> None:
    scripts = Path(__file__).absolute().parents[2] / "static" / "js"
    text = "".join(path.read_text("utf-8") for path in scripts.rglob("*.js"))
    listened = set(re.findall(r"\.(?:on|listen)\(\s*\"([a-z_]+)\"", text)) - {
        "connect",
        "disconnect",
        "connect_error",
        "ping",
    }
    asked = set(re.findall(r"(?:\.emit|(?<!wakeLock\.)request)\(\s*\"([a-z_]+)\"", text))
    assert listened <= set(events.TO_CLIENT)
    assert set(events.TO_CLIENT) <= listened
    assert asked == set(events.TO_SERVER)


def test_event_names_are_documented() -> None:
    for name in (*events.TO_CLIENT, *events.TO_SERVER):
        assert f"`{name}`" in str(events.__doc__)


# ---- many at once


def test_those_who_join_in_the_same_moment_get_the_same_state_and_each_the_clock_of_now(
    join: Join, caller: Make, clock: FakeClock
) -> None:
    caller("mc").command("next")
    (first,) = received(join(), events.ORDER_SNAPSHOT)
    clock.advance(40)
    (second,) = received(join(), events.ORDER_SNAPSHOT)
    assert second == {**first, "server_now_ms": first["server_now_ms"] + 40}


def test_who_joins_after_a_change_gets_it_however_short_the_time_since_others_joined(join: Join, caller: Make) -> None:
    mc = caller("mc")
    for version in range(5):
        assert [snapshot["version"] for snapshot in received(join(), events.ORDER_SNAPSHOT)] == [version]
        mc.command("next")


def test_the_forecast_of_who_joins_later_is_of_later(join: Join, caller: Make, clock: FakeClock) -> None:
    caller("mc").command("next")
    (first,) = received(join(), events.ORDER_SNAPSHOT)
    clock.advance(3_600_000)  # the item overruns, so that everything moves
    (second,) = received(join(), events.ORDER_SNAPSHOT)
    assert second["forecast"]["expected_end_at_ms"] > first["forecast"]["expected_end_at_ms"]


def test_an_odd_conference_is_refused_also_just_after_others_have_joined(join: Join) -> None:
    assert join().is_connected(events.NAMESPACE)
    for odd in (7, ["x"], {"x": 1}):
        assert not join(conference=odd).is_connected(events.NAMESPACE)


def test_another_current_conference_is_shown_to_those_who_join_soon_after(
    join: Join, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "KEPT_S", 0)
    assert join().is_connected(events.NAMESPACE)
    other = services.conferences.copy_for_rehearsal(services.conferences.current(), cli_identity("test"))
    services.conferences.make_current(other, cli_identity("test"))
    (shown,) = received(join(), events.ORDER_SNAPSHOT)
    assert shown["next"] == services.running_order.snapshot(other)["next"]


# ---- the way in which they are told


@pytest.mark.parametrize("others", [[], ["gevent 99.0 (tested: 26.9.0)"]], ids=["tested", "untested"])
def test_the_direct_way_is_for_the_tested_versions_only(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, others: list[str]
) -> None:
    monkeypatch.setattr(realtime, "untested", lambda: others)
    assert app.extensions["giaoban.live"]._direct() is not bool(others)
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warned) == len(others)
    assert all(other in text for other, text in zip(others, warned, strict=True))


def test_the_direct_way_can_be_switched_off(app: Flask) -> None:
    app.config["DIRECT_FAN_OUT"] = False
    assert not app.extensions["giaoban.live"]._direct()


def test_a_connection_that_ends_while_it_joins_leaves_nothing_behind(
    app: Flask, client: FlaskClient, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, server = app.extensions["giaoban.live"], app.extensions["socketio"].server
    client.get("/socket.io/?EIO=4&transport=polling")
    (engine_sid,) = server.eio.sockets
    orders = app.extensions["giaoban"].running_order
    snapshot_at = orders.snapshot_at

    def and_meanwhile_it_ends(*args: Any) -> Any:
        server.eio.sockets[engine_sid].close(wait=False)  # by another request of its, or because it is shown out
        return snapshot_at(*args)

    monkeypatch.setattr(orders, "snapshot_at", and_meanwhile_it_ends)
    auth = json.dumps({"token": caller(endpoint=COMMUNE).token})
    client.post(f"/socket.io/?EIO=4&transport=polling&sid={engine_sid}", data=f"40/live,{auth}")

    assert live.lines.roles() == []
    assert live.lines.rooms() == set()
    assert "/live" not in server.manager.rooms
    assert engine_sid not in server.environ


def test_a_screen_that_goes_while_it_is_being_let_watch_enters_no_room(
    join: Join, app: Flask, caller: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    screen = join(caller("mc"))
    accounts = app.extensions["giaoban"].accounts
    identity_of = accounts.identity_of

    def and_meanwhile_it_goes(key: str) -> Any:
        if screen.is_connected(events.NAMESPACE):
            screen.disconnect(events.NAMESPACE)
        return identity_of(key)

    monkeypatch.setattr(accounts, "identity_of", and_meanwhile_it_goes)
    screen.emit("watch", {"topics": ["roll_call"]}, namespace=events.NAMESPACE)

    assert not screen.is_connected(events.NAMESPACE)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert "/live" not in app.extensions["socketio"].server.manager.rooms
