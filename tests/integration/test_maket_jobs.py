"""The bundles' folder and their worker, with a renderer of the tests' own: every process that looks sees the same."""

import errno
import os
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from giaoban.documents.maket_jobs import WAITING_MOST, Jobs, TooMany
from giaoban.documents.maket_locks import Busy, Locks
from giaoban.documents.maket_worker import ServerGone
from giaoban.domain.maket_bundle import (
    BROKEN,
    CANCELLED,
    DISK_FULL,
    DONE,
    FAILED,
    INTERRUPTED,
    MAKING,
    MISSING,
    NOTHING_MADE,
    WAITING,
    Progress,
)
from tests.integration.maket_bundles import AT_MS, ENDED_AT_MS, NAMES, WORK, Worker, asked, plainly

pytestmark = pytest.mark.no_database


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "makets")


@pytest.fixture
def other(jobs: Jobs) -> Jobs:
    """The same folder as another process sees it."""
    return Jobs(jobs.folder)


@pytest.fixture
def worker(jobs: Jobs) -> Worker:
    return Worker(jobs)


def state(jobs: Jobs, job_id: str) -> tuple[str, int]:
    job = jobs.find(job_id)
    assert job is not None
    return job.state, job.progress.done


def left(jobs: Jobs, job_id: str) -> set[str]:
    return {path.name for path in (jobs.folder / job_id).iterdir()}


