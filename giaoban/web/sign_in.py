"""Sessions: the cookie names an identity's key, and every request asks anew whether it still stands."""

import logging

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import UserMixin, login_user, logout_user

from giaoban import logs
from giaoban.domain.errors import NotSignedIn
from giaoban.extensions import login
from giaoban.services.accounts import SIGNED
from giaoban.services.identity import Identity
from giaoban.web.current import identity, services
from giaoban.web.headers import FOR_EVERYBODY

logger = logging.getLogger(__name__)


class SignedIn(UserMixin):
    """What Flask-Login carries around: an identity, by the key of its sign-in."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def get_id(self) -> str:
        return self.identity.session_key


def sign_in(comer: Identity) -> None:
    """Start a session for whoever proved to be that, in place of any other, which ends."""
    before = identity()
    if before is not None:
        services().accounts.end(before)
    session.clear()
    session.permanent = True
    login_user(SignedIn(services().accounts.begin(comer)))
    logger.info("signed in", extra={"facts": {"actor": comer.actor}})


def sign_out() -> None:
    """End the sign-in that speaks in this request, here and on the server, and no other."""
    who = identity()
    if who is not None:
        services().accounts.end(who)
        logger.info("signed out", extra={"facts": {"actor": who.actor}})
    logout_user()
    session.clear()


class CookieSessions(SecureCookieSessionInterface):
    """Flask's, signed like our tokens."""

    key_derivation = SIGNED["key_derivation"]
    digest_method = SIGNED["digest_method"]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing of it in an answer that is the same for everybody, such as a file: not even that it was looked at."""
        if request.endpoint != "static" and request.endpoint not in FOR_EVERYBODY:
            super().save_session(app, session, response)


@login.user_loader
def load_session(key: str) -> SignedIn | None:
    if request.headers.get("Authorization"):
        return None  # whoever sends a token speaks by it, whatever else the browser adds
    who = services().accounts.identity_of(key)
    if who is None:
        return None
    logs.note(actor=who.actor)
    return SignedIn(who)


@login.request_loader
def load_token(request: Request) -> SignedIn | None:
    """The holder of `Authorization: Bearer …`. A false token is an error, not a stranger: raises NotSignedIn."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    if not token.strip():
        raise NotSignedIn()
    who = services().accounts.identity_of_token(token.strip())
    logs.note(actor=who.actor)
    return SignedIn(who)
