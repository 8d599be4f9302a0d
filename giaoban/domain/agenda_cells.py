"""What people write into the cells of a programme: lengths, times of day, kinds.

Each reader says in a sentence what it cannot read.
"""

import re
from datetime import date
from typing import Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.items import LONGEST_MS
from giaoban.domain.texts import fold_for_search

MINUTE_MS: Final = 60_000
DAY_S: Final = 86_400
_CLOCK_HOUR: Final = 5  # from here on "8:05" is a time of day, or minutes and seconds; no item takes that many hours

_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,16})?(?:e-?\d{1,3})?")
_COLONS: Final = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,3}))?")
_WORDED: Final = re.compile(
    r"(?:(\d{1,2})(?:h|g|gio|tieng|hours?))?(?:(\d{1,4}(?:[.,]\d{1,3})?)(?:p|ph|phut|'|mins?|minutes?|(?<=h\d\d)))?"
    r"(?:(\d{1,5})(?:s|giay|\"|''|secs?|seconds?))?"
)
_CLOCK: Final = re.compile(
    r"(?:luc|tu|vao)?(\d{1,2})(?:(?:h|g|gio|:|\.)(?:(\d{1,2})(?:p|phut)?(?:[:.](\d{2}))?)?)"
    r"(am|pm|sa|ch|sang|chieu|toi)?"
)
_DAY_PART: Final = re.compile(r"0[.,]\d{1,17}(?:e-\d{1,3})?")
_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_DASHES: Final = re.compile(r"\s*(?:[-\u2010-\u2015\u2212~\u2192]|->|đến|den|\bto\b)\s*", re.IGNORECASE)


_PRIMES: Final = str.maketrans("’′‘″”", "'''\"\"")


def _squeezed(text: str) -> str:
    """Without diacritics, capitals and blanks; every kind of prime is ' ."""
    folded = fold_for_search(text).translate(_PRIMES)
    return "".join(folded.split())


# ---- lengths


def length_ms(text: str, *, minutes_first: bool = False) -> int:
    """A length: "10", "7,5", "10 phút", "1 giờ 30", "0:10" and "0:10:00" (hours first), "8h05–8h15" (a span).

    "10:00" is ten minutes, as nobody means ten hours; with `minutes_first` every "7:30" is minutes and seconds.
    Raises InvalidInput.
    """
    span = clock_span(text)
    if span is not None and span[1] is not None:
        return span_ms(span[0], span[1])
    ms = _length_ms(_squeezed(text), minutes_first)
    if ms is None:
        raise InvalidInput(f"không đọc được thời lượng “{_cut(text)}”. Xin ghi số phút, ví dụ 10")
    if ms < 1000:
        raise InvalidInput(f"thời lượng “{_cut(text)}” quá ngắn. Xin ghi số phút, ví dụ 10")
    if ms > LONGEST_MS:
        raise InvalidInput(f"thời lượng “{_cut(text)}” dài quá 24 giờ")
    return ms


def _length_ms(text: str, minutes_first: bool) -> int | None:
    if _NUMBER.fullmatch(text):
        return round(min(float(text.replace(",", ".")), 1e9) * MINUTE_MS)  # "1e400" is an infinite one
    if match := _COLONS.fullmatch(text):
        return _colons_ms(match, text, minutes_first)
    match = _WORDED.fullmatch(text)
    if match is None:
        match = _WORDED.fullmatch(text + "p") if "h" in text or "g" in text else None
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = match.groups()
    if hours and int(hours) >= _CLOCK_HOUR:
        raise InvalidInput(f"“{_cut(text)}” là giờ trong ngày, không phải thời lượng")
    whole = float((minutes or "0").replace(",", ".")) * MINUTE_MS
    return round(int(hours or 0) * 60 * MINUTE_MS + whole + int(seconds or 0) * 1000)


def _colons_ms(match: re.Match[str], text: str, minutes_first: bool) -> int:
    first, second, third, thousandths = match.groups()
    if third is not None:
        if int(first) >= _CLOCK_HOUR:
            raise InvalidInput(f"“{text}” là {int(first)} giờ. Nếu là phút, xin ghi số phút, ví dụ 10")
        return (int(first) * 3600 + int(second) * 60 + int(third)) * 1000
    if minutes_first or (int(first) >= _CLOCK_HOUR and not first.startswith("0")):
        return (int(first) * 60 + int(second)) * 1000 + int((thousandths or "0").ljust(3, "0"))
    if int(first) >= _CLOCK_HOUR:
        raise InvalidInput(f"“{text}” là giờ trong ngày, không phải thời lượng")
    return (int(first) * 60 + int(second)) * MINUTE_MS


def is_length(text: str) -> bool:
    """Whether it looks like a length and not like a time of day."""
    try:
        return clock_span(text) is None and _length_ms(_squeezed(text), False) is not None and not is_clock(text)
    except InvalidInput:
        return False


