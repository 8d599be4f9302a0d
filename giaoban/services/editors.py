"""Who else is editing: which items' forms are open, and in whose hands. Shown on consoles, and no fact of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from giaoban.domain.errors import NotFound
from giaoban.extensions import db
from giaoban.models import Conference, EditorRow, ItemRow
from giaoban.models.conference import locked_conference
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who has an item's form open since then; `key` names the sign-in to the program alone."""

    key: str
    name: str
    since_at_ms: int


class Editors:
    """By conference and item. A page that has not been heard for `gone_ms` has no form open."""

    def __init__(self, clock: Clock, publisher: Publisher, gone_ms: int) -> None:
        self._clock = clock
        self._publisher = publisher
        self._gone_ms = gone_ms

    def of(self, conference: Conference) -> dict[str, list[Editor]]:
        """Who has which item's form open, by the item's id, the first one first."""
        rows = db.session.execute(
            select(EditorRow.item_id, EditorRow.session_key, EditorRow.actor, EditorRow.since_at_ms)
            .where(
                EditorRow.conference_id == conference.id,
                EditorRow.seen_at_ms > self._clock.now_ms() - self._gone_ms,
            )
            .order_by(EditorRow.since_at_ms, EditorRow.session_key)
        )
        found: dict[str, list[Editor]] = {}
        for item_id, key, actor, since_at_ms in rows:
            found.setdefault(item_id, []).append(Editor(key, actor.partition(":")[2], since_at_ms))
        return found

    def opens(self, conference: Conference, item_id: str, identity: Identity) -> None:
        """That form is open there, or still is; the consoles are told of a new one. Raises NotAllowed, NotFound."""
        identity.require("edit")
        mine = self._mine(conference, item_id, identity)
        with writing():
            locked = locked_conference(conference.id)
            now_ms = self._clock.now_ms()
            gone = EditorRow.seen_at_ms <= now_ms - self._gone_ms
            known = db.session.scalar(select(EditorRow.session_key).where(*mine, ~gone)) is not None
            if known:
                db.session.execute(update(EditorRow).where(*mine).values(seen_at_ms=now_ms))
            else:
                there = (ItemRow.conference_id == locked.id, ItemRow.item_id == item_id)
                if db.session.scalar(select(ItemRow.item_id).where(*there)) is None:
                    raise NotFound("Không còn mục này trong chương trình.")
                db.session.execute(delete(EditorRow).where(*mine))
                values = {"session_key": identity.session_key, "actor": identity.actor}
                times = {"since_at_ms": now_ms, "seen_at_ms": now_ms}
                db.session.add(EditorRow(conference_id=locked.id, item_id=item_id, **values, **times))
        if not known:
            self._tell(conference.id)

    def closes(self, conference: Conference, item_id: str, identity: Identity) -> None:
        """That form is no longer open there."""
        self._forget(self._mine(conference, item_id, identity))

    def settle(self) -> None:
        """Forget whoever has fallen silent, and tell the consoles."""
        self._forget([EditorRow.seen_at_ms <= self._clock.now_ms() - self._gone_ms])

    def leaves(self, identity: Identity) -> None:
        """That sign-in has ended."""
        self._forget([EditorRow.session_key == identity.session_key])

    @staticmethod
    def _mine(conference: Conference, item_id: str, identity: Identity) -> Sequence[ColumnElement[bool]]:
        return (
            EditorRow.conference_id == conference.id,
            EditorRow.item_id == item_id,
            EditorRow.session_key == identity.session_key,
        )

    def _forget(self, which: Sequence[ColumnElement[bool]]) -> None:
        concerned: list[Any] = [*db.session.scalars(select(EditorRow.conference_id).where(*which).distinct())]
        if not concerned:
            return
        with writing():
            db.session.execute(delete(EditorRow).where(*which))
        for conference_id in concerned:
            self._tell(conference_id)

    def _tell(self, conference_id: int) -> None:
        with publishing("who edits", conference_id):
            self._publisher.console_changed(conference_id, range(0))
