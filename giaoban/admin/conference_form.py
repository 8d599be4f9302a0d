"""The fields of a conference as people type them: a day and a half of it, minutes, a short name from the title."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from giaoban.admin.item_form import minutes_text
from giaoban.domain import maket
from giaoban.domain.errors import InvalidInput
from giaoban.domain.items import LONGEST_MS
from giaoban.domain.texts import clean_text
from giaoban.models import Conference
from giaoban.services.conferences import SLUG, SLUG_LONGEST
from giaoban.web.filters import clock

# (key on the wire, words, when it begins); the last one takes the hour that is typed beside it
HALF_DAYS: Final = (
    ("morning", "Buổi sáng, 07:30", "07:30"),
    ("afternoon", "Buổi chiều, 13:30", "13:30"),
    ("other", "Giờ khác", ""),
)
_MINUTES: Final = re.compile(r"(\d{1,4})(?::([0-5]\d))?")


def slug_of(title: str) -> str:
    """A short name for a title, in plain letters: "Giao ban năm 2022" gives "giao-ban-nam-2022"; "" for none."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:SLUG_LONGEST]
        if len(longer) > SLUG_LONGEST:
            break
        slug = longer
    return slug


def title_of(form: Mapping[str, str]) -> str:
    """Raises InvalidInput for none or one that is too long."""
    try:
        return clean_text(form.get("title", ""), "title", longest=300, shortest=1)
    except InvalidInput:
        raise InvalidInput("Tên hội nghị dài từ 1 đến 300 ký tự.", field="title") from None


def slug_typed(form: Mapping[str, str], title: str) -> str:
    """The short name as typed, or the one that the title suggests. Raises InvalidInput."""
    slug = form.get("slug", "").strip() or slug_of(title)
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_LONGEST:
        words = f"Tên ngắn chỉ gồm chữ thường không dấu, số và dấu gạch nối, không quá {SLUG_LONGEST} ký tự."
        raise InvalidInput(words, field="slug")
    return slug


def begins_at_ms(form: Mapping[str, str], zone: str) -> int:
    """The beginning in ms since the epoch, from `day` ("2022-11-25"), `half` and `hour` ("08:00").

    Raises InvalidInput.
    """
    hours = {key: hour for key, _, hour in HALF_DAYS}
    hour = hours.get(form.get("half", "")) or form.get("hour", "")
    try:
        day = datetime.strptime(form.get("day", "").strip(), "%Y-%m-%d")
    except ValueError:
        raise InvalidInput("Xin chọn ngày họp.", field="day") from None
    try:
        at = datetime.strptime(hour.strip()[:5], "%H:%M").time()
    except ValueError:
        raise InvalidInput("Giờ bắt đầu ghi theo dạng 24 giờ, ví dụ 08:00.", field="hour") from None
    begins = datetime.combine(day.date(), at, ZoneInfo(zone))
    if not 1971 <= begins.year < 2100:
        raise InvalidInput("Ngày họp phải từ năm 1971 đến năm 2099.", field="day")
    return int(begins.timestamp() * 1000)


def cap_ms(form: Mapping[str, str]) -> int:
    """The cap of papers from minutes. Raises InvalidInput."""
    match = _MINUTES.fullmatch(form.get("cap", "").strip())
    typed_ms = (int(match[1]) * 60 + int(match[2] or 0)) * 1000 if match else 0
    if not 0 < typed_ms <= LONGEST_MS:
        raise InvalidInput("Mức tối đa của tham luận ghi bằng phút, ví dụ 10.", field="cap")
    return typed_ms


def hotline_of(form: Mapping[str, str]) -> str:
    """Raises InvalidInput for one that is too long."""
    try:
        return clean_text(form.get("hotline", ""), "hotline", longest=200)
    except InvalidInput:
        words = "Đường dây nóng dài không quá 200 ký tự, không có ký tự đặc biệt."
        raise InvalidInput(words, field="hotline") from None


def shown(conference: Conference) -> dict[str, str]:
    """The values of a form for that conference."""
    begins = datetime.fromtimestamp(conference.starts_at_ms / 1000, ZoneInfo(conference.timezone))
    hour = clock(conference.starts_at_ms, conference.timezone)
    return {
        "title": conference.title,
        "slug": conference.slug,
        "day": begins.strftime("%Y-%m-%d"),
        "half": next((key for key, _, at in HALF_DAYS if at == hour), "other"),
        "hour": hour,
        "cap": minutes_text(conference.paper_cap_ms),
        "hotline": conference.hotline,
    }


def maket_shown(conference: Conference) -> dict[str, str]:
    """The values of the form of its picture: a title's lines stand in one field, a line each."""
    lines = {name: str(conference.maket.get(name, "")) for name in maket.LINES}
    more = {"lines": "\n".join(conference.maket.get("title", [])), "day": str(conference.maket.get("day", ""))}
    return lines | more


@dataclass(frozen=True, slots=True)
class Changes:
    """What a form changes of a conference: None where nothing; `plan` the arguments of `set_plan`, empty for none."""

    title: str | None
    hotline: str | None
    plan: dict[str, Any]


def changes(form: Mapping[str, str], conference: Conference) -> Changes:
    """What differs from the conference as it is; fields that were not sent stay. Raises InvalidInput with `field`."""
    values = shown(conference) | {name: form[name] for name in form}
    title, hotline, cap = title_of(values), hotline_of(values), cap_ms(values)
    plan = {}
    if any(values[name] != shown(conference)[name] for name in ("day", "half", "hour")):
        starts_at_ms = begins_at_ms(values, conference.timezone)
        if starts_at_ms != conference.starts_at_ms:
            plan["starts_at_ms"] = starts_at_ms
    if values["cap"].strip() != shown(conference)["cap"] and cap != conference.paper_cap_ms:
        plan["paper_cap_ms"] = cap
    return Changes(
        title if title != conference.title else None, hotline if hotline != conference.hotline else None, plan
    )
