"""The report in words: one set of ready texts for the page, the document and whatever else shows it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from giaoban.domain.items import KIND_WORDS, Item
from giaoban.domain.offsets import slip
from giaoban.domain.report import Addition, ItemReport, Pause, Report, Spoken
from giaoban.domain.speaker import heading
from giaoban.domain.times import clock, hours_words, short_length, signed_length

Who = Callable[[str], str]  # how an actor of the log is named to people

SHORT_LONGEST: Final = 34  # characters
NOT_BEGUN: Final = "–"
STATE_WORDS: Final = {
    "pending": "chưa diễn ra",
    "live": "đang diễn ra",
    "paused": "đang tạm dừng",
    "skipped": "bỏ qua",
}


def texts(report: Report, zone: str, who: Who) -> dict[str, Any]:
    """`facts` (name, text), `rows`, `units`, `districts`, `pauses`, `additions` as dicts of texts; lengths of rows are
    without pauses. What has not begun has "–" for what was."""
    names = {row.item.id: name_of(row.item) for row in report.items}
    labels = _labels(report.items)
    return {
        "facts": _facts(report, zone, names),
        "rows": [_row(row, zone, who, labels[row.item.id]) for row in report.items],
        "units": [_spoken(each) for each in report.units],
        "districts": [_spoken(each) for each in report.districts],
        "pauses": [_pause(pause, zone, who, names[row.item.id]) for row in report.begun for pause in row.pauses],
        "additions": [_addition(each, zone, who, names[row.item.id]) for row in report.begun for each in row.additions],
    }


def name_of(item: Item) -> str:
    """What an item is called in one line: the unit of a paper in full, else its title."""
    return heading(item.kind, item.title, item.speaker)


def short_name(item: Item) -> str:
    """The same, cut for the side of a picture."""
    name = name_of(item)
    return name if len(name) <= SHORT_LONGEST else name[: SHORT_LONGEST - 1].rstrip(" ,;") + "…"


def _labels(rows: Sequence[ItemReport]) -> dict[str, str]:
    """ "Tham luận 3" and so on by id; skipped papers keep their number."""
    papers = [row.item.id for row in rows if row.item.kind == "paper"]
    numbers = {item_id: f" {number}" for number, item_id in enumerate(papers, 1)}
    return {row.item.id: KIND_WORDS[row.item.kind] + numbers.get(row.item.id, "") for row in rows}


def _facts(report: Report, zone: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    begun, worst = report.begun, report.worst
    start = NOT_BEGUN
    if report.start_offset_ms is not None:
        start = f"{clock(begun[0].item.started_at_ms, zone)}, {slip(report.start_offset_ms)}"
    end_name = "Kết thúc" if report.finished else "Dự kiến kết thúc"
    additions = [each for row in begun for each in row.additions]
    over_cap = sum(each.leave is not None for each in additions)
    pauses = sum(len(row.pauses) for row in begun)
    done = sum(row.item.state == "done" for row in begun)
    return [
        ("Kế hoạch", f"{clock(report.starts_at_ms, zone)} đến {clock(report.planned_end_at_ms, zone)}"),
        ("Bắt đầu", start),
        (end_name, f"{clock(report.end_at_ms, zone)}, {slip(report.end_offset_ms)}"),
        ("Mục đã xong", f"{done}/{len(report.items)}"),
        ("Bỏ qua", _listed([names[row.item.id] for row in report.skipped])),
        ("Thêm sau khi bắt đầu", _listed([names[row.item.id] for row in report.inserted])),
        ("Xóa sau khi bắt đầu", _listed([name_of(item) for item in report.removed])),
        ("Thời gian phát biểu", hours_words(report.spoken_ms)),
        ("Tạm dừng", f"{pauses} lần, {short_length(report.paused_ms)}" if pauses else "không"),
        (
            "Thêm, bớt giờ",
            f"{len(additions)} lần, {signed_length(sum(each.delta_ms for each in additions))}; quá mức {over_cap} lần"
            if additions
            else "không",
        ),
        (
            "Quá giờ nhiều nhất",
            f"{names[worst.item.id]}, {signed_length(worst.over_ms or 0)}" if worst is not None else "không có mục nào",
        ),
        ("Lệnh đã hoàn tác", f"{len(report.undone)} lệnh, không tính vào báo cáo" if report.undone else "không"),
    ]


def _listed(names: Sequence[str]) -> str:
    return f"{len(names)} mục: {'; '.join(names)}" if names else "không"


def _row(row: ItemReport, zone: str, who: Who, label: str) -> dict[str, Any]:
    item, name = row.item, name_of(row.item)
    sub = item.title if name != item.title else item.speaker or ""
    return {
        "id": item.id,
        "state": item.state,
        "number": str(row.position),
        "label": "" if label == name else label,
        "name": name,
        "sub": sub,
        "planned_start": "thêm" if row.inserted else clock(row.planned_start_at_ms, zone),
        "planned": short_length(row.planned_ms),
        "start": clock(item.started_at_ms, zone) if row.length_ms is not None else NOT_BEGUN,
        "end": clock(item.ended_at_ms, zone) if item.ended_at_ms is not None else STATE_WORDS.get(item.state, ""),
        "length": NOT_BEGUN if row.length_ms is None else short_length(row.length_ms),
        "pauses": f"{len(row.pauses)} lần, {short_length(row.paused_ms)}" if row.pauses else "",
        "added": signed_length(item.added_ms) if row.additions else "",
        "over": NOT_BEGUN if row.over_ms is None else signed_length(row.over_ms),
        "over_cap": f"quá mức {short_length(item.cap_ms)}" if item.over_cap and item.cap_ms is not None else "",
        "replanned": f"đổi thành {short_length(item.planned_ms)}" if item.planned_ms != row.planned_ms else "",
        "notes": [
            *(_note(each, zone, who) for each in row.additions),
            *(f"{clock(each.at_ms, zone)} đổi thứ tự, {who(each.actor)}: {each.leave.text}" for each in row.swaps),
        ],
    }


def _note(added: Addition, zone: str, who: Who) -> str:
    reason = f": {added.reason}" if added.reason else ""
    return f"{clock(added.at_ms, zone)} {signed_length(added.delta_ms)}, {who(added.actor)}{reason}"


def _spoken(each: Spoken) -> dict[str, str]:
    return {
        "name": each.name,
        "count": str(each.items),
        "planned": short_length(each.planned_ms),
        "length": short_length(each.length_ms),
        "added": signed_length(each.added_ms) if each.added_ms else "",
        "over": signed_length(each.length_ms - each.planned_ms),
    }


def _pause(pause: Pause, zone: str, who: Who, name: str) -> dict[str, str]:
    return {
        "name": name,
        "start": clock(pause.start_at_ms, zone),
        "end": "chưa tiếp tục" if pause.end_at_ms is None else clock(pause.end_at_ms, zone),
        "length": short_length(pause.length_ms),
        "who": who(pause.actor),
    }


def _addition(added: Addition, zone: str, who: Who, name: str) -> dict[str, Any]:
    leave = added.leave
    return {
        "seq": added.seq,
        "name": name,
        "at": clock(added.at_ms, zone),
        "delta": signed_length(added.delta_ms),
        "who": who(added.actor),
        "reason": added.reason,
        "over_cap": "quá mức" if leave is not None else "",
        "first": leave.first if leave is not None and leave.rewordings else "",
        "reworded": [f"{clock(each.at_ms, zone)}, {who(each.actor)}" for each in leave.rewordings] if leave else [],
    }
