"""Where everything stands on a maket of any shape: lines, their sizes and baselines, the rule, in units of the picture.

A picture is as many units wide as its lines need: 1,920 on the projector's 16:9, where it looks as there. Wider or
higher ones gain air; on upright ones the lines are broken anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from giaoban.domain.maket_lines import MOST_LINES, balanced, shown, width
from giaoban.domain.maket_names import TOGETHER, phrased

FRAME: Final = 36.0  # from the edge to the frame
INSET: Final = 112.0  # from the edge to the lines, left and right
MARGIN: Final = 72.0  # the same above and below
WIDTHS: Final = range(600, 9_000, 40)  # how many units wide a picture may be
STRIDE: Final = 8
UPRIGHT: Final = 1.3  # a picture of a smaller width ÷ height breaks the lines of the title as it likes
TITLE_WIDEST: Final = 36.0  # a line of the title wider than this, in its size, is broken all the same
SPARE: Final = 130.0  # height that stays free outside before the lines move apart, as on the projector
_ASCENT: Final = 1.0  # of the font, from the baseline, in its size
_DESCENT: Final = 0.265
_ITALIC: Final = 0.95  # how wide the slanted letters are beside the others


@dataclass(frozen=True, slots=True)
class Style:
    """How a part is set: `size` in units when it fits, never below `least` while it can be broken into more lines."""

    name: str
    size: float
    least: float
    leading: float
    tracking: float
    weight: int
    italic: bool = False
    above: float = 0.0  # air between it and what is before


ORG: Final = Style("org", 58, 44, 1.42, 0.03, 700)
KIND: Final = Style("kind", 126, 84, 1.35, 0.015, 800)
TITLE: Final = Style("title", 57, 44, 1.5, 0.01, 700, above=20)
YEAR: Final = Style("year", 92, 60, 1.4, 0.03, 800, above=16)
DATE: Final = Style("date", 48, 40, 1.42, 0.0, 500, italic=True, above=55)
RULE_ABOVE: Final = 18.0
RULE_BELOW: Final = 66.0
RULE_THICK: Final = 4.0
RULE_WIDE: Final = 300.0


@dataclass(frozen=True, slots=True)
class Lines:
    """What is said, before it is broken into lines. `title` holds the lines as somebody broke them."""

    org: str
    kind: str
    title: tuple[str, ...]
    year: str
    date: str


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    baseline: float


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one part, all of one size."""

    style: Style
    size: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All in units from the upper left corner; `rule` is the upper edge of the line below the body, None without it."""

    wide: float
    high: float
    parts: tuple[Part, ...]
    rule: float | None


def picture(lines: Lines, ratio: float) -> Picture:
    """The picture of that width ÷ height: in the largest letters in which all of it stands within the frame."""
    wide = _narrowest(lines, ratio)
    parts = _within(lines, wide, ratio)
    high = wide / ratio
    if parts is None:  # no such text is taken (`domain.maket`); should one come, it is made smaller than all else
        parts = _broken(lines, wide - 2 * INSET, keep=False) or _smallest(lines, wide - 2 * INSET)
        high = max(high, _letters(parts) + _air(parts) + 2 * MARGIN)
    return _placed(parts, float(wide), high)


def _narrowest(lines: Lines, ratio: float) -> int:
    """How many units wide the picture is, of WIDTHS: looked for in strides, then step by step."""
    for stride in range(0, len(WIDTHS), STRIDE):
        if _within(lines, WIDTHS[stride], ratio) is not None:
            before = WIDTHS[max(0, stride - STRIDE + 1) : stride]
            return next((wide for wide in before if _within(lines, wide, ratio) is not None), WIDTHS[stride])
    return WIDTHS[-1]


def _within(lines: Lines, wide: int, ratio: float) -> list[tuple[Style, float, Sequence[str]]] | None:
    """The parts of a picture of that many units, None when they do not stand within its frame."""
    parts = _broken(lines, wide - 2 * INSET, keep=ratio >= UPRIGHT)
    if parts is None or _letters(parts) + 0.7 * _air(parts) > wide / ratio - 2 * MARGIN:
        return None
    return parts


def _broken(lines: Lines, inner: float, *, keep: bool) -> list[tuple[Style, float, Sequence[str]]] | None:
    """The parts in lines that fit that width; None where that takes letters below the least size."""
    made: list[tuple[Style, float, Sequence[str]]] = []
    for style, said in _parts(lines):
        chosen = _kept(style, said, inner) if keep and len(said) > 1 else _fitted(style, " ".join(said), inner)
        if chosen is None:
            return None
        made.append((style, *chosen))
    return made


def _parts(lines: Lines) -> list[tuple[Style, Sequence[str]]]:
    said: list[tuple[Style, Sequence[str]]] = [
        (ORG, [lines.org]),
        (KIND, [lines.kind]),
        (TITLE, lines.title),
        (YEAR, [lines.year]),
        (DATE, [lines.date]),
    ]
    return [(style, [line for line in each if line]) for style, each in said if any(each)]


def _kept(style: Style, said: Sequence[str], inner: float) -> tuple[float, Sequence[str]] | None:
    """The lines as they were broken, when none of them is wider than anybody can read."""
    widest = max(_wide(style, line) for line in said)
    if widest > TITLE_WIDEST:
        return _fitted(style, " ".join(said), inner)
    return (style.size, tuple(said)) if widest * style.size <= inner else None


@lru_cache(maxsize=4_096)  # the same kind, title and year for every room
def _fitted(style: Style, text: str, inner: float) -> tuple[float, Sequence[str]] | None:
    text = phrased(text)
    for count in range(1, min(MOST_LINES, len(text.replace(TOGETHER, " ").split(" "))) + 1):
        lines = balanced(text, count)
        size = min(style.size, inner / max(_wide(style, line) for line in lines))
        if size >= style.least:
            return size, lines
    return None


def _smallest(lines: Lines, inner: float) -> list[tuple[Style, float, Sequence[str]]]:
    return [
        (style, min(style.size, inner / max(_wide(style, line) for line in said)), tuple(shown(line) for line in said))
        for style, said in _parts(lines)
    ]


def _wide(style: Style, line: str) -> float:
    return width(line, style.tracking) * (_ITALIC if style.italic else 1.0)


def _letters(parts: Sequence[tuple[Style, float, Sequence[str]]]) -> float:
    return sum(size * style.leading * len(lines) for style, size, lines in parts)


def _air(parts: Sequence[tuple[Style, float, Sequence[str]]]) -> float:
    rule = RULE_ABOVE + RULE_THICK + RULE_BELOW if parts and parts[0][0] is ORG else 0.0
    return rule + sum(style.above for style, _, _ in parts)


def _placed(parts: Sequence[tuple[Style, float, Sequence[str]]], wide: float, high: float) -> Picture:
    letters, air = _letters(parts), _air(parts)
    airy = _airy(high - 2 * MARGIN - letters - air, air)
    at = (high - letters - air * airy) / 2
    made, rule = [], None
    for style, size, lines in parts:
        at += style.above * airy
        step = size * style.leading
        first = at + (step - size * (_ASCENT + _DESCENT)) / 2 + size * _ASCENT
        made.append(Part(style, size, tuple(Line(text, first + n * step) for n, text in enumerate(lines))))
        at += step * len(lines)
        if style is ORG:
            rule = at + RULE_ABOVE * airy
            at += (RULE_ABOVE + RULE_THICK + RULE_BELOW) * airy
    return Picture(wide, high, tuple(made), rule)


def _airy(spare: float, air: float) -> float:
    """How much more air than usual stands between the parts: less where there is no room, some of what is spare."""
    if not air:
        return 1.0
    if spare < 0:
        return 1 + spare / air
    return 1 + max(0.0, spare - SPARE) / 3 / air
