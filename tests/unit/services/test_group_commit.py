"""Many senders, few commits: nobody is answered before the commit, nobody is forgotten."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from giaoban.services.group_commit import GroupCommit

WAIT_S = 20  # only a hang takes this long


class Ledger:
    """Writes batches of numbers; holds the first batch until told, so that the others have to gather behind it."""

    def __init__(self, refuse: Callable[[int], bool] = lambda job: False) -> None:
        self.batches: list[list[int]] = []
        self.first_is_being_written = threading.Event()
        self.go_on = threading.Event()
        self._refuse = refuse

    def write(self, jobs: Sequence[int]) -> list[str | Exception]:
        self.batches.append(list(jobs))
        self.first_is_being_written.set()
        assert self.go_on.wait(WAIT_S)
        return [ValueError(f"no {job}") if self._refuse(job) else f"wrote {job}" for job in jobs]


def gathered(ledger: Ledger, group: GroupCommit[int, str], count: int) -> list[Future[str]]:
    """`count` jobs sent at once, all of them waiting before the first batch is through."""
    pool = ThreadPoolExecutor(count)
    futures = [pool.submit(group.submit, 0)]
    assert ledger.first_is_being_written.wait(WAIT_S)
    futures += [pool.submit(group.submit, job) for job in range(1, count)]
    while len(group._waiting) < count - 1:
        assert not futures[0].done()
    assert not any(future.done() for future in futures)
    ledger.go_on.set()
    pool.shutdown(wait=True)
    return futures


def test_a_single_job_is_written_and_answered() -> None:
    ledger = Ledger()
    ledger.go_on.set()

    assert GroupCommit(ledger.write).submit(7) == "wrote 7"
    assert ledger.batches == [[7]]


def test_those_who_wait_are_written_together_and_each_gets_its_own_answer() -> None:
    ledger = Ledger()

    futures = gathered(ledger, GroupCommit(ledger.write), 60)

    assert [future.result() for future in futures] == [f"wrote {job}" for job in range(60)]
    assert ledger.batches[0] == [0]
    assert len(ledger.batches) == 2
    assert sorted(ledger.batches[1]) == list(range(1, 60))


def test_a_batch_is_not_larger_than_the_most() -> None:
    ledger = Ledger()

    futures = gathered(ledger, GroupCommit(ledger.write, most=10), 26)

    assert [future.result() for future in futures] == [f"wrote {job}" for job in range(26)]
    assert [len(batch) for batch in ledger.batches] == [1, 10, 10, 5]


def test_a_refused_job_is_told_so_and_the_others_are_not() -> None:
    ledger = Ledger(refuse=lambda job: job % 3 == 0)

    futures = gathered(ledger, GroupCommit(ledger.write), 12)

    for job, future in enumerate(futures):
        if job % 3 == 0:
            assert str(future.exception()) == f"no {job}"
        else:
            assert future.result() == f"wrote {job}"


def test_when_the_commit_fails_every_sender_of_the_batch_is_told_and_the_next_goes_on() -> None:
    broken = threading.Event()
    broken.set()

    def write(jobs: Sequence[int]) -> list[str | Exception]:
        if broken.is_set():
            raise OSError("disk full")
        return [f"wrote {job}" for job in jobs]

    group: GroupCommit[int, str] = GroupCommit(write)

    with pytest.raises(OSError, match="disk full"):
        group.submit(1)
    broken.clear()
    assert group.submit(2) == "wrote 2"


@pytest.mark.parametrize(("error", "batches_written"), [(OSError("away"), 1), (ValueError("a bad batch"), 3)])
def test_those_who_wait_for_what_is_hopeless_are_told_at_once(error: Exception, batches_written: int) -> None:
    in_the_middle, go_on = threading.Event(), threading.Event()
    batches: list[list[int]] = []

    def write(jobs: Sequence[int]) -> list[str | Exception]:
        batches.append([*jobs])
        in_the_middle.set()
        assert go_on.wait(timeout=20)
        return [error] * len(jobs)

    group: GroupCommit[int, str] = GroupCommit(write, 2, lambda failed: isinstance(failed, OSError))
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(group.submit, 0)]
        assert in_the_middle.wait(timeout=20)
        answers += [pool.submit(group.submit, job) for job in (1, 2, 3)]
        while group.waiting < 3:
            assert not answers[0].done()
        go_on.set()

        assert [answer.exception(timeout=20) for answer in answers] == [error] * 4
    assert len(batches) == batches_written
    assert group.waiting == 0


def test_nothing_is_lost_or_doubled_when_many_write_at_once() -> None:
    written: list[int] = []
    group: GroupCommit[int, int] = GroupCommit(lambda jobs: [written.append(job) or job for job in jobs])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(group.submit, range(2000)))

    assert answers == list(range(2000))
    assert sorted(written) == list(range(2000))


UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import json
import gevent
from gevent.event import Event
from giaoban.services.group_commit import GroupCommit

held, go_on, written = Event(), Event(), []

def write(jobs):
    held.set()
    go_on.wait()
    written.extend(jobs)
    return [job.upper() for job in jobs]

group = GroupCommit(write, most=2)
tasks = {job: gevent.spawn(group.submit, job) for job in "a"}
held.wait()
tasks.update({job: gevent.spawn(group.submit, job) for job in "bcdefg"})
gevent.sleep(0)
ended = {"waiting": "d", "next to lead": "b", "all at once": "bcd"}[CASE]
for job in ended:
    tasks[job].kill()
go_on.set()
assert len(gevent.joinall(tasks.values(), timeout=20)) == 7, "somebody waits for ever"
kept = {job: task.value for job, task in tasks.items() if job not in ended}
print(json.dumps([sorted(written), kept]))
"""


@pytest.mark.parametrize(("case", "ended"), [("waiting", "d"), ("next to lead", "b"), ("all at once", "bcd")])
def test_whoever_is_ended_while_it_waits_takes_nobody_along(case: str, ended: str) -> None:
    """gunicorn ends the requests of a worker that stops; greenlets can be ended, threads cannot."""
    script = UNDER_GEVENT.replace("CASE", repr(case))

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    kept = [job for job in "abcdefg" if job not in ended]
    assert json.loads(done.stdout) == [kept, {job: job.upper() for job in kept}]
