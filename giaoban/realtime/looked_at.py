"""Which conference a screen looks at and how far that one is, remembered for a moment: all screens may come at once."""

import time
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask

from giaoban.domain.texts import clean_text
from giaoban.models import Conference
from giaoban.realtime.shown import Stored
from giaoban.services import Services
from giaoban.services.accounts import conference_of
from giaoban.services.identity import Identity

# Whether it is what an address without a name shows, and what stands on the hall's pages beside snapshot and fragments.
BESIDE: Final = (Conference.is_current, Conference.title, Conference.maket, Conference.starts_at_ms)
KEPT_S: Final = 0.1
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Looked:
    """What a conference's row said. Believed until then, s of the monotonic clock."""

    id: int
    slug: str
    stored: Stored
    until_s: float


class LookedAt:
    """The conferences that screens have lately asked for."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._recent: dict[tuple[str | None, bool, int | None], Looked] = {}  # staff alone see drafts

    def lately(self, slug: Any, identity: Identity | None) -> Looked:
        """The conference of that slug, or theirs or the current one for None, as it was at most `KEPT_S` ago.

        Raises NotFound, InvalidInput for what is no slug.
        """
        if not isinstance(slug, str | None):
            return self.now(slug, identity)
        key = (slug, identity is not None and identity.is_staff, identity.conference_id if identity else None)
        looked = self._recent.get(key)
        if looked is None or time.monotonic() >= looked.until_s:
            looked = self.now(slug, identity)
            if len(self._recent) >= MOST:
                self._recent.clear()
            self._recent[key] = looked
        return looked

    def now(self, slug: Any, identity: Identity | None) -> Looked:
        """The same, read anew."""
        until_s = time.monotonic() + KEPT_S
        conference = self._conference(slug, identity)
        beside = tuple(getattr(conference, column.key) for column in BESIDE)
        stored = Stored(conference.version, conference.last_seq, beside)
        return Looked(conference.id, conference.slug, stored, until_s)

    def _conference(self, slug: Any, identity: Identity | None) -> Conference:
        services: Services = self._app.extensions["giaoban"]
        if slug is not None:
            return services.conferences.seen_by(identity, clean_text(slug, "conference", longest=60))
        own = conference_of(identity) if identity is not None else None
        return services.conferences.shown(own or services.conferences.current(), identity)
