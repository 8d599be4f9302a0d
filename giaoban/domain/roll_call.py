"""The roll call as data: which record counts, what contradicts, and totals that always add up.

A check-in is a record that is kept for ever. Of all records of a room one is effective: the secretary's last, else the
room's own last, else its district's last (contract §4). "Last" is by when it happened, then by when it arrived;
nothing happened after it arrived, so that a clock a little ahead does not outvote what is said next. An annulled record
is kept and says nothing any more.

Where the sources' last words name different statuses, the room is in conflict. It counts as decided once the secretary
has spoken knowing all of them: her last word arrived after every one that disagrees with it, about no earlier time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.telephones import without_telephones
from giaoban.domain.texts import clean_text

SOURCES: Final = ("district", "self", "secretary")  # in rising order of authority
STATUSES: Final = ("present", "absent")
HEADCOUNT_MOST: Final = 100_000
REASON_LONGEST: Final = 300
NOTE_LONGEST: Final = 300
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
    """What a client sends: its own id, what it says, and when that happened (ms since the epoch).

    `there_at_ms` is since when the room was there, by which it is late or not; words on it later change nothing.
    """

    check_in_id: str
    status: str
    headcount: Headcount
    reason: str | None
    happened_at_ms: int
    note: str | None = None
    there_at_ms: int | None = None  # None: since it happened


@dataclass(frozen=True, slots=True)
class Annulment:
    """Who took a record back, when, and why."""

    at_ms: int
    actor: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"at_ms": self.at_ms, "actor": self.actor, "reason": self.reason}


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
    note: str | None = None
    annulled: Annulment | None = None

    def as_json(self) -> dict[str, Any]:
        """The record as the contract names it, and whether it was annulled."""
        return {**self.as_said(), "annulled": self.annulled.as_json() if self.annulled else None}

    def without(self, annulment: Annulment) -> "Record":
        """The same record, taken back."""
        return replace(self, annulled=annulment)

    def as_logged(self) -> dict[str, Any]:
        """What was said as log and counts keep it: a telephone number in the reason or the note is not for them."""
        texts = {"reason": self.reason, "note": self.note}
        return {**self.as_said(), **{name: text and without_telephones(text) for name, text in texts.items()}}

    def as_said(self) -> dict[str, Any]:
        """What was said, which never changes."""
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
            "note": self.note,
        }


def record_from_json(told: Mapping[str, Any], *, arrival: int) -> Record:
    """The record that `as_logged` wrote. Raises KeyError or TypeError on anything else."""
    return Record(**{**told, "headcount": Headcount(**told["headcount"])}, arrival=arrival)


def parse_check_in(body: Mapping[str, Any], now_ms: int) -> CheckIn:
    """A checked check-in; `there_at_ms` is our own and no client's.

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
    return CheckIn(
        check_in_id=body["check_in_id"],
        status=status,
        headcount=headcount,
        reason=reason,
        happened_at_ms=happened_at_ms,
        note=parse_note(body.get("note")),
        there_at_ms=body.get("there_at_ms"),
    )


def parse_note(value: object) -> str | None:
    """A remark on a record, None for an empty one. Raises InvalidInput."""
    return None if value is None else clean_text(value, "note", longest=NOTE_LONGEST) or None


def parse_annul_reason(value: object) -> str:
    """Why a record is annulled. Raises InvalidInput for none."""
    reason = clean_text(value, "reason", longest=REASON_LONGEST)
    if not reason:
        raise InvalidInput("Hủy bản ghi phải ghi lý do.", field="reason")
    return reason


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
        if (told := sum(counted.values())) > total:
            raise InvalidInput(
                f"Tổng số {total} nhỏ hơn cộng các thành phần ({told}). Xin sửa tổng số hoặc số của từng thành phần.",
                field="headcount",
            )
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
        if record.annulled is not None:
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


def decided(records: Iterable[Record]) -> bool:
    """Whether the secretary has the last word on a conflict: she spoke after all who disagree with her had been heard.

    A word that happened before hers but arrived after it, kept by a phone without a line, is one she has not seen.
    """
    words = last_words(records)
    last = words.get("secretary")
    return last is not None and all(
        word.arrival < last.arrival and _when(word) < _when(last)
        for word in words.values()
        if word.status != last.status
    )


def decision_refusal(records: Iterable[Record], check_in_id: str) -> str | None:
    """Why a contradiction cannot be decided any more by what that record says, or None where it can."""
    words = last_words(records)
    if all(word.check_in_id != check_in_id for word in words.values()):
        return "Bản ghi này đã bị hủy hoặc đã có lời sau thay thế. Chưa quyết định gì, xin xem lại các bản ghi."
    if not conflicting(words.values()):
        return "Các bên không còn mâu thuẫn. Chưa quyết định gì, xin xem lại các bản ghi."
    if decided(words.values()):
        return "Mâu thuẫn này đã được quyết định. Xin xem lại các bản ghi."
    return None


def headcounts_differ(records: Iterable[Record]) -> bool:
    """Whether sources that agree on the presence of a room name different numbers of people: no conflict, worth a look.

    A number that was not told, 0, disagrees with none.
    """
    present = [word for word in last_words(records).values() if word.status == "present"]
    return len({word.headcount.total for word in present if word.headcount.total}) > 1


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


def by_group(words: Iterable[Record | None]) -> dict[str, int]:
    """How many people of each group are in the rooms present, as far as the rooms told, by the groups' names."""
    found: dict[str, int] = {}
    for word in words:
        if word is not None and word.status == "present":
            for name, count in word.headcount.groups.items():
                found[name] = found.get(name, 0) + count
    return found
