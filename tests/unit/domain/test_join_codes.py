"""Codes that are printed on paper and typed on telephones."""

import re

import pytest

from giaoban.domain.join_codes import ALPHABET, join_code, normalise, problem_with, typed_code

SECRET = b"secret of the test"


def test_a_code_is_eight_letters_of_crockford_base32_in_two_halves() -> None:
    for epoch in range(200):
        code = join_code(SECRET, "giao-ban-2021", "06010", epoch)

        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)


def test_the_alphabet_is_crockford_s() -> None:
    assert ALPHABET == "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_all_letters_come_up_in_every_place() -> None:
    codes = [join_code(SECRET, "giao-ban-2021", "06010", epoch).replace("-", "") for epoch in range(1000)]

    for place in range(8):
        assert {code[place] for code in codes} == set(ALPHABET)


def test_the_same_room_has_the_same_code_and_every_other_another() -> None:
    code = join_code(SECRET, "giao-ban-2021", "06010", 0)

    others = {
        join_code(b"another secret", "giao-ban-2021", "06010", 0),
        join_code(SECRET, "giao-ban-2022", "06010", 0),
        join_code(SECRET, "giao-ban-2021", "06011", 0),
        join_code(SECRET, "giao-ban-2021", "06010", 1),
        join_code(SECRET, "giao-ban-20210", "6010", 0),
    }
    assert join_code(SECRET, "giao-ban-2021", "06010", 0) == code
    assert join_code(SECRET, "giao-ban-2021", "180", 10) != join_code(SECRET, "giao-ban-2021", "1801", 0)
    assert code not in others
    assert len(others) == 5


@pytest.mark.parametrize(
    "typed",
    [
        "K7QF-2M9D",
        "k7qf2m9d",
        "K7QF2M9D",
        " k7qf 2m9d ",
        "K7-QF-2M-9D",
        "K7QF–2M9D",
        "k7qf‑2m9d",
    ],
)
def test_a_code_is_read_in_any_case_with_or_without_the_dash(typed: str) -> None:
    assert normalise(typed) == "K7QF-2M9D"


def test_letters_that_look_like_figures_are_read_as_figures() -> None:
    assert normalise("oOiI-lL01") == "0011-1101"


@pytest.mark.parametrize("typed", ["", "-", "K7QF-2M9", "K7QF-2M9DD", "K7QF-2M9U", "K7QF-2M9Ộ", "K7QF_2M9D", "²" * 8])
def test_anything_else_is_no_code(typed: str) -> None:
    assert normalise(typed) is None


def test_every_printed_code_is_read_as_itself() -> None:
    for epoch in range(100):
        code = join_code(SECRET, "giao-ban-2021", "178", epoch)

        assert normalise(code.lower().replace("-", "")) == code


@pytest.mark.parametrize(
    "typed",
    [
        "K7QF-2M9D",
        " K7QF-2M9D ",
        "https://giaoban.example/vao/K7QF-2M9D",
        "giaoban.example/vao/K7QF-2M9D/",
        "/vao/K7QF-2M9D?x=1#y",
    ],
)
def test_the_link_of_the_sheet_holds_the_code(typed: str) -> None:
    assert typed_code(typed) == "K7QF-2M9D"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("K7QF-2M9D", ""),
        ("k7qf 2m9", "Mã có 8 chữ và số, quý vị vừa nhập 7."),
        ("K7QF-2M9DD", "Mã có 8 chữ và số, quý vị vừa nhập 9."),
        ("K7QF-2M9Ộ", "Mã chỉ gồm chữ không dấu và số."),
    ],
)
def test_what_is_wrong_with_something_that_is_no_code_is_said(typed: str, sentence: str) -> None:
    assert problem_with(typed) == sentence
