"""Every request: its id, its line in the log, its figures.

The id is the caller's `X-Request-ID` when it is a sane one, else made here; the answer carries it, except files, which
browsers keep for longer than one request, and of which a phone's first visit takes some thirty. Check-ins come in
crowds of a thousand a second, and each has its line in the conference's log: an accepted one is not told again here.
"""

import logging
import time
from typing import Any, Final

from flask import Flask, request
from werkzeug.wrappers import Response

from giaoban import figures, logs

HEADER: Final = "X-Request-ID"
NAME: Final = "giaoban.requests"  # among the application's extensions
_BEGUN: Final = "giaoban.request"
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

logger = logging.getLogger(__name__)


class Requests:
    """What is kept of every request. `shown` says which have a line in the log; slower ones than `slow_s` always do."""

    def __init__(self, shown: str, slow_s: float) -> None:
        self._shown = shown
        self._slow_s = slow_s

    def begin(self, environ: dict[str, Any]) -> None:
        """From here on the request has its id, and its time runs; a request begins once."""
        if _BEGUN not in environ:
            environ[_BEGUN] = logs.begin(environ.get("HTTP_X_REQUEST_ID")), time.perf_counter()

    def answered(self, environ: dict[str, Any], route: str, status: int) -> str:
        """Count the request and write its line; the id that the answer is to carry."""
        facts, began_s = environ[_BEGUN]
        took_s = time.perf_counter() - began_s
        method = environ["REQUEST_METHOD"]
        if method not in METHODS:
            method = "other"  # a client may send any word
        figures.REQUESTS(route, method, status).inc()
        figures.REQUEST_SECONDS(route).observe(took_s)
        level = _level(self._shown, method, status, facts, slow=took_s >= self._slow_s)
        if level and logger.isEnabledFor(level):
            line = {"method": method, "route": route, "status": status, "duration_ms": round(took_s * 1000, 1)}
            logger.log(level, "answered", extra={"facts": line})
        request_id: str = facts["request_id"]
        return request_id


def register(app: Flask) -> None:
    """Before everything else that looks at a request, and after everything else that does something to its answer."""
    requests = app.extensions[NAME] = Requests(app.config["LOG_REQUESTS"], app.config["SLOW_REQUEST_MS"] / 1000)

    def begin() -> None:
        requests.begin(request.environ)

    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        request_id = requests.answered(request.environ, route, response.status_code)
        if request.endpoint != "static" or response.status_code >= 400:
            response.headers.add(HEADER, request_id)
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
