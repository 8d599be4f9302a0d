"""How many questions one connection may ask: whoever asks too many is told so, whoever goes on and on is cut off."""

from collections.abc import Callable
from typing import Final

from giaoban.pace import AT_ONCE_S, Pace

DEBT_MOST: Final = 10  # times over what is let through at once
CONNECTIONS_MOST: Final = 100_000


class Flood:
    """The pace of each connection, by its id; `cut(sid)` closes one."""

    def __init__(self, per_s: int, cut: Callable[[str], None]) -> None:
        self._pace = Pace(per_s, debt=DEBT_MOST * per_s * AT_ONCE_S, most=CONNECTIONS_MOST)
        self._cut = cut

    def rises(self, sid: str) -> bool:
        """Count a question; whether it is one too many. The last of far too many closes the connection."""
        left = self._pace.take(sid)
        if left <= -self._pace.debt:
            self._cut(sid)
        return left < 0

    def ends(self, sid: str) -> None:
        """The connection is closed."""
        self._pace.forget(sid)
