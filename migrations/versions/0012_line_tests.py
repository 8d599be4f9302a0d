"""What rooms have found when they tested their line.

Revision: 0012, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_tests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("line_test_id", sa.String(), nullable=False),
        sa.Column("endpoint_code", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=True),
        sa.Column("lost", sa.Integer(), nullable=True),
        sa.Column("rtt_median_ms", sa.Integer(), nullable=True),
        sa.Column("rtt_worst_ms", sa.Integer(), nullable=True),
        sa.Column("jitter_ms", sa.Integer(), nullable=True),
        sa.Column("transport", sa.String(), nullable=True),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("sound", sa.String(), nullable=True),
        sa.Column("mic", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.CheckConstraint("source IN ('self', 'technician')", name=op.f("ck_line_tests_source_known")),
        sa.CheckConstraint("(sent IS NULL) = (transport IS NULL)", name=op.f("ck_line_tests_measured_whole")),
        sa.CheckConstraint("sent IS NULL OR (lost >= 0 AND lost <= sent)", name=op.f("ck_line_tests_lost_of_sent")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_line_tests_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_tests")),
        sa.UniqueConstraint("conference_id", "line_test_id", name=op.f("uq_line_tests_conference_id")),
    )
    with op.batch_alter_table("line_tests") as batch:
        batch.create_index("ix_line_tests_endpoint", ["conference_id", "endpoint_code", "at_ms"])


def downgrade() -> None:
    op.drop_table("line_tests")
