"""Keep documents with a conference, and from when on the press may have them.

Revision: 0018, 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("stored", sa.Boolean(), nullable=False),
        sa.Column("released_to_press_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_materials_size_positive")),
        sa.CheckConstraint(
            "kind IN ('pdf', 'docx', 'xlsx', 'pptx', 'jpg', 'png')", name=op.f("ck_materials_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conferences.id"],
            name=op.f("fk_materials_conference_id_conferences"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("material_id", name=op.f("uq_materials_material_id")),
    )
    op.create_index("ix_materials_conference_id", "materials", ["conference_id"])
    op.create_table(
        "material_parts",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["row_id"], ["materials.id"], name=op.f("fk_material_parts_row_id_materials"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", "number", name=op.f("pk_material_parts")),
    )


def downgrade() -> None:
    op.drop_table("material_parts")
    op.drop_index("ix_materials_conference_id", "materials")
    op.drop_table("materials")
