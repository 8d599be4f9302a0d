"""The looks of a stage: what may be chosen, and that the style sheet knows every name."""

import re
from pathlib import Path

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.looks import CHOICES, TONES, USUAL, Looks, checked, ground

CSS = Path(__file__).absolute().parents[3] / "static" / "css"


def test_what_is_chosen_is_kept_and_anything_else_refused_by_name() -> None:
    typed = {"tone": "plum", "ornament": "none", "overtime": "gentle", "csrf_token": "x"}

    assert checked(typed) == Looks("plum", "none", "gentle")
    for field in CHOICES:
        for wrong in ({**typed, field: "Đỏ cờ"}, {name: value for name, value in typed.items() if name != field}):
            with pytest.raises(InvalidInput) as refused:
                checked(wrong)
            assert refused.value.details["field"] == field


def test_every_name_has_its_rule_and_the_first_ones_are_the_tokens_own() -> None:
    rules = (CSS / "looks.css").read_text("utf-8")
    for field, choices in CHOICES.items():
        ruled = set(re.findall(rf'\[data-{field}="(\w+)"\]', rules))
        assert ruled == {choice.name for choice in choices[1:]}
        assert getattr(USUAL, field) == choices[0].name


def test_the_first_paint_is_the_ground_of_the_style_sheet() -> None:
    tokens = (CSS / "tokens.css").read_text("utf-8")
    rules = (CSS / "looks.css").read_text("utf-8")
    for number, tone in enumerate(TONES):
        where = rules.partition(f'[data-tone="{tone.name}"]')[2] if number else tokens
        assert re.search(r"--red-700: (#\w{6});", where)[1] == tone.ground  # type: ignore[index]
        assert re.search(r"--red-shade: (#\w{6});", where)[1] == tone.shade  # type: ignore[index]
        assert ground(tone.name) == tone.ground
    assert ground("of-a-newer-program") == TONES[0].ground
