"""Figures of this process for Prometheus at `/metrics`. Several processes are asked one by one, past the proxy."""

import platform
from collections import Counter as Tally
from typing import Final

from flask import Blueprint, Flask, current_app
from prometheus_client import CONTENT_TYPE_LATEST, Info, generate_latest
from werkzeug.wrappers import Response

from giaoban import figures
from giaoban.extensions import db
from giaoban.realtime.presence import ROLES
from giaoban.version import VERSION
from giaoban.web.current import services

BUS_STATES: Final = ("none", "connected", "away")

bp = Blueprint("metrics", __name__)

BUILD: Final = Info("giaoban_build", "What runs here")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/metrics")
def show() -> Response:
    """The figures of this process. What is counted as it happens is there; what is only a state is looked at now."""
    live = current_app.extensions["giaoban.live"]
    on_the_line = Tally(live.lines.roles())
    for role in ROLES:
        figures.SCREENS(role).set(on_the_line[role])
    figures.WAITING("screens").set(live.waiting)
    figures.WAITING("bus").set(live.bus.queued)
    for state in BUS_STATES:
        figures.BUS(state).set(state == live.bus.state)
    figures.BUS_DROPPED.set(live.bus.dropped)
    figures.WAITING("check_ins").set(services().roll_call.waiting)
    BUILD.info({"version": VERSION, "python": platform.python_version(), "database": db.engine.dialect.name})
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
