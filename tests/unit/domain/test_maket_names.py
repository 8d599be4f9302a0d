"""What stands on the makets of all rooms of both rosters."""

import unicodedata
from functools import cache
from importlib import resources

import pytest

from giaoban.domain.maket_lines import shown
from giaoban.domain.maket_names import DOTS, capitals, dotted, organisation, phrased, place_line
from giaoban.domain.roster import KIND_WORDS, Unit, read_roster

ROSTERS = ("lang_son_2021.csv", "lang_son_2025.csv")
DAY = "ngày 26 tháng 11 năm 2021"


@cache
def roster(name: str) -> dict[str, Unit]:
    units = read_roster(resources.files("giaoban.seed").joinpath(name).read_bytes())
    return {unit.code: unit for unit in units}


def said(units: dict[str, Unit], code: str) -> str:
    unit = units[code]
    return shown(organisation(unit, units.get(unit.parent_code or "")))


@pytest.mark.parametrize(
    ("roster_name", "code", "words"),
    [
        ("lang_son_2021.csv", "20", "THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN"),
        ("lang_son_2021.csv", "178", "THƯỜNG TRỰC HĐND THÀNH PHỐ LẠNG SƠN"),
        ("lang_son_2021.csv", "185", "THƯỜNG TRỰC HĐND HUYỆN BẮC SƠN"),
        ("lang_son_2021.csv", "06010", "THƯỜNG TRỰC HĐND XÃ CAO MINH, HUYỆN TRÀNG ĐỊNH"),
        ("lang_son_2021.csv", "05971", "THƯỜNG TRỰC HĐND PHƯỜNG HOÀNG VĂN THỤ, THÀNH PHỐ LẠNG SƠN"),
        ("lang_son_2021.csv", "06616", "THƯỜNG TRỰC HĐND THỊ TRẤN NÔNG TRƯỜNG THÁI BÌNH, HUYỆN ĐÌNH LẬP"),
        ("lang_son_2025.csv", "05977", "THƯỜNG TRỰC HĐND PHƯỜNG ĐÔNG KINH"),
        ("lang_son_2025.csv", "06076", "THƯỜNG TRỰC HĐND XÃ QUÝ HÒA"),
    ],
)
def test_the_body_is_named_in_capitals_with_its_district(roster_name: str, code: str, words: str) -> None:
    assert said(roster(roster_name), code) == words


@pytest.mark.parametrize("name", ROSTERS)
def test_every_unit_has_capitals_with_all_marks_in_one_character_each(name: str) -> None:
    units = roster(name)
    for code, unit in units.items():
        words = said(units, code)
        assert words == words.upper()
        assert unicodedata.is_normalized("NFC", words)
        assert not any(unicodedata.combining(char) for char in words)
        assert unit.name.upper() in words
        assert words.lower().startswith(f"thường trực hđnd {unit.kind_and_name.lower()}")
        place = shown(place_line(unit.name, DAY))
        assert place == f"{unit.name}, {DAY}"
    assert len({said(units, code) for code in units}) == len(units)


def test_letters_that_come_in_pieces_are_put_together() -> None:
    assert (
        capitals(unicodedata.normalize("NFD", "thành phố Lạng Sơn, đường Nguyễn")) == "THÀNH PHỐ LẠNG SƠN, ĐƯỜNG NGUYỄN"
    )


def test_another_body_may_invite() -> None:
    units = roster("lang_son_2025.csv")

    assert shown(organisation(units["05977"], units["20"], "Đảng ủy, HĐND")) == "ĐẢNG ỦY, HĐND PHƯỜNG ĐÔNG KINH"


def test_the_day_may_be_filled_in_by_hand() -> None:
    assert dotted(DAY) == f"ngày {DOTS} tháng 11 năm 2021"
    assert shown(place_line("", dotted(DAY))) == f"Ngày {DOTS} tháng 11 năm 2021"


def test_kinds_of_units_are_one_word() -> None:
    for words in KIND_WORDS.values():
        assert " " not in phrased(f"x {words} y").removeprefix("x ").removesuffix(" y")
    assert "\u202f" not in phrased("thị trấnx trường")
