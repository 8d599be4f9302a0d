"""Importing a running order from a table, in steps: a file is read and kept, mapped, shown, and applied as one command.

Nothing of the running order changes before the last step.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import delete, select, update

from giaoban.domain.agenda_cells import length_ms
from giaoban.domain.agenda_changes import Changes, changes
from giaoban.domain.agenda_columns import FIELDS, Guess, columns_at, guess
from giaoban.domain.agenda_table import NONE, Choices, read_table
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.grid import Sheet, tidy
from giaoban.domain.items import KINDS
from giaoban.domain.room_names import RoomNames
from giaoban.domain.running_order import RunningOrder
from giaoban.extensions import db
from giaoban.models import AgendaImport, Conference
from giaoban.models.agenda_import import pack, unpack
from giaoban.models.conference import read_units
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock
from giaoban.services.running_order import Answer, CommandRequest, RunningOrders
from giaoban.sheets import read
from giaoban.threads import while_others_go_on

KEPT_MS: Final = 24 * 3_600_000
KEPT_MOST: Final = 5  # tables of one person
HEAD_MOST: Final = 2_000_000  # no spreadsheet has more rows
_ID: Final = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A table on its way in: what was read, and how it is to be understood so far.

    `default` is the length of rows without one as it was typed.
    """

    id: str
    file_name: str
    sheets: tuple[Sheet, ...]
    sheet_at: int
    choices: Choices
    default: str
    applied_version: int | None

    @property
    def sheet(self) -> Sheet:
        return self.sheets[self.sheet_at]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose in the second step; `head` and `columns` None: to be guessed."""

    sheet_at: int
    head: int | None
    columns: Mapping[str, int] | None
    hidden_too: bool = False
    default: str = ""


class AgendaImports:
    """Tables on their way into running orders. Each is seen by whoever brought it, and by nobody else."""

    def __init__(self, clock: Clock, orders: RunningOrders) -> None:
        self._clock = clock
        self._orders = orders

    def take(
        self, conference: Conference, file_name: str, data: bytes, remembered: Mapping[str, str], identity: Identity
    ) -> str:
        """Read a file and keep its tables; the id under which they are kept. Raises NotAllowed, InvalidInput."""
        identity.require("edit")
        sheets = while_others_go_on(read, data)
        sheet_at, found = _likeliest(sheets, remembered)
        now_ms = self._clock.now_ms()
        draft = AgendaImport(
            id=secrets.token_urlsafe(24),
            conference_id=conference.id,
            owner=identity.actor,
            file_name=tidy(file_name)[:200],
            created_at_ms=now_ms,
            applied_version=None,
            choices=_stored(sheet_at, Choices(found.head, found.columns), ""),
            packed=while_others_go_on(pack, sheets),
        )
        with writing():
            self._sweep(identity, now_ms)
            db.session.add(draft)
        return draft.id

    def _sweep(self, identity: Identity, now_ms: int) -> None:
        """Old tables go, and so many of one person's that the next is the last one kept."""
        mine = select(AgendaImport.id).where(AgendaImport.owner == identity.actor)
        spare = mine.order_by(AgendaImport.created_at_ms.desc()).offset(KEPT_MOST - 1)
        surplus = [*db.session.scalars(spare)]
        db.session.execute(
            delete(AgendaImport).where(
                (AgendaImport.created_at_ms < now_ms - KEPT_MS) | AgendaImport.id.in_(surplus),
            )
        )

    def find(self, conference: Conference, draft_id: str, identity: Identity) -> Draft:
        """The table of that id. Raises NotAllowed, NotFound (also when it is somebody else's, or too old)."""
        identity.require("edit")
        row = db.session.get(AgendaImport, draft_id) if _ID.fullmatch(draft_id) else None
        if (
            row is None
            or row.conference_id != conference.id
            or row.owner != identity.actor
            or row.created_at_ms < self._clock.now_ms() - KEPT_MS
        ):
            raise NotFound("Bảng đang nhập không còn. Xin chọn lại tệp.")
        stored = row.choices
        choices = Choices(
            stored["head"],
            stored["columns"],
            stored["hidden_too"],
            _default_ms(stored["default"]),
            stored["rooms"],
            stored["kinds"],
        )
        sheets = while_others_go_on(unpack, row.packed)
        return Draft(row.id, row.file_name, sheets, stored["sheet_at"], choices, stored["default"], row.applied_version)

    def choose(self, draft: Draft, chosen: Chosen, remembered: Mapping[str, str]) -> Draft:
        """Keep what was chosen; what was left open is guessed. Raises InvalidInput, and keeps nothing then."""
        if not 0 <= chosen.sheet_at < len(draft.sheets) or not draft.sheets[chosen.sheet_at].rows:
            raise InvalidInput("Xin chọn trang tính có dữ liệu.", field="sheet")
        sheet = draft.sheets[chosen.sheet_at]
        if chosen.head is None:
            found = guess(sheet, remembered)
            head, columns = found.head, found.columns
        else:
            head = chosen.head
            if not 0 <= head <= HEAD_MOST:
                raise InvalidInput("Dòng tiêu đề phải là số của một dòng, hoặc 0 khi bảng không có.", field="head")
            columns = columns_at(sheet, head, remembered) if chosen.columns is None else chosen.columns
        columns = {name: columns[name] for name in FIELDS if 0 <= columns.get(name, -1) < sheet.width}
        _refuse_unusable(columns, final=chosen.columns is not None)
        choices = replace(
            draft.choices,
            head=head,
            columns=columns,
            hidden_too=chosen.hidden_too,
            default_ms=_default_ms(chosen.default),
        )
        self._keep(draft.id, _stored(chosen.sheet_at, choices, chosen.default))
        return replace(draft, sheet_at=chosen.sheet_at, choices=choices, default=chosen.default)

    def explain(
        self, conference: Conference, draft: Draft, rooms: Mapping[str, str], kinds: Mapping[str, str]
    ) -> tuple[Draft, dict[str, str]]:
        """Keep what words of the table stand for, endpoints (a code, a name, NONE for none) and kinds.

        With it the names that fit no endpoint, or several, by word; they are not kept.
        """
        names = RoomNames(self._units(conference))
        meant, unclear = dict(draft.choices.rooms), {}
        for key, text in rooms.items():
            found = [NONE] if text == NONE else names.find(tidy(text))
            if len(found) == 1:
                meant[key] = found[0]
            elif text.strip():
                unclear[key] = text
        kept_kinds = {**draft.choices.kinds, **{key: kind for key, kind in kinds.items() if kind in KINDS}}
        choices = replace(draft.choices, rooms=meant, kinds=kept_kinds)
        self._keep(draft.id, _stored(draft.sheet_at, choices, draft.default))
        return replace(draft, choices=choices), unclear

    def changes(self, conference: Conference, draft: Draft) -> Changes:
        """What applying the table would do to the running order as it is now."""
        order = self._orders.load(conference)
        return while_others_go_on(
            _changes, order, draft, self._units(conference), conference.timezone, self._clock.now_ms()
        )

    def apply(
        self,
        conference: Conference,
        draft: Draft,
        *,
        command_id: str,
        expected_version: int,
        without_bad: bool,
        identity: Identity,
    ) -> Answer | None:
        """Do what was shown at `expected_version`, as one command; None when this table was applied before.

        Raises InvalidInput when rows are bad and nobody said that the others may come alone, or when nothing would
        change; StaleVersion and InvalidTransition as `RunningOrders.dispatch`.
        """
        if draft.applied_version is not None:
            return None
        found = self.changes(conference, draft)
        stale = found.before.version != expected_version  # what to do then is the dispatcher's to say
        if found.problems and not without_bad and not stale:
            raise InvalidInput("Còn dòng có lỗi. Xin sửa tệp, hoặc đồng ý bỏ các dòng đó.", field="without_bad")
        if found.command is None and not stale:
            raise InvalidTransition("Không có gì thay đổi nên không cần áp dụng.")
        items = [dict(item) for item in found.command.items] if found.command else [{"item_id": "0"}]
        request = CommandRequest(command_id, expected_version, "replace_pending", {"items": items})
        answer = self._orders.dispatch(conference.slug, request, identity)
        with writing():
            db.session.execute(
                update(AgendaImport).where(AgendaImport.id == draft.id).values(applied_version=answer.version)
            )
        return answer

    def _units(self, conference: Conference) -> list[Any]:
        return read_units(db.session.connection(), conference.id)

    def _keep(self, draft_id: str, choices: Mapping[str, Any]) -> None:
        with writing():
            db.session.execute(update(AgendaImport).where(AgendaImport.id == draft_id).values(choices=dict(choices)))


