"""What the screens make of the running order: the scene, its texts, the parts of the programme.

static/js/lib/stage.js tells the same scene and texts; tests/cases/stage.json holds both to it.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from giaoban.domain.speaker import speaker_parts
from giaoban.web.running_order import KIND_WORDS, begun_second


def texts(item: Mapping[str, Any]) -> dict[str, str]:
    """The speaker scene's three texts `{org, unit, topic}`: a paper's unit stands large, of anything else its title."""
    if item["kind"] != "paper" or not item.get("speaker"):
        return {"org": item.get("speaker") or "", "unit": item["title"], "topic": ""}
    org, unit = speaker_parts(item["speaker"])
    return {"org": org, "unit": unit, "topic": item["title"]}


def shown_scene(snapshot: Mapping[str, Any]) -> str:
    """The scene that can really be shown: without anything to say the maket stands, never an empty picture."""
    name: str = snapshot["scene"]["name"]
    nothing_to_say = (name == "speaker" and snapshot["live"] is None) or (
        name == "message" and snapshot["message"] is None
    )
    return "maket" if nothing_to_say else name


def opening_at_ms(items: Iterable[Mapping[str, Any]]) -> int | None:
    """When the opening is expected; None once it has begun, or without one."""
    opening = next((item for item in items if item["kind"] == "opening"), None)
    return opening["expected_start_at_ms"] if opening and opening["state"] == "pending" else None


def sections(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of one kind as one part of the programme, skipped ones left out.

    Each is `{kind, label, at_ms, expected_of, state, items}`. `expected_of` is the item whose expected start
    `at_ms` is; None where it is a real one.

    `state` is now for the part of the live item (with nothing live: for parts that are over only in part), else done
    or coming.
    """
    shown = [item for item in items if item["state"] != "skipped"]
    anything_live = any(item["state"] in ("live", "paused") for item in shown)
    parts = []
    for kind, group in groupby(shown, key=lambda item: item["kind"]):
        members = list(group)
        states = {item["state"] for item in members}
        begun = not anything_live and {"done", "pending"} <= states
        first = members[0]
        parts.append(
            {
                "kind": kind,
                "label": KIND_WORDS[kind],
                "at_ms": first["started_at_ms"] or begun_second(first["expected_start_at_ms"]),
                "expected_of": None if first["started_at_ms"] else first["id"],
                "state": "now" if begun or states & {"live", "paused"} else "done" if states == {"done"} else "coming",
                "items": members,
            }
        )
    return parts
