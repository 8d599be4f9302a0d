"""What is remarked on a check-in, and who annulled it, why.

Revision: 0011, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMES = ("note", "annulled_by", "annul_reason")


def upgrade() -> None:
    with op.batch_alter_table("check_ins") as batch:
        for name in NAMES:
            batch.add_column(sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("check_ins") as batch:
        for name in NAMES:
            batch.drop_column(name)
