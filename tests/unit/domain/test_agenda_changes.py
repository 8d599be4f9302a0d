"""What a table would change: read, matched, timed, and shown before it is done."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.agenda_changes import Changes, changes, row_ranges
from giaoban.domain.agenda_columns import guess
from giaoban.domain.agenda_table import Choices, read_table
from giaoban.domain.grid import FORMULA, Row, Sheet
from giaoban.domain.room_names import RoomNames
from giaoban.domain.roster import Unit
from giaoban.domain.running_order import RunningOrder, new_order
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, do, done

ZONE = "Asia/Ho_Chi_Minh"
ROOMS = RoomNames(
    [
        Unit("20", "province", "tinh", "Lạng Sơn", None),
        Unit("185", "district", "huyen", "Bắc Sơn", "20"),
        Unit("187", "district", "huyen", "Chi Lăng", "20"),
        Unit("06466", "commune", "thi_tran", "Chi Lăng", "187"),
    ]
)
PLAN = [
    {"kind": "opening", "title": "Khai mạc", "planned_ms": 10 * MINUTE_MS},
    {"kind": "paper", "title": "Giám sát", "planned_ms": 10 * MINUTE_MS, "speaker": "HĐND huyện Bắc Sơn"},
    {"kind": "paper", "title": "Cử tri", "planned_ms": 10 * MINUTE_MS, "speaker": "HĐND huyện Chi Lăng"},
    {"kind": "closing", "title": "Bế mạc", "planned_ms": 5 * MINUTE_MS},
]
ORDER = new_order(BEGINS_AT_MS, PLAN)


def table(text: str, **rows: Any) -> Sheet:
    """A sheet from lines of "a | b"; blank lines count but hold nothing."""
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in text.strip("\n").split("\n")]
    there = [Row(number, cells) for number, cells in enumerate(lines, 1) if any(cells)]
    return Sheet("", tuple(there), **rows)


def compare(
    sheet: Sheet | str, order: RunningOrder = ORDER, minute: float = 0, *, columns: Mapping[str, int] | None = None,
    **how: Any,
) -> Changes:  # fmt: skip
    sheet = table(sheet) if isinstance(sheet, str) else sheet
    found = guess(sheet)
    choices = Choices(found.head, found.columns if columns is None else columns, **how)
    return changes(order, read_table(sheet, choices, ROOMS), choices, ROOMS, zone=ZONE, now_ms=at(minute))


def statuses(found: Changes) -> list[str]:
    return [line.status for line in found.lines]


def titles(order: RunningOrder) -> list[str]:
    return [item.title for item in order.items]


def problems(found: Changes) -> list[tuple[int, int | None, str]]:
    return [(problem.row, problem.column, problem.sentence) for problem in found.problems]


# ---- matching


def test_the_same_table_changes_nothing() -> None:
    found = compare(
        """
Nội dung | Loại | Đơn vị | Phút
Khai mạc | Khai mạc | | 10
Giám sát | Tham luận | HĐND huyện Bắc Sơn | 10
CỬ TRI | Tham luận | HĐND huyện Chi Lăng | 10
Bế mạc | Bế mạc | | 5
""".replace("CỬ TRI", "Cử tri")
    )

    assert found.command is None
    assert statuses(found) == ["same"] * 4
    assert found.after == ORDER


def test_rows_are_new_changed_moved_and_gone() -> None:
    found = compare("""
Nội dung | Loại | Đơn vị | Phút
Khai mạc | Khai mạc | | 15
Cử tri | Tham luận | HĐND huyện Chi Lăng | 10
Giám sát | Tham luận | HĐND huyện Bắc Sơn | 10
Tổng kết thi đua | Báo cáo | | 5
""")

    assert statuses(found) == ["changed", "same", "same", "new", "gone"]
    assert found.lines[0].changes == (("planned_ms", 10 * MINUTE_MS, 15 * MINUTE_MS),)
    assert [line.moved for line in found.lines] in (
        [False, True, False, False, False],
        [False, False, True, False, False],
    )
    assert found.command is not None
    assert (
        titles(do(ORDER, found.command))
        == titles(found.after)
        == ["Khai mạc", "Cử tri", "Giám sát", "Tổng kết thi đua"]
    )
    assert [item.id for item in found.after.items] == ["1", "3", "2", "5"]


def test_a_row_is_known_by_its_id_first_then_by_its_words_then_by_its_speaker() -> None:
    found = compare("""
Mã mục | Nội dung | Loại | Đơn vị | Phút
4 | Lời kết | Bế mạc | | 5
 | Giám sát chuyên đề | Tham luận | HĐND huyện Bắc Sơn | 10
 | Cử tri | Tham luận | | 10
