"""What the technician looks at: each room with its line, its test, its tickets and its attendance; the checklist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giaoban.domain import checklist, presence
from giaoban.domain.checklist import Figure, Stage
from giaoban.domain.technical import Condition, needs
from giaoban.domain.tickets import Ticket
from giaoban.models import Conference
from giaoban.services.checklist import Checklists
from giaoban.services.identity import Identity
from giaoban.services.line_tests import LineTests
from giaoban.services.ports import Clock
from giaoban.services.roll_call import RollCall
from giaoban.services.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Room:
    """A room: `row` as in the contract's `GET …/endpoints`, its last line test as in `GET …/line-tests` or None, its
    open tickets, and why it needs somebody. `line` is on, lost or never: see domain/presence.py.
    """

    row: Mapping[str, Any]
    line: str
    test: Mapping[str, Any] | None
    tickets: tuple[Ticket, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it at one moment. `tickets` has the done ones too, in the order in which they are to be looked after."""

    now_ms: int
    rooms: tuple[Room, ...]
    tickets: tuple[Ticket, ...]
    stages: tuple[Stage, ...]


class Technical:
    """The technician's view of a conference; nothing is stored by it."""

    def __init__(
        self, clock: Clock, roll_call: RollCall, line_tests: LineTests, tickets: Tickets, checklists: Checklists
    ) -> None:
        self._clock = clock
        self._roll_call = roll_call
        self._line_tests = line_tests
        self._tickets = tickets
        self._checklists = checklists

    def overview(self, conference: Conference, identity: Identity) -> Overview:
        """For somebody of the staff; rooms in the roster's order, the hall among them."""
        now_ms, starts_at_ms = self._clock.now_ms(), conference.starts_at_ms
        tickets = self._tickets.list(conference, identity)
        open_ones: dict[str, list[Ticket]] = {}
        for ticket in tickets:
            if ticket.is_open:
                open_ones.setdefault(ticket.endpoint_code, []).append(ticket)
        since_ms = presence.day_begins_at_ms(now_ms, conference.timezone)
        tests = {row["code"]: row["test"] for row in self._line_tests.latest(conference)}
        rooms = []
        for row in self._roll_call.endpoints(conference):
            own, test = tuple(open_ones.get(row["code"], ())), tests.get(row["code"])
            line = presence.line(row, since_ms)
            rooms.append(Room(row, line, test, own, needs(_condition(row, line, test, own), now_ms, starts_at_ms)))
        figures = _figures(rooms, tickets)
        stages = checklist.stages(self._checklists.entries(conference), figures, now_ms, starts_at_ms)
        return Overview(now_ms, tuple(rooms), tuple(tickets), stages)


def _condition(
    row: Mapping[str, Any], line: str, test: Mapping[str, Any] | None, tickets: Sequence[Ticket]
) -> Condition:
    """The hall is not asked for a line test: its own technicians sit in it."""
    untested = True if row["level"] == "province" else None
    return Condition(
        attendance="waiting" if row["effective"] is None else row["effective"]["status"],
        connected=line == "on",
        seen=line != "never",
        tested=untested if test is None else test["verdict"]["grade"] != "poor",
        waiting=sum(ticket.state != "working" for ticket in tickets),
        working=sum(ticket.state == "working" for ticket in tickets),
    )


def _figures(rooms: Sequence[Room], tickets: Sequence[Ticket]) -> dict[str, Figure]:
    """The figures of the checklist: rooms that are expected, which neither the hall nor an absent one is, and tickets
    done of all there were."""
    counted = [room for room in rooms if room.row["level"] != "province" and not _absent(room.row)]
    return {
        "tested": Figure(sum(room.test is not None for room in counted), len(counted)),
        "connected": Figure(sum(room.row["connected"] for room in counted), len(counted)),
        "tickets": Figure(sum(not ticket.is_open for ticket in tickets), len(tickets)),
    }


def _absent(row: Mapping[str, Any]) -> bool:
    return row["effective"] is not None and row["effective"]["status"] == "absent"
