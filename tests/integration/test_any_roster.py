"""Every page and every call for every role on rosters that are not the demo's: without districts, and of 700 rooms.

The same table says who gets what; and whatever anybody is given holds no telephone number but those that are theirs to
see (the staff all, a district its own and its communes', a commune its own), on pages, in the JSON and on the socket.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.domain.roster import Unit, read_roster
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import STAFF, cli_identity
from tests.conftest import COMMUNE, Caller, identity_of
from tests.factories import MINUTE_MS
from tests.fakes import OPENING_AT_MS
from tests.integration.test_access import API, ASKERS, PAGES, example
from tests.integration.test_live import Join
from tests.integration.test_live import join as join
from tests.rosters import three_levels

SLUG: Final = "khac"
OF_2025: Final = read_roster(resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes())
NUMBER: Final = re.compile(r"(?<![\d.])02057\d{6}(?!\d)")  # not the digits of a measurement
GETS: Final = [rule for method, rule in (*PAGES, *API) if method == "GET"]


@dataclass(frozen=True, slots=True)
class Place:
    """A roster, and the rooms of it that ask: a commune, and its district where there is one."""

    units: Sequence[Unit]
    commune: Unit
    district: Unit | None

    def number(self, unit: Unit) -> str:
        return f"02057{self.units.index(unit):06}"

    def seen_by(self, asker: str) -> set[str]:
        if asker in STAFF:
            return {self.number(unit) for unit in self.units}
        own = {"commune": self.commune, "district": self.district}.get(asker)
        return {self.number(unit) for unit in self.units if own and (unit == own or unit.parent_code == own.code)}


def place_of(units: Sequence[Unit]) -> Place:
    commune = next(unit for unit in units if unit.level == "commune")
    return Place(units, commune, next((unit for unit in units if unit.level == "district"), None))


@pytest.fixture(params=[OF_2025, three_levels()], ids=["65 without districts", "700"])
def place(request: pytest.FixtureRequest, services: Services) -> Place:
    """A roster as the current conference: a number for every room, and every seventh room has said something."""
    place = place_of(request.param)
    papers = [unit for unit in place.units if unit.level != "province"][:9]
    new = NewConference(
        SLUG,
        "Hội nghị khác",
        OPENING_AT_MS,
        place.units,
        items=[
            {"kind": "opening", "title": "Khai mạc", "planned_ms": 10 * MINUTE_MS},
            *(
                {"kind": "paper", "title": f"Tham luận {at}", "planned_ms": 10 * MINUTE_MS, "endpoint_code": unit.code}
                for at, unit in enumerate(papers, 1)
            ),
        ],
        contacts={unit.code: (f"Văn phòng {unit.kind_and_name}", place.number(unit)) for unit in place.units},
    )
    me = cli_identity("test")
    conference = services.conferences.create(new, me)
    services.conferences.make_current(conference, me)
    secretary = identity_of(services, "secretary")
    for unit in place.units[1::7]:
        absent = place.units.index(unit) % 2 == 0
        body = {
            "check_in_id": str(uuid4()),
            "status": "absent" if absent else "present",
            "headcount": 0 if absent else 5,
            "reason": "Mất điện" if absent else None,
            "happened_at_ms": OPENING_AT_MS - 1,
        }
        services.roll_call.check_in(SLUG, unit.code, body, secretary)
    return place


@pytest.fixture
def asking(app: Flask, place: Place, signed_in: Callable[..., FlaskClient]) -> dict[str, tuple[FlaskClient, Caller]]:
    """A browser and a program of everybody there is; of no district where there is none."""
    services: Services = app.extensions["giaoban"]
    found = {"nobody": (app.test_client(), Caller(app, None, SLUG))}
    for asker, unit in (("commune", place.commune), ("district", place.district)):
        if unit is not None:
            conference = services.conferences.find(SLUG)
            endpoint = next(one for one in conference.endpoints if one.code == unit.code)
            code = services.access.code(conference, endpoint)
            browser = app.test_client()
            assert browser.get(f"/vao/{code}").status_code == 303
            token = services.accounts.issue_token(services.access.sign_in(code))["token"]
            found[asker] = (browser, Caller(app, token, SLUG))
    for role in STAFF:
        token = services.accounts.issue_token(identity_of(services, role))["token"]
        found[role] = (signed_in(role), Caller(app, token, SLUG))
    return found


@pytest.mark.parametrize("asker", ASKERS)
def test_everybody_gets_what_the_table_says_and_no_number_of_others(
    asking: dict[str, tuple[FlaskClient, Caller]], place: Place, asker: str
) -> None:
    if asker not in asking:
        assert place.district is None
        return
    browser, program = asking[asker]
    may_see = place.seen_by(asker)
    wrong, seen = [], set()
    for rule in GETS:
        expected = dict(zip(ASKERS, {**PAGES, **API}["GET", rule], strict=True))[asker]
        path = example(rule).replace(COMMUNE, place.commune.code).replace(demo.SLUG, SLUG)
        answer = program.call("GET", path) if rule.startswith("/api") else browser.get(path)
        told = set(NUMBER.findall(answer.get_data(as_text=True))) if _is_text(answer) else set()
        if answer.status_code != expected or told - may_see:
            wrong.append((path, answer.status_code, sorted(told - may_see)[:3]))
        seen |= told
        answer.close()
    assert not wrong
    assert bool(seen) == (asker != "nobody")  # whose they are to see does find them


def _is_text(answer: Any) -> bool:
    kind: str = answer.mimetype
    return kind.startswith("text/") or kind in ("application/json", "application/javascript")


def test_nobody_hears_a_number_on_the_socket(
    asking: dict[str, tuple[FlaskClient, Caller]], place: Place, join: Join
) -> None:
    sockets = {asker: join(program if program.token else None) for asker, (_, program) in asking.items()}
    secretary = asking["secretary"][1]
    at = f"/endpoints/{place.commune.code}"

    assert (
        secretary.call("PUT", f"{at}/contact", {"office": "Văn phòng", "telephone": "02057999999"}).status_code == 200
    )
    assert secretary.call("POST", f"{at}/calls", {"call_id": str(uuid4()), "outcome": "no_answer"}).status_code == 200
    assert secretary.check_in(place.commune.code).status_code == 200

    for asker, socket in sockets.items():
        heard = str(socket.get_received("/live"))
        assert "order_snapshot" in heard, asker
        assert not NUMBER.search(heard), asker


def test_the_log_and_the_sums_are_the_roster_s(asking: dict[str, tuple[FlaskClient, Caller]], place: Place) -> None:
    secretary = asking["secretary"][1]
    view = secretary.get("/roll-call")
    rooms = [unit for unit in place.units if unit.level != "province"]
    assert [row["code"] for row in view["rows"]] == [unit.code for unit in rooms]
    assert view["totals"]["expected"] == len(rooms)
    assert sum(one["expected"] for one in view["by_level"].values()) == len(rooms)
    assert set(view["by_level"]) == {unit.level for unit in rooms}
    assert not NUMBER.search(str(secretary.get("/log")))
