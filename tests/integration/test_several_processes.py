"""Two server processes on one database with Redis between them: to the people it is one server."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import resources
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import requests

from deploy.services import Redis
from giaoban.extensions import db
from giaoban.realtime.coalesce import INTERVAL_MS
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.clock import SystemClock
from giaoban.services.identity import cli_identity
from giaoban.services.running_order import CommandRequest
from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, code_of, make_app
from tests.databases import Databases
from tests.live_server import Caller, LiveServer, stored
from tests.screens import Screen
from tests.waiting import asked_until

PRESSES = 20
REPORT_S = 2.0  # a projector's beat


class Pair:
    """Servers A and B, Redis between them, and an application beside them in this process (which tells nobody)."""

    def __init__(self, database: str, redis: Redis) -> None:
        self.app = make_app(database)
        self.redis = redis
        settings = {"GIAOBAN_REDIS_URL": redis.url}
        self.a, self.b = (
            LiveServer(database, lambda code: code_of(self.app, code, self.slug), settings=settings) for _ in range(2)
        )
        self.slug = demo.SLUG

    def start(self) -> None:
        self.redis.start()
        for server in (self.a, self.b):
            server.start()

    def stop(self) -> None:
        for server in (self.a, self.b):
            server.stop()
        self.redis.stop()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def new_conference(self) -> None:
        """From here on it is about a conference that nobody has touched."""
        self.slug = self.a.slug = self.b.slug = f"{demo.SLUG}-{uuid4().hex[:8]}"
        with self.app.app_context():
            services: Services = self.app.extensions["giaoban"]
            begins_at_ms = demo.starts_at_ms(None, "now", SystemClock().now_ms())
            fresh = replace(demo.conference(begins_at_ms), slug=self.slug)
            made = services.conferences.create(fresh, cli_identity("test"))
            services.conferences.make_current(made, cli_identity("test"))


@pytest.fixture(scope="module")
def shared_pair(
    databases: Databases, database_of_today: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    pair = Pair(databases.copy(database_of_today), Redis(tmp_path_factory.mktemp("pair")))
    try:
        pair.start()
        yield pair
    finally:
        pair.stop()


@pytest.fixture
def pair(
    request: pytest.FixtureRequest, databases: Databases, database_of_today: str, tmp_path: Path
) -> Iterator[Pair]:
    """As with `server`: one for all tests with a conference for each, or one of its own for `own_server`."""
    if not request.node.get_closest_marker("own_server"):
        shared: Pair = request.getfixturevalue("shared_pair")
        shared.new_conference()
        yield shared
        return
    own = Pair(databases.copy(database_of_today), Redis(tmp_path))
    try:
        own.start()
        yield own
    finally:
        own.stop()


Join = Callable[..., Screen]


@pytest.fixture
def join() -> Iterator[Join]:
    """`join(server)`, `join(server, role="mc")`, `join(server, endpoint="06010")`."""
    opened: list[Screen] = []

    def make(server: LiveServer, **who: Any) -> Screen:
        screen = Screen(server.url, server.token(**who) if who else None, slug=server.slug)
        opened.append(screen)
        return screen

    yield make
    for screen in opened:
        screen.close()


def row(server: LiveServer, code: str) -> dict[str, Any]:
    """The room as that server's roll call has it."""
    with Caller(server, server.token(role="technician")) as caller:
        return next(found for found in caller.get("/endpoints") if found["code"] == code)


def until(screen: Screen, server: LiveServer, code: str, *, connected: bool) -> dict[str, Any]:
    """Wait, as a board does, for announcements about the room until it is, or is not, on the line."""
    found = row(server, code)
    while found["connected"] is not connected:
        screen.wait_for("roll_call_changed", lambda told: code in told["codes"])
        found = row(server, code)
    return found


# ---- the running order


def content(snapshot: dict[str, Any]) -> dict[str, Any]:
    """All but the instant at which it was made: a process that finds the version in the database makes its own."""
    return {name: value for name, value in snapshot.items() if name != "server_now_ms"}


