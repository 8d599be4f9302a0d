"""Dồn lịch: which lengths would end the rest on time, shown before they are applied as one command.

The fields are a GET form that shows the proposal again; applying sends them with the version that was shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.admin.presses import request_of, what_happened
from giaoban.admin.running_order import DRIVERS, done, here, words
from giaoban.domain.compress import Proposal
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.models import Conference
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.filters import clock
from giaoban.web.running_order import KIND_WORDS, begun_second, heading

END: Final = "ket_thuc"
FLOOR: Final = "san_"  # before a kind or an item's id
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MINUTES: Final = re.compile(r"(\d{1,3})(?::([0-5]\d))?")
_RECOUNTED: Final = "Chương trình vừa đổi nên phương án đã được tính lại. Xin xem lại rồi áp dụng."


@dataclass(frozen=True, slots=True)
class _Given:
    """What the fields say: the end and the floors as typed, and as values; `problems` are sentences."""

    texts: Mapping[str, str]
    end_at_ms: int
    floors: Mapping[str, int]
    problems: tuple[str, ...]


@bp.get("/dieu-hanh/don-lich")
@require(*DRIVERS)
def show_compress() -> Response:
    """The proposal for the end and the floors in the address; the planned end and the usual floors without any."""
    conference = current_conference()
    view = services().running_order.view(conference)
    given = _given(conference, view, request.args)
    return _answer(conference, given, status=422 if given.problems else 200)


@bp.post("/dieu-hanh/don-lich")
@require(*DRIVERS)
def compress() -> Response:
    """Apply it. What moved in between: 409 with the proposal made anew."""
    conference = current_conference()
    given = _given(conference, services().running_order.view(conference), request.form)
    if given.problems:
        return _answer(conference, given, status=422)
    args = {"end_at_ms": given.end_at_ms, "floors": dict(given.floors)}
    try:
        services().running_order.dispatch(conference.slug, request_of("compress", args), required_identity())
    except StaleVersion:
        return _answer(conference, given, status=409, notice=_RECOUNTED)
    except InvalidTransition as error:
        return _answer(conference, given, status=409, notice=what_happened(conference, "compress", error))
    except (InvalidInput, IdReused) as error:
        return _answer(conference, given, status=422, notice=error.message)
    return done(conference, close_drawer=True)


@bp.post("/dieu-hanh/don-lich/bo-qua")
@require(*DRIVERS)
def skip_to_compress() -> Response:
    """Skip one of the items that stand in the way, and show the proposal without it."""
    conference = current_conference()
    given = _given(conference, services().running_order.view(conference), request.form)
    skip = request_of("skip", {"item_id": request.form.get("item_id", "")})
    try:
        services().running_order.dispatch(conference.slug, skip, required_identity())
    except (StaleVersion, InvalidTransition) as error:
        return _answer(conference, given, status=409, notice=what_happened(conference, "skip", error))
    except (InvalidInput, IdReused) as error:
        return _answer(conference, given, status=422, notice=error.message)
    if request.htmx:  # type: ignore[attr-defined]
        return _answer(conference, given)
    address: dict[str, Any] = {**here(), **given.texts}
    return redirect(url_for("admin.show_compress", **address), 303)


# ---- what the fields say


def _given(conference: Conference, view: Mapping[str, Any], form: Mapping[str, str]) -> _Given:
    pending = [item for item in view["items"] if item["state"] == "pending"]
    planned_end_ms = view["forecast"]["planned_end_at_ms"]
    planned_end = clock(planned_end_ms, conference.timezone)
    kinds = [kind for kind in KIND_WORDS if any(item["kind"] == kind for item in pending)]
    texts = {END: form.get(END, planned_end).strip()}
    problems, floors = [], {}
    usual = services().running_order.floors_ms
    for key in (*kinds, *(item["id"] for item in pending)):
        name = FLOOR + key
        text = form.get(name, _minutes(usual[key]) if key in usual else "").strip()
        if not text:
            continue
        texts[name] = text
        match = _MINUTES.fullmatch(text)
        if match is None:
            of = KIND_WORDS.get(key) or next(heading(item) for item in pending if item["id"] == key)
            problems.append(f"{of}: mức ít nhất ghi bằng phút, ví dụ 5 hoặc 4:30 (4 phút 30 giây).")
        else:
            floors[key] = (int(match[1]) * 60 + int(match[2] or 0)) * 1000
    end_at_ms: int | None = planned_end_ms
    if texts[END] != planned_end:
        end_at_ms = _instant(texts[END], conference)
    if end_at_ms is None:
        problems.insert(0, "Kết thúc lúc: giờ ghi theo dạng 24 giờ, ví dụ 11:30.")
    return _Given(texts, planned_end_ms if end_at_ms is None else end_at_ms, floors, tuple(problems))


def _minutes(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02d}" if seconds else str(minutes)


def _instant(text: str, conference: Conference) -> int | None:
    """That time of day on the conference's day, on the next one when it lies before the beginning; None: none."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    begins = datetime.fromtimestamp(conference.starts_at_ms / 1000, ZoneInfo(conference.timezone))
    at = begins.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    if at < begins:
        at += timedelta(days=1)
    return int(at.timestamp() * 1000)


# ---- what comes back


def _answer(conference: Conference, given: _Given, *, status: int = 200, notice: str = "") -> Response:
    view = services().running_order.view(conference)
    items = {item["id"]: item for item in view["items"]}
    proposal: Proposal | None = None
    version, problems = view["version"], list(given.problems)
    if not problems:
        try:
            known = {key: value for key, value in given.floors.items() if _counts(items, key)}
            version, _, proposal = services().running_order.proposal(conference, given.end_at_ms, known)
        except InvalidTransition as error:
            problems.append(error.message)
    pending = [item for item in view["items"] if item["state"] == "pending"]
    page = {
        "conference": conference,
        "zone": conference.timezone,
        "version": version,
        "notice_here": notice,
        "begun_second": begun_second,
        "problems": problems,
        "proposal": proposal,
        "given": given,
        "kinds": [(k, word) for k, word in KIND_WORDS.items() if any(item["kind"] == k for item in pending)],
        "pending": [(item, heading(item)) for item in pending],
        "names": {item_id: heading(item) for item_id, item in items.items()},
        **words(),
    }
    template = "_compress.html" if request.htmx else "compress.html"  # type: ignore[attr-defined]
    return make_response(render_template(f"admin/running_order/{template}", **page), status)


def _counts(items: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    """Whether a floor still means anything: of a kind, or of an item that is still to come."""
    return key in KIND_WORDS or (key in items and items[key]["state"] == "pending")
