"""The real clock: that of the machine, without its jumps while something runs."""

import json
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

STEP_MS: Final = 1_000  # the machine's clock and ours differ by more than this: it has been stepped
LOOK_NS: Final = 200_000_000  # between two looks at what other processes have done
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


def _elapsed_ns() -> int:
    """Since the machine was started, sleep included; goes on evenly when the clock is set."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SystemClock:
    """Was set by the machine's clock once and goes on evenly from there, so that a running speech loses and gains
    nothing when that is stepped (NTP, a person). `catch_up` takes a step over, when nothing runs.

    `kept` names a file that carries it on to other processes and to the next start, until the machine itself is
    started anew. What is in the file is worth nothing then.
    """

    def __init__(
        self,
        kept: Path | None = None,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        elapsed_ns: Callable[[], int] = _elapsed_ns,
    ) -> None:
        self._kept = kept
        self._wall_ns, self._elapsed_ns = wall_ns, elapsed_ns
        self._noticed = False
        self._look_at_ns = 0
        self._base_ns = wall_ns() - elapsed_ns()
        known_ns = self._read()
        if known_ns is not None and abs(known_ns - self._base_ns) > STEP_MS * 1_000_000:
            self._base_ns = known_ns
        elif known_ns is None:
            self._write()

    def now_ms(self) -> int:
        if self.stepped:
            self._follow()
        return self._now_ms()

    def _now_ms(self) -> int:
        return (self._base_ns + self._elapsed_ns()) // 1_000_000

    @property
    def stepped(self) -> bool:
        """Whether the machine's clock has been stepped away from this one."""
        by_ms = self._wall_ns() // 1_000_000 - self._now_ms()
        stepped = abs(by_ms) > STEP_MS
        if stepped and not self._noticed:
            logger.warning("the machine's clock was stepped by %+.1f s; taken over when nothing runs", by_ms / 1000)
        self._noticed = stepped
        return stepped

    def _follow(self) -> None:
        """Another process may have taken the step over already: all go together."""
        if self._elapsed_ns() >= self._look_at_ns:
            self._look_at_ns = self._elapsed_ns() + LOOK_NS
            known_ns = self._read()
            self._base_ns = self._base_ns if known_ns is None else known_ns

    def catch_up(self, not_before_ms: int) -> None:
        """Go by the machine's clock again, but never back behind `not_before_ms`: what is stored was then."""
        now_ns = max(self._wall_ns(), not_before_ms * 1_000_000)
        self._base_ns = now_ns - self._elapsed_ns()
        self._write()

    def _read(self) -> int | None:
        if self._kept is None:
            return None
        try:
            known = json.loads(self._kept.read_text("ascii"))
            return int(known["base_ns"]) if known["boot"] == _boot() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # the first start since the machine's

    def _write(self) -> None:
        if self._kept is None or _boot() is None:
            return
        beside = self._kept.with_name(f"{self._kept.name}.{os.getpid()}")
        with suppress(OSError):  # without the file each process goes by its own start
            beside.write_text(json.dumps({"boot": _boot(), "base_ns": self._base_ns}), "ascii")
            beside.replace(self._kept)


def _boot() -> str | None:
    """This run of the machine."""
    try:
        return BOOT.read_text("ascii").strip()
    except OSError:
        return None
