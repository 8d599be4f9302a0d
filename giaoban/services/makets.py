"""Makets to print and to show: one a room, red ground and yellow letters, as the conference's picture says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from giaoban.documents.makets import Drawing, draw
from giaoban.documents.typeset import Form
from giaoban.domain.maket import FILLED_IN
from giaoban.domain.maket_names import PREFIX, capitals, dotted, organisation, place_line
from giaoban.domain.maket_picture import Lines
from giaoban.domain.maket_sizes import Size
from giaoban.domain.roster import Unit
from giaoban.domain.texts import fold_for_search, search_key, search_rank
from giaoban.domain.times import long_day
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint
from giaoban.models.conference import endpoint_by_code
from giaoban.services.documents import File
from giaoban.services.ports import Clock

MIMETYPES: Final[dict[str, str]] = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a room's maket needs of the database: `name` is its file's, without the ending."""

    code: str
    name: str
    drawing: Drawing


class Makets:
    """Makets of rooms, made anew each time: nothing of them is stored."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def render(self, conference: Conference, endpoint: Endpoint, size: Size, form: Form) -> bytes:
        """The maket of that room: a PDF of that very size with its fonts, an SVG without any, or a PNG."""
        return self.draw(self.prepare(conference, endpoint, size), form)

    def file(self, conference: Conference, endpoint: Endpoint, size: Size, form: Form) -> File:
        """The same under a name."""
        prepared = self.prepare(conference, endpoint, size)
        db.session.commit()  # nothing is held open while it is drawn
        return File(f"{prepared.name}.{form}", MIMETYPES[form], self.draw(prepared, form))

    def preview(self, conference: Conference, endpoint: Endpoint, size: Size, maket: Mapping[str, Any]) -> str:
        """The SVG of that room's maket with those lines, which nobody has stored yet."""
        prepared = self.prepare(conference, endpoint, size, maket)
        db.session.commit()
        return self.draw(prepared, "svg").decode()

    @staticmethod
    def rooms_named(conference: Conference, typed: str) -> list[Endpoint]:
        """The rooms that the typed words may mean, the likeliest first; all of them for nothing typed."""
        ranked = [(search_rank(search_key(room.full_name, room.code), typed), room) for room in conference.endpoints]
        found = [(rank, room) for rank, room in ranked if rank is not None]
        return [room for _, room in sorted(found, key=lambda each: each[0])]

    def prepare(
        self, conference: Conference, endpoint: Endpoint, size: Size, maket: Mapping[str, Any] | None = None
    ) -> Prepared:
        """All of it but the drawing; with the lines of `maket` instead of the conference's own, to look at them."""
        parent = endpoint_by_code(conference.id, endpoint.parent_code) if endpoint.parent_code else None
        return _prepared(conference, endpoint, parent, size, conference.maket if maket is None else maket)

    def prepare_all(self, conference: Conference, size: Size) -> list[Prepared]:
        """The same of every room of the conference, in the roster's order."""
        rooms = {room.code: room for room in conference.endpoints}
        return [
            _prepared(conference, room, rooms.get(room.parent_code or ""), size, conference.maket)
            for room in rooms.values()
        ]

    def draw(self, prepared: Prepared, form: Form) -> bytes:
        """The file of what was prepared. Asks no database; takes up to half a second, in a thread behind all others."""
        return draw(prepared.drawing, form, self._clock.now_ms())


def lines_of(conference: Conference, room: Endpoint, parent: Endpoint | None, maket: Mapping[str, Any]) -> Lines:
    """What the room's maket says. Without lines for a title it is the conference's own, as on the projector."""
    unit, hall = _unit(room), room.level == "province"
    day = long_day(conference.starts_at_ms, conference.timezone)
    own = str(maket.get("org") or "") if hall else ""
    title = tuple(str(line) for line in maket.get("title") or ())
    return Lines(
        org=own or organisation(unit, _unit(parent) if parent else None, str(maket.get("prefix") or PREFIX)),
        kind=str(maket.get("kind") or "") if title else "",
        title=title or (capitals(conference.title),),
        year=str(maket.get("year") or ""),
        date=place_line(
            (str(maket.get("place") or "") if hall else "") or room.name,
            dotted(day) if maket.get("day") == FILLED_IN else day,
        ),
    )


def _prepared(
    conference: Conference, room: Endpoint, parent: Endpoint | None, size: Size, maket: Mapping[str, Any]
) -> Prepared:
    words = re.findall(r"[a-z0-9]+", fold_for_search(room.full_name))
    return Prepared(
        code=room.code,
        name=f"ma-ket-{room.code}-{'-'.join(words)[:60].rstrip('-')}-{size.key}",
        drawing=Drawing(
            title=f"Ma két {room.full_name[:1].lower()}{room.full_name[1:]}",
            lines=lines_of(conference, room, parent, maket),
            size=size,
            looks=conference.looks,
        ),
    )


def _unit(room: Endpoint) -> Unit:
    return Unit(room.code, room.level, room.kind, room.name, room.parent_code)
