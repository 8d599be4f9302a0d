"""People who sign in with a name and a password."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.extensions import Model


class User(Model):
    """A member of the staff; `password_hash` is argon2's, with its parameters inside."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('admin', 'mc', 'secretary', 'technician')", name="role_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
