"""The roll call as data: which record counts, what contradicts, and totals that always add up.

A check-in is a record that is kept for ever. Of all records of a room one is effective: the secretary's last, else the
room's own last, else its district's last (contract §4). "Last" is by when it happened, then by when it arrived;
nothing happened after it arrived, so that a clock a little ahead does not outvote what is said next.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.texts import clean_text

SOURCES: Final = ("district", "self", "secretary")  # in rising order of authority
STATUSES: Final = ("present", "absent")
HEADCOUNT_MOST: Final = 100_000
REASON_LONGEST: Final = 300
AHEAD_MOST_MS: Final = 60_000
GROUPS_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many are in the room; `groups` by the plan's groups as far as told, never summing above `total`."""

    total: int
    groups: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"total": self.total, "groups": dict(self.groups)}


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a client sends: its own id, what it says, and when that happened (ms since the epoch)."""

    check_in_id: str
    status: str
    headcount: Headcount
    reason: str | None
    happened_at_ms: int


@dataclass(frozen=True, slots=True)
class Record:
    """A stored check-in. `arrival` orders records that arrived in the same millisecond."""

    check_in_id: str
    endpoint_code: str
    status: str
    headcount: Headcount
    reason: str | None
    source: str
    late: bool
    happened_at_ms: int
    received_at_ms: int
    actor: str
    arrival: int
    annulled: bool = False

    def as_json(self) -> dict[str, Any]:
        """The record as the contract names it."""
        return {
            "check_in_id": self.check_in_id,
            "endpoint_code": self.endpoint_code,
            "status": self.status,
            "headcount": self.headcount.as_json(),
            "reason": self.reason,
            "source": self.source,
            "late": self.late,
            "happened_at_ms": self.happened_at_ms,
            "received_at_ms": self.received_at_ms,
            "actor": self.actor,
        }


def record_from_json(told: Mapping[str, Any], *, arrival: int) -> Record:
    """The record that `as_json` wrote. Raises KeyError or TypeError on anything else."""
    return Record(**{**told, "headcount": Headcount(**told["headcount"])}, arrival=arrival)


def parse_check_in(body: Mapping[str, Any], now_ms: int) -> CheckIn:
    """A checked check-in.

    Raises InvalidInput: no reason for an absence, a headcount that is none, an instant that is none or in the future.
    """
    status = body["status"]
    if status not in STATUSES:
        raise InvalidInput("Trạng thái phải là có mặt hoặc vắng.", field="status", allowed=list(STATUSES))
    given = body.get("reason")
    reason = None if given is None else clean_text(given, "reason", longest=REASON_LONGEST) or None
    if status == "absent" and reason is None:
        raise InvalidInput("Điểm cầu vắng phải ghi lý do.", field="reason")
    headcount = Headcount(0) if status == "absent" else parse_headcount(body.get("headcount"))
    happened_at_ms = body["happened_at_ms"]
    if isinstance(happened_at_ms, bool) or not isinstance(happened_at_ms, int) or happened_at_ms < 0:
        raise InvalidInput("“happened_at_ms” phải là số nguyên không âm.", field="happened_at_ms")
    if happened_at_ms > now_ms + AHEAD_MOST_MS:
        raise InvalidInput(
            "Giờ điểm danh ở sau giờ máy chủ. Xin kiểm tra đồng hồ của máy.",
            field="happened_at_ms",
            server_now_ms=now_ms,
        )
    return CheckIn(body["check_in_id"], status, headcount, reason, happened_at_ms)


def parse_headcount(value: object) -> Headcount:
    """A headcount given as an integer or as `{"total", "groups"}`; nothing given counts as 0. Raises InvalidInput."""
    if value is None:
        return Headcount(0)
    if isinstance(value, Mapping):
        unknown = [str(key) for key in value if key not in ("total", "groups")]
        groups = value.get("groups") or {}
        if unknown or not isinstance(groups, Mapping) or len(groups) > GROUPS_MOST:
            raise InvalidInput("Số đại biểu chưa đúng dạng.", field="headcount", unknown=unknown)
        counted = {clean_text(name, "groups", longest=100, shortest=1): _count(count) for name, count in groups.items()}
        total = _count(value["total"]) if "total" in value else sum(counted.values())
        if sum(counted.values()) > total:
            raise InvalidInput("Cộng các thành phần lớn hơn tổng số đại biểu.", field="headcount")
        return Headcount(total, counted)
    return Headcount(_count(value))


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HEADCOUNT_MOST:
        raise InvalidInput(f"Số đại biểu phải là số nguyên từ 0 đến {HEADCOUNT_MOST}.", field="headcount")
    return value


def effective(records: Iterable[Record]) -> Record | None:
    """The record that counts for a room, or None; the same in whatever order the records arrived."""
    words = last_words(records)
    return next((words[source] for source in reversed(SOURCES) if source in words), None)


def last_words(records: Iterable[Record]) -> dict[str, Record]:
    """Each source's last word on a room. They are all that a next record has to be compared with: `effective` and
    `conflicting` say the same of them as of all the records."""
    words: dict[str, Record] = {}
    for record in records:
        if record.annulled:
            continue
        before = words.get(record.source)
        if before is None or _when(record) > _when(before):
            words[record.source] = record
    return words


def _when(record: Record) -> tuple[int, int, int]:
    return min(record.happened_at_ms, record.received_at_ms), record.received_at_ms, record.arrival


def conflicting(records: Iterable[Record]) -> bool:
    """Whether the sources' last words on a room disagree about who was there."""
    return len({word.status for word in last_words(records).values()}) > 1


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of rooms, and of heads in the rooms present; expected = present + absent + pending."""

    expected: int = 0
    present: int = 0
    absent: int = 0
    pending: int = 0
    headcount: int = 0

    def as_json(self) -> dict[str, int]:
        return {
            "expected": self.expected,
            "present": self.present,
            "absent": self.absent,
            "pending": self.pending,
            "headcount": self.headcount,
        }


def totals(words: Sequence[Record | None]) -> Totals:
    """The totals of rooms given as their effective records, None for one that has not reported."""
    present = [word for word in words if word is not None and word.status == "present"]
    absent = sum(1 for word in words if word is not None and word.status == "absent")
    return Totals(
        expected=len(words),
        present=len(present),
        absent=absent,
        pending=len(words) - len(present) - absent,
        headcount=sum(word.headcount.total for word in present),
    )
