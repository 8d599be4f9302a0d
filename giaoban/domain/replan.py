"""Carrying a plan over to another beginning and another cap: a draft that moves, last year's agenda on a new day."""

from dataclasses import replace
from typing import Final

from giaoban.domain.items import Item

LATEST_START_AT_MS: Final = 4_102_444_800_000  # year 2100: what is planned for later is a slip of the finger
FAR_FUTURE_AT_MS: Final = 221_845_392_000_000  # year 9000: calendars end in 9999, and an axis goes on


def replanned(item: Item, shift_ms: int, cap_ms: int, new_cap_ms: int) -> Item:
    """The item in a plan that begins `shift_ms` later (negative: earlier) and caps its papers anew.

    What it is pinned to keeps its distance from the beginning. A paper that had the conference's cap, `cap_ms`, has the
    new one; a cap of its own stays. Neither touches what has begun.
    """
    if item.begun:
        return item
    pinned_at_ms = item.not_before_at_ms
    if pinned_at_ms is not None:
        pinned_at_ms = min(max(0, pinned_at_ms + shift_ms), FAR_FUTURE_AT_MS)
    own_cap = item.kind != "paper" or item.cap_ms != cap_ms
    return replace(item, not_before_at_ms=pinned_at_ms, cap_ms=item.cap_ms if own_cap else new_cap_ms)
