"""What a log proves by itself: that nothing in it was changed, how the running order went, and who was there.

It believes no stored state: the running order is folded from the commands with the very `apply` that carried them out,
attendance is worked out from the check-ins by the same rule as on the day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain.chain import LINE_KEYS, genesis, line_hash
from giaoban.domain.errors import InvalidLog
from giaoban.domain.events import from_data
from giaoban.domain.roll_call import Record, Totals, conflicting, effective, last_words, record_from_json, totals
from giaoban.domain.roster import LEVELS, Unit, roster_hash
from giaoban.domain.running_order import RunningOrder, apply, new_order

CREATED: Final = "conference_created"
ROSTER_IMPORTED: Final = "roster_imported"
CHECK_IN: Final = "check_in"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a whole log says. `head` is the last line's hash.

    `words` holds the check-in that counts for each room that has one, `contradicted` the rooms whose sources disagree.
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
    units: tuple[Unit, ...]
    roster_bound: bool

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
        self._words: dict[str, dict[str, Record]] = {}
        self._said_to_count: dict[str, tuple[int, str]] = {}

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
        if kind in (CREATED, ROSTER_IMPORTED):
            self._title = data.get("title", self._title)
            self._roster_hash = data.get("roster_hash")
        elif kind == CHECK_IN:
            self._check_in(line["seq"], data)
        if line["version"] is not None:
            if line["version"] != self._order.version + 1:
                raise ValueError("a version is missing")
            happened = [from_data(event) for event in data["events"]]
            self._order = apply(self._order, kind, line["at_ms"], happened)

    def _check_in(self, seq: int, data: Mapping[str, Any]) -> None:
        record = record_from_json(data["record"], arrival=seq)
        words = self._words.get(record.endpoint_code, {})
        self._words[record.endpoint_code] = last_words([*words.values(), record])
        self._said_to_count[record.endpoint_code] = (seq, data["effective_id"])

    def proof(self, units: Iterable[Unit], timezone: str) -> Proof:
        """What the lines say together, for the rooms of that roster; in that time zone where an old log tells none.

        Raises InvalidLog: no line at all, another roster than the log's, a check-in taken to count that does not.
        """
        if self._order is None:
            raise InvalidLog("Nhật ký không có dòng nào.")
        units = tuple(units)
        if self._roster_hash not in (None, roster_hash(units)):
            raise InvalidLog("Danh sách điểm cầu không phải danh sách mà nhật ký ghi nhận.")
        counting = {code: effective(words.values()) for code, words in self._words.items()}
        for code, (seq, said) in self._said_to_count.items():
            word = counting[code]
            if word is None or word.check_in_id != said:
                raise InvalidLog(f"Dòng nhật ký số {seq}: lần điểm danh được tính cho điểm cầu {code} không đúng.")
        return Proof(
            slug=self.slug,
            title=self._title,
            timezone=self._timezone or timezone,
            lines=self.seq,
            head=self.head,
            order=self._order,
            words={code: word for code, word in counting.items() if word is not None},
            contradicted=frozenset(code for code, words in self._words.items() if conflicting(words.values())),
            units=units,
            roster_bound=self._roster_hash is not None,
        )
