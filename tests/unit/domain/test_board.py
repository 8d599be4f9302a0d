"""The layout of the roll-call board, for any roster."""

from importlib import resources
from itertools import pairwise
from typing import Any

import pytest

from giaoban.domain.alphabet import dictionary_key
from giaoban.domain.board import ROWS_MOST, Group, blocks, cell_names, groups
from giaoban.domain.roster import Unit, read_roster
from tests.rosters import LONGEST, PROVINCE, SIZES, as_rows, three_levels, two_levels


def seeded(name: str) -> list[dict[str, Any]]:
    return as_rows(read_roster(resources.files("giaoban.seed").joinpath(name).read_bytes()))


ROSTERS = {
    "2021": seeded("lang_son_2021.csv"),
    "2025": seeded("lang_son_2025.csv"),
    "700": as_rows(three_levels()),
    "one room": as_rows(two_levels(1)),
    "nobody": as_rows(two_levels(0)),
    "one letter": as_rows([PROVINCE, *(Unit(f"{n:02}", "commune", "xa", f"Đa {n}", "X") for n in range(40))]),
}


@pytest.fixture(params=ROSTERS.values(), ids=ROSTERS.keys())
def rows(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = request.param
    return given


def codes(found: list[Group]) -> list[str]:
    return [row["code"] for group in found for row in group.rows]


def test_each_room_has_one_place_and_no_column_is_too_long(rows: list[dict[str, Any]]) -> None:
    found = groups(rows)

    assert sorted(codes(found)) == sorted(row["code"] for row in rows)
    for group in found:
        heights = [len(column) for column in group.columns]
        assert heights[0] == max(heights) <= ROWS_MOST
        assert len(heights) == -(-sum(heights) // ROWS_MOST)


def test_no_group_is_lost_or_doubled_among_the_blocks(rows: list[dict[str, Any]]) -> None:
    found = groups(rows)
    tallest = max((group.height for group in found), default=0)

    stacks = blocks(found)

    assert sorted(codes([group for stack in stacks for group in stack])) == sorted(codes(found))
    for stack in stacks:
        assert sum(group.height for group in stack) <= tallest
        assert len(stack) == 1 or all(len(group.columns) == 1 for group in stack)


def test_rooms_of_one_group_are_told_apart(rows: list[dict[str, Any]]) -> None:
    for group in groups(rows):
        names = [name for code, name in cell_names(group).items() if code != group.code]
        assert len(names) == len(set(names))


def test_a_district_stands_before_its_communes_in_the_rosters_order() -> None:
    found = groups(ROSTERS["2021"])

    assert [group.name for group in found][:3] == ["TP Lạng Sơn", "Tràng Định", "Bình Gia"]
    assert all(group.rows[0]["code"] == group.code for group in found)
    assert len(blocks(found)) == 10
    assert cell_names(found[0])["178"] == "Thành phố"
    assert cell_names(found[1])["180"] == "Cấp huyện"


def test_districts_of_any_size_get_as_many_columns_as_they_need() -> None:
    found = groups(ROSTERS["700"])

    assert [len(group.rows) - 1 for group in found] == list(SIZES)
    assert [len(group.columns) for group in found] == [-(-(size + 1) // ROWS_MOST) for size in SIZES]
    assert any(LONGEST in name for group in found for name in cell_names(group).values())


def test_rooms_without_districts_stand_in_the_order_of_the_alphabet_by_letters() -> None:
    found = groups(ROSTERS["2025"])

    names = [row["name"] for group in found for row in group.rows]
    assert names == sorted(names, key=dictionary_key)
    assert all(group.code == "" for group in found)
    assert 4 <= len(found) <= 7
    letters = [letter for group in found for letter in group.name.split(" – ")]
    assert all(dictionary_key(one) <= dictionary_key(other) for one, other in pairwise(letters))
    assert blocks(found) == [[group] for group in found]


def test_one_letter_alone_goes_on_beside_itself() -> None:
    [group] = groups(ROSTERS["one letter"])
    assert (group.name, [len(column) for column in group.columns]) == ("Đ", [20, 20])


def test_a_roster_with_and_without_districts_shows_both() -> None:
    units = [*three_levels((2,)), Unit("Z", "commune", "dac_khu", "Ẳng Cang", "X")]

    first, second = groups(as_rows(units))

    assert (first.code, len(first.rows)) == ("D00", 3)
    assert (second.name, second.rows[0]["code"]) == ("Ă", "Z")


def test_two_rooms_of_one_name_say_their_kinds() -> None:
    units = [PROVINCE, Unit("1", "commune", "xa", "Chi Lăng", "X"), Unit("2", "commune", "phuong", "Chi Lăng", "X")]
    [group] = groups(as_rows(units))
    assert cell_names(group) == {"1": "Chi Lăng (xã)", "2": "Chi Lăng (phường)"}
