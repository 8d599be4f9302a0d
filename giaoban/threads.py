"""What would hold the whole process up, done in a real thread while gevent serves everybody else.

Imports nothing of ours. Without gevent's patches, in tests and on the command line, it is simply done.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import gevent
from gevent import monkey

R = TypeVar("R")


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
