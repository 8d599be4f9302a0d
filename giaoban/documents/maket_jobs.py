"""The bundles that were asked for, as files in one folder that all processes of a machine see.

Each bundle has a folder of its own, named by its id: `request.json` (what was asked), `work.json` (what the makets
are made of), `progress.json`, `outcome.json` once it has ended, and the ZIP. One worker at a time, over all processes,
takes them one after the other; it holds the lock on `worker.lock` for as long as it lives, however it ends. So a bundle
without an outcome while nobody holds that lock was interrupted, and everybody sees so.

Imports neither Flask nor the database: the worker is a process of its own (`maket_worker.py`).
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from giaoban.documents.maket_locks import TURN_WITHIN_S, Locks
from giaoban.documents.typeset import Form
from giaoban.domain.maket_bundle import CANCELLED, DONE, FAILED, INTERRUPTED, MAKING, UNDER_WAY, WAITING, Progress
from giaoban.files import UNFINISHED

WAITING_MOST: Final = 8
ZIP: Final = "makets.zip"
_ID: Final = re.compile(r"[0-9a-f]{16}")


class TooMany(Exception):
    """As many bundles wait as may."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `key` is the hash of all that the makets are made of, `asked_at_ms` also the time in them.

    `size` and `words` name the size, for addresses and for people; `spare_bytes` of the disk are the conference's.
    """

    key: str
    conference_id: int
    slug: str
    size: str
    words: str
    form: Form
    total: int
    asked_at_ms: int
    timezone: str
    asked_by: str
    spare_bytes: int


@dataclass(frozen=True, slots=True)
class Room:
    """One room's maket: its name for people, its path in the ZIP, and what is set, as JSON."""

    name: str
    path: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """All that the makets of a bundle are made of."""

    rooms: tuple[Room, ...]

    def stored(self) -> list[Any]:
        """As JSON takes it."""
        return [[room.name, room.path, room.data] for room in self.rooms]


@dataclass(frozen=True, slots=True)
class Job:
    """A bundle as it stands: `why` of a failed one, `by` whom it was cancelled, `ended_at_ms` and `size_bytes` of one
    that has ended; else None."""

    id: str
    request: Request
    state: str
    progress: Progress
    why: str | None = None
    by: str | None = None
    ended_at_ms: int | None = None
    size_bytes: int | None = None

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


