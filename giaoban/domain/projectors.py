"""Projectors that are known by name: their codes and names, what they report, and what that says of them.

A projector reports what it shows at a beat of `BEAT_MS`, and at once when that changes. Silence tells as much as a
word: a picture that has frozen reports nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from giaoban.domain.commands import SCENES
from giaoban.domain.errors import InvalidInput
from giaoban.domain.texts import clean_text

RECORDED: Final = "projector"  # the kind of its lines in the log
FOLLOWING: Final = "auto"  # how forms and programs say that a projector is pinned to no scene

NAME_LONGEST: Final = 40
PROJECTORS_MOST: Final = 30  # of one conference

CODE_DIGITS: Final = 6
CODE_LASTS_MS: Final = 10 * 60_000
IDENTIFY_MS: Final = 8_000

BEAT_MS: Final = 2_000
LATE_MS: Final = 3_000
SILENT_MS: Final = 5_000  # two beats are missing
AWAY_MS: Final = 12_000
LEFT_MS: Final = 3_000  # a page that is loaded again leaves and comes back
HIDDEN_SILENT_MS: Final = 60_000  # browsers let a page that nobody sees speak once a minute
JOINING_MS: Final = 15_000  # until a screen that has just got its name speaks for the first time
SLOW_TOLD_MS: Final = 60_000  # for so long it is told that the last change came late

_NUMBER_MOST: Final = 2**53  # what a browser counts to without a mistake
_SIZE_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """What a projector says of itself.

    `version` and `scene` are what it shows; `doubt_ms` how far its clock may be off, None before it has asked;
    `lag_ms` how long the last change took from its commit until it was shown, at `shown_at_ms` of the server's clock,
    both None before there was one; `width` and `height` of the page in CSS pixels.
    """

    version: int
    scene: str
    doubt_ms: int | None
    lag_ms: int | None
    shown_at_ms: int | None
    width: int
    height: int
    hidden: bool
    full_screen: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last that was heard of a projector: its report, when it came (ms since the epoch), and by how much the time
    at which it says to have sent it is before that. `left_at_ms` when its line ended, None while it has one."""

    report: Report
    at_ms: int
    offset_ms: int
    left_at_ms: int | None = None

    @property
    def moment_ms(self) -> int:
        """When it was last seen."""
        return max(self.at_ms, self.left_at_ms or 0)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def sighting_from_json(told: Mapping[str, Any]) -> Sighting:
    """What `as_json` made."""
    return Sighting(**{**told, "report": Report(**told["report"])})


@dataclass(frozen=True, slots=True)
class State:
    """What is to be told of a projector. `name` is one of:

    `on`: it shows the present version; `behind`: not yet, for less than `LATE_MS`; `late`: it lags, by `late_ms` when
    that is known once and for all, else by what has passed since `since_at_ms`; `hidden`: its page is covered;
    `away`: its line is lost since `since_at_ms`; `never`: not seen since the server began.
    """

    name: str
    since_at_ms: int | None = None
    late_ms: int | None = None

    @property
    def marked(self) -> bool:
        """Whether somebody should look after it."""
        return self.name not in ("on", "behind")


def state(sighting: Sighting | None, now_ms: int, behind_since_ms: int | None, paired_at_ms: int = 0) -> State:
    """`behind_since_ms` is when the first version was stored that the projector does not show; None when it shows the
    present one."""
    if sighting is None:
        return State("behind" if now_ms - paired_at_ms < JOINING_MS else "never")
    left_at_ms, report = sighting.left_at_ms, sighting.report
    silent_ms = now_ms - sighting.at_ms
    if left_at_ms is not None and left_at_ms >= sighting.at_ms:
        if now_ms - left_at_ms >= LEFT_MS:
            return State("away", since_at_ms=left_at_ms)
    elif silent_ms >= (HIDDEN_SILENT_MS if report.hidden else AWAY_MS):
        return State("away", since_at_ms=sighting.at_ms)
    elif silent_ms >= SILENT_MS and not report.hidden:
        return _late_since(sighting.at_ms, now_ms)
    if behind_since_ms is not None and now_ms - behind_since_ms >= LATE_MS:
        return _late_since(behind_since_ms, now_ms)
    if abs(sighting.offset_ms) >= LATE_MS:
        return State("late", late_ms=abs(sighting.offset_ms))
    if report.lag_ms is not None and report.lag_ms >= LATE_MS and now_ms - (report.shown_at_ms or 0) < SLOW_TOLD_MS:
        return State("late", late_ms=report.lag_ms)
    if report.hidden:
        return State("hidden")
    return State("on" if behind_since_ms is None else "behind")


def _late_since(since_at_ms: int, now_ms: int) -> State:
    return State("late", since_at_ms=since_at_ms, late_ms=now_ms - since_at_ms)


def parse_report(data: object) -> tuple[Report, int]:
    """(the report, the server's time at which the projector believes to have sent it) of what came over its line.

    Raises InvalidInput.
    """
    fields = {*Report.__dataclass_fields__, "sent_at_ms"}
    if not isinstance(data, Mapping) or data.keys() != fields:
        raise InvalidInput("Báo cáo của màn chiếu phải có đúng các mục đã định.", field="report", allowed=[*fields])
    if data["scene"] not in SCENES:
        raise InvalidInput("Không có cảnh này.", field="scene", allowed=[*SCENES])
    for field in ("hidden", "full_screen"):
        if not isinstance(data[field], bool):
            raise InvalidInput(f"“{field}” phải là đúng hoặc sai.", field=field)
    report = Report(
        version=_whole(data, "version", _NUMBER_MOST),
        scene=data["scene"],
        doubt_ms=_perhaps(data, "doubt_ms"),
        lag_ms=_perhaps(data, "lag_ms"),
        shown_at_ms=_perhaps(data, "shown_at_ms"),
        width=_whole(data, "width", _SIZE_MOST),
        height=_whole(data, "height", _SIZE_MOST),
        hidden=data["hidden"],
        full_screen=data["full_screen"],
    )
    return report, _whole(data, "sent_at_ms", _NUMBER_MOST)


def _perhaps(data: Mapping[str, Any], field: str) -> int | None:
    return None if data[field] is None else _whole(data, field, _NUMBER_MOST)


def _whole(data: Mapping[str, Any], field: str, most: int) -> int:
    value = data[field]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise InvalidInput(f"“{field}” phải là số nguyên từ 0 đến {most}.", field=field)
    return value


def checked_name(value: object) -> str:
    """Raises InvalidInput."""
    name = clean_text(value, "name", longest=NAME_LONGEST)
    if not name:
        raise InvalidInput("Xin đặt tên màn chiếu, ví dụ Hội trường.", field="name")
    return name


def checked_scene(value: object) -> str | None:
    """The scene that a projector is to be pinned to; None to follow the running order. Raises InvalidInput."""
    if value is None or value == FOLLOWING:
        return None
    if value not in SCENES:
        raise InvalidInput("Không có cảnh này.", field="scene", allowed=[*SCENES, FOLLOWING])
    return str(value)


def typed_code(value: object) -> str:
    """The digits of a code as it was typed, "482 913" or "482913". Raises InvalidInput for what can be none."""
    typed = "".join(char for char in value if char not in " -.") if isinstance(value, str) else ""
    if len(typed) != CODE_DIGITS or not (typed.isascii() and typed.isdecimal()):
        raise InvalidInput(f"Mã ghép gồm {CODE_DIGITS} chữ số, hiện trên màn chiếu.", field="code")
    return typed


def shown_code(code: str) -> str:
    """A code as it stands on the screen: "482 913"."""
    return f"{code[:3]} {code[3:]}"
