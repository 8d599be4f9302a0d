"""The JSON API, `/api/v1` (contract §4). Each module holds one feature: its schemas and its routes."""

from typing import Any, Final

from flask import Flask
from flask_smorest import Api

from giaoban.api import (
    accounts,
    conferences,
    contacts,
    control,
    counts,
    docs,
    line_tests,
    log,
    messages,
    projectors,
    readiness,
    report,
    roll_call,
    running_order,
    tickets,
)
from giaoban.api.blueprint import Error
from giaoban.api.express import Express

PREFIX: Final = "/api/v1"

OPTIONS: Final[dict[str, Any]] = {
    "API_TITLE": "giaoban",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "The running order, the roll call and the log of a live conference. Times are whole "
            "milliseconds: `…_at_ms` instants since the epoch (UTC), `…_ms` durations. Every refusal is "
            '`{"error": {"code", "message", "details"}}`, its message in Vietnamese.'
        },
    },
}


class OneShapeApi(Api):
    """An API all of whose refusals have the one shape."""

    ERROR_SCHEMA = Error


def register(app: Flask) -> None:
    """Hang every feature below the prefix, with its description and its page."""
    app.config.from_mapping(OPTIONS)
    smorest = OneShapeApi(app)
    schemes = smorest.spec.components
    schemes.security_scheme("token", {"type": "http", "scheme": "bearer"})
    schemes.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]})
    for feature in (
        accounts,
        conferences,
        running_order,
        control,
        messages,
        roll_call,
        counts,
        contacts,
        line_tests,
        readiness,
        tickets,
        projectors,
        log,
        report,
    ):
        smorest.register_blueprint(feature.bp, url_prefix=PREFIX)
    app.register_blueprint(docs.bp, url_prefix=PREFIX)
    app.wsgi_app = Express(app, app.wsgi_app, PREFIX)  # type: ignore[method-assign]
