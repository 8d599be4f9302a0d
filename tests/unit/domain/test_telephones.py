"""Telephone numbers: kept as they were written, checked gently."""

import unicodedata

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.telephones import clean_telephones, telephones, with_zero, without_telephones


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" ; ", ""),
        ("0912.939.739", "0912.939.739"),
        (" 0205 3811.484 ;0912939739;", "0205 3811.484; 0912939739"),
        ("0912939739, 0205 3811 484 / 113", "0912939739; 0205 3811 484; 113"),
        ("+84 912 939 739", "+84 912 939 739"),
        ("(0205) 3811-484", "(0205) 3811-484"),
        ("0205\u00a03811\u00a0484", "0205 3811 484"),
    ],
)
def test_numbers_stay_as_they_were_written(typed: str, kept: str) -> None:
    assert clean_telephones(typed) == kept
    assert clean_telephones(unicodedata.normalize("NFD", kept)) == kept


@pytest.mark.parametrize(
    "typed", ["máy bàn", "12", "0912939739; x", "0" * 16, "09+12", "٠٩١٢٩٣٩٧٣٩", "0" * 200, None, 5]
)
def test_what_nobody_can_dial_is_refused(typed: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_telephones(typed)
    assert refused.value.details["field"] == "telephone"


def test_what_was_kept_can_be_dialled() -> None:
    assert telephones(clean_telephones("0912.939.739; +84 205 3811.484")) == [
        ("0912.939.739", "0912939739"),
        ("+84 205 3811.484", "+842053811484"),
    ]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("912939739", "0912939739"),
        ("2053811484", "02053811484"),
        ("912939739; 0205 3811", "0912939739; 0205 3811"),
        ("0912939739", None),
        ("84912939739", None),
        ("113", None),
        ("", None),
    ],
)
def test_the_zero_that_a_spreadsheet_dropped_comes_back(cell: str, meant: str | None) -> None:
    assert with_zero(cell) == ((cell, False) if meant is None else (meant, True))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Xin gọi 0912.939.739 nhé", "Xin gọi (số điện thoại) nhé"),
        ("Số +84 205 381 1484, gặp văn phòng", "Số (số điện thoại), gặp văn phòng"),
        ("gọi 02053811484", "gọi (số điện thoại)"),
        ("Mất mạng từ 07:12 ngày 26/11/2021", "Mất mạng từ 07:12 ngày 26/11/2021"),
        ("Phòng 302, máy số 1234567", "Phòng 302, máy số 1234567"),
        ("", ""),
    ],
)
def test_a_telephone_number_does_not_reach_the_record(typed: str, kept: str) -> None:
    assert without_telephones(typed) == kept
