"""The two locks in the bundles' folder, over all threads and processes: whose turn it is to look, and who works."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gevent import monkey

TURN_WITHIN_S: Final = 2.0  # whoever holds the turn needs milliseconds; longer, and it has been frozen
LOOK_EVERY_S: Final = 0.005

# Gevent's own would begin a loop in each of the threads that come here.
_sleep: Callable[[float], None] = monkey.get_original("time", "sleep")


class Busy(Exception):
    """Another process holds the turn and does not come to an end."""


class Locks:
    """`turn.lock` and `worker.lock`; a process that ends, however it does, lets go of both."""

    def __init__(self, folder: Path, patience_s: float) -> None:
        self._folder = folder
        self._patience_s = patience_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Alone among all threads and processes, for the milliseconds of a look and of what is written. Raises Busy."""
        file = os.open(self._folder / "turn.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            give_up_at = time.monotonic() + self._patience_s
            while not _locked(file):
                if time.monotonic() > give_up_at:
                    raise Busy
                _sleep(LOOK_EVERY_S)
            yield
        finally:
            os.close(file)

    def worker(self) -> int | None:
        """The worker's lock, taken, as an open file; None while a worker lives. Within the turn."""
        file = os.open(self._folder / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _locked(file):
            return file
        os.close(file)
        return None

    def worked(self) -> bool:
        """Whether a worker lives. Within the turn: to look is to hold the lock for a moment."""
        lock = self.worker()
        if lock is None:
            return True
        os.close(lock)
        return False


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
