"""The application with a machine clock that a test can step: by the milliseconds that a file holds."""

import os
import time
from pathlib import Path

from giaoban import create_app
from giaoban.services.clock import SystemClock

FOLDER = Path(os.environ["STEPPED_CLOCK"])


def wall_ns() -> int:
    return time.time_ns() + int((FOLDER / "step_ms").read_text("ascii")) * 1_000_000


app = create_app(clock=SystemClock(FOLDER / "kept", wall_ns=wall_ns))
