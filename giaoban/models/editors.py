"""Who has the form of an item open: nothing for the log, but every process has to know."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.extensions import Model


class EditorRow(Model):
    """One sign-in that has the form of one item open; `actor` is who it is, `seen_at_ms` when it was last heard."""

    __tablename__ = "editors"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    session_key: Mapped[str] = mapped_column(primary_key=True, index=True)
    actor: Mapped[str]
    since_at_ms: Mapped[int] = mapped_column(BigInteger)
    seen_at_ms: Mapped[int] = mapped_column(BigInteger)
