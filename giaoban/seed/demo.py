"""The conference of November 2021, from the plan of the Standing Committee of the provincial People's Council.

Topics, units, the ten minutes and the maket's lines are word for word the plan's; the clock times are a draft.
"""

from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from giaoban.domain.items import PAPER_CAP_MS
from giaoban.domain.roster import read_roster
from giaoban.services.conferences import NewConference

SLUG: Final = "giao-ban-2021"
TITLE: Final = (
    "Hội nghị giao ban Thường trực HĐND tỉnh với Thường trực HĐND cấp huyện, Thường trực HĐND cấp xã "
    "về tình hình kết quả công tác năm 2021; chương trình công tác năm 2022"
)
HOTLINE: Final = "0912.939.739; 0205 3811.484"
MAKET: Final[dict[str, Any]] = {
    "org": "THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN",
    "kind": "HỘI NGHỊ TRỰC TUYẾN",
    "title": ["GIAO BAN THƯỜNG TRỰC HĐND TỈNH VỚI THƯỜNG TRỰC", "HĐND CẤP HUYỆN, THƯỜNG TRỰC HĐND CẤP XÃ"],
    "year": "NĂM 2021",
    "place": "Lạng Sơn",
}
STARTS: Final = time(7, 30)
_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_HOST: Final = "Thường trực HĐND tỉnh"

_EXPLANATION: Final = "Kinh nghiệm, giải pháp nâng cao chất lượng phiên giải trình của Thường trực HĐND cấp huyện"
_SESSIONS: Final = "Kinh nghiệm hoạt động và giải pháp nâng cao chất lượng tổ chức các kỳ họp của HĐND cấp huyện"
_VOTERS: Final = (
    "Kinh nghiệm, giải pháp nâng cao chất lượng hoạt động tiếp xúc cử tri, tiếp công dân; giám sát việc giải quyết "
    "khiếu nại, tố cáo của công dân của HĐND cấp huyện"
)
_OVERSIGHT: Final = (
    "Thực trạng và giải pháp nâng cao chất lượng, hiệu quả hoạt động giám sát của Thường trực và các Ban của HĐND "
    "cấp huyện"
)
# The plan's page break cuts this topic in two; the stray line after it is its end.
_RESOLUTIONS: Final = (
    "Kinh nghiệm, giải pháp nâng cao chất lượng ban hành Nghị quyết của HĐND cấp huyện về kế hoạch phát triển kinh tế "
    "- xã hội, đảm bảo quốc phòng – an ninh hàng năm; việc thống nhất giải quyết các vấn đề phát sinh giữa hai kỳ họp "
    "Hội đồng nhân dân của Thường trực HĐND tỉnh"
)
_CARRYING_OUT: Final = (
    "Kinh nghiệm và giải pháp tổ chức, triển khai thực hiện nghị quyết của Hội đồng nhân dân cấp tỉnh ban hành"
)

_BEFORE_BREAK: Final = (
    ("185", "huyện Bắc Sơn", _EXPLANATION),
    ("178", "thành phố Lạng Sơn", _EXPLANATION),
    ("182", "huyện Văn Lãng", _SESSIONS),
    ("181", "huyện Bình Gia", _SESSIONS),
    ("184", "huyện Văn Quan", _VOTERS),
    ("183", "huyện Cao Lộc", _VOTERS),
)
_AFTER_BREAK: Final = (
    ("187", "huyện Chi Lăng", _OVERSIGHT),
    ("180", "huyện Tràng Định", _OVERSIGHT),
    ("188", "huyện Lộc Bình", _RESOLUTIONS),
    ("189", "huyện Đình Lập", _RESOLUTIONS),
    ("186", "huyện Hữu Lũng", _RESOLUTIONS),
    ("06634", "xã Cường Lợi, huyện Đình Lập", _CARRYING_OUT),
    ("06460", "xã Hòa Thắng, huyện Hữu Lũng", _CARRYING_OUT),
    ("06010", "xã Cao Minh, huyện Tràng Định", _CARRYING_OUT),
)


def _item(kind: str, minutes: int, title: str, speaker: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "title": title, "planned_ms": minutes * 60_000, "speaker": speaker}


def _paper(code: str, unit: str, topic: str) -> dict[str, Any]:
    return {
        **_item("paper", 10, topic, f"Thường trực HĐND {unit}"),
        "endpoint_code": code,
        "cap_ms": PAPER_CAP_MS,
    }


def items() -> list[dict[str, Any]]:
    """The plan's fields of every item, in order."""
    return [
        _item("technical_check", 30, "Kiểm tra đường truyền, điểm danh các điểm cầu"),
        _item("opening", 10, "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu"),
        _item("opening", 10, "Phát biểu khai mạc", _HOST),
        _item("report", 15, "Báo cáo kết quả hoạt động năm 2021, chương trình công tác năm 2022", _HOST),
        _item("report", 10, "Triển khai văn bản số 892-TB/VPTU ngày 17/9/2021"),
        *(_paper(*paper) for paper in _BEFORE_BREAK),
        _item("break", 10, "Giải lao"),
        *(_paper(*paper) for paper in _AFTER_BREAK),
        _item("discussion", 20, "Trao đổi, thảo luận; kiến nghị, đề xuất"),
        _item("conclusion", 10, "Kết luận", _HOST),
        _item("closing", 5, "Bế mạc"),
    ]


def starts_at_ms(day: date | None, start: str | None, now_ms: int) -> int:
    """When the demo begins, in ms since the epoch.

    `day` None is today at the venue; `start` is "HH:MM" at the venue, "now" (rounded up to 5 minutes), or None for the
    plan's 07:30. Raises ValueError on any other text.
    """
    now = datetime.fromtimestamp(now_ms / 1000, _ZONE)
    if start == "now":
        step = timedelta(minutes=5)
        begin = datetime.fromtimestamp(-(-now.timestamp() // step.total_seconds()) * step.total_seconds(), _ZONE)
        if day is not None:
            begin = datetime.combine(day, begin.timetz())
    else:
        at = STARTS if start is None else datetime.strptime(start, "%H:%M").time()
        begin = datetime.combine(day or now.date(), at, _ZONE)
    return int(begin.timestamp() * 1000)


def conference(begins_at_ms: int) -> NewConference:
    """The whole demo, ready to be stored."""
    roster = resources.files(__package__).joinpath("lang_son_2021.csv").read_bytes()
    return NewConference(
        slug=SLUG,
        title=TITLE,
        starts_at_ms=begins_at_ms,
        units=read_roster(roster),
        items=items(),
        hotline=HOTLINE,
        maket=MAKET,
    )
