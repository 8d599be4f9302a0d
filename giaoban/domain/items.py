"""One item of the running order: the plan's fields and the facts of its clock."""

from dataclasses import dataclass
from typing import Final, Literal

ItemState = Literal["pending", "live", "paused", "done", "skipped"]

KIND_WORDS: Final = {
    "technical_check": "Kiểm tra kỹ thuật",
    "opening": "Khai mạc",
    "report": "Báo cáo",
    "paper": "Tham luận",
    "break": "Giải lao",
    "discussion": "Thảo luận",
    "conclusion": "Kết luận",
    "closing": "Bế mạc",
}
KINDS: Final = tuple(KIND_WORDS)
TITLE_LONGEST: Final = 300
SPEAKER_LONGEST: Final = 200
LONGEST_MS: Final = 24 * 3_600_000
PAPER_CAP_MS: Final = 600_000  # the plan, IV.2: "phát biểu không quá 10 phút"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the running order. Instants are ms since the epoch (UTC), durations ms; the position is its index."""

    id: str
    kind: str
    title: str
    planned_ms: int
    speaker: str | None = None
    endpoint_code: str | None = None
    cap_ms: int | None = None
    min_ms: int | None = None
    not_before_at_ms: int | None = None
    state: ItemState = "pending"
    added_ms: int = 0
    started_at_ms: int | None = None
    ended_at_ms: int | None = None
    paused_at_ms: int | None = None
    paused_total_ms: int = 0
    baseline_start_at_ms: int | None = None

    @property
    def allotted_ms(self) -> int:
        """The time that it has: as planned, with what was added or taken away."""
        return self.planned_ms + self.added_ms

    @property
    def over_cap(self) -> bool:
        """Whether it has been given more than its cap, by the plan or afterwards."""
        return self.cap_ms is not None and self.allotted_ms > self.cap_ms

    @property
    def begun(self) -> bool:
        """Whether its clock has ever run: live, paused or done."""
        return self.state in ("live", "paused", "done")

    @property
    def on_air(self) -> bool:
        """Whether it is the one now on: live, or live and paused."""
        return self.state in ("live", "paused")
