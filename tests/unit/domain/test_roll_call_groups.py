"""Rooms by district, whatever the roster holds."""

from giaoban.domain.roll_call_groups import Row, by_district


def row(code: str, level: str, parent_code: str | None) -> Row:
    return {"code": code, "level": level, "parent_code": parent_code}


A, B = row("a", "district", "p"), row("b", "district", "p")
A1, A2, B1, ALONE = (
    row("a1", "commune", "a"),
    row("a2", "commune", "a"),
    row("b1", "commune", "b"),
    row("c", "commune", "p"),
)


def test_a_district_comes_with_its_communes_wherever_they_stand_in_the_roster() -> None:
    groups = by_district([A1, A, B1, B, A2])

    assert [group.rows for group in groups] == [(A, A1, A2), (B, B1)]


def test_rooms_without_a_district_come_together_at_the_end() -> None:
    groups = by_district([ALONE, A])

    assert [(group.head, group.rows) for group in groups] == [(A, (A,)), (None, (ALONE,))]


def test_no_rooms_are_no_groups() -> None:
    assert by_district([]) == []
