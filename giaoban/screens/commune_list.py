"""What a district's list of its communes shows: the rooms, how many of each kind, whom to phone there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import request

from giaoban.domain.texts import search_key
from giaoban.models import Conference
from giaoban.services.identity import Identity
from giaoban.web.current import services
from giaoban.web.presence import Lines

FILTERED_FROM: Final = 15  # so many rooms are more than two screens of a telephone
FILTERS: Final = {"": "Tất cả", "chua": "Chưa báo", "co": "Có mặt", "vang": "Vắng"}
_STATUS: Final = {"chua": "waiting", "co": "present", "vang": "absent"}


def below(who: Identity, conference: Conference, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the list shows: the rooms below whoever asks, how many there are of each kind, and whom to phone there."""
    its_own = [row for row in rows if row["parent_code"] == who.endpoint_code] if who.level == "district" else []
    statuses = {row["code"]: row["effective"]["status"] if row["effective"] else "waiting" for row in its_own}
    counts = {status: list(statuses.values()).count(status) for status in ("present", "absent", "waiting")}
    chosen = request.args.get("loc", "")
    chosen = chosen if chosen in FILTERS and len(its_own) >= FILTERED_FROM else ""
    lines = Lines(services().clock.now_ms(), conference.timezone)
    return {
        "communes": its_own,
        "communes_lost": {row["code"]: lines.words(row) for row in its_own if lines.lost(row)},
        "communes_hidden": {code for code, status in statuses.items() if chosen and status != _STATUS[chosen]},
        "communes_status": statuses,
        "communes_keys": {row["code"]: search_key(row["full_name"].split(",")[0], row["code"]) for row in its_own},
        "communes_counts": counts,
        "communes_rest": [code for code, status in statuses.items() if status == "waiting"],
        "communes_filter": chosen,
        "communes_filters": [
            (key, words, len(its_own) if not key else counts[_STATUS[key]]) for key, words in FILTERS.items()
        ]
        if len(its_own) >= FILTERED_FROM
        else [],
        "communes_contacts": services().contacts.seen_by(conference, who) if its_own else {},
    }
