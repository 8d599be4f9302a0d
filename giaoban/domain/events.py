"""What happened to a running order, in the past tense, and how it is written in the log.

On the wire and in the log an event is an object with its `type` in snake_case and its fields: `ItemStarted` is
`{"type": "item_started", "item_id": "7", "at_ms": 1637887500000}`.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class ItemStarted(Event):
    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ItemEnded(Event):
    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ItemPaused(Event):
    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ItemResumed(Event):
    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class TimeAdded(Event):
    """`delta_ms` signed; `reason` is always there once planned + added passes the cap."""

    item_id: str
    delta_ms: int
    reason: str | None
    over_cap: bool


@dataclass(frozen=True, slots=True)
class ItemSkipped(Event):
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemUnskipped(Event):
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemMoved(Event):
    """`position` counts from 1."""

    item_id: str
    position: int


@dataclass(frozen=True, slots=True)
class ItemInserted(Event):
    """`fields` are the plan's fields of the new item."""

    item_id: str
    position: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ItemEdited(Event):
    item_id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ItemRemoved(Event):
    item_id: str


@dataclass(frozen=True, slots=True)
class CommandUndone(Event):
    """`undone` names the command taken back, which was given at `given_at_ms`."""

    undone: str
    given_at_ms: int


@dataclass(frozen=True, slots=True)
class SceneSet(Event):
    scene: str


@dataclass(frozen=True, slots=True)
class MessageSet(Event):
    text: str
    to: str
    at_ms: int


def _type_name(event: type[Event]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()


_TYPES: Final[dict[str, type[Event]]] = {_type_name(event): event for event in Event.__subclasses__()}


def to_data(event: Event) -> dict[str, Any]:
    """The event as a JSON object."""
    return {"type": _type_name(type(event)), **asdict(event)}


def from_data(data: Mapping[str, Any]) -> Event:
    """The event that `to_data` wrote. Raises KeyError or TypeError on anything else: a log is never guessed at."""
    fields = dict(data)
    return _TYPES[fields.pop("type")](**fields)
