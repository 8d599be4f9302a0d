"""What stands on one room's maket: the body that invites, in capitals, and the place with the date.

"THƯỜNG TRỰC HĐND XÃ CAO MINH, HUYỆN TRÀNG ĐỊNH" and "Cao Minh, ngày 26 tháng 11 năm 2021".
"""

import re
import unicodedata
from typing import Final

from giaoban.domain.roster import KIND_WORDS, Unit

PREFIX: Final = "THƯỜNG TRỰC HĐND"
TOGETHER: Final = "\u00a0"  # between words that one line should hold
WHOLE: Final = "\u202f"  # between words that are one and never part
_PHRASES: Final = (*KIND_WORDS.values(), "thường trực", "hội nghị", "trực tuyến", "giao ban", "hội đồng", "nhân dân")
_AND_WHAT: Final = r"cấp (?:tỉnh|huyện|xã)|ngày \S+|tháng \S+|năm \S+|khóa \S+"
_ONE: Final = re.compile(rf"\b(?:{'|'.join(_PHRASES)}|{_AND_WHAT})(?!\w)", re.IGNORECASE)
DOTS: Final = "....."


def capitals(text: str) -> str:
    """The text in capitals, each with its marks in one character: "thành phố" gives "THÀNH PHỐ"."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).upper())


def organisation(unit: Unit, parent: Unit | None, prefix: str = PREFIX) -> str:
    """The body of that unit in capitals; of a unit below a district with the district.

    Words of one name are held together by TOGETHER, so that lines end between names where they can.
    """
    names = [unit] if parent is None or parent.level == "province" else [unit, parent]
    named = ", ".join(_held(f"{KIND_WORDS[each.kind]} {each.name}") for each in names)
    return capitals(f"{_held(prefix)} {named}" if prefix else named)


def place_line(place: str, day: str) -> str:
    """ "Cao Minh, ngày 26 tháng 11 năm 2021"; without a place the day alone, beginning with a capital."""
    if not place:
        return day[:1].upper() + day[1:]
    return unicodedata.normalize("NFC", f"{_held(place)}, {day.replace(' ', WHOLE)}")


def dotted(day: str) -> str:
    """The same day to be filled in by hand: "ngày 26 tháng 11" becomes "ngày ..... tháng 11"."""
    before, number, after = day.partition("ngày ")
    return f"{before}{number}{DOTS} {after.partition(' ')[2]}" if number else day


def phrased(text: str) -> str:
    """The same text with the words that belong to each other as one: "thị trấn", "thường trực", "năm 2021"."""
    return _ONE.sub(lambda words: words[0].replace(" ", WHOLE), text)


def _held(text: str) -> str:
    return phrased(" ".join(text.split())).replace(" ", TOGETHER)