def test_the_zip_has_every_room_under_its_name_and_everybody_saw_how_far_it_was(
    jobs: Jobs, other: Jobs, worker: Worker
) -> None:
    seen: list[tuple[str, int]] = []
    job_id, lock = jobs.ask(asked(), WORK)
    seen.append(state(other, job_id))

    def render(*arguments: Any) -> bytes:
        seen.append(state(other, job_id))
        return plainly(*arguments)

    worker.work(lock, render)

    seen.append(state(other, job_id))
    assert seen == [(WAITING, 0), (MAKING, 0), (MAKING, 1), (MAKING, 2), (DONE, 3)]
    with zipfile.ZipFile(other.zip_of(job_id)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["00.pdf", "01.pdf", "02.pdf"]
        assert archive.read("01.pdf").decode() == f"{NAMES[1]} pdf {AT_MS}"
    job = other.find(job_id)
    assert job is not None
    assert job.size_bytes == other.zip_of(job_id).stat().st_size
    assert job.progress == Progress(3, 3)


def test_the_same_inputs_share_one_bundle_and_different_ones_wait_for_each_other(jobs: Jobs, worker: Worker) -> None:
    first, lock = jobs.ask(asked("a"), WORK)
    assert jobs.ask(asked("a", at_ms=AT_MS + 1), WORK) == (first, None)
    second, no_lock = jobs.ask(asked("b", at_ms=AT_MS + 2), WORK)
    assert no_lock is None
    assert second != first
    together: list[tuple[str, str]] = []

    def render(*arguments: Any) -> bytes:
        together.append((state(jobs, first)[0], state(jobs, second)[0]))
        return plainly(*arguments)

    worker.work(lock, render)

    assert together == [(MAKING, WAITING)] * 3 + [(DONE, MAKING)] * 3
    assert jobs.ask(asked("b", at_ms=AT_MS + 3), WORK) == (second, None)  # made already: nobody makes it again
    assert [job.id for job in jobs.look()] == [second, first]


def test_whoever_asks_while_the_last_one_ends_is_served_by_it_or_by_a_new_worker(jobs: Jobs, worker: Worker) -> None:
    """Both at once, again and again: no bundle is left waiting with nobody to make it."""
    for number in range(20):
        _, lock = jobs.ask(asked(f"first {number}"), WORK)
        thread = threading.Thread(target=worker.work, args=(lock,))
        thread.start()
        second, another = jobs.ask(asked(f"second {number}"), WORK)
        thread.join()
        if another is not None:
            worker.work(another)
        assert state(jobs, second) == (DONE, 3)
        jobs.clean(AT_MS * 2)


def test_a_cancelled_one_stops_at_the_next_room_and_leaves_no_file(jobs: Jobs, other: Jobs, worker: Worker) -> None:
    job_id, lock = jobs.ask(asked("a"), WORK)
    behind, _ = jobs.ask(asked("b", at_ms=AT_MS + 1), WORK)
    made: list[str] = []

    def render(data: Mapping[str, Any], *others: Any) -> bytes:
        made.append(data["title"])
        if len(made) == 2:
            other.cancel(job_id, "kythuat", AT_MS + 5)
        return plainly(data, *others)

    worker.work(lock, render)

    job = jobs.find(job_id)
    assert job is not None
    assert (job.state, job.by) == (CANCELLED, "kythuat")
    assert made[:2] == [*NAMES[:2]]
    assert made[2] == NAMES[0]  # of the one behind it
    assert left(jobs, job_id) == {"request.json", "progress.json", "outcome.json"}
    assert state(jobs, behind) == (DONE, 3)


def test_one_cancelled_while_its_last_room_is_made_stays_cancelled(jobs: Jobs, other: Jobs, worker: Worker) -> None:
    job_id, lock = jobs.ask(asked(), WORK)

    def render(data: Mapping[str, Any], *others: Any) -> bytes:
        if data["title"] == NAMES[-1]:
            other.cancel(job_id, "kythuat", AT_MS + 5)
        return plainly(data, *others)

    worker.work(lock, render)

    assert state(jobs, job_id)[0] == CANCELLED
    assert not jobs.zip_of(job_id).exists()


def test_one_that_waits_can_be_cancelled_and_one_that_is_done_removed(jobs: Jobs, worker: Worker) -> None:
    first, lock = jobs.ask(asked("a"), WORK)
    second, _ = jobs.ask(asked("b", at_ms=AT_MS + 1), WORK)
    jobs.cancel(second, "mc", AT_MS)

    worker.work(lock)

    assert state(jobs, second) == (CANCELLED, 0)
    for job_id in (first, second, first, "0" * 16, "../.."):
        jobs.cancel(job_id, "mc", AT_MS)
    assert jobs.look() == []


def test_a_room_that_cannot_be_made_is_named_and_the_others_are_there(jobs: Jobs, worker: Worker) -> None:
    job_id, lock = jobs.ask(asked(), WORK)

    def render(data: Mapping[str, Any], *others: Any) -> bytes:
        if data["title"] == NAMES[1]:
            raise RuntimeError("no such font")
        return plainly(data, *others)

    worker.work(lock, render)

    job = jobs.find(job_id)
    assert job is not None
    assert (job.state, job.progress) == (DONE, Progress(3, 3, (NAMES[1],)))
    assert job.progress.made == 2
    with zipfile.ZipFile(jobs.zip_of(job_id)) as archive:
        assert archive.namelist() == ["00.pdf", "02.pdf", MISSING]
        assert f"2/3 ma két. Chưa tạo được ma két của:\r\n- {NAMES[1]}" in archive.read(MISSING).decode("utf-8-sig")
    assert worker.logged == ["the maket of 01.pdf failed: RuntimeError: no such font"]
    again, lock = jobs.ask(asked(), WORK)  # what lacks something is made anew when it is asked for again
    assert again != job_id
    worker.work(lock)
    assert state(jobs, again) == (DONE, 3)


def test_nothing_made_is_no_zip(jobs: Jobs, worker: Worker) -> None:
    job_id, lock = jobs.ask(asked(), WORK)

    def render(*_: Any) -> bytes:
        raise RuntimeError("nothing fits")

    worker.work(lock, render)

    job = jobs.find(job_id)
    assert job is not None
    assert (job.state, job.why) == (FAILED, NOTHING_MADE)
    assert not jobs.zip_of(job_id).exists()


def test_a_disk_that_is_full_or_nearly_ends_it_with_nothing_left_and_the_next_goes_on(
    jobs: Jobs, worker: Worker
) -> None:
    first, lock = jobs.ask(asked("a"), WORK)
    second, _ = jobs.ask(asked("b", at_ms=AT_MS + 1), WORK)

    def free_bytes() -> int:
        return 999 if state(jobs, first) == (MAKING, 0) else 10_000

    worker.free_bytes = free_bytes
    worker.work(lock)

    job = jobs.find(first)
    assert job is not None
    assert (job.state, job.why) == (FAILED, DISK_FULL)
    assert left(jobs, first) == {"request.json", "progress.json", "outcome.json"}
    assert state(jobs, second) == (DONE, 3)


def test_what_the_disk_refuses_is_said(jobs: Jobs, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, (error, why) in enumerate(((errno.ENOSPC, DISK_FULL), (errno.EIO, BROKEN))):
        job_id, lock = jobs.ask(asked(str(number)), WORK)
        with monkeypatch.context() as patch:
            patch.setattr(zipfile.ZipFile, "writestr", raising(OSError(error, os.strerror(error))))
            worker.work(lock)
        job = jobs.find(job_id)
        assert job is not None
        assert (job.state, job.why) == (FAILED, why)
        assert left(jobs, job_id) == {"request.json", "progress.json", "outcome.json"}


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def test_a_request_that_cannot_be_stored_leaves_nothing_and_no_worker(
    jobs: Jobs, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", raising(OSError(errno.ENOSPC, "full")))
        with pytest.raises(OSError, match="full"):
            jobs.ask(asked(), WORK)

    assert jobs.look() == []
    job_id, lock = jobs.ask(asked(), WORK)
    worker.work(lock)
    assert state(jobs, job_id) == (DONE, 3)


def test_when_the_server_ends_what_was_made_or_waited_is_said_to_be_gone_for_good(
    jobs: Jobs, other: Jobs, worker: Worker
) -> None:
    first, lock = jobs.ask(asked("a"), WORK)
    second, _ = jobs.ask(asked("b", at_ms=AT_MS + 1), WORK)

    def render(data: Mapping[str, Any], *others: Any) -> bytes:
        worker.server_gone = data["title"] == NAMES[1]
        return plainly(data, *others)

    with pytest.raises(ServerGone):
        worker.work(lock, render)

    assert {job.id: job.state for job in other.look()} == {first: INTERRUPTED, second: INTERRUPTED}
    assert left(jobs, first) == {"request.json", "progress.json", "outcome.json"}
    worker.server_gone = False
    third, lock = other.ask(asked("a", at_ms=AT_MS + 9), WORK)  # in the place of the first
    assert third != first
    worker.work(lock)
    assert {job.id: job.state for job in jobs.look()} == {third: DONE, second: INTERRUPTED}


def test_a_worker_that_was_killed_is_noticed_by_everybody(jobs: Jobs, other: Jobs) -> None:
    job_id, lock = jobs.ask(asked(), WORK)
    assert lock is not None
    jobs.told(job_id, Progress(2, 3))
    (jobs.folder / job_id / ".makets.zip.unfinished").write_bytes(b"PK")  # it had no time to take it away
    assert state(other, job_id) == (MAKING, 2)

    os.close(lock)

    assert state(other, job_id) == (INTERRUPTED, 2)
    assert left(jobs, job_id) == {"request.json", "progress.json", "outcome.json"}


def test_a_zip_that_a_power_cut_shortened_is_not_handed_out(jobs: Jobs, worker: Worker) -> None:
    job_id, lock = jobs.ask(asked(), WORK)
    worker.work(lock)
    os.truncate(jobs.zip_of(job_id), 100)

    assert state(jobs, job_id) == (INTERRUPTED, 3)
    assert not jobs.zip_of(job_id).exists()


def test_old_ones_are_removed_with_whatever_does_not_belong_there(jobs: Jobs, worker: Worker) -> None:
    ids = []
    for number in range(3):
        job_id, lock = jobs.ask(asked(str(number), at_ms=AT_MS + number), WORK)
        worker.work(lock)
        ids.append(job_id)
    (jobs.folder / "0123456789abcdef").mkdir()
    waiting, lock = jobs.ask(asked("w", at_ms=0), WORK)

    jobs.clean(AT_MS)

    assert {job.id for job in jobs.look()} == {*ids, waiting}
    jobs.clean(ENDED_AT_MS + 1)
    assert {job.id for job in jobs.look()} == {waiting}
    assert {path.name for path in jobs.folder.iterdir()} == {waiting, "turn.lock", "worker.lock"}
    assert lock is not None
    os.close(lock)


def test_one_that_another_program_or_a_power_cut_left_is_none_and_goes(jobs: Jobs, worker: Worker) -> None:
    ids = []
    for key in ("torn", "of another program", "good"):
        job_id, lock = jobs.ask(asked(key), WORK)
        worker.work(lock)
        ids.append(job_id)
    torn, foreign, good = ids
    (jobs.folder / torn / "request.json").write_bytes(b"\0\0")
    (jobs.folder / foreign / "request.json").write_text('{"key": "b", "colour": "red"}')

    assert {job.id for job in jobs.look()} == {good}
    jobs.cancel(torn, "secretary:lan", AT_MS)
    jobs.clean(0)
    assert {path.name for path in jobs.folder.iterdir()} == {good, "turn.lock", "worker.lock"}


def test_too_many_that_wait_are_refused(jobs: Jobs) -> None:
    locks = [jobs.ask(asked(str(number)), WORK)[1] for number in range(WAITING_MOST)]
    with pytest.raises(TooMany):
        jobs.ask(asked("one more"), WORK)

    assert len(jobs.look()) == WAITING_MOST
    assert [lock is not None for lock in locks] == [True] + [False] * (WAITING_MOST - 1)
    os.close(locks[0] or 0)


@pytest.fixture
def frozen(jobs: Jobs) -> Iterator[None]:
    """Another process that holds the turn and does not move."""
    jobs.folder.mkdir(parents=True)
    with Locks(jobs.folder, patience_s=0).turn():
        yield


@pytest.mark.usefixtures("frozen")
def test_whoever_holds_the_turn_for_ever_does_not_hold_up_the_others_for_ever(jobs: Jobs) -> None:
    hasty = Jobs(jobs.folder, patience_s=0)

    for call in (hasty.look, lambda: hasty.ask(asked(), WORK), lambda: hasty.clean(0)):
        with pytest.raises(Busy):
            call()
