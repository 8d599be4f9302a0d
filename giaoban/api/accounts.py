"""Signing in for programs: a password or a join code becomes a token, which can be given back."""

import logging
from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.domain.errors import InvalidInput
from giaoban.services.identity import Identity
from giaoban.web import sign_in as sessions
from giaoban.web.attempts import attempt
from giaoban.web.current import services

logger = logging.getLogger(__name__)

bp = ApiBlueprint("sessions", __name__, description="Signing in and out")


class Credentials(Schema):
    """Either `username` and `password`, or `code`."""

    username = fields.String()
    password = fields.String()
    code = fields.String(metadata={"description": "a join code, K7QF-2M9D, in any case, with or without the dash"})


class Session(Schema):
    token = fields.String(required=True)
    role = fields.String(required=True)
    level = fields.String(required=True, allow_none=True)
    endpoint_code = fields.String(required=True, allow_none=True)
    expires_at_ms = fields.Integer(required=True)


@bp.post("/sessions")
@bp.arguments(Credentials)
@bp.response(200, Session)
@bp.fails(400, 401, 413, 422, 429)
def open_session(credentials: dict[str, str]) -> dict[str, Any]:
    """Exchange a password or a join code for a token."""
    who = attempt(lambda: _prove(credentials), costly="password" in credentials)
    logger.info("signed in", extra={"facts": {"actor": who.actor, "by": "token"}})
    return services().accounts.issue_token(who)


@bp.delete("/sessions")
@bp.signed_in
@bp.response(204)
@bp.fails(400, 401, 429)
def end_session() -> None:
    """End the sign-in whose token or cookie this request carries, and no other."""
    sessions.sign_out()


def _prove(credentials: dict[str, str]) -> Identity:
    if credentials.keys() == {"code"}:
        return services().access.sign_in(credentials["code"])
    if credentials.keys() == {"username", "password"}:
        return services().accounts.authenticate(credentials["username"], credentials["password"])
    raise InvalidInput("Cần tên đăng nhập và mật khẩu, hoặc mã của điểm cầu.", field="code")
