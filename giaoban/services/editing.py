"""Changes to the running order that keep their meaning while others press: given again on the version that is there."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select

from giaoban.domain import commands as c
from giaoban.domain import running_order as domain
from giaoban.domain.editing import removals
from giaoban.domain.errors import IdReused, StaleVersion
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.timer import Forecast
from giaoban.extensions import db
from giaoban.models import Conference, LogLine, log
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock
from giaoban.services.running_order import Answer, CommandRequest, RunningOrders

TRIES: Final = 5

Plan = Callable[[RunningOrder], Mapping[str, Any]]


class Editing:
    """Edits by people who looked at an order that may have moved on since."""

    def __init__(self, clock: Clock, orders: RunningOrders) -> None:
        self._clock = clock
        self._orders = orders

    def save(self, conference: Conference, command_id: str, name: str, plan: Plan, identity: Identity) -> Answer:
        """Give a command with the arguments that `plan` makes of the present order; when somebody was faster, plan and
        give it again.

        `plan` raises what it likes when the command has lost its meaning. The same `command_id` again does nothing.
        Raises what `RunningOrders.dispatch` raises; StaleVersion only after TRIES.
        """
        for left in reversed(range(TRIES)):
            order = self._orders.load(conference)
            first = log.told(conference.id, command_id.lower())
            if first is not None and first.answer is not None:
                return self._again(first.answer, command_id, name, plan(order))
            request = CommandRequest(command_id, order.version, name, plan(order))
            try:
                return self._orders.dispatch(conference.slug, request, identity)
            except StaleVersion:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def foresee(self, conference: Conference, name: str, args: Mapping[str, Any]) -> tuple[Forecast, Forecast]:
        """The forecast now, and as it would be after that command; nothing is stored.

        Raises InvalidInput and InvalidTransition, as the command would.
        """
        order, now_ms = self._orders.load(conference), self._clock.now_ms()
        after = domain.apply(order, name, now_ms, domain.decide(order, c.parse(name, args), now_ms))
        return order.forecast(now_ms), after.forecast(now_ms)

    def removals(self, conference: Conference) -> dict[str, tuple[str, int]]:
        """(actor, at_ms) of whoever removed each item of the bin, one by one or with an imported programme."""
        commands = removals(self._orders.load(conference))
        of_this = LogLine.conference_id == conference.id
        removed = select(LogLine.actor, LogLine.at_ms, LogLine.data).where(of_this, LogLine.kind == "remove")
        imported = select(LogLine.at_ms, LogLine.actor).where(of_this, LogLine.kind == "replace_pending")
        singly = {
            data["events"][0]["item_id"]: (actor, at_ms)
            for actor, at_ms, data in db.session.execute(removed.order_by(LogLine.seq))
        }
        imports = {at_ms: actor for at_ms, actor in db.session.execute(imported.order_by(LogLine.seq))}
        return {
            item_id: singly[item_id] if command.name == "remove" else (imports[command.at_ms], command.at_ms)
            for item_id, command in commands.items()
        }

    @staticmethod
    def _again(first: Mapping[str, Any], command_id: str, name: str, args: Mapping[str, Any]) -> Answer:
        """The first answer, if the same was meant: only what depends on when it was given may differ."""
        meant, event = c.parse(name, args), first["events"][0]
        same_item = getattr(meant, "item_id", None) in (None, event.get("item_id"))
        same_fields = getattr(meant, "fields", {}).items() <= event.get("fields", {}).items()
        if not (same_item and same_fields):
            raise IdReused("command_id_reused", command_id=command_id)
        return Answer(**first)
