"""One ZIP of every room's maket: asked for once, made by a process of its own, found again from everywhere."""

import hashlib
import logging
import os
import shutil
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from giaoban.documents import maket_worker
from giaoban.documents.maket_jobs import Job, Jobs, Request, Room, TooMany, Work
from giaoban.documents.maket_locks import Busy
from giaoban.documents.typeset import SCREEN_FONTS, Form
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.maket_bundle import DONE, entry_names, inputs_key
from giaoban.domain.maket_sizes import Size, size_of
from giaoban.models import Conference
from giaoban.processes import HANDED, Child
from giaoban.services.identity import Identity
from giaoban.services.makets import Makets
from giaoban.services.ports import Clock
from giaoban.threads import while_others_go_on
from giaoban.version import VERSION

logger = logging.getLogger(__name__)

KEPT_MS: Final = 12 * 3_600_000  # a finished one, for whoever takes it home in the evening
CLEAN_EVERY_S: Final = 600
KEYS_MOST: Final = 64
ROOM_FACTS: Final = ("code", "level", "parent_code", "kind", "name", "full_name")
PACKAGE: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One as it stands; `current` says of a finished one that it would be the same if it were made now."""

    job: Job
    current: bool


@dataclass(frozen=True, slots=True)
class Zip:
    """A finished one: where it lies, and what it is called when it is handed out."""

    path: Path
    name: str


class MaketBundles:
    """The bundles of all conferences, in a folder that all processes of this machine share."""

    def __init__(self, clock: Clock, makets: Makets, folder: Path, spare_bytes: int) -> None:
        self._clock = clock
        self._makets = makets
        self._jobs = Jobs(folder)
        self._spare_bytes = spare_bytes
        self._workers: list[Child] = []
        self._keys: dict[str, str] = {}

    def ask(self, conference: Conference, size: Size, form: Form, who: Identity) -> str:
        """Have one be made, and its id; that of the one of the very same inputs when there is one.

        Raises InvalidTransition when too many wait, when there are no rooms, and when the disk takes no more.
        """
        work = self._work(conference, size, form)
        if not work.rooms:
            raise InvalidTransition("Hội nghị chưa có điểm cầu nào để làm ma két.")
        request = Request(
            key=_key(work, form),
            conference_id=conference.id,
            slug=conference.slug,
            size=size.key,
            words=size.words,
            form=form,
            total=len(work.rooms),
            asked_at_ms=self._clock.now_ms(),
            timezone=conference.timezone,
            asked_by=who.actor,
            spare_bytes=self._spare_bytes,
        )
        try:
            job_id, lock = while_others_go_on(self._store, request, work)
        except TooMany:
            raise InvalidTransition("Đã có nhiều tệp đang chờ tạo. Xin đợi hoặc hủy bớt rồi bấm lại.") from None
        except Busy:
            raise InvalidTransition("Máy chủ đang bận. Xin bấm lại sau ít giây.") from None
        except OSError as error:
            logger.warning("a bundle of makets could not be asked for: %s", error)
            raise InvalidTransition("Máy chủ không còn đủ chỗ trên đĩa để tạo tệp. Xin báo kỹ thuật.") from None
        if lock is not None:
            self._start(job_id, lock, who)
        return job_id

    def _store(self, request: Request, work: Work) -> tuple[str, int | None]:
        self._jobs.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self._jobs.folder).free < self._spare_bytes:
            raise OSError("what is left of the disk is the conference's")
        self._jobs.clean(request.asked_at_ms - KEPT_MS)
        return self._jobs.ask(request, work)

    def _start(self, job_id: str, lock: int, who: Identity) -> None:
        """Start a worker, which takes over the lock. Raises InvalidTransition when the machine starts nothing more."""
        command = ["-P", str(maket_worker.__file__), str(self._jobs.folder), str(HANDED)]
        try:
            self._workers.append(Child(command, {**os.environ, "RAYON_NUM_THREADS": "1"}, lock))  # one core at most
        except OSError as error:
            logger.error("no process for makets could be started: %s", error)
            while_others_go_on(self._jobs.cancel, job_id, who.actor, self._clock.now_ms())
            raise InvalidTransition("Máy chủ không mở được việc tạo tệp. Xin báo kỹ thuật.") from None
        finally:
            os.close(lock)

    def look(self, conference: Conference) -> list[Bundle]:
        """Those of that conference, the one asked for last first. Raises Busy when nobody can tell for the moment."""
        self._reap()
        jobs = [job for job in while_others_go_on(self._jobs.look) if _is_of(conference, job)]
        return [Bundle(job, job.state == DONE and self._is_current(conference, job)) for job in jobs]

    def cancel(self, conference: Conference, job_id: str, who: Identity) -> None:
        """Have it be made no further, whoever asked for it; remove one that has ended. Raises NotFound, Busy."""
        self._find(conference, job_id)
        while_others_go_on(self._jobs.cancel, job_id, who.actor, self._clock.now_ms())

    def zip_of(self, conference: Conference, job_id: str) -> Zip:
        """The ZIP of a finished one. Raises NotFound, and InvalidTransition when it no longer tells what is stored."""
        job = self._find(conference, job_id)
        if job.state != DONE:
            raise NotFound("Tệp này chưa tạo xong hoặc không còn trên máy chủ.")
        if not self._is_current(conference, job):
            raise InvalidTransition(
                "Thông tin hội nghị hoặc danh sách điểm cầu đã thay đổi sau khi tạo tệp này. Xin tạo lại."
            )
        request = job.request
        return Zip(self._jobs.zip_of(job.id), f"ma-ket-{request.slug}-{request.size}-{request.form}.zip")

    def clean_for_ever(self, ended: threading.Event) -> None:
        while not ended.wait(CLEAN_EVERY_S):
            self._reap()
            try:
                while_others_go_on(self._jobs.clean, self._clock.now_ms() - KEPT_MS)
            except Exception as error:  # whatever lies in that folder: it is looked at again
                logger.warning("old bundles of makets could not be removed: %s: %s", type(error).__name__, error)

    def _reap(self) -> None:
        self._workers = [worker for worker in self._workers if not worker.ended()]

    def _find(self, conference: Conference, job_id: str) -> Job:
        job: Job | None = while_others_go_on(self._jobs.find, job_id)
        if job is None or not _is_of(conference, job):
            raise NotFound("Tệp này không còn trên máy chủ.")
        return job

    def _is_current(self, conference: Conference, job: Job) -> bool:
        request = job.request
        try:
            size = size_of(request.size)
        except InvalidInput:  # of an older program that made other sizes
            return False
        return request.key == self._key_now(conference, size, request.form)

    def _key_now(self, conference: Conference, size: Size, form: Form) -> str:
        """The key that a bundle would have now. All lines are broken for it, which takes 20 ms, and panels ask every
        two seconds: it is kept for as long as what they are made of is the same."""
        rooms = [[getattr(room, name) for name in ROOM_FACTS] for room in conference.endpoints]
        own = [conference.title, conference.starts_at_ms, conference.timezone, conference.maket]
        facts = inputs_key({"of": [*own, conference.looks.as_json(), size.key, form], "rooms": rooms})
        if facts not in self._keys:
            if len(self._keys) >= KEYS_MOST:
                self._keys.clear()
            self._keys[facts] = _key(self._work(conference, size, form), form)
        return self._keys[facts]

    def _work(self, conference: Conference, size: Size, form: Form) -> Work:
        """Everything that the ZIP is made of, as things stand now."""
        drawings = {each.code: each.drawing for each in self._makets.prepare_all(conference, size)}
        rooms = {room.code: room for room in conference.endpoints}
        facts = [{name: getattr(room, name) for name in ROOM_FACTS} for room in rooms.values()]
        return Work(
            tuple(
                Room(rooms[code].full_name, path, drawings[code].stored())
                for code, path in entry_names(facts, form).items()
            )
        )


def _is_of(conference: Conference, job: Job) -> bool:
    """A name may be used again after a conference was removed, and the folder by a server of other conferences."""
    return (job.request.conference_id, job.request.slug) == (conference.id, conference.slug)


def _key(work: Work, form: Form) -> str:
    """The hash of everything that a ZIP is made of, but for the time in its files."""
    return inputs_key({"made_with": _made_with(), "form": form, "work": work.stored()})


@cache
def _made_with() -> str:
    """What this program's makets are set with: another program makes other ones, and an older one's are not current."""
    files = [*PACKAGE.glob("d*/maket*"), PACKAGE / "documents" / "typeset.py", *SCREEN_FONTS.glob("*")]
    found = hashlib.sha256(VERSION.encode())
    for file in sorted(path for path in files if path.is_file()):
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()
