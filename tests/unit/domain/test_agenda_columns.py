"""Columns are known by the words at their head, wherever and in whichever order they stand."""

import pytest

from giaoban.domain.agenda_columns import FIELDS, columns_at, guess, head_key
from giaoban.domain.grid import Row, Sheet
from giaoban.domain.order_table import COLUMNS


def sheet(*lines: tuple[str, ...]) -> Sheet:
    return Sheet("", tuple(Row(number, cells) for number, cells in enumerate(lines, 1)))


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (
            ("TT", "Nội dung", "Đơn vị", "Thời lượng (phút)"),
            {"title": 1, "speaker": 2, "planned": 3},
        ),
        (("STT", "NGƯỜI TRÌNH BÀY", "NỘI DUNG TRÌNH BÀY", "SỐ PHÚT"), {"speaker": 1, "title": 2, "planned": 3}),
        (("so tt", "noi dung", "don vi trinh bay", "diem cau"), {"title": 1, "speaker": 2, "endpoint": 3}),
        (("Start", "End", "Title", "Speaker", "Type"), {"start": 0, "end": 1, "title": 2, "speaker": 3, "kind": 4}),
        (("Từ", "Đến", "Nội dung"), {"start": 0, "end": 1, "title": 2}),
        (
            ("Đơn vị", "Người trình bày", "Nội dung"),
            {"endpoint": 0, "speaker": 1, "title": 2},
        ),
        (
            ("Nội dung", "Ít nhất", "Tối đa", "Không sớm hơn", "ID"),
            {"title": 0, "min": 1, "cap": 2, "not_before": 3, "item_id": 4},
        ),
    ],
)
def test_heads_are_recognised(heads: tuple[str, ...], fields: dict[str, int]) -> None:
    found = guess(sheet(heads, tuple("x" for _ in heads)))

    assert (found.head, found.columns) == (1, fields)


def test_the_heads_of_our_own_files_are_all_known() -> None:
    found = guess(sheet(COLUMNS)).columns

    assert {name: COLUMNS[column] for name, column in found.items()} == {
        "title": "Nội dung",
        "speaker": "Đơn vị / người trình bày",
        "kind": "Loại",
        "planned": "Phút",
        "start": "Giờ",
        "endpoint": "Điểm cầu (mã)",
        "cap": "Tối đa (phút)",
        "min": "Ít nhất (phút)",
        "not_before": "Không sớm hơn",
        "item_id": "Mã mục",
    }


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (("8h05–8h15", "8h15–8h30"), "start"),
        (("08:05", "08:15"), "start"),
        (("08:05:00",), "start"),
        (("10", "15"), "planned"),
        (("10 phút", "0:15"), "planned"),
        ((), "planned"),
    ],
)
def test_a_head_of_two_meanings_is_told_by_its_cells(cells: tuple[str, ...], field: str) -> None:
    found = guess(sheet(("Thời gian", "Nội dung"), *((cell, "x") for cell in cells)))

    assert found.columns == {field: 0, "title": 1}


def test_titles_above_the_heads_are_no_heads() -> None:
    table = sheet(
        ("NỘI DUNG CHƯƠNG TRÌNH HỘI NGHỊ GIAO BAN THƯỜNG TRỰC HĐND NĂM 2021",),
        ("Thời gian: 7h30", "ngày 26/11/2021"),
        ("Phút", "Nội dung"),
        ("10", "Báo cáo nội dung thời gian tới"),
    )

    assert guess(table).head == 3


def test_without_heads_nothing_is_guessed() -> None:
    assert guess(sheet(("1", "Khai mạc"), ("2", "Bế mạc"))).head == 0
    assert guess(Sheet("", ())).columns == {}


def test_what_somebody_chose_once_goes_before_what_the_words_say() -> None:
    table = sheet(("Nội dung", "Ghi rõ", "Phút"), ("a", "b", "1"))

    assert columns_at(table, 1, {head_key("Ghi rõ"): "title"}) == {"title": 1, "planned": 2}
    assert columns_at(table, 1, {"ghi ro": "nonsense"})["title"] == 0


def test_a_row_that_is_not_there_has_no_heads() -> None:
    assert columns_at(sheet(("Nội dung",)), 99) == {}
    assert set(columns_at(sheet(("Nội dung",)), 1)) <= set(FIELDS)
