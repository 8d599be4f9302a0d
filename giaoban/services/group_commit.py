"""Many small writes, one commit: whoever comes first writes for all who wait, and each is answered after the commit.

A commit that really reaches the disk costs milliseconds; two hundred rooms that check in within the same second would
otherwise queue behind two hundred of them.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Entry(Generic[Job, Result]):
    job: Job
    done: bool = False
    result: Result | None = None
    error: BaseException | None = None


class GroupCommit(Generic[Job, Result]):
    """Collects jobs and hands them in batches to `write`, which returns for each job a result or an exception.

    `write` makes one transaction of a batch; when it raises, the whole batch has failed and every sender is told.
    """

    def __init__(self, write: Callable[[Sequence[Job]], Sequence[Result | Exception]], most: int = 500) -> None:
        self._write = write
        self._most = most
        self._leader = threading.Lock()
        self._waiting: deque[_Entry[Job, Result]] = deque()

    @property
    def waiting(self) -> int:
        """How many jobs no batch has taken yet."""
        return len(self._waiting)

    def submit(self, job: Job) -> Result:
        """The job's result once it has been committed; raises what it was refused with."""
        entry: _Entry[Job, Result] = _Entry(job)
        self._waiting.append(entry)
        with self._leader:
            while not entry.done:
                time.sleep(0)  # lets the others that are ready join this batch
                self._settle(self._next_batch())
        if entry.error is not None:
            raise entry.error
        return entry.result  # type: ignore[return-value]  # done without error: the result is there

    def _next_batch(self) -> list[_Entry[Job, Result]]:
        batch: list[_Entry[Job, Result]] = []
        while self._waiting and len(batch) < self._most:
            batch.append(self._waiting.popleft())
        return batch

    def _settle(self, batch: Sequence[_Entry[Job, Result]]) -> None:
        outcomes: Sequence[Result | BaseException] = [RuntimeError("the batch was given up")] * len(batch)
        try:
            answers = self._write([entry.job for entry in batch])
            assert len(answers) == len(batch), "an outcome for each job"
            outcomes = answers
        except Exception as error:
            outcomes = [error] * len(batch)
        finally:  # also when the leader itself is being ended: nobody is left waiting
            self._tell(batch, outcomes)

    @staticmethod
    def _tell(batch: Sequence[_Entry[Job, Result]], outcomes: Sequence[Result | BaseException]) -> None:
        for entry, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                entry.error = outcome
            else:
                entry.result = outcome
            entry.done = True
