"""The paper fallback: running order and roll call as a PDF that is always there, made anew after every change.

Making it takes tenths of a second, so it is made ahead, behind everything else, for the conferences whose console is in
use; one click then gives the present one at once. When the database is away the last one is given, with its time on it.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask
from sqlalchemy import select

from giaoban.documents import typeset
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.database import is_away
from giaoban.services.documents import File
from giaoban.services.paper_pages import pages
from giaoban.services.ports import Clock
from giaoban.services.roll_call import RollCall
from giaoban.services.running_order import RunningOrders

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 3  # so that a hundred check-ins in a row make a few files and not a hundred
WANTED_FOR_S: Final = 6 * 3600
FRESH_FOR_MS: Final = 30_000  # expected times move by themselves


@dataclass(frozen=True, slots=True)
class Paper:
    """One PDF: `stamp` is the order's version and the log's last line that it shows, `made_at_ms` the time on it."""

    slug: str
    stamp: tuple[int, int]
    made_at_ms: int
    is_current: bool
    data: bytes

    @property
    def file(self) -> File:
        return File(f"ban-giay-{self.slug}.pdf", "application/pdf", self.data)

    @property
    def tag(self) -> str:
        """Another one for every other file."""
        return f"{self.stamp[0]}-{self.stamp[1]}-{self.made_at_ms}"


class Papers:
    """The papers of this process, one a conference."""

    def __init__(
        self,
        clock: Clock,
        running_order: RunningOrders,
        roll_call: RollCall,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._running_order = running_order
        self._roll_call = roll_call
        self._now_s = now_s
        self._kept: dict[int, Paper] = {}
        self._wanted_until_s: dict[int, float] = {}
        self._alone = threading.Lock()  # all consoles ask at once after a press: one is made for all of them

    def want(self, conference_id: int) -> None:
        """Somebody conducts that conference: have its paper ready from now on."""
        self._wanted_until_s[conference_id] = self._now_s() + WANTED_FOR_S

    def present(self, conference: Conference) -> Paper:
        """The paper as things stand now: the kept one if it is fresh, else one made for this."""
        self.want(conference.id)
        kept = self._fresh(conference)
        if kept is not None:
            return kept
        db.session.commit()  # nothing is held open while somebody else's is set
        with self._alone:
            db.session.refresh(conference)
            return self._fresh(conference) or self._make(conference)

    def _fresh(self, conference: Conference) -> Paper | None:
        kept = self._kept.get(conference.id)
        if (
            kept is not None
            and kept.stamp == (conference.version, conference.last_seq)
            and 0 <= self._clock.now_ms() - kept.made_at_ms < FRESH_FOR_MS
        ):
            return kept
        return None

    def last(self, slug: str | None) -> Paper | None:
        """The last one that was made of that conference, or of the one that was the current one. Asks no database."""
        papers = sorted(self._kept.values(), key=lambda paper: paper.made_at_ms, reverse=True)
        return next((paper for paper in papers if (paper.is_current if slug is None else paper.slug == slug)), None)

    def look(self) -> None:
        """Make the papers that are wanted and no longer tell what is stored."""
        now_s = self._now_s()
        self._wanted_until_s = {each: until for each, until in self._wanted_until_s.items() if until > now_s}
        if not self._wanted_until_s:
            return
        wanted = Conference.id.in_(self._wanted_until_s)
        stored = db.session.execute(select(Conference.id, Conference.version, Conference.last_seq).where(wanted)).all()
        for gone in self._wanted_until_s.keys() - {row.id for row in stored}:
            del self._wanted_until_s[gone]
            self._kept.pop(gone, None)
        for conference_id, version, last_seq in stored:
            kept = self._kept.get(conference_id)
            if kept is None or kept.stamp != (version, last_seq):
                conference = db.session.get(Conference, conference_id, populate_existing=True)
                if conference is not None:
                    self._make(conference)

    def look_for_ever(self, app: Flask, ended: threading.Event) -> None:
        while not ended.wait(LOOK_EVERY_S):
            try:
                with app.app_context():
                    self.look()
            except Exception as error:
                if not is_away(error):  # else the next look finds it back, and others say that it is away
                    logger.exception("the paper fallback could not be made")

    def _make(self, conference: Conference) -> Paper:
        stamp = conference.version, conference.last_seq
        order, now_ms = self._running_order.load(conference), self._clock.now_ms()
        data = pages(conference, order, self._roll_call.view(conference), now_ms)
        slug, is_current, conference_id = conference.slug, conference.is_current, conference.id
        db.session.commit()  # nothing is held open while it is set
        paper = Paper(slug, stamp, now_ms, is_current, typeset.pdf("paper.typ", data, now_ms))
        self._kept[conference_id] = paper
        return paper
