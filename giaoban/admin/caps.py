"""An item past its cap, on the working pages: the sign, the usual reasons, and which one goes with the next press; and
reasons of other presses in the log."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from giaoban.domain.items import Item
from giaoban.domain.running_order import DEFAULT_OVER_CAP_REASON, NOT_UNDOABLE
from giaoban.models import Conference
from giaoban.web.current import services

PRESS_MS: Final = 60_000
# (as it is recorded, as it stands on the button); the first one is what an untouched press records
REASONS: Final = (
    (DEFAULT_OVER_CAP_REASON, "Chủ tọa cho phép"),
    ("Chủ tọa đề nghị nói thêm", "Đề nghị nói thêm"),
    ("Bù thời gian gián đoạn đường truyền", "Bù gián đoạn"),
)


def over(item: Mapping[str, Any]) -> bool:
    """Whether an item of the contract's JSON has been given more time than its cap."""
    return item["cap_ms"] is not None and item["planned_ms"] + item["added_ms"] > item["cap_ms"]


def state(live: Item | None, lines: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What the line under the controls says; None as long as a minute more stays within the cap.

    `lines` are the last commands as `with_leaves` gives them; `said` is the last one for what is on now.
    """
    if live is None or live.cap_ms is None or live.allotted_ms + PRESS_MS <= live.cap_ms:
        return None
    stands = (line for line in lines if line["kind"] == "add_time" and line["leave"] and not line["undone"])
    of_live = (line for line in stands if line["data"]["events"][0]["item_id"] == live.id)
    return {"item_id": live.id, "cap_ms": live.cap_ms, "reasons": REASONS, "said": next(of_live, None)}


def with_leaves(conference: Conference, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The last commands, newest first, each with its `leave`: the reason of a press that has one as worded now, else
    None; and with `undone`, whether it was taken back."""
    lines = list(lines)
    leaves = services().caps.leaves(conference, lines)
    undos, told = 0, []
    for line in lines:
        undone = undos > 0 and line["kind"] not in NOT_UNDOABLE
        undos += (line["kind"] == "undo") - undone
        told.append({**line, "leave": leaves.get(line["seq"]), "undone": undone})
    return told


def reason_of(line: Mapping[str, Any]) -> str:
    """The reason to show for a log line of `with_leaves` that may have one; "" when none was given."""
    if line.get("leave"):
        return str(line["leave"].text)
    return line["data"]["events"][0].get("reason") or ""


def with_reason(form: Mapping[str, str]) -> Mapping[str, str]:
    """The form with one `reason`: the usual one that was chosen, else what was typed."""
    if form.get("reason") or "own_reason" not in form:
        return form
    return {**form, "reason": form["own_reason"]}