def test_a_command_through_one_reaches_the_screens_of_the_other(pair: Pair, join: Join) -> None:
    near, far = join(pair.a), join(pair.b)

    answer = pair.a.command("next")

    for screen in (near, far):
        assert content(screen.wait_for("order_snapshot")) == content(answer["snapshot"])
    clock = far.ask("sync_clock", {"sent_at_ms": 1, "seen_version": answer["version"]})
    assert clock["version"] == answer["version"]
    assert far.has("order_snapshot") == []


def test_a_message_reaches_a_room_and_the_speaker_at_the_other(pair: Pair, join: Join) -> None:
    with Caller(pair.a, pair.a.token(role="mc")) as mc:
        items = mc.get("/running-order")["items"]
    paper = next(item for item in items if item["endpoint_code"] == ITS_DISTRICT)
    pair.a.command("start", {"item_id": paper["id"]})
    room, speaker, staff = join(pair.b, endpoint=COMMUNE), join(pair.b, endpoint=ITS_DISTRICT), join(pair.b, role="mc")

    pair.a.command("set_message", {"text": "Xin bật micro", "to": COMMUNE})
    pair.a.command("set_message", {"text": "Mời kết luận", "to": "speaker"})

    assert room.wait_for("endpoint_notice")["text"] == "Xin bật micro"
    assert speaker.wait_for("endpoint_notice")["text"] == "Mời kết luận"
    assert staff.wait_for("endpoint_notice")["to"] == COMMUNE
    assert staff.wait_for("endpoint_notice")["to"] == "speaker"


def test_two_mcs_at_two_processes_advance_one_step_together(pair: Pair, join: Join) -> None:
    together = Barrier(2)
    screens = [join(pair.a), join(pair.b)]

    def press(server: LiveServer) -> list[int]:
        statuses = []
        with Caller(server, server.token(role="mc")) as caller:
            for version in range(PRESSES):
                together.wait(timeout=60)
                statuses.append(stored(caller.command, version, "next", None, str(uuid4()))[0])
        return statuses

    with ThreadPoolExecutor(2) as pool:
        at_a, at_b = pool.map(press, (pair.a, pair.b))

    assert [sorted(both) for both in zip(at_a, at_b, strict=True)] == [[200, 409]] * PRESSES
    last = [screen.wait_for("order_snapshot", lambda told: told["version"] == PRESSES) for screen in screens]
    assert content(last[0]) == content(last[1])
    with Caller(pair.b, pair.b.token(role="mc")) as caller:
        lines = caller.get("/log")
    assert [line["version"] for line in lines if line["version"]] == list(range(1, PRESSES + 1))


# ---- projectors


def test_a_projector_at_one_process_is_seen_and_told_from_the_other(pair: Pair, join: Join) -> None:
    with pair.app.app_context():
        projectors = pair.app.extensions["giaoban"].projectors
        token = projectors.new_token()
        projectors.ask(token, "198.51.100.7")
        code, _until_at_ms = projectors.waiting(token)
    console = join(pair.b, role="mc")
    with Caller(pair.b, pair.b.token(role="mc")) as mc:
        status, made = mc.request("POST", "/projectors", {"code": code, "name": "Sảnh"})
        assert status == 200, made
        projector = Screen(pair.a.url, slug=pair.slug, projector=token)
        assert projector.wait_for("projector_changed") == {"name": "Sảnh", "scene": None}
        report = {
            "version": 0,
            "scene": "maket",
            "doubt_ms": 3,
            "lag_ms": None,
            "shown_at_ms": None,
            "width": 1920,
            "height": 1080,
            "hidden": False,
            "full_screen": True,
        }

        last_s = -REPORT_S

        def is_so(state: str) -> bool:
            nonlocal last_s
            if state == "on" and time.monotonic() - last_s >= REPORT_S:  # again, as one report does not last
                last_s = time.monotonic()
                assert projector.ask("report_projector", {**report, "sent_at_ms": SystemClock().now_ms()}) == {
                    "ok": True
                }
            return bool(mc.get("/projectors")["rows"][0]["state"] == state)

        asked_until(lambda: is_so("on"), "the projector is on")
        console.wait_for("projectors_changed")
        mc.request("PUT", f"/projectors/{made['id']}/scene", {"scene": "agenda"})
        assert projector.wait_for("projector_changed") == {"name": "Sảnh", "scene": "agenda"}
        identify = requests.post(
            f"{pair.b.url}/api/v1/conferences/{pair.slug}/projectors/{made['id']}/identify",
            headers={"Authorization": f"Bearer {pair.b.token(role='mc')}"},
            timeout=30,
        )
        assert identify.status_code == 204, identify.text
        assert projector.wait_for("projector_identified")["name"] == "Sảnh"
        projector.close()
        console.has("projectors_changed")
        asked_until(lambda: is_so("away"), "the projector is away")
        console.wait_for("projectors_changed")


