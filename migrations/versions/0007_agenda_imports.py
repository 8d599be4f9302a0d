"""Keep tables that are about to be imported between the steps of the import.

Revision: 0007, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agenda_imports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("packed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_agenda_imports_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_imports")),
    )
    op.create_index(op.f("ix_agenda_imports_conference_id"), "agenda_imports", ["conference_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_agenda_imports_conference_id"), "agenda_imports")
    op.drop_table("agenda_imports")
