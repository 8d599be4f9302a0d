"""Counters of wrong attempts for several processes: in Redis as long as it answers, else in each process's memory.

A guesser who may begin anew because Redis went away has won ten guesses; a clerk who cannot sign in because of that has
lost the conference.
"""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from limits.storage import MemoryStorage, RedisStorage, Storage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

SCHEME: Final = "shared+"
ANSWER_S: Final = 1
AGAIN_AFTER_S: Final = 5

R = TypeVar("R")


class SharedCounters(Storage):
    """The storage of addresses like `shared+redis://…`, for fixed windows."""

    STORAGE_SCHEME = [SCHEME + scheme for scheme in ("redis", "rediss", "unix")]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._own = MemoryStorage()
        self._shared = RedisStorage(
            uri.removeprefix(SCHEME),
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to the client as it is
        )
        self._away_until_s = 0.0

    def _ask(self, question: Callable[[Storage], R]) -> R:
        if time.monotonic() >= self._away_until_s:
            try:
                return question(self._shared)
            except RedisError as error:
                self._away_until_s = time.monotonic() + AGAIN_AFTER_S
                logger.warning("wrong attempts are counted in this process for %s s: %s", AGAIN_AFTER_S, error)
        return question(self._own)

    @property
    def base_exceptions(self) -> type[Exception]:
        return RedisError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._ask(lambda storage: storage.incr(key, expiry, amount))

    def get(self, key: str) -> int:
        return self._ask(lambda storage: storage.get(key))

    def get_expiry(self, key: str) -> float:
        return self._ask(lambda storage: storage.get_expiry(key))

    def clear(self, key: str) -> None:
        self._ask(lambda storage: storage.clear(key))

    def reset(self) -> int | None:
        return self._ask(lambda storage: storage.reset())

    def check(self) -> bool:
        return self._ask(lambda storage: storage.check())
