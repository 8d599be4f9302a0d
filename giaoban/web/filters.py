"""How templates write times, lengths and speakers; the screens' scripts write them the same way."""

from flask import Flask

from giaoban.domain.looks import ground
from giaoban.domain.maket_names import TOGETHER, WHOLE, phrased
from giaoban.domain.offsets import rounded, whole_minutes
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.times import clock, clock_s, day, length_words, long_day, weekday

__all__ = [
    "clock",
    "clock_s",
    "day",
    "ground",
    "grouped",
    "kept_together",
    "length_words",
    "long_day",
    "minutes",
    "mmss",
    "rounded",
    "unit",
    "weekday",
]


def minutes(ms: int) -> str:
    """A length in whole minutes, rounded: "10'"."""
    return f"{whole_minutes(ms)}'"


def mmss(ms: int) -> str:
    """Time left, "06:24", counting down to 00:00 (a begun second counts); over time as "+01:14", whole seconds gone."""
    if ms > 0:
        seconds = -(-ms // 1000)
        return f"{seconds // 60:02d}:{seconds % 60:02d}"
    seconds = -ms // 1000
    return f"+{seconds // 60:02d}:{seconds % 60:02d}" if seconds else "00:00"


def grouped(digits: str) -> str:
    """A long number as people copy it by hand, in groups of four: "5ca2 5e41 …"."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def unit(speaker: str | None) -> str:
    """The unit of a speaker, large on screens: "Huyện Tràng Định"."""
    return speaker_parts(speaker)[1]


def kept_together(text: str) -> str:
    """The same text for a page, where no line ends between the words of "thường trực HĐND" or "năm 2021"."""
    return phrased(text).replace(WHOLE, TOGETHER).replace(" HĐND", f"{TOGETHER}HĐND")


def register(app: Flask) -> None:
    for function in (
        clock,
        clock_s,
        day,
        ground,
        grouped,
        kept_together,
        length_words,
        long_day,
        minutes,
        mmss,
        rounded,
        unit,
        weekday,
    ):
        app.add_template_filter(function)
    app.add_template_filter(minutes, "duration")
