"""What would hold the whole process up, done in a real thread while gevent serves everybody else.

Imports nothing of ours. Without gevent's patches, in tests and on the command line, it is simply done.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

import gevent
from gevent import monkey

R = TypeVar("R")

# Takes a quarter of a core that others want too; the lowest, 19, would wait for ever on a busy machine.
LOWER: Final = 5


def while_others_go_on(call: Callable[..., R], *arguments: Any) -> R:
    """The call's result, and what it raises."""
    if not monkey.is_module_patched("threading"):
        return call(*arguments)
    result, error = gevent.get_hub().threadpool.apply(_outcome, (call, arguments))
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]  # gevent has no types


def _outcome(call: Callable[..., R], arguments: tuple[Any, ...]) -> tuple[R | None, Exception | None]:
    """Whoever waits is told of an error; gevent would write a traceback of it as well."""
    try:
        return call(*arguments), None
    except Exception as error:
        return None, error


class Behind:
    """Heavy work that can wait: in one real thread of lower priority, one call after the other."""

    def __init__(self) -> None:
        self._pool: Any = None
        self._alone = threading.Lock()

    def done(self, call: Callable[..., R], *arguments: Any) -> R:
        """The call's result, and what it raises."""
        if not monkey.is_module_patched("threading"):
            with self._alone:
                return call(*arguments)
        if self._pool is None:
            self._pool = gevent.get_hub().threadpool.__class__(1)
        result, error = self._pool.apply(_outcome, (_yielding, (call, arguments)))
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]


def _yielding(call: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    with suppress(OSError):  # a platform may know no priorities of threads
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWER)
    return call(*arguments)
