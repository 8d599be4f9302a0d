"""People who sign in with a name and a password."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.extensions import Model


class User(Model):
    """A member of the staff; `password_hash` is argon2's, with its parameters inside.

    Sessions name `sign_in_mark`, a random word: a new one ends them all.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('admin', 'mc', 'secretary', 'technician')", name="role_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    sign_in_mark: Mapped[str]
    created_at_ms: Mapped[int] = mapped_column(BigInteger)


class EndedSession(Model):
    """A sign-in that somebody has signed out of, kept until it would have expired by itself."""

    __tablename__ = "ended_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)
