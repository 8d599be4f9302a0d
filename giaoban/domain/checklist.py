"""What has to be seen to before a conference begins: at T−60, T−30 and T−10, T being its planned beginning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.texts import clean_text

STAGES: Final = (60, 30, 10)  # minutes before the beginning
TEXT_LONGEST: Final = 200
NOTE_LONGEST: Final = 300
ITEMS_MOST: Final = 60
MINUTE_MS: Final = 60_000

# Figures that the program knows by itself; an item that has one is done once all is as it should be.
MEASURES: Final = ("tested", "connected", "tickets")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to see to by `stage` minutes before the beginning; `measure` names the figure that belongs to it.

    `ticked_at_ms` and `ticked_by` say when and by whom it was ticked off, `note` what was added to it.
    """

    item_id: str
    stage: int
    text: str
    measure: str | None = None
    ticked_at_ms: int | None = None
    ticked_by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of how many; `whole` when nothing is missing."""

    done: int
    of: int

    @property
    def whole(self) -> bool:
        return self.done >= self.of


@dataclass(frozen=True, slots=True)
class Line:
    """An entry at a moment: done by hand or by its figure; overdue when its time has come and it is not."""

    entry: Entry
    figure: Figure | None
    done: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """The entries of one stage. `left_ms` until it is due; negative once that is past."""

    minutes: int
    due_at_ms: int
    left_ms: int
    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)

    @property
    def overdue(self) -> int:
        return sum(line.overdue for line in self.lines)


DEFAULT: Final[tuple[tuple[int, str, str | None], ...]] = (
    (60, "Máy chiếu và màn hình hội trường đã mở, đủ sáng, đúng hình", None),
    (60, "Micro chủ tọa và bục phát biểu đã thử, pin đủ cho cả buổi", None),
    (60, "Đường truyền dự phòng đã thử chuyển sang và chuyển lại", None),
    (60, "Bộ lưu điện đã kiểm tra, nguồn dự phòng sẵn sàng", None),
    (60, "Thiết bị ghi hình đã thử, bộ nhớ còn đủ chỗ", None),
    (30, "Điểm cầu đã thử đường truyền", "tested"),
    (30, "Hình và tiếng của hội trường tới các điểm cầu rõ", None),
    (30, "Loa hội trường đã chỉnh, không hú, không vọng tiếng", None),
    (30, "Đã gọi các điểm cầu chưa thử đường truyền", None),
    (10, "Điểm cầu đã kết nối", "connected"),
    (10, "Sự cố đã xử lý xong", "tickets"),
    (10, "Micro các điểm cầu đã tắt, trừ nơi phát biểu đầu tiên", None),
    (10, "Đã bắt đầu ghi hình", None),
    (10, "Có người trực kỹ thuật ở hội trường và số máy trực đã thông báo", None),
)


def due_at_ms(starts_at_ms: int, stage: int) -> int:
    return starts_at_ms - stage * MINUTE_MS


def line(entry: Entry, figures: Mapping[str, Figure], now_ms: int, starts_at_ms: int) -> Line:
    """The entry at that moment. Without its figure at hand only the tick counts."""
    figure = figures.get(entry.measure or "")
    done = entry.ticked_at_ms is not None or (figure is not None and figure.whole)
    return Line(entry, figure, done, not done and now_ms >= due_at_ms(starts_at_ms, entry.stage))


def stages(
    entries: Sequence[Entry], figures: Mapping[str, Figure], now_ms: int, starts_at_ms: int
) -> tuple[Stage, ...]:
    """All of STAGES in their order, empty ones too, each with its entries in theirs."""
    found = []
    for minutes in STAGES:
        at_ms = due_at_ms(starts_at_ms, minutes)
        lines = tuple(line(entry, figures, now_ms, starts_at_ms) for entry in entries if entry.stage == minutes)
        found.append(Stage(minutes, at_ms, at_ms - now_ms, lines))
    return tuple(found)


def checked_stage(value: object) -> int:
    """Raises InvalidInput for what is none of STAGES; "30" is as good as 30."""
    for stage in STAGES:
        if str(value) == str(stage):
            return stage
    raise InvalidInput("Xin chọn mốc T−60, T−30 hoặc T−10.", field="stage", allowed=list(STAGES))


def checked_text(value: object) -> str:
    """Raises InvalidInput."""
    text = clean_text(value, "text", longest=TEXT_LONGEST)
    if not text:
        raise InvalidInput("Xin ghi việc cần làm.", field="text")
    return text


def checked_note(value: object) -> str:
    """Raises InvalidInput."""
    return clean_text(value, "note", longest=NOTE_LONGEST)
