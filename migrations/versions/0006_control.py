"""Who holds control of a conference, and who asks for it.

Revision: 0006, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "control",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("session_key", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("refused_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("part IN ('holder', 'asker')", name=op.f("ck_control_part_known")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_control_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conference_id", "part", name=op.f("pk_control")),
    )
    with op.batch_alter_table("control") as batch:
        batch.create_index(batch.f("ix_control_session_key"), ["session_key"])


def downgrade() -> None:
    op.drop_table("control")
