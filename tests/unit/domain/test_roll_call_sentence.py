"""The sentence of the roll call, as it is read aloud."""

import unicodedata
from typing import Any

import pytest

from giaoban.domain.roll_call_sentence import in_lines, in_parts, number, sentence, spoken_time
from tests.factories import at

ZONE = "Asia/Ho_Chi_Minh"


def figures(expected: int, present: int = 0, absent: int = 0, headcount: int = 0) -> dict[str, int]:
    pending = expected - present - absent
    return {"expected": expected, "present": present, "absent": absent, "pending": pending, "headcount": headcount}


def said(totals: dict[str, int], at_ms: int = at(-4), **by_level: Any) -> str:
    return sentence(totals, by_level or {"commune": totals}, at_ms, ZONE)


def test_the_whole_then_each_level_then_the_delegates() -> None:
    read = said(figures(211, 196, 5, 1250), commune=figures(200, 186, 4, 1130), district=figures(11, 10, 1, 120))

    assert read == (
        "Tính đến 7 giờ 26 phút, kết quả điểm danh như sau. "
        "Tổng số 211 điểm cầu: có mặt 196; vắng 5, trong đó có lý do 5; chưa báo cáo 10. "
        "Cấp huyện: có mặt 10/11, vắng 1; cấp xã: có mặt 186/200, vắng 4, chưa báo cáo 10. "
        "Tổng số đại biểu dự tại các điểm cầu: 1.250, trong đó cấp huyện 120, cấp xã 1.130."
    )


def test_a_roster_of_one_level_names_it_once() -> None:
    read = said(figures(65, 60, 2, 310), at_ms=at(30))

    assert read == (
        "Tính đến 8 giờ, kết quả điểm danh như sau. "
        "Tổng số 65 điểm cầu cấp xã: có mặt 60; vắng 2, trong đó có lý do 2; chưa báo cáo 3. "
        "Tổng số đại biểu dự tại các điểm cầu: 310."
    )


@pytest.mark.parametrize(
    ("totals", "whole"),
    [
        pytest.param(figures(3, 3), "có mặt đủ 3.", id="all"),
        pytest.param(figures(1, 1), "có mặt đủ 1.", id="the only one"),
        pytest.param(figures(3), "chưa có điểm cầu nào báo cáo.", id="nobody yet"),
        pytest.param(
            figures(3, 0, 1),
            "chưa có điểm cầu nào có mặt; vắng 1, trong đó có lý do 1; chưa báo cáo 2.",
            id="only an absence",
        ),
        pytest.param(figures(3, 2), "có mặt 2; không có điểm cầu vắng; chưa báo cáo 1.", id="nobody absent"),
        pytest.param(
            figures(3, 2, 1),
            "có mặt 2; vắng 1, trong đó có lý do 1; không còn điểm cầu chưa báo cáo.",
            id="everybody has spoken",
        ),
    ],
)
def test_nought_is_said_in_words(totals: dict[str, int], whole: str) -> None:
    lines = said(totals).split(". ")

    assert lines[1] == f"Tổng số {totals['expected']} điểm cầu cấp xã: {whole}"
    assert len(lines) == 2  # no delegates were told of


def test_a_level_that_is_complete_says_so() -> None:
    read = said(figures(5, 4), district=figures(2, 2), commune=figures(3, 2))

    assert "Cấp huyện: có mặt đủ 2/2; cấp xã: có mặt 2/3, chưa báo cáo 1." in read


def test_before_anybody_has_spoken_levels_say_nothing() -> None:
    assert "Cấp huyện" not in said(figures(5), district=figures(2), commune=figures(3))


def test_no_roster_is_no_result() -> None:
    assert sentence(figures(0), {}, at(0), ZONE) == "Danh sách điểm cầu chưa có."


@pytest.mark.parametrize(
    ("minutes", "spoken"),
    [(-4, "7 giờ 26 phút"), (30, "8 giờ"), (31, "8 giờ 1 phút"), (16 * 60 + 30, "0 giờ")],
)
def test_the_time_is_said_in_words(minutes: int, spoken: str) -> None:
    assert spoken_time(at(minutes), ZONE) == spoken


@pytest.mark.parametrize(("count", "written"), [(0, "0"), (999, "999"), (1250, "1.250"), (1_234_567, "1.234.567")])
def test_numbers_are_written_as_in_official_texts(count: int, written: str) -> None:
    assert number(count) == written


def test_every_second_part_is_a_figure() -> None:
    read = said(figures(1211, 1196, 5, 2250), commune=figures(1200, 1186, 4), district=figures(11, 10, 1))

    parts = in_parts(read)

    assert "".join(parts) == read
    assert {"1.211", "1.196", "10/11", "1.186/1.200", "2.250"} <= set(parts[1::2])
    assert not any(part[-1] in ".,;" for part in parts[1::2])


def test_lines_end_where_sentences_do() -> None:
    lines = in_lines(said(figures(1211, 1196, 5, 2250)))

    assert ["".join(line)[-1] for line in lines] == [".", ".", "."]
    assert "".join(lines[2]) == "Tổng số đại biểu dự tại các điểm cầu: 2.250."


def test_it_is_nfc() -> None:
    read = said(figures(3, 1, 1, 1))

    assert unicodedata.is_normalized("NFC", read)
