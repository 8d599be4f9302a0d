"""Projectors by name: pairing by a code, what their token is good for, what they report, and what is kept of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from sqlalchemy import select

from giaoban.domain.projectors import CODE_LASTS_MS, IDENTIFY_MS, JOINING_MS, PROJECTORS_MOST
from giaoban.extensions import db
from giaoban.models import Conference, PairingRow, ProjectorRow
from giaoban.models.projectors import read_projectors
from giaoban.realtime import events
from giaoban.services import Services
from giaoban.services.projectors import PAIRINGS_OF_ADDRESS, _hash
from giaoban.services.proof import prove
from tests.conftest import Caller, identity_of
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.backups import backed_up, restored
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.forms import HTMX, Browser, send, token
from tests.integration.test_access import API, PAGES, WRITES, example
from tests.integration.test_live import Join, ask, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]
COOKIE = "giaoban-man-chieu"
AT = "/projectors"
REPORT: dict[str, Any] = {
    "version": 0,
    "scene": "maket",
    "doubt_ms": 3,
    "lag_ms": None,
    "shown_at_ms": None,
    "sent_at_ms": OPENING_AT_MS,
    "width": 1920,
    "height": 1080,
    "hidden": False,
    "full_screen": True,
}


def code_on(screen: FlaskClient) -> str:
    """Ask for a code as the page does, and read it off the screen."""
    asked = screen.post("/man-chieu/ghep", data={"csrf_token": token(screen, "/man-chieu/ghep")})
    assert (asked.status_code, asked.location) == (303, "/man-chieu/ghep?cho=1")
    shown = re.search(r'class="pair__code"[^>]*>([\d ]+)<', screen.get(asked.location).text)
    assert shown is not None
    return shown[1]


@pytest.fixture
def paired(app: Flask, caller: Make) -> Callable[[str], tuple[FlaskClient, dict[str, Any]]]:
    """`paired("Sảnh")`: a screen that was given that name, and its row."""

    def make(name: str) -> tuple[FlaskClient, dict[str, Any]]:
        screen = app.test_client()
        answer = caller("technician").call("POST", AT, {"code": code_on(screen), "name": name})
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json
        return screen, row

    return make


Paired = Callable[[str], tuple[FlaskClient, dict[str, Any]]]


@pytest.fixture
def opened(app: Flask) -> Callable[..., SocketIOTestClient]:
    """`opened(screen)`: the line of a projector's page in that browser."""

    def make(screen: FlaskClient, **auth: Any) -> SocketIOTestClient:
        socket: SocketIOTestClient = app.extensions["socketio"].test_client(
            app, namespace=events.NAMESPACE, auth={"projector": True, **auth}, flask_test_client=screen
        )
        return socket

    return make


Opened = Callable[..., SocketIOTestClient]


# ---- pairing


def test_a_screen_gets_a_name_by_its_code(app: Flask, caller: Make, services: Services, conference: Conference) -> None:
    screen, technician = app.test_client(), caller("technician")
    code = code_on(screen)
    assert screen.get("/man-chieu/ghep/cho").json == {"state": "waiting", "code": code}

    answer = technician.call("POST", AT, {"code": code, "name": " Sảnh "})

    assert answer.status_code == 200
    assert answer.json["name"] == "Sảnh"
    assert answer.json["state"] == "behind"  # it has not spoken yet
    assert screen.get("/man-chieu/ghep/cho").json == {"state": "paired", "to": "/man-chieu"}
    page = screen.get("/man-chieu/ghep").text
    assert "Màn này đã ghép" in page
    assert "Sảnh" in page
    (row,) = read_projectors(conference.id)
    cookie = screen.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert row.token_hash == _hash(cookie.value)
    assert cookie.value not in "".join(map(str, vars(row).values()))
    line = services.running_order.log(conference, 0)[-1]
    data = {"action": "pair", "projector_id": row.projector_id, "name": "Sảnh", "scene": None}
    assert (line["kind"], line["version"], line["actor"], line["data"]) == (
        "projector",
        None,
        "technician:technician",
        data,
    )


