"""The ZIP of all rooms' makets: what the files in it are called, what it was made of, how far its making has come."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain.chain import canonical
from giaoban.domain.roll_call_groups import Row, by_district
from giaoban.domain.texts import fold_for_search

NAME_LONGEST: Final = 80  # characters, without the number and the ending; old Windows counts a whole path's to 260
MISSING: Final = "THIEU.txt"  # names the rooms whose maket could not be made, in the ZIP itself

# Where a bundle is: WAITING for another one, MAKING, DONE (perhaps without some rooms), FAILED (`why` says how),
# CANCELLED by somebody, or INTERRUPTED: the server ended while it waited or was made.
WAITING: Final = "waiting"
MAKING: Final = "making"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
INTERRUPTED: Final = "interrupted"
UNDER_WAY: Final = (WAITING, MAKING)

# Why one FAILED.
DISK_FULL: Final = "disk_full"
NOTHING_MADE: Final = "nothing_made"
BROKEN: Final = "broken"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come: `done` of `total` rooms have been tried, `missing` names those that could not be made."""

    done: int
    total: int
    missing: tuple[str, ...] = ()

    @property
    def made(self) -> int:
        """Makets that are in the ZIP."""
        return self.done - len(self.missing)


def entry_names(rooms: Sequence[Row], form: str) -> dict[str, str]:
    """Where each room's file lies in the ZIP, by its code, in the order in which the ZIP has them.

    The hall comes first, then a folder a district with the district's own file before its communes', in the roster's
    order: "01-huyen-bac-son/03-xa-bac-quynh-huyen-bac-son.pdf". Without districts there are no folders. Names are small
    letters without marks, figures and hyphens: every program unpacks them alike. Numbers keep them apart and in order.
    """
    halls = [room for room in rooms if room["level"] == "province"]
    groups = by_district([room for room in rooms if room["level"] != "province"])
    found = {room["code"]: f"{_number(at, halls)}{plain(room['full_name'])}.{form}" for at, room in enumerate(halls)}
    for at, group in enumerate(groups, 1):
        folder = ""
        if len(groups) > 1 or group.head is not None:
            name = "cac-diem-cau-khac" if group.head is None else plain(group.head["full_name"])
            folder = f"{_number(at, groups)}{name}/"
        for number, room in enumerate(group.rows, 0 if group.head is not None else 1):
            found[room["code"]] = f"{folder}{_number(number, group.rows)}{plain(room['full_name'])}.{form}"
    return found


def plain(text: str) -> str:
    """The text in small letters without marks, words joined by hyphens: "Xã Cao Minh" gives "xa-cao-minh"."""
    folded = unicodedata.normalize("NFKD", fold_for_search(text))
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in folded).split()
    return "-".join(words)[:NAME_LONGEST].strip("-") or "diem-cau"


def inputs_key(inputs: Mapping[str, Any]) -> str:
    """One text for the very same inputs, another for any other: SHA-256 in hex of what the makets are made of."""
    return hashlib.sha256(canonical(inputs).encode()).hexdigest()


def missing_note(missing: Sequence[str], total: int) -> str:
    """The text of MISSING."""
    head = f"Tệp nén này có {total - len(missing)}/{total} ma két. Chưa tạo được ma két của:"
    return "\r\n".join([head, *(f"- {name}" for name in missing), ""])


def _number(at: int, of: Sequence[Any]) -> str:
    return f"{at:0{max(2, len(str(len(of))))}}-"
