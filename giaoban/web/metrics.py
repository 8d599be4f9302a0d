"""Figures for Prometheus at `/metrics`: requests by route and status, how long they took, open sockets."""

import time
from typing import Final

from flask import Blueprint, Flask, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from werkzeug.wrappers import Response

bp = Blueprint("metrics", __name__)

REQUESTS: Final = Counter(
    "giaoban_http_requests", "Requests by route, method and status", ["route", "method", "status"]
)
SECONDS: Final = Histogram("giaoban_http_request_seconds", "Seconds from request to answer", ["route"])
SOCKETS: Final = Gauge("giaoban_sockets", "Screens on the line at this process")


def register(app: Flask) -> None:
    app.register_blueprint(bp)
    app.before_request(_begin)
    app.after_request(_end)


@bp.get("/metrics")
def show() -> Response:
    """The figures of this process."""
    SOCKETS.set(current_app.extensions["giaoban.live"].lines.open_count)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _begin() -> None:
    g.began_s = time.perf_counter()


def _end(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    REQUESTS.labels(route, request.method, str(response.status_code)).inc()
    if "began_s" in g:
        SECONDS.labels(route).observe(time.perf_counter() - g.began_s)
    return response
