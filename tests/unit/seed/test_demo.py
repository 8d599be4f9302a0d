"""The conference of November 2021, held against what the plan and the design say, word for word."""

import unicodedata
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from giaoban.domain.commands import item_fields
from giaoban.domain.roster import full_name
from giaoban.domain.running_order import new_order
from giaoban.seed import demo
from tests.factories import BEGINS_AT_MS, MINUTE_MS

VENUE = ZoneInfo("Asia/Ho_Chi_Minh")

# The plan, IV.2: who speaks on what. The fifth topic is cut by a page break there, its end stands on the next page.
TOPICS = {
    "phiên giải trình": "Kinh nghiệm, giải pháp nâng cao chất lượng phiên giải trình của Thường trực HĐND cấp huyện",
    "kỳ họp": "Kinh nghiệm hoạt động và giải pháp nâng cao chất lượng tổ chức các kỳ họp của HĐND cấp huyện",
    "cử tri": (
        "Kinh nghiệm, giải pháp nâng cao chất lượng hoạt động tiếp xúc cử tri, tiếp công dân; giám sát việc giải "
        "quyết khiếu nại, tố cáo của công dân của HĐND cấp huyện"
    ),
    "giám sát": (
        "Thực trạng và giải pháp nâng cao chất lượng, hiệu quả hoạt động giám sát của Thường trực và các Ban của HĐND "
        "cấp huyện"
    ),
    "nghị quyết": (
        "Kinh nghiệm, giải pháp nâng cao chất lượng ban hành Nghị quyết của HĐND cấp huyện về kế hoạch phát triển "
        "kinh tế - xã hội, đảm bảo quốc phòng – an ninh hàng năm; việc thống nhất giải quyết các vấn đề phát sinh "
        "giữa hai kỳ họp Hội đồng nhân dân của Thường trực HĐND tỉnh"
    ),
    "xã": "Kinh nghiệm và giải pháp tổ chức, triển khai thực hiện nghị quyết của Hội đồng nhân dân cấp tỉnh ban hành",
}

MORNING = [
    ("07:30", 30, "technical_check", "Kiểm tra đường truyền, điểm danh các điểm cầu"),
    ("08:00", 10, "opening", "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu"),
    ("08:10", 10, "opening", "Phát biểu khai mạc"),
    ("08:20", 15, "report", "Báo cáo kết quả hoạt động năm 2021, chương trình công tác năm 2022"),
    ("08:35", 10, "report", "Triển khai văn bản số 892-TB/VPTU ngày 17/9/2021"),
    ("08:45", 10, "paper", TOPICS["phiên giải trình"]),
    ("08:55", 10, "paper", TOPICS["phiên giải trình"]),
    ("09:05", 10, "paper", TOPICS["kỳ họp"]),
    ("09:15", 10, "paper", TOPICS["kỳ họp"]),
    ("09:25", 10, "paper", TOPICS["cử tri"]),
    ("09:35", 10, "paper", TOPICS["cử tri"]),
    ("09:45", 10, "break", "Giải lao"),
    ("09:55", 10, "paper", TOPICS["giám sát"]),
    ("10:05", 10, "paper", TOPICS["giám sát"]),
    ("10:15", 10, "paper", TOPICS["nghị quyết"]),
    ("10:25", 10, "paper", TOPICS["nghị quyết"]),
    ("10:35", 10, "paper", TOPICS["nghị quyết"]),
    ("10:45", 10, "paper", TOPICS["xã"]),
    ("10:55", 10, "paper", TOPICS["xã"]),
    ("11:05", 10, "paper", TOPICS["xã"]),
    ("11:15", 20, "discussion", "Trao đổi, thảo luận; kiến nghị, đề xuất"),
    ("11:35", 10, "conclusion", "Kết luận"),
    ("11:45", 5, "closing", "Bế mạc"),
]

SPEAKING = [
    "Huyện Bắc Sơn",
    "Thành phố Lạng Sơn",
    "Huyện Văn Lãng",
    "Huyện Bình Gia",
    "Huyện Văn Quan",
    "Huyện Cao Lộc",
    "Huyện Chi Lăng",
    "Huyện Tràng Định",
    "Huyện Lộc Bình",
    "Huyện Đình Lập",
    "Huyện Hữu Lũng",
    "Xã Cường Lợi, huyện Đình Lập",
    "Xã Hòa Thắng, huyện Hữu Lũng",
    "Xã Cao Minh, huyện Tràng Định",
]


def clock(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, VENUE).strftime("%H:%M")


