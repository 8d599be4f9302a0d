"""Who may do what: every route, command and socket event there is, for every role (contract §3).

The tables are compared with what the application has: whoever adds a route, a command, an event or a role has to say
here who may use it. Where somebody may, what is sent is harmless and incomplete, so that nothing changes: what counts
is that it was not refused for who asks.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.domain.commands import NAMES
from giaoban.realtime import events
from giaoban.realtime.namespace import LiveNamespace
from giaoban.seed import demo
from giaoban.services.identity import STAFF, cli_identity
from tests.conftest import COMMUNE, DISTRICT, HALL, ITS_DISTRICT, Caller
from tests.fakes import OPENING_AT_MS
from tests.integration.forms import HTMX, Browser, token
from tests.integration.test_live import Join, ask
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]

ASKERS: Final = ("nobody", "commune", "district", "technician", "secretary", "mc", "admin")
WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")

# In the order of ASKERS. Strangers are led to the sign-in (303), rooms to their own way in.
Statuses = tuple[int, int, int, int, int, int, int]


def everybody(status: int = 200) -> Statuses:
    return (status,) * 7


def signed_in_only(status: int = 200) -> Statuses:
    return (401, *(status,) * 6)


def rooms(status: int = 200) -> Statuses:
    return (303, status, status, 403, 403, 403, 403)


def staff(status: int = 200) -> Statuses:
    return (303, 403, 403, status, status, status, status)


def running(status: int = 200) -> Statuses:
    return (303, 403, 403, 403, status, status, status)


def admin(status: int = 200) -> Statuses:
    return (303, 403, 403, 403, 403, 403, status)


CONFERENCE: Final = "/api/v1/conferences/<slug>"
PAGES: Final[dict[tuple[str, str], Statuses]] = {
    ("GET", "/"): everybody(),
    ("GET", "/healthz"): everybody(),
    ("GET", "/readyz"): everybody(),
    ("GET", "/metrics"): everybody(),
    ("GET", "/static/<path:filename>"): everybody(),
    ("GET", "/api/v1/docs"): everybody(),
    ("GET", "/api/v1/openapi.json"): everybody(),
    ("GET", "/dang-nhap"): everybody(),
    ("POST", "/dang-nhap"): everybody(401),
    ("POST", "/dang-xuat"): everybody(303),
    ("GET", "/doi-mat-khau"): staff(),
    ("POST", "/doi-mat-khau"): staff(422),
    ("GET", "/vao"): everybody(),
    ("POST", "/vao"): everybody(422),
    ("GET", "/vao/<code>"): everybody(401),
    ("GET", "/man-chieu"): everybody(),
    ("GET", "/man-chieu/chuong-trinh"): everybody(),
    ("GET", "/man-chieu/diem-danh"): everybody(),
    ("GET", "/diem-cau"): rooms(),
    ("GET", "/diem-cau/cap-xa"): rooms(),
    ("POST", "/diem-cau/diem-danh"): rooms(422),
    ("GET", "/diem-danh"): staff(),
    ("GET", "/diem-danh/<code>"): staff(),
    ("POST", "/diem-danh/<code>"): running(422),
    ("GET", "/dieu-hanh"): running(),
    ("GET", "/dieu-hanh/nhat-ky"): running(),
    ("GET", "/dieu-hanh/nhat-ky/tep"): running(),
    ("GET", "/dieu-hanh/muc/moi"): running(),
    ("GET", "/dieu-hanh/muc/<item_id>/sua"): running(),
    ("POST", "/dieu-hanh/lenh/<name>"): running(422),
    ("GET", "/quan-tri"): admin(),
    ("GET", "/quan-tri/ma-truy-cap"): admin(),
    ("POST", "/quan-tri/danh-sach"): admin(422),
    ("POST", "/quan-tri/duong-day-nong"): admin(303),
    ("POST", "/quan-tri/hoi-nghi/<slug>/hien-hanh"): admin(303),
    ("POST", "/quan-tri/tai-khoan"): admin(422),
    ("POST", "/quan-tri/tai-khoan/<username>/mat-khau"): admin(422),
}
API: Final[dict[tuple[str, str], Statuses]] = {
    ("POST", "/api/v1/sessions"): everybody(422),
    ("DELETE", "/api/v1/sessions"): signed_in_only(204),
    ("GET", "/api/v1/conferences"): everybody(),
    ("GET", CONFERENCE): everybody(),
    ("GET", CONFERENCE + "/running-order"): everybody(),
    ("POST", CONFERENCE + "/running-order/commands"): signed_in_only(422),
    ("GET", CONFERENCE + "/endpoints"): signed_in_only(),
    ("PUT", CONFERENCE + "/endpoints/<code>/check-in"): signed_in_only(422),
    ("GET", CONFERENCE + "/roll-call"): signed_in_only(),
    ("GET", CONFERENCE + "/log"): (401, 403, 403, 403, 200, 200, 200),
}
EXAMPLES: Final = {
    "<slug>": demo.SLUG,
    "/vao/<code>": "/vao/AAAA-AAAA",
    "<code>": COMMUNE,
    "<item_id>": "9",
    "/lenh/<name>": "/lenh/set_message",
    "<username>": "mc",
    "<path:filename>": "css/tokens.css",
}


def example(rule: str) -> str:
    """A path of that rule."""
    for part, instead in EXAMPLES.items():
        rule = rule.replace(part, instead)
    return rule


def test_every_route_has_its_row(app: Flask) -> None:
    there = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert not PAGES.keys() & API.keys()
    assert there == PAGES.keys() | API.keys()
    assert set(ASKERS) - {"nobody", "commune", "district"} == set(STAFF)


def caller_for(caller: Make, asker: str) -> Caller:
    return caller() if asker == "nobody" else caller(*role_and_room(asker)[:1], endpoint=role_and_room(asker)[1])


def role_and_room(asker: str) -> tuple[str | None, str | None]:
    room = {"commune": COMMUNE, "district": ITS_DISTRICT}.get(asker)
    return (None if room else asker), room


@pytest.fixture
def browser_of(client: FlaskClient, signed_in: Browser) -> Callable[[str], FlaskClient]:
    def make(asker: str) -> FlaskClient:
        role, room = role_and_room(asker)
        return client if asker == "nobody" else signed_in(role, endpoint=room)

    return make


@pytest.mark.parametrize(("method", "rule"), PAGES)
def test_pages(browser_of: Callable[[str], FlaskClient], method: str, rule: str) -> None:
    found = []
    for asker in ASKERS:
        browser = browser_of(asker)
        data = {"csrf_token": token(browser, "/vao")} if method in WRITES else None
        with browser.open(example(rule), method=method, data=data) as answer:
            found.append(answer.status_code)
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, PAGES[method, rule], strict=True))


@pytest.mark.parametrize(("method", "rule"), API)
def test_the_api_by_token(caller: Make, method: str, rule: str) -> None:
    body = {} if method in ("POST", "PUT") else None
    found = [caller_for(caller, asker).call(method, example(rule), body).status_code for asker in ASKERS]
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, API[method, rule], strict=True))


@pytest.mark.parametrize(("method", "rule"), API)
def test_the_api_by_cookie_is_the_same_and_writes_need_their_proof(
    browser_of: Callable[[str], FlaskClient], method: str, rule: str
) -> None:
    found = []
    for asker in ASKERS:
        browser = browser_of(asker)
        proof = {"X-CSRFToken": token(browser, "/vao")}
        body = {} if method in ("POST", "PUT") else None
        if method in WRITES and asker != "nobody":
            refused(browser.open(example(rule), method=method, json=body), 400, "csrf")
        found.append(browser.open(example(rule), method=method, json=body, headers=proof).status_code)
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, API[method, rule], strict=True))


@pytest.mark.parametrize("rule", [rule for method, rule in PAGES if method in WRITES])
@pytest.mark.parametrize("asker", ["nobody", "commune", "admin"])
def test_a_form_without_its_token_is_refused(browser_of: Callable[[str], FlaskClient], rule: str, asker: str) -> None:
    answer = browser_of(asker).post(example(rule))
    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


# ---- what a stranger is told


@pytest.mark.parametrize("rule", [rule for (method, rule), who in PAGES.items() if method == "GET" and who[0] == 303])
def test_a_stranger_is_led_to_the_sign_in_and_will_come_back(client: FlaskClient, rule: str) -> None:
    path = example(rule)
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location == ("/vao" if path == "/diem-cau" else f"/dang-nhap?next={path}")


def test_a_fragment_for_a_stranger_is_refused_not_led_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/dieu-hanh", headers=HTMX)
    assert answer.status_code == 401
    assert "Phiên đăng nhập đã hết hạn" in answer.text
    assert "<html" not in answer.text


# ---- commands

RUN: Final = ("start", "pause", "resume", "finish", "next", "add_time", "undo", "set_scene")
EDIT: Final = ("insert", "edit", "move", "remove", "skip", "unskip", "set_message")
ARGS: Final[dict[str, dict[str, Any]]] = {
    "start": {"item_id": "1"},
    "add_time": {"delta_ms": 1},
    "set_scene": {"name": "auto"},
    "insert": {"position": 1, "item": {"kind": "paper", "title": "x", "planned_ms": 1}},
    "edit": {"item_id": "1", "fields": {"title": "x"}},
    "move": {"item_id": "1", "position": 1},
    "remove": {"item_id": "1"},
    "skip": {"item_id": "1"},
    "unskip": {"item_id": "1"},
    "set_message": {"text": "", "to": "all"},
}


def test_every_command_has_its_row() -> None:
    assert set(RUN + EDIT) == set(NAMES.values())


@pytest.mark.parametrize("name", RUN + EDIT)
@pytest.mark.parametrize("asker", ASKERS)
def test_commands(caller: Make, asker: str, name: str) -> None:
    answer = caller_for(caller, asker).command(name, ARGS.get(name, {}))
    if asker == "nobody":
        refused(answer, 401, "unauthorized")
    elif asker in ("admin", "mc") or (asker == "secretary" and name in EDIT):
        assert answer.status_code in (200, 409), answer.text
    else:
        refused(answer, 403, "forbidden")


# ---- what each sees, and for whom each may speak


@pytest.mark.parametrize(
    ("asker", "rooms"),
    [("admin", 212), ("mc", 212), ("secretary", 212), ("technician", 212), ("district", 23), ("commune", 1)],
)
def test_endpoints_and_roll_call(caller: Make, asker: str, rooms: int) -> None:
    api = caller_for(caller, asker)
    endpoints = api.get("/endpoints")
    roll_call = api.get("/roll-call")
    in_figures = [row for row in endpoints if row["level"] != "province"]
    assert len(endpoints) == rooms
    assert [row["code"] for row in roll_call["rows"]] == [row["code"] for row in in_figures]
    assert roll_call["totals"]["expected"] == len(in_figures)


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("code", [COMMUNE, ITS_DISTRICT, DISTRICT, HALL, "06634", "no-such-code"])
def test_check_ins(caller: Make, asker: str, code: str) -> None:
    answer = caller_for(caller, asker).check_in(code)
    own = {"district": {ITS_DISTRICT, COMMUNE}, "commune": {COMMUNE}}
    if asker == "nobody":
        refused(answer, 401, "unauthorized")
    elif asker in ("admin", "mc", "secretary"):
        assert answer.status_code == (404 if code == "no-such-code" else 200), answer.text
    elif asker in own and code in own[asker]:
        assert answer.status_code == 200, answer.text
    else:
        refused(answer, 403, "forbidden")


@pytest.mark.parametrize("asker", ["district", "commune"])
def test_a_room_s_form_speaks_for_no_other_room(browser_of: Callable[[str], FlaskClient], asker: str) -> None:
    browser = browser_of(asker)
    form = {"csrf_token": token(browser, "/vao"), "form_id": str(uuid4()), "status": "present", "headcount": "3"}
    assert browser.post("/diem-cau/diem-danh", data={**form, "endpoint_code": DISTRICT}).status_code == 403
    assert browser.post("/diem-cau/diem-danh", data={**form, "endpoint_code": COMMUNE}).status_code == 303


def test_a_room_of_another_conference_is_a_stranger(caller: Make, app: Flask) -> None:
    with app.app_context():
        services = app.extensions["giaoban"]
        services.conferences.copy_for_rehearsal(services.conferences.current(), cli_identity("test"))
        slug = services.conferences.list()[-1].slug
    api = caller(endpoint=COMMUNE)
    refused(api.call("GET", f"/api/v1/conferences/{slug}/endpoints"), 403, "forbidden")
    body = {"check_in_id": str(uuid4()), "status": "present", "headcount": 1, "happened_at_ms": OPENING_AT_MS}
    refused(api.call("PUT", f"/api/v1/conferences/{slug}/endpoints/{COMMUNE}/check-in", body), 403, "forbidden")


# ---- the live connection

YES: Final = "ok"
SOCKET: Final[dict[str, tuple[dict[str, Any], tuple[str, ...]]]] = {
    events.SYNC_CLOCK: ({"sent_at_ms": 1, "seen_version": 0}, (YES,) * 7),
    events.WATCH: ({"topics": ["roll_call"]}, (YES, "forbidden", YES, YES, YES, YES, YES)),
}


def test_every_event_has_its_row() -> None:
    handlers = {name.removeprefix("on_") for name, _ in inspect.getmembers(LiveNamespace) if name.startswith("on_")}
    assert handlers - {"connect", "disconnect"} == set(events.TO_SERVER) == SOCKET.keys()


@pytest.mark.parametrize("name", SOCKET)
def test_socket_events(join: Join, caller: Make, name: str) -> None:
    payload, expected = SOCKET[name]
    found = {}
    for asker in ASKERS:
        answer = ask(join(None if asker == "nobody" else caller_for(caller, asker)), name, payload)
        found[asker] = YES if answer["ok"] else answer["error"]["code"]
    assert found == dict(zip(ASKERS, expected, strict=True))


ROOMS: Final = {  # besides the conference's own room, where everybody is
    "nobody": set(),
    "commune": {f"endpoint:{{}}:{COMMUNE}"},
    "district": {f"endpoint:{{}}:{ITS_DISTRICT}"},
    **{role: {"speaker:{}"} for role in STAFF},
}


@pytest.fixture
def rooms_of(app: Flask) -> Callable[[], set[str]]:
    """The rooms of the one socket that is open."""
    manager = app.extensions["socketio"].server.manager

    def look() -> set[str]:
        (sid,) = [sid for sid, _ in manager.get_participants(events.NAMESPACE, None)]
        return {room for room in manager.get_rooms(sid, events.NAMESPACE) if room not in (None, sid)}

    return look


@pytest.mark.parametrize("asker", ASKERS)
def test_who_is_told_what(join: Join, caller: Make, rooms_of: Callable[[], set[str]], asker: str, app: Flask) -> None:
    with app.app_context():
        number = app.extensions["giaoban"].conferences.current().id
    join(None if asker == "nobody" else caller_for(caller, asker))
    assert rooms_of() == {f"order:{number}"} | {room.format(number) for room in ROOMS[asker]}
