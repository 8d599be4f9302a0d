"""Figures for Prometheus at `/metrics`: requests by route and status, how long they took, open sockets."""

from typing import Final

from flask import Blueprint, Flask, current_app
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


@bp.get("/metrics")
def show() -> Response:
    """The figures of this process."""
    SOCKETS.set(current_app.extensions["giaoban.live"].lines.open_count)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def served(route: str, method: str, status: int, took_s: float) -> None:
    """Count a request that has been answered."""
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(took_s)
