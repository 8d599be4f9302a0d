"""Starting another program from within the server without stopping it.

Imports nothing of ours. gevent's `subprocess` forks: with the memory of a server full of screens that stands still for
tens of milliseconds, and longer while both write to what they share. `posix_spawn` copies nothing.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

HANDED: Final = 3  # the open file that a child finds beside its standard ones


class Child:
    """A Python program that ends when this process does, if it minds that its standard input is closed then."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], handed: int) -> None:
        """Start it, with the open file `handed` as its file HANDED; it shares the standard error output, and says
        nothing on the other one. Raises OSError when the machine starts nothing more."""
        theirs, self._line = os.pipe()
        try:
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, *arguments],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_DUP2, handed, HANDED),
                ],
            )
        except OSError:
            os.close(self._line)
            raise
        finally:
            os.close(theirs)
        self._ended = False

    def ended(self) -> bool:
        """Whether it has; then nothing of it is left among the processes."""
        if not self._ended:
            with suppress(ChildProcessError):  # somebody else has looked after it
                if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                    return False
            self._ended = True
            os.close(self._line)
        return True
