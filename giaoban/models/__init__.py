"""The tables, one module per aggregate, and their conversion to and from the domain."""

from giaoban.models.account import EndedSession, User
from giaoban.models.agenda_import import AgendaImport
from giaoban.models.checklist import ChecklistRow
from giaoban.models.conference import Conference, Endpoint
from giaoban.models.contacts import CallRow, Contact
from giaoban.models.control import ControlRow
from giaoban.models.counts import CountRow
from giaoban.models.editors import EditorRow
from giaoban.models.line_tests import LineTestRow
from giaoban.models.log import LogLine
from giaoban.models.materials import MaterialPart, MaterialRow
from giaoban.models.presence import LastSeen
from giaoban.models.projectors import PairingRow, ProjectorRow
from giaoban.models.readiness import ReadinessRow
from giaoban.models.roll_call import CheckInRow
from giaoban.models.running_order import ItemRow
from giaoban.models.tickets import TicketRow

__all__ = [
    "AgendaImport",
    "CallRow",
    "CheckInRow",
    "ChecklistRow",
    "Conference",
    "Contact",
    "ControlRow",
    "CountRow",
    "EditorRow",
    "EndedSession",
    "Endpoint",
    "ItemRow",
    "LastSeen",
    "LineTestRow",
    "LogLine",
    "MaterialPart",
    "MaterialRow",
    "PairingRow",
    "ProjectorRow",
    "ReadinessRow",
    "TicketRow",
    "User",
]
