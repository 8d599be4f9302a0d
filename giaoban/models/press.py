"""What tells whether the press page would show anything new, in one small read: it is asked for each of thousands."""

from typing import Final, NamedTuple, cast

from sqlalchemy import Table, bindparam, select

from giaoban.extensions import db
from giaoban.models.conference import Conference
from giaoban.models.log import LogLine


class Head(NamedTuple):
    """A conference as far as it can have changed: `version` counts commands, `last_seq` the lines of its log."""

    id: int
    slug: str
    stage: str
    version: int
    last_seq: int


_CONFERENCES: Final = cast(Table, Conference.__table__).c
_HEAD: Final = select(*(_CONFERENCES[name] for name in Head._fields))
_NAMED: Final = _HEAD.where(_CONFERENCES.slug == bindparam("slug"))
_CURRENT: Final = _HEAD.where(_CONFERENCES.is_current)


def head_of(slug: str | None) -> Head | None:
    """Of the conference of that slug, without one of the current; None when there is none."""
    statement, asked = (_CURRENT, {}) if slug is None else (_NAMED, {"slug": slug})
    found = db.session.connection().execute(statement, asked).first()
    return None if found is None else Head(*found)


def last_change_at_ms(head: Head) -> int:
    """When the last line of its log was written (ms since the epoch)."""
    at_ms = db.session.scalar(
        select(LogLine.at_ms).where(LogLine.conference_id == head.id, LogLine.seq == head.last_seq)
    )
    return at_ms or 0
