"""The report of a half-day: what was planned, what was, and who spoke how long."""

import pytest

from giaoban.domain import commands as c
from giaoban.domain.report import ItemReport, Report
from giaoban.domain.roster import Unit
from giaoban.domain.running_order import new_order
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, make_order, plan_of
from tests.unit.domain.logs import UNITS, Log


def papers(*rooms: str | None, minutes: float = 10) -> Log:
    """A morning of papers from those rooms, none of more than ten minutes."""
    fields = [
        {**plan, "kind": "paper", "endpoint_code": room, "cap_ms": 10 * MINUTE_MS}
        for plan, room in zip(plan_of(*[minutes] * len(rooms)), rooms, strict=True)
    ]
    return Log(new_order(BEGINS_AT_MS, fields))


def row(report: Report, item_id: str) -> ItemReport:
    return next(row for row in report.items if row.item.id == item_id)


def spoken(report: Report, of: str = "districts") -> dict[str, float]:
    return {each.name: each.length_ms / MINUTE_MS for each in getattr(report, of)}


def test_an_item_is_measured_against_the_plan_as_it_was_at_the_start() -> None:
    log = Log(make_order(10, 10)).give(
        (c.Start("1"), 3), (c.Edit("2", {"planned_ms": 7 * MINUTE_MS}), 5), (c.Next(), 15), (c.Finish(), 23)
    )

    first, second = log.report().items

    assert (first.planned_start_at_ms, first.item.started_at_ms, first.item.ended_at_ms) == (at(0), at(3), at(15))
    assert (first.planned_ms, first.length_ms, first.over_ms) == (10 * MINUTE_MS, 12 * MINUTE_MS, 2 * MINUTE_MS)
    assert (second.planned_start_at_ms, second.planned_ms, second.item.planned_ms) == (
        at(10),
        10 * MINUTE_MS,
        7 * MINUTE_MS,
    )
    assert second.over_ms == -2 * MINUTE_MS


def test_an_edit_before_the_start_is_the_plan() -> None:
    log = Log(make_order(10, 10)).give((c.Edit("1", {"planned_ms": 5 * MINUTE_MS}), -5), (c.Start("1"), 0))

    assert row(log.report(), "1").planned_ms == 5 * MINUTE_MS


def test_pauses_are_listed_and_no_part_of_the_length() -> None:
    log = Log(make_order(10, 10)).give(
        (c.Start("1"), 0), (c.Pause(), 2), (c.Resume(), 5), (c.Pause(), 9), (c.Next(), 10), (c.Finish(), 20)
    )

    first = row(log.report(), "1")

    assert [(pause.start_at_ms, pause.end_at_ms) for pause in first.pauses] == [(at(2), at(5)), (at(9), at(10))]
    assert (first.paused_ms, first.length_ms) == (4 * MINUTE_MS, 6 * MINUTE_MS)
    assert first.pauses[0].actor == "mc:lan"
    assert row(log.report(), "2").pauses == ()


def test_what_was_undone_counts_for_nothing_and_is_told() -> None:
    log = papers("180").give(
        (c.Start("1"), 0),
        (c.AddTime(MINUTE_MS), 1),
        (c.Pause(), 2),
        (c.Undo(), 3),
        (c.Undo(), 4),
        (c.Pause(), 5),
        (c.Resume(), 6),
        (c.Finish(), 10),
    )

    report = log.report()

    only = report.items[0]
    assert [(pause.start_at_ms, pause.end_at_ms) for pause in only.pauses] == [(at(5), at(6))]
    assert (only.additions, only.length_ms) == ((), 9 * MINUTE_MS)
    assert [(gone.name, gone.at_ms, gone.undone_at_ms) for gone in report.undone] == [
        ("pause", at(2), at(3)),
        ("add_time", at(1), at(4)),
    ]


def test_an_undone_start_leaves_a_conference_that_has_not_begun() -> None:
    log = Log(make_order(10)).give((c.Start("1"), 4), (c.Undo(), 5), (c.Start("1"), 8))

    report = log.report(10)

    assert (report.start_offset_ms, len(report.undone)) == (8 * MINUTE_MS, 1)
    assert row(report, "1").length_ms == 2 * MINUTE_MS


def test_messages_and_scenes_between_do_not_stand_in_the_way_of_undo() -> None:
    log = Log(make_order(10)).give(
        (c.Start("1"), 0), (c.SetMessage("Nghỉ", "all"), 1), (c.SetScene("maket"), 2), (c.Undo(), 3)
    )

    assert [gone.name for gone in log.report().undone] == ["start"]


def test_time_over_the_cap_bears_its_reason_as_it_is_worded_now() -> None:
    log = papers("180").give((c.Start("1"), 0), (c.AddTime(-MINUTE_MS), 1), (c.AddTime(2 * MINUTE_MS), 2))
    log.give((c.AddTime(MINUTE_MS, "Bù gián đoạn"), 3), actor="admin:tan")
    log.reword(3, "Trả lời chất vấn", 20)

    less, over, more = row(log.report(), "1").additions

    assert (less.delta_ms, less.reason, less.leave) == (-MINUTE_MS, "", None)
    assert over.leave is not None
    assert (over.reason, over.leave.first, over.actor) == ("Trả lời chất vấn", "Chủ tọa cho phép", "mc:lan")
    assert over.leave.rewordings[0].actor == "secretary:hoa"
    assert (more.reason, more.actor) == ("Bù gián đoạn", "admin:tan")
    assert row(log.report(), "1").item.over_cap


