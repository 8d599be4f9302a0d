"""The order of a Vietnamese dictionary."""

import random
import unicodedata

import pytest

from giaoban.domain.alphabet import dictionary_key, initial

IN_ORDER = [
    "Ba Sơn",
    "Bà Sơn",
    "Bả Sơn",
    "Bã Sơn",
    "Bá Sơn",
    "Bạ Sơn",
    "Ban Sơn",
    "Bắc La",
    "Bằng Mạc",
    "Bâng",
    "Bình Gia",
    "Cao Lộc",
    "Cao Minh",
    "Chi Lăng",
    "Công Sơn",
    "Du",
    "Đa",
    "Đồng Đăng",
    "Ẽo",
    "Ế",
    "Ỷ La",
    "Ý Tịch",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_come_before_tones(form: str) -> None:
    names = [unicodedata.normalize(form, name) for name in IN_ORDER]
    mixed = random.Random(5).sample(names, len(names))
    assert sorted(mixed, key=dictionary_key) == names


def test_case_does_not_matter_and_digits_come_first() -> None:
    assert dictionary_key("ĐỒNG ĐĂNG") == dictionary_key("đồng đăng")
    assert dictionary_key("Khu 9") < dictionary_key("Khu A")


@pytest.mark.parametrize(
    ("name", "letter"), [("Đồng Đăng", "Đ"), ("Ẳng", "Ă"), ("ấp", "Â"), ("Ý Tịch", "Y"), ("1 Tháng 5", "1"), ("", "")]
)
def test_a_name_is_listed_under_its_letter_without_the_tone(name: str, letter: str) -> None:
    assert initial(name) == letter
    assert initial(unicodedata.normalize("NFD", name)) == letter
