"""The rooms of a roll call by district, whatever tree the roster holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain.roster import KIND_WORDS

Row = Mapping[str, Any]  # at least: code, level, parent_code; to be named also kind and name

ELSEWHERE: Final = "Các điểm cầu khác"  # rooms without a district, beside districts
EVERYBODY: Final = "Các điểm cầu"  # of a roster without districts


@dataclass(frozen=True, slots=True)
class Group:
    """A district's own room and its communes', or the rooms that belong to none: `head` is None then."""

    head: Row | None
    members: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The district's own room first."""
        return self.members if self.head is None else (self.head, *self.members)

    def name_of(self, row: Row) -> str:
        """One of its rooms beside the others, where the district need not be said: "Xã Cao Minh", "Điểm cầu huyện"."""
        return f"Điểm cầu {KIND_WORDS[row['kind']]}" if row is self.head else unit_name(row)


def by_district(rows: Sequence[Row]) -> list[Group]:
    """The rooms in the roster's order, district by district; those without one come last, together."""
    heads = {row["code"]: row for row in rows if row["level"] == "district"}
    members: dict[str | None, list[Row]] = {code: [] for code in heads}
    for row in rows:
        if row["code"] not in heads:
            members.setdefault(row["parent_code"] if row["parent_code"] in heads else None, []).append(row)
    alone = members.pop(None, [])
    groups = [Group(heads[code], tuple(members[code])) for code in heads]
    return groups + ([Group(None, tuple(alone))] if alone else [])


def unit_name(row: Row) -> str:
    """A room's own unit as a label: "Huyện Tràng Định"."""
    kind = KIND_WORDS[row["kind"]]
    return f"{kind[0].upper()}{kind[1:]} {row['name']}"
