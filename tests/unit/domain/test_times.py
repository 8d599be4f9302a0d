"""Lengths in words: seconds where there are some, one rule of sign everywhere."""

import pytest

from giaoban.domain.times import hours_words, short_length, signed_length


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0'"), (499, "0'"), (500, '1"'), (45_000, '45"'), (59_600, "1'"), (546_000, "9'06\""), (4_500_000, "75'")],
)
def test_a_length_for_tables_goes_to_the_second(ms: int, words: str) -> None:
    assert short_length(ms) == words


@pytest.mark.parametrize(("ms", "words"), [(125_000, "+2'05\""), (-60_000, "−1'"), (-499, "0'"), (0, "0'")])
def test_a_difference_bears_its_sign(ms: int, words: str) -> None:
    assert signed_length(ms) == words


@pytest.mark.parametrize(("minutes", "words"), [(45, "45 phút"), (231, "3 giờ 51 phút"), (120, "2 giờ 0 phút")])
def test_hours_are_told_in_words(minutes: int, words: str) -> None:
    assert hours_words(minutes * 60_000) == words
