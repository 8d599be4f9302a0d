"""Projectors: how a screen gets a name, what each is pinned to, and what all of them show at a moment.

A screen is known by a token that its browser keeps and sends by itself; here only the token's hash is stored. It says
which projector speaks, and nothing else: nobody signs in with it.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from giaoban.domain import projectors as domain
from giaoban.domain import stages
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound, TooManyRequests, WrongCode
from giaoban.extensions import db
from giaoban.models import Conference, log
from giaoban.models.conference import Head, locked_head, save_head
from giaoban.models.database import writing
from giaoban.models.projectors import (
    PairingRow,
    ProjectorRow,
    make_room,
    pairing_by_code,
    pairing_of,
    projector_of,
    read_projectors,
)
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, ProjectorScreens
from giaoban.services.publishing import publishing

TOKEN_BYTES: Final = 32
TOKEN_LONGEST: Final = 64
PAIRINGS_MOST: Final = 500
PAIRINGS_OF_ADDRESS: Final = 20
TRIES: Final = 50
PAIRING_WAIT_S: Final = 60


class Projectors:
    """The projectors of all conferences. Whoever has the permission `projectors` names and pins them."""

    def __init__(self, clock: Clock, screens: ProjectorScreens) -> None:
        self._clock = clock
        self._screens = screens

    # ---- a screen's own side

    def new_token(self) -> str:
        """What a browser is to be known by from now on."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def of_token(self, conference_id: int, token: str | None) -> ProjectorRow | None:
        """The projector that a browser with that token is in the conference; None for any other browser."""
        return projector_of(conference_id, _hash(token)) if _sane(token) else None

    @staticmethod
    def is_token(token: str | None) -> bool:
        """Whether it may be one that was made here; whatever else a browser sends is not taken for it."""
        return _sane(token)

    def waiting(self, token: str | None) -> tuple[str, int] | None:
        """(the code that a browser with that token shows, until when it is good); None without one."""
        row = pairing_of(_hash(token), self._clock.now_ms()) if _sane(token) else None
        return None if row is None or row.conference_id is not None else (row.code, row.expires_at_ms)

    def paired(self, token: str | None) -> Conference | None:
        """The conference in which a browser with that token has just been given a name."""
        row = pairing_of(_hash(token), self._clock.now_ms()) if _sane(token) else None
        return None if row is None or row.conference_id is None else db.session.get(Conference, row.conference_id)

    def ask(self, token: str, address: str) -> None:
        """A new code for the browser with that token, in place of any before; good for `CODE_LASTS_MS`, and once.

        An address may have some, of which the oldest goes. Raises TooManyRequests when there are too many in all.
        """
        now_ms = self._clock.now_ms()
        with writing():
            if not make_room(_hash(token), address, now_ms, PAIRINGS_MOST, PAIRINGS_OF_ADDRESS):
                raise TooManyRequests(PAIRING_WAIT_S)
            pairing = PairingRow(
                code=self._free_code(),
                token_hash=_hash(token),
                address=address,
                asked_at_ms=now_ms,
                expires_at_ms=now_ms + domain.CODE_LASTS_MS,
            )
            db.session.add(pairing)

    @staticmethod
    def _free_code() -> str:
        for _ in range(TRIES):
            code = f"{secrets.randbelow(10**domain.CODE_DIGITS):0{domain.CODE_DIGITS}}"
            if db.session.get(PairingRow, code) is None:
                return code
        raise TooManyRequests(PAIRING_WAIT_S)

    # ---- the staff's side

    def view(self, conference: Conference, identity: Identity) -> dict[str, Any]:
        """`{version, server_now_ms, unpaired, rows}` for the staff: the version that there is, how many public pages
        without a name are open, and each projector as the API's `ProjectorSchema` has it. Raises NotAllowed."""
        identity.require("roll_call_all")
        now_ms = self._clock.now_ms()
        seen = self._screens.sightings(conference.id)
        rows = []
        for row in read_projectors(conference.id):
            sighting = seen.get(row.projector_id)
            rows.append(_as_json(row, sighting, self._state(conference, row, sighting, now_ms)))
        return {
            "version": conference.version,
            "server_now_ms": now_ms,
            "unpaired": self._screens.unpaired(conference.id),
            "rows": rows,
        }

    def one(self, conference: Conference, projector_id: str, identity: Identity) -> dict[str, Any]:
        """The same of one projector. Raises NotAllowed, NotFound."""
        for row in self.view(conference, identity)["rows"]:
            if row["id"] == projector_id:
                return row  # type: ignore[no-any-return]
        raise NotFound("Không có màn chiếu này.")

    def _state(
        self, conference: Conference, row: ProjectorRow, sighting: domain.Sighting | None, now_ms: int
    ) -> domain.State:
        since_ms = None
        if sighting is not None and sighting.report.version < conference.version:
            since_ms = self._screens.behind_since_ms(conference.id, sighting.report.version)
        return domain.state(sighting, now_ms, since_ms, row.paired_at_ms)

    def pair(self, slug: str, code: object, name: object, identity: Identity) -> str:
        """Give a name to the screen that shows that code; the new projector's id. The code is then used up, but for
        the same person who says the same again, as a form that is sent twice does: the same id, and nothing happens.

        Raises NotAllowed, InvalidInput, WrongCode (there is none such, or not any more), NotFound, InvalidTransition
        for a draft, a closed conference, a screen that has a name in it already, or when there are enough of them.
        """
        identity.require("projectors")
        typed, called = domain.typed_code(code), domain.checked_name(name)
        with writing():
            locked = self._locked(slug, drafts=False)
            pairing = pairing_by_code(typed, self._clock.now_ms())
            if pairing is None or pairing.conference_id not in (None, locked.id):
                raise WrongCode()
            there = read_projectors(locked.id)
            before = next((row for row in there if row.token_hash == pairing.token_hash), None)
            if pairing.conference_id is not None:
                if before is None or (before.name, before.paired_by) != (called, identity.actor):
                    raise WrongCode()
                return before.projector_id
            if before is not None:
                raise InvalidTransition(f"Màn này đã ghép từ trước, tên “{before.name}”.")
            if len(there) >= domain.PROJECTORS_MOST:
                raise InvalidTransition(f"Đã ghép {domain.PROJECTORS_MOST} màn chiếu, xin bỏ bớt màn không dùng.")
            _unless_taken(there, called)
            row = ProjectorRow(
                conference_id=locked.id,
                projector_id=str(uuid4()),
                name=called,
                scene=None,
                token_hash=pairing.token_hash,
                paired_at_ms=self._clock.now_ms(),
                paired_by=identity.actor,
            )
            db.session.add(row)
            pairing.conference_id = locked.id
            self._note(locked, identity, "pair", row)
        self._tell(locked)
        return row.projector_id

    def rename(self, slug: str, projector_id: str, name: object, identity: Identity) -> None:
        """Raises NotAllowed, InvalidInput, NotFound, InvalidTransition for a closed conference."""
        identity.require("projectors")
        called = domain.checked_name(name)

        def change(row: ProjectorRow, others: list[ProjectorRow]) -> bool:
            _unless_taken(others, called)
            same, row.name = row.name == called, called
            return not same

        self._change(slug, projector_id, identity, "rename", change)

    def pin(self, slug: str, projector_id: str, scene: object, identity: Identity) -> None:
        """Have it show that scene whatever the others show; `FOLLOWING` or None: like the others. Raises as `rename`
        does."""
        identity.require("projectors")
        to = domain.checked_scene(scene)

        def change(row: ProjectorRow, _others: list[ProjectorRow]) -> bool:
            same, row.scene = row.scene == to, to
            return not same

        self._change(slug, projector_id, identity, "pin", change)

    def forget(self, slug: str, projector_id: str, identity: Identity) -> None:
        """From now on it is a public page like any other. Raises as `rename` does."""

        def change(row: ProjectorRow, _others: list[ProjectorRow]) -> bool:
            db.session.delete(row)
            return True

        self._change(slug, projector_id, identity, "forget", change)

    def identify(self, conference: Conference, projector_id: str, identity: Identity) -> None:
        """Have it show its name for `IDENTIFY_MS`. Raises NotAllowed, NotFound, and InvalidTransition for one that is
        not on the line. Leaves no line in the log."""
        identity.require("projectors")
        row = self.one(conference, projector_id, identity)
        if row["state"] in ("away", "never"):
            raise InvalidTransition(f"Màn chiếu “{row['name']}” đang mất kết nối, không hiện tên lên được.")
        until_at_ms = self._clock.now_ms() + domain.IDENTIFY_MS
        self._screens.identify(conference.id, projector_id, {"name": row["name"], "until_at_ms": until_at_ms})

    def _change(
        self,
        slug: str,
        projector_id: str,
        identity: Identity,
        action: str,
        change: Callable[[ProjectorRow, list[ProjectorRow]], bool],
    ) -> None:
        """`change(row, others)` says whether it changed anything."""
        identity.require("projectors")
        with writing():
            locked = self._locked(slug)
            there = read_projectors(locked.id)
            row = next((each for each in there if each.projector_id == projector_id), None)
            if row is None:
                raise NotFound("Không có màn chiếu này.")
            if not change(row, [each for each in there if each is not row]):
                return
            self._note(locked, identity, action, row)
        self._tell(locked)

    @staticmethod
    def _locked(slug: str, *, drafts: bool = True) -> Head:
        locked = locked_head(slug)
        if refusal := stages.fact_refusal(locked.stage):
            raise InvalidTransition(refusal)
        if locked.stage == "draft" and not drafts:
            raise InvalidTransition("Hội nghị còn là bản nháp, màn chiếu chưa xem được. Xin công bố trước.")
        return locked

    def _note(self, locked: Head, identity: Identity, action: str, row: ProjectorRow) -> None:
        data = {"action": action, "projector_id": row.projector_id, "name": row.name, "scene": row.scene}
        db.session.flush()
        log.append_all(locked, [log.NewLine(self._clock.now_ms(), identity.actor, domain.RECORDED, data)])
        save_head(locked)

    def _tell(self, locked: Head) -> None:
        db.session.expire_all()  # the head was written past what the session holds
        with publishing("the projectors", locked.id):
            self._screens.changed(locked.id, range(locked.last_seq, locked.last_seq + 1))