def _changes(order: RunningOrder, draft: Draft, units: list[Any], zone: str, now_ms: int) -> Changes:
    rooms = RoomNames(units)
    table = read_table(draft.sheet, draft.choices, rooms)
    return changes(order, table, draft.choices, rooms, zone=zone, now_ms=now_ms)


def _likeliest(sheets: tuple[Sheet, ...], remembered: Mapping[str, str]) -> tuple[int, Guess]:
    """The sheet in sight whose heads say most, and what they say."""
    usable = [at for at, sheet in enumerate(sheets) if sheet.rows]
    guesses = {at: guess(sheets[at], remembered) for at in usable if not sheets[at].hidden}
    if not guesses:
        return usable[0], guess(sheets[usable[0]], remembered)
    at = max(guesses, key=lambda at: len(guesses[at].columns))
    return at, guesses[at]


def _stored(sheet_at: int, choices: Choices, default: str) -> dict[str, Any]:
    return {
        "sheet_at": sheet_at,
        "head": choices.head,
        "columns": dict(choices.columns),
        "hidden_too": choices.hidden_too,
        "default": default,
        "rooms": dict(choices.rooms),
        "kinds": dict(choices.kinds),
    }


def _default_ms(text: str) -> int | None:
    """Raises InvalidInput."""
    if not text:
        return None
    try:
        return length_ms(text)
    except InvalidInput:
        raise InvalidInput("Thời lượng phải là số phút, ví dụ 10, hoặc để trống.", field="default") from None


def _refuse_unusable(columns: Mapping[str, int], *, final: bool) -> None:
    if not final:
        return
    if "title" not in columns and "kind" not in columns:
        raise InvalidInput("Xin chọn cột ghi nội dung của mục.", field="title")
    for name, column in columns.items():
        other = next((before for before in FIELDS if columns.get(before) == column), name)
        if other != name:
            raise InvalidInput("Một cột chỉ dùng được cho một thông tin.", field=name)
