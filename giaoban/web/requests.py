"""Every request: its id, its line in the log, its figures.

The id is the caller's `X-Request-ID` when it is a sane one, else made here; the answer carries it. Check-ins come in
crowds of a thousand a second, and each has its line in the conference's log: an accepted one is not told again here.
"""

import logging
import time
from typing import Any, Final

from flask import Flask, Request, request
from werkzeug.wrappers import Response

from giaoban import figures, logs

HEADER: Final = "X-Request-ID"
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

logger = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Before everything else that looks at a request, and after everything else that does something to its answer."""
    shown: str = app.config["LOG_REQUESTS"]
    slow_s: float = app.config["SLOW_REQUEST_MS"] / 1000

    def begin() -> None:
        environ = request.environ
        environ["giaoban.request"] = logs.begin(environ.get("HTTP_X_REQUEST_ID")), time.perf_counter()

    def end(response: Response) -> Response:
        # the proxy would be looked through at each use
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        facts, began_s = asked.environ["giaoban.request"]
        took_s = time.perf_counter() - began_s
        route = asked.url_rule.rule if asked.url_rule else "none"
        method = asked.method if asked.method in METHODS else "other"  # a client may send any word
        status = response.status_code
        response.headers.add(HEADER, facts["request_id"])
        figures.REQUESTS(route, method, status).inc()
        figures.REQUEST_SECONDS(route).observe(took_s)
        level = _level(shown, method, status, facts, slow=took_s >= slow_s)
        if level and logger.isEnabledFor(level):
            line = {"method": method, "route": route, "status": status, "duration_ms": round(took_s * 1000, 1)}
            logger.log(level, "answered", extra={"facts": line})
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)  # Flask calls them from the last to the first


def _level(shown: str, method: str, status: int, facts: dict[str, Any], *, slow: bool) -> int:
    """At which level the request gets its line; 0 for none."""
    if status >= 500 or slow:
        return logging.WARNING
    if shown == "none":
        return 0
    if shown == "all":
        return logging.INFO
    if method in SAFE:
        return 0
    return logging.DEBUG if status < 400 and "check_in_id" in facts else logging.INFO
