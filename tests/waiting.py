"""Waiting for what comes by itself from outside a test: bounded, and never by sleeping."""

import threading
import time
from collections.abc import Callable
from typing import Final

WITHIN_S: Final = 90  # bounds what has to come; how long it really took is measured and printed
NEWS: Final = threading.Condition()  # notified, after the fact, by whatever in this process has come to know something


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something that `NEWS` is told of. Fails when it has not come within `WITHIN_S`."""
    with NEWS:
        assert NEWS.wait_for(true, WITHIN_S), f"{what} within {WITHIN_S} s"


def tell() -> None:
    """Something has come; whoever waits looks again."""
    with NEWS:
        NEWS.notify_all()


def asked_until(true: Callable[[], bool], what: str) -> None:
    """The same for what nobody tells: `true` asks a server, and asks again once it has been answered."""
    give_up_at = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < give_up_at, f"{what} within {WITHIN_S} s"
