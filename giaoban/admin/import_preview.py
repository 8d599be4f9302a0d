"""What the preview of an import shows: lines, values before and after, problems by their sentence, totals."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.domain.agenda_changes import Changes, Line, row_ranges
from giaoban.domain.agenda_columns import FIELDS
from giaoban.domain.agenda_table import Problem
from giaoban.domain.grid import column_name
from giaoban.domain.offsets import whole_minutes
from giaoban.models import Conference
from giaoban.services.agenda_import import Draft
from giaoban.web.filters import clock, length_words
from giaoban.web.running_order import KIND_WORDS

PAGE: Final = 200  # lines at a time
WORDS_MOST: Final = 40  # words to be explained at once; a form has no room for more

FIELD_WORDS: Final = dict(
    zip(
        FIELDS,
        (
            "Nội dung",
            "Đơn vị, người trình bày",
            "Loại mục",
            "Thời lượng",
            "Giờ bắt đầu, hoặc từ–đến",
            "Giờ kết thúc",
            "Điểm cầu",
            "Thời lượng nhiều nhất",
            "Thời lượng ít nhất",
            "Không sớm hơn",
            "Mã mục",
        ),
        strict=True,
    )
)
FIELD_HINTS: Final = {
    "planned": "Số phút, “10 phút”, “0:10”, hoặc “8h05–8h15”",
    "start": "Để tính thời lượng khi bảng không có cột thời lượng",
    "endpoint": "Mã hoặc tên điểm cầu",
    "item_id": "Có trong tệp xuất từ phần mềm này, để nhận ra mục cũ",
}
STATUS_WORDS: Final = {
    "new": "Thêm mới",
    "changed": "Sửa",
    "same": "Giữ nguyên",
    "held": "Giữ nguyên, dòng có lỗi",
    "begun": "Đã bắt đầu, giữ nguyên",
    "bad": "Không nhận, dòng có lỗi",
    "gone": "Bỏ khỏi chương trình",
}
STATUS_ICONS: Final = {
    "new": "add",
    "changed": "edit",
    "same": "tick",
    "held": "danger",
    "begun": "clock",
    "bad": "danger",
    "gone": "remove",
}
_KEY_WORDS: Final = {
    "kind": "Loại",
    "title": "Nội dung",
    "speaker": "Người trình bày",
    "endpoint_code": "Điểm cầu",
    "planned_ms": "Thời lượng",
    "cap_ms": "Nhiều nhất",
    "min_ms": "Ít nhất",
    "not_before_at_ms": "Không sớm hơn",
}


def view(
    changes: Changes,
    draft: Draft,
    conference: Conference,
    endpoints: Sequence[Mapping[str, Any]],
    *,
    only_changes: bool,
    page: int,
) -> dict[str, Any]:
    """Everything that the third step's template needs."""
    names = {room["code"]: room["full_name"] for room in endpoints}
    lines = [line for line in changes.lines if not only_changes or line.status != "same" or line.moved]
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 1), pages)
    zone = conference.timezone
    return {
        "lines": [_line(line, names, zone) for line in lines[(page - 1) * PAGE : page * PAGE]],
        "page": page,
        "pages": pages,
        "counts": changes.counts,
        "status_words": STATUS_WORDS,
        "status_icons": STATUS_ICONS,
        "problems": _problems(changes.problems, draft),
        "bad_rows": len({problem.row for problem in changes.problems}),
        "words": _words(changes.problems, names),
        "kinds": KIND_WORDS,
        "all_rooms": [room["full_name"] for room in endpoints],
        "notes": changes.notes,
        "applicable": changes.command is not None,
        "ends": _ends(changes, zone),
    }


def _line(line: Line, names: Mapping[str, str], zone: str) -> dict[str, Any]:
    item = line.after or line.before
    old = {key: before for key, before, _ in line.changes}
    fields = line.read.fields if line.read is not None and item is None else {}

    def value(key: str) -> Any:
        return getattr(item, key) if item is not None else fields.get(key)

    return {
        "status": line.status,
        "row": line.row,
        "moved": line.moved,
        "at": "" if line.at_ms is None else clock(line.at_ms, zone),
        "was_at": "" if line.was_at_ms is None or line.was_at_ms == line.at_ms else clock(line.was_at_ms, zone),
        "minutes": _value("planned_ms", value("planned_ms"), names, zone),
        "was_minutes": _value("planned_ms", old["planned_ms"], names, zone) if "planned_ms" in old else "",
        "kind": KIND_WORDS.get(value("kind"), ""),
        "was_kind": KIND_WORDS[old["kind"]] if "kind" in old else "",
        "title": value("title") or "",
        "was_title": old.get("title", ""),
        "speaker": value("speaker") or "",
        "was_speaker": (old["speaker"] or "chưa có") if "speaker" in old else "",
        "room": names.get(value("endpoint_code") or "", ""),
        "more": [
            (_KEY_WORDS[key], _value(key, before, names, zone), _value(key, after, names, zone))
            for key, before, after in line.changes
            if key in ("endpoint_code", "cap_ms", "min_ms", "not_before_at_ms")
        ],
        "problems": [problem.sentence for problem in line.read.problems] if line.read is not None else [],
    }


def _value(key: str, value: Any, names: Mapping[str, str], zone: str) -> str:
    if value is None:
        return "không"
    if key == "endpoint_code":
        return names.get(value, str(value))
    if key == "not_before_at_ms":
        return clock(value, zone)
    if key == "planned_ms":
        return f"{value // 60_000}'" if value % 60_000 == 0 else length_words(value)
    return length_words(value)


def _problems(problems: Sequence[Problem], draft: Draft) -> list[dict[str, str]]:
    """Every bad row by its number, those with the same trouble in the same column together."""
    rows: dict[tuple[int | None, str], list[int]] = {}
    for problem in problems:
        rows.setdefault((problem.column, problem.sentence), []).append(problem.row)
    fields = {column: FIELD_WORDS[name] for name, column in draft.choices.columns.items()}
    return [
        {
            "rows": row_ranges(of),
            "column": "" if column is None else f"cột {column_name(column)} ({fields.get(column, 'khác')})",
            "sentence": sentence,
        }
        for (column, sentence), of in rows.items()
    ]


def _words(problems: Sequence[Problem], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Words of the table that somebody may explain, each once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for problem in problems:
        if problem.unknown is None:
            continue
        word = found.setdefault(
            problem.unknown,
            {
                "name": ":".join(problem.unknown),
                "what": problem.unknown[0],
                "word": problem.word,
                "rows": [],
                "candidates": [(code, names.get(code, code)) for code in problem.candidates],
            },
        )
        word["rows"].append(problem.row)
    return [{**word, "rows": row_ranges(word["rows"])} for word in list(found.values())[:WORDS_MOST]]


def _ends(changes: Changes, zone: str) -> dict[str, str]:
    """When the conference ends before and after, and the difference in words."""

    def end(order: Any) -> int:
        found = order.forecast(changes.now_ms)
        return int(found.planned_end_at_ms if order.phase == "idle" else found.expected_end_at_ms)

    was, now = end(changes.before), end(changes.after)
    minutes = whole_minutes(now - was)
    words = "không đổi" if not minutes else f"{'muộn' if minutes > 0 else 'sớm'} hơn {abs(minutes)} phút"
    return {"was": clock(was, zone), "now": clock(now, zone), "words": words}
