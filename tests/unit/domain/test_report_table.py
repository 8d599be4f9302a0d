"""The report in words: times at the venue, lengths with sign, and who did what for which reason."""

from typing import Any

from giaoban.domain import commands as c
from giaoban.domain.report_table import short_name, texts
from giaoban.domain.running_order import new_order
from tests.factories import BEGINS_AT_MS, MINUTE_MS, make_item, make_order, plan_of
from tests.unit.domain.logs import Log

ZONE = "Asia/Ho_Chi_Minh"


def words(log: Log, minute: float = 60) -> dict[str, Any]:
    return texts(log.report(minute), ZONE, str.upper)


def papers(count: int) -> Log:
    return Log(new_order(BEGINS_AT_MS, plan_of(*[10] * count, kind="paper", cap_ms=10 * MINUTE_MS)))


def test_a_row_tells_plan_and_fact() -> None:
    log = papers(2).give(
        (c.Start("1"), 3),
        (c.Pause(), 5),
        (c.Resume(), 6.5),
        (c.AddTime(MINUTE_MS), 9),
        (c.Next(), 16),
        (c.Finish(), 20),
    )
    log.reword(4, "Trả lời chất vấn", 30)

    first, second = words(log)["rows"]

    told = ("planned_start", "planned", "start", "end", "length", "over", "pauses", "added", "over_cap")
    assert [first[name] for name in told] == [
        "07:30", "10'", "07:33", "07:46", "11'30\"", "+1'30\"", "1 lần, 1'30\"", "+1'", "quá mức 10'"
    ]  # fmt: skip
    assert first["notes"] == ["07:39 +1', MC:LAN: Trả lời chất vấn"]
    assert [second[name] for name in told] == ["07:40", "10'", "07:46", "07:50", "4'", "−6'", "", "", ""]


def test_what_has_not_begun_has_no_figures() -> None:
    log = papers(3).give((c.Start("1"), 0), (c.Skip("2"), 1))

    live, skipped, pending = words(log, 5)["rows"]

    assert (live["end"], live["length"]) == ("đang diễn ra", "5'")
    assert [skipped[name] for name in ("start", "end", "length", "over")] == ["–", "bỏ qua", "–", "–"]
    assert pending["end"] == "chưa diễn ra"


def test_an_inserted_row_and_a_changed_plan_say_so() -> None:
    extra = {"kind": "paper", "title": "Bổ sung", "planned_ms": 5 * MINUTE_MS}
    log = papers(2).give((c.Start("1"), 0), (c.Insert(3, extra), 1), (c.Edit("2", {"planned_ms": 7 * MINUTE_MS}), 2))

    _, changed, inserted = words(log)["rows"]

    assert (changed["planned"], changed["replanned"]) == ("10'", "đổi thành 7'")
    assert (inserted["planned_start"], inserted["planned"], inserted["replanned"]) == ("thêm", "5'", "")


def test_the_facts_sum_it_up() -> None:
    log = papers(2).give(
        (c.Start("1"), 4),
        (c.Pause(), 5),
        (c.Undo(), 6),
        (c.AddTime(-MINUTE_MS), 7),
        (c.AddTime(2 * MINUTE_MS), 8),
        (c.Next(), 17),
        (c.Finish(), 27),
    )

    facts = dict(words(log)["facts"])

    assert facts["Kế hoạch"] == "07:30 đến 07:50"
    assert facts["Bắt đầu"] == "07:34, trễ 4 phút"
    assert facts["Kết thúc"] == "07:57, trễ 7 phút"
    assert facts["Mục đã xong"] == "2/2"
    assert facts["Tạm dừng"] == "không"
    assert facts["Thêm, bớt giờ"] == "2 lần, +1'; quá mức 1 lần"
    assert facts["Quá giờ nhiều nhất"] == "Mục 1, +3'"
    assert facts["Lệnh đã hoàn tác"] == "1 lệnh, không tính vào báo cáo"
    assert facts["Thời gian phát biểu"] == "23 phút"


def test_under_way_the_end_is_a_forecast() -> None:
    facts = dict(words(Log(make_order(10, 10)).give((c.Start("1"), 2)), 5)["facts"])

    assert "Kết thúc" not in facts
    assert facts["Dự kiến kết thúc"] == "07:52, trễ 2 phút"


def test_a_long_name_is_cut_for_the_picture() -> None:
    assert short_name(make_item(title="Kết luận")) == "Kết luận"
    long = short_name(make_item(title="Báo cáo kết quả hoạt động năm 2021, chương trình công tác năm 2022"))
    assert long.endswith("…")
    assert len(long) <= 34