def _unless_taken(others: list[ProjectorRow], name: str) -> None:
    if any(row.name.casefold() == name.casefold() for row in others):
        raise InvalidInput(f"Đã có màn chiếu tên “{name}”.", field="name")


def _sane(token: str | None) -> bool:
    return token is not None and TOKEN_BYTES < len(token) <= TOKEN_LONGEST


def _hash(token: str | None) -> str:
    """Enough for a token that nobody can guess."""
    return hashlib.sha256((token or "").encode()).hexdigest()


def _as_json(row: ProjectorRow, sighting: domain.Sighting | None, state: domain.State) -> dict[str, Any]:
    report = sighting.report if sighting else None
    return {
        "id": row.projector_id,
        "name": row.name,
        "scene": row.scene,
        "paired_at_ms": row.paired_at_ms,
        "state": state.name,
        "marked": state.marked,
        "since_at_ms": state.since_at_ms,
        "late_ms": state.late_ms,
        "last_seen_at_ms": sighting.moment_ms if sighting else None,
        "version": report.version if report else None,
        "shown_scene": report.scene if report else None,
        "doubt_ms": report.doubt_ms if report else None,
        "lag_ms": report.lag_ms if report else None,
        "width": report.width if report else None,
        "height": report.height if report else None,
        "hidden": report.hidden if report else None,
        "full_screen": report.full_screen if report else None,
    }
