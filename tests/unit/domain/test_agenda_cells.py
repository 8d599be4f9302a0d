"""Lengths, times of day and kinds as people write them."""

from datetime import date

import pytest

from giaoban.domain.agenda_cells import (
    clock_s,
    clock_span,
    day_and_clock,
    is_clock,
    is_length,
    kind_of,
    length_ms,
    span_ms,
)
from giaoban.domain.errors import InvalidInput
from giaoban.domain.items import KIND_WORDS
from tests.factories import MINUTE_MS

HOUR_S = 3600


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("10", 10),
        ("7,5", 7.5),
        ("7.5", 7.5),
        ("10 phút", 10),
        ("10 PHÚT", 10),
        ("10p", 10),
        ("10'", 10),
        ("10’", 10),
        ("10'30\"", 10.5),
        ("15 min", 15),
        ("1 giờ", 60),
        ("1 giờ 30 phút", 90),
        ("1h30", 90),
        ("1h5", 65),
        ("2 tiếng", 120),
        ("90 giây", 1.5),
        ("10 phút 30 giây", 10.5),
        ("0:10", 10),
        ("0:10:00", 10),
        ("1:30:00", 90),
        ("00:00:45", 0.75),
        ("1:30", 90),
        ("10:00", 10),
        ("45:30", 45.5),
        ("8h05–8h15", 10),
        ("08:05 - 08:15", 10),
        ("từ 8h05 đến 8h15", 10),
        ("7 giờ 30 – 8 giờ", 30),
        ("9.15-9.30", 15),
        ("23:50-00:10", 20),
        ("1440", 1440),
    ],
)
def test_lengths(text: str, minutes: float) -> None:
    assert length_ms(text) == minutes * MINUTE_MS


@pytest.mark.parametrize(
    ("text", "ms"),
    [("0:10", 10_000), ("7:30", 450_000), ("1:30", 90_000), ("7:30.250", 450_250), ("10", 600_000), ("90", 5_400_000)],
)
def test_lengths_of_our_own_files_are_minutes_and_seconds(text: str, ms: int) -> None:
    assert length_ms(text, minutes_first=True) == ms


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "không đọc được"),
        ("mười phút", "không đọc được"),
        ("10 người", "không đọc được"),
        ("-5", "không đọc được"),
        ("0", "quá ngắn"),
        ("0,001", "quá ngắn"),
        ("1441", "dài quá 24 giờ"),
        ("1e400", "dài quá 24 giờ"),
        ("8h05", "giờ trong ngày"),
        ("08:05", "giờ trong ngày"),
        ("10:00:00", "10 giờ"),
        ("8h15–8h15", "không sau"),
        ("x" * 4000, "không đọc được"),
    ],
)
def test_what_is_no_length_is_told(text: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word) as caught:
        length_ms(text)
    assert len(caught.value.message) < 150


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("8h05", 8 + 5 / 60),
        ("08:05", 8 + 5 / 60),
        ("08:05:00", 8 + 5 / 60),
        ("8 giờ", 8),
        ("8 giờ 05 phút", 8 + 5 / 60),
        ("8g05", 8 + 5 / 60),
        ("8.05", 8 + 5 / 60),
        ("lúc 8h30", 8.5),
        ("1:30 PM", 13.5),
        ("1h30 chiều", 13.5),
        ("12:15 SA", 0.25),
        ("12:15 trưa"[:5], 12.25),
        ("0.5", 12),
        ("0,336805555555556", 8 + 5 / 60),
    ],
)
def test_times_of_day(text: str, hours: float) -> None:
    assert clock_s(text) == round(hours * HOUR_S)


@pytest.mark.parametrize("text", ["", "8", "25:00", "8:61", "tám giờ", "8h05–8h15", "12:30:61"])
def test_what_is_no_time_of_day_is_told(text: str) -> None:
    with pytest.raises(InvalidInput, match="không đọc được giờ"):
        clock_s(text)


def test_spans_and_single_times() -> None:
    assert clock_span("8h05–8h15") == (8 * HOUR_S + 300, 8 * HOUR_S + 900)
    assert clock_span("8h05") == (8 * HOUR_S + 300, None)
    assert clock_span("10") is None
    assert clock_span("a-b") is None
    assert clock_span("8h-9h-10h") is None


def test_a_span_may_cross_midnight_but_never_lasts_longer_than_half_a_day() -> None:
    assert span_ms(23 * HOUR_S, 1 * HOUR_S) == 2 * HOUR_S * 1000
    for span in ((9 * HOUR_S, 8 * HOUR_S), (8 * HOUR_S, 8 * HOUR_S)):
        with pytest.raises(InvalidInput):
            span_ms(*span)


@pytest.mark.parametrize("text", ["26/11/2021 09:45", "09:45 26/11/2021", "2021-11-26 9h45", "26.11.2021 09:45:00"])
def test_a_time_may_have_its_date(text: str) -> None:
    assert day_and_clock(text) == (date(2021, 11, 26), 9 * HOUR_S + 45 * 60)
    assert day_and_clock("09:45") == (None, 9 * HOUR_S + 45 * 60)


@pytest.mark.parametrize("text", ["31/02/2021 09:45", "26/11/2021", "0/0/0000 8h"])
def test_a_date_that_is_none_is_told(text: str) -> None:
    with pytest.raises(InvalidInput):
        day_and_clock(text)


@pytest.mark.parametrize(
    ("text", "clock", "length"),
    [("8h05", True, False), ("08:05–08:15", True, False), ("10", False, True), ("10 phút", False, True),
     ("0:10", False, True), ("Khai mạc", False, False), ("", False, False)],
)  # fmt: skip
def test_a_column_of_times_is_told_from_one_of_lengths(text: str, clock: bool, length: bool) -> None:
    assert (is_clock(text), is_length(text)) == (clock, length)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((word, kind) for kind, word in KIND_WORDS.items()),
        *((kind, kind) for kind in KIND_WORDS),
        ("THAM LUẬN", "paper"),
        ("Tham luận 8", "paper"),
        ("tham luan", "paper"),
        ("Nghỉ", "break"),
        ("Nghỉ giải lao", "break"),
        ("Trao đổi, thảo luận; kiến nghị", "discussion"),
        ("Báo cáo kết quả", "report"),
        ("Phát biểu khai mạc", "opening"),
        ("Phát biểu chỉ đạo", "conclusion"),
        ("Linh tinh", None),
        ("", None),
    ],
)
def test_kinds(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind
