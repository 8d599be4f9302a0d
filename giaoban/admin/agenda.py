"""The agenda editor: a conference's running order as a table, with what it breaks of the rules above it.

Its presses are the console's own (`admin.running_order`, `admin.editing`), which bring back this table instead of the
console where the address says so (`soan`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import render_template

from giaoban.admin import console as state
from giaoban.admin import wording
from giaoban.admin.item_form import minutes_text
from giaoban.domain.agenda_rules import Finding, findings
from giaoban.domain.running_order import RunningOrder
from giaoban.models import Conference
from giaoban.web.current import required_identity, services
from giaoban.web.filters import clock, length_words
from giaoban.web.running_order import KIND_WORDS, heading, short_unit

KIND_ICONS: Final = {
    "technical_check": "people",
    "opening": "flag",
    "report": "agenda",
    "paper": "mic",
    "break": "cup",
    "discussion": "people",
    "conclusion": "flag",
    "closing": "flag",
}
HOUR_MS: Final = 3_600_000
UNNUMBERED: Final = ("technical_check", "break")
HALF_DAYS_END: Final = (time(12, 0), time(17, 30))
STATUS_WORDS: Final = {"draft": "Bản nháp", "ready": "Đã công bố", "live": "Đang họp", "closed": "Đã kết thúc"}
MANY: Final = 3  # findings of one rule that are told in one line
ALL_AT_ONCE: Final = ("over_cap", "under_min")  # what one command puts right for all
_MANY_WORDS: Final = {
    "over_cap": "mục dài hơn mức tối đa",
    "under_min": "mục ngắn hơn mức ít nhất",
    "no_endpoint": "tham luận chưa gắn điểm cầu",
    "gap": "chỗ trống trước giờ hẹn",
    "late": "mục bị lấn giờ hẹn",
    "no_break": "lần ngồi quá 2 giờ chưa giải lao",
}
_STATE_WORDS: Final = {"live": "Đang diễn ra", "paused": "Tạm dừng", "done": "Đã xong"}


def render(conference: Conference, words: Mapping[str, Any], *, fragment: bool, **more: Any) -> str:
    """The page, or only its table; `words` are those that the templates of the console need."""
    template = "_agenda.html" if fragment else "show.html"
    return render_template(f"admin/agenda/{template}", **_state(conference), **words, **more, fragment=fragment)


def _state(conference: Conference) -> dict[str, Any]:
    who = required_identity()
    orders = services().running_order
    order, view = orders.load(conference), orders.view(conference)
    legal = orders.legal(conference)
    items = view["items"]
    headings = {item["id"]: heading(item) for item in items}
    found = [
        _finding(finding, headings, conference)
        for finding in findings(order.items, order.starts_at_ms, _half_day_end(conference))
    ]
    may_edit = who.may("edit") and conference.stage != "closed"
    order_rows = state.rows(items, legal, may_edit)
    return {
        "conference": conference,
        "version": view["version"],
        "now_ms": view["server_now_ms"],
        "rows": _table(items, order_rows, found),
        "bin": [{**item, "heading": heading(item)} for item in orders.bin(conference)] if may_edit else [],
        "findings": _grouped(found),
        "wrong": len(found),
        "summary": _summary(conference, items, order, view["forecast"]["planned_end_at_ms"]),
        "undo": orders.snapshot(conference)["undo"] if "undo" in legal.commands and who.may("run") else None,
        "may_edit": may_edit,
        "may_publish": who.may("edit") and conference.stage == "draft",
        "status_word": STATUS_WORDS[conference.status],
        "who": who,
        "editing": may_edit,
    }


def lengths_at_limits(order: RunningOrder, rule: str) -> dict[str, int]:
    """The lengths by item that put right whatever breaks that rule of ALL_AT_ONCE."""
    found = findings(order.items, order.starts_at_ms, None)
    return {finding.item_id: finding.limit_ms for finding in found if finding.rule == rule and finding.item_id}


def _table(
    items: Sequence[Mapping[str, Any]], order_rows: Sequence[dict[str, Any]], found: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One dict a line: the console's row with its number, words and what is wrong in which cell."""
    number = 0
    table = []
    about: dict[str, list[Mapping[str, Any]]] = {}
    for finding in found:
        about.setdefault(finding["item_id"], []).append(finding)
    for item, row in zip(items, order_rows, strict=True):
        counts = item["kind"] not in UNNUMBERED and item["state"] != "skipped"
        number += counts
        wrong = {name: each["short"] for each in about.get(item["id"], ()) for name in each["fields"]}
        table.append(
            {
                **row,
                "number": number if counts else "",
                "kind_word": KIND_WORDS[item["kind"]],
                "kind_icon": KIND_ICONS[item["kind"]],
                "unit": short_unit(item["speaker"]),
                "title": item["title"],
                "scene_word": wording.SCENE_WORDS["break" if item["kind"] == "break" else "speaker"],
                "start_at_ms": item["planned_start_at_ms"] or row["at_ms"],
                "pinned_at_ms": item["not_before_at_ms"],
                "length": minutes_text(item["planned_ms"]),
                "state_word": _STATE_WORDS.get(item["state"], ""),
                "wrong": wrong,
            }
        )
    return table


