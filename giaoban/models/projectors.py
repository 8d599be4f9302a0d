"""Projectors that were given a name, and the codes on screens that wait for one."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.extensions import Model, db


class ProjectorRow(Model):
    """A projector of one conference: `token_hash` is what its browser is known by, `scene` what it is pinned to.

    The same browser may be known to several conferences, each time by the same hash: a rehearsal's copy is one of them.
    """

    __tablename__ = "projectors"
    __table_args__ = (
        UniqueConstraint("conference_id", "projector_id"),
        UniqueConstraint("conference_id", "token_hash", name="uq_projectors_token_hash"),
        CheckConstraint(
            "scene IN ('maket', 'speaker', 'agenda', 'roll_call', 'break', 'message', 'black')", name="scene_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    projector_id: Mapped[str]
    name: Mapped[str]
    scene: Mapped[str | None]
    token_hash: Mapped[str]
    paired_at_ms: Mapped[int] = mapped_column(BigInteger)
    paired_by: Mapped[str]


class PairingRow(Model):
    """A screen that waits for a name: the code that it shows, what its browser is known by, where it asked from.

    `conference_id` is whose projector it has become; from then on the code is used up.
    """

    __tablename__ = "pairings"

    code: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    asked_at_ms: Mapped[int] = mapped_column(BigInteger)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))


def read_projectors(conference_id: int) -> list[ProjectorRow]:
    """In the order in which they were paired, as they are stored now."""
    rows = db.session.scalars(
        select(ProjectorRow)
        .where(ProjectorRow.conference_id == conference_id)
        .order_by(ProjectorRow.id)
        .execution_options(populate_existing=True)
    )
    return [*rows]


def projector_of(conference_id: int, token_hash: str) -> ProjectorRow | None:
    """What that browser is in the conference."""
    return db.session.scalar(
        select(ProjectorRow).where(ProjectorRow.conference_id == conference_id, ProjectorRow.token_hash == token_hash)
    )


def begin_projectors(conference_id: int, projectors: Sequence[ProjectorRow]) -> None:
    """Give a new conference the projectors of another one; for use within `writing`."""
    for row in projectors:
        db.session.add(
            ProjectorRow(
                conference_id=conference_id,
                projector_id=str(uuid4()),
                name=row.name,
                scene=row.scene,
                token_hash=row.token_hash,
                paired_at_ms=row.paired_at_ms,
                paired_by=row.paired_by,
            )
        )


def pairing_of(token_hash: str, now_ms: int) -> PairingRow | None:
    """The code that this browser shows, as long as it is good; also one that was just used."""
    return db.session.scalar(
        select(PairingRow).where(PairingRow.token_hash == token_hash, PairingRow.expires_at_ms > now_ms)
    )


def pairing_by_code(code: str, now_ms: int) -> PairingRow | None:
    """The screen that shows that code, or showed it until it was used up, as long as it is good; for use within
    `writing`.

    Locked: another process may be using it up for another conference, or its screen asking for another code.
    """
    return db.session.scalar(
        select(PairingRow).where(PairingRow.code == code, PairingRow.expires_at_ms > now_ms).with_for_update()
    )


def make_room(token_hash: str, address: str, now_ms: int, most: int, most_of_address: int) -> bool:
    """Take away what is over and the code that this browser had, and of its address the oldest beyond what it may have;
    whether there is room for one more. For use within `writing`, one after the other."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        # SQLite's writers never meet. Here two tabs of one browser would each find nothing to take away, and store
        # the same token. No row is there to be held; `pairing_by_code`, which holds one, waits for this too.
        connection.exec_driver_sql("LOCK TABLE pairings IN EXCLUSIVE MODE")
    db.session.execute(
        delete(PairingRow).where((PairingRow.expires_at_ms <= now_ms) | (PairingRow.token_hash == token_hash))
    )
    codes = db.session.execute(
        select(PairingRow.code, PairingRow.address).order_by(PairingRow.asked_at_ms, PairingRow.code)
    ).all()
    own = [code for code, of_address in codes if of_address == address]
    too_many = own[: max(0, len(own) - most_of_address + 1)]
    if too_many:
        db.session.execute(delete(PairingRow).where(PairingRow.code.in_(too_many)))
    return len(codes) - len(too_many) < most
