"""How a conference's stage looks: chosen by an admin, kept with the conference, told to the screens that show it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from giaoban.domain.errors import InvalidTransition
from giaoban.domain.looks import Looks
from giaoban.domain.maket_sizes import size_of
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.conference import endpoint_by_code
from giaoban.realtime import events
from giaoban.realtime.publisher import SocketPublisher
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, Caller, make_app
from tests.fakes import FakeClock
from tests.integration.forms import Browser, send

FACTS = f"/quan-tri/hoi-nghi/{demo.SLUG}"
SAVE = f"{FACTS}/hinh-thuc"
PLUM = {"tone": "plum", "ornament": "sun", "overtime": "gentle"}


def test_an_admin_chooses_and_every_picture_of_the_stage_begins_so(
    signed_in: Browser, client: FlaskClient, services: Services
) -> None:
    admin = signed_in("admin")
    assert 'data-tone="crimson" data-ornament="drum" data-overtime="clear"' in client.get("/man-chieu").text
    assert 'bgcolor="#9a0a0f"' in client.get("/man-chieu").text

    assert send(admin, SAVE, FACTS, **PLUM).status_code == 303
    assert send(admin, SAVE, FACTS, **PLUM).status_code == 303  # the same again is no change and no line

    for path in ("/man-chieu", "/man-chieu/mau"):
        text = client.get(path).text
        assert 'data-tone="plum" data-ornament="sun" data-overtime="gentle"' in text
        assert 'bgcolor="#7c0a2e"' in text
    monitor = admin.get("/phat-bieu").text
    assert 'data-tone="plum">' in monitor  # the lectern's own overtime is not the hall's
    assert 'bgcolor="#7c0a2e"' in monitor
    assert 'data-tone="plum" data-overtime="gentle"' in client.get("/phat-bieu/lop-phu").text
    assert client.get(f"/api/v1/conferences/{demo.SLUG}").get_json()["looks"] == PLUM
    (line,) = services.running_order.log(services.conferences.current(), 1)
    assert (line["kind"], line["version"], line["data"]) == ("looks_set", None, {"looks": PLUM})


def test_what_is_not_offered_is_refused_and_what_was_chosen_stays_chosen(
    signed_in: Browser, services: Services
) -> None:
    admin = signed_in("admin")

    wrong = send(admin, SAVE, FACTS, tone="mahogany", ornament="rồng", overtime="gentle")

    assert wrong.status_code == 422
    assert "Xin chọn một hoa văn nền trong danh sách." in wrong.text
    assert 'value="mahogany" checked' in wrong.text
    assert services.conferences.current().looks == Looks()
    services.conference_life.close(services.conferences.current(), cli_identity("test"))
    assert send(admin, SAVE, FACTS, **PLUM).status_code == 409
    with pytest.raises(InvalidTransition):
        services.looks.choose(services.conferences.current(), PLUM, cli_identity("test"))


def test_copies_look_as_what_they_are_copies_of(services: Services, conference: Conference) -> None:
    services.looks.choose(conference, PLUM, cli_identity("test"))
    new = NewConference("nam-sau", "Năm sau", conference.starts_at_ms, [])

    rehearsal = services.conferences.copy_for_rehearsal(services.conferences.current(), cli_identity("test"))
    clone = services.conferences.clone(services.conferences.current(), new, cli_identity("test"))

    assert rehearsal.looks == clone.looks == Looks("plum", "sun", "gentle")


def test_the_sample_alone_may_stand_in_a_frame_of_ours(client: FlaskClient) -> None:
    maket, over = client.get("/man-chieu/mau"), client.get("/man-chieu/mau?canh=qua-gio")

    assert "HỘI NGHỊ TRỰC TUYẾN" in maket.text.replace("\xa0", " ")
    assert "Huyện Bắc Sơn" in over.text
    assert 'data-put="left">+01:14</div>' in over.text
    for answer in (maket, over):
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "<form" not in answer.text
        assert "<script" not in answer.text


def test_a_conference_without_an_agenda_has_its_sample_too(client: FlaskClient, services: Services) -> None:
    services.conferences.create(NewConference("trong", "Giao ban quý I", 0, []), cli_identity("test"))

    assert "Giao ban quý I" in client.get("/man-chieu/mau?canh=qua-gio&hoi-nghi=trong").text


def test_the_rooms_makets_look_alike(services: Services, conference: Conference) -> None:
    def svg() -> str:
        conference = services.conferences.current()
        room = endpoint_by_code(conference.id, COMMUNE)
        assert room is not None
        return services.makets.render(conference, room, size_of("a4"), "svg").decode()

    before = svg()
    services.looks.choose(conference, {**PLUM, "ornament": "none"}, cli_identity("test"))
    plain = svg()
    services.looks.choose(services.conferences.current(), PLUM, cli_identity("test"))
    sunny = svg()

    assert ("#9a0a0f" in before, "#86080c" in before) == (True, True)
    assert ("#7c0a2e" in plain, "#6d0828" in plain) == (True, False)
    assert ("#7c0a2e" in sunny, "#6d0828" in sunny) == (True, True)
    assert len(plain) < len(sunny) < len(before)  # the drum is many rings


# ---- told to the screens


@pytest.fixture
def join(app: Flask) -> Callable[..., SocketIOTestClient]:
    def make(asker: Caller | None = None, *topics: str) -> SocketIOTestClient:
        auth = {"token": asker.token} if asker else None
        screen = app.extensions["socketio"].test_client(app, namespace=events.NAMESPACE, auth=auth)
        if topics:
            answer = watch(screen, *topics)
            assert answer["ok"], answer
        screen.get_received(events.NAMESPACE)
        return screen

    return make


def watch(screen: SocketIOTestClient, *topics: str) -> dict[str, Any]:
    answer: dict[str, Any] = screen.emit("watch", {"topics": topics}, namespace=events.NAMESPACE, callback=True)
    return answer


def told(screen: SocketIOTestClient) -> list[dict[str, Any]]:
    found = screen.get_received(events.NAMESPACE)
    return [event["args"][0] for event in found if event["name"] == events.LOOKS_CHANGED]


def test_screens_of_the_stage_are_told_at_once_and_phones_are_not(
    join: Callable[..., SocketIOTestClient], caller: Callable[..., Caller], services: Services
) -> None:
    projector, monitor, phone = join(None, "roll_call", "looks"), join(caller(endpoint=COMMUNE), "looks"), join()
    answer = watch(projector, "looks")
    assert answer == {"ok": True, "looks": {"seq": services.conferences.current().last_seq, **Looks().as_json()}}

    services.looks.choose(services.conferences.current(), PLUM, cli_identity("test"))

    (heard,) = told(projector)
    assert heard == {"seq": answer["looks"]["seq"] + 1, **PLUM}
    assert told(monitor) == [heard]
    assert told(phone) == []
    assert watch(projector, "roll_call", "looks")["looks"] == heard
    assert "totals" in watch(projector)
    assert "totals" not in watch(monitor, "looks")


def test_a_change_by_another_process_is_told_and_also_one_that_nobody_told_of(
    app: Flask, join: Callable[..., SocketIOTestClient], services: Services, database: str, clock: FakeClock
) -> None:
    live = app.extensions["giaoban.live"]
    screen = join(None, "looks")
    number = services.conferences.current().id
    message = {"kind": "looks", "conference": number, "looks": {"seq": 9, **PLUM}, "lines": [9, 10]}
    live.peers.heard("another", message)
    assert told(screen) == [{"seq": 9, **PLUM}]

    other = make_app(database, clock)
    with other.app_context():
        elsewhere: Services = other.extensions["giaoban"]
        elsewhere.looks.choose(elsewhere.conferences.current(), PLUM, cli_identity("test"))
        db.session.remove()
        db.engine.dispose()
    for _ in range(3):
        live.watcher.look()

    assert [heard["tone"] for heard in told(screen)] == ["plum"]


def test_a_choice_is_stored_though_nobody_can_be_told(
    app: Flask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> None:
        raise ConnectionError("the bus is away")

    monkeypatch.setattr(SocketPublisher, "looks_changed", fail)
    services.looks.choose(services.conferences.current(), PLUM, cli_identity("test"))

    assert services.conferences.current().looks == Looks("plum", "sun", "gentle")
