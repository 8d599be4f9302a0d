"""A process finds in the database what nobody has told it, and its screens get it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError

from giaoban.extensions import db
from giaoban.models import Conference, LogLine
from giaoban.realtime import Live, events
from giaoban.realtime.looked_at import LookedAt
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from giaoban.services.running_order import CommandRequest
from tests.conftest import COMMUNE, DISTRICT, Caller, make_app
from tests.fakes import FakeClock

Make = Callable[..., Caller]
Join = Callable[..., SocketIOTestClient]


@pytest.fixture
def live(app: Flask) -> Live:
    found: Live = app.extensions["giaoban.live"]
    return found


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


@pytest.fixture
def elsewhere(database: str, clock: FakeClock) -> Iterator[Callable[..., dict[str, Any]]]:
    """`elsewhere("next")`: another process accepts a command and dies before it has told anybody; the snapshot."""
    other = make_app(database, clock)

    def command(name: str, args: dict[str, Any] | None = None) -> dict[str, Any]:
        with other.app_context():
            services: Services = other.extensions["giaoban"]
            conference = services.conferences.current()
            request = CommandRequest(str(uuid4()), conference.version, name, args or {})
            return services.running_order.dispatch(conference.slug, request, cli_identity("test")).snapshot

    yield command
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def received(socket: SocketIOTestClient, name: str) -> list[Any]:
    return [event["args"][0] for event in socket.get_received(events.NAMESPACE) if event["name"] == name]


def test_screens_get_what_another_process_has_stored_once(
    live: Live, join: Join, elsewhere: Callable[..., dict[str, Any]]
) -> None:
    screen = join()
    received(screen, events.ORDER_SNAPSHOT)
    elsewhere("next")
    last = elsewhere("next")

    for _ in range(3):
        live.watcher.look()

    assert received(screen, events.ORDER_SNAPSHOT) == [last]
    clock = screen.emit(events.SYNC_CLOCK, {"seen_version": 2}, namespace=events.NAMESPACE, callback=True)
    assert clock["version"] == 2


def test_what_was_told_here_is_not_told_again(live: Live, join: Join, caller: Make) -> None:
    screen = join()
    answer = caller("mc").command("next").get_json()

    live.watcher.look()

    assert [snapshot["version"] for snapshot in received(screen, events.ORDER_SNAPSHOT)] == [0, answer["version"]]


def test_a_message_that_only_the_log_knows_reaches_its_room_once(
    live: Live, join: Join, caller: Make, elsewhere: Callable[..., dict[str, Any]], clock: FakeClock
) -> None:
    room, other, staff = join(caller(endpoint=COMMUNE)), join(caller(endpoint=DISTRICT)), join(caller("mc"))
    elsewhere("set_message", {"text": "Xin bật micro", "to": COMMUNE})
    elsewhere("set_message", {"text": "Sắp hết giờ", "to": "all"})

    live.watcher.look()
    notice = {"text": "Xin bật micro", "at_ms": clock.now_ms(), "to": COMMUNE}
    live.publisher.show_notice(1, COMMUNE, notice)  # its announcement comes late

    assert received(room, events.ENDPOINT_NOTICE) == received(staff, events.ENDPOINT_NOTICE) == [notice]
    assert received(other, events.ENDPOINT_NOTICE) == []


def test_a_word_to_a_speaker_that_is_found_late_is_not_for_the_next_one(
    live: Live, join: Join, caller: Make, elsewhere: Callable[..., dict[str, Any]], clock: FakeClock
) -> None:
    papers = [item for item in caller("mc").get("/running-order")["items"] if item["endpoint_code"]]
    room, staff = join(caller(endpoint=papers[1]["endpoint_code"])), join(caller("mc"))
    elsewhere("start", {"item_id": papers[0]["id"]})
    clock.advance(1_000)
    elsewhere("set_message", {"text": "Đề nghị kết luận", "to": "speaker"})
    clock.advance(1_000)
    elsewhere("next", {"item_id": papers[1]["id"]})

    live.watcher.look()

    assert [notice["text"] for notice in received(staff, events.ENDPOINT_NOTICE)] == ["Đề nghị kết luận"]
    assert received(room, events.ENDPOINT_NOTICE) == []


def test_one_who_joins_while_a_command_comes_gets_it(
    app: Flask, live: Live, join: Join, elsewhere: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    join()
    read = LookedAt._conference
    came: list[int] = []

    def slowly(self: LookedAt, *arguments: Any) -> Conference:
        conference = read(self, *arguments)
        if not came:
            came.append(conference.version)
            live.publisher.show_order(conference.id, elsewhere("next"))
        return conference

    monkeypatch.setattr(LookedAt, "_conference", slowly)
    late = join(conference=demo.SLUG)  # nobody has asked for it by its name, so it is read now

    assert came == [0]
    assert [snapshot["version"] for snapshot in received(late, events.ORDER_SNAPSHOT)] == [1]


def test_an_annulment_that_was_not_told_reaches_the_board(
    live: Live, join: Join, caller: Make, database: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = caller(endpoint=COMMUNE).check_in(COMMUNE).get_json()["record"]
    join(caller("secretary"))
    live.watcher.look()
    told: list[frozenset[str]] = []
    monkeypatch.setattr(live.publisher, "show_roll_call", lambda _conference_id, codes, said: told.append(codes))
    other = make_app(database, clock)
    with other.app_context():
        services: Services = other.extensions["giaoban"]
        services.records.annul(demo.SLUG, COMMUNE, record["check_in_id"], "Ghi nhầm", cli_identity("test"))
        db.session.remove()
        db.engine.dispose()

    for _ in range(2):  # lines get a round of grace
        live.watcher.look()

    assert told == [{COMMUNE}]


def test_a_board_hears_of_a_stage_that_was_not_told(
    live: Live, join: Join, caller: Make, database: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(caller("secretary"))
    live.watcher.look()
    told: list[frozenset[str]] = []
    monkeypatch.setattr(live.publisher, "show_roll_call", lambda _conference_id, codes, said: told.append(codes))
    other = make_app(database, clock)
    with other.app_context():
        services: Services = other.extensions["giaoban"]
        services.conference_life.close(services.conferences.current(), cli_identity("test"))
        db.session.remove()
        db.engine.dispose()

    for _ in range(2):  # lines get a round of grace
        live.watcher.look()

    assert told == [frozenset()]


def test_after_a_backup_was_restored_screens_begin_anew(
    live: Live, services: Services, caller: Make, monkeypatch: pytest.MonkeyPatch, join: Join
) -> None:
    join()
    caller("mc").command("next")
    live.watcher.look()
    cut: list[str] = []
    monkeypatch.setattr(live.watcher, "_cut", cut.append)
    conference = services.conferences.current()
    db.session.execute(delete(LogLine).where(LogLine.seq > 1))
    db.session.execute(update(Conference).values(version=0, last_seq=1))
    db.session.commit()

    live.watcher.look()

    assert cut == live.lines.sids(conference.id)
    assert len(cut) == 1
    db.session.expire_all()
    assert services.running_order.known_version(conference.id) == 0


def test_those_who_look_at_the_current_conference_hear_that_another_one_is(
    live: Live, services: Services, join: Join
) -> None:
    socket = join()  # and is told of what comes from now on, also before the next look
    first = services.conferences.current()
    other = replace(demo.conference(first.starts_at_ms), slug="khac")
    services.conferences.make_current(services.conferences.create(other, cli_identity("test")), cli_identity("test"))

    live.watcher.look()
    live.watcher.look()

    assert received(socket, events.CURRENT_CHANGED) == [{}]


def test_who_looks_at_a_conference_hears_that_its_title_or_its_maket_is_another(
    live: Live, services: Services, conference: Conference, join: Join
) -> None:
    socket = join()
    services.conference_life.retitle(conference, "Hội nghị giao ban quý IV", cli_identity("test"))

    live.watcher.look()
    live.watcher.look()

    assert received(socket, events.CURRENT_CHANGED) == [{}]
    services.conference_life.set_maket(conference, {"org": "VĂN PHÒNG"}, cli_identity("test"))
    live.watcher.look()
    assert received(socket, events.CURRENT_CHANGED) == [{}]


def test_nobody_hears_of_another_title_while_all_is_as_it_was_on_joining(live: Live, join: Join) -> None:
    socket = join()

    live.watcher.look()
    live.watcher.look()

    assert received(socket, events.CURRENT_CHANGED) == []


def test_a_conference_of_which_nothing_can_be_told_keeps_nothing_from_the_others(
    live: Live, services: Services, conference: Conference, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = services.conferences.create(
        replace(demo.conference(conference.starts_at_ms), slug="hong"), cli_identity("test")
    )
    sockets = [join(conference=demo.SLUG), join(conference="hong")]
    for each in (conference, spoilt):
        services.conference_life.retitle(each, "Hội nghị giao ban quý IV", cli_identity("test"))
    tell = live.watcher._tell

    def told(conference_id: int, missing: Any) -> None:
        if conference_id == spoilt.id:
            raise ValueError("spoilt")
        tell(conference_id, missing)

    monkeypatch.setattr(live.watcher, "_tell", told)
    live.watcher.look()

    assert [received(socket, events.CURRENT_CHANGED) for socket in sockets] == [[{}], []]


def test_screens_are_told_even_when_what_fell_silent_cannot_be_written_down(
    live: Live, services: Services, conference: Conference, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = join()
    services.conference_life.retitle(conference, "Hội nghị giao ban quý IV", cli_identity("test"))

    def busy(_: Any) -> None:
        raise OperationalError("BEGIN", None, TimeoutError())

    monkeypatch.setattr(type(services.control), "settle", busy)
    with pytest.raises(OperationalError):
        live.watcher.look()

    assert received(socket, events.CURRENT_CHANGED) == [{}]


def test_nobody_on_the_line_costs_nothing(live: Live, app: Flask) -> None:
    statements: list[str] = []
    with app.app_context():
        db.event.listen(db.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    live.watcher.look()

    assert statements == []


def test_an_outage_is_told_of_once_and_its_end_too(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = iter([OperationalError("SELECT", None, Exception("gone")), OperationalError("SELECT", None, Exception())])
    ended = Event()

    def look() -> None:
        error = next(rounds, None)
        if error is None:
            ended.set()
            return
        raise error

    monkeypatch.setattr(live.watcher, "look", look)
    monkeypatch.setattr("giaoban.realtime.watcher.LOOK_EVERY_S", 0)
    with caplog.at_level(logging.WARNING):
        live.watcher.look_for_ever(ended)

    told = [record.getMessage() for record in caplog.records if record.name == "giaoban.realtime.watcher"]
    assert [("does not answer" in line, "is back" in line) for line in told] == [(True, False), (False, True)]


# ---- sockets while the database is away


def test_while_the_database_is_away_a_screen_is_refused_and_one_that_is_there_goes_on_counting(
    join: Join, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = join()
    screen.get_received(events.NAMESPACE)

    def away(*_: Any) -> Any:
        raise OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(type(services.conferences), "find", away)
    monkeypatch.setattr(type(services.running_order), "snapshot_of", away)

    assert not join(conference=demo.SLUG).is_connected(events.NAMESPACE)
    answer = screen.emit(events.SYNC_CLOCK, {"seen_version": -1}, namespace=events.NAMESPACE, callback=True)
    assert (answer["ok"], answer["version"]) == (True, 0)


def test_what_cannot_be_answered_says_why(join: Join, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = join()

    def away(*_: Any) -> Any:
        raise OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(type(services.roll_call), "totals", away)
    answer = screen.emit(events.WATCH, {"topics": ["roll_call"]}, namespace=events.NAMESPACE, callback=True)

    assert (answer["ok"], answer["error"]["code"]) == (False, "unavailable")
    assert "Cơ sở dữ liệu" in answer["error"]["message"]


def test_a_message_is_not_lost_when_the_database_goes_away_before_it_is_read(
    live: Live, join: Join, caller: Make, elsewhere: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = join(caller(endpoint=COMMUNE))
    elsewhere("set_message", {"text": "Xin bật micro", "to": COMMUNE})

    def away(*_: Any) -> Any:
        raise OperationalError("SELECT", None, TimeoutError())

    with monkeypatch.context() as patched:
        patched.setattr(live.watcher, "_notices", away)
        with pytest.raises(OperationalError):
            live.watcher.look()

    live.watcher.look()

    assert [notice["text"] for notice in received(room, events.ENDPOINT_NOTICE)] == ["Xin bật micro"]
