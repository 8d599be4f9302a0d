"""What the rehearsal says at its end."""

from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from giaoban.rehearsal.walk import Report

NAMED_LOSSES: Final = 10
FIGURE_WIDTH: Final = 7  # characters
TITLE_NARROWEST: Final = 20


def print_report(report: Report, console: Console) -> None:
    """The table, a line of figures, and what was lost by name."""
    speed = _figure(report.speed, 1).removesuffix(",0")
    table = Table(title=f"Tổng duyệt, nhanh gấp {speed} lần", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    figures = ("Dự kiến", f"÷ {speed}", "Thực tế", "Điểm danh", "Chậm nhất")
    widths = [max(FIGURE_WIDTH, len(heading)) for heading in figures]
    gaps = 3 * (len(figures) + 1)
    table.add_column("Mục", justify="right", width=3)
    title_width = max(TITLE_NARROWEST, console.width - 3 - sum(widths) - gaps)
    table.add_column("Nội dung", no_wrap=True, overflow="ellipsis", width=title_width)
    for heading, width in zip(figures, widths, strict=True):
        table.add_column(heading, justify="right", no_wrap=True, width=width)
    for number, row in enumerate(report.rows, 1):
        table.add_row(
            str(number),
            escape(row.title),
            _clock(row.planned_ms),
            f"{_figure(row.held_ms / 1000, 1)} s",
            f"{_figure(row.lasted_ms / 1000, 1)} s",
            str(row.check_ins or ""),
            f"{_figure(row.worst_lag_ms, 0)} ms",
        )
    console.print(table)
    check_ins = sum(row.check_ins for row in report.rows)
    worst_ms = max((row.worst_lag_ms for row in report.rows), default=0)
    console.print(
        f"{len(report.rows)} mục · {check_ins}/{report.rooms} điểm cầu đã điểm danh · {report.screens} màn hình, chậm"
        f" nhất {_figure(worst_ms, 0)} ms · mất: {len(report.losses)}",
        highlight=False,
        soft_wrap=True,
    )
    for loss in report.losses[:NAMED_LOSSES]:
        console.print(f"  mất: {escape(loss)}", highlight=False, soft_wrap=True)
    if len(report.losses) > NAMED_LOSSES:
        console.print(f"  … và {len(report.losses) - NAMED_LOSSES} mục nữa")


def _clock(ms: int) -> str:
    """Minutes and seconds: 600,000 → "10:00"."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _figure(value: float, places: int) -> str:
    return f"{value:.{places}f}".replace(".", ",")
