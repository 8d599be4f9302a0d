"""Totals by level and by district are the sums of the records that count, however these come in and are taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain.roll_call import (
    SOURCES,
    STATUSES,
    Annulment,
    Record,
    Totals,
    by_group,
    effective,
    last_words,
    totals,
)
from giaoban.domain.roll_call import Headcount as Heads
from giaoban.domain.roll_call_groups import by_district
from tests.factories import BEGINS_AT_MS, make_record

# Districts with and without communes, a commune without a district, and the hall, which is in no total.
ROSTER = (
    {"code": "20", "level": "province", "parent_code": None},
    {"code": "180", "level": "district", "parent_code": "20"},
    {"code": "06010", "level": "commune", "parent_code": "180"},
    {"code": "06011", "level": "commune", "parent_code": "180"},
    {"code": "181", "level": "district", "parent_code": "20"},
    {"code": "06012", "level": "commune", "parent_code": "20"},
)
COUNTED = ROSTER[1:]
TAKEN_BACK = Annulment(BEGINS_AT_MS, "secretary:hoa", "Ghi nhầm")

instants = st.integers(BEGINS_AT_MS, BEGINS_AT_MS + 4)
heads = st.integers(0, 40).flatmap(
    lambda total: st.dictionaries(st.sampled_from(["Lãnh đạo", "Khách mời"]), st.integers(0, total // 2)).map(
        lambda groups: Heads(total, groups)
    )
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    status = draw(st.sampled_from(STATUSES))
    return make_record(
        source=draw(st.sampled_from(SOURCES)),
        status=status,
        endpoint_code=draw(st.sampled_from([row["code"] for row in ROSTER])),
        headcount=draw(heads) if status == "present" else Heads(0),
        happened_at_ms=draw(instants),
        received_at_ms=draw(instants),
        annulled=draw(st.none() | st.just(TAKEN_BACK)),
    )


mornings = st.lists(records(), max_size=14).map(
    lambda told: [replace(record, arrival=n, check_in_id=str(n)) for n, record in enumerate(told)]
)


@dataclass
class Desk:
    """The roll call as it is carried along: each room's last words, renewed by every check-in, worked out anew from all
    records by an annulment."""

    records: dict[str, Record] = field(default_factory=dict)
    words: dict[str, dict[str, Record]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        if record.check_in_id not in self.records:
            self.records[record.check_in_id] = replace(record, annulled=None)
            words = self.words.get(record.endpoint_code, {})
            self.words[record.endpoint_code] = last_words([*words.values(), self.records[record.check_in_id]])

    def annul(self, record: Record) -> None:
        self.records[record.check_in_id] = record
        self.words[record.endpoint_code] = last_words(self.of(record.endpoint_code))

    def of(self, code: str) -> list[Record]:
        return [record for record in self.records.values() if record.endpoint_code == code]

    def counting(self, code: str) -> Record | None:
        return effective(self.words.get(code, {}).values())


def summed(parts: Sequence[Totals]) -> dict[str, int]:
    return {key: sum(part.as_json()[key] for part in parts) for key in Totals().as_json()}


def check(desk: Desk) -> None:
    """What the desk carries along is what all its records say, and every total is the sum of its rooms."""
    for row in ROSTER:
        assert desk.counting(row["code"]) == effective(desk.of(row["code"]))
    whole = totals([desk.counting(row["code"]) for row in COUNTED])
    levels = {
        level: totals([desk.counting(row["code"]) for row in COUNTED if row["level"] == level])
        for level in ("district", "commune")
    }
    districts = [totals([desk.counting(row["code"]) for row in group.rows]) for group in by_district(COUNTED)]
    assert summed(list(levels.values())) == summed(districts) == whole.as_json()
    assert whole.expected == len(COUNTED) == whole.present + whole.absent + whole.pending
    counting = [desk.counting(row["code"]) for row in COUNTED]
    assert whole.headcount == sum(word.headcount.total for word in counting if word and word.status == "present")
    assert sum(by_group(counting).values()) <= whole.headcount


@given(mornings, st.data())
def test_totals_are_the_sums_of_what_counts_at_every_moment_and_end_alike_in_any_order(
    told: list[Record], data: st.DataObject
) -> None:
    """Each check-in comes one to three times, an annulment anywhere after its record has come."""
    sends = [record for record in told for _ in range(data.draw(st.integers(1, 3)))]
    ends = []
    for _ in range(2):
        desk, waiting = Desk(), [record for record in told if record.annulled]
        for record in data.draw(st.permutations(sends)):
            desk.take(record)
            check(desk)
            here = [one for one in waiting if one.check_in_id in desk.records]
            if here and data.draw(st.booleans()):
                waiting.remove(here[0])
                desk.annul(here[0])
                check(desk)
        for record in waiting:
            desk.annul(record)
        check(desk)
        ends.append([desk.counting(row["code"]) for row in ROSTER])

    assert ends[0] == ends[1]
    standing = [record for record in told if record.annulled is None]
    assert ends[0] == [effective(r for r in standing if r.endpoint_code == row["code"]) for row in ROSTER]
