"""What a log proves by itself: that nothing in it was changed, how the running order went, and who was there.

It believes no stored state: the running order is folded from the commands with the very `apply` that carried them out,
attendance is worked out from the check-ins by the same rule as on the day, and so is each count of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from giaoban.domain import counts
from giaoban.domain.caps import Leaves
from giaoban.domain.chain import LINE_KEYS, genesis, line_hash
from giaoban.domain.errors import InvalidLog
from giaoban.domain.events import from_data
from giaoban.domain.readiness import RECORDED, Answer, answer_from_json
from giaoban.domain.roll_call import (
    Annulment,
    Record,
    Totals,
    conflicting,
    effective,
    record_from_json,
    totals,
)
from giaoban.domain.roster import LEVELS, Unit, roster_hash
from giaoban.domain.running_order import RunningOrder, apply, new_order

CREATED: Final = "conference_created"
ROSTER_IMPORTED: Final = "roster_imported"
RETITLED: Final = "title_set"
CHECK_IN: Final = "check_in"
ANNULLED: Final = "annul"
TICKET: Final = "ticket"

Fault = tuple[str, str, str, int]  # a ticket's room, kind, state and how many changes it has had


@dataclass(frozen=True, slots=True)
class Counted:
    """A frozen count (`giaoban.domain.counts`) and its seal."""

    count: counts.Count
    seal: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a whole log says. `head` is the last line's hash.

    `words` holds the check-in that counts for each room that has one, `contradicted` the rooms whose sources disagree,
    `annulled` the ids of the check-ins that were taken back, `answers` all that were given about readiness, by their
    id.
    `counts` are the frozen counts, each of which was compared with the check-ins before it, `shown` the number of
    the one that the hall sees, None for none. `tickets` holds each fault by its id.
    `roster_bound` tells whether the log itself names the roster that was used; one from before that does not.
    """

    slug: str
    title: str
    timezone: str
    lines: int
    head: str
    order: RunningOrder
    words: Mapping[str, Record]
    contradicted: frozenset[str]
    annulled: frozenset[str]
    units: tuple[Unit, ...]
    roster_bound: bool
    answers: Mapping[str, Answer] = field(default_factory=dict)
    counts: tuple[Counted, ...] = ()
    shown: int | None = None
    tickets: Mapping[str, Fault] = field(default_factory=dict)

    @property
    def by_level(self) -> dict[str, Totals]:
        """The totals of each level below the hall's, which counts in none."""
        return {
            level: totals([self.words.get(unit.code) for unit in self.units if unit.level == level])
            for level in LEVELS[1:]
            if any(unit.level == level for unit in self.units)
        }

    @property
    def totals(self) -> Totals:
        return totals([self.words.get(unit.code) for unit in self.units if unit.level != LEVELS[0]])


