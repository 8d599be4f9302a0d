"""What the API's blueprints have in common: strict bodies, and declared ways of refusing."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from giaoban.web.current import identity, required_identity
from giaoban.web.limits import count_request
from giaoban.web.requests import SAFE

MEANINGS: Final = {
    400: "Malformed JSON, or a session cookie without the CSRF header",
    401: "No or bad credentials",
    403: "Signed in, but not allowed",
    404: "There is nothing of that name",
    409: "Stale version, not legal in the present state, or somebody else holds control; to a command the present "
    "snapshot is in `error.details.snapshot`",
    413: "A body of more than 128 KiB",
    422: "What no state could make right",
    429: "Too many wrong attempts, or too many writes in a moment; see Retry-After",
}

_FLAT: Final = 20  # objects and lists in a body that may be nested as its sender likes

View = Callable[..., Any]


class ErrorBody(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "a Vietnamese sentence"})
    details = fields.Dict(required=True)


class Error(Schema):
    error = fields.Nested(ErrorBody, required=True)


class StrictParser(FlaskParser):
    """Refuses what Python's parser stumbles over, and JSON whose texts are no Unicode.

    Nested a thousand deep, or a number of thousands of digits, is no request of ours; half a surrogate pair can neither
    be stored nor sent back. Short and flat bodies in plain ASCII, such as most commands, can hold neither.
    """

    def _raw_load_json(self, req: Any) -> Any:
        try:
            value = super()._raw_load_json(req)
            text = req.get_data()
            if b"\\" in text or not text.isascii() or text.count(b"{") + text.count(b"[") > _FLAT:
                json.dumps(value, ensure_ascii=False, default=str).encode()
        except (RecursionError, ValueError):
            raise BadRequest from None
        return value


class ApiBlueprint(Blueprint):
    """A feature's part of the API."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: Any, **more: Any) -> Any:
        """As the library's. The schema is made once, not anew for every request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **more)

    def fails(self, *statuses: int) -> Callable[[View], View]:
        """Declare the statuses with which a view may refuse."""

        def decorate(view: View) -> View:
            declared = view
            for status in statuses:
                declared = self.alt_response(status, schema=Error, description=MEANINGS[status])(declared)
            return _described_as(declared, view)

        return decorate

    def signed_in(self, view: View) -> View:
        """Ask for a token or a session, and declare it. Stands above `arguments`: a stranger is told 401, not 422."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            who = required_identity()
            if request.method not in SAFE:
                count_request(who)
            return view(*args, **kwargs)

        return _described_as(self.doc(security=[{"token": []}, {"session": []}])(guarded), guarded)

    def open_to_all(self, view: View) -> View:
        """Let strangers in too, but nobody with a token that is false or has expired: whoever sends one is told so."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            identity()
            return view(*args, **kwargs)

        return _described_as(self.doc(security=[{}, {"token": []}])(guarded), guarded)


def _described_as(declared: View, view: View) -> View:
    """The view with what was declared of it, without the wrappers that the library puts around for the declaring."""
    view._apidoc = declared._apidoc  # type: ignore[attr-defined]
    return view