def test_codes_that_are_none(app: Flask, caller: Make, clock: FakeClock) -> None:
    screen, technician = app.test_client(), caller("technician")
    code = code_on(screen)
    wrong = "000000" if code.replace(" ", "") != "000000" else "000001"

    assert refused(technician.call("POST", AT, {"code": wrong, "name": "Sảnh"}), 422, "wrong_code")
    refused(technician.call("POST", AT, {"code": "12", "name": "Sảnh"}), 422, "invalid_input")
    # A mistake beside the code does not use it up.
    refused(technician.call("POST", AT, {"code": code, "name": ""}), 422, "invalid_input")
    again = code_on(screen)
    if again != code:  # a new one takes the place of the one before
        refused(technician.call("POST", AT, {"code": code, "name": "Sảnh"}), 422, "wrong_code")
    assert technician.call("POST", AT, {"code": again, "name": "Sảnh"}).status_code == 200
    refused(technician.call("POST", AT, {"code": again, "name": "Sảnh 2"}), 422, "wrong_code")

    late = app.test_client()
    code = code_on(late)
    clock.advance(CODE_LASTS_MS)
    refused(technician.call("POST", AT, {"code": code, "name": "Ti vi"}), 422, "wrong_code")
    assert late.get("/man-chieu/ghep/cho").json == {"state": "over"}


def test_the_same_form_sent_twice_pairs_once(
    app: Flask, caller: Make, signed_in: Browser, services: Services, conference: Conference
) -> None:
    technician, mc, at = signed_in("technician"), caller("mc"), "/ky-thuat/man-chieu"
    code = code_on(app.test_client())
    form = {"csrf_token": token(technician, at), "code": code, "name": "Sảnh"}

    answers = [technician.post(f"{at}/ghep", data=form) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, at)] * 2
    page = technician.get(at).text
    assert page.count("Đã ghép. Màn chiếu tự chuyển sang hình trong vài giây.") == 1
    (row,) = read_projectors(conference.id)
    in_place = technician.post(f"{at}/ghep", data=form, headers=HTMX)
    assert in_place.status_code == 200
    assert "Đã ghép." in in_place.text
    assert f"{at}/{row.projector_id}/ten" in in_place.text
    assert [line["kind"] for line in services.running_order.log(conference, 0)].count("projector") == 1
    # Whoever says something else comes too late: somebody else, another name, or the projector is another one by now.
    refused(mc.call("POST", AT, {"code": code, "name": "Sảnh"}), 422, "wrong_code")
    assert technician.post(f"{at}/ghep", data={**form, "name": "Ti vi"}).status_code == 422
    assert mc.call("DELETE", f"{AT}/{row.projector_id}").status_code == 204
    assert technician.post(f"{at}/ghep", data=form).status_code == 422


def test_guessing_ends_soon_and_the_right_code_waits_too(app: Flask, caller: Make) -> None:
    code = code_on(app.test_client())
    guesser, other = caller("technician"), caller("mc")
    wrong = "000000" if code.replace(" ", "") != "000000" else "000001"
    for _ in range(10):
        refused(guesser.call("POST", AT, {"code": wrong, "name": "Sảnh"}), 422, "wrong_code")

    answer = guesser.call("POST", AT, {"code": code, "name": "Sảnh"})

    refused(answer, 429, "too_many_attempts")
    assert int(answer.headers["Retry-After"]) <= 300
    # Nobody else is held up: neither a colleague, nor a room with its code.
    assert other.call("POST", AT, {"code": code, "name": "Sảnh"}).status_code == 200


