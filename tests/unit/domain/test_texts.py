"""Typed texts, made fit to store and to search."""

import unicodedata
from typing import Any

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.texts import clean_text, fold_for_search, search_key, search_rank
from tests.factories import shared_cases


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Tràng Định", "Tràng Định"),
        (unicodedata.normalize("NFD", "Tràng Định"), "Tràng Định"),
        ("  Cao Minh\n", "Cao Minh"),
        ("dòng một\ndòng hai", "dòng một dòng hai"),
        ("a\r\nb", "a  b"),
        ("a\tb\u2028c\u2029d", "a b c d"),
        ("\u00a0a\u3000", "a"),
        ("", ""),
    ],
)
def test_a_text_becomes_one_composed_line(given: str, stored: str) -> None:
    assert clean_text(given, "title", longest=300) == stored


@pytest.mark.parametrize("given", ["a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b"])
def test_control_characters_and_lone_surrogates_are_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="ký tự không dùng được") as caught:
        clean_text(given, "title", longest=300)

    assert caught.value.details == {"field": "title"}


@pytest.mark.parametrize("given", [None, 7, b"a", ["a"]])
def test_what_is_no_text_is_refused(given: object) -> None:
    with pytest.raises(InvalidInput, match="phải là chữ"):
        clean_text(given, "title", longest=300)


def test_the_length_is_counted_after_cleaning() -> None:
    assert clean_text(" ab ", "title", longest=2, shortest=2) == "ab"
    with pytest.raises(InvalidInput) as too_long:
        clean_text("abc", "title", longest=2)
    with pytest.raises(InvalidInput) as too_short:
        clean_text(" a ", "title", longest=3, shortest=2)

    assert too_long.value.details == {"field": "title", "length": 3, "shortest": 0, "longest": 2}
    assert too_short.value.details["length"] == 1


@pytest.mark.parametrize("case", shared_cases("search")["cases"], ids=lambda case: repr(case["text"]))
def test_a_search_needs_no_diacritics(case: dict[str, str]) -> None:
    assert fold_for_search(case["text"]) == case["folded"]
    assert fold_for_search(unicodedata.normalize("NFD", case["text"])) == case["folded"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("case", shared_cases("search")["ranks"], ids=lambda case: f"{case['unit']}: {case['typed']!r}")
def test_a_unit_is_found_by_what_was_typed(case: dict[str, Any], form: Any) -> None:
    key = search_key(unicodedata.normalize(form, case["unit"]), case["code"])
    assert search_rank(key, case["typed"]) == case["rank"]
    assert search_rank(key, unicodedata.normalize(form, case["typed"])) == case["rank"]
