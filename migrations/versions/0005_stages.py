"""A conference is a draft, ready, or closed. Those that there are have been published.

Revision: 0005, 2026-11-28
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context, op
from alembic.operations import BatchOperations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with _conferences_anew() as batch:
        batch.add_column(sa.Column("stage", sa.String(), nullable=False, server_default="ready"))
    with _conferences_anew() as batch:
        batch.alter_column("stage", server_default=None)
        batch.create_check_constraint("stage_known", "stage IN ('draft', 'ready', 'closed')")


@contextmanager
def _conferences_anew() -> Iterator[BatchOperations]:
    """Alter the table of the conferences. SQLite makes it anew and would forget which ids were used once."""
    last_id = None
    if not context.is_offline_mode() and op.get_bind().dialect.name == "sqlite":
        last_id = op.get_bind().scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'conferences'"))
    with op.batch_alter_table("conferences", table_kwargs={"sqlite_autoincrement": True}) as batch:
        yield batch
    if last_id is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'conferences'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('conferences', {last_id})")


def downgrade() -> None:
    with _conferences_anew() as batch:
        batch.drop_constraint("stage_known", type_="check")
        batch.drop_column("stage")
