"""Pages for the many: projector, monitor, the TV crew's pictures, the press page, and the rooms' way in and page."""

from giaoban.screens import (
    communes,
    endpoint,
    line_tests,
    looks_sample,
    lower_third,
    makets,
    monitor,
    offline,
    pairing,
    press,
    projector,
    readiness,
    tickets,
    title_card,
    way_in,
)
from giaoban.screens.blueprint import bp

__all__ = [
    "bp",
    "communes",
    "endpoint",
    "line_tests",
    "looks_sample",
    "lower_third",
    "makets",
    "monitor",
    "offline",
    "press",
    "pairing",
    "projector",
    "readiness",
    "tickets",
    "title_card",
    "way_in",
]
