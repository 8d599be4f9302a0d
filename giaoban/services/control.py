"""Control of a conference: taking it, asking for it, handing it over, and what the running order asks of it."""

from typing import Any, Final

from giaoban.domain import control as rules
from giaoban.domain import stages
from giaoban.domain.control import Control, Fact, Party
from giaoban.domain.errors import ControlHeld, InvalidTransition
from giaoban.extensions import db
from giaoban.models import Conference, log
from giaoban.models import control as stored
from giaoban.models.conference import Head, locked_head, save_head
from giaoban.models.database import writing
from giaoban.models.log import NewLine
from giaoban.services.identity import STAFF_WORDS, Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing

KEEP: Final = "keep"
ACTIONS: Final = (*rules.ACTIONS, KEEP)
SEEN_AGAIN: Final = 0.2  # of the silence that frees control: a page that loads often writes seldom


class Controls:
    """Who holds control of which conference. Stored, so that every process knows and a restart forgets nothing.

    Whoever has not been heard for `freed_ms` holds nothing: that is worked out whenever somebody asks, and written down
    by whoever writes next.
    """

    def __init__(self, clock: Clock, publisher: Publisher, freed_ms: int) -> None:
        self.freed_ms: Final = freed_ms
        self._clock = clock
        self._publisher = publisher

    # ---- reading

    def present(self, conference: Conference) -> Control:
        """Who holds control now, and who asks for it."""
        control, _ = rules.settled(stored.read_control(conference.id), self._clock.now_ms(), self.freed_ms)
        return control

    def view(self, conference: Conference, identity: Identity) -> dict[str, Any]:
        """`{holder, request, freed_after_ms, server_now_ms}` as `identity` sees it: `you` tells its own sign-in.

        holder `{name, role, since_at_ms, seen_at_ms, you}` or null, request `{name, role, at_ms, reason, refused, you}`
        or null.
        """
        control = self.present(conference)
        holder, asker = control.holder, control.asker
        return {
            "holder": holder and {**_held(holder), "seen_at_ms": holder.seen_at_ms, "you": _is(holder, identity)},
            "request": asker
            and {
                "name": asker.name,
                "role": asker.role,
                "at_ms": asker.at_ms,
                "reason": asker.reason,
                "refused": asker.refused_at_ms is not None,
                "you": _is(asker, identity),
            },
            "freed_after_ms": self.freed_ms,
            "server_now_ms": self._clock.now_ms(),
        }

    def seen(self, conference: Conference, identity: Identity) -> dict[str, Any]:
        """The same, for a console that has been asked for: whoever has a part in it has been heard thereby, a page
        without scripts by nothing else."""
        control, now_ms = self.present(conference), self._clock.now_ms()
        own = (party for party in (control.holder, control.asker) if party is not None and _is(party, identity))
        if any(now_ms - party.seen_at_ms > self.freed_ms * SEEN_AGAIN for party in own):
            self.act(conference.slug, KEEP, identity)
        return self.view(conference, identity)

    # ---- writing

    def act(self, slug: str, action: str, identity: Identity, reason: str | None = None) -> None:
        """`take`, `ask`, `give`, `refuse`, `release` (the holder's, or what one has asked for) or `keep`: be heard.

        Stored and logged before anybody is told. Raises NotAllowed, NotFound, InvalidInput (without a reason from
        somebody who is there) and InvalidTransition.
        """
        identity.require("run")
        with writing():
            head = locked_head(slug)
            now_ms = self._clock.now_ms()
            if action == KEEP:
                stored.renew(head.id, identity.session_key, now_ms, self.freed_ms)
                return
            if head.stage == "closed" and action in ("take", "ask"):
                raise InvalidTransition(stages.command_refusal(head.stage, action) or "")
            who = Party(identity.session_key, identity.actor, now_ms, now_ms)
            before = stored.read_control(head.id)
            after, facts = rules.decide(before, action, who, self.freed_ms, reason)
            lines = self._write(head, after, facts, now_ms)
        self._tell(head.id, lines, changed=after != before)

    def admit(self, head: Head, identity: Identity, now_ms: int) -> None:
        """Let a running command pass, within its transaction; the holder's is heard. Raises ControlHeld."""
        before = stored.read_control(head.id)
        if before == Control():
            return
        control, facts = rules.settled(before, now_ms, self.freed_ms)
        other = control.held_against(identity.session_key)
        if other is not None:
            who = f"{other.name} ({STAFF_WORDS.get(other.role, other.role)})"
            raise ControlHeld(f"{who} đang giữ quyền điều hành.", holder=_held(other))
        if facts:
            self._write(head, control, facts, now_ms)
        else:
            stored.renew(head.id, identity.session_key, now_ms, self.freed_ms)

    def settle(self) -> None:
        """Write down who has fallen silent, and tell the consoles."""
        for slug in stored.with_silent(self._clock.now_ms() - self.freed_ms):
            with writing():
                head = locked_head(slug)
                now_ms = self._clock.now_ms()
                before = stored.read_control(head.id)
                after, facts = rules.settled(before, now_ms, self.freed_ms)
                lines = self._write(head, after, facts, now_ms)
            self._tell(head.id, lines, changed=after != before)

    def leaves(self, identity: Identity) -> None:
        """That sign-in has ended: it holds nothing, and asks for nothing, from now on."""
        for slug in stored.conferences_of(identity.session_key):
            self.act(slug, "release", identity)

    def _write(self, head: Head, control: Control, facts: tuple[Fact, ...], now_ms: int) -> range:
        """Store it; the lines of the log that say so. What is closed has had its last line."""
        stored.save_control(head.id, control)
        if not facts or head.stage == "closed":
            return range(0)
        first = head.last_seq + 1
        log.append_all(head, [NewLine(now_ms, fact.actor, fact.kind, fact.data) for fact in facts])
        save_head(head)
        return range(first, head.last_seq + 1)

    def _tell(self, conference_id: int, lines: range, *, changed: bool) -> None:
        db.session.expire_all()  # the conference was written past what the session holds
        if not changed:
            return
        with publishing("control", conference_id):
            self._publisher.console_changed(conference_id, lines)


def _held(holder: Party) -> dict[str, Any]:
    return {"name": holder.name, "role": holder.role, "since_at_ms": holder.at_ms}


def _is(party: Party, identity: Identity) -> bool:
    return party.key == identity.session_key
