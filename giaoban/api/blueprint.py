"""What the API's blueprints have in common: strict bodies, and declared ways of refusing."""

import json
from collections.abc import Callable
from typing import Any, Final

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

MEANINGS: Final = {
    400: "Malformed JSON, or a session cookie without the CSRF header",
    401: "No or bad credentials",
    403: "Signed in, but not allowed",
    404: "There is nothing of that name",
    409: "Stale version or not legal in the present state; the present snapshot is in `error.details.snapshot`",
    422: "What no state could make right",
    429: "Too many wrong attempts; see Retry-After",
}

View = Callable[..., Any]


class ErrorBody(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "a Vietnamese sentence"})
    details = fields.Dict(required=True)


class Error(Schema):
    error = fields.Nested(ErrorBody, required=True)


class StrictParser(FlaskParser):
    """Refuses JSON whose texts are no Unicode: half a surrogate pair can neither be stored nor sent back."""

    def _raw_load_json(self, req: Any) -> Any:
        value = super()._raw_load_json(req)
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise BadRequest from None
        return value


class ApiBlueprint(Blueprint):
    """A feature's part of the API."""

    ARGUMENTS_PARSER = StrictParser()

    def fails(self, *statuses: int) -> Callable[[View], View]:
        """Declare the statuses with which a view may refuse."""

        def decorate(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, schema=Error, description=MEANINGS[status])(view)
            return view

        return decorate

    def signed_in(self, view: View) -> View:
        """Declare that a view needs a token or a session."""
        declared: View = self.doc(security=[{"token": []}, {"session": []}])(view)
        return declared
