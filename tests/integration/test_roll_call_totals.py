"""The stored roll call adds up after any morning: check-ins from all sides, repeats, late arrivals, annulments."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from giaoban.domain.roll_call import Record, effective, totals
from giaoban.domain.roll_call_groups import by_district
from giaoban.domain.roster import Unit
from giaoban.models import Conference
from giaoban.models.roll_call import records_of
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import Identity, cli_identity
from giaoban.services.proof import prove
from giaoban.services.scope import Scope
from tests.fakes import OPENING_AT_MS, FakeClock

UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
    Unit("06011", "commune", "xa", "Chi Lăng", "180"),
    Unit("181", "district", "huyen", "Bình Gia", "20"),
    Unit("06040", "commune", "xa", "Hoa Thám", "181"),
)
ITS_DISTRICT = {"06010": "180", "06011": "180", "06040": "181"}
numbers = count()


@dataclass(frozen=True)
class Said:
    """A check-in of that room by its own people, its district or the secretary, of some seconds ago."""

    code: str
    side: str
    absent: bool
    heads: int
    seconds_ago: int


# Besides check-ins: a number says one of those that came before again, or has it annulled.
steps = st.lists(
    st.builds(
        Said,
        code=st.sampled_from([unit.code for unit in UNITS]),
        side=st.sampled_from(["self", "district", "secretary"]),
        absent=st.booleans(),
        heads=st.integers(0, 40),
        seconds_ago=st.integers(0, 5),
    )
    | st.tuples(st.sampled_from(["again", "annul"]), st.integers(0, 30)),
    max_size=16,
)


def speaker(conference: Conference, said: Said) -> Identity:
    code = {"self": said.code, "district": ITS_DISTRICT.get(said.code, said.code), "secretary": None}[said.side]
    if code is None:
        return Identity(key="staff:0:0", name="hoa", role="secretary")
    level = next(unit.level for unit in UNITS if unit.code == code)
    return Identity(f"endpoint:{code}", code, "endpoint", level, code, conference.id)


def check(services: Services, conference: Conference) -> None:
    """Each figure that is shown, stored or proved is the sum over what all the stored records say."""
    stored = records_of(conference.id, [unit.code for unit in UNITS])
    counting: dict[str, Record | None] = {code: effective(records) for code, records in stored.items()}
    view = services.roll_call.view(conference)
    rows = view["rows"]
    assert {row["code"]: row["effective"] for row in rows} == {
        code: word and word.as_json() for code, word in counting.items() if code != "20"
    }
    whole = totals([counting[row["code"]] for row in rows]).as_json()
    assert view["totals"] == services.roll_call.totals(conference.id) == whole
    for level, told in view["by_level"].items():
        assert told == totals([counting[row["code"]] for row in rows if row["level"] == level]).as_json()
    for group in by_district(rows):
        assert group.head is not None
        told = services.roll_call.totals(conference.id, Scope(district=group.head["code"]))
        assert told == totals([counting[row["code"]] for row in group.rows]).as_json()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_what_is_stored_adds_up_after_any_morning(services: Services, clock: FakeClock, told: list[Any]) -> None:
    slug = f"buoi-sang-{next(numbers)}"
    services.conferences.create(NewConference(slug, "Buổi sáng", OPENING_AT_MS, UNITS), cli_identity("test"))
    secretary = Identity(key="staff:0:0", name="hoa", role="secretary")
    sent: list[tuple[str, dict[str, Any], Identity]] = []
    answers: list[dict[str, Any]] = []
    for step in told:
        clock.advance(1_000)
        conference = services.conferences.find(slug)
        if isinstance(step, Said):
            body = {
                "check_in_id": str(uuid4()),
                "status": "absent" if step.absent else "present",
                "headcount": step.heads,
                "reason": "Mất điện" if step.absent else None,
                "happened_at_ms": clock.now_ms() - step.seconds_ago * 1_000,
            }
            sent.append((step.code, body, speaker(conference, step)))
            answers.append(services.roll_call.check_in(slug, *sent[-1]))
        elif sent:
            name, number = step
            which = number % len(sent)
            code, body, who = sent[which]
            if name == "again":
                assert services.roll_call.check_in(slug, code, body, who) == answers[which]
            else:
                services.records.annul(slug, code, body["check_in_id"], "Ghi nhầm", secretary)
        check(services, services.conferences.find(slug))

    proof = prove(services.conferences.find(slug))  # and the log says the same as the tables
    assert proof.totals.as_json() == services.roll_call.totals(services.conferences.find(slug).id)