def test_the_morning_is_the_plan_s() -> None:
    order = new_order(BEGINS_AT_MS, demo.items())
    forecast = order.forecast(BEGINS_AT_MS - 1)

    assert [
        (clock(times.planned_start_at_ms or 0), item.planned_ms // MINUTE_MS, item.kind, item.title)
        for item, times in zip(order.items, forecast.times, strict=True)
    ] == MORNING
    assert clock(forecast.planned_end_at_ms) == "11:50"


def test_each_paper_is_of_its_unit_and_has_ten_minutes_at_most() -> None:
    units = {unit.code: unit for unit in demo.conference(BEGINS_AT_MS).units}
    papers = [item for item in demo.items() if item["kind"] == "paper"]

    labels = []
    for paper in papers:
        unit = units[paper["endpoint_code"]]
        label = full_name(unit, units.get(unit.parent_code or ""))
        labels.append(label)
        assert paper["speaker"] == f"Thường trực HĐND {label[0].lower()}{label[1:]}"
        assert paper["cap_ms"] == 10 * MINUTE_MS
    assert labels == SPEAKING


def test_the_report_is_the_standing_committee_s() -> None:
    assert demo.items()[3]["speaker"] == "Thường trực HĐND tỉnh"


def test_every_item_is_one_that_a_client_could_send() -> None:
    for item in demo.items():
        assert item_fields(item, whole=True) == item


def test_the_roster_is_the_hall_and_211_rooms() -> None:
    units = demo.conference(BEGINS_AT_MS).units

    assert Counter(unit.level for unit in units) == {"province": 1, "district": 11, "commune": 200}


def test_the_maket_and_the_hotline_are_the_plan_s() -> None:
    assert demo.MAKET["kind"] == "HỘI NGHỊ TRỰC TUYẾN"
    assert demo.MAKET["title"] == [
        "GIAO BAN THƯỜNG TRỰC HĐND TỈNH VỚI THƯỜNG TRỰC",
        "HĐND CẤP HUYỆN, THƯỜNG TRỰC HĐND CẤP XÃ",
    ]
    assert demo.MAKET["year"] == "NĂM 2021"
    assert demo.MAKET["org"].startswith("THƯỜNG TRỰC HĐND")
    assert demo.HOTLINE == "0912.939.739; 0205 3811.484"
    assert demo.TITLE == (
        "Hội nghị giao ban Thường trực HĐND tỉnh với Thường trực HĐND cấp huyện, Thường trực HĐND cấp xã về tình hình "
        "kết quả công tác năm 2021; chương trình công tác năm 2022"
    )


def test_no_person_is_named() -> None:
    for item in demo.items():
        assert "đồng chí" not in item["title"].lower()
        assert item["speaker"] is None or item["speaker"].startswith("Thường trực HĐND ")


def test_every_text_is_composed() -> None:
    texts = [demo.TITLE, demo.HOTLINE, *demo.MAKET["title"], *(value for value in demo.MAKET.values())]
    texts += [value for item in demo.items() for value in item.values()]

    assert all(unicodedata.is_normalized("NFC", text) for text in texts if isinstance(text, str))


# ---- when it begins


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=VENUE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("day", "start", "now", "begins"),
    [
        (date(2021, 11, 26), None, "2021-11-01T10:00", "2021-11-26T07:30"),
        (date(2021, 11, 26), "08:15", "2021-11-01T10:00", "2021-11-26T08:15"),
        (None, None, "2026-03-05T23:59", "2026-03-05T07:30"),
        (None, "13:00", "2026-03-05T00:10", "2026-03-05T13:00"),
        (None, "now", "2026-03-05T10:01", "2026-03-05T10:05"),
        (None, "now", "2026-03-05T10:05", "2026-03-05T10:05"),
        (None, "now", "2026-03-05T10:05:01", "2026-03-05T10:10"),
        (None, "now", "2026-03-05T23:58", "2026-03-06T00:00"),
        (date(2021, 11, 26), "now", "2026-03-05T10:01", "2021-11-26T10:05"),
    ],
)
def test_it_begins_when_asked(day: date | None, start: str | None, now: str, begins: str) -> None:
    assert demo.starts_at_ms(day, start, instant(now)) == instant(begins)


def test_today_is_the_venue_s_today() -> None:
    now = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # 01:00 on the 5th at the venue

    assert demo.starts_at_ms(None, None, int(now.timestamp() * 1000)) == instant("2026-03-05T07:30")


@pytest.mark.parametrize("start", ["", "later", "25:00", "7.30"])
def test_a_start_that_is_no_time_is_an_error(start: str) -> None:
    with pytest.raises(ValueError, match=r"does not match|unconverted"):
        demo.starts_at_ms(None, start, BEGINS_AT_MS)
