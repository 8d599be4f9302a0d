"""What a room is told of the records about it."""

import json
from pathlib import Path
from typing import Any

import pytest

from giaoban.web.room_words import note_of

CASES = json.loads((Path(__file__).parents[2] / "cases/room_words.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_room_is_told(case: dict[str, Any]) -> None:
    assert note_of(case["words"], lambda at_ms: f"[{at_ms}]") == case["note"]
