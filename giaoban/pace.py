"""How fast somebody may go on: so much at once, so much a second, counted in this process."""

import time
from collections.abc import Callable, Hashable
from typing import Final

AT_ONCE_S: Final = 5  # what may come at once is what may come in so many seconds


class Pace:
    """`per_s` a second for each somebody, and `AT_ONCE_S` times that at once.

    Whoever goes on nevertheless gets into debt, down to `-debt`, and waits until that is paid. `now_s` is a clock that
    only moves forward. Of more than `most` somebodies all are forgotten, which lets each begin anew.
    """

    def __init__(
        self, per_s: float, *, debt: float = 1, most: int = 20_000, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._at_once = max(1.0, per_s * AT_ONCE_S)
        self.debt = debt
        self._most = most
        self._now_s = now_s
        self._left: dict[Hashable, tuple[float, float]] = {}

    def take(self, who: Hashable) -> float:
        """Count one more; what is left to them at once. Below 0: it was one too many, and that much is owed."""
        now_s = self._now_s()
        left, at_s = self._left.get(who, (self._at_once, now_s))
        left = max(min(self._at_once, left + (now_s - at_s) * self._per_s) - 1, -self.debt)
        if len(self._left) >= self._most and who not in self._left:
            self._left.clear()
        self._left[who] = left, now_s
        return left

    def forget(self, who: Hashable) -> None:
        """They are gone, and begin anew if they come again."""
        self._left.pop(who, None)
