"""What giaoban does, one use case per public method; every entry point calls these and nothing below them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from giaoban.services.access import Access
from giaoban.services.access_sheets import AccessSheets
from giaoban.services.accounts import Accounts
from giaoban.services.agenda_import import AgendaImports
from giaoban.services.attesting import Attesting
from giaoban.services.backup import Backups
from giaoban.services.caps import Caps
from giaoban.services.check_ins import MOST, CheckIns
from giaoban.services.checklist import Checklists
from giaoban.services.conference_life import ConferenceLife
from giaoban.services.conferences import Conferences
from giaoban.services.contacts import Contacts
from giaoban.services.control import Controls
from giaoban.services.counts import Counts
from giaoban.services.documents import Documents
from giaoban.services.editing import Editing
from giaoban.services.editors import Editors
from giaoban.services.identities import Identities
from giaoban.services.line_tests import LineTests
from giaoban.services.log_export import LogExport
from giaoban.services.looks import StageLooks
from giaoban.services.maket_bundle import MaketBundles
from giaoban.services.makets import Makets
from giaoban.services.materials import Materials
from giaoban.services.messages import Messages
from giaoban.services.paper import Papers
from giaoban.services.phone_desk import PhoneDesk
from giaoban.services.ports import Clock, ProjectorScreens, Publisher, Sockets
from giaoban.services.presence import Presences
from giaoban.services.projectors import Projectors
from giaoban.services.readiness import Readiness
from giaoban.services.records import Records
from giaoban.services.report import Reports
from giaoban.services.roll_call import RollCall
from giaoban.services.roll_call_sheets import RollCallSheets
from giaoban.services.running_order import RunningOrders
from giaoban.services.technical import Technical
from giaoban.services.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Services:
    """The one object in `app.extensions["giaoban"]`."""

    clock: Clock
    conferences: Conferences
    conference_life: ConferenceLife
    looks: StageLooks
    running_order: RunningOrders
    control: Controls
    messages: Messages
    materials: Materials
    editing: Editing
    editors: Editors
    caps: Caps
    roll_call: RollCall
    presence: Presences
    attesting: Attesting
    projectors: Projectors
    readiness: Readiness
    contacts: Contacts
    phone_desk: PhoneDesk
    line_tests: LineTests
    counts: Counts
    roll_call_sheets: RollCallSheets
    tickets: Tickets
    checklists: Checklists
    technical: Technical
    records: Records
    accounts: Accounts
    access: Access
    access_sheets: AccessSheets
    log_export: LogExport
    documents: Documents
    makets: Makets
    maket_bundles: MaketBundles
    reports: Reports
    agenda_import: AgendaImports
    papers: Papers
    backups: Backups


def make_services(
    config: dict[str, Any], clock: Clock, publisher: Publisher, sockets: Sockets, screens: ProjectorScreens
) -> Services:
    """All services, bound to a clock, to whoever tells the screens, to whoever knows who is on the line, and to the
    projectors."""
    silence_ms = config["CONTROL_FREED_S"] * 1000
    control = Controls(clock, publisher, silence_ms)
    editors = Editors(clock, publisher, silence_ms)
    paper_floor_ms = config["PAPER_FLOOR_MINUTES"] * 60_000
    running_order = RunningOrders(clock, publisher, control, {"paper": paper_floor_ms})
    identities = Identities()
    access = Access(clock, config["SECRET_KEY"], identities)
    most = MOST[make_url(config["SQLALCHEMY_DATABASE_URI"]).get_backend_name()]
    presence = Presences(clock, sockets)
    roll_call = RollCall(clock, presence, CheckIns(clock, publisher, running_order, most))
    contacts = Contacts(clock)
    line_tests = LineTests(clock, publisher)
    tickets, checklists = Tickets(clock, publisher), Checklists(clock, publisher)
    counts = Counts(clock, publisher, control)
    makets = Makets(clock)
    spare_bytes = config["DISK_FREE_MB"] * 1_000_000
    return Services(
        clock=clock,
        conferences=Conferences(clock),
        conference_life=ConferenceLife(clock, publisher),
        looks=StageLooks(clock, publisher),
        running_order=running_order,
        control=control,
        messages=Messages(clock, publisher, running_order),
        materials=Materials(clock, publisher, config["DOCUMENT_MB"]),
        editing=Editing(clock, running_order),
        editors=editors,
        caps=Caps(clock),
        roll_call=roll_call,
        presence=presence,
        attesting=Attesting(clock, roll_call),
        projectors=Projectors(clock, screens),
        readiness=Readiness(clock, publisher, presence, running_order),
        contacts=contacts,
        phone_desk=PhoneDesk(clock, publisher, roll_call, contacts),
        line_tests=line_tests,
        counts=counts,
        roll_call_sheets=RollCallSheets(clock, roll_call, counts),
        tickets=tickets,
        checklists=checklists,
        technical=Technical(clock, roll_call, line_tests, tickets, checklists),
        records=Records(clock, publisher, roll_call),
        accounts=Accounts(
            clock, config["SECRET_KEY"], config["SESSION_HOURS"], identities, (control.leaves, editors.leaves)
        ),
        access=access,
        access_sheets=AccessSheets(clock, access, running_order),
        log_export=LogExport(clock),
        documents=Documents(clock, running_order),
        makets=makets,
        maket_bundles=MaketBundles(clock, makets, Path(config["MAKET_FOLDER"]), spare_bytes),
        reports=Reports(clock),
        agenda_import=AgendaImports(clock, running_order),
        papers=Papers(clock, running_order, roll_call),
        backups=Backups(clock, config["SECRET_KEY"]),
    )
