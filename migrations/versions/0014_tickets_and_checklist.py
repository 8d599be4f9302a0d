"""Keep faults of rooms as tickets, and what the technician has to see to before a conference.

Revision: 0014, 2026-11-28
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# What every conference that is there begins with; the program has its own copy, which may change.
USUAL = (
    (60, "Máy chiếu và màn hình hội trường đã mở, đủ sáng, đúng hình", None),
    (60, "Micro chủ tọa và bục phát biểu đã thử, pin đủ cho cả buổi", None),
    (60, "Đường truyền dự phòng đã thử chuyển sang và chuyển lại", None),
    (60, "Bộ lưu điện đã kiểm tra, nguồn dự phòng sẵn sàng", None),
    (60, "Thiết bị ghi hình đã thử, bộ nhớ còn đủ chỗ", None),
    (30, "Điểm cầu đã thử đường truyền", "tested"),
    (30, "Hình và tiếng của hội trường tới các điểm cầu rõ", None),
    (30, "Loa hội trường đã chỉnh, không hú, không vọng tiếng", None),
    (30, "Đã gọi các điểm cầu chưa thử đường truyền", None),
    (10, "Điểm cầu đã kết nối", "connected"),
    (10, "Sự cố đã xử lý xong", "tickets"),
    (10, "Micro các điểm cầu đã tắt, trừ nơi phát biểu đầu tiên", None),
    (10, "Đã bắt đầu ghi hình", None),
    (10, "Có người trực kỹ thuật ở hội trường và số máy trực đã thông báo", None),
)


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("endpoint_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('picture', 'sound', 'mic', 'network', 'other')", name=op.f("ck_tickets_kind_known")
        ),
        sa.CheckConstraint("state IN ('new', 'working', 'done', 'reopened')", name=op.f("ck_tickets_state_known")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_tickets_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("conference_id", "ticket_id", name=op.f("uq_tickets_conference_id")),
    )
    op.create_index("ix_tickets_state", "tickets", ["conference_id", "state"])
    op.create_index("ix_tickets_endpoint", "tickets", ["conference_id", "endpoint_code"])
    checklist = op.create_table(
        "checklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("ticked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ticked_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("stage IN (60, 30, 10)", name=op.f("ck_checklist_stage_known")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_checklist_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("conference_id", "item_id", name=op.f("uq_checklist_conference_id")),
    )
    conferences = op.get_bind().scalars(sa.text("SELECT id FROM conferences ORDER BY id")).all()
    rows = [
        {
            "conference_id": conference_id,
            "item_id": str(uuid4()),
            "stage": stage,
            "position": position,
            "text": text,
            "measure": measure,
            "note": "",
        }
        for conference_id in conferences
        for position, (stage, text, measure) in enumerate(USUAL, 1)
    ]
    if rows:
        op.bulk_insert(checklist, rows)


def downgrade() -> None:
    op.drop_table("checklist")
    op.drop_index("ix_tickets_endpoint", "tickets")
    op.drop_index("ix_tickets_state", "tickets")
    op.drop_table("tickets")
