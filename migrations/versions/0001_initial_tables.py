"""Make the tables of conferences, endpoints, items, the log, check-ins and accounts.

Revision: 0001, the first, 2026-11-23 01:47:58.572298
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conferences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("hotline", sa.String(), nullable=False),
        sa.Column("maket", sa.JSON(), nullable=False),
        sa.Column("paper_cap_ms", sa.Integer(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("baseline_end_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("next_item_number", sa.Integer(), nullable=False),
        sa.Column("chosen_scene", sa.String(), nullable=False),
        sa.Column("message_text", sa.String(), nullable=True),
        sa.Column("message_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("last_seq >= version", name=op.f("ck_conferences_a_line_per_version")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_conferences_version_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conferences")),
        sa.UniqueConstraint("slug", name=op.f("uq_conferences_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_conferences_one_current",
        "conferences",
        ["is_current"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('admin', 'mc', 'secretary', 'technician')", name=op.f("ck_users_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.String(), nullable=False),
        sa.Column("endpoint_code", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("headcount_total", sa.Integer(), nullable=False),
        sa.Column("headcount_groups", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("happened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("annulled_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "status = 'present' OR (reason IS NOT NULL AND headcount_total = 0)",
            name=op.f("ck_check_ins_absent_has_reason"),
        ),
        sa.CheckConstraint("status IN ('present', 'absent')", name=op.f("ck_check_ins_status_known")),
        sa.CheckConstraint("headcount_total >= 0", name=op.f("ck_check_ins_headcount_not_negative")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_check_ins_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("conference_id", "check_in_id", name=op.f("uq_check_ins_conference_id")),
    )
    op.create_index("ix_check_ins_endpoint", "check_ins", ["conference_id", "endpoint_code"], unique=False)

    op.create_table(
        "endpoints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code_epoch", sa.Integer(), nullable=False),
        sa.Column("effective_id", sa.Integer(), nullable=True),
        sa.Column("in_conflict", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level IN ('province', 'district', 'commune')", name=op.f("ck_endpoints_level_known")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_endpoints_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
        sa.UniqueConstraint("conference_id", "code", name=op.f("uq_endpoints_conference_id")),
    )
    op.create_table(
        "items",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=True),
        sa.Column("endpoint_code", sa.String(), nullable=True),
        sa.Column("planned_ms", sa.Integer(), nullable=False),
        sa.Column("cap_ms", sa.Integer(), nullable=True),
        sa.Column("min_ms", sa.Integer(), nullable=True),
        sa.Column("not_before_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("paused_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("paused_total_ms", sa.BigInteger(), nullable=False),
        sa.Column("baseline_start_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'paused') = (paused_at_ms IS NOT NULL)", name=op.f("ck_items_paused_has_an_instant")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'live', 'paused', 'done', 'skipped')", name=op.f("ck_items_state_known")
        ),
        sa.CheckConstraint("planned_ms > 0 AND planned_ms + added_ms >= 0", name=op.f("ck_items_length_not_negative")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conferences.id"], name=op.f("fk_items_conference_id_conferences"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conference_id", "item_id", name=op.f("pk_items")),
    )
    op.create_table(
        "log_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.CheckConstraint("seq > 0", name=op.f("ck_log_lines_seq_positive")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_log_lines_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_lines")),
        sa.UniqueConstraint("conference_id", "command_id", name="uq_log_lines_command_id"),
        sa.UniqueConstraint("conference_id", "seq", name=op.f("uq_log_lines_conference_id")),
    )
    op.create_index("ix_log_lines_version", "log_lines", ["conference_id", "version"], unique=True)


def downgrade() -> None:
    op.drop_table("log_lines")
    op.drop_table("items")
    op.drop_table("endpoints")
    op.drop_table("check_ins")
    op.drop_table("users")
    op.drop_table("conferences")
