"""The whole API as its own description tells it, asked by every role: each answer is one that was declared."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from giaoban.domain.commands import NAMES, SCENES
from giaoban.domain.items import KINDS
from giaoban.domain.roll_call import STATUSES
from giaoban.models.running_order import replay, stored_order
from giaoban.seed import demo
from tests.conftest import COMMUNE, DISTRICT, HALL, Caller
from tests.fakes import OPENING_AT_MS
from tests.fuzz.wires import digest
from tests.integration.forms import Browser
from tests.integration.forms import token as csrf_token

pytestmark = pytest.mark.timeout(600)  # the whole API for one asker, some hundreds of cases

Make = Callable[..., Caller]

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WHO: Final[dict[str, dict[str, str] | None]] = {
    "nobody": None,
    "commune": {"endpoint": COMMUNE},
    "district": {"endpoint": DISTRICT},
    "technician": {"role": "technician"},
    "secretary": {"role": "secretary"},
    "mc": {"role": "mc"},
    "admin": {"role": "admin"},
}
COMMAND: Final = "/api/v1/conferences/{slug}/running-order/commands"
CHECK_IN: Final = "/api/v1/conferences/{slug}/endpoints/{code}/check-in"
EXAMPLES: Final = {COMMAND: 200, CHECK_IN: 100, "/api/v1/sessions": 40}  # of anything else a few

# The same cases every time; a failure is shown as it came, for the state that it met is gone.
repeatable = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def description(app: Flask) -> Any:
    """The API's own description, without its catch-all: a status that is not named there is a defect."""
    raw = app.test_client().get("/api/v1/openapi.json").get_json()
    for methods in raw["paths"].values():
        for name, operation in methods.items():
            if name != "parameters":
                operation["responses"].pop("default")
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = app
    return schema


def operations(app: Flask) -> list[APIOperation]:
    """All of them: what writes, then what reads what was written, at last what ends the sign-in."""
    found = [operation.ok() for operation in description(app).get_all_operations()]
    return sorted(found, key=lambda operation: ["post", "put", "get", "delete"].index(operation.method))


# ---- bodies that come close, so that what lies behind the first check is reached

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(
        [0, 1, -1, 2**31, 2**63, 2**64, 10**30, 1.5, "", "1", "x" * 301, "Ợ" * 300, "a\0b", "‮", " ", "auto"]
    ),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


def mostly(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: odd if n == 9 else right)


def rarely(more: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 9).flatmap(lambda n: more if n == 9 else st.just({}))


