"""Readiness in words, for the rooms' page and the consoles, and what a form about it says."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain.errors import IdReused
from giaoban.domain.times import clock
from giaoban.models import Conference
from giaoban.services.client_ids import id_of_form
from giaoban.services.identity import Identity
from giaoban.services.scope import scope_of
from giaoban.web.current import services
from giaoban.web.running_order import label, papers

# As they stand behind an answer that somebody else gave for the room.
SOURCE_WORDS: Final = {"district": "huyện báo thay", "secretary": "theo điện thoại"}


def words(asked: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Of a row of `GET …/readiness`: `item_id`, `code`, `status`, `short` ("Sẵn sàng"), `said` with its reason, `note`
    (when, and who said so), `text` with both, `until_at_ms` after which it is asked again, and `before`, the whole text
    of what was said before that."""
    answer, outdated = asked["answer"], asked["outdated"]
    nothing = "Đã hỏi, chưa trả lời" if outdated is None else "Đã hỏi lại, chưa trả lời"
    said, note = (nothing, "") if answer is None else _said(answer, zone)
    return {
        "item_id": asked["item_id"],
        "code": asked["endpoint_code"],
        "status": asked["status"],
        "short": {"ready": "Sẵn sàng", "not_ready": "Chưa sẵn sàng"}.get(asked["status"], "Chưa trả lời"),
        "said": said,
        "note": note,
        "text": ", ".join(part for part in (said, note) if part),
        "until_at_ms": asked["holds_until_at_ms"],
        "before": "" if outdated is None else ", ".join(_said(outdated, zone)),
    }


def cards(conference: Conference, who: Identity, view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a room's page asks: `words` of each row within its scope, its own first, with `own`, `name`, `key`, what the
    item is called (`label`, `title`) and when it is expected (`at_ms`); `view` is the running order."""
    rows = services().readiness.asked(conference, scope_of(who, conference.id))
    items = {item["id"]: item for item in view["items"]}
    paper_ids = papers(view["items"])
    found = [
        {
            **words(row, conference.timezone),
            "own": row["endpoint_code"] == who.endpoint_code,
            "key": f"{row['item_id']}@{row['endpoint_code']}",
            "name": row["full_name"].split(",")[0],
            "label": label(items[row["item_id"]], paper_ids),
            "title": items[row["item_id"]]["title"],
            "at_ms": items[row["item_id"]]["expected_start_at_ms"],
        }
        for row in rows
    ]
    return sorted(found, key=lambda card: not card["own"])


def _said(answer: Mapping[str, Any], zone: str) -> tuple[str, str]:
    """("Chưa sẵn sàng: Mic", "09:41, theo điện thoại")."""
    reason = f": {answer['reason']}" if answer["reason"] else ""
    said = "Sẵn sàng" if answer["status"] == "ready" else f"Chưa sẵn sàng{reason}"
    at, source = clock(min(answer["happened_at_ms"], answer["received_at_ms"]), zone), answer["source"]
    return said, f"{at}, {SOURCE_WORDS[source]}" if source in SOURCE_WORDS else at


def take(conference: Conference, who: Identity, code: str, item_id: str, form: Mapping[str, str]) -> None:
    """Store what a form says of a room's readiness; the form has no clock that could be trusted: it happens when it
    arrives. Sent twice by a double click it counts once. Raises what `Readiness.answer` raises, but not IdReused."""
    status, reason = str(form.get("status")), None
    if status == "not_ready":
        reason = form.get("reason") or form.get("own_reason") or None
    body = {
        "readiness_id": id_of_form(form.get("form_id", ""), f"{code}:{item_id}:{status}:{reason or ''}"),
        "item_id": item_id,
        "status": status,
        "reason": reason,
        "happened_at_ms": services().clock.now_ms(),
    }
    readiness = services().readiness
    try:
        readiness.answer(conference.slug, code, body, who)
    except IdReused:
        # Sent before: by the double click, or by the same page after going back to it. Only the latter is news.
        answers = (row["answer"] for row in readiness.asked(conference) if row["item_id"] == item_id)
        if not any(answer and (answer["status"], answer["reason"]) == (status, reason) for answer in answers):
            readiness.answer(conference.slug, code, {**body, "readiness_id": str(uuid.uuid4())}, who)
