"""Which word on a room counts, what contradicts it, and totals that add up."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.roll_call import (
    Annulment,
    CheckIn,
    Headcount,
    Record,
    by_group,
    conflicting,
    decided,
    effective,
    headcounts_differ,
    parse_annul_reason,
    parse_check_in,
    parse_headcount,
    totals,
)
from tests.factories import BEGINS_AT_MS, at, make_record

NOW_MS = at(0)
TAKEN_BACK = Annulment(NOW_MS, "secretary:hoa", "Ghi nhầm điểm cầu")


def body(**fields: Any) -> dict[str, Any]:
    return {
        "check_in_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "status": "present",
        "headcount": 5,
        "reason": None,
        "happened_at_ms": NOW_MS,
        **fields,
    }


# ---- what a client sends


def test_a_present_room_says_how_many_are_there() -> None:
    said = parse_check_in(body(), NOW_MS)

    assert said == CheckIn("7c9e6679-7425-40de-944b-e07fc1f90ae7", "present", Headcount(5), None, NOW_MS)


def test_an_absent_room_says_why_and_has_nobody_in_it() -> None:
    said = parse_check_in(body(status="absent", reason=" Mất điện ", headcount=5), NOW_MS)

    assert (said.status, said.reason, said.headcount) == ("absent", "Mất điện", Headcount(0))


def test_a_room_may_leave_out_what_it_need_not_say() -> None:
    given = body()
    del given["headcount"], given["reason"]

    said = parse_check_in(given, NOW_MS)

    assert (said.headcount, said.reason) == (Headcount(0), None)


@pytest.mark.parametrize(("note", "kept"), [(None, None), ("  ", None), (" gọi điện\n7:40", "gọi điện 7:40")])
def test_a_check_in_may_carry_a_note(note: str | None, kept: str | None) -> None:
    assert parse_check_in(body(note=note), NOW_MS).note == kept


@pytest.mark.parametrize("note", [7, [], "x" * 301, "a\0b"])
def test_a_note_is_a_short_text(note: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_check_in(body(note=note), NOW_MS)

    assert refusal.value.details["field"] == "note"


@pytest.mark.parametrize("happened_at_ms", [0, NOW_MS - 3_600_000, NOW_MS, NOW_MS + 60_000])
def test_it_may_have_happened_long_ago_or_on_a_clock_a_little_ahead(happened_at_ms: int) -> None:
    assert parse_check_in(body(happened_at_ms=happened_at_ms), NOW_MS).happened_at_ms == happened_at_ms


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"status": "late"}, "status"),
        ({"status": None}, "status"),
        ({"status": ["present"]}, "status"),
        ({"status": "absent"}, "reason"),
        ({"status": "absent", "reason": "   "}, "reason"),
        ({"status": "absent", "reason": "a" * 301}, "reason"),
        ({"reason": 7}, "reason"),
        ({"headcount": "5"}, "headcount"),
        ({"happened_at_ms": NOW_MS + 60_001}, "happened_at_ms"),
        ({"happened_at_ms": -1}, "happened_at_ms"),
        ({"happened_at_ms": -(10**30)}, "happened_at_ms"),
        ({"happened_at_ms": 10**30}, "happened_at_ms"),
        ({"happened_at_ms": True}, "happened_at_ms"),
        ({"happened_at_ms": float(NOW_MS)}, "happened_at_ms"),
        ({"happened_at_ms": "2021-11-26"}, "happened_at_ms"),
        ({"happened_at_ms": None}, "happened_at_ms"),
    ],
)
def test_a_check_in_that_cannot_be_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_check_in(body(**fields), NOW_MS)

    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("given", "headcount"),
    [
        (None, Headcount(0)),
        (0, Headcount(0)),
        (100_000, Headcount(100_000)),
        ({"total": 7}, Headcount(7)),
        ({"total": 7, "groups": {}}, Headcount(7)),
        ({"total": 7, "groups": None}, Headcount(7)),
        ({"total": 7, "groups": {"Lãnh đạo": 3, "Công chức": 4}}, Headcount(7, {"Lãnh đạo": 3, "Công chức": 4})),
        ({"total": 9, "groups": {"Lãnh đạo": 3}}, Headcount(9, {"Lãnh đạo": 3})),
        ({"groups": {"Lãnh đạo": 3, "Công chức": 4}}, Headcount(7, {"Lãnh đạo": 3, "Công chức": 4})),
        ({}, Headcount(0)),
        ({"total": 1, "groups": {"La\u0303nh đạo": 1}}, Headcount(1, {"Lãnh đạo": 1})),
    ],
)
def test_a_headcount_is_a_number_or_a_total_with_groups(given: object, headcount: Headcount) -> None:
    assert parse_headcount(given) == headcount


@pytest.mark.parametrize(
    "given",
    [
        -1,
        100_001,
        1.0,
        "5",
        True,
        [5],
        {"total": -1},
        {"total": "5"},
        {"total": None},
        {"total": 5, "extra": 1},
        {"total": 5, "groups": [1]},
        {"total": 5, "groups": {"Lãnh đạo": -1}},
        {"total": 5, "groups": {"Lãnh đạo": 1.5}},
        {"total": 5, "groups": {"": 1}},
        {"total": 5, "groups": {"Lãnh đạo": 3, "Công chức": 3}},
        {"total": 500, "groups": {f"Nhóm {number}": 1 for number in range(21)}},
    ],
    ids=repr,
)
def test_any_other_headcount_is_refused(given: object) -> None:
    with pytest.raises(InvalidInput):
        parse_headcount(given)


def test_a_headcount_is_always_answered_as_an_object() -> None:
    assert parse_headcount(5).as_json() == {"total": 5, "groups": {}}
    assert parse_headcount({"total": 5, "groups": {"Khác": 2}}).as_json() == {"total": 5, "groups": {"Khác": 2}}


# ---- which record counts

SECRETARY = make_record("t", source="secretary")
SELF = make_record("s", source="self")
DISTRICT = make_record("h", source="district")


def later(record: Record, check_in_id: str, **fields: Any) -> Record:
    return make_record(
        check_in_id, source=record.source, **{"happened_at_ms": at(9), "received_at_ms": at(9), "arrival": 9, **fields}
    )


@pytest.mark.parametrize(
    ("records", "counts"),
    [
        ([], None),
        ([DISTRICT], "h"),
        ([DISTRICT, SELF], "s"),
        ([DISTRICT, SELF, SECRETARY], "t"),
        ([SELF, later(DISTRICT, "h2")], "s"),
        ([SECRETARY, later(SELF, "s2"), later(DISTRICT, "h2")], "t"),
        ([SELF, later(SELF, "s2")], "s2"),
        ([SECRETARY, later(SECRETARY, "t2")], "t2"),
        ([later(SECRETARY, "t2", annulled=TAKEN_BACK), SELF, DISTRICT], "s"),
        ([later(SECRETARY, "t2", annulled=TAKEN_BACK), SECRETARY], "t"),
        ([make_record("x", annulled=TAKEN_BACK)], None),
        # what waited in a telephone for the line does not override what happened after it
        ([later(SELF, "new"), later(SELF, "old", happened_at_ms=at(1), received_at_ms=at(20), arrival=20)], "new"),
        # nor does a clock a little ahead outvote what is said next
        ([make_record("ahead", happened_at_ms=at(10), received_at_ms=at(8)), later(SELF, "new")], "new"),
        ([later(SELF, "a"), later(SELF, "b", received_at_ms=at(10), arrival=8)], "b"),
        ([later(SELF, "a"), later(SELF, "b", arrival=10)], "b"),
    ],
)
def test_the_secretary_s_last_counts_else_the_room_s_own_else_its_district_s(
    records: Sequence[Record], counts: str | None
) -> None:
    for order in permutations(records):
        word = effective(order)
        assert (word.check_in_id if word else None) == counts


# ---- what contradicts

ABSENT_SELF = make_record("v", source="self", status="absent")
ABSENT_SECRETARY = make_record("w", source="secretary", status="absent")


@pytest.mark.parametrize(
    ("records", "conflict"),
    [
        ([], False),
        ([SELF], False),
        ([SELF, DISTRICT, SECRETARY], False),
        ([ABSENT_SELF, DISTRICT], True),
        ([SELF, ABSENT_SECRETARY], True),
        ([ABSENT_SELF, ABSENT_SECRETARY, DISTRICT], True),
        ([ABSENT_SELF, ABSENT_SECRETARY], False),
        ([ABSENT_SELF, later(SELF, "s2")], False),
        ([ABSENT_SELF, later(SELF, "s2"), DISTRICT], False),
        ([make_record("v", status="absent", annulled=TAKEN_BACK), DISTRICT], False),
    ],
)
def test_sources_whose_last_words_disagree_are_in_conflict(records: Sequence[Record], conflict: bool) -> None:
    assert conflicting(records) is conflict


SECRETARY_LATER = later(SECRETARY, "t2")
SELF_LATER_STILL = make_record("s3", arrival=10, happened_at_ms=at(10), received_at_ms=at(10))
KEPT_IN_THE_PHONE = make_record("s4", arrival=10, happened_at_ms=at(1), received_at_ms=at(10))


@pytest.mark.parametrize(
    ("records", "is_decided"),
    [
        ([ABSENT_SELF, DISTRICT], False),
        ([ABSENT_SELF, DISTRICT, SECRETARY_LATER], True),
        ([ABSENT_SELF, later(SECRETARY, "w2", status="absent"), DISTRICT], True),
        ([later(SECRETARY, "w2", status="absent"), SELF_LATER_STILL], False),
        # what a phone without a line had kept is news to the secretary
        ([later(SECRETARY, "w2", status="absent"), KEPT_IN_THE_PHONE], False),
        # she, too, may have sent late what she wrote down earlier
        ([later(SELF, "s2"), make_record("w", source="secretary", status="absent", arrival=11)], False),
        ([ABSENT_SELF, DISTRICT, later(SECRETARY, "t2", annulled=TAKEN_BACK)], False),
        ([later(SECRETARY, "w2", status="absent"), later(SELF, "s", annulled=TAKEN_BACK, arrival=10)], True),
    ],
)
def test_a_conflict_is_decided_once_the_secretary_spoke_knowing_all_of_it(
    records: Sequence[Record], is_decided: bool
) -> None:
    for order in permutations(records):
        assert decided(order) is is_decided


@pytest.mark.parametrize(
    ("records", "differ"),
    [
        ([], False),
        ([make_record(heads=5), make_record("h", source="district", heads=5)], False),
        ([make_record(heads=5), make_record("h", source="district", heads=4)], True),
        ([make_record(heads=5), make_record("h", source="district")], False),  # who names no number contradicts none
        ([make_record(heads=5), make_record("h", source="district", heads=4, annulled=TAKEN_BACK)], False),
        ([make_record(heads=5), ABSENT_SECRETARY], False),
    ],
)
def test_numbers_of_people_may_differ_without_a_conflict(records: Sequence[Record], differ: bool) -> None:
    assert headcounts_differ(records) is differ
    assert not differ or not conflicting(records)


# ---- taking back


def test_a_record_taken_back_says_by_whom_and_why() -> None:
    record = make_record().without(TAKEN_BACK)

    told = {"at_ms": NOW_MS, "actor": "secretary:hoa", "reason": "Ghi nhầm điểm cầu"}
    assert record.as_json() == {**make_record().as_said(), "annulled": told}


@pytest.mark.parametrize("reason", ["", "  ", None, 7, "x" * 301])
def test_nothing_is_taken_back_without_a_reason(reason: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_annul_reason(reason)

    assert refusal.value.details["field"] == "reason"


# ---- totals


def test_people_by_group_are_those_of_the_rooms_present() -> None:
    rooms = [
        make_record("a", headcount=Headcount(9, {"Lãnh đạo": 2, "Khách mời": 1})),
        make_record("b", headcount=Headcount(5, {"Lãnh đạo": 3})),
        make_record("c", heads=4),
        ABSENT_SELF,
        None,
    ]

    assert by_group(rooms) == {"Lãnh đạo": 5, "Khách mời": 1}


def test_totals_count_rooms_and_the_heads_of_those_present() -> None:
    words = [make_record("a", heads=5), make_record("b", heads=7), ABSENT_SELF, None, None, None]

    assert totals(words).as_json() == {"expected": 6, "present": 2, "absent": 1, "pending": 3, "headcount": 12}


def test_totals_of_nothing_are_nothing() -> None:
    assert totals([]).as_json() == {"expected": 0, "present": 0, "absent": 0, "pending": 0, "headcount": 0}


def test_a_record_is_answered_as_the_contract_names_it() -> None:
    record = make_record("v", source="district", status="absent", late=False, actor="endpoint:180")

    assert record.as_json() == {
        "check_in_id": "v",
        "endpoint_code": "06010",
        "status": "absent",
        "headcount": {"total": 0, "groups": {}},
        "reason": "Mất điện",
        "source": "district",
        "late": False,
        "happened_at_ms": BEGINS_AT_MS,
        "received_at_ms": BEGINS_AT_MS,
        "actor": "endpoint:180",
        "note": None,
        "annulled": None,
    }
