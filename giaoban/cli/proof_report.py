"""What `flask giaoban verify` says of a log that is whole."""

from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from giaoban.domain.counts import printed
from giaoban.domain.errors import InvalidLog
from giaoban.domain.roll_call import Totals
from giaoban.domain.roster import LEVEL_WORDS, roster_hash
from giaoban.domain.witness import Counted, Proof
from giaoban.web.filters import clock, clock_s, day, grouped

STATE_WORDS: Final = {"skipped": "bỏ qua", "pending": "chưa diễn ra", "live": "đang diễn ra", "paused": "tạm dừng"}
# In characters.
NUMBER_WIDTH: Final = 3
TITLE_NARROWEST: Final = 20
PLAN_WIDTH: Final = 11
TIME_WIDTH: Final = 8
STATE_WIDTH: Final = 14
GAP: Final = 3


def print_proof(proof: Proof, console: Console) -> None:
    """The conference, the items with their times, attendance by level, and the head of the chain.

    Raises InvalidLog, with nothing printed, when the log says what cannot be said, such as a time in no calendar.
    """
    try:
        items, attendance = _items(proof, console.width), _attendance(proof)
        begins = f"{day(proof.order.starts_at_ms, proof.timezone)} {clock_s(proof.order.starts_at_ms, proof.timezone)}"
    except Exception as error:  # a log that was made up may hold anything
        raise InvalidLog(f"Nhật ký có giá trị không đọc được ({type(error).__name__}).") from error
    _say(console, f"Hội nghị: {proof.title} ({proof.slug}), bắt đầu theo kế hoạch {begins} ({proof.timezone})")
    _say(console, f"Nhật ký: {proof.lines} dòng, còn nguyên vẹn; {proof.order.version} lệnh điều hành")
    console.print()
    console.print(items)
    console.print()
    console.print(attendance)
    console.print()
    if proof.contradicted:
        _say(console, f"Điểm cầu có báo cáo trái nhau: {', '.join(sorted(proof.contradicted))}")
    if proof.annulled:
        _say(console, f"Bản ghi điểm danh đã hủy: {len(proof.annulled)}")
    for counted in proof.counts:
        _say(console, _count_words(counted, proof))
    if not proof.roster_bound:
        _say(console, "Nhật ký do phiên bản cũ ghi, không có mã của danh sách điểm cầu: danh sách lấy theo tệp.")
    _say(console, f"Mã niêm phong: {grouped(proof.head)}")


def _count_words(counted: Counted, proof: Proof) -> str:
    count, figures = counted.count, counted.count["totals"]
    other = "" if count["roster_hash"] == roster_hash(proof.units) else ", theo danh sách điểm cầu lúc đó"
    return (
        f"Chốt điểm danh lần {count['number']} lúc {clock_s(count['at_ms'], proof.timezone)}: có mặt "
        f"{figures['present']}/{figures['expected']}, khớp với các lần điểm danh trước đó{other}. "
        f"Mã chốt: {printed(counted.seal)}"
    )


def _say(console: Console, text: str) -> None:
    console.print(escape(text), highlight=False, soft_wrap=True)


def _items(proof: Proof, width: int) -> Table:
    figures = {"Kế hoạch": PLAN_WIDTH, "Bắt đầu": TIME_WIDTH, "Kết thúc": TIME_WIDTH, "": STATE_WIDTH}
    table = _table()
    table.add_column("Mục", justify="right", width=NUMBER_WIDTH)
    gaps = GAP * (len(figures) + 1)
    title_width = max(TITLE_NARROWEST, width - NUMBER_WIDTH - sum(figures.values()) - gaps)
    table.add_column("Nội dung", no_wrap=True, overflow="ellipsis", width=title_width)
    for heading, figure_width in figures.items():
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True, width=figure_width)
    times = proof.order.forecast(proof.order.starts_at_ms).times
    for number, (item, when) in enumerate(zip(proof.order.items, times, strict=True), 1):
        told = [clock_s(at_ms, proof.timezone) for at_ms in (item.started_at_ms, item.ended_at_ms)]
        planned = _planned(when.planned_start_at_ms, item.planned_ms, proof.timezone)
        table.add_row(str(number), escape(item.title), planned, *told, STATE_WORDS.get(item.state, ""))
    return table


def _planned(start_at_ms: int | None, length_ms: int, zone: str) -> str:
    """ "07:30–08:00"; "–" for what was put in after the beginning."""
    if start_at_ms is None:
        return "–"
    return f"{clock(start_at_ms, zone)}–{clock(start_at_ms + length_ms, zone)}"


def _attendance(proof: Proof) -> Table:
    table = _table()
    for heading in ("Điểm danh", "Triệu tập", "Có mặt", "Vắng", "Chưa báo", "Đại biểu"):
        table.add_column(heading, justify="left" if heading == "Điểm danh" else "right", no_wrap=True)
    for level, figures in proof.by_level.items():
        table.add_row(LEVEL_WORDS[level].capitalize(), *_figures(figures))
    table.add_row("Tổng số", *_figures(proof.totals))
    return table


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)


def _figures(totals: Totals) -> list[str]:
    return [str(count) for count in (totals.expected, totals.present, totals.absent, totals.pending, totals.headcount)]