def test_skipped_inserted_and_removed_items_are_told_apart() -> None:
    added = {"kind": "paper", "title": "Bổ sung", "planned_ms": 5 * MINUTE_MS}
    log = Log(make_order(10, 10, 10)).give(
        (c.Start("1"), 0),
        (c.Insert(2, added), 1),
        (c.Skip("2"), 2),
        (c.Remove("3"), 3),
        (c.Next(), 10),
        (c.Finish(), 16),
    )

    report = log.report()

    assert [row.item.id for row in report.skipped] == ["2"]
    assert [item.id for item in report.removed] == ["3"]
    [new] = report.inserted
    assert (new.item.title, new.planned_start_at_ms, new.planned_ms, new.over_ms) == (
        "Bổ sung",
        None,
        5 * MINUTE_MS,
        MINUTE_MS,
    )
    assert row(report, "2").over_ms is None


def test_what_is_arranged_before_the_start_is_the_plan_itself() -> None:
    added = {"kind": "paper", "title": "Bổ sung", "planned_ms": 5 * MINUTE_MS}
    log = Log(make_order(10, 10)).give((c.Insert(1, added), -9), (c.Remove("2"), -8), (c.Start("3"), 0))

    report = log.report()

    assert (report.inserted, report.removed) == ((), ())


def test_a_commune_speaks_for_its_district_and_what_has_no_room_for_the_hall() -> None:
    log = papers("180", "06010", "188", "20", None).give(
        (c.Start("1"), 0), (c.Next(), 8), (c.Next(), 13), (c.Next(), 25), (c.Next(), 28), (c.Finish(), 32)
    )

    report = log.report()

    assert spoken(report) == {"Huyện Tràng Định": 13, "Huyện Lộc Bình": 12, "Tỉnh Lạng Sơn": 7}
    assert spoken(report, "units") == {
        "Huyện Lộc Bình": 12,
        "Huyện Tràng Định": 8,
        "Tỉnh Lạng Sơn": 7,
        "Xã Cao Minh, huyện Tràng Định": 5,
    }


def test_breaks_and_technical_checks_are_nobody_s_time() -> None:
    fields = [
        {**plan, "kind": kind}
        for plan, kind in zip(plan_of(5, 5, 5), ("technical_check", "break", "paper"), strict=True)
    ]
    log = Log(new_order(BEGINS_AT_MS, fields)).give((c.Start("1"), 0), (c.Next(), 5), (c.Next(), 9), (c.Finish(), 15))

    report = log.report()

    assert spoken(report) == {"Tỉnh Lạng Sơn": 6}
    assert (report.spoken_ms, report.length_ms) == (6 * MINUTE_MS, 15 * MINUTE_MS)


def test_a_roster_of_two_levels_has_its_communes_stand_for_themselves() -> None:
    units = (UNITS[0], Unit("06010", "commune", "xa", "Cao Minh", "20"))
    log = papers("06010", "06010").give((c.Start("1"), 0), (c.Next(), 5), (c.Finish(), 9))

    report = log.report(units=units)

    assert spoken(report) == spoken(report, "units") == {"Xã Cao Minh": 9}
    assert report.units[0].items == 2


def test_a_conference_under_way_is_told_up_to_now() -> None:
    log = papers("180", "188", None).give((c.Start("1"), 2), (c.Next(), 14), (c.Pause(), 18))

    report = log.report(20)

    assert (report.phase, report.finished) == ("paused", False)
    live = row(report, "2")
    assert (live.length_ms, live.paused_ms, live.pauses[0].end_at_ms) == (4 * MINUTE_MS, 2 * MINUTE_MS, None)
    assert row(report, "3").length_ms is None
    assert (report.start_offset_ms, report.end_offset_ms) == (2 * MINUTE_MS, 6 * MINUTE_MS)


def test_before_anything_began_there_is_a_plan_and_nothing_else() -> None:
    report = Log(make_order(10, 10)).report(-30)

    assert [row.planned_start_at_ms for row in report.items] == [at(0), at(10)]
    assert (report.begun, report.units, report.worst, report.start_offset_ms) == ((), (), None, None)
    assert report.end_offset_ms == 0


def test_an_order_without_items_has_a_report_too() -> None:
    report = Log(new_order(BEGINS_AT_MS, [])).report()

    assert (report.items, report.units, report.length_ms) == ((), (), 0)


def test_a_half_day_over_midnight_is_counted_on() -> None:
    log = papers("180").give(
        (c.Start("1"), 16.4 * 60), (c.Pause(), 16.45 * 60), (c.Resume(), 16.6 * 60), (c.Finish(), 16.8 * 60)
    )

    report = log.report(17 * 60)

    only = report.items[0]
    assert only.length_ms == pytest.approx((24 - 9) * MINUTE_MS)
    assert report.start_offset_ms == pytest.approx(16.4 * 60 * MINUTE_MS)


def test_the_worst_overrun_is_the_longest_past_its_plan() -> None:
    log = papers("180", "188", None).give((c.Start("1"), 0), (c.Next(), 12), (c.Next(), 26), (c.Finish(), 30))

    worst = log.report().worst

    assert worst is not None
    assert (worst.item.id, worst.over_ms) == ("2", 4 * MINUTE_MS)
