"""What was removed from the running order, as the console lists it."""

from typing import Any

from giaoban.admin.wording import actor_words
from giaoban.models import Conference
from giaoban.web.current import services
from giaoban.web.filters import clock, length_words
from giaoban.web.running_order import KIND_WORDS, heading


def rows(conference: Conference) -> list[dict[str, Any]]:
    """The removed items, the last one first, each with who removed it and when."""
    binned = services().running_order.bin(conference)
    removals = services().editing.removals(conference) if binned else {}
    found = []
    for item in binned:
        actor, at_ms = removals[item["id"]]
        by = f"{actor_words(actor)} xóa lúc {clock(at_ms, conference.timezone)}"
        sub = (KIND_WORDS[item["kind"]], length_words(item["planned_ms"]), by)
        found.append({"id": item["id"], "heading": heading(item), "sub": " · ".join(sub)})
    return found
