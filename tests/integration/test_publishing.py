"""What is stored is answered as stored, also when the screens cannot be told."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from giaoban.realtime.publisher import SocketPublisher
from tests.conftest import COMMUNE, Caller

Make = Callable[..., Caller]
TELLS = ("console_changed", "roll_call_changed", "technical_changed", "readiness_changed", "room_notice", "notice")


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can be told of anything."""

    def fail(*_arguments: Any, **_more: Any) -> None:
        raise ConnectionError("the bus is away")

    for name in TELLS:
        monkeypatch.setattr(SocketPublisher, name, fail)


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize(
    ("role", "path", "body", "kept_at"),
    [
        ("secretary", f"/endpoints/{COMMUNE}/calls", {"call_id": "", "outcome": "busy"}, f"/endpoints/{COMMUNE}/calls"),
        ("secretary", "/counts", {"count_id": ""}, "/counts"),
        ("technician", "/tickets", {"ticket_id": "", "endpoint_code": COMMUNE, "kind": "mic"}, "/tickets"),
    ],
    ids=["a call", "a count", "a ticket"],
)
def test_what_is_stored_is_answered_though_nobody_hears_of_it(
    caller: Make, app: Flask, role: str, path: str, body: dict[str, str], kept_at: str
) -> None:
    sent = {key: value or str(uuid4()) for key, value in body.items()}

    answer = caller(role).call("POST", path, sent)

    assert answer.status_code == 200, answer.text
    assert len(caller(role).get(kept_at)) == 1


@pytest.mark.usefixtures("deaf")
def test_control_is_taken_though_nobody_hears_of_it(caller: Make) -> None:
    answer = caller("mc").call("POST", "/control", {"action": "take"})

    assert answer.status_code == 200, answer.text
    assert caller("admin").get("/control")["holder"]["name"] == "mc"
