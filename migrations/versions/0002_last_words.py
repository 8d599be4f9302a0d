"""Keep each source's last word with its endpoint, so that a check-in costs the same however many came before.

Revision: 0002, 2026-11-25
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SOURCES = ("district", "self", "secretary")


def upgrade() -> None:
    with op.batch_alter_table("endpoints") as batch:
        for source in SOURCES:
            batch.add_column(sa.Column(f"last_{source}_id", sa.Integer(), nullable=True))
    for source in SOURCES:
        at_ms = "CASE WHEN c.happened_at_ms < c.received_at_ms THEN c.happened_at_ms ELSE c.received_at_ms END"
        op.execute(
            f"UPDATE endpoints SET last_{source}_id = (SELECT c.id FROM check_ins c"
            " WHERE c.conference_id = endpoints.conference_id AND c.endpoint_code = endpoints.code"
            f" AND c.source = '{source}' AND c.annulled_at_ms IS NULL"
            f" ORDER BY {at_ms} DESC, c.received_at_ms DESC, c.id DESC LIMIT 1)"
        )


def downgrade() -> None:
    with op.batch_alter_table("endpoints") as batch:
        for source in SOURCES:
            batch.drop_column(f"last_{source}_id")