class Witness:
    """Hears a conference's log line by line, from the first on. `seq` is the last line heard, `head` its hash."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.seq = 0
        self.head = genesis(slug)
        self._order: RunningOrder | None = None
        self._title = ""
        self._timezone: str | None = None
        self._roster_hash: str | None = None
        self._leaves = Leaves()
        self._records: dict[str, dict[str, Record]] = {}  # of each room, by their ids
        self._said_to_count: dict[str, tuple[int, str | None]] = {}
        self._answers: dict[str, Answer] = {}
        self._counts: list[Counted] = []
        self._shown: int | None = None
        self._tickets: dict[str, Fault] = {}

    def take(self, line: Mapping[str, Any], stated_hash: object) -> None:
        """Hear the next line. Raises InvalidLog saying what is wrong with it."""
        if set(line) != set(LINE_KEYS) or line["seq"] != self.seq + 1:
            raise InvalidLog(f"không phải dòng nhật ký số {self.seq + 1}: có dòng bị bỏ, thêm hay đổi chỗ.")
        try:
            head = line_hash(self.head, line)
        except ValueError:
            head = ""
        if head != stated_hash:
            raise InvalidLog("nội dung không khớp với mã của dòng: dòng này hoặc dòng trước nó đã bị sửa.")
        try:
            self._follow(line)
        except InvalidLog:
            raise
        except Exception as error:  # whatever a made-up line lets the rules stumble over
            raise InvalidLog(f"không diễn lại được lệnh hay sự kiện này ({type(error).__name__}).") from error
        self.seq, self.head = self.seq + 1, head

    def _follow(self, line: Mapping[str, Any]) -> None:
        kind, data = line["kind"], line["data"]
        if self._order is None:
            if kind != CREATED:
                raise ValueError("the first line makes the conference")
            self._order = new_order(data["starts_at_ms"], data["items"], paper_cap_ms=data["paper_cap_ms"])
            self._timezone = data.get("timezone")
        if kind in (CREATED, ROSTER_IMPORTED, RETITLED):
            self._title = data.get("title", self._title)
        if kind in (CREATED, ROSTER_IMPORTED):
            self._roster_hash = data.get("roster_hash")
        elif kind == CHECK_IN:
            self._check_in(line["seq"], data)
        elif kind == RECORDED:
            self._readiness(line["seq"], data["answer"])
        elif kind == ANNULLED:
            self._annul(line, data)
        elif kind == counts.COUNTED:
            self._counted(line, data)
        elif kind == counts.SHOWN:
            self._shown = data["number"]
        elif kind == TICKET:
            changes = self._tickets.get(data["ticket_id"], ("", "", "", 0))[-1] + 1
            self._tickets[data["ticket_id"]] = (data["endpoint_code"], data["kind"], data["state"], changes)
        if line["version"] is not None:
            if line["version"] != self._order.version + 1:
                raise ValueError("a version is missing")
            happened = [from_data(event) for event in data["events"]]
            self._order = apply(self._order, kind, line["at_ms"], happened)
        self._leaves.hear(line)

    def _check_in(self, seq: int, data: Mapping[str, Any]) -> None:
        record = record_from_json(data["record"], arrival=seq)
        of_room = self._records.setdefault(record.endpoint_code, {})
        if record.check_in_id in of_room:
            raise ValueError("a check-in was stored twice")
        of_room[record.check_in_id] = record
        self._said_to_count[record.endpoint_code] = (seq, data["effective_id"])

    def _annul(self, line: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        code, check_in_id = data["endpoint_code"], data["check_in_id"]
        record = self._records[code][check_in_id]
        if record.annulled is not None:
            raise ValueError("it is annulled already")
        annulment = Annulment(line["at_ms"], line["actor"], data["reason"])
        self._records[code][check_in_id] = record.without(annulment)
        self._said_to_count[code] = (line["seq"], data["effective_id"])

    def _readiness(self, seq: int, data: Mapping[str, Any]) -> None:
        answer = answer_from_json(data, arrival=seq)
        if answer.readiness_id in self._answers:
            raise ValueError("an answer was stored twice")
        self._answers[answer.readiness_id] = answer

    def _counted(self, line: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """The count has to say what the lines before it say."""
        assert self._order is not None
        count, sealed = data["count"], data["hash"]
        number = len(self._counts) + 1
        stands = {
            "slug": self.slug,
            "number": number,
            "at_ms": line["at_ms"],
            "version": self._order.version,
            "seq": self.seq,
            "roster_hash": self._roster_hash or count["roster_hash"],
        }
        counting = {code: word for code, told in self._records.items() if (word := effective(told.values()))}
        agreed = all(count[name] == value for name, value in stands.items()) and counts.follows(count, counting)
        if not agreed or counts.seal(count) != sealed:
            raise InvalidLog(f"số liệu chốt điểm danh lần {number} không khớp với các lần điểm danh trước đó.")
        self._counts.append(Counted(count, sealed))

    def proof(self, units: Iterable[Unit], timezone: str) -> Proof:
        """What the lines say together, for the rooms of that roster; in that time zone where an old log tells none.

        Raises InvalidLog: no line at all, another roster than the log's, a check-in taken to count that does not.
        """
        if self._order is None:
            raise InvalidLog("Nhật ký không có dòng nào.")
        units = tuple(units)
        if self._roster_hash not in (None, roster_hash(units)):
            raise InvalidLog("Danh sách điểm cầu không phải danh sách mà nhật ký ghi nhận.")
        counting = {code: effective(records.values()) for code, records in self._records.items()}
        for code, (seq, said) in self._said_to_count.items():
            word = counting[code]
            if (word.check_in_id if word else None) != said:
                raise InvalidLog(f"Dòng nhật ký số {seq}: lần điểm danh được tính cho điểm cầu {code} không đúng.")
        rooms = [unit for unit in units if unit.level != LEVELS[0]]
        for counted in self._counts:  # one of an earlier roster is bound to that one's hash alone
            if counted.count["roster_hash"] == roster_hash(units) and counts.units_of(counted.count) != rooms:
                raise InvalidLog(f"Chốt điểm danh lần {counted.count['number']} không gồm đủ các điểm cầu.")
        return Proof(
            slug=self.slug,
            title=self._title,
            timezone=self._timezone or timezone,
            lines=self.seq,
            head=self.head,
            order=self._order,
            words={code: word for code, word in counting.items() if word is not None},
            contradicted=frozenset(code for code, told in self._records.items() if conflicting(told.values())),
            annulled=frozenset(
                record.check_in_id for told in self._records.values() for record in told.values() if record.annulled
            ),
            units=units,
            roster_bound=self._roster_hash is not None,
            answers=self._answers,
            counts=tuple(self._counts),
            shown=self._shown,
            tickets=self._tickets,
        )