# ---- times of day


def clock_s(text: str) -> int:
    """A time of day in seconds since midnight: "8h05", "08:05", "8 giờ", "1:30 PM", 0.336 (a spreadsheet's own form).

    Raises InvalidInput.
    """
    squeezed = _squeezed(text)
    if _DAY_PART.fullmatch(squeezed):
        return round(float(squeezed.replace(",", ".")) * DAY_S) % DAY_S
    match = _CLOCK.fullmatch(squeezed)
    if match:
        hour, minute, second = (int(part or 0) for part in match.groups()[:3])
        half = match[4]
        if half in ("pm", "ch", "chieu", "toi") and 1 <= hour < 12:
            hour += 12
        if half in ("am", "sa", "sang") and hour == 12:
            hour = 0
        if hour < 24 and minute < 60 and second < 60:
            return hour * 3600 + minute * 60 + second
    raise InvalidInput(f"không đọc được giờ “{_cut(text)}”. Xin ghi như 08:05 hoặc 8h05")


def clock_span(text: str) -> tuple[int, int | None] | None:
    """(from, to) of "8h05–8h15" in seconds since midnight, `to` None when there is one time only; None: no time."""
    parts = [part for part in _DASHES.split(text) if part]
    if not 1 <= len(parts) <= 2 or (len(parts) == 1 and not is_clock(parts[0])):
        return None
    try:
        return clock_s(parts[0]), clock_s(parts[1]) if len(parts) == 2 else None
    except InvalidInput:
        return None


def span_ms(from_s: int, to_s: int) -> int:
    """How long from one time of day to the next one of the other. Raises InvalidInput for more than twelve hours."""
    length_s = (to_s - from_s) % DAY_S
    if not 0 < length_s <= DAY_S // 2:
        raise InvalidInput("giờ kết thúc không sau giờ bắt đầu")
    return length_s * 1000


def is_clock(text: str) -> bool:
    """Whether it looks like a time of day, or a span of them, and not like a length."""
    if len(_DASHES.split(text)) == 2:
        return clock_span(text) is not None
    squeezed = _squeezed(text)
    match = _CLOCK.fullmatch(squeezed)
    return match is not None and int(match[1]) >= _CLOCK_HOUR and not _NUMBER.fullmatch(squeezed)


def day_and_clock(text: str) -> tuple[date | None, int]:
    """A time of day with its date, if it has one, before or after it: "26/11/2021 09:45". Raises InvalidInput."""
    match = _DAY.search(text)
    if match is None:
        return None, clock_s(text)
    parts = [int(part) for part in match.groups() if part]
    year, month, day = parts if match[4] else parts[::-1]
    try:
        on = date(year, month, day)
    except ValueError:
        raise InvalidInput(f"không có ngày “{match[0]}”") from None
    return on, clock_s(text[: match.start()] + text[match.end() :])


# ---- kinds

_KINDS: Final = {
    "technical_check": (
        "kiem tra ky thuat",
        "kiem tra duong truyen",
        "kiem tra",
        "ky thuat",
        "technical check",
        "sound check",
    ),
    "opening": ("khai mac", "phat bieu khai mac", "on dinh to chuc", "tuyen bo ly do", "mo dau", "chao co", "opening"),
    "report": ("bao cao", "trinh bay bao cao", "trien khai", "thong bao", "report", "presentation"),
    "paper": ("tham luan", "phat bieu tham luan", "phat bieu", "y kien tham luan", "paper", "speech", "talk"),
    "break": ("giai lao", "nghi giai lao", "nghi", "nghi trua", "tea break", "coffee break", "break", "lunch"),
    "discussion": ("thao luan", "trao doi", "trao doi thao luan", "giai trinh", "discussion", "hoi dap", "q a"),
    "conclusion": ("ket luan", "phat bieu ket luan", "chi dao", "phat bieu chi dao", "tong ket", "conclusion"),
    "closing": ("be mac", "phat bieu be mac", "ket thuc", "closing"),
}
_KIND_OF: Final = {word: kind for kind, words in _KINDS.items() for word in words} | {kind: kind for kind in _KINDS}


def kind_key(text: str) -> str:
    """The words of a kind, for comparing."""
    return " ".join(re.sub(r"[\W\d]+", " ", fold_for_search(text)).split())


def kind_of(text: str) -> str | None:
    """The kind that is written so, or that the text begins with ("Tham luận 8", "Báo cáo kết quả…"); None: unknown."""
    key = fold_for_search(text).strip() if "_" in text else kind_key(text)
    if key in _KIND_OF:
        return _KIND_OF[key]
    begun = [word for word in _KIND_OF if key.startswith(word + " ")]
    return _KIND_OF[max(begun, key=len)] if begun else None


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"
