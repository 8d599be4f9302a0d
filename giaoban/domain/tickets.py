"""A fault as a ticket: what a room reports, who looks after it, how long that took. What was done gives its state.

A ticket is its first change and all that came after; nothing else is stored of it, so that the record and what is shown
never differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from giaoban.domain.errors import InvalidInput, InvalidTransition
from giaoban.domain.texts import clean_text

KINDS: Final = ("picture", "sound", "mic", "network", "other")
STATES: Final = ("new", "working", "done", "reopened")
OPEN: Final = ("new", "working", "reopened")
WAITING: Final = ("new", "reopened")  # nobody looks after it yet
ACTIONS: Final = ("take", "release", "finish", "reopen", "answer", "note")
TEXT_LONGEST: Final = 500
OPEN_MOST: Final = 10  # of one room: whoever sends more has a finger on the button
CHANGES_MOST: Final = 200  # of one ticket: more is no conversation

_FROM: Final[Mapping[str, tuple[str, ...]]] = {
    "take": OPEN,  # also from a colleague
    "release": ("working",),
    "finish": OPEN,
    "reopen": ("done",),
    "answer": STATES,
    "note": STATES,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to a ticket: `action` is one of ACTIONS or "open", `text` what was said with it, or ""."""

    change_id: str
    at_ms: int
    actor: str
    action: str
    text: str = ""

    @property
    def by_room(self) -> bool:
        """Whether a room did it, and not somebody of the staff."""
        return self.actor.startswith("endpoint:")

    def as_json(self) -> dict[str, Any]:
        return {
            "change_id": self.change_id,
            "at_ms": self.at_ms,
            "actor": self.actor,
            "action": self.action,
            "text": self.text,
        }


def change_from_json(data: Mapping[str, Any]) -> Change:
    return Change(data["change_id"], data["at_ms"], data["actor"], data["action"], data["text"])


@dataclass(frozen=True, slots=True)
class Ticket:
    """One fault of a room. `changes` begins with the opening; `holder` is who looks after it, as the log names them.

    `openings` and `takings` hold, for each time that it was open, when that began and when somebody took it (None: not
    yet, or never); `closings` when it was done.
    """

    ticket_id: str
    endpoint_code: str
    kind: str
    changes: tuple[Change, ...]
    state: str = "new"
    holder: str | None = None
    openings: tuple[int, ...] = ()
    takings: tuple[int | None, ...] = ()
    closings: tuple[int, ...] = ()

    @property
    def revision(self) -> int:
        """How many changes it has had: whoever looked at fewer has not seen it as it is."""
        return len(self.changes)

    @property
    def text(self) -> str:
        return self.changes[0].text

    @property
    def opened_at_ms(self) -> int:
        return self.changes[0].at_ms

    @property
    def since_ms(self) -> int:
        """When it was opened for the last time."""
        return self.openings[-1]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def open_ms(self, now_ms: int) -> int:
        """How long it has been open in all, without the time in which it was taken for done."""
        ends = [*self.closings, now_ms][: len(self.openings)]
        return sum(max(0, end - begin) for begin, end in zip(self.openings, ends, strict=True))

    def waited_ms(self, now_ms: int) -> int:
        """How long it waited, the last time it was open, until somebody took it; until now while nobody has."""
        taken = self.takings[-1]
        if taken is None:
            taken = now_ms if self.is_open else self.closings[-1]
        return max(0, taken - self.since_ms)

    def did(self, change_id: str) -> bool:
        """Whether that very change was made already."""
        return any(change.change_id == change_id for change in self.changes)


def opened(ticket_id: str, endpoint_code: str, kind: str, change: Change) -> Ticket:
    return Ticket(ticket_id, endpoint_code, kind, (change,), openings=(change.at_ms,), takings=(None,))


def folded(ticket_id: str, endpoint_code: str, kind: str, changes: Sequence[Change]) -> Ticket:
    """The ticket after all its changes, the first of which opened it."""
    ticket = opened(ticket_id, endpoint_code, kind, changes[0])
    for change in changes[1:]:
        ticket = apply(ticket, change)
    return ticket


def refusal(ticket: Ticket, action: str, actor: str) -> str | None:
    """Why that cannot be done to the ticket now, as a sentence; None when it can."""
    if ticket.state not in _FROM[action]:
        if ticket.state == "done":
            return "Phiếu này đã xong. Cần làm tiếp thì mở lại phiếu."
        return "Phiếu này chưa xong nên không cần mở lại." if action == "reopen" else "Phiếu này chưa có người nhận."
    if action == "take" and ticket.state == "working" and ticket.holder == actor:
        return "Quý vị đang giữ phiếu này rồi."
    return None


def decide(ticket: Ticket, change: Change) -> Ticket:
    """The ticket after one more change. Raises InvalidTransition."""
    if ticket.revision >= CHANGES_MOST and change.action != "finish":
        raise InvalidTransition(f"Phiếu này đã có {CHANGES_MOST} lần ghi. Xin kết thúc phiếu và mở phiếu mới.")
    why = refusal(ticket, change.action, change.actor)
    if why is not None:
        raise InvalidTransition(why)
    return apply(ticket, change)


def apply(ticket: Ticket, change: Change) -> Ticket:
    """The same for a change that has been decided on."""
    ticket = replace(ticket, changes=(*ticket.changes, change))
    match change.action:
        case "take":
            return replace(_taken(ticket, change), state="working", holder=change.actor)
        case "release":
            return replace(ticket, state="reopened" if len(ticket.openings) > 1 else "new", holder=None)
        case "finish":
            done = ticket if change.by_room else _taken(ticket, change)
            holder = ticket.holder or (None if change.by_room else change.actor)
            return replace(done, state="done", holder=holder, closings=(*ticket.closings, change.at_ms))
        case "reopen":
            return replace(
                ticket,
                state="reopened",
                holder=None,
                openings=(*ticket.openings, change.at_ms),
                takings=(*ticket.takings, None),
            )
    return ticket


def _taken(ticket: Ticket, change: Change) -> Ticket:
    """Who finishes it straight away has taken it with that."""
    first = ticket.takings[-1]
    return ticket if first is not None else replace(ticket, takings=(*ticket.takings[:-1], change.at_ms))


def checked_kind(value: object) -> str:
    """Raises InvalidInput for what is none of KINDS."""
    if value not in KINDS:
        raise InvalidInput("Xin chọn loại sự cố.", field="kind", allowed=list(KINDS))
    return str(value)


def checked_text(value: object, *, needed: str = "") -> str:
    """What was typed, cleaned. Raises InvalidInput; with that sentence where nothing was typed but something is
    needed."""
    text = clean_text("" if value is None else value, "text", longest=TEXT_LONGEST)
    if needed and not text:
        raise InvalidInput(needed, field="text")
    return text


def needed_text(action: str, kind: str = "") -> str:
    """The sentence for whoever typed nothing where something has to be said; "" where nothing has to be."""
    if action == "open" and kind == "other":
        return "Xin ghi rõ sự cố gì."
    return {"answer": "Xin ghi nội dung trả lời.", "note": "Xin ghi nội dung ghi chú."}.get(action, "")


def in_order(tickets: Sequence[Ticket]) -> list[Ticket]:
    """As they are to be looked after: waiting ones first, the longest waiting on top; then those in hand; done ones
    last, the latest first."""
    open_ones = sorted(
        (one for one in tickets if one.is_open), key=lambda one: (one.state not in WAITING, one.since_ms, one.ticket_id)
    )
    done = sorted((one for one in tickets if not one.is_open), key=lambda one: (-one.closings[-1], one.ticket_id))
    return [*open_ones, *done]
