"""The process that makes the bundles of `maket_jobs`, one after the other, behind everything else, until none waits.

    python -P giaoban/documents/maket_worker.py FOLDER LOCK

Started by the server with the worker's lock as the open file LOCK, and with a pipe as its standard input that closes
when the server ends: then this ends too. It is a process and no thread so that nothing it does or needs is the
server's: not the time of the interpreter, not memory, which large pictures and typst's remembering fill, not a crash.
"""

import errno
import logging
import os
import select
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from zoneinfo import ZoneInfo

ROOT: Final = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    # Its parts are loaded without the application, which takes longer to import than all makets to set.
    package = ModuleType("giaoban")
    package.__path__ = [str(ROOT / "giaoban")]
    sys.modules["giaoban"] = package

from giaoban.documents.maket_jobs import Job, Jobs, Room  # noqa: E402
from giaoban.documents.typeset import Form  # noqa: E402
from giaoban.domain.maket_bundle import BROKEN, DISK_FULL, MISSING, NOTHING_MADE, Progress, missing_note  # noqa: E402

NICE: Final = 10  # a tenth of a core that the server wants too
TELL_EVERY_S: Final = 0.1
PATIENCE_S: Final = 60.0
PACKED: Final = ("svg",)  # the other forms are packed in themselves

Render = Callable[[Mapping[str, Any], Form, int], bytes]  # what is set, the form, the time in the file (ms)


class Unwanted(Exception):
    """It was cancelled."""


class DiskFull(Exception):
    """What is left of the disk is the conference's."""


class ServerGone(Exception):
    """Whoever started this has ended."""


def work(
    jobs: Jobs,
    lock: int,
    render: Render,
    *,
    now_ms: Callable[[], int],
    free_bytes: Callable[[], int],
    alone: Callable[[], bool] = lambda: False,
    log: Callable[[str], None] = print,
    tell_every_s: float = TELL_EVERY_S,
) -> None:
    """Make what waits until nothing does; `lock` is then given up. `alone` says that the server has ended.

    Raises ServerGone then: what is under way has been interrupted, and everybody will see so.
    """
    while (job := jobs.take(lock)) is not None:
        maker = _Maker(jobs, job, render, free_bytes, alone, log, tell_every_s)
        why: str | None = None
        try:
            maker.make()
        except Unwanted:
            pass
        except DiskFull:
            why = DISK_FULL
        except OSError as error:
            why = DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else BROKEN
            log(f"the bundle {job.id} failed: {error}")
        except ServerGone:
            raise
        except Exception as error:
            why = BROKEN
            log(f"the bundle {job.id} failed: {type(error).__name__}: {error}")
        if why is None and maker.progress.made == 0:
            why = NOTHING_MADE
        jobs.finish(job.id, maker.progress, now_ms(), why)


class _Maker:
    """Makes one bundle."""

    def __init__(
        self,
        jobs: Jobs,
        job: Job,
        render: Render,
        free_bytes: Callable[[], int],
        alone: Callable[[], bool],
        log: Callable[[str], None],
        tell_every_s: float,
    ) -> None:
        self.progress = Progress(0, job.request.total)
        self._jobs = jobs
        self._job = job
        self._render = render
        self._free_bytes = free_bytes
        self._alone = alone
        self._log = log
        self._tell_every_s = tell_every_s
        self._told_at_s = 0.0
        zone = ZoneInfo(job.request.timezone)
        self._asked_at = datetime.fromtimestamp(job.request.asked_at_ms / 1000, zone).timetuple()[:6]

    def make(self) -> None:
        """Raises Unwanted, DiskFull, ServerGone, OSError; then no part of the ZIP remains."""
        self._tell(at_once=True)
        with self._jobs.writing(self._job.id) as file, zipfile.ZipFile(file, "w") as archive:
            for room in self._jobs.work(self._job.id).rooms:
                self._look_around()
                self._add(archive, room)
                self._tell()
            self._look_around()
            if self.progress.missing:
                note = missing_note(self.progress.missing, self.progress.total)
                self._put(archive, MISSING, note.encode("utf-8-sig"), packed=True)
        self._tell(at_once=True)

    def _look_around(self) -> None:
        if not self._jobs.wanted(self._job.id):
            raise Unwanted
        if self._alone():
            raise ServerGone
        if self._free_bytes() < self._job.request.spare_bytes:
            raise DiskFull

    def _add(self, archive: zipfile.ZipFile, room: Room) -> None:
        """That room's maket; one that cannot be made is named, and the others are made all the same."""
        request, missing = self._job.request, self.progress.missing
        try:
            made = self._render(room.data, request.form, request.asked_at_ms)
        except Exception as error:
            self._log(f"the maket of {room.path} failed: {type(error).__name__}: {error}")
            missing = (*missing, room.name)
        else:
            self._put(archive, room.path, made, packed=request.form in PACKED)
        self.progress = Progress(self.progress.done + 1, self.progress.total, missing)

    def _put(self, archive: zipfile.ZipFile, path: str, data: bytes, *, packed: bool) -> None:
        entry = zipfile.ZipInfo(path, self._asked_at)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, data)

    def _tell(self, *, at_once: bool = False) -> None:
        now_s = time.monotonic()
        if at_once or now_s - self._told_at_s >= self._tell_every_s:
            self._told_at_s = now_s
            self._jobs.told(self._job.id, self.progress)


def _server_gone() -> bool:
    """Whether the other end of the standard input has been closed: nothing is ever written there."""
    return bool(select.select([0], [], [], 0)[0])


def main(folder: str, lock: str) -> None:
    from giaoban import logs
    from giaoban.documents.makets import Drawing, draw

    level, form = (os.environ.get(f"GIAOBAN_LOG_{what}") for what in ("LEVEL", "FORMAT"))
    logs.set_up((level or "INFO").upper(), (form or "text").lower())
    with suppress(OSError):  # a system may know no priorities
        os.nice(NICE)
    jobs = Jobs(Path(folder), PATIENCE_S)
    with suppress(ServerGone):
        work(
            jobs,
            int(lock),
            lambda data, form, at_ms: draw(Drawing.of(data), form, at_ms),
            now_ms=lambda: time.time_ns() // 1_000_000,
            free_bytes=lambda: shutil.disk_usage(folder).free,
            alone=_server_gone,
            log=logging.getLogger("giaoban.documents.maket_worker").warning,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
