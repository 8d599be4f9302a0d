"""However many changes arrive, at most one announcement per interval goes out, and the last change is in it."""

import threading
from collections.abc import Callable
from typing import Final

INTERVAL_MS: Final = 500  # "at most two a second"


class Coalescer:
    """Gathers changed codes per conference and calls `announce(conference_id, codes)` at most once an interval.

    `later(delay_ms, call)` runs something afterwards; `now_ms` is a clock that only moves forward.
    """

    def __init__(
        self,
        announce: Callable[[int, frozenset[str]], None],
        later: Callable[[int, Callable[[], None]], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._announce = announce
        self._later = later
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._gathered: dict[int, set[str]] = {}
        self._scheduled: set[int] = set()
        self._announced_at_ms: dict[int, int] = {}

    def add(self, conference_id: int, codes: frozenset[str]) -> None:
        """Something about these rooms changed: say so now, or together with what else changes within the interval."""
        with self._lock:
            self._gathered.setdefault(conference_id, set()).update(codes)
            if conference_id in self._scheduled:
                return
            last_ms = self._announced_at_ms.get(conference_id)
            wait_ms = 0 if last_ms is None else max(0, last_ms + INTERVAL_MS - self._now_ms())
            self._scheduled.add(conference_id)
        self._later(wait_ms, lambda: self._flush(conference_id))

    def _flush(self, conference_id: int) -> None:
        """Announce; the next one waits for the end of this one, however long that takes, so that none overtakes it."""
        with self._lock:
            codes = frozenset(self._gathered.pop(conference_id, ()))
        try:
            self._announce(conference_id, codes)
        finally:
            with self._lock:
                self._announced_at_ms[conference_id] = self._now_ms()
                again = conference_id in self._gathered
                if not again:
                    self._scheduled.discard(conference_id)
            if again:
                self._later(INTERVAL_MS, lambda: self._flush(conference_id))
