"""How long it took until everything was right again."""


class Measured:
    """What was measured in a session, printed at its end: the worst figure of each kind."""

    def __init__(self) -> None:
        self.worst: dict[str, tuple[float, int]] = {}

    def add(self, what: str, seconds: float) -> None:
        worst, number = self.worst.get(what, (0.0, 0))
        self.worst[what] = (max(worst, seconds), number + 1)
