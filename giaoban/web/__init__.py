"""Shared by the blueprints: who is signed in, which conference, filters, slowing down of guesses."""

from flask import Flask, request
from flask_login import current_user

from giaoban.extensions import csrf
from giaoban.web import filters, headers, health, limits, metrics, requests, static_files
from giaoban.web import sign_in as sign_in  # its loaders make themselves known to Flask-Login


def register(app: Flask) -> None:
    """Files, headers, sign-in by cookie and token, the check against forged requests, limits, filters, health, log."""
    app.session_interface = sign_in.CookieSessions()
    static_files.register(app)
    headers.register(app)
    filters.register(app)
    health.register(app)
    metrics.register(app)
    requests.register(app)
    limits.register(app)
    app.before_request(refuse_forged)


def refuse_forged() -> None:
    """A write that a browser's cookie speaks for must prove that it comes from a page of ours (400 `csrf`).

    JSON writes with a token, or by nobody, cannot be forged by another site: a browser adds neither.
    """
    if request.method in requests.SAFE:
        return
    is_json = request.path.startswith("/api/")
    if is_json and ("Authorization" in request.headers or not current_user.is_authenticated):
        return  # the cookie counts for nothing beside that header (`load_session`)
    csrf.protect()
    if not is_json and current_user.is_authenticated:
        limits.count_request(current_user.identity)
