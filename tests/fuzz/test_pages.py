"""Every page and each of its forms, as every role, with whatever can be typed: an answer in Vietnamese, no fault."""

import io
import re
import unicodedata
from collections import Counter
from typing import Any, Final
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from giaoban.domain.commands import NAMES, SCENES
from giaoban.domain.items import KINDS
from giaoban.domain.looks import CHOICES
from giaoban.models.running_order import replay, stored_order
from giaoban.seed import demo
from giaoban.services.identity import STAFF
from giaoban.web.limits import UPLOADS
from tests.conftest import COMMUNE, DISTRICT, HALL
from tests.fuzz.test_api import WHO, rarely, repeatable
from tests.fuzz.wires import digest
from tests.integration.forms import HTMX, Browser

# Fields of all forms with what belongs into them; each request takes some, and some of them wrong.
numbers = st.integers(-3, 1_000_000).map(str)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
typed = st.one_of(
    words,
    numbers,
    st.sampled_from(
        ["", " ", "\0", "a\r\nb", "x" * 5_000, "10'", "1:30", "25:61", "٣", "²", "-0", "1e9", "‮", "Ợ" * 301]
    ),
)
codes = st.sampled_from([COMMUNE, DISTRICT, HALL])
FIELDS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "expected_version": st.integers(0, 40).map(str),
    "command_id": st.uuids().map(str),
    "item_id": st.integers(1, 24).map(str),
    "position": st.integers(1, 25).map(str),
    "kind": st.sampled_from(KINDS),
    "title": words,
    "speaker": words,
    "endpoint_code": codes,
    "planned": st.sampled_from(["10", "1:30"]),
    "cap": st.sampled_from(["", "10", "1:30"]),
    "min": st.sampled_from(["", "0", "5"]),
    "not_before": st.sampled_from(["", "09:55", "23:59"]),
    "delta_ms": st.integers(-3_600_000, 3_600_000).map(str),
    "reason": words | st.just(""),
    "own_reason": words,
    "seen": words | st.just("Chủ tọa cho phép"),
    "name": st.sampled_from([*SCENES, "auto"]),
    **{name: st.sampled_from([look.name for look in choices]) for name, choices in CHOICES.items()},
    "text": words,
    "to": st.just("all") | st.just("speaker") | codes,
    "status": st.sampled_from(["present", "absent"]),
    "headcount": st.integers(0, 100).map(str),
    "check_in_id": st.uuids().map(str),
    "form_id": st.uuids().map(str),
    "code": st.sampled_from(["K7QF-2M9D", "k7qf2m9d"]),
    "confirmed": st.just("1"),
    "username": st.sampled_from(["mc", "moi"]),
    "password": st.just("mat-khau-rat-dai"),
    "role": st.sampled_from(STAFF),
    "next": st.sampled_from(["/dieu-hanh", "//elsewhere", "/\\elsewhere", "javascript:1"]),
    "hotline": words,
    "slug": st.sampled_from([demo.SLUG, "hoi-nghi-moi"]),
    "day": st.sampled_from(["2022-11-25", "1000-01-01", "9999-12-31"]),
    "half": st.sampled_from(["morning", "afternoon", "other"]),
    "hour": st.sampled_from(["07:30", "23:59:59"]),
    "roster": st.sampled_from([demo.SLUG, "khong-co"]),
    "release": st.sampled_from(["no", "now", "at"]),
    "release_at": st.sampled_from(["", "2021-11-26T09:30", "0001-01-01T00:00", "9999-12-31T23:59", "2021-11-26"]),
    "lines": words,
    "year": words,
    "place": words,
    "org": words,
    "prefix": words,
    "room": words | codes,
    "size": st.sampled_from(["3x2m", "other"]),
    "own_size": st.sampled_from(["800x1800", "1x1"]),
    "before": st.sampled_from(["1", "end", "99"]),
    "starts_at": st.sampled_from(["", "2021-11-26T07:30", "0001-01-01T00:00", "9999-12-31T23:59"]),
}


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    """All fields, but for some that are missing, and some with anything that can be typed."""
    odd = draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=3))
    missing = draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=3))
    return {name: draw(typed if name in odd else right) for name, right in FIELDS.items() if name not in missing}


files = st.sampled_from([b"", b"\xff\xfe", b"\0", b"code,level\n", b"PK\x03\x04", b'"' * 5_000]) | st.binary(
    max_size=60
)
PARTS: Final[dict[str, st.SearchStrategy[str]]] = {
    "name": st.sampled_from(sorted(NAMES.values())),
    "code": codes | st.just("K7QF-2M9D"),
    "item_id": st.integers(1, 24).map(str),
    "seq": st.integers(1, 60).map(str),
    "slug": st.just(demo.SLUG),
    "material_id": st.uuids().map(str),
    "username": st.sampled_from(STAFF),
}
strange = st.sampled_from(["0", "-", "%", "é", "mc", "x" * 300, "..", "<b>"]) | words
queries = rarely(
    st.dictionaries(
        st.sampled_from(["hoi-nghi", "sua", "loc", "next", "after", "diem-cau", "kho", "cua"]),
        typed | st.just(demo.SLUG),
        max_size=2,
    )
)
# They reckon with a password, which takes long; or end the sign-in, after which there is nothing to ask.
FEW: Final = ("accounts.prove", "admin.add_user", "admin.set_password", "accounts.sign_out")


