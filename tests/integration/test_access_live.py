"""Who may ask what on the live connection, and who is told what there, for every role (contract §5).

As in test_access.py: whoever adds an event has to say here who may use it.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final

import pytest
from flask import Flask

from giaoban.realtime import events
from giaoban.realtime.namespace import LiveNamespace
from giaoban.services.identity import STAFF
from tests.conftest import COMMUNE, ITS_DISTRICT
from tests.integration.test_access import ASKERS, Make, caller_for
from tests.integration.test_live import Join, ask
from tests.integration.test_live import join as join

YES: Final = "ok"
SOCKET: Final[dict[str, tuple[dict[str, Any], tuple[str, ...]]]] = {
    events.SYNC_CLOCK: ({"sent_at_ms": 1, "seen_version": 0}, (YES,) * 7),
    events.WATCH: ({"topics": ["roll_call"]}, (YES, "forbidden", YES, YES, YES, YES, YES)),
    events.REPORT_PROJECTOR: ({}, ("forbidden",) * 7),  # a projector with a name: test_projectors.py
    events.LINE_PROBE: ({"n": 1, "sent_at_ms": 1}, ("forbidden", *(YES,) * 6)),
}


def test_every_event_has_its_row() -> None:
    handlers = {name.removeprefix("on_") for name, _ in inspect.getmembers(LiveNamespace) if name.startswith("on_")}
    assert handlers - {"connect", "disconnect"} == set(events.TO_SERVER) == SOCKET.keys()


@pytest.mark.parametrize("name", SOCKET)
def test_socket_events(join: Join, caller: Make, name: str) -> None:
    payload, expected = SOCKET[name]
    found = {}
    for asker in ASKERS:
        answer = ask(join(None if asker == "nobody" else caller_for(caller, asker)), name, payload)
        found[asker] = YES if answer["ok"] else answer["error"]["code"]
    assert found == dict(zip(ASKERS, expected, strict=True))


ROOMS: Final = {  # besides the conference's own room, where everybody is
    "nobody": set(),
    "commune": {f"endpoint:{{}}:{COMMUNE}"},
    "district": {f"endpoint:{{}}:{ITS_DISTRICT}"},
    **{role: {"speaker:{}"} for role in STAFF},
}


@pytest.fixture
def rooms_of(app: Flask) -> Callable[[], set[str]]:
    """The rooms of the one socket that is open."""
    manager = app.extensions["socketio"].server.manager

    def look() -> set[str]:
        (sid,) = [sid for sid, _ in manager.get_participants(events.NAMESPACE, None)]
        return {room for room in manager.get_rooms(sid, events.NAMESPACE) if room not in (None, sid)}

    return look


@pytest.mark.parametrize("asker", ASKERS)
def test_who_is_told_what(join: Join, caller: Make, rooms_of: Callable[[], set[str]], asker: str, app: Flask) -> None:
    with app.app_context():
        number = app.extensions["giaoban"].conferences.current().id
    join(None if asker == "nobody" else caller_for(caller, asker))
    assert rooms_of() == {f"order:{number}"} | {room.format(number) for room in ROOMS[asker]}
