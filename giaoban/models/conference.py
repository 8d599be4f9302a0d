"""Conferences and their endpoints."""

from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from giaoban.domain import stages
from giaoban.domain.errors import NotFound
from giaoban.domain.looks import USUAL, Looks
from giaoban.domain.roster import LEVELS, Unit, full_name
from giaoban.extensions import Model, db

REHEARSAL: Final = "tong-duyet-"  # how the slugs of copies for a rehearsal begin
REHEARSAL_OF_DRAFT: Final = f"{REHEARSAL}nhap-"  # of what the public is not to know of yet


class Conference(Model):
    """One conference. `version` counts accepted commands, `last_seq` the lines of its log; both only grow.

    `last_hash` is the head of the log's hash chain.
    """

    __tablename__ = "conferences"
    __table_args__ = (
        CheckConstraint("version >= 0", name="version_not_negative"),
        CheckConstraint("last_seq >= version", name="a_line_per_version"),
        CheckConstraint("stage IN ('draft', 'ready', 'closed')", name="stage_known"),
        Index(
            "ix_conferences_one_current",
            "is_current",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        {"sqlite_autoincrement": True},  # an id is never used again, so that nothing remembered by id can be mistaken
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    is_current: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(default="ready")
    starts_at_ms: Mapped[int] = mapped_column(BigInteger)
    timezone: Mapped[str] = mapped_column(default="Asia/Ho_Chi_Minh")
    hotline: Mapped[str] = mapped_column(default="")
    maket: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    tone: Mapped[str] = mapped_column(default=USUAL.tone, server_default=USUAL.tone)
    ornament: Mapped[str] = mapped_column(default=USUAL.ornament, server_default=USUAL.ornament)
    overtime: Mapped[str] = mapped_column(default=USUAL.overtime, server_default=USUAL.overtime)
    paper_cap_ms: Mapped[int]
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str]
    baseline_end_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    next_item_number: Mapped[int] = mapped_column(default=1)
    chosen_scene: Mapped[str] = mapped_column(default="auto")
    message_text: Mapped[str | None]
    message_at_ms: Mapped[int | None] = mapped_column(BigInteger)

    endpoints: Mapped[list["Endpoint"]] = relationship(
        back_populates="conference", order_by="Endpoint.ordinal", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def looks(self) -> Looks:
        """How its stage looks."""
        return Looks(self.tone, self.ornament, self.overtime)

    @property
    def status(self) -> str:
        """draft, ready, live or closed (`giaoban.domain.stages`)."""
        return stages.status(self.stage, begun=self.baseline_end_at_ms is not None)

    @property
    def is_rehearsal(self) -> bool:
        """Whether it is a copy that was made to rehearse with."""
        return self.slug.startswith(REHEARSAL)

    @property
    def disposable(self) -> bool:
        """Whether it may be removed: nobody was told of a draft, nobody meets in a rehearsal."""
        return not self.is_current and (self.stage == "draft" or self.is_rehearsal)


class Endpoint(Model):
    """A room: the hall, a district or a commune. `effective_id` names the check-in that counts for it.

    `last_…_id` name each source's last word on it: with them a check-in costs the same however many came before.
    """

    __tablename__ = "endpoints"
    __table_args__ = (
        UniqueConstraint("conference_id", "code"),
        CheckConstraint("level IN ('province', 'district', 'commune')", name="level_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    code: Mapped[str]
    level: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    full_name: Mapped[str]
    parent_code: Mapped[str | None]
    ordinal: Mapped[int]
    code_epoch: Mapped[int] = mapped_column(default=0)
    effective_id: Mapped[int | None]
    last_district_id: Mapped[int | None]
    last_self_id: Mapped[int | None]
    last_secretary_id: Mapped[int | None]
    in_conflict: Mapped[bool] = mapped_column(default=False)

    conference: Mapped[Conference] = relationship(back_populates="endpoints")

    def take(self, unit: Unit, parent: Unit | None, ordinal: int) -> None:
        """Become that unit of a roster, keeping the access code and the check-ins."""
        self.code, self.level, self.kind, self.name = unit.code, unit.level, unit.kind, unit.name
        self.parent_code, self.ordinal = unit.parent_code, ordinal
        self.full_name = full_name(unit, parent)


def locked_conference(conference_id: int) -> Conference:
    """The conference as it is now, held until the transaction ends; for use within `writing`. Raises NotFound."""
    conference = db.session.scalar(
        select(Conference)
        .where(Conference.id == conference_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if conference is None:
        raise NotFound()
    return conference


def no_conference(slug: str) -> NotFound:
    """The error for a slug that no conference has."""
    return NotFound(f"Không có hội nghị “{slug[:80]}”.", conference=slug[:80])


def endpoint_by_code(conference_id: int, code: str) -> Endpoint | None:
    return db.session.scalar(select(Endpoint).where(Endpoint.conference_id == conference_id, Endpoint.code == code))


def hall_of(conference_id: int) -> Endpoint | None:
    """The provincial hall; None of a conference without a roster."""
    return db.session.scalar(
        select(Endpoint).where(Endpoint.conference_id == conference_id, Endpoint.level == "province").limit(1)
    )


def endpoint_names(conference_id: int) -> dict[str, str]:
    """The full names of a conference's endpoints by code."""
    found = db.session.execute(select(Endpoint.code, Endpoint.full_name).where(Endpoint.conference_id == conference_id))
    return {code: name for code, name in found}


def level_counts(conference_id: int) -> dict[str, int]:
    """How many endpoints a conference has at each level, the highest first."""
    found = db.session.execute(
        select(Endpoint.level, func.count()).where(Endpoint.conference_id == conference_id).group_by(Endpoint.level)
    )
    counted = {level: rooms for level, rooms in found}
    return {level: counted[level] for level in LEVELS if level in counted}


@dataclass(slots=True)
class Head:
    """A locked conference as bare columns: all that whoever adds facts to its log reads and changes of it."""

    id: int
    version: int
    last_seq: int
    last_hash: str
    stage: str


_CONFERENCES: Final = cast(Table, Conference.__table__)
_HEAD: Final = (
    select(*(_CONFERENCES.c[name] for name in ("id", "version", "last_seq", "last_hash", "stage")))
    .where(_CONFERENCES.c.slug == bindparam("slug"))
    .with_for_update()
)
_SAVE_HEAD: Final = update(_CONFERENCES).where(_CONFERENCES.c.id == bindparam("held"))


def locked_head(slug: str) -> Head:
    """The head of the conference of that slug, held until the transaction ends; for use within `writing`.

    Raises NotFound.
    """
    found = None
    if "\0" not in slug:  # PostgreSQL does not even look for such a text
        found = db.session.execute(_HEAD, {"slug": slug}).first()
    if found is None:
        raise no_conference(slug)
    return Head(*found)


def save_head(head: Head, **more: Any) -> None:
    """Store how far the log has come, and `more` columns by their names."""
    values = {"last_seq": head.last_seq, "last_hash": head.last_hash, **more}
    db.session.connection().execute(_SAVE_HEAD, {"held": head.id, **values})


_ENDPOINTS: Final = cast(Table, Endpoint.__table__).c
_SIGNED_IN: Final = select(
    _ENDPOINTS.conference_id, _ENDPOINTS.code, _ENDPOINTS.code_epoch, _ENDPOINTS.level, _ENDPOINTS.full_name
).where(_ENDPOINTS.conference_id == bindparam("conference_id"))
_SIGNED_IN_ONE: Final = _SIGNED_IN.where(_ENDPOINTS.code == bindparam("code"))


def endpoint_facts(conference_id: int, code: str | None = None) -> dict[str, Any]:
    """What a sign-in needs of all endpoints, or of that one, by code and as bare columns: they ask every second."""
    statement = _SIGNED_IN if code is None else _SIGNED_IN_ONE
    found = db.session.execute(statement, {"conference_id": conference_id, "code": code})
    return {row.code: row for row in found}


def read_units(connection: Connection, conference_id: int) -> list[Unit]:
    """The roster of a conference, in its order."""
    columns = (Endpoint.code, Endpoint.level, Endpoint.kind, Endpoint.name, Endpoint.parent_code)
    rows = connection.execute(
        select(*columns).where(Endpoint.conference_id == conference_id).order_by(Endpoint.ordinal)
    )
    return [Unit(*row) for row in rows]
