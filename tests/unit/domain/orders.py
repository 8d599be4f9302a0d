"""A running order in each state that it can be in."""

from giaoban.domain import commands as c
from tests.factories import MINUTE_MS, done, make_order

IDLE = make_order()
FIRST_LIVE = done(IDLE, (c.Start("1"), 0))
PAUSED = done(FIRST_LIVE, (c.Pause(), 4))
BETWEEN = done(FIRST_LIVE, (c.Finish(), 10))
SKIPPED = done(FIRST_LIVE, (c.Skip("2"), 1))
LAST_LIVE = done(FIRST_LIVE, (c.Next(), 10), (c.Next(), 20))
FINISHED = done(LAST_LIVE, (c.Finish(), 30))
JUMPED = done(make_order(10, 10, 10, 10), (c.Start("1"), 0), (c.Next("3"), 10))  # 2 is left waiting above 3
BINNED = done(SKIPPED, (c.Remove("2"), 2), (c.Remove("3"), 3))
EMPTY = done(make_order(10), (c.Remove("1"), -5))

STATES = {
    "idle": IDLE,
    "first live": FIRST_LIVE,
    "paused": PAUSED,
    "between": BETWEEN,
    "one skipped": SKIPPED,
    "last live": LAST_LIVE,
    "finished": FINISHED,
    "jumped over": JUMPED,
    "two removed": BINNED,
    "no items": EMPTY,
}
ITEM = {"kind": "report", "title": "Báo cáo bổ sung", "planned_ms": 5 * MINUTE_MS}