# ---- the roll call


def test_a_room_is_on_the_line_for_both(pair: Pair, join: Join) -> None:
    board, other_board = join(pair.b, role="technician").watch(), join(pair.a, role="technician").watch()
    assert row(pair.b, COMMUNE)["connected"] is False

    room = join(pair.a, endpoint=COMMUNE)
    until(board, pair.b, COMMUNE, connected=True)
    moved = join(pair.b, endpoint=COMMUNE)
    room.close()
    until(other_board, pair.a, COMMUNE, connected=True)
    moved.close()

    for watched, server in ((board, pair.b), (other_board, pair.a)):
        assert until(watched, server, COMMUNE, connected=False)["last_seen_at_ms"] > 0


def test_a_board_hears_of_check_ins_through_both_and_at_most_twice_a_second(pair: Pair, join: Join) -> None:
    with pair.app.app_context():
        services: Services = pair.app.extensions["giaoban"]
        rooms = [endpoint.code for endpoint, _ in services.access.codes(services.conferences.find(pair.slug))][:60]
    boards = [join(pair.a, role="secretary").watch(), join(pair.b, role="secretary").watch()]
    began_s = time.monotonic()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda both: both[0].check_in(both[1]), zip([pair.a, pair.b] * 30, rooms, strict=True)))

    for board in boards:
        announced, codes, present = 0, set[str](), 0
        while codes != set(rooms) or present != len(rooms):  # totals may be right before the last room is named
            told = board.wait_for("roll_call_changed")
            codes.update(told["codes"])
            present = told["totals"]["present"]
            announced += 1
        took_ms = (time.monotonic() - began_s) * 1000
        assert announced <= 2 + took_ms / INTERVAL_MS  # the slower everything was, the more there may have been


# ---- when a part is away


@pytest.mark.own_server
def test_a_killed_process_leaves_its_rooms_to_the_other(pair: Pair, join: Join) -> None:
    board = join(pair.b, role="technician").watch()
    moving, lost = join(pair.a, endpoint=COMMUNE), join(pair.a, endpoint=DISTRICT)
    for code in (COMMUNE, DISTRICT):
        until(board, pair.b, code, connected=True)
    pair.a.command("next")

    pair.a.kill()
    moving.close()
    lost.close()
    moved = join(pair.b, endpoint=COMMUNE)

    assert moved.snapshot["version"] == 1
    gone = until(board, pair.b, DISTRICT, connected=False)
    assert 0 < gone["last_seen_at_ms"] < SystemClock().now_ms()
    assert row(pair.b, COMMUNE)["connected"] is True
    join(pair.b, endpoint=DISTRICT)
    until(board, pair.b, DISTRICT, connected=True)
    pair.a.start()  # a new process learns from the other who is on the line
    other_board = join(pair.a, role="technician").watch()
    until(other_board, pair.a, DISTRICT, connected=True)


