"""How the stage of each conference looks. Those that there are look as they did.

Revision: 0016, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The defaults stay: the release before this one goes on making conferences until it is replaced.
    op.add_column("conferences", sa.Column("tone", sa.String(), nullable=False, server_default="crimson"))
    op.add_column("conferences", sa.Column("ornament", sa.String(), nullable=False, server_default="drum"))
    op.add_column("conferences", sa.Column("overtime", sa.String(), nullable=False, server_default="clear"))


def downgrade() -> None:
    for name in ("overtime", "ornament", "tone"):
        op.drop_column("conferences", name)
