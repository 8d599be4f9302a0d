"""Two secretaries at the same records: what one has seen may have been annulled or decided before she is stored."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from giaoban.domain.errors import InvalidTransition
from giaoban.extensions import db
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.identity import Identity, cli_identity
from tests.conftest import COMMUNE, ITS_DISTRICT, Caller
from tests.fakes import FakeClock
from tests.integration.test_records import said

Act = Callable[[Services], dict[str, Any]]
FIRST, SECOND = cli_identity("first"), cli_identity("second")


class Interrupted(FakeClock):
    """At its next reading, somebody else does the whole of what they do before the reader goes on."""

    meanwhile: Callable[[], object] | None = None

    def now_ms(self) -> int:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            with ThreadPoolExecutor(1) as other:
                other.submit(meanwhile).result()
        return super().now_ms()


@pytest.fixture
def clock() -> Interrupted:
    return Interrupted()


@pytest.fixture
def contradicting(caller: Callable[..., Caller], clock: FakeClock) -> tuple[str, str]:
    """The ids of what the room says, that it is there, and of what its district says, that it is not."""
    own = said(caller(endpoint=COMMUNE))
    district = said(caller(endpoint=ITS_DISTRICT), COMMUNE, status="absent", headcount=0, reason="Mất điện")
    clock.advance(1_000)
    return own["check_in_id"], district["check_in_id"]


def doing(app: Flask, act: Act) -> dict[str, Any] | InvalidTransition:
    """What is answered to that, or why it was refused; by itself, as in a request of its own."""
    with app.app_context():
        try:
            return act(app.extensions["giaoban"])
        except InvalidTransition as error:
            return error
        finally:
            db.session.remove()


def deciding(check_in_id: str, who: Identity) -> Act:
    def decide(services: Services) -> dict[str, Any]:
        return services.records.agree(services.conferences.current(), COMMUNE, check_in_id, str(uuid4()), who)

    return decide


def annulling(check_in_id: str, who: Identity) -> Act:
    return lambda services: services.records.annul(demo.SLUG, COMMUNE, check_in_id, f"Nhầm, {who.name}", who)


def told(app: Flask) -> list[tuple[str, str]]:
    """Kinds and actors of the log's lines after what the room and its district said."""
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        lines = services.running_order.log(services.conferences.current(), 0)
        db.session.remove()
    kinds = [(line["kind"], line["actor"]) for line in lines]
    return kinds[[kind for kind, _ in kinds].index("check_in") + 2 :]


@pytest.mark.parametrize("whose", [0, 1], ids=["the record itself", "the one that it contradicts"])
def test_what_another_annuls_meanwhile_decides_nothing(
    app: Flask, clock: Interrupted, contradicting: tuple[str, str], whose: int
) -> None:
    own = contradicting[0]
    clock.meanwhile = lambda: doing(app, annulling(contradicting[whose], SECOND))

    answer = doing(app, deciding(own, FIRST))

    assert isinstance(answer, InvalidTransition)
    assert told(app) == [("annul", SECOND.actor)]


def test_what_another_decides_meanwhile_is_not_decided_again(
    app: Flask, clock: Interrupted, contradicting: tuple[str, str]
) -> None:
    own, district = contradicting
    clock.meanwhile = lambda: doing(app, deciding(district, SECOND))

    answer = doing(app, deciding(own, FIRST))

    assert isinstance(answer, InvalidTransition)
    assert told(app) == [("check_in", SECOND.actor)]


def test_a_later_word_of_the_same_side_is_not_decided_by_the_one_before(
    app: Flask, clock: Interrupted, caller: Callable[..., Caller], contradicting: tuple[str, str]
) -> None:
    room = caller(endpoint=COMMUNE)
    clock.meanwhile = lambda: said(room, status="absent", headcount=0, reason="Mất mạng", happened_at_ms=clock.at_ms)

    assert isinstance(doing(app, deciding(contradicting[0], FIRST)), InvalidTransition)


def at_once(app: Flask, acts: list[Act]) -> list[dict[str, Any] | InvalidTransition]:
    start = Barrier(len(acts))

    def run(act: Act) -> dict[str, Any] | InvalidTransition:
        start.wait(60)
        return doing(app, act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_who_decide_at_once_one_is_stored(app: Flask, contradicting: tuple[str, str]) -> None:
    answers = at_once(app, [deciding(contradicting[0], FIRST), deciding(contradicting[1], SECOND)])

    assert [isinstance(answer, InvalidTransition) for answer in answers].count(True) == 1
    assert [kind for kind, _ in told(app)] == ["check_in"]


def test_of_two_who_annul_at_once_the_first_is_kept(app: Flask, contradicting: tuple[str, str]) -> None:
    first, second = at_once(app, [annulling(contradicting[0], FIRST), annulling(contradicting[0], SECOND)])

    assert first == second
    assert [kind for kind, _ in told(app)] == ["annul"]
