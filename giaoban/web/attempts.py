"""Guessing passwords and codes: wrong ones get slower and then stop, right ones always pass (contract §3).

Only failures count, per address of the peer, so that hundreds of rooms behind one address all come in.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeVar

from flask import current_app, request
from limits import RateLimitItemPerSecond

from giaoban import figures
from giaoban.domain.errors import GiaobanError, NotSignedIn, TooManyAttempts
from giaoban.extensions import limiter
from giaoban.web import counters as counters  # makes its storage known to the limiter

WINDOW_S: Final = 300
SLOWEST_MS: Final = 1000
LANES_MOST: Final = 1000  # addresses

R = TypeVar("R")
logger = logging.getLogger(__name__)
_lanes: dict[str, threading.Lock] = {}


def attempt(prove: Callable[[], R], *, costly: bool = False) -> R:
    """What `prove` returns. When it raises NotSignedIn, that after a delay, or TooManyAttempts once there were many.

    A `costly` proof (a password's takes a tenth of a second of two processors) of an address from which there were too
    many waits for the one before it, so that whoever floods us with guesses stands in nobody else's way.
    """
    try:
        with _lane() if costly else nullcontext():
            return prove()
    except NotSignedIn:
        _failed()
        raise


def guess(prove: Callable[[], R], whose: str, wrong: type[GiaobanError]) -> R:
    """What `prove` returns, for somebody who is signed in and types a short code: `whose` names them.

    Each `wrong` counts. Once there were many, nothing is tried any more for a while, right or not: raises
    TooManyAttempts. A short code can be guessed, and whoever is signed in has no neighbours behind the same name.
    """
    allowed = RateLimitItemPerSecond(current_app.config["WRONG_ATTEMPTS"], WINDOW_S)
    key = ("wrong-guess", whose)
    if not limiter.limiter.test(allowed, *key):
        raise _too_many(allowed, key)
    try:
        return prove()
    except wrong:
        figures.WRONG_ATTEMPTS.inc()
        limiter.limiter.hit(allowed, *key)
        raise


def _too_many(allowed: RateLimitItemPerSecond, key: tuple[str, str]) -> TooManyAttempts:
    reset_at_s, _ = limiter.limiter.get_window_stats(allowed, *key)
    return TooManyAttempts(max(1, int(reset_at_s - time.time()) + 1))


def _address() -> str:
    return request.remote_addr or "unknown"


def _allowed() -> tuple[RateLimitItemPerSecond, tuple[str, str]]:
    return RateLimitItemPerSecond(current_app.config["WRONG_ATTEMPTS"], WINDOW_S), ("wrong-attempt", _address())


def _lane() -> AbstractContextManager[Any]:
    allowed, key = _allowed()
    if limiter.limiter.test(allowed, *key):
        return nullcontext()
    if len(_lanes) >= LANES_MOST:
        _lanes.clear()
    return _lanes.setdefault(_address(), threading.Lock())


def _failed() -> None:
    figures.WRONG_ATTEMPTS.inc()
    route = request.url_rule.rule if request.url_rule else "none"
    logger.info("wrong attempt", extra={"facts": {"address": request.remote_addr, "route": route}})
    allowed, key = _allowed()
    if not limiter.limiter.hit(allowed, *key):
        raise _too_many(allowed, key)
    failures = allowed.amount - limiter.limiter.get_window_stats(allowed, *key)[1]
    time.sleep(min(SLOWEST_MS, current_app.config["WRONG_ATTEMPT_DELAY_MS"] * 2 ** (failures - 1)) / 1000)
