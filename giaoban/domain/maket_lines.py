"""Breaking a text into lines of about the same length, by how wide its letters are."""

import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import Final

from giaoban.domain.maket_names import TOGETHER, WHOLE

# How wide Be Vietnam Pro is at weight 700, in thousandths of the size. Marks above and below add nothing to it.
_OTHERS: Final = 700
_CAPITALS: Final = "ABCDĐEFGHIJKLMNOƠPQRSTUƯVWXYZ"
_SMALL: Final = _CAPITALS.lower()
_SIGNS: Final = " .,:;-–—…()/&'\"%+"
# fmt: off
_WIDE: Final = {
    **dict(zip(_CAPITALS, (
        769, 709, 780, 751, 784, 642, 644, 790, 732, 298, 491, 716, 643, 888, 749, 828, 828, 679, 826, 712, 666, 686,
        746, 746, 745, 1057, 769, 718, 667,
    ), strict=True)),
    **dict(zip(_SMALL, (
        658, 668, 629, 668, 684, 618, 409, 659, 608, 302, 301, 599, 288, 896, 611, 658, 669, 668, 668, 429, 537, 438,
        601, 601, 594, 884, 608, 597, 521,
    ), strict=True)),
    **dict(zip(_SIGNS, (
        230, 335, 346, 335, 346, 607, 704, 869, 863, 453, 453, 541, 763, 222, 391, 871, 652,
    ), strict=True)),
    **dict.fromkeys("023456789", 690), "1": 431,
}
# fmt: on
MOST_LINES: Final = 24
_HORN: Final = "\u031b"
_PARTED: Final = 1.2  # a line that ends within a name counts as so much longer


@lru_cache(maxsize=4_096)
def width(text: str, tracking: float = 0.0) -> float:
    """How wide the text is, in its own size; `tracking` is added to each character, in that size as well."""
    return sum(_wide(char) for char in shown(text)) / 1000 + tracking * len(text)


def shown(text: str) -> str:
    """The text as it is printed: what holds words together is a blank."""
    return text.replace(TOGETHER, " ").replace(WHOLE, " ")


def balanced(text: str, lines: int) -> tuple[str, ...]:
    """The text in that many lines, or in as many as it has words: the widest as narrow as can be, names whole.

    Words held together (TOGETHER) part only where the lines get much more even for it, a WHOLE never; both come back as
    blanks. Never more than MOST_LINES.
    """
    words, best = _best(text)
    made: list[str] = []
    end = len(words)
    for count in range(min(lines, len(words), MOST_LINES), 0, -1):
        begin = best[end][count][1]
        made.insert(0, shown(" ".join(words[begin:end])))
        end = begin
    return tuple(made)


@lru_cache(maxsize=512)  # the same title is broken for every room
def _best(text: str) -> tuple[list[str], list[dict[int, tuple[tuple[float, float], int]]]]:
    """The words, and of the first n of them in k lines ([n][k]) the cost and where the last line begins."""
    words, held = _words(text)
    sums = [0.0, *accumulate(width(word) for word in words)]
    blank = width(" ")
    best: list[dict[int, tuple[tuple[float, float], int]]] = [{} for _ in range(len(words) + 1)]
    best[0][0] = ((0.0, 0.0), 0)
    for end in range(1, len(words) + 1):
        parted = _PARTED if end < len(words) and held[end] else 1.0
        for begin in range(end):
            wide = sums[end] - sums[begin] + (end - begin - 1) * blank
            for count, ((widest, total), _) in best[begin].items():
                cost = (max(widest, wide * parted), total + wide * wide)
                if count < MOST_LINES and (count + 1 not in best[end] or cost < best[end][count + 1][0]):
                    best[end][count + 1] = (cost, begin)
    return words, best


def _words(text: str) -> tuple[list[str], list[bool]]:
    """The words, and of each whether it is held together with the one before."""
    words: list[str] = []
    held: list[bool] = []
    for group in text.split(" "):
        for number, word in enumerate(each for each in group.split(TOGETHER) if each):
            words.append(word)
            held.append(number > 0)
    return words, held


def _wide(char: str) -> int:
    bare = unicodedata.normalize("NFD", char)
    letter = unicodedata.normalize("NFC", bare[0] + _HORN) if _HORN in bare else bare[0]
    return _WIDE.get(letter, _OTHERS)
