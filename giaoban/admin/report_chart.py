"""The report's picture as shapes of an SVG, ready to be drawn: all figures in units of its viewBox."""

from typing import Any, Final

from giaoban.domain.report_bars import Bar, Bars
from giaoban.domain.report_table import short_name
from giaoban.web.filters import clock

LABELS: Final = 250  # width of the names on the left
AXIS: Final = 960
HEAD: Final = 26
ROW: Final = 34


def chart(bars: Bars, zone: str, now_ms: int | None) -> dict[str, Any]:
    """`width`, `height`, `ticks` {x, text}, `rows` and `now` (x, None when there is no line for it)."""
    height = HEAD + ROW * len(bars.rows)

    def x(at_ms: int) -> float:
        return round(LABELS + AXIS * bars.share(at_ms), 1)

    return {
        "width": LABELS + AXIS + 22,
        "height": height + 6,
        "left": LABELS,
        "head": HEAD,
        "bottom": height,
        "ticks": [{"x": x(at_ms), "text": clock(at_ms, zone)} for at_ms in bars.ticks],
        "rows": [_row(bar, HEAD + ROW * number, x) for number, bar in enumerate(bars.rows)],
        "now": x(now_ms) if now_ms is not None and bars.start_at_ms <= now_ms <= bars.end_at_ms else None,
    }


def _row(bar: Bar, top: float, x: Any) -> dict[str, Any]:
    return {
        "top": top,
        "name": short_name(bar.row.item),
        "skipped": bar.row.item.state == "skipped",
        "plan": None if bar.plan is None else _span(bar.plan[0], bar.plan[1], x),
        "actual": [{"kind": piece.kind, **_span(piece.start_at_ms, piece.end_at_ms, x)} for piece in bar.actual],
        "cap": None if bar.cap_at_ms is None else x(bar.cap_at_ms),
    }


def _span(start_at_ms: int, end_at_ms: int, x: Any) -> dict[str, float]:
    """Nothing that was is too short to be seen."""
    return {"x": x(start_at_ms), "w": max(1.0, round(x(end_at_ms) - x(start_at_ms), 1))}
