"""Frozen counts of the roll call; those that a log tells of, from a newer release before, are there again.

Revision: 0013, 2026-11-28
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LINES = sa.table(
    "log_lines",
    sa.column("conference_id", sa.Integer()),
    sa.column("seq", sa.Integer()),
    sa.column("actor", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("data", sa.JSON()),
)


def upgrade() -> None:
    counts = op.create_table(
        "counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("count", sa.JSON(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_counts_number_positive")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conferences.id"], name=op.f("fk_counts_conference_id_conferences"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counts")),
        sa.UniqueConstraint("conference_id", "count_id", name=op.f("uq_counts_count_id")),
        sa.UniqueConstraint("conference_id", "number", name=op.f("uq_counts_conference_id")),
    )
    connection = op.get_bind()
    of_counts = LINES.c.kind.in_(("count", "count_shown"))
    lines = connection.execute(sa.select(LINES).where(of_counts).order_by(LINES.c.conference_id, LINES.c.seq))
    shown: dict[int, int | None] = {}
    for line in lines.all():
        if line.kind == "count":
            count = line.data["count"]
            row = {name: count[name] for name in ("number", "at_ms", "sentence", "totals")}
            told = {"count_id": line.data["count_id"], "hash": line.data["hash"], "actor": line.actor, "count": count}
            connection.execute(counts.insert(), {"conference_id": line.conference_id, "shown": False, **row, **told})
        else:
            shown[line.conference_id] = line.data["number"]
    for conference_id, number in shown.items():
        its = (counts.c.conference_id == conference_id) & (counts.c.number == number)
        connection.execute(counts.update().where(its).values(shown=True))


def downgrade() -> None:
    op.drop_table("counts")