@st.composite
def requests(draw: st.DrawFn, rule: Rule, method: str) -> dict[str, Any]:
    """The arguments of a test client's `open`, but for the token."""
    path = "/" + "".join(
        part if kind == "static" else quote(draw(PARTS.get(part, words) if draw(st.integers(0, 9)) else strange), "")
        for kind, part in pieces(rule)
    )
    asked: dict[str, Any] = {"path": path, "method": method, "query_string": draw(queries)}
    asked["headers"] = draw(st.sampled_from([{}, HTMX]))
    if method == "POST":
        asked["data"] = draw(forms())
        if rule.endpoint in UPLOADS:
            asked["data"]["file"] = (io.BytesIO(draw(files)), draw(st.sampled_from(["a.csv", "", "a\0b"])))
    return asked


def pieces(rule: Rule) -> list[tuple[str, str]]:
    """A rule's path taken apart: ("static", "dieu-hanh/lenh/"), ("variable", "name")."""
    found = re.split(r"<(?:\w+:)?(\w+)>", rule.rule.lstrip("/"))
    return [("variable" if index % 2 else "static", part) for index, part in enumerate(found)]


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """All pages with their methods; the way out comes last. The API has a test of its own."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/api", "/static"))
        for method in ("GET", "POST")
        if method in (rule.methods or ())
    ]
    return sorted(found, key=lambda one: (one[0].endpoint == "accounts.sign_out", one[0].rule, one[1]))


SENTENCE: Final = re.compile(
    r'<(?:p|div|span)[^>]*(?:role="(?:alert|status)"|class="lead"|#notice")(?![^>]* hidden)[^>]*>(.*?)</(?:p|div)>',
    re.DOTALL,
)


VIETNAMESE: Final = re.compile(r"[ăâđêôơưạảấầẩếềệịọốồộớờợụứừựýỷ].*[.…!]", re.IGNORECASE | re.DOTALL)


def sentences(html: str) -> list[str]:
    """What a page says where it says what went wrong."""
    return [re.sub(r"<[^>]*>", "", found).strip() for found in SENTENCE.findall(html)]


class Visitor:
    """A browser in which somebody has signed in. It judges what it is answered."""

    def __init__(self, client: FlaskClient, database: str) -> None:
        self._client, self._database = client, database
        token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/").text)
        assert token is not None
        self._token = token[1]

    def ask(self, asked: dict[str, Any]) -> TestResponse:
        if "data" in asked:
            asked["data"]["csrf_token"] = self._token
        before = digest(self._database)
        answer = self._client.open(**asked)
        assert answer.status_code < 500, asked
        if answer.status_code >= 400:
            assert digest(self._database) == before, asked
            assert answer.content_type.startswith("text/html"), asked
            said = sentences(answer.text)
            assert any(VIETNAMESE.search(one) for one in said), (answer.status_code, said, asked.get("data"), asked)
            assert unicodedata.is_normalized("NFC", " ".join(said)), asked
        return answer


@pytest.mark.timeout(600)  # all pages there are, in one conference that what was pressed before has changed
@pytest.mark.parametrize("who", WHO)
def test_no_page_fails_whatever_is_typed(app: Flask, database: str, signed_in: Browser, who: str) -> None:
    known = WHO[who]
    statuses: Counter[tuple[str, int]] = Counter()
    for rule, method in rules(app):
        visitor = Visitor(signed_in(**known) if known else app.test_client(), database)
        examples = 4 if method == "GET" or rule.endpoint in FEW else 16
        ask(visitor, rule, method, examples, statuses)

    assert statuses["GET", 200]
    assert statuses["POST", 303], statuses
    if who in ("secretary", "mc", "admin"):
        assert statuses["POST", 200], "no command was obeyed"
        assert statuses["POST", 409], "none came at the wrong moment"
    with app.app_context():
        conference = app.extensions["giaoban"].conferences.find(demo.SLUG)
        folded = replay(conference)
        assert stored_order(conference, folded) == folded


def ask(visitor: Visitor, rule: Rule, method: str, examples: int, statuses: Counter[tuple[str, int]]) -> None:
    @settings(repeatable, max_examples=examples)
    @given(asked=requests(rule, method))
    def every(asked: dict[str, Any]) -> None:
        statuses[method, visitor.ask(asked).status_code] += 1

    every()
