"""What the MC says in writing: to all, to whoever speaks, or to one room; and for how long it stands."""

from dataclasses import dataclass
from typing import Final

from giaoban.domain.items import Item

ALL: Final = "all"
SPEAKER: Final = "speaker"


@dataclass(frozen=True, slots=True)
class Message:
    """The last text that was sent `to` all, to the speaker or to a room (its code); `at_ms` is when it was set.

    `until_at_ms` is when screens take it away by themselves, None where it stays until it is cleared. `item_id` is what
    was on air then: the word to a speaker is not for the one who comes after.
    """

    text: str
    at_ms: int
    until_at_ms: int | None = None
    to: str = ALL
    item_id: str | None = None


def holds(message: Message, live: Item | None) -> bool:
    """Whether it still has somebody to whom it was said: of the speaker's, whether that part is still on air."""
    if message.to != SPEAKER:
        return True
    return live is not None and live.id == message.item_id and message.at_ms >= (live.started_at_ms or 0)


def stands(message: Message, live: Item | None, now_ms: int) -> bool:
    """Whether screens show it at `now_ms`."""
    return holds(message, live) and (message.until_at_ms is None or now_ms < message.until_at_ms)
