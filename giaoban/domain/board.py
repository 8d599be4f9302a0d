"""How the rooms of any roster stand on the roll-call board: in groups, and these in columns that never move.

Knows no number of districts or rooms. A group is a district with its communes, in the roster's order. Rooms without a
district stand in the order of the alphabet, in groups by their first letters.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain.alphabet import dictionary_key, initial
from giaoban.domain.roll_call_groups import by_district
from giaoban.domain.roster import KIND_WORDS

ROWS_MOST: Final = 26  # rooms that stand below each other; a longer group goes on beside itself
LETTERS_ROWS_LEAST: Final = 8  # of a group by letters, so that a short list is not torn into many
LETTERS_COLUMNS: Final = 5  # about so many of them, wide enough for whole names
HEAD_ROWS: Final = 2  # a group's heading takes as much room as two cells
SHORT_KINDS: Final = {"thi_tran": "TT", "thanh_pho": "TP"}

Row = Mapping[str, Any]  # of the contract's endpoints


@dataclass(frozen=True, slots=True)
class Group:
    """Rooms under one heading. `code` is the district's, "" for rooms without one; its own room comes first."""

    code: str
    name: str
    full_name: str
    columns: tuple[tuple[Row, ...], ...]

    @property
    def rows(self) -> list[Row]:
        return [row for column in self.columns for row in column]

    @property
    def height(self) -> int:
        """In cells, with the heading."""
        return HEAD_ROWS + max(len(column) for column in self.columns)


def groups(rows: Sequence[Row]) -> list[Group]:
    """All rooms of the roll call, each in one group."""
    found = []
    for district in by_district(rows):
        head = district.head
        if head is None:
            found += [_by_letters(part) for part in _letters(district.rows)]
        else:
            found.append(Group(head["code"], short_name(head), head["full_name"], _columns(district.rows)))
    return found


def _columns(rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    """As few columns as hold them, none much shorter than the others."""
    count = -(-len(rows) // ROWS_MOST)
    height = -(-len(rows) // count)
    return tuple(tuple(rows[at : at + height]) for at in range(0, len(rows), height))


def _letters(rows: Sequence[Row]) -> list[list[Row]]:
    """The rooms in the order of the alphabet, parted between letters where that leaves no part too long."""
    most = min(ROWS_MOST, max(LETTERS_ROWS_LEAST, -(-len(rows) // LETTERS_COLUMNS)))
    parts: list[list[Row]] = []
    for same in _same_initial(sorted(rows, key=lambda row: (dictionary_key(row["name"]), row["code"]))):
        if parts and len(parts[-1]) + len(same) <= most:
            parts[-1] += same
        else:
            parts.append(same)
    return parts


def _same_initial(rows: Sequence[Row]) -> list[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(initial(row["name"]), []).append(row)
    return list(found.values())


def _by_letters(rows: list[Row]) -> Group:
    first, last = initial(rows[0]["name"]), initial(rows[-1]["name"])
    name = first if first == last else f"{first} – {last}"
    return Group("", name, f"Vần {name}", _columns(rows))


def blocks(found: Sequence[Group]) -> list[list[Group]]:
    """The groups as they stand beside each other: a short one below another as far as the tallest leaves room.

    Whoever has several columns stands alone, and so do groups by letters, whose order is all that leads to a room.
    """
    tallest = max((group.height for group in found), default=0)
    stacks: list[list[Group]] = []
    for group in found:
        room = (
            stack
            for stack in stacks
            if group.code
            and len(group.columns) == len(stack[0].columns) == 1
            and sum(other.height for other in stack) + group.height <= tallest
        )
        stack = next(room, None)
        if stack is None:
            stacks.append([group])
        else:
            stack.append(group)
    return stacks


def short_name(row: Row) -> str:
    """The room's name as its place on the board has room for: the kind only where it is written short."""
    return f"{SHORT_KINDS.get(row['kind'], '')} {row['name']}".strip()


def cell_names(group: Group) -> dict[str, str]:
    """What stands in each cell of a group, by code; rooms of the same name are told apart by their kind.

    A district's own room, which its heading names already, goes by its level.
    """
    rows = group.rows
    names = {row["code"]: short_name(row) for row in rows}
    often = Counter(name for code, name in names.items() if code != group.code)
    for row in rows:
        if row["code"] == group.code:
            names[row["code"]] = "Cấp huyện" if row["kind"] == "huyen" else _capital(KIND_WORDS[row["kind"]])
        elif often[names[row["code"]]] > 1:
            names[row["code"]] = f"{row['name']} ({KIND_WORDS[row['kind']]})"
    return names


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
