"""The result of the roll call in the words in which it is read aloud, for the board, the console, the hall and files.

An absence without a reason is taken by nobody (`giaoban.domain.roll_call`), so that all who are absent have one.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from giaoban.domain.roster import LEVEL_WORDS, LEVELS

Figures = Mapping[str, Any]  # the contract's totals: expected, present, absent, pending, headcount

NOBODY: Final = "Danh sách điểm cầu chưa có."
_FIGURE: Final = re.compile(r"(\d+(?:[./]\d+)*)")


def sentence(totals: Figures, by_level: Mapping[str, Figures], at_ms: int, zone: str) -> str:
    """The result as of that instant: the whole, then each level where there are several, then the delegates.

    Official Vietnamese without signs that nobody can read aloud; what is nought is said in words or not at all.
    """
    if not totals["expected"]:
        return NOBODY
    by_level = {name: by_level[name] for name in LEVELS if name in by_level}
    several = len(by_level) > 1
    level = "" if several else "".join(f" {LEVEL_WORDS[name]}" for name in by_level)
    whole = f"Tổng số {number(totals['expected'])} điểm cầu{level}: {_whole(totals)}."
    said = [f"Tính đến {spoken_time(at_ms, zone)}, kết quả điểm danh như sau.", whole]
    if several and totals["present"] + totals["absent"]:
        levels = "; ".join(f"{LEVEL_WORDS[name]}: {_level(figures)}" for name, figures in by_level.items())
        said.append(f"{levels[0].upper()}{levels[1:]}.")
    if totals["headcount"]:
        said.append(f"{_delegates(totals, by_level if several else {})}.")
    return " ".join(said)


def _whole(figures: Figures) -> str:
    expected, present, absent, pending = (figures[name] for name in ("expected", "present", "absent", "pending"))
    if present == expected:
        return f"có mặt đủ {number(expected)}"
    if pending == expected:
        return "chưa có điểm cầu nào báo cáo"
    return "; ".join(
        (
            f"có mặt {number(present)}" if present else "chưa có điểm cầu nào có mặt",
            f"vắng {number(absent)}, trong đó có lý do {number(absent)}" if absent else "không có điểm cầu vắng",
            f"chưa báo cáo {number(pending)}" if pending else "không còn điểm cầu chưa báo cáo",
        )
    )


def _level(figures: Figures) -> str:
    expected, present, absent, pending = (figures[name] for name in ("expected", "present", "absent", "pending"))
    if present == expected:
        return f"có mặt đủ {number(expected)}/{number(expected)}"
    parts = [f"có mặt {number(present)}/{number(expected)}"]
    parts += [f"vắng {number(absent)}"] if absent else []
    parts += [f"chưa báo cáo {number(pending)}"] if pending else []
    return ", ".join(parts)


def _delegates(totals: Figures, by_level: Mapping[str, Figures]) -> str:
    whole = f"Tổng số đại biểu dự tại các điểm cầu: {number(totals['headcount'])}"
    if not by_level:
        return whole
    parts = (f"{LEVEL_WORDS[name]} {number(figures['headcount'])}" for name, figures in by_level.items())
    return f"{whole}, trong đó {', '.join(parts)}"


def number(count: int) -> str:
    """A number as official texts write it: "1.250"."""
    return f"{count:,}".replace(",", ".")


def spoken_time(at_ms: int, zone: str) -> str:
    """The time of day at the venue as it is said: "7 giờ 26 phút", "8 giờ"."""
    at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    return f"{at.hour} giờ {at.minute} phút" if at.minute else f"{at.hour} giờ"


def in_parts(said: str) -> list[str]:
    """The sentence in parts of which every second one is a figure, which the reader's eye looks for."""
    return _FIGURE.split(said)


def in_lines(said: str) -> list[list[str]]:
    """The same line by line, where a reader draws breath."""
    return [in_parts(line) for line in said.replace(". ", ".\n").split("\n")]
