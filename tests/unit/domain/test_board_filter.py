"""Which rooms a filter shows: the cases that the browser has to meet as well."""

from typing import Any

import pytest

from giaoban.domain.board_filter import BoardFilter
from tests.factories import shared_cases


@pytest.mark.parametrize("case", shared_cases("board_filter"), ids=lambda case: case["name"])
def test_a_filter_shows_what_is_all_that_it_asks_for(case: dict[str, Any]) -> None:
    asked, room = case["filter"], case["room"]
    wanted = BoardFilter(frozenset(asked["marks"]), asked["district"], asked["text"])

    assert wanted.shows(room["marks"], room["district"], room["key"]) is case["shows"]
    assert wanted.on is case["filters"]
