"""Who holds control of a conference: one sign-in, until it hands over, lets go, is taken over from or falls silent.

Pure rules. Nobody holds control unless it was asked for, and then nobody else gives running commands. One other may ask
the holder for it; whoever takes over from a holder who is there says why.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.texts import clean_text

ACTIONS: Final = ("take", "ask", "give", "refuse", "release")
REASON_LONGEST: Final = 300

TAKEN: Final = "control_taken"
ASKED: Final = "control_asked"
GIVEN: Final = "control_given"
REFUSED: Final = "control_refused"
RELEASED: Final = "control_released"
WITHDRAWN: Final = "control_withdrawn"
LOST: Final = "control_lost"
KINDS: Final = (TAKEN, ASKED, GIVEN, REFUSED, RELEASED, WITHDRAWN, LOST)


@dataclass(frozen=True, slots=True)
class Party:
    """One sign-in: `key` names it to the program alone, `actor` to people and in the log.

    `at_ms`: since when it holds or asks; `seen_at_ms`: when its console was last heard. `reason` is what somebody who
    asks gave, `refused_at_ms` when the holder said no.
    """

    key: str
    actor: str
    at_ms: int
    seen_at_ms: int
    reason: str | None = None
    refused_at_ms: int | None = None

    @property
    def name(self) -> str:
        return self.actor.partition(":")[2]

    @property
    def role(self) -> str:
        return self.actor.partition(":")[0]

    def silent(self, now_ms: int, freed_ms: int) -> bool:
        """Whether it has not been heard for that long. A last word from the future comes from a clock that was set."""
        return not -freed_ms < now_ms - self.seen_at_ms < freed_ms


@dataclass(frozen=True, slots=True)
class Fact:
    """Something for the log: its kind, who did it, and what else there is to know."""

    kind: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Control:
    """Who holds control of a conference, and who asks the holder for it."""

    holder: Party | None = None
    asker: Party | None = None

    def held_against(self, key: str) -> Party | None:
        """The holder, if that is somebody else; None where `key` may give running commands."""
        return self.holder if self.holder is not None and self.holder.key != key else None


def settled(control: Control, now_ms: int, freed_ms: int) -> tuple[Control, tuple[Fact, ...]]:
    """What is left of it at that moment: whoever has been silent for `freed_ms` holds nothing and asks for nothing."""
    holder, asker = control.holder, control.asker
    if holder is not None and holder.silent(now_ms, freed_ms):
        said = {"since_at_ms": holder.at_ms, "seen_at_ms": holder.seen_at_ms}
        return Control(), (Fact(LOST, holder.actor, said),)
    if asker is not None and (holder is None or asker.silent(now_ms, freed_ms)):
        return Control(holder), ()
    return control, ()


def decide(
    control: Control, action: str, who: Party, freed_ms: int, reason: str | None = None
) -> tuple[Control, tuple[Fact, ...]]:
    """What `action` of `who`, at `who.at_ms`, makes of it, and what the log is to say. See `ACTIONS`.

    To take what one holds, to ask again or to let go of nothing changes nothing. Raises InvalidInput: no such action, a
    bad reason, or none where somebody else is there; InvalidTransition: nobody to hand over to, or not the holder.
    """
    if action not in ACTIONS:
        raise InvalidInput("Không có việc này với quyền điều hành.", field="action", allowed=list(ACTIONS))
    why = clean_text(reason, "reason", longest=REASON_LONGEST) if reason is not None else ""
    control, facts = settled(control, who.at_ms, freed_ms)
    after, fact = _RULES[action](control, who, why or None)
    return after, (*facts, *fact)


Changed = tuple[Control, tuple[Fact, ...]]


def _take(control: Control, who: Party, reason: str | None) -> Changed:
    holder = control.holder
    if holder is not None and holder.key == who.key:
        return control, ()
    if holder is not None and reason is None:
        message = f"{holder.name} đang giữ quyền điều hành. Xin ghi lý do tiếp quản."
        raise InvalidInput(message, field="reason")
    said = {"from": holder.actor if holder is not None else None, "reason": reason}
    return Control(who), (Fact(TAKEN, who.actor, said),)


def _ask(control: Control, who: Party, reason: str | None) -> Changed:
    """Where nobody holds it, whoever asks has it."""
    holder, asker = control.holder, control.asker
    if holder is None or holder.key == who.key:
        return _take(control, who, reason)
    if asker is not None and asker.refused_at_ms is None:
        if asker.key == who.key:
            return control, ()
        raise InvalidTransition(f"{asker.name} đang xin quyền điều hành và chờ trả lời.")
    said = {"of": holder.actor, "reason": reason}
    return Control(holder, replace(who, reason=reason)), (Fact(ASKED, who.actor, said),)


def _give(control: Control, who: Party, _reason: str | None) -> Changed:
    asker = _asker(control, who)
    to = replace(asker, at_ms=who.at_ms, reason=None)
    return Control(to), (Fact(GIVEN, who.actor, {"to": asker.actor, "asked_at_ms": asker.at_ms}),)


def _refuse(control: Control, who: Party, _reason: str | None) -> Changed:
    asker = _asker(control, who)
    refused = Control(control.holder, replace(asker, refused_at_ms=who.at_ms))
    return refused, (Fact(REFUSED, who.actor, {"to": asker.actor, "asked_at_ms": asker.at_ms}),)


def _asker(control: Control, who: Party) -> Party:
    """Whoever waits for the answer of `who`. Raises InvalidTransition."""
    if control.holder is None or control.holder.key != who.key:
        raise InvalidTransition("Quý vị không giữ quyền điều hành.")
    if control.asker is None or control.asker.refused_at_ms is not None:
        raise InvalidTransition("Không còn ai đang xin quyền điều hành.")
    return control.asker


def _release(control: Control, who: Party, _reason: str | None) -> Changed:
    """The holder lets go; whoever asks asks no more."""
    if control.holder is not None and control.holder.key == who.key:
        return Control(), (Fact(RELEASED, who.actor, {}),)
    if control.asker is not None and control.asker.key == who.key:
        return Control(control.holder), (Fact(WITHDRAWN, who.actor, {}),)
    return control, ()


_RULES: Final = {"take": _take, "ask": _ask, "give": _give, "refuse": _refuse, "release": _release}
