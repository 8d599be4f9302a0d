"""Signing in and out of the working pages."""

from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import accounts, link_here
from giaoban.domain.errors import NotSignedIn, TooManyAttempts
from giaoban.web import sign_in as sessions
from giaoban.web.attempts import attempt
from giaoban.web.current import identity, services

_FIRST_PAGE = {"admin": "admin.administration", "mc": "admin.console", "secretary": "admin.console"}


@accounts.get("/dang-nhap")
def sign_in() -> str:
    return _form()


@accounts.post("/dang-nhap")
def prove() -> Response:
    """A right name and password lead to where the person wanted to go, wrong ones back to the form, ever slower."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        who = attempt(lambda: services().accounts.authenticate(username, password), costly=True)
    except NotSignedIn as error:
        return make_response(_form(username=username, problem=error.message), 401)
    except TooManyAttempts as error:
        response = make_response(_form(username=username, problem=error.message), 429)
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    sessions.sign_in(who)
    wanted = request.form.get("next", "")
    return redirect(
        wanted if is_ours(wanted) else url_for(_FIRST_PAGE.get(who.role, "admin.board"), **link_here()), 303
    )


@accounts.post("/dang-xuat")
def sign_out() -> Response:
    """End the sign-in; on to where somebody like that signs in."""
    who = identity()
    sessions.sign_out()
    return redirect(url_for("screens.way_in" if who and who.role == "endpoint" else "admin.home"), 303)


def is_ours(target: str) -> bool:
    """Whether an address to go on to is a path on this very server.

    "//host" and "/\\host" lead elsewhere, and browsers drop tabs and line breaks before they look.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(char.isspace() or not char.isprintable() for char in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def _form(username: str = "", problem: str = "") -> str:
    return render_template(
        "auth/sign_in.html",
        username=username,
        problem=problem,
        next=request.values.get("next", ""),
        who=identity(),
    )
