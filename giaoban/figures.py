"""What is counted and measured while giaoban runs, for Prometheus; `/metrics` shows it (giaoban/web/metrics.py).

Imports nothing of ours, so that every floor may count where things happen. A figure with labels is a function from
their values to the counter or histogram itself, remembered after the first time: `COMMANDS("next", "accepted").inc()`.
Each label has few values, and none comes from a client unchecked.
"""

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_FAST_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

# ---- what people and programs ask for
REQUESTS: Final = cache(
    Counter("giaoban_http_requests", "Requests by route, method and status", ["route", "method", "status"]).labels
)
REQUEST_SECONDS: Final = cache(
    Histogram("giaoban_http_request_seconds", "From request to answer, by route", ["route"], buckets=_FAST_S).labels
)
REFUSED: Final = cache(Counter("giaoban_refused", "Refusals by their code, over HTTP and sockets", ["code"]).labels)
WRONG_ATTEMPTS: Final = Counter("giaoban_wrong_attempts", "Wrong passwords and join codes")

# ---- what is stored
COMMANDS: Final = cache(
    Counter(
        "giaoban_commands",
        "Running-order commands by name and outcome: accepted, repeated (the first answer again), or why not",
        ["name", "outcome"],
    ).labels
)
CHECK_INS: Final = cache(
    Counter(
        "giaoban_check_ins",
        "Check-ins by who says so (self, district, secretary; none when nobody may) and outcome: accepted, or why not",
        ["source", "outcome"],
    ).labels
)
COMMIT_SECONDS: Final = Histogram(
    "giaoban_database_commit_seconds", "One commit of a write transaction", buckets=_FAST_S
)

# ---- what goes out to the screens
SCREENS: Final = cache(Gauge("giaoban_screens", "Screens on the line at this process, by role", ["role"]).labels)
FAN_OUT_SECONDS: Final = cache(
    Histogram(
        "giaoban_fan_out_seconds",
        "From publishing, right after the commit, to the last write to a screen of this process",
        ["event"],
        buckets=_FAST_S,
    ).labels
)
WAITING: Final = cache(
    Gauge(
        "giaoban_waiting",
        "What waits now: messages to slow screens, check-ins for a commit, words to others",
        ["queue"],
    ).labels
)

# ---- between the processes
BUS_SECONDS: Final = Histogram(
    "giaoban_bus_seconds",
    "From another process's publishing to the last write to a screen of this one, by the machines' clocks",
    buckets=_FAST_S,
)
BUS: Final = cache(Gauge("giaoban_bus", "1 for the state: none (one process), connected, away", ["state"]).labels)
BUS_DROPPED: Final = Gauge("giaoban_bus_dropped", "Messages to other processes that could not be sent")
