"""People with passwords, and the keys by which sessions and tokens name whoever has signed in."""

import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Row, delete, select, update

from giaoban.domain.errors import InvalidInput, NotFound, NotSignedIn
from giaoban.extensions import db
from giaoban.models import Conference, EndedSession, Endpoint, User
from giaoban.models.conference import endpoint_facts
from giaoban.models.database import writing
from giaoban.services import passwords
from giaoban.services.identities import Ended, Identities
from giaoban.services.identity import STAFF, Identity
from giaoban.services.ports import Clock

logger = logging.getLogger(__name__)

# HMAC with SHA-256; the library's own choice is SHA-1.
SIGNED: Final[dict[str, Any]] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_TOKENS_REMEMBERED: Final = 4096


class Accounts:
    """Staff accounts, and identities from signed keys.

    A key names what it stands on (an account's mark, a code's epoch), so that it ends when that changes, and the one
    sign-in that it belongs to, which can be ended alone.
    """

    def __init__(
        self,
        clock: Clock,
        secret: str,
        session_hours: int,
        identities: Identities,
        leaves: Sequence[Callable[[Identity], None]],
    ) -> None:
        """`leaves` are told of each sign-in of the staff that was ended."""
        self._clock = clock
        self._leaves = leaves
        self._session_ms = session_hours * 3_600_000
        self._tokens = URLSafeSerializer(secret, salt="giaoban-token", signer_kwargs=SIGNED)
        self._content = lru_cache(_TOKENS_REMEMBERED)(self._tokens.loads)  # of true tokens only: false ones raise
        self._identities = identities
        self._ended = Ended()
        self._passwords = passwords.Passwords()

    # ---- staff

    def add_user(self, username: str, role: str, password: str, *, guessable_too: bool = False) -> User:
        """A new account. Raises InvalidInput: bad or taken name, unknown role, poor password."""
        username = username.strip().lower()
        if not _USERNAME.fullmatch(username):
            raise InvalidInput("Tên đăng nhập gồm 2–40 chữ thường không dấu, số, dấu . _ -", field="username")
        if role not in STAFF:
            raise InvalidInput("Vai trò phải là một trong: " + ", ".join(STAFF) + ".", field="role")
        hashed = self._passwords.hash(password, username, guessable_too=guessable_too)
        with writing():
            if self._user(username) is not None:
                raise InvalidInput(f"Đã có tài khoản “{username}”.", field="username")
            user = User(
                username=username,
                role=role,
                password_hash=hashed,
                sign_in_mark=_new_mark(),
                created_at_ms=self._clock.now_ms(),
            )
            db.session.add(user)
        _told(username, "added", role=role)
        return user

    def easily_guessed(self, username: str, password: str) -> bool:
        return self._passwords.easily_guessed(password, username.strip().lower())

    def set_password(self, username: str, password: str, *, guessable_too: bool = False) -> None:
        """Give an account another password; its sessions and tokens end. Raises NotFound, InvalidInput."""
        self._known_user(username)  # somebody else may have removed it: that is what has to be said
        hashed = self._passwords.hash(password, username, guessable_too=guessable_too)
        with writing():
            user = self._known_user(username)
            user.password_hash = hashed
            user.sign_in_mark = _new_mark()
        self._identities.forget()
        _told(username, "password changed")

    def sign_out_everywhere(self, username: str) -> None:
        """End all sessions and tokens of an account. Raises NotFound."""
        with writing():
            self._known_user(username).sign_in_mark = _new_mark()
        self._identities.forget()
        _told(username, "signed out everywhere")

    def remove_user(self, username: str) -> None:
        """Remove an account; its sessions and tokens end. Raises NotFound."""
        with writing():
            db.session.delete(self._known_user(username))
        self._identities.forget()
        _told(username, "removed")

    def list_users(self) -> list[User]:
        return list(db.session.scalars(select(User).order_by(User.username)))

    def authenticate(self, username: str, password: str) -> Identity:
        """Whoever has that name and password. Raises NotSignedIn, in the same time whether the name exists or not."""
        user = self._user(username.strip().lower())
        kept = user.password_hash if user is not None else None
        db.session.commit()  # nothing is held while the password is looked at
        if not self._passwords.is_right(password, kept) or user is None or kept is None:
            raise NotSignedIn("Tên đăng nhập hoặc mật khẩu không đúng.")
        better = self._passwords.renewed(password, kept)
        if better is not None:
            this_one = (User.id == user.id, User.password_hash == kept)  # unless it was changed meanwhile
            with writing():
                db.session.execute(update(User).where(*this_one).values(password_hash=better))
        return staff_identity(user)

    generated_password = staticmethod(passwords.generated)

    @staticmethod
    def _user(username: str) -> User | None:
        if not _USERNAME.fullmatch(username):  # there are no others; with a NUL in it PostgreSQL does not even look
            return None
        return db.session.scalar(select(User).where(User.username == username))

    def _known_user(self, username: str) -> User:
        user = self._user(username)
        if user is None:
            raise NotFound(f"Không có tài khoản “{username}”.")
        return user

    # ---- keys and tokens

    def begin(self, identity: Identity) -> Identity:
        """A new sign-in of whoever proved to be that; `session_key` of the answer names it."""
        expires_at_ms = self._clock.now_ms() + self._session_ms
        return replace(identity, session=f"{secrets.token_urlsafe(16)}:{expires_at_ms}")

    def end(self, identity: Identity) -> None:
        """End this one sign-in, wherever it is used; other sign-ins of the same person go on."""
        number, expires_at_ms = identity.session.split(":")
        now_ms = self._clock.now_ms()
        with writing():
            db.session.execute(delete(EndedSession).where(EndedSession.expires_at_ms <= now_ms))
            db.session.merge(EndedSession(id=number, expires_at_ms=int(expires_at_ms)))
        self.forget()
        if identity.is_staff:
            for leaves in self._leaves:
                leaves(identity)

    def forget(self) -> None:
        """Ask the database anew for every sign-in."""
        self._ended.forget()
        self._identities.forget()

    def identity_of(self, key: str) -> Identity | None:
        """Who the key of a session stands for, if it still stands for anybody (see `Identities`)."""
        parts = _parts(key)
        if parts is None or parts[2] <= self._clock.now_ms() or parts[1] in self._ended:
            return None
        return self._identities.get(key, self._read_identity)

    def last_known(self, key: str) -> Identity | None:
        """Whom that session key stood for when the database last answered, for the little that is shown without it."""
        parts = _parts(key)
        if parts is None or parts[2] <= self._clock.now_ms() or self._ended.last_known(parts[1]):
            return None
        return self._identities.last_known(key)

    def renewed_since(self, key: str) -> str | None:
        """The full name of the room whose join code that session key stands on, if the code was renewed since then;
        None for every other key."""
        parts = _parts(key)
        match parts[0].split(":") if parts else []:
            case ["endpoint", conference_id, code, epoch] if conference_id.isdecimal() and epoch.isdecimal():
                room = endpoint_facts(int(conference_id), code).get(code)
                return str(room.full_name) if room is not None and room.code_epoch > int(epoch) else None
        return None

    def _read_identity(self, key: str) -> Identity | None:
        stands_on, number, expires_at_ms = key.rsplit(":", 2)
        identity: Identity | None = None
        match stands_on.split(":"):
            case ["staff", user_id, _] if user_id.isdecimal():
                user = db.session.get(User, int(user_id))
                identity = staff_identity(user) if user is not None else None
            case ["endpoint", conference_id, code, _] if conference_id.isdecimal():
                endpoint = self._identities.rooms(int(conference_id), endpoint_facts).get(code)
                if endpoint is None or endpoint_identity(endpoint).key != stands_on:
                    endpoint = endpoint_facts(int(conference_id), code).get(code)  # it may be newer than that
                identity = endpoint_identity(endpoint) if endpoint is not None else None
        if identity is None or identity.key != stands_on:
            return None
        return replace(identity, session=f"{number}:{expires_at_ms}")

    def standing(self, keys: Iterable[str]) -> set[str]:
        """Those of the session keys that still stand for somebody, as the database has it now; in three queries."""
        now_ms = self._clock.now_ms()
        ended = set(db.session.scalars(select(EndedSession.id)))
        users = db.session.execute(select(User.id, User.role, User.sign_in_mark)).all()
        stood_on = {_staff_key(*user) for user in users}
        parts = {key: known for key in keys if (known := _parts(key)) is not None}
        conferences = {
            int(stands_on.split(":")[1]) for stands_on, _, _ in parts.values() if stands_on.startswith("endpoint:")
        }
        rooms = select(Endpoint.conference_id, Endpoint.code, Endpoint.code_epoch)
        for room in db.session.execute(rooms.where(Endpoint.conference_id.in_(conferences))):
            stood_on.add(_endpoint_key(*room))
        return {
            key
            for key, (stands_on, number, expires_at_ms) in parts.items()
            if stands_on in stood_on and number not in ended and expires_at_ms > now_ms
        }

    def issue_token(self, identity: Identity) -> dict[str, Any]:
        """A new sign-in as the answer of `POST /sessions`: `{token, role, level, endpoint_code, expires_at_ms}`."""
        begun = self.begin(identity)
        return {
            "token": self._tokens.dumps(begun.session_key),
            "role": begun.role,
            "level": begun.level,
            "endpoint_code": begun.endpoint_code,
            "expires_at_ms": int(begun.session.split(":")[1]),
        }

    def identity_of_token(self, token: str) -> Identity:
        """Who holds the token. Raises NotSignedIn when it is false, expired or no longer stands for anybody."""
        try:
            key = self._content(token)
        except (BadData, ValueError, TypeError):
            raise NotSignedIn("Phiên đăng nhập không hợp lệ. Xin đăng nhập lại.") from None
        identity = self.identity_of(key) if isinstance(key, str) else None
        if identity is None:
            raise NotSignedIn("Phiên đăng nhập đã hết hạn. Xin đăng nhập lại.")
        return identity