def test_an_address_shows_so_many_codes_and_asks_so_fast(app: Flask, services: Services, clock: FakeClock) -> None:
    first = services.projectors.new_token()
    services.projectors.ask(first, "198.51.100.7")
    services.projectors.ask(services.projectors.new_token(), "198.51.100.8")
    for _ in range(PAIRINGS_OF_ADDRESS):
        clock.advance(1)
        services.projectors.ask(services.projectors.new_token(), "198.51.100.7")
    kept = [*db.session.scalars(select(PairingRow.address))]
    assert (kept.count("198.51.100.7"), kept.count("198.51.100.8")) == (PAIRINGS_OF_ADDRESS, 1)
    assert services.projectors.waiting(first) is None  # the oldest has gone

    screen = app.test_client()
    form = {"csrf_token": token(screen, "/man-chieu/ghep")}
    assert 429 in [screen.post("/man-chieu/ghep", data=form).status_code for _ in range(20)]


def test_names_stand_for_one_screen_each(app: Flask, caller: Make, paired: Paired) -> None:
    _, row = paired("Sảnh")
    paired("Hội trường")
    mc = caller("mc")

    refused(mc.call("POST", AT, {"code": code_on(app.test_client()), "name": "sảnh"}), 422, "invalid_input")
    refused(mc.call("PUT", f"{AT}/{row['id']}/name", {"name": "HỘI TRƯỜNG"}), 422, "invalid_input")
    assert mc.call("PUT", f"{AT}/{row['id']}/name", {"name": "SẢNH"}).json["name"] == "SẢNH"


def test_there_are_only_so_many(caller: Make, app: Flask, services: Services, conference: Conference) -> None:
    for number in range(PROJECTORS_MOST):
        row = ProjectorRow(
            conference_id=conference.id,
            projector_id=str(number),
            name=str(number),
            token_hash=str(number),
            paired_at_ms=0,
            paired_by="",
        )
        db.session.add(row)
    db.session.commit()
    answer = caller("mc").call("POST", AT, {"code": code_on(app.test_client()), "name": "Sảnh"})
    refused(answer, 409, "invalid_transition")


def test_a_pairing_that_comes_too_late_is_refused_where_it_was_typed(
    app: Flask, signed_in: Browser, conference: Conference
) -> None:
    code, desk = code_on(app.test_client()), signed_in("technician")
    conference.stage = "closed"
    db.session.commit()

    answer = send(desk, "/ky-thuat/man-chieu/ghep", "/doi-mat-khau", code=code, name="Sảnh tầng 2")

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert 'value="Sảnh tầng 2"' in answer.text
    assert 'id="projectors" data-locked' not in answer.text  # which hides the form
    assert 'id="projectors" data-locked' in desk.get("/ky-thuat/man-chieu").text


def test_drafts_and_closed_conferences(app: Flask, caller: Make, services: Services, conference: Conference) -> None:
    code = code_on(app.test_client())
    for stage in ("draft", "closed"):
        conference.stage = stage
        db.session.commit()
        refused(caller("mc").call("POST", AT, {"code": code, "name": "Sảnh"}), 409, "invalid_transition")


# ---- what it is good for


def test_the_token_is_good_for_nothing_but_being_a_projector(
    app: Flask, client: FlaskClient, paired: Paired, opened: Opened
) -> None:
    screen, row = paired("Sảnh")
    browsers = {browser: token(browser, "/vao") for browser in (client, screen)}
    for method, rule in [*PAGES, *API]:
        if rule.startswith("/man-chieu"):
            continue  # there it is what it is
        url = example(rule).replace("khong-co", row["id"]) if "projector" in rule else example(rule)
        found = []
        for browser, proof in browsers.items():
            body: dict[str, Any] = {"headers": {"X-CSRFToken": proof}} if method in WRITES else {}
            if method in ("POST", "PUT") and rule.startswith("/api"):
                body["json"] = {}
            with browser.open(url, method=method, **body) as answer:
                found.append((answer.status_code, answer.location))
        assert found[0] == found[1], (method, rule)
    socket = opened(screen)
    assert ask(socket, events.LINE_PROBE, {"n": 1})["error"]["code"] == "forbidden"
    assert ask(socket, events.WATCH, {"topics": ["roll_call"]})["ok"]  # the public's totals
    manager = app.extensions["socketio"].server.manager
    (sid,) = [sid for sid, _ in manager.get_participants(events.NAMESPACE, None)]
    joined = {room.split(":")[0] for room in manager.get_rooms(sid, events.NAMESPACE) if room and room != sid}
    assert joined == {"order", "roll_call"}


