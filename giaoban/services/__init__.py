"""What giaoban does, one use case per public method; every entry point calls these and nothing below them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import make_url

from giaoban.services.access import Access
from giaoban.services.accounts import Accounts
from giaoban.services.backup import Backups
from giaoban.services.check_ins import MOST, CheckIns
from giaoban.services.conferences import Conferences
from giaoban.services.identities import Identities
from giaoban.services.log_export import LogExport
from giaoban.services.ports import Clock, Presence, Publisher
from giaoban.services.roll_call import RollCall
from giaoban.services.running_order import RunningOrders


@dataclass(frozen=True, slots=True)
class Services:
    """The one object in `app.extensions["giaoban"]`."""

    clock: Clock
    conferences: Conferences
    running_order: RunningOrders
    roll_call: RollCall
    accounts: Accounts
    access: Access
    log_export: LogExport
    backups: Backups


def make_services(config: dict[str, Any], clock: Clock, publisher: Publisher, presence: Presence) -> Services:
    """All services, bound to a clock, to whoever tells the screens, and to whoever knows who is on the line."""
    running_order = RunningOrders(clock, publisher)
    identities = Identities()
    most = MOST[make_url(config["SQLALCHEMY_DATABASE_URI"]).get_backend_name()]
    return Services(
        clock=clock,
        conferences=Conferences(clock),
        running_order=running_order,
        roll_call=RollCall(clock, presence, CheckIns(clock, publisher, running_order, most)),
        accounts=Accounts(clock, config["SECRET_KEY"], config["SESSION_HOURS"], identities),
        access=Access(clock, config["SECRET_KEY"], identities),
        log_export=LogExport(clock),
        backups=Backups(clock, config["SECRET_KEY"]),
    )