def _parts(key: str) -> tuple[str, str, int] | None:
    """What the key stands on, the id of its sign-in and when that expires; None when it is no key of ours."""
    parts = key.rsplit(":", 2)
    if len(parts) != 3 or not parts[2].isdecimal():
        return None
    return parts[0], parts[1], int(parts[2])


def _told(username: str, change: str, **facts: str) -> None:
    """Leave a line in the process's log of what was done to an account; who did it is noted with the request."""
    logger.info("account " + change, extra={"facts": {"account": username, **facts}})


def _new_mark() -> str:
    return secrets.token_urlsafe(9)


def _staff_key(user_id: int, role: str, mark: str) -> str:
    return f"staff:{user_id}:{role}-{mark}"


def _endpoint_key(conference_id: int, code: str, epoch: int) -> str:
    return f"endpoint:{conference_id}:{code}:{epoch}"


def staff_identity(user: User) -> Identity:
    """The identity of whoever signed in to that account."""
    key = _staff_key(user.id, user.role, user.sign_in_mark)
    return Identity(key=key, name=user.username, role=user.role, label=user.username)


def endpoint_identity(endpoint: Endpoint | Row[Any]) -> Identity:
    """The identity of whoever came in with that endpoint's code."""
    return Identity(
        key=_endpoint_key(endpoint.conference_id, endpoint.code, endpoint.code_epoch),
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
