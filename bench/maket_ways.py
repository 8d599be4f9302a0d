"""giaoban with two ways to make all makets of its conference, `GET /bench/thread` and `/bench/process`: `bench.makets`.

Each answers when one ZIP is there: {"took_s", "rooms"}. Anybody may ask: for measuring only.
"""

import io
import itertools
import time
import zipfile
from typing import Any, Final

from giaoban import create_app
from giaoban.domain.maket_sizes import Size, size_of
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import cli_identity

LOOK_EVERY_S: Final = 0.2

app = create_app()
services: Services = app.extensions["giaoban"]
_sizes = (size_of(f"{1000 + number}x800") for number in itertools.count())  # another each time: none is there already


@app.get("/bench/thread")
def in_a_thread() -> dict[str, Any]:
    """In the server's own process, one room after the other in the thread behind everything else."""
    conference, size, began_s = services.conferences.current(), next(_sizes), time.monotonic()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for prepared in services.makets.prepare_all(conference, size):
            archive.writestr(f"{prepared.name}.pdf", services.makets.draw(prepared, "pdf"))
    return {"took_s": time.monotonic() - began_s, "rooms": len(archive.namelist())}


@app.get("/bench/process")
def in_a_process() -> dict[str, Any]:
    """As staff have it made."""
    conference, size, began_s = services.conferences.current(), next(_sizes), time.monotonic()
    services.maket_bundles.ask(conference, size, "pdf", cli_identity("bench"))
    return {"took_s": _until_done(conference, size) - began_s, "rooms": len(conference.endpoints)}


def _until_done(conference: Conference, size: Size) -> float:
    while True:
        job = next(each.job for each in services.maket_bundles.look(conference) if each.job.request.size == size.key)
        if not job.under_way:
            assert job.state == "done", job
            return time.monotonic()
        time.sleep(LOOK_EVERY_S)
