"""A frozen count follows from the log before it, and whoever changes it and seals everything anew is found out."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from giaoban.domain import counts
from giaoban.domain.chain import genesis, line_hash
from giaoban.domain.errors import InvalidLog
from giaoban.domain.roll_call import SOURCES, STATUSES, Record, effective, totals
from giaoban.domain.roster import Unit, roster_hash
from giaoban.domain.witness import Witness
from tests.factories import BEGINS_AT_MS, make_record

UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
    Unit("06011", "commune", "xa", "Hòa Thắng", "180"),
    Unit("07000", "commune", "phuong", "Tự Do", "20"),
)
SLUG, ZONE = "giao-ban", "Asia/Ho_Chi_Minh"

check_ins = st.builds(
    make_record,
    endpoint_code=st.sampled_from([unit.code for unit in UNITS]),
    source=st.sampled_from(SOURCES),
    status=st.sampled_from(STATUSES),
    heads=st.integers(0, 40),
    happened_at_ms=st.integers(BEGINS_AT_MS, BEGINS_AT_MS + 3),
).map(
    lambda record: replace(
        record, headcount=record.headcount if record.status == "present" else make_record().headcount
    )
)
COUNT = "count"
mornings = st.lists(check_ins | st.just(COUNT), max_size=14)


class Log:
    """A log of check-ins and counts, as the program writes it."""

    def __init__(self, steps: list[Any]) -> None:
        self.lines: list[dict[str, Any]] = []
        self.heard: dict[str, list[Record]] = {}
        created = {"title": "Hội nghị", "starts_at_ms": BEGINS_AT_MS, "paper_cap_ms": 600_000, "items": []}
        self.add("conference_created", {**created, "roster_hash": roster_hash(UNITS)})
        for step in steps:
            if step == COUNT:
                self.count()
            else:
                self.check_in(replace(step, check_in_id=str(len(self.lines)), arrival=len(self.lines) + 1))

    @property
    def words(self) -> dict[str, Record]:
        found = {code: effective(records) for code, records in self.heard.items()}
        return {code: word for code, word in found.items() if word is not None}

    def add(self, kind: str, data: dict[str, Any]) -> None:
        line = {"version": None, "at_ms": BEGINS_AT_MS, "actor": "mc:lan", "command_id": None}
        self.lines.append({**line, "kind": kind, "data": data, "seq": len(self.lines) + 1})

    def check_in(self, record: Record) -> None:
        self.heard.setdefault(record.endpoint_code, []).append(record)
        word = self.words[record.endpoint_code]
        self.add("check_in", {"record": record.as_json(), "effective_id": word.check_in_id})

    def count(self) -> None:
        made = counts.make(
            slug=SLUG,
            number=1 + sum(line["kind"] == counts.COUNTED for line in self.lines),
            at_ms=BEGINS_AT_MS,
            version=0,
            seq=len(self.lines),
            timezone=ZONE,
            units=UNITS,
            words=self.words,
        )
        self.add(counts.COUNTED, {"count_id": "a", "count": made, "hash": counts.seal(made)})

    def proof(self) -> Any:
        """What the log proves, every line sealed as it is now."""
        witness, head = Witness(SLUG), genesis(SLUG)
        for line in self.lines:
            head = line_hash(head, line)
            witness.take(line, head)
        return witness.proof(UNITS, ZONE)


@given(mornings)
def test_every_count_equals_the_fold_of_the_check_ins_before_it(steps: list[Any]) -> None:
    proof = Log(steps).proof()

    befores = [steps[:at] for at, step in enumerate(steps) if step == COUNT]
    assert len(proof.counts) == len(befores)
    for counted, before in zip(proof.counts, befores, strict=True):
        words = Log(before).words
        whole = totals([words.get(unit.code) for unit in UNITS if unit.level != "province"]).as_json()
        assert counted.count["totals"] == whole
        for figure, value in whole.items():
            assert sum(level[figure] for level in counted.count["by_level"].values()) == value
        assert counted.count["by_district"][0]["totals"]["expected"] == 3


def _changed(count: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """The count with one of the things that it says changed."""
    rows = [dict(row) for row in count["rows"]]
    row = data.draw(st.sampled_from(rows))
    match data.draw(
        st.sampled_from(["totals", "by_level", "by_district", "status", "reason", "dropped", "seq", "number"])
    ):
        case "totals":
            return {**count, "totals": {**count["totals"], "present": count["totals"]["present"] + 1}}
        case "by_level":
            return {**count, "by_level": {}}
        case "by_district":
            return {**count, "by_district": []}
        case "dropped":
            rows.remove(row)
        case "seq":
            return {**count, "seq": count["seq"] - 1}
        case "number":
            return {**count, "number": count["number"] + 1}
        case field:
            row[field] = data.draw(
                st.sampled_from(["present", "absent", None]).filter(lambda other: other != row[field])
            )
    return {**count, "rows": rows}


@given(mornings, st.data())
def test_a_count_that_says_something_else_is_found_out_even_when_all_is_sealed_anew(
    steps: list[Any], data: st.DataObject
) -> None:
    log = Log(steps)
    lines = [line for line in log.lines if line["kind"] == counts.COUNTED]
    assume(lines)
    line = data.draw(st.sampled_from(lines))

    changed = _changed(line["data"]["count"], data)
    line["data"] = {**line["data"], "count": changed, "hash": counts.seal(changed)}

    with pytest.raises(InvalidLog):
        log.proof()


@given(mornings)
def test_a_seal_that_is_another_is_found_out(steps: list[Any]) -> None:
    log = Log([*steps, COUNT])
    log.lines[-1]["data"] = {**log.lines[-1]["data"], "hash": "0" * 64}

    with pytest.raises(InvalidLog, match="chốt điểm danh"):
        log.proof()