99 | Khai mạc | Khai mạc | | 10
""")

    assert [line.before.id if line.before else None for line in found.lines] == ["4", "2", "3", "1"]
    assert any("mã mục không có" in note for note in found.notes)


def test_an_id_that_comes_twice_is_a_problem_of_the_second_row() -> None:
    found = compare("Mã mục | Nội dung | Phút\n1 | Khai mạc | 10\n1 | Bế mạc | 5\n")

    assert problems(found) == [(3, 0, "mã mục 1 đã có ở dòng 2")]


def test_what_the_table_has_no_column_for_stays() -> None:
    order = new_order(BEGINS_AT_MS, [{**PLAN[1], "endpoint_code": "185", "cap_ms": MINUTE_MS}])
    found = compare("Nội dung | Đơn vị\nGiám sát | HĐND huyện Bắc Sơn\n", order)

    assert found.command is None


def test_an_empty_cell_takes_a_value_away() -> None:
    order = new_order(BEGINS_AT_MS, [{**PLAN[0], "speaker": "Chủ tịch", "min_ms": 1000}])
    found = compare("Nội dung | Đơn vị | Ít nhất | Phút\nKhai mạc | | | 10\n", order)

    assert {key: new for key, _, new in found.lines[0].changes} == {"speaker": None, "min_ms": None}


# ---- a live conference


def test_what_has_begun_is_left_alone_and_the_rest_changes() -> None:
    order = done(ORDER, (c.Start("1"), 0), (c.Next("3"), 10))
    found = compare("""
Nội dung | Loại | Phút
Khai mạc | Khai mạc | 99
Bế mạc | Bế mạc | 5
Cử tri | Tham luận | 99
""", order, 12)  # fmt: skip

    assert statuses(found) == ["begun", "same", "begun", "gone"]
    assert titles(found.after) == ["Khai mạc", "Cử tri", "Bế mạc"]
    assert found.after.live == order.live
    assert any("Dòng 2, 4: mục đã bắt đầu" in note for note in found.notes)


def test_a_skipped_item_stays_skipped_and_keeps_its_length() -> None:
    order = done(ORDER, (c.Start("1"), 0), (c.Skip("2"), 1))
    found = compare("Nội dung | Đơn vị | Phút\nGiám sát | HĐND huyện Bắc Sơn | 20\nBế mạc || 5\n", order, 2)

    assert [(item.title, item.state) for item in found.after.items[1:]] == [
        ("Giám sát", "skipped"),
        ("Bế mạc", "pending"),
    ]


def test_before_and_after_have_the_times_of_the_plan_or_of_the_forecast() -> None:
    idle = compare("Nội dung | Phút\nKhai mạc | 20\nBế mạc | 5\n")
    live = compare("Nội dung | Phút\nBế mạc | 5\n", done(ORDER, (c.Start("1"), 30)), 30)

    assert [(line.was_at_ms, line.at_ms) for line in idle.lines[:2]] == [(at(0), at(0)), (at(30), at(20))]
    assert (live.lines[0].was_at_ms, live.lines[0].at_ms) == (at(60), at(40))


# ---- lengths and pins


def test_lengths_come_from_where_the_next_row_begins_and_gaps_are_pinned() -> None:
    found = compare("""
Giờ | Nội dung
7h30 | Khai mạc
7h45 | Báo cáo năm
8h00–8h10 | Tham luận thêm
8h30 – 8h40 | Thảo luận chung
""")

    assert [(item.planned_ms // MINUTE_MS, item.not_before_at_ms) for item in found.after.items] == [
        (15, None),
        (15, None),
        (10, None),
        (10, at(60)),
    ]


def test_the_last_row_has_a_length_of_its_own_or_the_chosen_one() -> None:
    rows = "Giờ | Nội dung\n7h30 | Mở đầu buổi\n7h40 | Lời cuối\n"

    assert problems(compare(rows)) == [(3, 0, "chưa rõ thời lượng")]
    assert compare(rows, default_ms=MINUTE_MS).after.items[-1].planned_ms == MINUTE_MS


def test_a_table_that_begins_at_another_time_says_so() -> None:
    found = compare("Giờ | Nội dung | Phút\n8h00 | Khai mạc | 10\n")

    assert any("bắt đầu lúc 08:00, còn Hội nghị bắt đầu lúc 07:30" in note for note in found.notes)


def test_a_pin_is_of_the_conferences_day_unless_it_has_a_date() -> None:
    found = compare("Nội dung | Phút | Không sớm hơn\nKhai mạc | 10 | 8h30\nBế mạc | 5 | 27/11/2021 00:30\n")

    assert [item.not_before_at_ms for item in found.after.items] == [at(60), at(17 * 60)]


def test_a_morning_may_run_past_midnight() -> None:
    evening = replace(ORDER, starts_at_ms=at(15 * 60))
    found = compare("Giờ | Nội dung\n22h30 – 23h30 | Khai mạc\n0h30 – 0h40 | Bế mạc\n", evening)

    assert [item.not_before_at_ms for item in found.after.items] == [None, at(17 * 60)]


# ---- rows that are none, rows that are bad


def test_headings_sums_and_hidden_rows_are_no_items_and_are_named() -> None:
    sheet = table("""
