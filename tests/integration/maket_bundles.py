"""What tests of the ZIP of all makets share: a worker within this process, with a renderer of the tests' own."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from giaoban.documents.maket_jobs import Jobs, Request, Room, Work
from giaoban.documents.maket_worker import Render, work

NAMES = ("Huyện Bắc Sơn", "Xã Cao Minh, huyện Tràng Định", "Xã Hòa Thắng, huyện Hữu Lũng")
AT_MS = 1_637_886_600_000
ENDED_AT_MS = AT_MS + 60_000
WORK = Work(tuple(Room(name, f"0{at}.pdf", {"title": name}) for at, name in enumerate(NAMES)))


def asked(key: str = "a", *, at_ms: int = AT_MS, conference_id: int = 1) -> Request:
    zone = "Asia/Ho_Chi_Minh"
    who, spare_bytes = "secretary:lan", 1000
    return Request(
        key, conference_id, "giao-ban", "a4", "Giấy A4 ngang", "pdf", len(NAMES), at_ms, zone, who, spare_bytes
    )


def plainly(data: Mapping[str, Any], form: str, at_ms: int) -> bytes:
    """A maket as tests like it: what it is of, and that it was set."""
    return f"{data['title']} {form} {at_ms}".encode()


class Worker:
    """What works in the folder; `lock` is handed to it as the server does."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.free_bytes: Callable[[], int] = lambda: 10**12
        self.server_gone = False
        self.logged: list[str] = []

    def work(self, lock: int | None, render: Render = plainly) -> None:
        """Until nothing waits."""
        assert lock is not None
        try:
            work(
                self.jobs,
                lock,
                render,
                now_ms=lambda: ENDED_AT_MS,
                free_bytes=lambda: self.free_bytes(),
                alone=lambda: self.server_gone,
                log=self.logged.append,
                tell_every_s=0,
            )
        except BaseException:
            os.close(lock)  # as its end does
            raise
