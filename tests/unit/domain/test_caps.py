"""Reasons of time over the cap: the first wording stays, the last counts, and nothing else passes for a rewording."""

from typing import Any

import pytest

from giaoban.domain.caps import REWORDED, Leaves, Rewording, needs_leave


def press(seq: int, *, over_cap: bool = True, reason: str | None = "Chủ tọa cho phép") -> dict[str, Any]:
    event = {"type": "time_added", "item_id": "1", "delta_ms": 60_000, "reason": reason, "over_cap": over_cap}
    return {"seq": seq, "kind": "add_time", "at_ms": 1, "actor": "mc:mc", "data": {"events": [event]}}


def rewording(of: int, old: str, new: str, *, seq: int = 9) -> dict[str, Any]:
    data = {"seq": of, "old": old, "new": new}
    return {"seq": seq, "kind": REWORDED, "at_ms": 5, "actor": "secretary:lan", "data": data}


def heard(*lines: dict[str, Any]) -> Leaves:
    leaves = Leaves()
    for line in lines:
        leaves.hear(line)
    return leaves


def test_a_press_over_the_cap_has_its_reason_and_no_other_press_has_one() -> None:
    leaves = heard(press(2), press(3, over_cap=False), {"seq": 4, "kind": "pause", "data": {"events": []}})

    leave = leaves.of(2)
    assert leave is not None
    assert (leave.text, leave.rewordings) == ("Chủ tọa cho phép", ())
    assert leaves.of(3) is leaves.of(4) is None
    assert not needs_leave(press(3, over_cap=False))


def test_the_last_wording_counts_and_all_are_kept() -> None:
    leave = heard(press(2), rewording(2, "Chủ tọa cho phép", "Bù"), rewording(2, "Bù", "Bù gián đoạn", seq=10)).of(2)

    assert leave is not None
    assert (leave.first, leave.text) == ("Chủ tọa cho phép", "Bù gián đoạn")
    assert leave.rewordings[0] == Rewording("Bù", 5, "secretary:lan")


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([press(2), rewording(2, "Lời khác", "Bù")], ValueError),
        ([press(2, over_cap=False), rewording(2, "Chủ tọa cho phép", "Bù")], KeyError),
        ([rewording(2, "Chủ tọa cho phép", "Bù"), press(2)], KeyError),
    ],
    ids=["another old wording", "within the cap", "before the press"],
)
def test_a_rewording_of_what_was_not_said_is_refused(lines: list[dict[str, Any]], error: type[Exception]) -> None:
    with pytest.raises(error):
        heard(*lines)
