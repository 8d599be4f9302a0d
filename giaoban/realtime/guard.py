"""A screen's line stands on a sign-in: when that ends, wherever it was ended, the line is cut within seconds."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from giaoban.realtime.presence import Lines
from giaoban.services.accounts import Accounts

LOOK_EVERY_S: Final = 2

logger = logging.getLogger(__name__)


class Guard:
    """One round is `look`: three queries for all sign-ins that have a screen here, none when there is none."""

    def __init__(self, app: Flask, accounts: Accounts, lines: Lines, cut: Callable[[str], None]) -> None:
        """`cut(sid)` closes the connection of a socket."""
        self._app = app
        self._accounts = accounts
        self._lines = lines
        self._cut = cut

    def look(self) -> None:
        """Cut every line whose sign-in was ended, has expired, or stands on a code or an account that changed."""
        by_key = self._lines.by_key()
        if not by_key:
            return
        with self._app.app_context():
            gone = by_key.keys() - self._accounts.standing(by_key)
        if gone:
            self._accounts.forget()  # requests by those sign-ins are refused from here on, too
        for key in gone:
            for sid in by_key[key]:
                self._cut(sid)
        if gone:
            logger.info("sign-ins have ended", extra={"facts": {"lines_cut": sum(len(by_key[key]) for key in gone)}})

    def look_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_EVERY_S):
            try:
                self.look()
            except SQLAlchemyError as error:  # whoever is signed in stays so; the next round asks again
                logger.warning("sign-ins could not be checked: %s", type(error).__name__)
            except Exception:
                logger.exception("lines whose sign-in has ended could not be cut")