def _half_day_end(conference: Conference) -> int | None:
    """When the half-day of the conference is over: noon, or half past five; None for what begins in the evening."""
    begins = datetime.fromtimestamp(conference.starts_at_ms / 1000, ZoneInfo(conference.timezone))
    for end in HALF_DAYS_END:
        if begins.time() < end:
            at = begins.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
            return int(at.timestamp() * 1000)
    return None


def _summary(
    conference: Conference, items: Sequence[Mapping[str, Any]], order: RunningOrder, planned_end_at_ms: int
) -> str:
    """ "21 mục, 07:30 đến 11:50, dài 4 giờ 20 phút"."""
    if not items:
        return "chưa có mục nào"
    begins, ends = clock(order.starts_at_ms, conference.timezone), clock(planned_end_at_ms, conference.timezone)
    hours, minutes = divmod((planned_end_at_ms - order.starts_at_ms) // 60_000, 60)
    length = " ".join(f"{count} {unit}" for count, unit in ((hours, "giờ"), (minutes, "phút")) if count)
    return f"{len(items)} mục, {begins} đến {ends}" + (f", dài {length}" if length else "")


def _finding(finding: Finding, headings: Mapping[str, str], conference: Conference) -> dict[str, Any]:
    """The finding in words, with the form that puts it right."""
    name = headings.get(finding.item_id or "", "")
    by, limit = length_words(finding.by_ms), length_words(finding.limit_ms)
    at = clock(finding.at_ms, conference.timezone)
    words, short, button = {
        "over_cap": (f"“{name}” dài hơn mức tối đa {limit} là {by}", f"tối đa {limit}", f"Đặt về {limit}"),
        "under_min": (f"“{name}” ngắn hơn mức ít nhất {limit} là {by}", f"ít nhất {limit}", f"Đặt thành {limit}"),
        "no_endpoint": (f"Tham luận “{name}” chưa gắn điểm cầu", "chưa gắn điểm cầu", ""),
        "gap": (f"Trước “{name}” trống {by}, vì mục này hẹn không sớm hơn {at}", f"trống {by}", "Bỏ giờ hẹn"),
        "late": (f"“{name}” hẹn {at} nhưng các mục trước kéo dài quá {by}", f"quá {by}", "Bỏ giờ hẹn"),
        "no_break": (
            f"Đến “{name}” đã ngồi quá {finding.limit_ms // HOUR_MS} giờ chưa giải lao",
            "",
            "Thêm giải lao 10 phút",
        ),
        "too_long": (f"Chương trình kết thúc sau {at}, quá {by}", "", ""),
    }[finding.rule]
    return {
        "rule": finding.rule,
        "item_id": finding.item_id,
        "fields": finding.fields,
        "name": name,
        "words": words,
        "short": short,
        "button": button if finding.remedy else "",
        "remedy": None if finding.remedy is None else {"name": finding.remedy.name, "form": _form(finding.remedy.args)},
    }


def _grouped(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings as they are listed: where one rule is broken many times, that is one line and one remedy."""
    lines = []
    of_rule: dict[str, list[dict[str, Any]]] = {}
    for finding in found:
        of_rule.setdefault(finding["rule"], []).append(finding)
    for finding in found:
        same = of_rule[finding["rule"]]
        if len(same) < MANY:
            lines.append(finding)
        elif finding is same[0]:
            names = ", ".join(each["name"] for each in same[: MANY - 1])
            said = f"{len(same)} {_MANY_WORDS[finding['rule']]}: {names} và {len(same) - MANY + 1} mục khác"
            lines.append(finding | {"words": said, "remedy": None, "all": finding["rule"] in ALL_AT_ONCE})
    return lines


def _form(args: Mapping[str, Any]) -> dict[str, str]:
    """A remedy's arguments as the item's form sends them: lengths in minutes."""
    form = {}
    for name, value in args.items():
        if name.endswith("_at_ms"):
            form[name.removesuffix("_at_ms")] = ""
        elif name.endswith("_ms"):
            form[name.removesuffix("_ms")] = minutes_text(value)
        else:
            form[name] = str(value)
    return form | ({"title": KIND_WORDS[args["kind"]]} if "kind" in args else {})
