"""Documents of a conference as stored: a row each, and their bytes in parts of text, as every backup takes them."""

import base64
from collections.abc import Iterator
from typing import Final, cast

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Table, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.extensions import Model, db
from giaoban.models.database import insert_all

PART: Final = 48 * 1024  # bytes of a file in one row: a backup holds hundreds of rows at a time
PARTS_AT_ONCE: Final = 16  # written or read in one go, so that others get their turn in between


class MaterialRow(Model):
    """One document. `material_id` comes from the client and cannot be guessed; `sha256` is of its bytes.

    The press may have it from `released_to_press_at_ms` on; None: not at all. Before all of it is `stored` it is not
    there for anybody.
    """

    __tablename__ = "materials"
    __table_args__ = (
        UniqueConstraint("material_id"),
        Index("ix_materials_conference_id", "conference_id"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("kind IN ('pdf', 'docx', 'xlsx', 'pptx', 'jpg', 'png')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    material_id: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    file_name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_at_ms: Mapped[int] = mapped_column(BigInteger)
    added_by: Mapped[str]
    stored: Mapped[bool] = mapped_column(default=False)
    released_to_press_at_ms: Mapped[int | None] = mapped_column(BigInteger)


class MaterialPart(Model):
    """A part of a document's bytes, in base64."""

    __tablename__ = "material_parts"

    row_id: Mapped[int] = mapped_column(ForeignKey("materials.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[str]


def material_rows(conference_id: int) -> list[MaterialRow]:
    """Those that are there, in their order."""
    return [
        *db.session.scalars(
            select(MaterialRow)
            .where(MaterialRow.conference_id == conference_id, MaterialRow.stored)
            .order_by(MaterialRow.position, MaterialRow.id)
        )
    ]


def material_row(material_id: str) -> MaterialRow | None:
    """The document of that id, of whichever conference, stored or still coming."""
    return db.session.scalar(select(MaterialRow).where(MaterialRow.material_id == material_id))


def held(conference_id: int) -> tuple[int, int]:
    """(how many documents a conference has, how many bytes they are), with those that are still coming."""
    found = db.session.execute(
        select(func.count(), func.coalesce(func.sum(MaterialRow.size), 0)).where(
            MaterialRow.conference_id == conference_id
        )
    ).one()
    return found[0], int(found[1])


def add_parts(row_id: int, first: int, data: bytes) -> int:
    """Store bytes as the parts from that number on; the number of the next."""
    parts = [data[at : at + PART] for at in range(0, len(data), PART)]
    coded = (base64.b64encode(part).decode() for part in parts)
    lines = [{"row_id": row_id, "number": first + at, "data": data} for at, data in enumerate(coded)]
    insert_all(cast(Table, MaterialPart.__table__), lines)
    return first + len(parts)


def read_parts(material_id: str, first: int) -> bytes:
    """The bytes of PARTS_AT_ONCE parts from that number on; b"" at the end.

    By the document's own id: SQLite gives a removed row's number to the next one, which may be released to nobody.
    """
    found = db.session.scalars(
        select(MaterialPart.data)
        .join(MaterialRow, MaterialRow.id == MaterialPart.row_id)
        .where(MaterialRow.material_id == material_id, MaterialPart.number >= first)
        .order_by(MaterialPart.number)
        .limit(PARTS_AT_ONCE)
    )
    return b"".join(base64.b64decode(data) for data in found)


def numbers(size: int) -> Iterator[int]:
    """The first part of each go in which a file of that size is read."""
    yield from range(0, -(-size // PART), PARTS_AT_ONCE)


def drop_parts(material_id: str, before: int) -> None:
    """Remove a document's parts before that number; for use within `writing`."""
    row_id = select(MaterialRow.id).where(MaterialRow.material_id == material_id).scalar_subquery()
    db.session.execute(delete(MaterialPart).where(MaterialPart.row_id == row_id, MaterialPart.number < before))


def drop(material_id: str) -> None:
    """Remove a document with what is left of its parts; for use within `writing`."""
    db.session.execute(delete(MaterialRow).where(MaterialRow.material_id == material_id))


def sweep_unfinished(before_ms: int) -> None:
    """Remove what began to come before that instant and never came whole; for use within `writing`."""
    db.session.execute(delete(MaterialRow).where(MaterialRow.stored.is_(False), MaterialRow.added_at_ms < before_ms))
