"""The dress rehearsal: every room of a conference played against a running server, over the lines that real ones use.

It walks through a copy, never the conference itself, and says what was lost.
"""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from giaoban.models import Conference
from giaoban.rehearsal.report import print_report
from giaoban.rehearsal.room import Room
from giaoban.rehearsal.walk import Walk
from giaoban.services import Services
from giaoban.services.identity import Identity

__all__ = ["rehearse"]


def rehearse(
    services: Services,
    conference: Conference,
    identity: Identity,
    *,
    url: str,
    speed: float,
    keep: bool,
    console: Console,
) -> bool:
    """Rehearse a copy of `conference` at the server at `url`, each item held for its planned time ÷ `speed`.

    The server has to use this very database and secret. Prints progress and the table; True when nothing was lost. The
    copy and the MC's account are gone afterwards, also after an error; `keep` spares the copy. Raises CannotRehearse.
    """
    copy = services.conferences.copy_for_rehearsal(conference, identity)
    try:
        rooms = [Room(endpoint.code, endpoint.full_name, code) for endpoint, code in services.access.codes(copy)]
        with _temporary_mc(services) as (username, password):
            walk = Walk(url, copy.slug, rooms, speed, console)
            report = asyncio.run(walk.run(username, password))
    finally:
        if not keep:
            services.conferences.delete(copy)
    print_report(report, console)
    if keep:
        console.print(f"Hội nghị tổng duyệt được giữ lại: {url.rstrip('/')}/dieu-hanh?hoi-nghi={copy.slug}")
    return not report.losses


@contextmanager
def _temporary_mc(services: Services) -> Iterator[tuple[str, str]]:
    """An account that exists for as long as the rehearsal runs: no real person's password is needed."""
    username, password = f"tong-duyet-{secrets.token_hex(4)}", services.accounts.generated_password()
    services.accounts.add_user(username, "mc", password)
    try:
        yield username, password
    finally:
        services.accounts.remove_user(username)