def test_only_a_projector_with_a_name_reports(app: Flask, join: Join, paired: Paired, opened: Opened) -> None:
    screen, _ = paired("Sảnh")
    stranger = opened(app.test_client())
    assert ask(stranger, events.REPORT_PROJECTOR, REPORT)["error"]["code"] == "forbidden"
    assert ask(opened(screen, projector=False), events.REPORT_PROJECTOR, REPORT)["error"]["code"] == "forbidden"

    socket = opened(screen)

    assert ask(socket, events.REPORT_PROJECTOR, REPORT) == {"ok": True}
    assert ask(socket, events.REPORT_PROJECTOR, {**REPORT, "scene": "x"})["error"]["code"] == "invalid_input"
    assert ask(socket, events.REPORT_PROJECTOR)["error"]["code"] == "invalid_input"
    codes = [ask(socket, events.REPORT_PROJECTOR, REPORT).get("error", {}).get("code") for _ in range(30)]
    assert "too_many_requests" in codes


def test_what_consoles_see_of_it(caller: Make, app: Flask, paired: Paired, opened: Opened, clock: FakeClock) -> None:
    screen, row = paired("Sảnh")
    socket, _stranger = opened(screen), opened(app.test_client())
    ask(socket, events.REPORT_PROJECTOR, {**REPORT, "lag_ms": 80, "shown_at_ms": OPENING_AT_MS})
    secretary = caller("secretary")

    view = secretary.get(AT)

    assert (view["version"], view["unpaired"]) == (0, 1)
    (shown,) = view["rows"]
    assert (shown["state"], shown["version"], shown["shown_scene"], shown["lag_ms"]) == ("on", 0, "maket", 80)
    caller("mc").command("start", {"item_id": "1"})
    assert secretary.get(AT)["rows"][0]["state"] == "behind"
    clock.advance(3_000)
    late = secretary.get(AT)["rows"][0]
    assert (late["state"], late["late_ms"], late["marked"]) == ("late", 3_000, True)
    ask(socket, events.REPORT_PROJECTOR, {**REPORT, "version": 1, "sent_at_ms": clock.now_ms()})
    assert secretary.get(AT)["rows"][0]["state"] == "on"
    socket.disconnect(events.NAMESPACE)
    clock.advance(3_000)
    lost = secretary.get(AT)["rows"][0]
    assert (lost["state"], lost["last_seen_at_ms"], lost["id"]) == ("away", clock.now_ms() - 3_000, row["id"])


# ---- what it is told


def test_a_pin_holds_through_a_reload_and_does_not_touch_the_snapshot(
    app: Flask, caller: Make, paired: Paired, opened: Opened
) -> None:
    screen, row = paired("Sảnh")
    mc = caller("mc")
    before = mc.get("/running-order")["scene"]

    assert mc.call("PUT", f"{AT}/{row['id']}/scene", {"scene": "agenda"}).json["scene"] == "agenda"

    assert mc.get("/running-order")["scene"] == before
    assert '<body data-scene="agenda"' in screen.get("/man-chieu").text
    assert '"projector":{"name":"Sảnh","scene":"agenda"}' in screen.get("/man-chieu").text.replace(": ", ":").replace(
        ", ", ","
    )
    assert '<body data-scene="agenda"' not in app.test_client().get("/man-chieu").text
    socket = opened(screen)
    told = socket.get_received(events.NAMESPACE)
    assert [event["name"] for event in told] == [events.ORDER_SNAPSHOT, events.PROJECTOR_CHANGED]
    assert told[1]["args"][0] == {"name": "Sảnh", "scene": "agenda"}
    assert told[0]["args"][0]["scene"] == before
    refused(mc.call("PUT", f"{AT}/{row['id']}/scene", {"scene": "dark"}), 422, "invalid_input")
    refused(caller("secretary").call("PUT", f"{AT}/{row['id']}/scene", {"scene": "black"}), 403, "forbidden")


