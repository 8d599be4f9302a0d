"""The report as programs see it: names of keys as everywhere in the JSON face, no words for people."""

from dataclasses import asdict
from typing import Any

from giaoban.domain.report import Addition, ItemReport, Report, Swap


def report_json(report: Report) -> dict[str, Any]:
    """`GET …/{slug}/report`. Lengths of items are without pauses; offsets and `over_ms` positive = late, longer."""
    worst = report.worst
    return {
        "now_ms": report.now_ms,
        "phase": report.phase,
        "finished": report.finished,
        "starts_at_ms": report.starts_at_ms,
        "planned_end_at_ms": report.planned_end_at_ms,
        "end_at_ms": report.end_at_ms,
        "start_offset_ms": report.start_offset_ms,
        "end_offset_ms": report.end_offset_ms,
        "spoken_ms": report.spoken_ms,
        "worst_item_id": None if worst is None else worst.item.id,
        "items": [_item_json(row) for row in report.items],
        "removed": [{"id": item.id, "kind": item.kind, "title": item.title} for item in report.removed],
        "units": [asdict(each) for each in report.units],
        "districts": [asdict(each) for each in report.districts],
        "undone": [asdict(gone) for gone in report.undone],
    }


def _item_json(row: ItemReport) -> dict[str, Any]:
    item = row.item
    return {
        "id": item.id,
        "position": row.position,
        "kind": item.kind,
        "title": item.title,
        "speaker": item.speaker,
        "endpoint_code": item.endpoint_code,
        "state": item.state,
        "planned_start_at_ms": row.planned_start_at_ms,
        "planned_ms": row.planned_ms,
        "inserted": row.inserted,
        "started_at_ms": item.started_at_ms,
        "ended_at_ms": item.ended_at_ms,
        "length_ms": row.length_ms,
        "over_ms": row.over_ms,
        "cap_ms": item.cap_ms,
        "over_cap": item.over_cap,
        "paused_ms": row.paused_ms,
        "pauses": [asdict(pause) for pause in row.pauses],
        "added_ms": item.added_ms,
        "additions": [_addition_json(each) for each in row.additions],
        "swaps": [_swap_json(each) for each in row.swaps],
    }


def _swap_json(swap: Swap) -> dict[str, Any]:
    return {
        "seq": swap.seq,
        "at_ms": swap.at_ms,
        "actor": swap.actor,
        "reason": swap.leave.text,
        "first_reason": swap.leave.first,
        "rewordings": [asdict(each) for each in swap.leave.rewordings],
    }


def _addition_json(added: Addition) -> dict[str, Any]:
    leave = added.leave
    return {
        "seq": added.seq,
        "at_ms": added.at_ms,
        "delta_ms": added.delta_ms,
        "actor": added.actor,
        "over_cap": leave is not None,
        "reason": added.reason or None,
        "first_reason": added.given_reason or None,
        "rewordings": [asdict(each) for each in leave.rewordings] if leave is not None else [],
    }