def some(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


codes = st.sampled_from([COMMUNE, DISTRICT, HALL])
lengths = mostly(st.integers(1, 600_000))
item_ids = mostly(st.integers(1, 24).map(str))
positions = mostly(st.integers(1, 25))
texts = mostly(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
further = {
    "speaker": texts,
    "endpoint_code": mostly(codes),
    "cap_ms": lengths,
    "min_ms": lengths,
    "not_before_at_ms": mostly(st.integers(0, 2 * OPENING_AT_MS)),
}
whole_item = {"kind": mostly(st.sampled_from(KINDS)), "title": texts, "planned_ms": lengths}
ARGUMENTS: Final[dict[str, dict[str, st.SearchStrategy[Any]]]] = {
    "start": {"item_id": item_ids},
    "next": {},
    "finish": {},
    "pause": {},
    "resume": {},
    "undo": {},
    "add_time": {"delta_ms": mostly(st.integers(-3_600_000, 3_600_000))},
    "skip": {"item_id": item_ids},
    "unskip": {"item_id": item_ids},
    "remove": {"item_id": item_ids},
    "restore": {"item_id": item_ids},
    "compress": {"end_at_ms": mostly(st.integers(0, 2 * OPENING_AT_MS))},
    "set_lengths": {
        "lengths": mostly(st.dictionaries(st.integers(1, 24).map(str) | st.text(max_size=4), lengths, max_size=3))
    },
    "move": {"item_id": item_ids, "position": positions},
    "insert": {
        "position": positions,
        "item": mostly(st.builds(dict.__or__, st.fixed_dictionaries(whole_item), some(further))),
    },
    "edit": {"item_id": item_ids, "fields": mostly(some({**whole_item, **further}))},
    "replace_pending": {
        "items": mostly(
            st.lists(
                st.builds(dict.__or__, st.fixed_dictionaries(whole_item), some({"item_id": item_ids, **further})),
                max_size=3,
            )
        )
    },
    "set_scene": {"name": mostly(st.sampled_from([*SCENES, "auto"]))},
    "set_message": {"text": texts, "to": mostly(st.just("all") | st.just("speaker") | codes)},
    "set_plan": {"starts_at_ms": mostly(st.integers(0, 2 * OPENING_AT_MS)), "paper_cap_ms": lengths},
}
NOW: Final = "now"  # stands for the version that the running order has when the command is sent


@st.composite
def commands(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(ARGUMENTS)))
    return {
        "command_id": str(draw(st.uuids())),
        "expected_version": draw(mostly(st.just(NOW))),
        "name": name,
        "args": draw(st.fixed_dictionaries(ARGUMENTS[name]))
        | draw(st.just({}) | some({"item_id": odd, "reason": odd})),
    }


groups = some(
    {"total": mostly(st.integers(0, 100)), "groups": st.dictionaries(st.text(max_size=20), st.integers(0, 9) | odd)}
)
check_ins = st.builds(
    dict.__or__,
    st.fixed_dictionaries(
        {
            "check_in_id": mostly(st.uuids().map(str)),
            "status": mostly(st.sampled_from(STATUSES)),
            "happened_at_ms": mostly(st.integers(OPENING_AT_MS - 10**6, OPENING_AT_MS + 10**5)),
        }
    ),
    some({"headcount": mostly(st.integers(0, 100) | groups), "reason": texts}),
)


def cases(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Requests as the description allows them, as it does not, and, for writes, such as come close to being right."""
    places = {"slug": demo.SLUG, "code": COMMUNE}
    named = {name: value for name, value in places.items() if f"{{{name}}}" in operation.path}
    made = [operation.as_strategy(mode, path_parameters=named) for mode in GenerationMode]
    if named:
        made.append(operation.as_strategy())
    body = {COMMAND: commands(), CHECK_IN: check_ins}.get(operation.path)
    if body is None:
        return st.integers(0, 9).flatmap(lambda n: made[0] if n < 7 else made[n % len(made)])
    close = st.builds(with_body, operation.as_strategy(path_parameters=named, body={}), body)
    return st.integers(0, 9).flatmap(lambda n: close if n < 7 else made[n % len(made)])


def with_body(case: Case, body: Any) -> Case:
    case.body = body
    return case


class Asker:
    """Sends cases as one role and judges the answers. `headers` and `cookies` say who asks."""

    def __init__(self, app: Flask, database: Path, headers: dict[str, str], cookies: dict[str, str]) -> None:
        self.app, self.database, self.cookies = app, database, cookies
        self.headers = {"Accept-Encoding": "identity", **headers}
        self._public = Caller(app, None)
        self.statuses: Counter[tuple[str, int]] = Counter()

    def ask(self, case: Case) -> None:
        if isinstance(case.body, dict) and case.body.get("expected_version") == NOW:
            case.body["expected_version"] = self._public.get("/running-order")["version"]
        before = digest(self.database)
        answer = case.call(headers=self.headers, cookies=self.cookies)
        self.statuses[case.operation.label, answer.status_code] += 1
        self.statuses[case.operation.method.upper(), answer.status_code] += 1
        if answer.status_code >= 400:
            assert digest(self.database) == before, "a refused request has stored something"
            body = answer.json()
            assert body.keys() == {"error"}, body
            assert body["error"].keys() == {"code", "message", "details"}, body
            assert body["error"]["message"], body
            assert isinstance(body["error"]["details"], dict), body
        if answer.status_code in (404, 405) and body["error"]["code"] in ("not_found", "method_not_allowed"):
            return  # a part of the path was such that another address came of it
        case.validate_response(answer, checks=CHECKS)


def run(asker: Asker) -> None:
    for operation in operations(asker.app):

        @settings(repeatable, max_examples=EXAMPLES.get(operation.path, 15))
        @given(case=cases(operation))
        def every(case: Case) -> None:
            asker.ask(case)

        every()


def assert_sound(app: Flask, asker: Asker, may_run: bool) -> None:
    """The requests got past the door, each where its role may; and the rows are still what the log says."""
    assert asker.statuses["GET", 200]
    assert bool(asker.statuses[f"POST {COMMAND}", 200]) == may_run, asker.statuses
    with app.app_context():
        conference = app.extensions["giaoban"].conferences.find(demo.SLUG)
        folded = replay(conference)
        assert stored_order(conference, folded) == folded


@pytest.mark.parametrize("who", WHO)
def test_every_answer_is_declared_and_a_refusal_stores_nothing(
    app: Flask, database: Path, caller: Make, who: str
) -> None:
    known = WHO[who]
    token = caller(**known).token if known else None
    asker = Asker(app, database, {"Authorization": f"Bearer {token}"} if token else {}, {})
    run(asker)
    assert_sound(app, asker, may_run=who in ("secretary", "mc", "admin"))


def test_a_browser_of_the_mc_gets_the_same_answers(app: Flask, database: Path, signed_in: Browser) -> None:
    browser = signed_in("mc")
    token = csrf_token(browser, "/dieu-hanh")
    cookie = browser.get_cookie("giaoban")
    assert cookie is not None
    asker = Asker(app, database, {"X-CSRFToken": token}, {"giaoban": cookie.value})
    run(asker)
    assert_sound(app, asker, may_run=True)


def test_close_commands_are_of_every_kind() -> None:
    assert set(ARGUMENTS) == set(NAMES.values())
