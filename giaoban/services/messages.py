"""The MC's messages: which stand for whom, and who has said that theirs was read.

A message itself is a command of the running order (`set_message`). That it was read is a fact of the log, on a line
without a version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from giaoban.domain import stages
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound
from giaoban.domain.messages import ALL, SPEAKER, Message, holds, stands
from giaoban.domain.running_order import RunningOrder
from giaoban.extensions import db
from giaoban.models import Conference, LogLine, log
from giaoban.models.conference import Head, locked_head, save_head
from giaoban.models.database import writing
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.services.running_order import RunningOrders

ACKNOWLEDGED: Final = "message_acknowledged"

Key = tuple[str, int]  # whom a message went to and when it was set: there are no two of one instant to the same


@dataclass(slots=True)
class _Heard:
    """Who has read which message, as far as line `seq` of the log: `read[message][who]` is when."""

    seq: int = 0
    read: dict[Key, dict[str, int]] = field(default_factory=dict)


class Messages:
    """Messages of all conferences. Remembers what it has read of each log and asks only for new lines."""

    def __init__(self, clock: Clock, publisher: Publisher, running_orders: RunningOrders) -> None:
        self._clock = clock
        self._publisher = publisher
        self._running_orders = running_orders
        self._heard: dict[int, _Heard] = {}

    # ---- reading

    def for_screen(self, conference: Conference, identity: Identity) -> list[dict[str, Any]]:
        """What stands for that person's screen, newest first: `{to, text, at_ms, until_at_ms, acknowledged_at_ms}`.

        A room gets its own, the speaker's while it speaks, and the one to all; staff get the speaker's and the one to
        all. `acknowledged_at_ms` is when whoever asks has said that it was read.

        Raises NotAllowed for a room of another conference.
        """
        if not identity.is_staff and identity.conference_id != conference.id:
            raise NotAllowed()
        order = self._running_orders.load(conference)
        now_ms = self._clock.now_ms()
        for_them = [
            message
            for message in _newest_first(order)
            if stands(message, order.live, now_ms) and _concerns(message, order, identity)
        ]
        read = self._read(conference).read if for_them else {}
        return [_shown(message, _by(identity), read.get(_key(message), {})) for message in for_them]

    def last_ones(self, conference: Conference) -> list[dict[str, Any]]:
        """The last message to each that has one, newest first, for the staff.

        `{to, text, at_ms, until_at_ms, over, read_by}`: `over` once screens have taken it away by themselves, `read_by`
        a list of `{by, at_ms}` in the order in which they said so, `by` a room's code or a person as in the log.
        """
        order = self._running_orders.load(conference)
        now_ms = self._clock.now_ms()
        last = [message for message in _newest_first(order) if holds(message, order.live)]
        read = self._read(conference).read if last else {}
        return [
            {
                "to": message.to,
                "text": message.text,
                "at_ms": message.at_ms,
                "until_at_ms": message.until_at_ms,
                "over": not stands(message, order.live, now_ms),
                "read_by": [{"by": by, "at_ms": at_ms} for by, at_ms in read.get(_key(message), {}).items()],
            }
            for message in last
        ]

    def _read(self, conference: Conference | Head) -> _Heard:
        heard = self._heard.get(conference.id)
        if heard is None or heard.seq > conference.last_seq:  # the latter: a backup has taken its place
            heard = _Heard()
        if heard.seq < conference.last_seq:
            lines = db.session.execute(
                select(LogLine.at_ms, LogLine.data)
                .where(LogLine.conference_id == conference.id, LogLine.seq > heard.seq, LogLine.kind == ACKNOWLEDGED)
                .order_by(LogLine.seq)
            )
            read = {key: dict(by) for key, by in heard.read.items()}
            for at_ms, data in lines:
                read.setdefault((data["to"], data["at_ms"]), {}).setdefault(data["by"], at_ms)
            heard = _Heard(conference.last_seq, read)
            self._heard[conference.id] = heard
        return heard

    # ---- writing

    def acknowledge(self, slug: str, body: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
        """Note in the log that the message `{to, at_ms}` was read, and tell the consoles; again changes nothing.

        Returns the message as `for_screen` does. Raises InvalidInput, NotFound when it is no longer the last one to
        them, NotAllowed for a room that it was not meant for, InvalidTransition once the conference is closed.
        """
        to, at_ms = body.get("to"), body.get("at_ms")
        if not isinstance(to, str) or isinstance(at_ms, bool) or not isinstance(at_ms, int):
            raise InvalidInput("“to” phải là chữ và “at_ms” phải là số nguyên.", field="to")
        by = _by(identity)
        with writing():
            locked = locked_head(slug)
            if not identity.is_staff and identity.conference_id != locked.id:
                raise NotAllowed()
            order = self._running_orders.load(locked)
            message = _the_last(order, to, at_ms)
            if not _concerns(message, order, identity):
                raise NotAllowed("Lời nhắn này không gửi cho điểm cầu của quý vị.")
            read = self._read(locked).read.get((to, at_ms), {})
            if by in read:
                return _shown(message, by, read)
            if refusal := stages.fact_refusal(locked.stage):
                raise InvalidTransition(refusal)
            now_ms = self._clock.now_ms()
            data = {"to": to, "at_ms": at_ms, "by": by}
            log.append_all(locked, [log.NewLine(now_ms, identity.actor, ACKNOWLEDGED, data)])
            save_head(locked)
        db.session.expire_all()  # it was written past what the session holds
        self._tell(locked.id, locked.last_seq)
        return _shown(message, by, {by: now_ms})

    def _tell(self, conference_id: int, seq: int) -> None:
        with publishing(f"line {seq}", conference_id):
            self._publisher.console_changed(conference_id, range(seq, seq + 1))


def _newest_first(order: RunningOrder) -> list[Message]:
    every = [*order.notices, *([order.message] if order.message is not None else [])]
    return sorted(every, key=lambda message: message.at_ms, reverse=True)


def _key(message: Message) -> Key:
    return message.to, message.at_ms


def _by(identity: Identity) -> str:
    """How an acknowledgement names who said so: a room by its code, a person as the log does."""
    return identity.endpoint_code or identity.actor


def _concerns(message: Message, order: RunningOrder, identity: Identity) -> bool:
    """Whether it was meant for that person's screen, who is of the staff or of a room of this conference."""
    if message.to == ALL:
        return True
    if message.to == SPEAKER:
        speaks = order.live is not None and order.live.endpoint_code == identity.endpoint_code
        return identity.is_staff or speaks
    return message.to == identity.endpoint_code


def _the_last(order: RunningOrder, to: str, at_ms: int) -> Message:
    """That message, as long as it is the last one to them. Raises NotFound."""
    for message in _newest_first(order):
        if _key(message) == (to, at_ms) and holds(message, order.live):
            return message
    raise NotFound("Lời nhắn này không còn hiện nữa.")


def _shown(message: Message, by: str, read: Mapping[str, int]) -> dict[str, Any]:
    return {
        "to": message.to,
        "text": message.text,
        "at_ms": message.at_ms,
        "until_at_ms": message.until_at_ms,
        "acknowledged_at_ms": read.get(by),
    }