def test_a_page_without_a_name_is_told_so_and_works_as_ever(app: Flask, opened: Opened) -> None:
    told = opened(app.test_client()).get_received(events.NAMESPACE)

    assert told[1]["args"][0] == {"name": None, "scene": None}


def test_changes_and_identifying_reach_the_page(
    app: Flask, caller: Make, paired: Paired, opened: Opened, clock: FakeClock
) -> None:
    screen, row = paired("Sảnh")
    socket, other = opened(screen), opened(paired("Ti vi")[0])
    mc = caller("mc")
    clock.advance(JOINING_MS)
    refused(mc.call("POST", f"{AT}/{row['id']}/identify"), 409, "invalid_transition")  # it says nothing
    ask(socket, events.REPORT_PROJECTOR, REPORT)
    socket.get_received(events.NAMESPACE)
    other.get_received(events.NAMESPACE)

    assert mc.call("POST", f"{AT}/{row['id']}/identify").status_code == 204

    (told,) = received(socket, events.PROJECTOR_IDENTIFIED)
    assert told == {"name": "Sảnh", "until_at_ms": clock.now_ms() + IDENTIFY_MS}
    assert received(other, events.PROJECTOR_IDENTIFIED) == []
    mc.call("PUT", f"{AT}/{row['id']}/scene", {"scene": "black"})
    mc.call("PUT", f"{AT}/{row['id']}/name", {"name": "Sảnh chính"})
    app.extensions["tests.afterwards"].end()  # what is gathered goes out now
    assert received(socket, events.PROJECTOR_CHANGED)[-1] == {"name": "Sảnh chính", "scene": "black"}


def test_a_forgotten_one_is_a_public_page_again(app: Flask, caller: Make, paired: Paired, opened: Opened) -> None:
    screen, row = paired("Sảnh")
    socket = opened(screen)
    socket.get_received(events.NAMESPACE)

    assert caller("mc").call("DELETE", f"{AT}/{row['id']}").status_code == 204

    app.extensions["tests.afterwards"].end()
    assert not socket.is_connected(events.NAMESPACE)
    socket = opened(screen)  # it joins again as what it is now
    assert received(socket, events.PROJECTOR_CHANGED) == [{"name": None, "scene": None}]
    assert ask(socket, events.REPORT_PROJECTOR, REPORT)["error"]["code"] == "forbidden"
    assert screen.get("/man-chieu").status_code == 200
    refused(caller("mc").call("DELETE", f"{AT}/{row['id']}"), 404, "not_found")
    # The same browser may get a name again.
    code_on(screen)


def test_what_another_process_stored_is_found(
    app: Flask, caller: Make, paired: Paired, opened: Opened, services: Services, conference: Conference
) -> None:
    screen, row = paired("Sảnh")
    socket = opened(screen)
    watcher = app.extensions["giaoban.live"].watcher
    for _ in range(3):
        watcher.look()
    socket.get_received(events.NAMESPACE)
    desk = app.extensions["giaoban.live"].publisher.projectors
    desk.changed = lambda _conference_id, _lines: None  # the news is lost

    services.projectors.pin(conference.slug, row["id"], "black", identity_of(services, "mc"))
    for _ in range(3):
        watcher.look()

    app.extensions["tests.afterwards"].end()
    assert received(socket, events.PROJECTOR_CHANGED) == [{"name": "Sảnh", "scene": "black"}]


# ---- what is kept


