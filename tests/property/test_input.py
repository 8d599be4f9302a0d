"""Whatever is sent: it is understood, or it is refused with a sentence, and nothing else."""

import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import example, given
from hypothesis import strategies as st

from giaoban.domain import commands as c
from giaoban.domain.errors import GiaobanError, InvalidInput, InvalidRoster
from giaoban.domain.join_codes import ALPHABET, normalise
from giaoban.domain.roster import COLUMNS, KIND_WORDS, LEVELS, read_roster
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.texts import clean_text

Read = TypeVar("Read")


def outcome(read: Callable[[], Read]) -> Read | GiaobanError:
    """What it returns, or the refusal that it raises."""
    try:
        return read()
    except GiaobanError as error:
        return error


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
arguments = st.sampled_from(
    ["item_id", "position", "item", "fields", "delta_ms", "reason", "name", "text", "to", *c.ITEM_FIELDS]
)
texts = st.text(st.characters() | st.sampled_from("\n\t \u0301\u0323ộđĐ\u1100\u1161\u2028\u212b"))


@given(st.sampled_from(sorted(c.NAMES.values())) | json_values, st.dictionaries(arguments, json_values) | json_values)
def test_any_json_is_a_command_or_refused(name: object, args: Any) -> None:
    read = outcome(lambda: c.parse(name, args))

    if isinstance(read, InvalidInput):
        assert read.message.endswith(".")
        assert read.details["field"]
    else:
        assert read.name == name


@given(st.dictionaries(st.sampled_from(c.ITEM_FIELDS), json_values | st.integers(0, 10) | st.just("paper"), min_size=1))
def test_checked_fields_are_left_alone_when_checked_again(fields: dict[str, Any]) -> None:
    checked = outcome(lambda: c.item_fields(fields, whole=False))
    if isinstance(checked, GiaobanError):
        return

    assert checked.keys() == fields.keys()
    assert c.item_fields(checked, whole=False) == checked


@given(texts)
@example("a\n\u0301")
@example(" \u0301")
def test_a_cleaned_text_is_clean(text: str) -> None:
    cleaned = outcome(lambda: clean_text(text, "title", longest=40))
    if isinstance(cleaned, GiaobanError):
        return

    assert clean_text(cleaned, "title", longest=40) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert len(cleaned.splitlines()) <= 1
    assert cleaned.encode().decode() == cleaned


@given(texts)
def test_composed_or_decomposed_a_text_is_the_same(text: str) -> None:
    forms = [unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)]

    composed, decomposed = (outcome(lambda form=form: clean_text(form, "title", longest=40)) for form in forms)

    assert str(composed) == str(decomposed)


@given(st.none() | texts)
def test_any_speaker_can_be_shown(speaker: str | None) -> None:
    body, unit = speaker_parts(speaker)

    assert body in ("", "HĐND", "THƯỜNG TRỰC HĐND")
    assert body == "" or " " in unit
    assert unit == unit.strip()
    assert "  " not in unit


@given(st.text())
def test_any_typing_is_a_code_or_none(typed: str) -> None:
    code = normalise(typed)

    assert code is None or (len(code) == 9 and set(code) - {"-"} <= set(ALPHABET) and normalise(code) == code)


rows = st.tuples(
    st.sampled_from(["20", "180", "181", "06010", "", "x"]),
    st.sampled_from([*LEVELS, "x"]),
    st.sampled_from([*KIND_WORDS, "x"]),
    st.sampled_from(["Cao Minh", "", '"', "a\nb"]),
    st.sampled_from(["", "20", "180", "181", "06010"]),
).map(",".join)


@given(st.lists(rows, max_size=6))
def test_any_lines_are_a_tree_or_refused_with_their_lines(lines: list[str]) -> None:
    units = outcome(lambda: read_roster("\n".join([",".join(COLUMNS), *lines]).encode()))
    if isinstance(units, InvalidRoster):
        assert units.problems
        return

    assert isinstance(units, tuple)
    by_code = {unit.code: unit for unit in units}
    assert len(by_code) == len(units)
    for unit in units:
        steps, top = 0, unit
        while top.parent_code is not None:
            top = by_code[top.parent_code]
            steps += 1
            assert steps < len(LEVELS)
        assert top.level == "province"


@given(st.binary())
def test_any_bytes_are_refused_with_a_line(data: bytes) -> None:
    refused = outcome(lambda: read_roster(data))

    assert isinstance(refused, InvalidRoster)
    assert refused.problems
