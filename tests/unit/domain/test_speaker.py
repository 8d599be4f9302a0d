"""How an office is split: the cases are shared with the screens' script."""

from typing import Any

import pytest

from giaoban.domain.speaker import speaker_parts
from tests.factories import shared_cases


@pytest.mark.parametrize("case", shared_cases("speaker")["cases"], ids=lambda case: repr(case["text"]))
def test_the_shared_cases_of_speakers(case: dict[str, Any]) -> None:
    assert speaker_parts(case["text"]) == (case["org"], case["unit"])