Nội dung | Phút
PHẦN THỨ NHẤT |
Khai mạc | 10
Tổng cộng | 10
Bế mạc | 5
""")
    sheet = replace(sheet, rows=(*sheet.rows[:-1], replace(sheet.rows[-1], hidden=True)))
    found = compare(sheet)

    assert titles(found.after) == ["Khai mạc"]
    assert [note[:6] for note in found.notes] == ["Dòng 2", "Dòng 4", "Dòng 5"]
    assert titles(compare(sheet, hidden_too=True).after) == ["Khai mạc", "Bế mạc"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("| Tham luận | | 10", (2, 0, "thiếu nội dung")),
        ("x | Loại lạ | | 10", (2, 1, "chưa rõ loại “Loại lạ”")),
        ("x | Tham luận | | nhiều", (2, 3, "không đọc được thời lượng “nhiều”. Xin ghi số phút, ví dụ 10")),
        ("x | Tham luận | |", (2, 3, "chưa rõ thời lượng")),
        ("x" * 301 + "| Tham luận | | 10", (2, 0, "nội dung dài 301 ký tự, nhiều nhất 300")),
        ("x | Tham luận | " + "y" * 201 + " | 10", (2, 2, "tên đơn vị, người trình bày dài 201 ký tự, nhiều nhất 200")),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_a_sentence(row: str, problem: tuple[int, int, str]) -> None:
    found = compare(f"Nội dung | Loại | Đơn vị | Phút\n{row}\n")

    assert problems(found) == [problem]
    assert found.command is None


def test_a_kind_without_a_title_names_itself() -> None:
    assert titles(compare("Nội dung | Loại | Phút\n | Nghỉ giải lao | 10\n").after) == ["Nghỉ giải lao"]


@pytest.mark.parametrize(
    ("fault", "word"), [(FORMULA, "công thức chưa có kết quả"), ("#REF!", "công thức báo lỗi #REF!")]
)
def test_a_cell_without_a_value_is_named(fault: str, word: str) -> None:
    sheet = Sheet("", (Row(1, ("Nội dung", "Phút")), Row(2, ("Khai mạc",), faults={1: fault})))

    [(row, column, sentence)] = problems(compare(sheet))

    assert (row, column) == (2, 1)
    assert word in sentence


def test_a_length_merged_over_rows_is_told_and_not_counted_twice() -> None:
    sheet = Sheet(
        "", (Row(1, ("Nội dung", "Phút")), Row(2, ("Một", "10")), Row(3, ("Hai", "10"), filled=frozenset({1})))
    )

    assert problems(compare(sheet)) == [(3, 1, "ô thời gian gộp cho nhiều dòng. Xin ghi riêng cho từng dòng")]


def test_an_item_whose_row_is_bad_stays_as_it_is_and_where_the_table_has_it() -> None:
    found = compare("Nội dung | Phút\nBế mạc | nhiều\nKhai mạc | 15\n")

    assert statuses(found) == ["held", "changed", "gone", "gone"]
    assert [(item.title, item.planned_ms) for item in found.after.items] == [
        ("Bế mạc", 5 * MINUTE_MS),
        ("Khai mạc", 15 * MINUTE_MS),
    ]


# ---- endpoints


ROOM_ROW = "Nội dung | Điểm cầu | Phút\nGiám sát thêm | Chi Lăng | 10\n"


def test_a_name_of_several_endpoints_is_a_problem_until_somebody_says_which() -> None:
    found = compare(ROOM_ROW)

    assert found.problems[0].candidates == ("187", "06466")
    assert found.problems[0].unknown == ("rooms", "chi lang")
    assert compare(ROOM_ROW, rooms={"chi lang": "06466"}).after.items[0].endpoint_code == "06466"
    assert compare(ROOM_ROW, rooms={"chi lang": "-"}).after.items[0].endpoint_code is None


def test_without_a_column_for_it_a_new_paper_is_given_the_endpoint_of_its_speaker() -> None:
    found = compare("Nội dung | Loại | Đơn vị | Phút\nThêm | Tham luận | Thường trực HĐND huyện Bắc Sơn | 10\n")

    assert found.after.items[0].endpoint_code == "185"


@pytest.mark.parametrize(
    ("rows", "words"), [([3], "3"), ([3, 4], "3–4"), ([9, 3, 4, 5, 4], "3–5, 9"), ([1, 3], "1, 3"), ([], "")]
)
def test_numbers_of_rows_are_said_in_ranges(rows: list[int], words: str) -> None:
    assert row_ranges(rows) == words
