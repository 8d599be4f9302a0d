"""Who the keys of sessions and tokens stand for, remembered for a moment: hundreds of requests a second ask."""

import time
from collections.abc import Callable
from typing import Final

from giaoban.services.identity import Identity

KEPT_S: Final = 2.0  # how long a sign-in that another process has ended may still be believed here


class Identities:
    """Identities by key, each for at most `KEPT_S` seconds of `now_s`, a clock that only moves forward.

    Whoever ends a sign-in calls `forget`, so that in this process it ends at once.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic, most: int = 20_000) -> None:
        self._now_s = now_s
        self._most = most
        self._known: dict[str, tuple[float, Identity]] = {}

    def get(self, key: str, read: Callable[[str], Identity | None]) -> Identity | None:
        """The identity of that key, from memory or else from `read`; None, which is not remembered, for nobody."""
        known = self._known  # `forget` puts another in its place: what was being read meanwhile goes with the old one
        believed_until_s, identity = known.get(key, (0.0, None))
        now_s = self._now_s()
        if identity is not None and now_s < believed_until_s:
            return identity
        identity = read(key)
        if identity is None:
            known.pop(key, None)
            return None
        if len(known) >= self._most:
            known.clear()
        known[key] = (now_s + KEPT_S, identity)
        return identity

    def forget(self) -> None:
        """Ask anew for every key. Called after the change has been stored."""
        self._known = {}
