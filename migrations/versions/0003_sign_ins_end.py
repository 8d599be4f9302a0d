"""Sign-ins that can be ended one by one, and accounts with a mark by which all of theirs end.

Revision: 0003, 2026-11-25. Who is signed in when it runs has to sign in again.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_sessions")),
    )
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("sign_in_mark", sa.String(), nullable=False, server_default=""))
    users = sa.table("users", sa.column("id"), sa.column("sign_in_mark"))
    for (user_id,) in op.get_bind().execute(sa.select(users.c.id)).all():
        op.execute(users.update().where(users.c.id == user_id).values(sign_in_mark=secrets.token_urlsafe(9)))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("sign_in_mark", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("users") as batch:
        batch.drop_column("sign_in_mark")
    op.drop_table("ended_sessions")