@pytest.mark.own_server
def test_nothing_is_lost_with_redis_and_nothing_needs_a_restart(pair: Pair, join: Join) -> None:
    board = join(pair.b, role="technician").watch()
    room, far = join(pair.a, endpoint=COMMUNE), join(pair.b, endpoint=DISTRICT)
    until(board, pair.b, COMMUNE, connected=True)

    pair.redis.kill()
    answer = pair.a.command("next")
    pair.a.command("set_message", {"text": "Xin bật micro", "to": DISTRICT})
    pair.a.check_in(COMMUNE)

    assert far.wait_for("order_snapshot")["version"] >= answer["version"]
    assert far.wait_for("endpoint_notice")["text"] == "Xin bật micro"
    # Totals are read when they are told, so that they may be right before the room is named.
    board.wait_for("roll_call_changed", lambda told: told["totals"]["present"] == 1 and COMMUNE in told["codes"])
    ready = requests.get(pair.b.url + "/readyz", timeout=30)
    assert (ready.status_code, ready.json()["checks"]["queue"]) == (503, "failed")
    assert row(pair.b, COMMUNE)["connected"] is True
    room.close()

    pair.redis.start()
    until(board, pair.b, COMMUNE, connected=False)
    again = pair.a.command("next")
    told = far.wait_for("order_snapshot", lambda told: told["version"] == again["version"])
    assert content(told) == content(again["snapshot"])
    assert requests.get(pair.b.url + "/readyz", timeout=30).status_code == 200


@pytest.mark.own_server
def test_a_frozen_redis_delays_no_command(pair: Pair, join: Join) -> None:
    near, far = join(pair.a), join(pair.b)
    pair.redis.freeze()

    answers = [pair.a.command("next") for _ in range(3)]

    told = near.wait_for("order_snapshot", lambda told: told["version"] == 3)
    assert content(told) == content(answers[-1]["snapshot"])
    assert far.wait_for("order_snapshot", lambda told: told["version"] == 3)
    pair.redis.thaw()
    fourth = pair.b.command("next")
    assert near.wait_for("order_snapshot", lambda told: told["version"] == 4)["live"] == fourth["snapshot"]["live"]


@pytest.mark.own_server
def test_a_process_that_ends_says_so(pair: Pair, join: Join) -> None:
    board = join(pair.b, role="technician").watch()
    join(pair.a, endpoint=COMMUNE)
    until(board, pair.b, COMMUNE, connected=True)

    pair.a.stop()

    until(board, pair.b, COMMUNE, connected=False)


# ---- what nobody announces


def test_what_the_command_line_does_reaches_the_screens(pair: Pair, join: Join) -> None:
    screen, board = join(pair.a), join(pair.b, role="secretary").watch()
    with pair.app.app_context():
        services: Services = pair.app.extensions["giaoban"]
        conference = services.conferences.find(pair.slug)
        services.access.renew(conference, cli_identity("test"), COMMUNE)
        assert board.wait_for("roll_call_changed")["codes"] == [COMMUNE]
        roster = resources.files("giaoban.seed").joinpath("lang_son_2021.csv").read_bytes()
        services.conferences.import_roster(roster, pair.slug, "Tên mới", 0, cli_identity("test"))
        told = board.wait_for("roll_call_changed")
        request = CommandRequest(str(uuid4()), 0, "next", {})
        answer = services.running_order.dispatch(pair.slug, request, cli_identity("test"))

    assert len(told["codes"]) > told["totals"]["expected"] > 0  # the hall is a room and in no figure
    assert screen.wait_for("order_snapshot")["version"] == answer.version


def test_screens_of_a_deleted_conference_are_let_go(pair: Pair, join: Join) -> None:
    screen = join(pair.a)
    with pair.app.app_context():
        services: Services = pair.app.extensions["giaoban"]
        doomed = services.conferences.find(pair.slug)
        services.conferences.make_current(services.conferences.find(demo.SLUG), cli_identity("test"))
        services.conferences.delete(doomed)

    screen.wait_for("disconnect")


def test_what_comes_from_the_other_process_is_measured(pair: Pair, join: Join) -> None:
    screen = join(pair.b)
    pair.a.command("next")
    screen.wait_for("order_snapshot", lambda snapshot: snapshot["version"] == 1)

    figures = requests.get(pair.b.url + "/metrics", timeout=30).text.splitlines()

    assert 'giaoban_bus{state="connected"} 1.0' in figures
    (heard,) = [line for line in figures if line.startswith("giaoban_bus_seconds_count ")]
    assert float(heard.split()[1]) > 0
