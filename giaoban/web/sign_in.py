"""Sessions: the cookie names an identity's key, and every request asks anew whether it still stands."""

import logging

from flask import Request, request, session
from flask_login import UserMixin, login_user, logout_user

from giaoban import logs
from giaoban.domain.errors import NotSignedIn
from giaoban.extensions import login
from giaoban.services.identity import Identity
from giaoban.web.current import services

logger = logging.getLogger(__name__)


class SignedIn(UserMixin):
    """What Flask-Login carries around: an identity."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def get_id(self) -> str:
        return self.identity.key


def sign_in(identity: Identity) -> None:
    """Start a session for whoever proved to be that, in place of any other."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(identity))
    logger.info("signed in", extra={"facts": {"actor": identity.actor}})


def sign_out() -> None:
    logout_user()
    session.clear()


@login.user_loader
def load_session(key: str) -> SignedIn | None:
    if request.headers.get("Authorization"):
        return None  # whoever sends a token speaks by it, whatever else the browser adds
    identity = services().accounts.identity_of(key)
    if identity is None:
        return None
    logs.note(actor=identity.actor)
    return SignedIn(identity)


@login.request_loader
def load_token(request: Request) -> SignedIn | None:
    """The holder of `Authorization: Bearer …`. A false token is an error, not a stranger: raises NotSignedIn."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    if not token.strip():
        raise NotSignedIn()
    identity = services().accounts.identity_of_token(token.strip())
    logs.note(actor=identity.actor)
    return SignedIn(identity)
