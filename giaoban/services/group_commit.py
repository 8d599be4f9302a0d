"""Many small writes, one commit: whoever comes first writes for all who wait, and each is answered after the commit.

A commit that really reaches the disk costs milliseconds; two hundred rooms that check in within the same second would
otherwise queue behind two hundred of them.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class _Entry(Generic[Job, Result]):
    """A job and its sender, who waits at `turn` until it is answered, or until it is its turn to write for all."""

    __slots__ = ("done", "error", "job", "result", "turn")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = False
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()

    def answer(self, outcome: Result | BaseException) -> None:
        if isinstance(outcome, BaseException):
            self.error = outcome
        else:
            self.result = outcome
        self.done = True
        self.turn.release()


class GroupCommit(Generic[Job, Result]):
    """Collects jobs and hands them in batches to `write`, which returns for each job a result or an exception.

    `write` makes one transaction of a batch; when it raises, the whole batch has failed and every sender is told. When
    all of a batch failed by what is `hopeless`, so have those who wait: each batch would wait for the database anew.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Job]], Sequence[Result | Exception]],
        most: int = 500,
        hopeless: Callable[[Exception], bool] = lambda _error: False,
    ) -> None:
        self._write = write
        self._most = most
        self._hopeless = hopeless
        self._guard = threading.Lock()
        self._waiting: deque[_Entry[Job, Result]] = deque()
        self._led = False

    @property
    def waiting(self) -> int:
        """How many jobs no batch has taken yet."""
        return len(self._waiting)

    def submit(self, job: Job) -> Result:
        """The job's result once it has been committed; raises what it was refused with."""
        entry: _Entry[Job, Result] = _Entry(job)
        with self._guard:
            self._waiting.append(entry)
            leads, self._led = not self._led, True
        try:
            if not leads:
                entry.turn.acquire()
                leads = not entry.done
            if leads:
                time.sleep(0)  # lets the others that are ready join this batch
                leads = False  # `_settle` passes it on, come what may
                self._settle(self._next_batch(self._most))
        except BaseException:
            self._give_up(entry, leads)
            raise
        if entry.error is not None:
            raise entry.error
        return entry.result  # type: ignore[return-value]  # done without error: the result is there

    def _next_batch(self, most: int | None = None) -> list[_Entry[Job, Result]]:
        with self._guard:
            count = len(self._waiting) if most is None else min(most, len(self._waiting))
            return [self._waiting.popleft() for _ in range(count)]

    def _settle(self, batch: Sequence[_Entry[Job, Result]]) -> None:
        """Write the batch and answer everybody in it; whoever waits longest then leads."""
        outcomes: Sequence[Result | BaseException] = [RuntimeError("the batch was given up")] * len(batch)
        try:
            answers = self._write([entry.job for entry in batch])
            assert len(answers) == len(batch), "an outcome for each job"
            outcomes = answers
        except Exception as error:
            outcomes = [error] * len(batch)
        finally:  # also when the leader itself is being ended: nobody is left waiting
            failed = [outcome for outcome in outcomes if isinstance(outcome, Exception) and self._hopeless(outcome)]
            if failed and len(failed) == len(batch):
                too_late = self._next_batch()
                batch = [*batch, *too_late]
                outcomes = [*outcomes, *(failed[:1] * len(too_late))]
            self._pass_on()
            for entry, outcome in zip(batch, outcomes, strict=True):
                entry.answer(outcome)

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting[0].turn.release()
            else:
                self._led = False

    def _give_up(self, entry: _Entry[Job, Result], leads: bool) -> None:
        """A sender is being ended while it waits: its job is not written any more, and nobody waits for it to lead."""
        with self._guard, suppress(ValueError):
            self._waiting.remove(entry)
        if leads or (not entry.done and entry.turn.acquire(blocking=False)):
            self._pass_on()
