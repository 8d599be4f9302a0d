"""The report of a conference, over or under way, read from its log; and as files."""

from typing import Any, Final

from giaoban.documents import typeset
from giaoban.documents.workbook import TIME, Cell, Column, Sheet, in_minutes, venue_time, workbook
from giaoban.domain import report as domain
from giaoban.domain.items import KIND_WORDS
from giaoban.domain.report import Report, Spoken
from giaoban.domain.report_bars import Bars, bars
from giaoban.domain.report_table import STATE_WORDS, name_of, short_name, texts
from giaoban.domain.times import clock, clock_s, long_day
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.conference import read_units
from giaoban.models.log import read_lines
from giaoban.models.running_order import first_order
from giaoban.services.documents import XLSX, File
from giaoban.services.identity import actor_words
from giaoban.services.ports import Clock
from giaoban.services.programme import head
from giaoban.threads import while_others_go_on

MINUTES: Final = "0.0"


class Reports:
    """Planned against actual, as far as the conference has come."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def report(self, conference: Conference) -> Report:
        """The report as of now."""
        connection = db.session.connection()
        lines = [line for line, _ in read_lines(connection, conference.id)]
        return domain.make(first_order(conference), lines, read_units(connection, conference.id), self._clock.now_ms())

    def file(self, conference: Conference, form: str) -> File:
        """The report as xlsx or pdf."""
        report = self.report(conference)
        name = f"bao-cao-{conference.slug}.{form}"
        if form == "pdf":
            return File(name, "application/pdf", typeset.pdf("report.typ", document(conference, report), report.now_ms))
        made = while_others_go_on(workbook, sheets(conference, report), conference.title, report.now_ms)
        return File(name, XLSX, made)


# ---- the document


def document(conference: Conference, report: Report) -> dict[str, Any]:
    """What `documents/report.typ` sets."""
    zone = conference.timezone
    until = f"Số liệu đến {clock_s(report.now_ms, zone)} {long_day(report.now_ms, zone)}, khi Hội nghị đang diễn ra."
    return {
        "head": head(conference, report.now_ms),
        "kind": "Báo cáo điều hành",
        "title": conference.title,
        "until": "" if report.finished else until if report.begun else "Hội nghị chưa bắt đầu: mới có kế hoạch.",
        "chart": _chart(bars(report), zone),
        **texts(report, zone, actor_words),
    }


def _chart(picture: Bars, zone: str) -> dict[str, Any]:
    """Places on the axis as shares of its length."""
    share = picture.share
    return {
        "ticks": [{"at": share(at_ms), "text": clock(at_ms, zone)} for at_ms in picture.ticks],
        "rows": [
            {
                "name": short_name(bar.row.item),
                "skipped": bar.row.item.state == "skipped",
                "plan": None if bar.plan is None else [share(bar.plan[0]), share(bar.plan[1])],
                "actual": [
                    {"kind": piece.kind, "from": share(piece.start_at_ms), "to": share(piece.end_at_ms)}
                    for piece in bar.actual
                ],
                "cap": None if bar.cap_at_ms is None else share(bar.cap_at_ms),
            }
            for bar in picture.rows
        ],
    }


# ---- the workbook

_ITEMS: Final = (
    Column("TT", 5),
    Column("Loại", 14),
    Column("Mục", 36, wide=True),
    Column("Nội dung", 50, wide=True),
    Column("Tình trạng", 14),
    Column("KH bắt đầu", 16, TIME),
    Column("KH dài (phút)", 10, MINUTES),
    Column("Bắt đầu", 16, TIME),
    Column("Kết thúc", 16, TIME),
    Column("Thực tế (phút)", 10, MINUTES),
    Column("So với KH (phút)", 10, MINUTES),
    Column("Số lần tạm dừng", 10),
    Column("Tạm dừng (phút)", 10, MINUTES),
    Column("Thêm, bớt (phút)", 10, MINUTES),
    Column("Mức (phút)", 9, MINUTES),
    Column("Quá mức", 9),
)
_SPOKEN: Final = (
    Column("Mã", 10, "@"),
    Column("Tên", 44, wide=True),
    Column("Số mục", 9),
    Column("KH (phút)", 10, MINUTES),
    Column("Thực tế (phút)", 10, MINUTES),
    Column("Thêm, bớt (phút)", 10, MINUTES),
    Column("So với KH (phút)", 10, MINUTES),
)
_PAUSES: Final = (
    Column("Mục", 44, wide=True),
    Column("Từ", 16, TIME),
    Column("Đến", 16, TIME),
    Column("Dài (phút)", 10, MINUTES),
    Column("Người thực hiện", 26, wide=True),
)
_ADDED: Final = (
    Column("Lúc", 16, TIME),
    Column("Mục", 44, wide=True),
    Column("Thêm, bớt (phút)", 10, MINUTES),
    Column("Quá mức", 9),
    Column("Lý do", 44, wide=True),
    Column("Lý do ghi lúc đầu", 44, wide=True),
    Column("Người thực hiện", 26, wide=True),
    Column("Người sửa lý do", 26, wide=True),
)


def sheets(conference: Conference, report: Report) -> list[Sheet]:
    """The workbook's sheets: items, districts, units, pauses, added time."""

    def instant(at_ms: int | None) -> Cell:
        return venue_time(at_ms, conference.timezone, report.starts_at_ms)

    def item_cells(row: domain.ItemReport) -> list[Cell]:
        item = row.item
        state = "thêm sau khi bắt đầu" if row.inserted else ""
        return [
            row.position,
            KIND_WORDS[item.kind],
            name_of(item),
            item.title,
            ", ".join(part for part in (STATE_WORDS.get(item.state, "đã xong"), state) if part),
            None if row.inserted else instant(row.planned_start_at_ms),
            in_minutes(row.planned_ms),
            instant(item.started_at_ms),
            instant(item.ended_at_ms),
            in_minutes(row.length_ms),
            in_minutes(row.over_ms),
            len(row.pauses) or None,
            in_minutes(row.paused_ms) if row.pauses else None,
            in_minutes(item.added_ms) if row.additions else None,
            in_minutes(item.cap_ms),
            "quá mức" if item.over_cap else None,
        ]

    def added_cells(row: domain.ItemReport, added: domain.Addition) -> list[Cell]:
        leave = added.leave
        return [
            instant(added.at_ms),
            name_of(row.item),
            in_minutes(added.delta_ms),
            "quá mức" if leave else None,
            added.reason or None,
            leave.first if leave and leave.rewordings else None,
            actor_words(added.actor),
            "; ".join(actor_words(each.actor) for each in leave.rewordings) or None if leave else None,
        ]

    return [
        Sheet("Mục", _ITEMS, [item_cells(row) for row in report.items]),
        Sheet("Huyện", _SPOKEN, [_spoken_cells(each) for each in report.districts], landscape=False),
        Sheet("Đơn vị", _SPOKEN, [_spoken_cells(each) for each in report.units], landscape=False),
        Sheet(
            "Tạm dừng",
            _PAUSES,
            [
                [
                    name_of(row.item),
                    instant(pause.start_at_ms),
                    instant(pause.end_at_ms),
                    in_minutes(pause.length_ms),
                    actor_words(pause.actor),
                ]
                for row in report.begun
                for pause in row.pauses
            ],
        ),
        Sheet("Thêm giờ", _ADDED, [added_cells(row, each) for row in report.begun for each in row.additions]),
    ]


def _spoken_cells(each: Spoken) -> list[Cell]:
    return [
        each.code or None,
        each.name,
        each.items,
        in_minutes(each.planned_ms),
        in_minutes(each.length_ms),
        in_minutes(each.added_ms),
        in_minutes(each.length_ms - each.planned_ms),
    ]
