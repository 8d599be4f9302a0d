"""The present request: the services, the conference it is about, and who asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from giaoban.domain.errors import NotAllowed, NotSignedIn
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.accounts import conference_of
from giaoban.services.identity import STAFF, Identity

__all__ = ["STAFF", "current_conference", "identity", "require", "required_identity", "services"]

P = ParamSpec("P")
R = TypeVar("R")


def services() -> Services:
    return current_app.extensions["giaoban"]


def identity() -> Identity | None:
    """Who has signed in, by session cookie or bearer token; None for the public."""
    return current_user.identity if current_user.is_authenticated else None


def required_identity() -> Identity:
    """Who has signed in. Raises NotSignedIn."""
    who = identity()
    if who is None:
        raise NotSignedIn()
    return who


def current_conference() -> Conference:
    """The conference that `?hoi-nghi=` or the path names, else an endpoint's own, else the current one.

    Raises NotFound.
    """
    slug = request.args.get("hoi-nghi") or (request.view_args or {}).get("slug")
    if slug:
        return services().conferences.seen_by(identity(), slug)
    who = identity()
    own = conference_of(who) if who is not None else None
    return services().conferences.shown(own or services().conferences.current(), who)


def require(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """A page for these roles: strangers are sent to the sign-in and come back afterwards, others get 403.

    A fragment for a stranger is 401: the sign-in page would be swapped into the middle of the page that asked.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            who = identity()
            if who is None and request.headers.get("HX-Request"):
                raise NotSignedIn("Phiên đăng nhập đã hết hạn. Xin tải lại trang rồi đăng nhập lại.")
            if who is None:
                return to_sign_in()
            if who.role not in roles:
                raise NotAllowed("Trang này dành cho " + _ROLE_WORDS.get(roles, "người có quyền khác") + ".")
            return view(*args, **kwargs)

        return guarded

    return decorate


_ROLE_WORDS: dict[tuple[str, ...], str] = {
    STAFF: "ban tổ chức",
    ("admin", "mc", "secretary"): "điều hành và thư ký",
    ("admin",): "quản trị",
    ("endpoint",): "điểm cầu",
}


def to_sign_in() -> Response:
    """To the sign-in page, which comes back to where the stranger wanted to go (a GET page only)."""
    wanted: Any = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted), 303)
