"""Guessing passwords and codes: wrong ones get slower and then stop, right ones always pass (contract §3).

Only failures count, per address of the peer, so that hundreds of rooms behind one address all come in.
"""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from flask import current_app, request
from limits import RateLimitItemPerSecond

from giaoban import figures
from giaoban.domain.errors import NotSignedIn, TooManyAttempts
from giaoban.extensions import limiter
from giaoban.web import counters as counters  # makes its storage known to the limiter

WINDOW_S: Final = 300
SLOWEST_MS: Final = 1000

R = TypeVar("R")
logger = logging.getLogger(__name__)


def attempt(prove: Callable[[], R]) -> R:
    """What `prove` returns. When it raises NotSignedIn, that after a delay, or TooManyAttempts once there were many."""
    try:
        return prove()
    except NotSignedIn:
        _failed()
        raise


def _failed() -> None:
    figures.WRONG_ATTEMPTS.inc()
    route = request.url_rule.rule if request.url_rule else "none"
    logger.info("wrong attempt", extra={"facts": {"address": request.remote_addr, "route": route}})
    most = current_app.config["WRONG_ATTEMPTS"]
    allowed = RateLimitItemPerSecond(most, WINDOW_S)
    key = ("wrong-attempt", request.remote_addr or "unknown")
    if not limiter.limiter.hit(allowed, *key):
        reset_at_s, _ = limiter.limiter.get_window_stats(allowed, *key)
        raise TooManyAttempts(max(1, int(reset_at_s - time.time()) + 1))
    failures = most - limiter.limiter.get_window_stats(allowed, *key)[1]
    time.sleep(min(SLOWEST_MS, current_app.config["WRONG_ATTEMPT_DELAY_MS"] * 2 ** (failures - 1)) / 1000)
