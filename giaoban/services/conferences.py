"""Conferences: finding, making, importing a roster, and copies for a rehearsal."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from giaoban.domain.chain import genesis
from giaoban.domain.checklist import Entry
from giaoban.domain.commands import ITEM_FIELDS, item_fields
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.items import PAPER_CAP_MS, Item
from giaoban.domain.looks import USUAL, Looks
from giaoban.domain.maket import in_year
from giaoban.domain.replan import LATEST_START_AT_MS, replanned
from giaoban.domain.roster import Unit, read_roster
from giaoban.domain.running_order import new_order
from giaoban.domain.texts import clean_text
from giaoban.domain.witness import CREATED, ROSTER_IMPORTED
from giaoban.extensions import db
from giaoban.models import Conference, log
from giaoban.models.checklist import begin_checklist, read_checklist, usual_entries
from giaoban.models.conference import REHEARSAL, REHEARSAL_OF_DRAFT, locked_conference, no_conference
from giaoban.models.contacts import contacts_of, save_contact
from giaoban.models.database import writing
from giaoban.models.projectors import ProjectorRow, begin_projectors, read_projectors
from giaoban.models.running_order import order_columns, read_items, save_items
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock
from giaoban.services.rosters import roster_facts, take_units

VENUE: Final = "Asia/Ho_Chi_Minh"
SLUG_LONGEST: Final = 60
SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class NewConference:
    """What makes a conference; `items` hold the plan's fields of each item, `units` the roster in its order.

    Of `checklist` only what is to be seen to is taken, not what was ticked.
    """

    slug: str
    title: str
    starts_at_ms: int
    units: Sequence[Unit]
    items: Sequence[Mapping[str, Any]] = ()
    hotline: str = ""
    maket: Mapping[str, Any] = field(default_factory=dict)
    looks: Looks = USUAL
    paper_cap_ms: int = PAPER_CAP_MS
    timezone: str = VENUE
    draft: bool = False
    contacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # code: office, telephone
    checklist: Sequence[Entry] = field(default_factory=usual_entries)
    projectors: Sequence[ProjectorRow] = ()


def conference_json(conference: Conference) -> dict[str, Any]:
    """The conference as programs see it (contract, `GET /conferences/{slug}`)."""
    return {
        "slug": conference.slug,
        "title": conference.title,
        "current": conference.is_current,
        "status": conference.status,
        "starts_at_ms": conference.starts_at_ms,
        "timezone": conference.timezone,
        "paper_cap_ms": conference.paper_cap_ms,
        "version": conference.version,
        "maket": conference.maket,
        "looks": conference.looks.as_json(),
    }


class Conferences:
    """All conferences of the installation. One is the current one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def list(self, *, drafts: bool = True) -> list[Conference]:
        """All of them in the order in which they were made; `drafts` false leaves those out, and their rehearsals."""
        every = db.session.scalars(select(Conference).order_by(Conference.id))
        return [each for each in every if drafts or not _unpublished(each)]

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

    def seen_by(self, identity: Identity | None, slug: str) -> Conference:
        """The conference of that slug, for whoever asks. Raises NotFound, also for a draft, which only staff see."""
        return self.shown(self.find(slug), identity)

    @staticmethod
    def shown(conference: Conference, identity: Identity | None) -> Conference:
        """The same conference, if it is there for whoever asks. Raises NotFound for a draft, which only staff see."""
        if conference.stage == "draft" and (identity is None or not identity.is_staff):
            raise no_conference(conference.slug)
        return conference

    def exists(self, slug: str) -> bool:
        return db.session.scalar(select(Conference.id).where(Conference.slug == slug)) is not None

    def make_current(self, conference: Conference, identity: Identity) -> None:
        """Pages and sockets show this one from now on. Raises InvalidTransition for a draft."""
        with writing():
            locked = locked_conference(conference.id)
            if locked.stage == "draft":
                raise InvalidTransition("Hội nghị còn là bản nháp. Xin công bố trước khi chọn làm hội nghị hiện hành.")
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

        Raises InvalidInput: a slug that is none or taken, a bad title, beginning or item.
        """
        if not SLUG.fullmatch(new.slug) or len(new.slug) > SLUG_LONGEST:
            raise InvalidInput("Tên ngắn (slug) chỉ gồm chữ thường không dấu, số và dấu gạch nối.", field="slug")
        title = clean_text(new.title, "title", longest=300, shortest=1)
        if not 0 <= new.starts_at_ms <= LATEST_START_AT_MS:
            raise InvalidInput("Ngày họp phải từ năm 1971 đến năm 2099.", field="day")
        items = [item_fields(item, whole=True) for item in new.items]
        with writing():
            if self.exists(new.slug):
                raise InvalidInput(f"Đã có hội nghị “{new.slug}”.", field="slug")
            conference = Conference(
                slug=new.slug,
                title=title,
                is_current=not new.draft and not db.session.scalar(select(func.count()).select_from(Conference)),
                stage="draft" if new.draft else "ready",
                starts_at_ms=new.starts_at_ms,
                timezone=new.timezone,
                hotline=new.hotline,
                maket=dict(new.maket),
                **new.looks.as_json(),
                paper_cap_ms=new.paper_cap_ms,
                created_at_ms=self._clock.now_ms(),
                last_seq=0,
                last_hash=genesis(new.slug),
            )
            db.session.add(conference)
            db.session.flush()
            take_units(conference, new.units)
            stamp = {"changed_at_ms": conference.created_at_ms, "changed_by": identity.actor}
            for endpoint in conference.endpoints if new.contacts else ():
                if endpoint.code in new.contacts:
                    save_contact(endpoint.id, *new.contacts[endpoint.code], stamp)
            begin_checklist(conference.id, new.checklist)
            begin_projectors(conference.id, new.projectors)
            data = {
                "title": title,
                "starts_at_ms": new.starts_at_ms,
                "paper_cap_ms": new.paper_cap_ms,
                "items": items,
                "timezone": new.timezone,
                **roster_facts(new.units),
                **({"draft": True} if new.draft else {}),
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
            data = roster_facts(units)
            if title is not None:
                data["title"] = conference.title = clean_text(title, "title", longest=300, shortest=1)
            take_units(conference, units)
            self._note(conference, identity, ROSTER_IMPORTED, data)
        return conference, len(units)

    def copy_for_rehearsal(self, conference: Conference, identity: Identity) -> Conference:
        """A copy under a slug of its own, at the beginning and starting now; never the current one.

        Whoever is given its link follows it without a sign-in; of a draft nobody else finds it.
        """
        now_ms = self._clock.now_ms()
        begins = f"{REHEARSAL_OF_DRAFT}{secrets.token_hex(8)}-" if _unpublished(conference) else REHEARSAL
        new = NewConference(
            slug=next(slug for number in count(now_ms) if not self.exists(slug := f"{begins}{number}")),
            title=f"Tổng duyệt: {conference.title}"[:300],
            starts_at_ms=now_ms,
            units=self.units(conference),
            items=[{**item, "not_before_at_ms": None} for item in _plan(conference)],
            hotline=conference.hotline,
            maket=conference.maket,
            looks=conference.looks,
            paper_cap_ms=conference.paper_cap_ms,
            timezone=conference.timezone,
            contacts=_contacts(conference),
            checklist=read_checklist(conference.id),
            projectors=read_projectors(conference.id),
        )
        return self.create(new, identity)

    def clone(self, source: Conference, new: NewConference, identity: Identity) -> Conference:
        """`new` with the roster, telephones, picture, looks, agenda, technician's checklist and projectors of
        `source`: nothing of what happened there.

        Each item keeps its length and, if it is pinned to an hour, its distance from the beginning; papers under the
        conference's cap have the new one. Raises InvalidInput as `create` does.
        """
        before_ms = source.starts_at_ms
        shift_ms = new.starts_at_ms - before_ms
        items = [Item(id="", **fields) for fields in _plan(source)]
        moved = [replanned(item, shift_ms, source.paper_cap_ms, new.paper_cap_ms) for item in items]
        years = [datetime.fromtimestamp(at / 1000, ZoneInfo(new.timezone)).year for at in (before_ms, new.starts_at_ms)]
        picture = in_year(source.maket, *years)
        whole = replace(
            new,
            units=self.units(source),
            contacts=_contacts(source),
            items=[_fields(item) for item in moved],
            maket=picture,
            looks=source.looks,
            checklist=read_checklist(source.id),
            projectors=read_projectors(source.id),
        )
        return self.create(whole, identity)

    @staticmethod
    def units(conference: Conference) -> Sequence[Unit]:
        """The roster of a conference, in its order."""
        return [Unit(e.code, e.level, e.kind, e.name, e.parent_code) for e in conference.endpoints]

    def delete(self, conference: Conference) -> None:
        """Remove a conference with everything that belongs to it. Raises InvalidTransition for the current one."""
        if conference.is_current:
            raise InvalidTransition("Không xóa được hội nghị đang dùng.")
        with writing():
            db.session.execute(delete(Conference).where(Conference.id == conference.id))
        db.session.expire_all()


def _unpublished(conference: Conference) -> bool:
    """Whether it is a draft or was rehearsed while it was one."""
    return conference.stage == "draft" or conference.slug.startswith(REHEARSAL_OF_DRAFT)


def _contacts(conference: Conference) -> dict[str, tuple[str, str]]:
    """Whom to phone in its rooms, by code."""
    return {room.code: (contact.office, contact.telephone) for room, contact in contacts_of(conference.id)}


def _plan(conference: Conference) -> list[dict[str, Any]]:
    """What was planned of each item, skipped ones too, in order."""
    return [_fields(item) for item in read_items(conference.id)]


def _fields(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ITEM_FIELDS}
