"""The tables, one module per aggregate, and their conversion to and from the domain."""

from giaoban.models.account import EndedSession, User
from giaoban.models.conference import Conference, Endpoint
from giaoban.models.log import LogLine
from giaoban.models.roll_call import CheckInRow
from giaoban.models.running_order import ItemRow

__all__ = ["CheckInRow", "Conference", "EndedSession", "Endpoint", "ItemRow", "LogLine", "User"]
