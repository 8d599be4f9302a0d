"""Stand-ins for what the services need from outside."""

OPENING_AT_MS = 1_637_886_600_000  # 26 November 2021, 07:30 at the venue


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self, at_ms: int = OPENING_AT_MS) -> None:
        self.at_ms = at_ms

    stepped = False

    def now_ms(self) -> int:
        return self.at_ms

    def catch_up(self, not_before_ms: int) -> None:
        """It is never wrong."""

    def advance(self, ms: int) -> None:
        self.at_ms += ms
