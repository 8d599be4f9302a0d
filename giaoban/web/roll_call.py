"""The roll call in words, for every page: attendance, who said so, and the number of people that somebody typed."""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.headcount_groups import groups_of, in_order

STATUS_WORDS: Final = {"present": "Có mặt", "absent": "Vắng (lý do)", "waiting": "Chưa điểm danh"}
# As they stand inside a sentence.
SOURCE_WORDS: Final = {"self": "điểm cầu tự báo", "district": "cấp huyện báo thay", "secretary": "Ban tổ chức ghi"}
_DIGITS_MOST: Final = 6
_GROUP: Final = "groups."  # of the names of the fields by group


def attendance(row: Mapping[str, Any]) -> str:
    """present, absent or waiting: the mark of a room of the roll call."""
    return "waiting" if row["effective"] is None else str(row["effective"]["status"])


def headcount(typed: str, refusal: str) -> int:
    """The number that was typed; nothing counts as 0, "not told". Raises InvalidInput with that sentence."""
    typed = typed.strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS_MOST):
        raise InvalidInput(refusal, field="headcount")
    return int(typed)


def headcount_told(form: Mapping[str, str], refusal: str) -> int | dict[str, Any]:
    """What a form says of the people in a room, as the API takes it: the total, or with it the groups that were told.

    Where only groups were told the total is left to them. Raises InvalidInput with that sentence for what is no number.
    """
    counts = {name.removeprefix(_GROUP): headcount(form[name], refusal) for name in form if name.startswith(_GROUP)}
    groups = {name: count for name, count in counts.items() if count}
    typed = form.get("headcount", "")
    if not groups:
        return headcount(typed, refusal)
    return {"groups": groups} if not typed.strip() else {"total": headcount(typed, refusal), "groups": groups}


def group_fields(row: Mapping[str, Any], typed: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The fields by group for a room: those of its level and whatever else was told of it, as {name, value}.

    What was typed into a refused form stands in them again, else what counts for the room now.
    """
    word = row["effective"]
    told = word["headcount"]["groups"] if word else {}
    names = in_order(row["level"], {**dict.fromkeys(groups_of(row["level"]), 0), **told})
    if typed:
        return [{"name": name, "value": typed.get(_GROUP + name, "")} for name in names]
    return [{"name": name, "value": told.get(name) or ""} for name in names]
