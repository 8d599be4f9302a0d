"""What the rooms that speak next answer about their readiness.

Revision: 0009, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readiness_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("readiness_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("endpoint_code", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("happened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('ready', 'not_ready')", name=op.f("ck_readiness_answers_status_known")),
        sa.CheckConstraint(
            "status = 'not_ready' OR reason IS NULL", name=op.f("ck_readiness_answers_ready_needs_no_reason")
        ),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_readiness_answers_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_answers")),
        sa.UniqueConstraint("conference_id", "readiness_id", name=op.f("uq_readiness_answers_conference_id")),
    )
    with op.batch_alter_table("readiness_answers") as batch:
        batch.create_index(batch.f("ix_readiness_answers_item"), ["conference_id", "item_id"])


def downgrade() -> None:
    op.drop_table("readiness_answers")
