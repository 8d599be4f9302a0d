"""What happened to a running order, in the past tense, and how it is written in the log.

On the wire and in the log an event is an object with its `type` in snake_case and its fields: `ItemStarted` is
`{"type": "item_started", "item_id": "7", "at_ms": 1637887500000}`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
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
    """`position` counts from 1; `reason` is there when one was given: that a room was not ready, for example."""

    item_id: str
    position: int
    reason: str | None = None


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
class PendingReplaced(Event):
    """Everything still to come is `items`, each `{"item_id", "fields"}`: what changed, or all of a new item."""

    items: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ItemRestored(Event):
    """It is back with its own id and facts; `position` counts from 1."""

    item_id: str
    position: int


@dataclass(frozen=True, slots=True)
class LengthsSet(Event):
    """`lengths` maps ids to the new `planned_ms`."""

    lengths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OrderCompressed(Event):
    """All that is still to come shall end at `end_at_ms`; `lengths` as of LengthsSet, those that changed."""

    end_at_ms: int
    lengths: Mapping[str, int]


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
    """`until_at_ms` is when screens take it away by themselves; None where it stays until it is cleared."""

    text: str
    to: str
    at_ms: int
    until_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PlanSet(Event):
    """The conference begins then and papers have that cap; everything that has not begun moves along."""

    starts_at_ms: int
    paper_cap_ms: int


def _type_name(event: type[Event]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()


_TYPES: Final[dict[str, type[Event]]] = {_type_name(event): event for event in Event.__subclasses__()}


def to_data(event: Event) -> dict[str, Any]:
    """The event as a JSON object. What may be left out is left out: an event without it is as it always was."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    left_out = {field.name for field in fields(event) if field.default is None and values[field.name] is None}
    return {"type": _type_name(type(event)), **{name: values[name] for name in values if name not in left_out}}


def from_data(data: Mapping[str, Any]) -> Event:
    """The event that `to_data` wrote. Raises KeyError or TypeError on anything else: a log is never guessed at."""
    values = dict(data)
    return _TYPES[values.pop("type")](**values)