class Jobs:
    """The folder. Every method may take milliseconds of the disk's time: not for gevent's loop."""

    def __init__(self, folder: Path, patience_s: float = TURN_WITHIN_S) -> None:
        self.folder = folder
        self._locks = Locks(folder, patience_s)

    def zip_of(self, job_id: str) -> Path:
        return self.folder / job_id / ZIP

    # ---- whoever asks

    def ask(self, request: Request, work: Work) -> tuple[str, int | None]:
        """The id of the bundle of those very inputs, there already or asked for now; and the lock of a worker when one
        has to be started: an open file, to be handed on to it and then closed.

        Raises Busy, TooMany, and OSError when nothing can be stored; then nothing is.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._locks.turn():
            lock = self._locks.worker()
            needed = False
            try:
                job_id, is_new = self._ask(self._all(worked=lock is None), request, work)
                needed = lock is not None and is_new
            finally:
                if lock is not None and not needed:
                    os.close(lock)
            return job_id, lock if needed else None

    def _ask(self, jobs: Sequence[Job], request: Request, work: Work) -> tuple[str, bool]:
        for job in jobs:
            same = job.request.key == request.key
            if same and (job.under_way or (job.state == DONE and not job.progress.missing)):
                return job.id, False
        for job in jobs:
            if not job.under_way and job.request.key == request.key:
                self._remove(job.id)  # this one takes its place
        if sum(job.under_way for job in jobs) >= WAITING_MOST:
            raise TooMany
        job_id = secrets.token_hex(8)
        place = self.folder / job_id
        try:
            place.mkdir(mode=0o700)
            _write(place / "work.json", work.stored())
            _write(place / "request.json", asdict(request))  # last: without it there is no bundle
        except BaseException:
            self._remove(job_id)
            raise
        return job_id, True

    def look(self) -> list[Job]:
        """All bundles, the one asked for last first. Raises Busy."""
        if not self.folder.exists():
            return []
        with self._locks.turn():
            jobs = self._all(worked=self._locks.worked())
        return sorted(jobs, key=lambda job: (job.request.asked_at_ms, job.id), reverse=True)

    def find(self, job_id: str) -> Job | None:
        return next((job for job in self.look() if job.id == job_id), None)

    def cancel(self, job_id: str, by: str, now_ms: int) -> None:
        """Have that bundle be made no further; one that has ended is removed. No-op for an unknown one. Raises Busy."""
        if not _ID.fullmatch(job_id) or not (self.folder / job_id).exists():
            return
        with self._locks.turn(), suppress(KeyError):  # somebody else may just have removed it
            if self.read(job_id, worked=self._locks.worked()).under_way:
                self._end(job_id, CANCELLED, by=by, at_ms=now_ms)
            else:
                self._remove(job_id)

    def clean(self, before_ms: int) -> None:
        """Remove what has ended before that time, and what is no bundle at all."""
        if not self.folder.exists():
            return
        with self._locks.turn():
            jobs = self._all(worked=self._locks.worked())
            for job in jobs:
                if not job.under_way and (job.ended_at_ms or job.request.asked_at_ms) < before_ms:
                    self._remove(job.id)
            for other in {path.name for path in self.folder.iterdir() if path.is_dir()} - {job.id for job in jobs}:
                self._remove(other)

    # ---- the worker

    def take(self, lock: int) -> Job | None:
        """The bundle that has waited longest; None when none waits: then the worker's lock is given up, and it ends.

        Both within the turn, so that whoever asks either is seen here or finds the lock free.
        """
        with self._locks.turn():
            waiting = [job for job in self._all(worked=True) if job.under_way]
            if not waiting:
                os.close(lock)
                return None
            return min(waiting, key=lambda job: (job.request.asked_at_ms, job.id))

    def work(self, job_id: str) -> Work:
        """What is to be set; nothing of a bundle that has just been cancelled."""
        return Work(tuple(Room(*room) for room in _read(self.folder / job_id / "work.json", [])))

    def told(self, job_id: str, progress: Progress) -> None:
        """Have everybody see how far it is. A disk that takes no more is no reason to stop here."""
        with suppress(OSError):
            _write(self.folder / job_id / "progress.json", asdict(progress))

    def wanted(self, job_id: str) -> bool:
        return not (self.folder / job_id / "outcome.json").exists() and (self.folder / job_id).exists()

    @contextmanager
    def writing(self, job_id: str) -> Iterator[BinaryIO]:
        """The ZIP while it is made; it bears its name at the end. On any exception nothing of it remains.

        Not forced to the disk: the commits of the conference would wait for it, and it can be made again.
        """
        unfinished = self.folder / job_id / f".{ZIP}{UNFINISHED}"
        try:
            with unfinished.open("w+b") as file:
                yield file
            unfinished.replace(self.zip_of(job_id))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def finish(self, job_id: str, progress: Progress, now_ms: int, why: str | None = None) -> None:
        """It has been made, or has failed for `why`; a cancelled one stays cancelled and leaves no file."""
        with self._locks.turn():
            if self.wanted(job_id):
                self.told(job_id, progress)
                self._end(job_id, DONE if why is None else FAILED, why=why, at_ms=now_ms)
            if _read(self.folder / job_id / "outcome.json", {}).get("state") != DONE:
                self._leave_nothing(job_id)

    # ---- one bundle

    def read(self, job_id: str, *, worked: bool) -> Job:
        """That bundle, given whether a worker lives. Raises KeyError when there is none of that id, or one that cannot
        be read: of a program with other fields, or torn by a power cut."""
        place = self.folder / job_id
        try:
            request = Request(**_read(place / "request.json", {}))
        except TypeError:
            raise KeyError(job_id) from None
        told = _read(place / "progress.json", {"done": 0, "total": request.total, "missing": []})
        progress = Progress(told["done"], told["total"], tuple(told["missing"]))
        outcome = _read(place / "outcome.json")
        if outcome is None:
            begun = (place / "progress.json").exists()
            state = INTERRUPTED if not worked else MAKING if begun else WAITING
            return Job(job_id, request, state, progress)
        state, size = outcome["state"], outcome["size"]
        if state == DONE and _size(place / ZIP) != size:  # a power cut took what was not yet on the disk
            state, size = INTERRUPTED, None
        return Job(job_id, request, state, progress, outcome["why"], outcome["by"], outcome["at_ms"], size)

    def _all(self, *, worked: bool) -> list[Job]:
        """All bundles; those that were interrupted stay so from now on, whoever works next. Within the turn."""
        found = []
        for path in self.folder.iterdir():
            if _ID.fullmatch(path.name):
                with suppress(KeyError):
                    found.append(self.read(path.name, worked=worked))
        for job in found:
            if job.state == INTERRUPTED:
                with suppress(OSError):
                    self._leave_nothing(job.id)
                    self._end(job.id, INTERRUPTED, at_ms=job.ended_at_ms)
        return found

    def _end(
        self, job_id: str, state: str, *, at_ms: int | None, why: str | None = None, by: str | None = None
    ) -> None:
        place = self.folder / job_id
        size = _size(place / ZIP) if state == DONE else None
        _write(place / "outcome.json", {"state": state, "why": why, "by": by, "at_ms": at_ms, "size": size})

    def _leave_nothing(self, job_id: str) -> None:
        """Of a bundle that will not be made: neither a file nor a part of one, nor what it would have been made of."""
        place = self.folder / job_id
        for path in (place / ZIP, place / "work.json", *place.glob(f".*{UNFINISHED}")):
            path.unlink(missing_ok=True)

    def _remove(self, job_id: str) -> None:
        with suppress(OSError):
            (self.folder / job_id / "request.json").unlink()  # first: without it there is no bundle
        shutil.rmtree(self.folder / job_id, ignore_errors=True)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _write(path: Path, value: Any) -> None:
    """Whole or not at all for whoever reads; after a power cut nobody needs it."""
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        unfinished.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _read(path: Path, otherwise: Any = None) -> Any:
    """The value in that file; `otherwise` when there is none, or none that can be read."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return otherwise
