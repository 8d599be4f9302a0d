"""Seeing what is stored: once a second this process compares the database with what its screens have been told, and
whoever holds control without having been heard loses it.

So a command of another process, or a roster that was imported on the command line, reaches the screens within two or
three seconds even when Redis is away or a process died between storing and telling. That another conference has become
the current one, or has another title, day or maket, is told by nobody else: the second may pass.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from sqlalchemy import select

from giaoban.domain.counts import SHOWN
from giaoban.domain.events import MessageSet, from_data
from giaoban.domain.readiness import RECORDED
from giaoban.domain.stages import CLOSED, PUBLISHED, REOPENED
from giaoban.domain.witness import ANNULLED, CHECK_IN
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint, LogLine
from giaoban.models.database import is_away
from giaoban.realtime.looked_at import BESIDE
from giaoban.realtime.presence import Lines
from giaoban.realtime.publisher import SocketPublisher
from giaoban.realtime.shown import Missing, Stored
from giaoban.services import Services
from giaoban.services.looks import CHOSEN as LOOKS_CHOSEN
from giaoban.services.snapshot import notice_json

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1
ON_EVERY_BOARD: Final = (SHOWN, PUBLISHED, CLOSED, REOPENED)  # what concerns whoever follows the roll call, but no room
LINES_MOST: Final = 500  # of the log that are looked at one by one; when more are missing, every room may have changed
NOTICES_MOST: Final = 20


class Watcher:
    """One round is `look`. Costs three small queries a second, none while nobody is on the line."""

    def __init__(
        self, app: Flask, services: Services, lines: Lines, publisher: SocketPublisher, cut: Callable[[str], None]
    ) -> None:
        """`cut(sid)` closes the connection of a screen."""
        self._app = app
        self._services = services
        self._lines = lines
        self._publisher = publisher
        self._cut = cut
        self._said_away = False

    def look(self) -> None:
        """Tell the screens here what they have missed."""
        looked_at = self._lines.conferences()
        self._publisher.shown.keep(looked_at)
        if not looked_at:
            return
        with self._app.app_context():
            rows = db.session.execute(
                select(Conference.id, Conference.version, Conference.last_seq, *BESIDE).where(
                    Conference.id.in_(looked_at)
                )
            ).all()
            for conference_id, version, last_seq, *beside in rows:
                missing = self._publisher.shown.compare(conference_id, Stored(version, last_seq, tuple(beside)))
                if missing != Missing():
                    self._try_to_tell(conference_id, missing)
            for gone in looked_at - {row.id for row in rows}:
                self._begin_anew(gone)
            self._services.control.settle()  # last: should it fail, all has been told
            self._services.editors.settle()

    def _begin_anew(self, conference_id: int) -> None:
        """Let its screens join again, which believe the first snapshot whatever its version, or are refused."""
        self._services.running_order.forget(conference_id)
        for sid in self._lines.sids(conference_id):
            self._cut(sid)

    def _try_to_tell(self, conference_id: int, missing: Missing) -> None:
        """What is wrong with one conference is no reason to say nothing of the others."""
        try:
            self._tell(conference_id, missing)
        except Exception as error:
            if is_away(error):
                raise
            db.session.rollback()
            logger.exception("what is stored of conference %s could not be told", conference_id)

    def _tell(self, conference_id: int, missing: Missing) -> None:
        orders = self._services.running_order
        if missing.went_back:
            self._begin_anew(conference_id)
        if missing.beside:
            self._publisher.show_current(conference_id)
        if missing.after is not None:
            # All is read before any of it counts as shown: a database that goes away in between loses nothing.
            snapshot, notices = orders.snapshot_of(conference_id), self._notices(conference_id, missing.after)
            self._publisher.show_order(conference_id, snapshot)
            for notice in notices:
                self._publisher.show_stored_notice(conference_id, notice)
        if missing.lines is not None:
            codes = self._changed(conference_id, missing.lines)
            if codes is not None:
                self._publisher.show_roll_call(conference_id, codes, said=True)
            self._publisher.show_readiness(conference_id, self._answered(conference_id, missing.lines))
            self._publisher.show_technical(conference_id, codes or frozenset())
            if self._chosen(conference_id, missing.lines):
                self._publisher.show_looks(conference_id, self._services.looks.of(conference_id))
            self._publisher.projectors.show_changed(conference_id)

    @staticmethod
    def _notices(conference_id: int, after: int) -> list[dict[str, Any]]:
        """The messages to single rooms or the speaker among the commands above that version."""
        lines = db.session.scalars(
            select(LogLine)
            .where(LogLine.conference_id == conference_id, LogLine.version > after, LogLine.kind == "set_message")
            .order_by(LogLine.version.desc())
            .limit(NOTICES_MOST)
        )
        events = [from_data(data) for line in lines for data in line.data["events"]]
        return [notice_json(event) for event in reversed(events) if isinstance(event, MessageSet) and event.to != "all"]

    def _changed(self, conference_id: int, lines: range) -> frozenset[str] | None:
        """The rooms about which those log lines say something; None when they say nothing about any."""
        found = db.session.scalars(
            select(LogLine)
            .where(
                LogLine.conference_id == conference_id,
                LogLine.seq >= lines.start,
                LogLine.seq < lines.stop,
                LogLine.version.is_(None),
            )
            .limit(LINES_MOST + 1)
        ).all()
        if len(found) > LINES_MOST or any(line.kind == "roster_imported" for line in found):
            return self._codes(conference_id)
        codes: set[str] = set()
        for line in found:
            codes.update(line.data.get("codes", ()))
            if line.kind == CHECK_IN:
                codes.add(line.data["record"]["endpoint_code"])
            elif line.kind == ANNULLED:
                codes.add(line.data["endpoint_code"])
        every_board = any(line.kind in ON_EVERY_BOARD for line in found)
        return frozenset(codes) if codes or every_board else None

    @staticmethod
    def _answered(conference_id: int, lines: range) -> frozenset[str]:
        """The rooms that those log lines call ready or not, and their districts."""
        answers = db.session.scalars(
            select(LogLine.data)
            .where(
                LogLine.conference_id == conference_id,
                LogLine.seq >= lines.start,
                LogLine.seq < lines.stop,
                LogLine.kind == RECORDED,
            )
            .order_by(LogLine.seq.desc())
            .limit(LINES_MOST)
        )
        codes = {data["answer"]["endpoint_code"] for data in answers}
        if not codes:
            return frozenset()
        parents = db.session.scalars(
            select(Endpoint.parent_code).where(Endpoint.conference_id == conference_id, Endpoint.code.in_(codes))
        )
        return frozenset(codes.union(code for code in parents if code))

    @staticmethod
    def _chosen(conference_id: int, lines: range) -> bool:
        """Whether those log lines say that the stage looks otherwise."""
        found = select(LogLine.seq).where(
            LogLine.conference_id == conference_id,
            LogLine.seq >= lines.start,
            LogLine.seq < lines.stop,
            LogLine.kind == LOOKS_CHOSEN,
        )
        return db.session.scalar(found.limit(1)) is not None

    @staticmethod
    def _codes(conference_id: int) -> frozenset[str]:
        return frozenset(db.session.scalars(select(Endpoint.code).where(Endpoint.conference_id == conference_id)))

    def look_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_EVERY_S):
            try:
                self.look()
                if self._said_away:
                    self._said_away = False
                    logger.warning("the database is back")
            except Exception as error:
                if not is_away(error):
                    logger.exception("what is stored could not be compared with what is shown")
                elif not self._said_away:
                    self._said_away = True
                    logger.error("the database does not answer; screens go on counting (%s)", type(error).__name__)
