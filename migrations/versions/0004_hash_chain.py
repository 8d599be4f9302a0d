"""Chain each line of a log to the one before it by its hash, and keep the head with the conference.

Revision: 0004, 2026-11-25
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context, op
from alembic.operations import BatchOperations

from giaoban.domain.chain import LINE_KEYS, genesis, line_hash

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CONFERENCES = sa.table(
    "conferences", sa.column("id", sa.Integer), sa.column("slug", sa.String), sa.column("last_hash", sa.String)
)
LOG_LINES = sa.table(
    "log_lines",
    sa.column("id", sa.Integer),
    sa.column("conference_id", sa.Integer),
    sa.column("seq", sa.Integer),
    sa.column("version", sa.Integer),
    sa.column("at_ms", sa.BigInteger),
    sa.column("actor", sa.String),
    sa.column("kind", sa.String),
    sa.column("command_id", sa.String),
    sa.column("data", sa.JSON),
    sa.column("hash", sa.String),
)
MANY = 1000  # lines at a time


def upgrade() -> None:
    if context.is_offline_mode():
        raise RuntimeError("the hashes of the lines can only be made from the lines: migrate online")
    op.add_column("log_lines", sa.Column("hash", sa.String(), nullable=False, server_default=""))
    op.add_column("conferences", sa.Column("last_hash", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    for conference_id, slug in connection.execute(sa.select(CONFERENCES.c.id, CONFERENCES.c.slug)).all():
        head = _chain(connection, conference_id, genesis(slug))
        connection.execute(sa.update(CONFERENCES).where(CONFERENCES.c.id == conference_id).values(last_hash=head))
    with op.batch_alter_table("log_lines") as batch:
        batch.alter_column("hash", server_default=None)
    with _conferences_anew() as batch:
        batch.alter_column("last_hash", server_default=None)


def _chain(connection: sa.Connection, conference_id: int, head: str) -> str:
    """Give each line of a conference its hash; the last one."""
    after = 0
    columns = [LOG_LINES.c[name] for name in LINE_KEYS]
    hashed = sa.update(LOG_LINES).where(LOG_LINES.c.id == sa.bindparam("line")).values(hash=sa.bindparam("made"))
    while lines := connection.execute(
        sa.select(LOG_LINES.c.id, *columns)
        .where(LOG_LINES.c.conference_id == conference_id, LOG_LINES.c.seq > after)
        .order_by(LOG_LINES.c.seq)
        .limit(MANY)
    ).all():
        hashes = []
        for line in lines:
            head = line_hash(head, dict(zip(LINE_KEYS, line[1:], strict=True)))
            hashes.append({"line": line.id, "made": head})
        connection.execute(hashed, hashes)
        after = lines[-1].seq
    return head


@contextmanager
def _conferences_anew() -> Iterator[BatchOperations]:
    """Alter the table of the conferences. SQLite makes it anew and would forget which ids were used once."""
    connection = op.get_bind()
    last_id = None
    if connection.dialect.name == "sqlite":
        last_id = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'conferences'"))
    with op.batch_alter_table("conferences", table_kwargs={"sqlite_autoincrement": True}) as batch:
        yield batch
    if last_id is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'conferences'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('conferences', {last_id})")


def downgrade() -> None:
    with op.batch_alter_table("log_lines") as batch:
        batch.drop_column("hash")
    with _conferences_anew() as batch:
        batch.drop_column("last_hash")
