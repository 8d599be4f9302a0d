"""Every room sends its check-in three times, in any order, while the MC runs the conference: each is counted once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import uuid4

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.clock import SystemClock
from giaoban.services.identity import cli_identity
from tests.conftest import code_of
from tests.consistency import assert_consistent
from tests.live_server import Caller, LiveServer

SENDS: Final = 3
AT_ONCE: Final = 24  # lines into the server
PRESSES: Final = ("next", "add_time", "pause", "resume") * 5
ARGS: Final = {"add_time": {"delta_ms": 60_000}}


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink it would storm for hours
    suppress_health_check=list(HealthCheck),
)
@given(shuffle=st.randoms(use_true_random=False))
def test_every_room_is_counted_once_while_the_conference_runs(server: LiveServer, beside: Flask, shuffle: Any) -> None:
    services: Services = beside.extensions["giaoban"]
    ours = services.conferences.find(server.slug)
    conference = services.conferences.copy_for_rehearsal(ours, cli_identity("test"))
    tokens = room_tokens(beside, conference)
    bodies = {code: said(heads) for heads, code in enumerate(tokens)}
    sends = list(tokens) * SENDS
    shuffle.shuffle(sends)
    slug, mc = conference.slug, server.token(role="mc")

    def send(code: str) -> tuple[str, int, Any]:
        with Caller(server, tokens[code], slug) as room:
            return (code, *room.request("PUT", f"/endpoints/{code}/check-in", bodies[code]))

    def run() -> list[tuple[int, Any]]:
        with Caller(server, mc, slug) as caller:
            return [caller.command(version, name, ARGS.get(name, {})) for version, name in enumerate(PRESSES)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = pool.submit(run)
        answers = list(pool.map(send, sends))
        pressed = running.result()

    assert [status for _, status, _ in answers] == [200] * len(sends), [a for a in answers if a[1] != 200][:3]
    assert [status for status, _ in pressed] == [200] * len(PRESSES), [a for a in pressed if a[0] != 200][:1]
    assert [answer["version"] for _, answer in pressed] == list(range(1, len(PRESSES) + 1))
    first: dict[str, Any] = {}
    for code, _, answer in answers:
        assert first.setdefault(code, answer) == answer
    with Caller(server, mc, slug) as caller:
        view, order = caller.get("/roll-call"), caller.get("/running-order")
    assert order["version"] == len(PRESSES)
    assert {row["code"]: row["effective"] for row in view["rows"]} == {
        code: answer["record"] for code, answer in first.items()
    }
    assert view["totals"] == {
        "expected": len(tokens),
        "present": len(tokens),
        "absent": 0,
        "pending": 0,
        "headcount": sum(range(len(tokens))),
    }
    assert_consistent(beside, slug)
    log = services.running_order.log(services.conferences.find(slug), 0, limit=100_000)
    assert [line["kind"] for line in log].count("check_in") == len(tokens)


def room_tokens(app: Flask, conference: Conference) -> dict[str, str]:
    """A token of every room but the hall, by code."""
    services: Services = app.extensions["giaoban"]
    slug, rooms = conference.slug, [one.code for one in conference.endpoints if one.level != "province"]
    return {
        code: services.accounts.issue_token(services.access.sign_in(code_of(app, code, slug)))["token"]
        for code in rooms
    }


def said(heads: int) -> dict[str, Any]:
    return {
        "check_in_id": str(uuid4()),
        "status": "present",
        "headcount": heads,
        "happened_at_ms": SystemClock().now_ms(),
    }
