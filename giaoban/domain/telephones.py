"""Telephone numbers as people write them: kept as written, dialled without signs.

Checked gently: it is better to keep a number that a person can read than to refuse one that a rule does not know.
"""

import re
from typing import Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.texts import clean_text

LONGEST: Final = 120  # characters of all numbers together
DIGITS_LEAST, DIGITS_MOST = 3, 15
_IN_A_TEXT: Final = re.compile(r"(?<!\w)\+?\d(?:[ .\-()]{0,2}\d){7,}(?!\w)")
_BETWEEN: Final = re.compile(r"[;,/]")
_ALLOWED: Final = re.compile(r"\+?[\d .()-]+", re.ASCII)
# What a spreadsheet leaves of a number when it takes it for a count: 912939739 of 0912939739.
_WITHOUT_ZERO: Final = re.compile(r"[1-9]\d{8,9}", re.ASCII)


def telephones(text: str) -> list[tuple[str, str]]:
    """The numbers in a text as (as written, as dialled): "0912.939.739; 0205 3811.484" holds two."""
    written = [part.strip() for part in _BETWEEN.split(text)]
    return [(part, re.sub(r"[^+\d]", "", part)) for part in written if re.search(r"\d{3}", part)]


def clean_telephones(value: object) -> str:
    """One number or several, "0912.939.739; 0205 3811.484"; "" for none.

    Raises InvalidInput: letters or other signs, or a number with too few or too many digits.
    """
    text = clean_text(value, "telephone", longest=LONGEST)
    numbers = [" ".join(part.split()) for part in _BETWEEN.split(text)]
    kept = [number for number in numbers if number]
    for number in kept:
        if not _ALLOWED.fullmatch(number):
            raise InvalidInput(
                f"Số điện thoại “{number}” chỉ gồm chữ số, dấu +, dấu chấm và dấu cách; nhiều số cách nhau bằng dấu ;",
                field="telephone",
            )
        if not DIGITS_LEAST <= sum(char.isdigit() for char in number) <= DIGITS_MOST:
            raise InvalidInput(
                f"Số điện thoại “{number}” phải có từ {DIGITS_LEAST} đến {DIGITS_MOST} chữ số.", field="telephone"
            )
    return "; ".join(kept)


def with_zero(value: str) -> tuple[str, bool]:
    """What a cell of a table says, and whether a zero that a spreadsheet had dropped was put back before a number."""
    parts = [part.strip() for part in re.split(r"[;,]", value)]
    mended = ["0" + part if _WITHOUT_ZERO.fullmatch(part) and not part.startswith("84") else part for part in parts]
    return (value, False) if mended == parts else ("; ".join(mended), True)


def without_telephones(text: str) -> str:
    """The text without what looks like a telephone number, for the record that is handed out."""
    return _IN_A_TEXT.sub("(số điện thoại)", text)
