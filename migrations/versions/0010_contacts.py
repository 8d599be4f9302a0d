"""Keep whom to phone in a room, and the calls that were made.

Revision: 0010, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OUTCOMES = "outcome IN ('calling', 'no_answer', 'busy', 'call_again', 'present', 'absent')"


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("telephone", sa.String(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_contacts_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_contacts")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("again_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(OUTCOMES, name=op.f("ck_calls_outcome_known")),
        sa.CheckConstraint(
            "(outcome = 'call_again') = (again_at_ms IS NOT NULL)", name=op.f("ck_calls_again_has_its_time")
        ),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conferences.id"], name=op.f("fk_calls_conference_id_conferences"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_calls_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("conference_id", "call_id", name=op.f("uq_calls_conference_id")),
    )
    op.create_index(op.f("ix_calls_endpoint_id"), "calls", ["endpoint_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_calls_endpoint_id"), "calls")
    op.drop_table("calls")
    op.drop_table("contacts")
