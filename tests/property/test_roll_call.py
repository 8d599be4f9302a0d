"""The roll call adds up, in whatever order the records come in."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain.errors import InvalidInput
from giaoban.domain.roll_call import (
    SOURCES,
    STATUSES,
    Annulment,
    Headcount,
    Record,
    conflicting,
    effective,
    last_words,
    parse_check_in,
    parse_headcount,
    totals,
)
from tests.factories import BEGINS_AT_MS, make_record


def numbered(records: list[Record]) -> list[Record]:
    return [replace(record, arrival=number, check_in_id=str(number)) for number, record in enumerate(records)]


instants = st.integers(BEGINS_AT_MS, BEGINS_AT_MS + 3)
records = st.lists(
    st.builds(
        make_record,
        source=st.sampled_from(SOURCES),
        status=st.sampled_from(STATUSES),
        heads=st.integers(0, 40),
        happened_at_ms=instants,
        received_at_ms=instants,
        annulled=st.none() | st.just(Annulment(BEGINS_AT_MS, "secretary:hoa", "Ghi nhầm")),
    ),
    max_size=7,
).map(numbered)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=7), inner, max_size=3),
    max_leaves=6,
)


@given(records, st.randoms(use_true_random=False))
def test_the_word_that_counts_does_not_depend_on_the_order_of_arrival(told: list[Record], random: Any) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    assert effective(shuffled) == effective(told)
    assert conflicting(shuffled) == conflicting(told)


@given(records)
def test_the_word_that_counts_is_the_latest_of_the_highest_source(told: list[Record]) -> None:
    standing = [record for record in told if not record.annulled]

    word = effective(told)

    assert (word is None) == (not standing)
    if word is not None:
        assert not word.annulled
        for record in standing:
            assert SOURCES.index(record.source) <= SOURCES.index(word.source)
            if record.source == word.source:
                assert _at(record) <= _at(word)


def _at(record: Record) -> int:
    """When it happened, as far as its clock can be believed: not after it arrived."""
    return min(record.happened_at_ms, record.received_at_ms)


@given(records, st.integers(0, 8))
def test_the_last_words_say_what_all_records_say(told: list[Record], cut: int) -> None:
    """Also when they were taken of the first ones and then carried along."""
    words = last_words([*last_words(told[:cut]).values(), *told[cut:]])

    assert words == last_words(told)
    assert effective(words.values()) == effective(told)
    assert conflicting(words.values()) == conflicting(told)


@given(records)
def test_annulled_records_say_nothing(told: list[Record]) -> None:
    standing = [record for record in told if not record.annulled]

    assert effective(told) == effective(standing)
    assert conflicting(told) == conflicting(standing)


@given(records)
def test_it_takes_two_sources_to_disagree(told: list[Record]) -> None:
    standing = [record for record in told if not record.annulled]

    if conflicting(told):
        assert len({record.source for record in standing}) > 1
        assert {record.status for record in standing} == set(STATUSES)
    if len({record.status for record in standing}) < 2:
        assert not conflicting(told)


@given(st.lists(records, max_size=8), st.integers(0, 8))
def test_totals_add_up_and_are_the_sum_of_their_parts(rooms: list[list[Record]], cut: int) -> None:
    words = [effective(told) for told in rooms]

    whole = totals(words)

    assert whole.expected == len(rooms) == whole.present + whole.absent + whole.pending
    assert whole.pending == words.count(None)
    assert whole.headcount == sum(
        word.headcount.total for word in words if word is not None and word.status == "present"
    )
    one, other = totals(words[:cut]).as_json(), totals(words[cut:]).as_json()
    assert whole.as_json() == {key: one[key] + other[key] for key in one}


@given(
    st.fixed_dictionaries(
        {"check_in_id": st.just("a"), "status": st.sampled_from(STATUSES) | json_values, "happened_at_ms": json_values},
        optional={"headcount": json_values, "reason": json_values},
    )
)
def test_any_json_is_a_check_in_or_refused(body: dict[str, Any]) -> None:
    try:
        said = parse_check_in(body, BEGINS_AT_MS)
    except InvalidInput:
        return

    assert said.status in STATUSES
    assert said.status == "present" or (said.reason and said.headcount == Headcount(0))
    assert 0 <= said.happened_at_ms <= BEGINS_AT_MS + 60_000


@given(st.dictionaries(st.sampled_from(["Lãnh đạo", "Công chức", "Khác"]), st.integers(0, 50)), st.integers(0, 120))
def test_groups_never_sum_above_the_total(groups: dict[str, int], total: int) -> None:
    try:
        headcount = parse_headcount({"total": total, "groups": groups})
    except InvalidInput:
        assert sum(groups.values()) > total
    else:
        assert sum(headcount.groups.values()) <= headcount.total == total
        assert parse_headcount(headcount.as_json()) == headcount
