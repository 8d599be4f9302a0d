"""Lengths in words; the pages' scripts are held to the same cases."""

from typing import Any

import pytest

from giaoban.domain.offsets import rounded, signed_minutes, slip, whole_minutes
from giaoban.domain.times import length_words
from tests.factories import shared_cases

CASES = shared_cases("lengths")


@pytest.mark.parametrize("case", CASES["slips"], ids=lambda case: str(case["ms"]))
def test_late_and_early_in_whole_minutes(case: dict[str, Any]) -> None:
    assert whole_minutes(case["ms"]) == case["minutes"]
    assert signed_minutes(case["ms"]) == case["signed"]
    assert slip(case["ms"]) == case["slip"]


@pytest.mark.parametrize("case", CASES["lengths"], ids=lambda case: str(case["ms"]))
def test_lengths_in_minutes_and_seconds(case: dict[str, Any]) -> None:
    assert length_words(case["ms"]) == case["words"]
    assert rounded(case["ms"]) == case["rounded"]
