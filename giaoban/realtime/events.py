"""Every event on namespace `/live`; the pages' script has the same list, and a test compares the two.

Server → client:
- `order_snapshot`: the snapshot of the running order (contract §4), on joining and after each accepted command.
- `roll_call_changed`: `{"totals": {...}, "codes": [...]}`, at most two a second; the public gets no codes.
- `endpoint_notice`: `{"text", "at_ms", "to"}`, to the room or the speaker that a message was meant for; with
  `until_at_ms` where screens are to take it away by themselves. With a `kind` it is no message: the room asks for what
  is new of that kind. `{"kind": "readiness"}`: somebody has answered for it, or for one of its own.
  `{"kind": "check_in", "effective", "own", "annulled"}`: something was said of it; the record that counts, its own
  last, and its later one that was taken back, each null where there is none.
  `{"kind": "ticket", "code", "at_ms"}`: a fault of it, or of one of its own, has moved on.
  `{"kind": "line_test", "code", "at_ms"}`: its line, or that of one of its own, has been tested.
- `console_changed`: `{}`, to the staff: something is new that only consoles show: a message that was read, who
  holds control or asks for it, who edits what, which room is ready, how many faults are open, the conference's stage.
- `technical_changed`: `{"codes": [...]}`, to the staff, at most two a second: line tests, tickets or the technician's
  checklist are new, or the conference's stage, title or maket; `codes` are the rooms concerned, none when any may be.
- `looks_changed`: `{"seq", "tone", "ornament", "overtime"}`, to whoever watches how the stage looks; of two, the one
  with the higher `seq` is the newer.
- `projectors_changed`: `{}`, to the staff, at most two a second: a projector shows another version or scene, lags, is
  lost or back, or has another name.
- `projector_changed`: `{"name", "scene"}`, to a projector's page on joining and when that changes: what it is called
  and the scene that it is pinned to, null for none; both null for a page that has no name (any more).
- `projector_identified`: `{"name", "until_at_ms"}`, to a projector: show that name large until then.
- `current_changed`: `{}`, to all who look at the conference that was the current one: another one is. Also to all who
  look at one that has another title, day or maket. A projector's page asks for what it shows now.

Client → server, each answered by its ack `{"ok": true, …}` or `{"ok": false, "error": {"code", "message", "details"}}`:
- `sync_clock` `{"sent_at_ms", "seen_version"}` → `{"ok", "server_now_ms", "version"}`
- `line_probe` `{"n", "sent_at_ms"}` → `{"ok", "n", "server_now_ms"}`: a numbered question of a line test, answered at
  once. Not for the public.
- `watch` `{"topics": ["roll_call", "looks"]}`, or one of them → `{"ok", "totals", "looks"}`, of what is watched
- `report_projector` `{"version", "scene", "doubt_ms", "lag_ms", "shown_at_ms", "sent_at_ms", "width", "height",
  "hidden", "full_screen"}` → `{"ok"}`: what a projector shows (`giaoban.domain.projectors.Report`). Only from a page
  that joined with `projector: true` and is known by name; at most two a second.
"""

from typing import Final

NAMESPACE: Final = "/live"

ORDER_SNAPSHOT: Final = "order_snapshot"
ROLL_CALL_CHANGED: Final = "roll_call_changed"
ENDPOINT_NOTICE: Final = "endpoint_notice"
CONSOLE_CHANGED: Final = "console_changed"
CHECK_IN: Final = "check_in"  # a kind of `endpoint_notice`
READINESS: Final = "readiness"  # a kind of `endpoint_notice`
TECHNICAL_CHANGED: Final = "technical_changed"
LOOKS_CHANGED: Final = "looks_changed"
PROJECTORS_CHANGED: Final = "projectors_changed"
PROJECTOR_CHANGED: Final = "projector_changed"
PROJECTOR_IDENTIFIED: Final = "projector_identified"
CURRENT_CHANGED: Final = "current_changed"
TO_CLIENT: Final = (
    ORDER_SNAPSHOT,
    ROLL_CALL_CHANGED,
    ENDPOINT_NOTICE,
    CONSOLE_CHANGED,
    TECHNICAL_CHANGED,
    LOOKS_CHANGED,
    PROJECTORS_CHANGED,
    PROJECTOR_CHANGED,
    PROJECTOR_IDENTIFIED,
    CURRENT_CHANGED,
)

SYNC_CLOCK: Final = "sync_clock"
WATCH: Final = "watch"
LINE_PROBE: Final = "line_probe"
ROLL_CALL: Final = "roll_call"
LOOKS: Final = "looks"
TOPICS: Final = (ROLL_CALL, LOOKS)  # of `watch`
REPORT_PROJECTOR: Final = "report_projector"
TO_SERVER: Final = (SYNC_CLOCK, WATCH, LINE_PROBE, REPORT_PROJECTOR)


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


def looks_room(conference_id: int) -> str:
    """The screens that show the stage: the projector, the speaker's monitor, the lower third."""
    return f"looks:{conference_id}"
