"""PostgreSQL and Redis stopped or frozen for half a minute in the middle of a speech, and there again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import requests

from deploy.services import Service
from tests.consistency import assert_consistent
from tests.faults.conference import SLUG, SteadyScreen, forget
from tests.faults.conftest import Scene
from tests.faults.measured import Measured
from tests.live_server import Caller
from tests.waiting import asked_until, until

AWAY_S = 30
PRESSED_EVERY_S = 0.2  # a screen may ask for the clock twenty times a second
ANSWER_WITHIN_S = 20  # what somebody waits for a word; the clients of this test give up then


def killed(service: Service) -> Callable[[], None]:
    """Ended without warning; what brings it back."""
    service.kill()
    return service.start


def frozen(service: Service) -> Callable[[], None]:
    """Hanging: it takes connections and says nothing."""
    service.freeze()
    return service.thaw


@pytest.mark.timeout(300)
@pytest.mark.parametrize("breaking", [killed, frozen])
def test_commands_fail_clearly_while_the_database_is_away_and_can_be_pressed_again(
    breaking: Callable[[Service], Callable[[], None]], cluster: Scene, measured: Measured
) -> None:
    with speech(cluster) as (mc_token, screens):
        body = command(1, "add_time", {"delta_ms": 60_000})
        mend = breaking(cluster.server.cluster.postgresql)
        refusals = 0
        over = ringing_after(AWAY_S)
        while not over.wait(PRESSED_EVERY_S):
            answer = press(cluster, mc_token, body)
            assert answer.status_code == 503
            error = answer.json()["error"]
            assert error["code"] == "unavailable"
            assert error["message"].strip()
            refusals += 1
            for screen in screens:  # they go on counting: the line is there, and the server's clock on it
                clock = screen.ask("sync_clock", {"sent_at_ms": 1, "seen_version": 1})
                assert clock["ok"], clock
        assert refusals > 0
        mend()

        began_s = time.monotonic()
        asked_until(lambda: press(cluster, mc_token, body).status_code == 200, "the same command accepted")
        until(lambda: all(screen.snapshot["version"] == 2 for screen in screens), "screens right")
        measured.add(f"PostgreSQL {breaking.__name__} for {AWAY_S} s: everything right", time.monotonic() - began_s)

        assert press(cluster, mc_token, body).json()["version"] == 2  # done once, however often it was pressed
        assert [screen.left for screen in screens] == [0] * len(screens)
        assert all(web.ready for web in cluster.server.webs)
        assert_stored(cluster)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("breaking", [killed, frozen])
def test_without_redis_everything_is_stored_and_shown_and_an_empty_one_is_as_good(
    breaking: Callable[[Service], Callable[[], None]], cluster: Scene, measured: Measured
) -> None:
    with speech(cluster) as (mc_token, screens):
        mend = breaking(cluster.server.cluster.redis)
        version = 1
        over = ringing_after(AWAY_S)
        while not over.wait(PRESSED_EVERY_S):
            answer = press(cluster, mc_token, command(version, "add_time", {"delta_ms": 1_000}))
            assert answer.status_code == 200, answer.text
            version = answer.json()["version"]
            until(shows(screens, version), "screens of both processes right")
        mend()

        began_s = time.monotonic()
        asked_until(lambda: all(web.ready for web in cluster.server.webs), "both processes ready")
        answer = press(cluster, mc_token, command(version, "pause", {}))
        assert answer.status_code == 200, answer.text
        until(shows(screens, version + 1), "screens right")
        measured.add(f"Redis {breaking.__name__} for {AWAY_S} s: everything right", time.monotonic() - began_s)

        assert [screen.left for screen in screens] == [0] * len(screens)
        assert_stored(cluster)


def ringing_after(seconds: float) -> threading.Event:
    """Set once so much time has passed."""
    over = threading.Event()
    timer = threading.Timer(seconds, over.set)
    timer.daemon = True
    timer.start()
    return over


def shows(screens: list[SteadyScreen], version: int) -> Callable[[], bool]:
    return lambda: all(screen.snapshot["version"] == version for screen in screens)


@contextmanager
def speech(cluster: Scene) -> Iterator[tuple[str, list[SteadyScreen]]]:
    """The first item is live; two screens at each process, for the cookie of nginx is not what this is about."""
    server = cluster.server
    token = server.token(role="mc")
    with Caller(server, token, SLUG) as caller:
        assert caller.command(0, "next")[0] == 200
    screens = [SteadyScreen(web.url) for web in server.webs for _ in range(2)]
    try:
        until(shows(screens, 1), "screens show the first item")
        yield token, screens
    finally:
        for screen in screens:
            screen.close()


def command(version: int, name: str, args: dict[str, Any]) -> dict[str, Any]:
    return {"command_id": str(uuid4()), "expected_version": version, "name": name, "args": args}


def press(cluster: Scene, token: str, body: dict[str, Any]) -> requests.Response:
    return requests.post(
        f"{cluster.server.url}/api/v1/conferences/{SLUG}/running-order/commands",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=ANSWER_WITHIN_S,
    )


def assert_stored(cluster: Scene) -> None:
    with cluster.app.app_context():
        forget()
        assert_consistent(cluster.app, SLUG)
