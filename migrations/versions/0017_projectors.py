"""Know projectors by name, and keep the codes of screens that wait for one.

Revision: 0017, 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "projectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("projector_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("paired_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("paired_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "scene IN ('maket', 'speaker', 'agenda', 'roll_call', 'break', 'message', 'black')",
            name=op.f("ck_projectors_scene_known"),
        ),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_projectors_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projectors")),
        sa.UniqueConstraint("conference_id", "projector_id", name=op.f("uq_projectors_conference_id")),
        sa.UniqueConstraint("conference_id", "token_hash", name="uq_projectors_token_hash"),
    )
    op.create_table(
        "pairings",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_pairings_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_pairings")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pairings_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("pairings")
    op.drop_table("projectors")
