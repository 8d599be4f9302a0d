"""The form of one item of the running order: what it shows, and what was typed turned into a command's fields.

Lengths are typed as minutes, "10" or "1:30"; times of day as the venue's clock shows them, on the conference's day.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from giaoban.domain.errors import InvalidInput
from giaoban.models import Conference
from giaoban.web.filters import clock

TEXTS: Final = ("kind", "title", "speaker", "endpoint_code")
LENGTHS: Final = ("planned", "cap", "min", "not_before")
_MINUTES: Final = re.compile(r"(\d{1,4})(?::([0-5]\d))?")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def blank() -> dict[str, str]:
    """The values of a form for a new item."""
    return dict.fromkeys(TEXTS + LENGTHS, "") | {"kind": "paper", "planned": "10"}


def shown(item: Mapping[str, Any], conference: Conference) -> dict[str, str]:
    """The values of a form for that item."""
    return {
        **{name: item[name] or "" for name in TEXTS},
        "planned": minutes_text(item["planned_ms"]),
        "cap": minutes_text(item["cap_ms"]),
        "min": minutes_text(item["min_ms"]),
        "not_before": "" if item["not_before_at_ms"] is None else clock(item["not_before_at_ms"], conference.timezone),
    }


def opened(form: Mapping[str, str]) -> dict[str, str]:
    """The item as it was when the form was opened, as far as the form carries it."""
    return {name: _one_line(form[f"was_{name}"]) for name in TEXTS + LENGTHS if f"was_{name}" in form}


def typed(form: Mapping[str, str], start: Mapping[str, str]) -> dict[str, str]:
    """What the form holds now; a field that it did not send keeps its value of `start`.

    Where it shows two texts (`opened` is then the other one), the text that was chosen.
    """
    theirs = {name: form[f"was_{name}"] for name in TEXTS + LENGTHS if form.get(f"pick_{name}") == "theirs"}
    return {name: _one_line(theirs.get(name, form.get(name, start[name]))) for name in TEXTS + LENGTHS}


def _one_line(text: str) -> str:
    """As it will be stored: a form may send NFD and line breaks that nobody typed, which would look like changes."""
    return " ".join(unicodedata.normalize("NFC", text).splitlines()).strip()


def fields(values: Mapping[str, str], start: Mapping[str, str], conference: Conference) -> dict[str, Any]:
    """A command's fields: those that differ from `start`, so that an exact length of milliseconds survives a look.

    Raises InvalidInput with `field` in its details.
    """
    changed = [name for name in TEXTS + LENGTHS if values[name] != start[name]]
    parsed: dict[str, Any] = {}
    for name in changed:
        value = values[name]
        if name in ("kind", "title"):
            parsed[name] = value
        elif name in TEXTS:
            parsed[name] = value or None
        elif name == "not_before":
            parsed["not_before_at_ms"] = _instant(value, conference)
        else:
            parsed[f"{name}_ms"] = _duration(value, name)
    return parsed


def minutes_text(duration_ms: int | None) -> str:
    """A length as people type it in minutes: "10", "1:30"; "" for none."""
    if duration_ms is None:
        return ""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    return f"{minutes}:{seconds:02d}" if seconds else str(minutes)


def _duration(text: str, name: str) -> int | None:
    return None if not text and name != "planned" else length_ms(text, f"{name}_ms")


def length_ms(text: str, field: str = "planned_ms") -> int:
    """The length that was typed as minutes, "10" or "1:30". Raises InvalidInput naming `field`."""
    match = _MINUTES.fullmatch(text)
    if match is None:
        raise InvalidInput("Thời lượng ghi bằng phút, ví dụ 10 hoặc 1:30 (1 phút 30 giây).", field=field)
    return (int(match[1]) * 60 + int(match[2] or 0)) * 1000


def _instant(text: str, conference: Conference) -> int | None:
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise InvalidInput("Giờ ghi theo dạng 24 giờ, ví dụ 09:55.", field="not_before_at_ms")
    day = datetime.fromtimestamp(conference.starts_at_ms / 1000, ZoneInfo(conference.timezone))
    at = day.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    return int(at.timestamp() * 1000)


_SENTENCES: Final = {
    "title": "Tên mục dài từ 1 đến 300 ký tự.",
    "planned_ms": "Thời lượng phải từ 1 giây đến 24 giờ.",
    "cap_ms": "Thời lượng nhiều nhất phải từ 1 giây đến 24 giờ, hoặc để trống.",
    "min_ms": "Thời lượng ít nhất phải từ 0 đến 24 giờ, hoặc để trống.",
    "speaker": "Người trình bày dài không quá 200 ký tự.",
}


def problem(error: InvalidInput) -> tuple[str, str]:
    """(field of the form, sentence) of a refusal; field "" when it is about the whole."""
    name = str(error.details.get("field", ""))
    ours = name.removesuffix("_at_ms").removesuffix("_ms")
    if ours not in TEXTS + LENGTHS:
        return "", error.message
    # The domain's own sentences speak of fields and milliseconds; whoever fills in a form sees labels and minutes.
    technical = "least" in error.details or "shortest" in error.details
    return ours, _SENTENCES.get(name, error.message) if technical else error.message