def test_copies_know_the_same_screens(
    app: Flask, caller: Make, paired: Paired, services: Services, conference: Conference
) -> None:
    screen, row = paired("Sảnh")
    services.projectors.pin(conference.slug, row["id"], "agenda", identity_of(services, "mc"))

    rehearsal = services.conferences.copy_for_rehearsal(conference, identity_of(services, "mc"))

    page = screen.get(f"/man-chieu?hoi-nghi={rehearsal.slug}").text
    assert '<body data-scene="agenda"' in page
    # A code that is typed at another conference than the screen was opened for leads it there.
    other = app.test_client()
    body = {"code": code_on(other), "name": "Ti vi"}
    assert caller("mc").call("POST", f"/api/v1/conferences/{rehearsal.slug}{AT}", body).status_code == 200
    assert other.get("/man-chieu/ghep/cho").json["to"] == f"/man-chieu?hoi-nghi={rehearsal.slug}"
    services.conferences.delete(rehearsal)
    assert [each.name for each in read_projectors(conference.id)] == ["Sảnh"]


def test_a_backup_brings_names_and_pins(
    app: Flask, elsewhere: Flask, paired: Paired, caller: Make, tmp_path: Path
) -> None:
    _, row = paired("Sảnh")
    caller("mc").call("PUT", f"{AT}/{row['id']}/scene", {"scene": "agenda"})

    restored(elsewhere, backed_up(app, tmp_path / "b"))

    with elsewhere.app_context():
        conference = elsewhere.extensions["giaoban"].conferences.current()
        (kept,) = read_projectors(conference.id)
        assert (kept.name, kept.scene, kept.projector_id) == ("Sảnh", "agenda", row["id"])
        assert prove(conference).lines == conference.last_seq


def test_the_pages(app: Flask, paired: Paired, signed_in: Callable[..., FlaskClient]) -> None:
    _, row = paired("Sảnh")
    technician, screen = signed_in("technician"), app.test_client()
    at = "/ky-thuat/man-chieu"
    proof = {"csrf_token": token(technician, at)}

    wrong = technician.post(f"{at}/ghep", data={**proof, "code": "12 34", "name": "Ti vi"})
    made = technician.post(f"{at}/ghep", data={**proof, "code": code_on(screen), "name": "Ti vi"})
    pinned = technician.post(f"{at}/{row['id']}/canh", data={**proof, "scene": "agenda"}, headers=HTMX)
    refusal = technician.post(f"{at}/{row['id']}/ten", data={**proof, "name": "ti VI"}, headers=HTMX)

    assert wrong.status_code == 422
    assert 'value="12 34"' in wrong.text
    assert 'value="Ti vi"' in wrong.text
    assert (made.status_code, made.location) == (303, at)
    assert (pinned.status_code, pinned.headers["HX-Trigger"]) == (200, "projectors-changed")
    assert '<option value="agenda" selected>' in pinned.text
    assert refusal.status_code == 422
    assert 'value="ti VI"' in refusal.text
    page = technician.get(at).text
    assert "Đã ghép." in page
    assert page.index("Sảnh") < page.index("Ti vi")
    for query, root in (("", 'id="projectors"'), ("?gon=1", 'id="screen-list"'), ("?tom-tat=1", 'id="screens"')):
        fragment = technician.get(at + query, headers=HTMX).text
        assert root in fragment
        assert "<html" not in fragment
    console = signed_in("mc").get("/dieu-hanh").text
    assert 'id="screens"' in console
    gone = technician.post(f"{at}/{row['id']}/bo", data=proof, headers=HTMX)
    assert (gone.status_code, gone.text) == (200, '<div id="drawer"></div>')
    assert "đã bỏ ghép" in technician.get(f"{at}/{row['id']}?so-lieu=1", headers=HTMX).text
    assert "Bỏ ghép màn chiếu “Sảnh”" in signed_in("mc").get("/dieu-hanh/nhat-ky").text
