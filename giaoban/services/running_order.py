"""The one dispatcher of the running order: HTTP API, console and command line all come through here."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from giaoban import figures, logs
from giaoban.domain import commands as c
from giaoban.domain import running_order as domain
from giaoban.domain import stages
from giaoban.domain.compress import DEFAULT_FLOORS_MS, Proposal, propose
from giaoban.domain.errors import (
    ControlHeld,
    GiaobanError,
    IdReused,
    InvalidInput,
    InvalidTransition,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from giaoban.domain.events import Event, MessageSet, to_data
from giaoban.domain.legality import Legal, legal, refusal
from giaoban.domain.running_order import RunningOrder
from giaoban.extensions import db
from giaoban.models import ItemRow, LogLine, log
from giaoban.models.conference import (
    Conference,
    Head,
    endpoint_by_code,
    endpoint_facts,
    locked_head,
    save_head,
)
from giaoban.models.database import writing
from giaoban.models.log import Told
from giaoban.models.running_order import order_columns, replay, save_items
from giaoban.services.client_ids import client_id
from giaoban.services.control import Controls
from giaoban.services.identity import RUNNING, Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.services.snapshot import bin_json, notice_json, running_order_json, snapshot_json

COMMANDS: Final = frozenset(c.NAMES.values())
SNAPSHOT_KEPT_MS: Final = 100


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command as a client sends it; `command_id` is the client's UUID, `expected_version` what it was looking at."""

    command_id: str
    expected_version: int
    name: str
    args: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """The same for the same body only."""
        body = json.dumps([self.expected_version, self.name, self.args], sort_keys=True, default=str)
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an accepted command did: the new version, its events and the snapshot after it."""

    version: int
    events: list[dict[str, Any]]
    snapshot: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"version": self.version, "events": self.events, "snapshot": self.snapshot}


class RunningOrders:
    """Running orders of all conferences.

    Remembers the last state of each, an immutable value that is trusted only after its version was compared with the
    stored one, so that a press does not replay the whole log.
    """

    def __init__(
        self, clock: Clock, publisher: Publisher, controls: Controls, floors_ms: Mapping[str, int] | None = None
    ) -> None:
        """`floors_ms` maps kinds to the floors that hold for `compress` when a command names none."""
        self._floors_ms = {**DEFAULT_FLOORS_MS, **(floors_ms or {})}
        self._clock = clock
        self._publisher = publisher
        self._controls = controls
        self._known: dict[int, RunningOrder] = {}
        self._heard: dict[int, int] = {}
        self._made: dict[int, tuple[RunningOrder | None, int, dict[str, Any]]] = {}

    # ---- reading

    def load(self, conference: Conference | Head) -> RunningOrder:
        """The present state, from memory as far as it is there and from the log for the rest."""
        known = self._known.get(conference.id)
        if known is None or known.version > conference.version:
            known = replay(conference)
        elif known.version < conference.version:
            known = replay(conference, known)
        self._known[conference.id] = known
        return known

    def version_at_hand(self, conference_id: int) -> int | None:
        """The version as this process last saw or heard of it; None before it is known. Never asks the database."""
        known = self._known.get(conference_id)
        return None if known is None else max(known.version, self._heard.get(conference_id, 0))

    def known_version(self, conference_id: int) -> int:
        """The same, but where it is not known the database is asked. Raises NotFound."""
        version = self.version_at_hand(conference_id)
        if version is None:
            version = max(self.load(self._conference(conference_id)).version, self._heard.get(conference_id, 0))
        return version

    def heard(self, conference_id: int, version: int) -> None:
        """That version is stored, perhaps by another process."""
        self._heard[conference_id] = max(version, self._heard.get(conference_id, 0))

    def forget(self, conference_id: int) -> None:
        """What is remembered of the conference is worth nothing: it is gone, or a backup has taken its place."""
        self._known.pop(conference_id, None)
        self._heard.pop(conference_id, None)

    def view(self, conference: Conference) -> dict[str, Any]:
        """The whole running order (contract, `GET …/running-order`)."""
        order = self.load(conference)
        return running_order_json(order, self._now_ms(order))

    def view_at(self, conference: Conference, now_ms: int) -> dict[str, Any]:
        """The same as of that instant, not before the last change: for answers that are kept for others."""
        return running_order_json(self.load(conference), now_ms)

    def bin(self, conference: Conference) -> list[dict[str, Any]]:
        """The removed items that `restore` can bring back, the last removed first."""
        return bin_json(self.load(conference))

    def proposal(
        self, conference: Conference, end_at_ms: int, floors: Mapping[str, int] | None = None
    ) -> tuple[int, int, Proposal]:
        """(version, now, what `compress` would do now). Raises InvalidTransition when nothing is left to squeeze."""
        order = self.load(conference)
        now_ms = self._now_ms(order)
        command = self._with_floors(c.Compress(end_at_ms, floors or {}))
        reason = refusal(order, command)
        if reason is not None:
            raise InvalidTransition(reason)
        return order.version, now_ms, propose(order, end_at_ms, command.floors, now_ms)

    @property
    def floors_ms(self) -> Mapping[str, int]:
        """The floor of each kind that holds for `compress` when nothing else is said."""
        return self._floors_ms

    def _with_floors(self, command: c.Compress) -> c.Compress:
        return c.Compress(command.end_at_ms, {**self._floors_ms, **command.floors})

    def snapshot(self, conference: Conference) -> dict[str, Any]:
        order = self.load(conference)
        return snapshot_json(order, self._now_ms(order))

    def _now_ms(self, order: RunningOrder) -> int:
        """The time for that order. Where nothing runs, in no conference, a clock that was stepped is followed."""
        if self._clock.stepped and not any(item.on_air for item in order.items):
            running = select(ItemRow.item_id).where(ItemRow.state.in_(("live", "paused"))).limit(1)
            if db.session.scalar(running) is None:
                self._clock.catch_up(db.session.scalar(select(func.max(LogLine.at_ms))) or 0)
        return self._clock.now_ms()

    def snapshot_at(self, conference_id: int, version: int) -> dict[str, Any]:
        """The snapshot at the version that is stored now, for the many who come at once after a restart.

        Its forecast may be SNAPSHOT_KEPT_MS old; its clock is of now. Raises NotFound.
        """
        now_ms = self._clock.now_ms()
        known, made_at_ms, snapshot = self._made.get(conference_id, (None, 0, {}))
        fresh = known is self._known.get(conference_id) and 0 <= now_ms - made_at_ms < SNAPSHOT_KEPT_MS
        if not fresh or snapshot["version"] != version:
            snapshot = self.snapshot_of(conference_id)
            self._made[conference_id] = self._known[conference_id], now_ms, snapshot
        return {**snapshot, "server_now_ms": now_ms}

    def snapshot_of(self, conference_id: int) -> dict[str, Any]:
        """The snapshot of the conference with that id. Raises NotFound."""
        return self.snapshot(self._conference(conference_id))

    def legal(self, conference: Conference) -> Legal:
        """Which buttons may be pressed now."""
        return legal(self.load(conference)).without(
            name for name in COMMANDS if stages.command_refusal(conference.stage, name)
        )

    def log(self, conference: Conference, after: int, limit: int = 1000) -> list[dict[str, Any]]:
        """Up to `limit` log lines with seq above `after`, in order."""
        lines = db.session.scalars(
            select(LogLine)
            .where(LogLine.conference_id == conference.id, LogLine.seq > after)
            .order_by(LogLine.seq)
            .limit(limit)
        )
        return [line.as_json() for line in lines]

    def recent_commands(
        self, conference: Conference, limit: int = 10, also: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """The last accepted commands and, among them, facts of the kinds in `also`, newest first, as log lines."""
        own = select(LogLine).where(LogLine.conference_id == conference.id)
        commands = db.session.scalars(
            own.where(LogLine.version.is_not(None)).order_by(LogLine.version.desc()).limit(limit)
        ).all()
        since = commands[-1].seq if len(commands) == limit else 0
        facts = own.where(LogLine.kind.in_(also), LogLine.seq > since).order_by(LogLine.seq.desc()).limit(limit)
        lines = [*commands, *(db.session.scalars(facts) if also else ())]
        return [line.as_json() for line in sorted(lines, key=lambda line: -line.seq)[:limit]]

    # ---- writing

    def dispatch(self, slug: str, request: CommandRequest, identity: Identity) -> Answer:
        """Carry out one command on that conference: once, on the version that the sender saw, stored before anybody is
        told.

        The same `command_id` again gets the first answer and does nothing. Raises NotAllowed, InvalidInput, IdReused
        (another body), NotFound, and with the present snapshot in their details ControlHeld, StaleVersion and
        InvalidTransition.
        """
        try:
            return self._dispatch(slug, request, identity)
        except Exception as error:
            name = request.name if request.name in COMMANDS else "unknown"
            figures.COMMANDS(name, error.code if isinstance(error, GiaobanError) else "error").inc()
            raise

    def _dispatch(self, slug: str, request: CommandRequest, identity: Identity) -> Answer:
        if not identity.may_command(request.name):
            raise NotAllowed()
        command_id = client_id(request.command_id, "command_id")
        command = c.parse(request.name, request.args)
        if isinstance(command, c.Compress):
            command = self._with_floors(command)
        logs.note(conference=slug, command_id=command_id, command=request.name)
        with writing():
            locked = locked_head(slug)
            first = log.told(locked.id, command_id)
            if first is not None:
                answer = self._first_answer(first, request)
                figures.COMMANDS(request.name, "repeated").inc()
                return answer
            before = self.load(locked)
            now_ms = self._now_ms(before)
            happened = self._decide(locked, before, request, command, now_ms, identity)
            after = domain.apply(before, request.name, now_ms, happened)
            save_items(locked.id, before, after)
            events = [to_data(event) for event in happened]
            answer = Answer(after.version, events, snapshot_json(after, now_ms))
            log.append_command(
                locked,
                at_ms=now_ms,
                actor=identity.actor,
                kind=request.name,
                data={"events": events},
                version=after.version,
                command_id=command_id,
                fingerprint=request.fingerprint,
                answer=answer.as_json(),
            )
            save_head(locked, **order_columns(after))
        db.session.expire_all()  # it was written past what the session holds
        figures.COMMANDS(request.name, "accepted").inc()
        self._known[locked.id] = after
        self._publish(locked.id, happened, answer, now_ms)
        return answer

    def _decide(
        self,
        conference: Head,
        before: RunningOrder,
        request: CommandRequest,
        command: c.Command,
        now_ms: int,
        identity: Identity,
    ) -> tuple[Event, ...]:
        try:
            if request.name in RUNNING:
                self._controls.admit(conference, identity, now_ms)
            if request.expected_version != before.version:
                raise StaleVersion(expected_version=request.expected_version, version=before.version)
            if refusal := stages.command_refusal(conference.stage, request.name):
                raise InvalidTransition(refusal)
            self._check_references(conference, command)
            return domain.decide(before, command, now_ms)
        except (ControlHeld, StaleVersion, InvalidTransition) as error:
            raise error.with_details({"snapshot": snapshot_json(before, now_ms)}) from None

    @staticmethod
    def _check_references(conference: Head, command: c.Command) -> None:
        """An endpoint that is named must be on the roster."""
        code = None
        if isinstance(command, c.ReplacePending):
            named = {item["endpoint_code"] for item in command.items if item.get("endpoint_code")}
            code = min(named - endpoint_facts(conference.id).keys(), default=None) if named else None
        elif isinstance(command, c.Insert | c.Edit):
            code = command.fields.get("endpoint_code")
        elif isinstance(command, c.SetMessage) and command.to not in ("all", "speaker"):
            code = command.to
        if code is not None and endpoint_by_code(conference.id, code) is None:
            raise InvalidInput(f"Không có điểm cầu mang mã {code}.", field="endpoint_code", endpoint_code=code)

    @staticmethod
    def _first_answer(first: Told, request: CommandRequest) -> Answer:
        if first.fingerprint != request.fingerprint or first.answer is None:
            raise IdReused("command_id_reused", command_id=request.command_id)
        return Answer(**first.answer)

    def _publish(self, conference_id: int, happened: tuple[Event, ...], answer: Answer, now_ms: int) -> None:
        with publishing(f"version {answer.version}", conference_id):
            self._publisher.order_changed(conference_id, answer.snapshot)
            for event in happened:
                if isinstance(event, MessageSet) and event.to != "all":
                    self._publisher.notice(conference_id, event.to, notice_json(event))

    def _conference(self, conference_id: int) -> Conference:
        conference = db.session.get(Conference, conference_id)
        if conference is None:
            raise NotFound()
        return conference
