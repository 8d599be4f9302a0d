"""A frozen count says what counted, and its seal covers all of it."""

from dataclasses import replace
from typing import Any

from giaoban.domain import counts
from giaoban.domain.roll_call import Headcount
from giaoban.domain.roster import Unit, roster_hash
from tests.factories import at, make_record

UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
    Unit("06011", "commune", "xa", "Hòa Thắng", "180"),
    Unit("07000", "commune", "phuong", "Tự Do", "20"),
)
WORDS = {
    "20": make_record(endpoint_code="20", heads=99),
    "180": make_record(endpoint_code="180", heads=12, headcount=Headcount(12, {"UBND": 4})),
    "06010": make_record(endpoint_code="06010", status="absent"),
    "99999": make_record(endpoint_code="99999", heads=50),  # of a roster that was there before
}


def count_of(units: Any = UNITS, words: Any = WORDS) -> dict[str, Any]:
    return counts.make(
        slug="giao-ban",
        number=1,
        at_ms=at(-2),
        version=3,
        seq=17,
        timezone="Asia/Ho_Chi_Minh",
        units=units,
        words=words,
    )


def figures(expected: int, present: int, absent: int, headcount: int) -> dict[str, int]:
    pending = expected - present - absent
    return {"expected": expected, "present": present, "absent": absent, "pending": pending, "headcount": headcount}


def test_a_count_adds_up_by_level_and_by_district_without_the_hall() -> None:
    count = count_of()

    assert count["totals"] == figures(4, 1, 1, 12)
    assert count["by_level"] == {"district": figures(1, 1, 0, 12), "commune": figures(3, 0, 1, 0)}
    assert count["by_district"] == [{"code": "180", "totals": figures(3, 1, 1, 12)}]
    assert [row["code"] for row in count["rows"]] == ["180", "06010", "06011", "07000"]
    assert count["roster_hash"] == roster_hash(UNITS)
    assert "Tính đến 7 giờ 28 phút" in count["sentence"]


def test_each_row_holds_the_record_that_counted() -> None:
    district, absent, waiting, _ = count_of()["rows"]

    assert (district["status"], district["headcount"]) == ("present", {"total": 12, "groups": {"UBND": 4}})
    assert (absent["status"], absent["reason"], absent["check_in_id"]) == ("absent", "Mất điện", "a")
    assert [waiting[name] for name in ("status", "headcount", "reason", "check_in_id")] == [None] * 4


def test_a_count_follows_from_its_words_and_from_no_others() -> None:
    count = count_of()

    assert counts.follows(count, WORDS)
    assert not counts.follows(count, {**WORDS, "06011": make_record(endpoint_code="06011")})
    assert not counts.follows(count, {**WORDS, "180": replace(WORDS["180"], headcount=Headcount(13))})
    assert not counts.follows({**count, "totals": figures(4, 2, 1, 12)}, WORDS)
    assert counts.units_of(count) == list(UNITS[1:])


def test_the_seal_changes_with_anything_that_was_counted() -> None:
    count = count_of()

    assert counts.seal(count) == counts.seal(count_of())
    assert counts.seal(count) != counts.seal(count_of(words={}))
    assert counts.seal(count) != counts.seal({**count, "sentence": count["sentence"] + " "})
    assert len(counts.seal(count)) == 64


def test_a_roster_without_districts_has_none_in_its_count() -> None:
    count = count_of(units=(UNITS[0], UNITS[4]), words={})

    assert count["by_district"] == []
    assert list(count["by_level"]) == ["commune"]
