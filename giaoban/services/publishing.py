"""Telling the screens: after the commit, and never at its cost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def publishing(what: str, conference_id: int) -> Iterator[None]:
    """Within it the screens are told of what has been stored. Whatever fails there is logged: nobody is answered that
    something stored was not."""
    try:
        yield
    except Exception:
        logger.exception("%s of conference %s: stored, but not published", what, conference_id)
