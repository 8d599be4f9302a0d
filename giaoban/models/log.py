"""The append-only log of a conference: the truth that everything else follows from."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.chain import LINE_KEYS, line_hash
from giaoban.extensions import Model, db
from giaoban.models.conference import Conference, Head
from giaoban.models.database import insert_all

SEQ_MOST: Final = 2**31 - 1  # PostgreSQL would refuse to compare with more
MANY: Final = 1000  # rows fetched at a time by whoever reads them all


class LogLine(Model):
    """One line: a command (with its `version`) or another fact, such as a check-in (`version` null).

    `answer` is what the sender of a command was told, kept so that the same command_id gets it again; `fingerprint`
    tells whether it really is the same command. `hash` chains the line to the one before it (`giaoban.domain.chain`).
    """

    __tablename__ = "log_lines"
    __table_args__ = (
        UniqueConstraint("conference_id", "seq"),
        UniqueConstraint("conference_id", "command_id", name="uq_log_lines_command_id"),
        Index("ix_log_lines_version", "conference_id", "version", unique=True),
        CheckConstraint("seq > 0", name="seq_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    seq: Mapped[int]
    version: Mapped[int | None]
    at_ms: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    kind: Mapped[str]
    command_id: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str]
    fingerprint: Mapped[str | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    def as_json(self) -> dict[str, Any]:
        """The line as the contract names it."""
        return {
            "seq": self.seq,
            "version": self.version,
            "at_ms": self.at_ms,
            "actor": self.actor,
            "kind": self.kind,
            "command_id": self.command_id,
            "data": self.data,
        }


def append(conference: Conference, *, at_ms: int, actor: str, kind: str, data: dict[str, Any]) -> LogLine:
    """Write the next line of a locked conference's log; seq grows by one without gaps."""
    line = LogLine(conference_id=conference.id, **_next_line(conference, at_ms, actor, kind, data))
    db.session.add(line)
    return line


def _next_line(
    conference: Conference | Head,
    at_ms: int,
    actor: str,
    kind: str,
    data: dict[str, Any],
    version: int | None = None,
    command_id: str | None = None,
) -> dict[str, Any]:
    """The next line's columns with its hash; the conference is one line further."""
    conference.last_seq += 1
    line: dict[str, Any] = {
        "seq": conference.last_seq,
        "version": version,
        "at_ms": at_ms,
        "actor": actor,
        "kind": kind,
        "command_id": command_id,
        "data": data,
    }
    conference.last_hash = line_hash(conference.last_hash, line)
    line["hash"] = conference.last_hash
    return line


_LINES: Final = cast(Table, LogLine.__table__)


class NewLine(NamedTuple):
    """A line that is to be written, of a fact that is no command."""

    at_ms: int
    actor: str
    kind: str
    data: dict[str, Any]


def append_all(conference: Head, lines: Sequence[NewLine]) -> None:
    """Write the next lines of a locked conference's log at once, in that order."""
    rows = [{"conference_id": conference.id, **_next_line(conference, *line)} for line in lines]
    insert_all(_LINES, rows)


def append_command(
    conference: Head,
    *,
    at_ms: int,
    actor: str,
    kind: str,
    data: dict[str, Any],
    version: int,
    command_id: str,
    fingerprint: str,
    answer: dict[str, Any],
) -> None:
    """Write a command's line, with what its sender is to be told again."""
    facts = _next_line(conference, at_ms, actor, kind, data, version, command_id)
    told = {"fingerprint": fingerprint, "answer": answer}
    insert_all(_LINES, [{"conference_id": conference.id, **facts, **told}])


class Told(NamedTuple):
    """What the sender of a command was told, and which command it was."""

    fingerprint: str | None
    answer: dict[str, Any] | None


_TOLD: Final = select(_LINES.c.fingerprint, _LINES.c.answer).where(
    _LINES.c.conference_id == bindparam("conference_id"), _LINES.c.command_id == bindparam("command_id")
)


def told(conference_id: int, command_id: str) -> Told | None:
    """What was answered to that command; None when it has not been given."""
    asked = {"conference_id": conference_id, "command_id": command_id}
    found = db.session.connection().execute(_TOLD, asked).first()
    return None if found is None else Told(*found)


def read_lines(connection: Connection, conference_id: int) -> Iterator[tuple[dict[str, Any], str]]:
    """Every line of a log in order, as the contract names it, with its hash; read as it is asked for."""
    columns = cast(Table, LogLine.__table__).columns
    found = connection.execute(
        select(*(columns[name] for name in LINE_KEYS), columns.hash)
        .where(columns.conference_id == conference_id)
        .order_by(columns.seq),
        execution_options={"yield_per": MANY},
    )
    for row in found:
        yield dict(zip(LINE_KEYS, row, strict=False)), row.hash
