"""Conferences: finding, making, importing a roster, and copies for a rehearsal."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from giaoban.domain.chain import genesis
from giaoban.domain.commands import item_fields
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.items import PAPER_CAP_MS
from giaoban.domain.roster import Unit, read_roster, roster_hash
from giaoban.domain.running_order import new_order
from giaoban.domain.texts import clean_text
from giaoban.domain.witness import CREATED, ROSTER_IMPORTED
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint, ItemRow, log
from giaoban.models.conference import locked_conference, no_conference
from giaoban.models.database import writing
from giaoban.models.running_order import order_columns, save_items
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class NewConference:
    """What makes a conference; `items` hold the plan's fields of each item, `units` the roster in its order."""

    slug: str
    title: str
    starts_at_ms: int
    units: Sequence[Unit]
    items: Sequence[Mapping[str, Any]] = ()
    hotline: str = ""
    maket: Mapping[str, Any] = field(default_factory=dict)
    paper_cap_ms: int = PAPER_CAP_MS


class Conferences:
    """All conferences of the installation. One is the current one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def list(self) -> list[Conference]:
        return [*db.session.scalars(select(Conference).order_by(Conference.id))]

    def current(self) -> Conference:
        """The current conference. Raises NotFound when there is none yet."""
        conference = db.session.scalar(select(Conference).where(Conference.is_current).limit(1))
        if conference is None:
            raise NotFound("Chưa có hội nghị nào.")
        return conference

    def find(self, slug: str) -> Conference:
        """The conference of that slug. Raises NotFound."""
        conference = None
        if SLUG.fullmatch(slug):  # there are no others; with a NUL in it PostgreSQL does not even look
            conference = db.session.scalar(select(Conference).where(Conference.slug == slug))
        if conference is None:
            raise no_conference(slug)
        return conference

    def exists(self, slug: str) -> bool:
        return db.session.scalar(select(Conference.id).where(Conference.slug == slug)) is not None

    def make_current(self, conference: Conference, identity: Identity) -> None:
        """Pages and sockets show this one from now on."""
        with writing():
            locked = locked_conference(conference.id)
            db.session.execute(update(Conference).values(is_current=False))
            locked.is_current = True
            self._note(locked, identity, "made_current", {})

    def set_hotline(self, conference: Conference, hotline: str, identity: Identity) -> None:
        """The telephone numbers that rooms are shown when something fails. Raises InvalidInput."""
        text = clean_text(hotline, "hotline", longest=200)
        with writing():
            locked = locked_conference(conference.id)
            locked.hotline = text
            self._note(locked, identity, "hotline_set", {"hotline": text})

    def _note(self, locked: Conference, identity: Identity, kind: str, data: dict[str, Any]) -> None:
        log.append(locked, at_ms=self._clock.now_ms(), actor=identity.actor, kind=kind, data=data)

    def create(self, new: NewConference, identity: Identity) -> Conference:
        """Store a conference whole, with its roster and running order; the first one becomes the current one.

        Raises InvalidInput: a slug that is none or taken, a bad title or item.
        """
        if not SLUG.fullmatch(new.slug) or len(new.slug) > 60:
            raise InvalidInput("Tên ngắn (slug) chỉ gồm chữ thường không dấu, số và dấu gạch nối.", field="slug")
        title = clean_text(new.title, "title", longest=300, shortest=1)
        items = [item_fields(item, whole=True) for item in new.items]
        with writing():
            if self.exists(new.slug):
                raise InvalidInput(f"Đã có hội nghị “{new.slug}”.", field="slug")
            conference = Conference(
                slug=new.slug,
                title=title,
                is_current=db.session.scalar(select(func.count()).select_from(Conference)) == 0,
                starts_at_ms=new.starts_at_ms,
                hotline=new.hotline,
                maket=dict(new.maket),
                paper_cap_ms=new.paper_cap_ms,
                created_at_ms=self._clock.now_ms(),
                last_seq=0,
                last_hash=genesis(new.slug),
            )
            db.session.add(conference)
            db.session.flush()
            self._take_units(conference, new.units)
            data = {
                "title": title,
                "starts_at_ms": new.starts_at_ms,
                "paper_cap_ms": new.paper_cap_ms,
                "items": items,
                "timezone": conference.timezone,
                **self._roster(new.units),
            }
            self._note(conference, identity, CREATED, data)
            order = new_order(new.starts_at_ms, items, paper_cap_ms=new.paper_cap_ms)
            for name, value in order_columns(order).items():
                setattr(conference, name, value)
            save_items(conference.id, None, order)
        return conference

    def import_roster(
        self, file: bytes, slug: str, title: str | None, starts_at_ms: int, identity: Identity
    ) -> tuple[Conference, int]:
        """Read a roster file into the conference of that slug, making it when there is none; (conference, units).

        An existing conference keeps codes and check-ins of the rooms that stay. Raises InvalidRoster (nothing is
        stored), InvalidInput, and InvalidTransition when a room that would go has checked in or is on the agenda.
        """
        units = read_roster(file)
        if not self.exists(slug):
            return self.create(NewConference(slug, title or slug, starts_at_ms, units), identity), len(units)
        conference = self.find(slug)
        with writing():
            conference = locked_conference(conference.id)
            data = self._roster(units)
            if title is not None:
                data["title"] = conference.title = clean_text(title, "title", longest=300, shortest=1)
            self._take_units(conference, units)
            self._note(conference, identity, ROSTER_IMPORTED, data)
        return conference, len(units)

    @staticmethod
    def _roster(units: Sequence[Unit]) -> dict[str, Any]:
        """What the log says of a roster: enough to know it again."""
        return {"endpoints": len(units), "roster_hash": roster_hash(units)}

    @staticmethod
    def _take_units(conference: Conference, units: Sequence[Unit]) -> None:
        by_code = {unit.code: unit for unit in units}
        present = {
            endpoint.code: endpoint
            for endpoint in db.session.scalars(select(Endpoint).where(Endpoint.conference_id == conference.id))
        }
        on_agenda = set(
            db.session.scalars(
                select(ItemRow.endpoint_code).where(
                    ItemRow.conference_id == conference.id, ItemRow.endpoint_code.is_not(None)
                )
            )
        )
        for code in present.keys() - by_code.keys():
            if present[code].effective_id is not None or code in on_agenda:
                raise InvalidTransition(
                    f"Điểm cầu {code} ({present[code].full_name}) đã điểm danh hoặc có trong chương trình,"
                    " không bỏ khỏi danh sách được.",
                    endpoint_code=code,
                )
            db.session.delete(present[code])
        for ordinal, unit in enumerate(units):
            endpoint = present.get(unit.code)
            if endpoint is None:
                endpoint = Endpoint(conference_id=conference.id)
                db.session.add(endpoint)
            endpoint.take(unit, by_code.get(unit.parent_code or ""), ordinal)
        db.session.flush()
        db.session.expire(conference, ["endpoints"])

    def copy_for_rehearsal(self, conference: Conference, identity: Identity) -> Conference:
        """A copy under a slug of its own, at the beginning and starting now; never the current one."""
        now_ms = self._clock.now_ms()
        items = [
            {
                name: getattr(row, name)
                for name in ("kind", "title", "speaker", "endpoint_code", "planned_ms", "cap_ms", "min_ms")
            }
            for row in db.session.scalars(
                select(ItemRow).where(ItemRow.conference_id == conference.id).order_by(ItemRow.position)
            )
        ]
        units = [Unit(e.code, e.level, e.kind, e.name, e.parent_code) for e in conference.endpoints]
        return self.create(
            NewConference(
                slug=f"tong-duyet-{now_ms}",
                title=f"Tổng duyệt: {conference.title}"[:300],
                starts_at_ms=now_ms,
                units=units,
                items=items,
                hotline=conference.hotline,
                maket=conference.maket,
                paper_cap_ms=conference.paper_cap_ms,
            ),
            identity,
        )

    def delete(self, conference: Conference) -> None:
        """Remove a conference with everything that belongs to it. Raises InvalidTransition for the current one."""
        if conference.is_current:
            raise InvalidTransition("Không xóa được hội nghị đang dùng.")
        with writing():
            db.session.execute(delete(Conference).where(Conference.id == conference.id))
        db.session.expire_all()
