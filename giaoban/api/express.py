"""The short way of the one request that comes in crowds: a room's check-in with a token, as our own pages send it.

It asks the same services as the ordinary route (giaoban/api/roll_call.py), and answers only what they accept; all else
takes the ordinary way, which knows how to refuse: another kind of body or sign-in, and, with the error beside it, what
the services refused. What it saves is Flask's and the schema's part of each: two thirds of what a check-in costs.
"""

import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask

from giaoban import logs
from giaoban.domain.errors import NotSignedIn
from giaoban.services import Services
from giaoban.web import headers
from giaoban.web.limits import count_write
from giaoban.web.requests import HEADER, NAME, Requests

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

REFUSED: Final = "giaoban.refused"  # in the environment of a request whose check-in was refused already: why
_BODY_MOST: Final = 2_000  # bytes
_ROUTE: Final = "/conferences/<slug>/endpoints/<code>/check-in"
_NEEDED: Final = {"check_in_id": str, "status": str, "happened_at_ms": int}
_KNOWN: Final = {*_NEEDED, "headcount", "reason", "note"}

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Express:
    """WSGI middleware around the whole application."""

    def __init__(self, app: Flask, wsgi_app: Wsgi, prefix: str) -> None:
        self._app = app
        self._wsgi_app = wsgi_app
        self._route = prefix + _ROUTE
        self._path = re.compile(re.sub(r"<\w+>", "([A-Za-z0-9-]{1,60})", self._route))
        self._services: Services = app.extensions["giaoban"]
        self._requests: Requests = app.extensions[NAME]
        self._headers = {secure: headers.of_json(secure) for secure in (False, True)}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT" and (named := self._path.fullmatch(environ["PATH_INFO"])):
            token, body = _token(environ), _body(environ)
            if token and body:
                answer = self._checked_in(environ, named[1], named[2], token, body)
                if answer is not None:
                    return self._answer(environ, start_response, _encode(answer).encode() + b"\n")
        return self._wsgi_app(environ, start_response)

    def _checked_in(
        self, environ: dict[str, Any], slug: str, code: str, token: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        self._requests.begin(environ)
        with self._app.app_context():
            try:
                identity = self._services.accounts.identity_of_token(token)
                logs.note(actor=identity.actor)
                count_write(self._app, identity)
                return self._services.roll_call.check_in(slug, code, body, identity)
            except NotSignedIn:
                return None
            except Exception as error:
                environ[REFUSED] = error
                return None

    def _answer(self, environ: dict[str, Any], start_response: Any, body: bytes) -> Iterable[bytes]:
        start_response(
            "200 OK",
            [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                *self._headers[environ["wsgi.url_scheme"] == "https"],
                (HEADER, self._requests.answered(environ, self._route, 200)),
            ],
        )
        return [body]


def _token(environ: dict[str, Any]) -> str | None:
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _body(environ: dict[str, Any]) -> dict[str, Any] | None:
    """A short body of JSON with the right keys and kinds of values and nothing escaped; None for all others.

    What was read of it can be read again.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != "application/json" or not (length.isdecimal() and int(length) <= _BODY_MOST):
        return None
    text = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(text)
    if b"\\" in text:
        return None
    try:
        body = json.loads(text.decode())
    except (RecursionError, ValueError):
        return None
    if type(body) is dict and _KNOWN.issuperset(body) and all(type(body.get(k)) is t for k, t in _NEEDED.items()):
        return body
    return None
