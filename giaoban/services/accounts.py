"""People with passwords, and the keys by which sessions and tokens name whoever has signed in."""

import hashlib
import re
import secrets
from functools import cached_property, lru_cache
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from giaoban.domain.errors import InvalidInput, NotFound, NotSignedIn
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint, User
from giaoban.models.conference import endpoint_by_code
from giaoban.models.database import writing
from giaoban.services.identities import Identities
from giaoban.services.identity import STAFF, Identity
from giaoban.services.ports import Clock

PASSWORD_SHORTEST: Final = 8
PASSWORD_LONGEST: Final = 200
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_TOKENS_REMEMBERED: Final = 4096


class Accounts:
    """Staff accounts, and identities from signed keys.

    A key names what it stands on (the password's hash, the code's epoch), so that it ends when that changes.
    """

    def __init__(self, clock: Clock, secret: str, session_hours: int, identities: Identities) -> None:
        self._clock = clock
        self._session_ms = session_hours * 3_600_000
        self._tokens = URLSafeSerializer(secret, salt="giaoban-token")
        self._content = lru_cache(_TOKENS_REMEMBERED)(self._tokens.loads)  # of true tokens only: false ones raise
        self._identities = identities
        self._hasher = PasswordHasher()

    @cached_property
    def _dummy_hash(self) -> str:
        """What a password is compared with when there is no such account."""
        return self._hasher.hash(secrets.token_urlsafe(16))

    # ---- staff

    def add_user(self, username: str, role: str, password: str) -> User:
        """A new account. Raises InvalidInput: bad or taken name, unknown role, password of under 8 characters."""
        username = username.strip().lower()
        if not _USERNAME.fullmatch(username):
            raise InvalidInput("Tên đăng nhập gồm 2–40 chữ thường không dấu, số, dấu . _ -", field="username")
        if role not in STAFF:
            raise InvalidInput("Vai trò phải là một trong: " + ", ".join(STAFF) + ".", field="role")
        hashed = self._hash(password)
        with writing():
            if self._user(username) is not None:
                raise InvalidInput(f"Đã có tài khoản “{username}”.", field="username")
            user = User(username=username, role=role, password_hash=hashed, created_at_ms=self._clock.now_ms())
            db.session.add(user)
        return user

    def set_password(self, username: str, password: str) -> None:
        """Give an account another password; its sessions and tokens end. Raises NotFound, InvalidInput."""
        hashed = self._hash(password)
        with writing():
            user = self._user(username)
            if user is None:
                raise NotFound(f"Không có tài khoản “{username}”.")
            user.password_hash = hashed
        self._identities.forget()

    def remove_user(self, username: str) -> None:
        """Remove an account; its sessions and tokens end. Raises NotFound."""
        with writing():
            user = self._user(username)
            if user is None:
                raise NotFound(f"Không có tài khoản “{username}”.")
            db.session.delete(user)
        self._identities.forget()

    def list_users(self) -> list[User]:
        return list(db.session.scalars(select(User).order_by(User.username)))

    def authenticate(self, username: str, password: str) -> Identity:
        """Whoever has that name and password. Raises NotSignedIn, in the same time whether the name exists or not."""
        user = self._user(username.strip().lower())
        try:
            self._hasher.verify(user.password_hash if user else self._dummy_hash, password[:PASSWORD_LONGEST])
        except (Argon2Error, InvalidHashError):
            user = None
        if user is None:
            raise NotSignedIn("Tên đăng nhập hoặc mật khẩu không đúng.")
        return staff_identity(user)

    @staticmethod
    def generated_password() -> str:
        """A password that can be read aloud: four groups of four, 80 bits."""
        return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))

    def _hash(self, password: str) -> str:
        if not PASSWORD_SHORTEST <= len(password) <= PASSWORD_LONGEST:
            raise InvalidInput(
                f"Mật khẩu phải dài từ {PASSWORD_SHORTEST} đến {PASSWORD_LONGEST} ký tự.", field="password"
            )
        return self._hasher.hash(password)

    @staticmethod
    def _user(username: str) -> User | None:
        return db.session.scalar(select(User).where(User.username == username))

    # ---- keys and tokens

    def identity_of(self, key: str) -> Identity | None:
        """Who the key of a session stands for, if it still stands for anybody (see `Identities`)."""
        return self._identities.get(key, self._read_identity)

    @staticmethod
    def _read_identity(key: str) -> Identity | None:
        match key.split(":"):
            case ["staff", number, mark] if number.isdecimal():
                user = db.session.get(User, int(number))
                return staff_identity(user) if user is not None and _mark(user) == mark else None
            case ["endpoint", number, code, epoch] if number.isdecimal():
                endpoint = endpoint_by_code(int(number), code)
                if endpoint is None or str(endpoint.code_epoch) != epoch:
                    return None
                return endpoint_identity(endpoint)
        return None

    def issue_token(self, identity: Identity) -> dict[str, Any]:
        """The answer of `POST /sessions`: `{token, role, level, endpoint_code, expires_at_ms}`."""
        expires_at_ms = self._clock.now_ms() + self._session_ms
        return {
            "token": self._tokens.dumps([identity.key, expires_at_ms]),
            "role": identity.role,
            "level": identity.level,
            "endpoint_code": identity.endpoint_code,
            "expires_at_ms": expires_at_ms,
        }

    def identity_of_token(self, token: str) -> Identity:
        """Who holds the token. Raises NotSignedIn when it is false, expired or no longer stands for anybody."""
        try:
            key, expires_at_ms = self._content(token)
        except (BadData, ValueError, TypeError):
            raise NotSignedIn("Phiên đăng nhập không hợp lệ. Xin đăng nhập lại.") from None
        identity = self.identity_of(key) if expires_at_ms > self._clock.now_ms() else None
        if identity is None:
            raise NotSignedIn("Phiên đăng nhập đã hết hạn. Xin đăng nhập lại.")
        return identity


def _mark(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:12]


def staff_identity(user: User) -> Identity:
    """The identity of whoever signed in to that account."""
    return Identity(key=f"staff:{user.id}:{_mark(user)}", name=user.username, role=user.role, label=user.username)


def endpoint_identity(endpoint: Endpoint) -> Identity:
    """The identity of whoever came in with that endpoint's code."""
    return Identity(
        key=f"endpoint:{endpoint.conference_id}:{endpoint.code}:{endpoint.code_epoch}",
        name=endpoint.code,
        role="endpoint",
        level=endpoint.level,
        endpoint_code=endpoint.code,
        conference_id=endpoint.conference_id,
        label=endpoint.full_name,
    )


def conference_of(identity: Identity) -> Conference | None:
    """The conference that an endpoint belongs to; None for staff."""
    return None if identity.conference_id is None else db.session.get(Conference, identity.conference_id)
