"""Every event on namespace `/live`; the pages' script has the same list, and a test compares the two.

Server → client:
- `order_snapshot`: the snapshot of the running order (contract §4), on joining and after each accepted command.
- `roll_call_changed`: `{"totals": {...}, "codes": [...]}`, at most two a second; the public gets no codes.
- `endpoint_notice`: `{"text", "at_ms", "to"}`, to the room or the speaker that a message was meant for.

Client → server, each answered by its ack `{"ok": true, …}` or `{"ok": false, "error": {"code", "message", "details"}}`:
- `sync_clock` `{"sent_at_ms", "seen_version"}` → `{"ok", "server_now_ms", "version"}`
- `watch` `{"topics": ["roll_call"]}` → `{"ok", "totals"}`
"""

from typing import Final

NAMESPACE: Final = "/live"

ORDER_SNAPSHOT: Final = "order_snapshot"
ROLL_CALL_CHANGED: Final = "roll_call_changed"
ENDPOINT_NOTICE: Final = "endpoint_notice"
TO_CLIENT: Final = (ORDER_SNAPSHOT, ROLL_CALL_CHANGED, ENDPOINT_NOTICE)

SYNC_CLOCK: Final = "sync_clock"
WATCH: Final = "watch"
TO_SERVER: Final = (SYNC_CLOCK, WATCH)


def order_room(conference_id: int) -> str:
    """Everybody who looks at that conference."""
    return f"order:{conference_id}"


def endpoint_room(conference_id: int, code: str) -> str:
    """The screens of one endpoint."""
    return f"endpoint:{conference_id}:{code}"


def speaker_room(conference_id: int) -> str:
    """Staff screens, which also show what is said to the speaker."""
    return f"speaker:{conference_id}"


def roll_call_room(conference_id: int, scope: str) -> str:
    """Watchers of the roll call: scope is "all", "public", or a district's code."""
    return f"roll_call:{conference_id}:{scope}"
