"""Calendars (iCalendar, RFC 5545) that Outlook, Google and telephones take in, and again when something moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event

PRODUCT: Final = "-//giaoban//chuong trinh//VI"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `uid` never changes; instants are ms since the epoch (UTC)."""

    uid: str
    begins_at_ms: int
    ends_at_ms: int
    summary: str
    description: str = ""
    location: str = ""
    cancelled: bool = False


def calendar(entries: Iterable[Entry], name: str, zone: str, version: int, made_at_ms: int) -> bytes:
    """The file with those events, times in UTC. A higher `version` replaces what was taken in before."""
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("x-wr-timezone", zone)
    for entry in entries:
        whole.add_component(_event(entry, version, made_at_ms))
    return bytes(whole.to_ical())


def _event(entry: Entry, version: int, made_at_ms: int) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", _utc(made_at_ms))
    event.add("last-modified", _utc(made_at_ms))
    event.add("sequence", version)
    event.add("dtstart", _utc(entry.begins_at_ms))
    event.add("dtend", _utc(entry.ends_at_ms))
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event


def _utc(at_ms: int) -> datetime:
    """Whole seconds: calendars know nothing shorter."""
    return datetime.fromtimestamp(at_ms // 1000, UTC)
