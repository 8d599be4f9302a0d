"""An exported log proves itself: whole mornings come out as they went, and no change goes unnoticed."""

import io
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from giaoban.domain import log_file
from giaoban.domain.chain import genesis, line_hash
from giaoban.domain.commands import ITEM_FIELDS
from giaoban.domain.errors import InvalidLog
from giaoban.domain.events import to_data
from giaoban.domain.roll_call import Annulment, Record, effective, totals
from giaoban.domain.roster import Unit, roster_hash
from tests.factories import BEGINS_AT_MS, make_record
from tests.property.mornings import Morning, accepted, mornings

UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
    Unit("06011", "commune", "xa", "Hòa Thắng", "180"),
)
SLUG = "giao-ban"

said = st.lists(
    st.builds(
        make_record,
        endpoint_code=st.sampled_from(["20", "180", "06010"]),
        source=st.sampled_from(["self", "district", "secretary"]),
        status=st.sampled_from(["present", "absent"]),
        heads=st.integers(0, 40),
        happened_at_ms=st.integers(BEGINS_AT_MS, BEGINS_AT_MS + 3),
        note=st.none() | st.just("Gọi điện lúc 7 giờ"),
        annulled=st.none() | st.just(Annulment(BEGINS_AT_MS, "mc:lan", "Ghi nhầm")),
    ),
    max_size=8,
).map(lambda told: [replace(record, check_in_id=str(n), arrival=n) for n, record in enumerate(told)])


@dataclass
class Log:
    """A log as the program would have written it, and as a file."""

    lines: list[dict[str, Any]]
    hashes: list[str]

    @classmethod
    def of(cls, morning: Morning, records: list[Record]) -> "Log":
        log = cls([], [])
        items = [{name: getattr(item, name) for name in ITEM_FIELDS} for item in morning.plan.items]
        created = {"title": "Hội nghị", "starts_at_ms": BEGINS_AT_MS, "paper_cap_ms": 600_000, "items": items}
        log.add("conference_created", {**created, "endpoints": len(UNITS), "roster_hash": roster_hash(UNITS)})
        heard: dict[str, Record] = {}

        def counting(code: str) -> str | None:
            word = effective(record for record in heard.values() if record.endpoint_code == code)
            return word.check_in_id if word else None

        def annul(record: Record) -> None:
            heard[record.check_in_id] = record
            named = {"endpoint_code": record.endpoint_code, "check_in_id": record.check_in_id, "reason": "Ghi nhầm"}
            log.add("annul", {**named, "effective_id": counting(record.endpoint_code)})

        for number, record in enumerate(records):
            heard[record.check_in_id] = replace(record, annulled=None)
            log.add("check_in", {"record": record.as_said(), "effective_id": counting(record.endpoint_code)})
            if number == 2:
                log.add("hotline_set", {"hotline": "0205"})
            if number >= 2 and records[number - 2].annulled:
                annul(records[number - 2])
        for record in records[-2:]:
            if record.annulled:
                annul(record)
        for version, press in enumerate(accepted(morning), 1):
            events = [to_data(event) for event in press.happened or ()]
            log.add(
                press.command.name, {"events": events}, at_ms=press.now_ms, version=version, command_id=str(version)
            )
        return log

    def add(self, kind: str, data: dict[str, Any], **facts: Any) -> None:
        line = {"version": None, "at_ms": BEGINS_AT_MS, "actor": "mc:lan", "command_id": None, **facts}
        self.lines.append({**line, "kind": kind, "data": data, "seq": len(self.lines) + 1})
        self.hashes.append(line_hash(self.hashes[-1] if self.hashes else genesis(SLUG), self.lines[-1]))

    def file(self, **says: Any) -> list[bytes]:
        head: dict[str, Any] = {
            "program_version": "1",
            "exported_at_ms": BEGINS_AT_MS,
            "slug": SLUG,
            "title": "Hội nghị",
            "timezone": "Asia/Ho_Chi_Minh",
            "units": UNITS,
            "lines": len(self.lines),
            "last_hash": self.hashes[-1],
            **says,
        }
        return [log_file.first_line(**head), *map(log_file.log_line, self.lines, self.hashes)]


logs = st.builds(Log.of, mornings(), said)


@given(mornings(), said)
def test_the_file_alone_tells_how_the_morning_went(morning: Morning, records: list[Record]) -> None:
    log = Log.of(morning, records)

    proof = log_file.read(log.file())

    pressed = accepted(morning)
    counting = {unit.code: effective(r for r in records if r.endpoint_code == unit.code) for unit in UNITS}
    told = {unit.code: proof.words.get(unit.code) for unit in UNITS}
    assert proof.order == (pressed[-1].after if pressed else morning.plan)
    assert (proof.lines, proof.head, proof.roster_bound) == (len(log.lines), log.hashes[-1], True)
    assert {code: word and word.check_in_id for code, word in told.items()} == {
        code: word and word.check_in_id for code, word in counting.items()
    }
    assert proof.annulled == {record.check_in_id for record in records if record.annulled}
    assert proof.totals == totals([counting[code] for code in ("180", "06010", "06011")])
    assert proof.by_level["commune"] == totals([counting[code] for code in ("06010", "06011")])


@given(logs, st.data())
def test_no_byte_can_be_changed_and_the_line_is_named(log: Log, data: st.DataObject) -> None:
    file = b"".join(log.file())
    at = data.draw(st.integers(0, len(file) - 1))
    flips = data.draw(st.integers(1, 255))
    changed = file[:at] + bytes([file[at] ^ flips]) + file[at + 1 :]

    with pytest.raises(InvalidLog) as refusal:
        log_file.read(io.BytesIO(changed))

    assert refusal.value.details["line"] == file[:at].count(b"\n") + 1


@given(logs, st.data())
def test_no_line_can_be_dropped_doubled_moved_or_cut_off(log: Log, data: st.DataObject) -> None:
    file = log.file()
    places = st.integers(0, len(file) - 1)
    at, to = data.draw(st.tuples(places, places).filter(lambda both: both[0] != both[1]))
    dropped = file[:at] + file[at + 1 :]
    doubled = file[: at + 1] + file[at:]
    moved = dropped[:to] + [file[at]] + dropped[to:]
    cut = file[:at]

    for changed in (dropped, doubled, moved, cut):
        with pytest.raises(InvalidLog):
            log_file.read(changed)


@given(logs, logs)
def test_no_log_goes_under_the_first_line_of_another(log: Log, other: Log) -> None:
    assume(log.hashes[-1] != other.hashes[-1])

    with pytest.raises(InvalidLog):
        log_file.read([log.file()[0], *other.file()[1:]])


@given(logs)
def test_a_roster_that_is_not_the_logs_is_refused(log: Log) -> None:
    fewer = UNITS[:-1]

    with pytest.raises(InvalidLog, match="Danh sách"):
        log_file.read(log.file(units=fewer))


@given(logs)
def test_a_whole_chain_made_anew_has_another_head(log: Log) -> None:
    """Nothing in an unkeyed chain can tell: only a head that was noted elsewhere."""
    forged = Log([], [])
    for line in log.lines:
        forged.add(**{**{name: line[name] for name in line if name != "seq"}, "actor": "mc:khac"})

    assert log_file.read(forged.file()).head != log_file.read(log.file()).head
