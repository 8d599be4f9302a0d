"""When rooms were last on the line outlives the server; that they are on it does not."""

from collections.abc import Callable
from typing import Any

import pytest
import socketio
from flask import Flask
from flask_socketio import SocketIOTestClient

from giaoban.models import Conference
from giaoban.realtime import Live, events
from giaoban.services import Services
from giaoban.services.ports import Seen
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, Caller, make_app
from tests.fakes import FakeClock
from tests.integration.forms import Browser as SignedIn
from tests.live_server import Caller as Asking
from tests.live_server import LiveServer
from tests.waiting import asked_until

Make = Callable[..., Caller]


@pytest.fixture
def live(app: Flask) -> Live:
    found: Live = app.extensions["giaoban.live"]
    return found


def join(app: Flask, asker: Caller) -> SocketIOTestClient:
    found: SocketIOTestClient = app.extensions["socketio"].test_client(
        app, namespace=events.NAMESPACE, auth={"token": asker.token}
    )
    return found


def test_a_room_that_was_there_is_known_after_a_start(
    app: Flask, live: Live, caller: Make, conference: Conference, clock: FakeClock, database: str
) -> None:
    here, left = join(app, caller(endpoint=DISTRICT)), join(app, caller(endpoint=COMMUNE))
    left.disconnect(namespace=events.NAMESPACE)
    left_at_ms = clock.now_ms()
    clock.advance(60_000)
    live.keeper.end()
    stopped_at_ms = clock.now_ms()
    clock.advance(10_000)

    again = make_app(database, clock)

    with again.app_context():
        services: Services = again.extensions["giaoban"]
        assert services.presence.of(conference.id) == {
            DISTRICT: Seen(False, stopped_at_ms),
            COMMUNE: Seen(False, left_at_ms, left_at_ms),
        }
    here.disconnect(namespace=events.NAMESPACE)


def test_a_district_sees_which_of_its_communes_are_off_the_line_beside_their_attendance(
    app: Flask, caller: Make, signed_in: SignedIn, conference: Conference, services: Services
) -> None:
    room = join(app, caller(endpoint=COMMUNE))
    district = signed_in(endpoint=ITS_DISTRICT)
    assert "Mất kết nối từ" not in district.get("/diem-cau/cap-xa").text

    room.disconnect(namespace=events.NAMESPACE)

    assert district.get("/diem-cau/cap-xa").text.count("<small>Mất kết nối từ") == 1
    assert services.roll_call.totals(conference.id)["absent"] == 0


def test_only_who_came_or_left_is_stored_and_only_once(
    app: Flask, services: Services, live: Live, caller: Make, conference: Conference
) -> None:
    assert services.presence.keep() == 0

    room = join(app, caller(endpoint=COMMUNE))

    assert services.presence.keep() == 1
    assert services.presence.keep() == 0
    assert services.presence.keep(also_connected=True) == 1
    room.disconnect(namespace=events.NAMESPACE)
    assert services.presence.keep() == 1


def test_an_earlier_sight_never_replaces_a_later_one(
    app: Flask, services: Services, caller: Make, conference: Conference, clock: FakeClock, database: str
) -> None:
    """Two processes store what each has seen, in any order."""
    elsewhere = make_app(database, FakeClock(clock.now_ms() - 5_000))
    late, early = join(app, caller(endpoint=COMMUNE)), join(elsewhere, caller(endpoint=COMMUNE))

    services.presence.keep()
    with elsewhere.app_context():
        elsewhere.extensions["giaoban"].presence.keep()

    fresh = make_app(database, clock)
    with fresh.app_context():
        seen = fresh.extensions["giaoban"].presence.of(conference.id)
        assert seen[COMMUNE].last_seen_at_ms == clock.now_ms()
    for client in (late, early):
        client.disconnect(namespace=events.NAMESPACE)


def test_what_could_not_be_stored_is_stored_the_next_time(
    app: Flask, services: Services, caller: Make, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = join(app, caller(endpoint=COMMUNE))
    with monkeypatch.context() as patched:
        patched.setattr("giaoban.services.presence.save_last_seen", _fails)
        with pytest.raises(OSError, match="away"):
            services.presence.keep()

    assert services.presence.keep() == 1
    room.disconnect(namespace=events.NAMESPACE)


def _fails(*_: Any) -> None:
    raise OSError("away")


@pytest.mark.own_server
def test_a_killed_server_still_knows_when_it_saw_a_room(server: LiveServer) -> None:
    client = socketio.Client(reconnection=False, request_timeout=90)
    client.connect(
        server.url,
        namespaces=[events.NAMESPACE],
        transports=["websocket"],
        auth={"token": server.token(endpoint=COMMUNE)},
    )
    app = make_app(server.database)

    def stored() -> bool:
        with app.app_context():  # each time a new one: a transaction that has read sees nothing of what comes later
            services: Services = app.extensions["giaoban"]
            return COMMUNE in services.presence.of(services.conferences.current().id)

    asked_until(stored, "the room is stored as seen")

    server.kill()
    server.start()

    with Asking(server, server.token(role="technician")) as technician:
        row = next(row for row in technician.get("/endpoints") if row["code"] == COMMUNE)
    assert row["connected"] is False
    assert row["last_seen_at_ms"] is not None
    assert row["effective"] is None
    client.shutdown()
