"""Whatever is said on the live connection, by whoever: an answer, a refusal, or the end of that connection alone."""

import json
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from giaoban.realtime import events
from giaoban.realtime.door import Malformed
from giaoban.seed import demo
from tests.conftest import Caller
from tests.fuzz.malformed import text
from tests.fuzz.test_api import WHO, repeatable
from tests.fuzz.wires import Line, acks, digest
from tests.live_server import LiveServer

Make = Callable[..., Caller]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**53, -(2**63), 10**400, 1e308, float("nan"), float("inf"), "\ud800", "a\0b", "roll_call"]),
    st.floats(),
    st.text(max_size=10),
)
payloads = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["topics", "seen_version", "sent_at_ms", "token", "conference", "_placeholder", "num", ""]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
names = st.sampled_from(
    [*events.TO_SERVER] * 3 + ["order_snapshot", "message", "json", "*", "connect", "disconnect"]
) | st.text(max_size=10)
auths = st.one_of(
    payloads,
    st.fixed_dictionaries({}, optional={"token": payloads, "conference": st.just(demo.SLUG) | payloads}),
)
DEEP: Final = json.loads("[" * 400 + "]" * 400)


def joined(app: Flask, auth: Any) -> SocketIOTestClient:
    return app.extensions["socketio"].test_client(app, namespace=events.NAMESPACE, auth=auth)


def told(answer: Any) -> str:
    """How a question was answered, after checking that it is an answer."""
    assert isinstance(answer["ok"], bool), answer
    if answer["ok"]:
        return "ok"
    error = answer["error"]
    assert error.keys() == {"code", "message", "details"}, answer
    assert error["message"].endswith("."), answer
    assert error["code"] != "internal_error", answer
    return str(error["code"])


@pytest.mark.parametrize("who", WHO)
def test_every_question_is_answered_or_ends_the_connection(
    app: Flask, database: str, caller: Make, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    known = WHO[who]
    auth = {"token": caller(**known).token} if known else None
    before = digest(database)
    heard: Counter[str] = Counter()

    @settings(repeatable, max_examples=150)
    @given(name=names, said=st.lists(payloads | st.just(DEEP) | st.just(b"\0\1"), max_size=3))
    def ask(name: str, said: list[Any]) -> None:
        screen = joined(app, auth)
        assert screen.is_connected(events.NAMESPACE)
        try:
            answer = screen.emit(name, *said, namespace=events.NAMESPACE, callback=True)
        except Malformed:  # on a real line that ends it
            heard["malformed"] += 1
        else:
            heard[told(answer)] += 1
        screen.disconnect(events.NAMESPACE)

    ask()

    assert {"ok", "invalid_input", "malformed"} <= heard.keys(), heard
    assert digest(database) == before
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_every_way_of_joining_is_taken_or_refused(app: Flask, database: str, caplog: pytest.LogCaptureFixture) -> None:
    before = digest(database)
    heard: Counter[bool] = Counter()

    @settings(repeatable, max_examples=300)
    @given(auth=auths)
    def join(auth: Any) -> None:
        try:
            screen = joined(app, auth)
        except Malformed:
            return
        heard[screen.is_connected(events.NAMESPACE)] += 1
        if screen.is_connected(events.NAMESPACE):
            screen.disconnect(events.NAMESPACE)

    join()

    assert heard[True], heard
    assert heard[False], heard
    assert digest(database) == before
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_real_line_bears_the_same(watched: tuple[LiveServer, Path]) -> None:
    server, errors = watched
    before = digest(server.database)
    line, healthy = Line(server.port), Line(server.port)
    healthy.send(b"")
    heard: Counter[str] = Counter()

    @settings(repeatable, max_examples=300)
    @given(name=names, said=st.lists(payloads, max_size=3), number=st.sampled_from(["", "0", "7", "12345"]))
    def ask(name: str, said: list[Any], number: str) -> None:
        event = f"42{events.NAMESPACE},{number}{json.dumps([name, *said])}"
        for answer in acks(line.send(text(event))):
            assert isinstance(answer, list)
            heard[told(answer[0])] += 1

    ask()

    healthy.send(b"")
    assert healthy.closed == 0
    assert line.closed, "nothing was malformed"
    assert {"ok", "invalid_input"} <= heard.keys(), heard
    assert digest(server.database) == before
    assert "Traceback" not in errors.read_text()
    line.close()
    healthy.close()
