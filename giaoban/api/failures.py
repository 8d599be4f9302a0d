"""How a route says in which ways it refuses."""

from collections.abc import Callable
from typing import Any, Final

from flask_smorest import Blueprint
from marshmallow import Schema, fields

MEANINGS: Final = {
    400: "Malformed JSON, or a session cookie without the CSRF header",
    401: "No or bad credentials",
    403: "Signed in, but not allowed",
    404: "There is nothing of that name",
    409: "Stale version or not legal in the present state; the present snapshot is in `error.details.snapshot`",
    422: "What no state could make right",
    429: "Too many wrong attempts; see Retry-After",
}


class ErrorBody(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "a Vietnamese sentence"})
    details = fields.Dict(required=True)


class Error(Schema):
    error = fields.Nested(ErrorBody, required=True)


def fails(bp: Blueprint, *statuses: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the statuses with which a view may refuse."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        for status in statuses:
            view = bp.alt_response(status, schema=Error, description=MEANINGS[status])(view)
        return view

    return decorate


def signed_in(bp: Blueprint) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare that a view needs a token or a session."""
    decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = bp.doc(security=[{"token": []}, {"session": []}])
    return decorator
