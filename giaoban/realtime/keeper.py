"""Storing when rooms were last on the line of this process, so that a server that starts again can tell."""

import logging
import threading
from typing import Final

from flask import Flask

from giaoban.models.database import is_away
from giaoban.services.presence import Presences

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1
ALL_EVERY: Final = 60  # looks: after a kill a room that was there has been seen at most a minute too early


class Keeper:
    """One round is `look`; it writes nothing while nobody comes or goes, but for once a minute if any room is there."""

    def __init__(self, app: Flask, presence: Presences) -> None:
        self._app = app
        self._presence = presence
        self._looks = 0

    def look(self) -> None:
        """Store who has come or left since the last look; once a minute also who is there."""
        self._looks += 1
        with self._app.app_context():
            self._presence.keep(also_connected=self._looks % ALL_EVERY == 0)

    def end(self) -> None:
        """The process is about to end: whoever is on its line was seen now."""
        try:
            with self._app.app_context():
                self._presence.keep(also_connected=True)
        except Exception as error:  # known to the minute all the same
            logger.warning("who is on the line could not be stored at the end: %s", type(error).__name__)

    def look_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Exception as error:
                if not is_away(error):  # then the watcher has said so, and it is stored when it is back
                    logger.exception("when rooms were last on the line could not be stored")
